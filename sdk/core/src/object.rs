//! How a generated struct is seen from outside: a static table of its wire names and two views by field number.
//!
//! Every behaviour of an object (decoding, encoding, comparing, printing ...) is one function over
//! `&dyn Object`, so a type costs its table and two `match`es and nothing else. This file is not for formats:
//! they are in [`json`](crate::json) and its neighbours.

mod compare;
mod debug;
mod fields;
mod macros;
mod plain;
#[cfg(test)]
pub(crate) mod testing;
mod value;

pub(crate) use fields::Member;
pub use fields::{Fields, Kind, ListType, Lookup, MapType, Note, PatchStrategy, Union};
pub use value::{Mut, Ref, Value};

pub(crate) use compare::equal_values;
pub(crate) use debug::{hides_key, may_embed_secret};

pub use compare::equal;
pub use debug::debug;

use crate::Str;

/// A struct of the Kubernetes API, seen by field number.
///
/// The generator implements this for every schema with properties; field numbers are the positions in
/// [`Fields::names`].
///
/// # Example
///
/// ```
/// use kubesdk_core::{Object, Ref, Status};
///
/// let status = Status { message: Some("gone".into()), ..Status::default() };
/// let field = status.fields().find("message").unwrap();
/// assert!(matches!(status.get(field), Ref::Str("gone")));
/// ```
pub trait Object: Send + Sync {
    /// The table of this type.
    fn fields(&self) -> &'static Fields;
    /// The value of a field, [`Ref::None`] when it is not set or there is no such field.
    fn get(&self, field: usize) -> Ref<'_>;
    /// The place of a field, made if it was not set; [`Mut::Skip`] when there is no such field.
    fn get_mut(&mut self, field: usize) -> Mut<'_>;
}

/// An array seen from outside.
pub trait Sequence: Send + Sync {
    /// The number of elements.
    fn len(&self) -> usize;
    /// True when there are no elements.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// One element; [`Ref::None`] past the end.
    fn get(&self, index: usize) -> Ref<'_>;
    /// The place of one element; [`Mut::Skip`] past the end.
    fn get_mut(&mut self, index: usize) -> Mut<'_>;
    /// Takes all elements out: what is decoded replaces them.
    fn clear(&mut self);
    /// Makes room for so many more elements; it is a hint.
    fn reserve(&mut self, _additional: usize) {}
    /// Appends a default element and gives its place.
    fn push(&mut self) -> Mut<'_>;
    /// Says that no more elements follow, so that spare capacity can go.
    fn finish(&mut self);
}

/// A map with string keys seen from outside, in key order.
pub trait Entries: Send + Sync {
    /// The number of entries.
    fn len(&self) -> usize;
    /// True when there are no entries.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// One entry in key order; nothing past the end.
    fn get(&self, index: usize) -> Option<(&str, Ref<'_>)>;
    /// The place of one entry in key order; nothing past the end.
    fn get_mut(&mut self, index: usize) -> Option<(&str, Mut<'_>)>;
    /// Takes all entries out: what is decoded replaces them.
    fn clear(&mut self);
    /// Makes room for so many more entries; it is a hint.
    fn reserve(&mut self, _additional: usize) {}
    /// The place of a key, with a default value; entries are in key order again only after [`finish`](Self::finish).
    fn insert(&mut self, key: Str) -> Mut<'_>;
    /// Says that no more entries follow, so that they can be ordered and spare capacity can go.
    fn finish(&mut self);
}

/// An enum of the API whose list of values is what was known when the SDK was generated.
///
/// A value that is not in the list is kept verbatim and written back, so a newer server never breaks a client.
pub trait OpenEnum: Send + Sync {
    /// The value as it is on the wire.
    fn as_str(&self) -> &str;
    /// Takes a value as it is on the wire.
    fn set(&mut self, value: Str);
}
