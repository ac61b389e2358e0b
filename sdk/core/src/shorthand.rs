//! Two functions with which objects are written as plain structs without a conversion at each field.

use crate::{Map, Str};

/// A value for an optional field: of text a [`Str`] or an open enum, of a number or text an
/// [`IntOrString`](crate::IntOrString), of a struct a boxed one, of a value itself.
///
/// # Example
///
/// ```
/// use kubesdk_core::{IntOrString, Str, some};
///
/// let name: Option<Str> = some("web");
/// let port: Option<IntOrString> = some(80);
/// let boxed: Option<Box<i32>> = some(3);
/// assert_eq!((name.as_deref(), port, boxed), (Some("web"), Some(IntOrString::Int(80)), Some(Box::new(3))));
/// ```
#[inline]
pub fn some<T>(value: impl Into<T>) -> Option<T> {
    Some(value.into())
}

/// A map of pairs, each value made from what is given: labels, annotations, resources. Of a key that comes twice the
/// last value counts.
///
/// # Example
///
/// ```
/// use kubesdk_core::{Map, Quantity, Str, map};
///
/// let labels: Map<Str> = map([("app", "web"), ("tier", "front")]);
/// let limits: Map<Quantity> = map([("cpu", "500m")]);
/// assert_eq!((labels["tier"].as_str(), limits["cpu"].as_str()), ("front", "500m"));
/// ```
pub fn map<K: Into<Str>, V: Into<T>, T>(entries: impl IntoIterator<Item = (K, V)>) -> Map<T> {
    entries.into_iter().map(|(key, value)| (key, value.into())).collect()
}
