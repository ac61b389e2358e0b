//! The macro for objects that nobody generates: their table and their two views from a list of fields.

/// Gives a struct written by hand its [`Object`](crate::Object), and what [`objects!`](crate::objects) gives: of its API
/// version and kind where it has exactly one, and of its fields, in ascending order of their wire names.
///
/// For the few types that no OpenAPI document holds. They cost a search over names where generated ones have a hash.
///
/// # Example
///
/// ```
/// use kubesdk_core::{Str, json, plain_object};
///
/// #[derive(Clone, Default)]
/// struct Point {
///     labels: Vec<Str>,
///     name: Str,
/// }
/// plain_object! { Point, None, [0 "labels" labels, 1 "name" name] }
///
/// let point: Point = json::from_slice(br#"{"name": "origin", "labels": null, "later": 1}"#)?;
/// assert_eq!((point.name.as_str(), point.labels.len()), ("origin", 0));
/// # Ok::<(), json::DecodeError>(())
/// ```
#[macro_export]
macro_rules! plain_object {
    ($type:ident, $kind:expr, [$($number:literal $wire:literal $field:ident),* $(,)?]) => {
        impl $crate::Object for $type {
            fn fields(&self) -> &'static $crate::Fields {
                static FIELDS: $crate::Fields = $crate::Fields {
                    type_name: ::std::stringify!($type),
                    kind: $kind,
                    names: &[$($wire),*],
                    lookup: $crate::object::Lookup::Sorted,
                    ..$crate::Fields::NONE
                };
                &FIELDS
            }
            fn get(&self, field: usize) -> $crate::Ref<'_> {
                match field {
                    $($number => $crate::Value::view(&self.$field),)*
                    _ => $crate::Ref::None,
                }
            }
            fn get_mut(&mut self, field: usize) -> $crate::Mut<'_> {
                match field {
                    $($number => $crate::Value::slot(&mut self.$field),)*
                    _ => $crate::Mut::Skip,
                }
            }
        }
        $crate::objects! { $type }
    };
}
