//! How a generated struct is seen from outside: a static table of its wire names and two views by field number.
//!
//! Every behaviour of an object (decoding, encoding, comparing, printing ...) is one function over
//! `&dyn Object`, so a type costs its table and two `match`es and nothing else. This file is not for formats:
//! they are in [`json`](crate::json) and its neighbours.

mod compare;
mod debug;
mod fields;
mod macros;
mod others;
mod plain;
mod table;
#[cfg(test)]
pub(crate) mod testing;
mod value;
mod visit;
mod written;

pub(crate) use fields::Member;
pub use fields::{Fields, Kind, ListType, Lookup, MapType, Note, PatchStrategy, Union};
pub use table::Table;
pub use value::{Mut, Ref, Value};
pub use visit::bits;
pub use written::Written;

pub(crate) use compare::equal_values;
pub(crate) use debug::{hides_key, may_embed_secret};
pub(crate) use others::{others, others_mut, written_others};

pub use compare::equal;
pub use debug::debug;

use crate::Str;

/// A struct of the Kubernetes API, seen by field number.
///
/// The generator implements this for every schema with properties; field numbers are the positions in
/// [`Fields::names`], and [`Fields::others`] is that of the map of all members that are no fields, where a type has one.
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
    /// A bit for each of the first 64 fields, by number: a clear one says that the field is empty ([`Ref::is_empty`]), a
    /// set one says nothing. Types with many fields have it, so that walks need not look at each.
    #[inline]
    fn may_be_set(&self) -> u64 {
        u64::MAX
    }
}

/// An array seen from outside: `count` and `get` read, everything that changes it is one [`Edit`].
///
/// A list type is compiled once for each type of its elements, so the trait has as few functions as it can; what
/// callers use (`push`, `clear` ...) are methods of `dyn Sequence`.
pub trait Sequence: Send + Sync {
    /// The number of elements.
    fn count(&self) -> usize;
    /// One element; [`Ref::None`] past the end.
    fn get(&self, index: usize) -> Ref<'_>;
    /// Changes the array; gives the place that the change is about, [`Mut::Skip`] where there is none.
    fn edit(&mut self, edit: Edit) -> Mut<'_>;
}

/// A change of a [`Sequence`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Gives the place of the element with this index.
    At(usize),
    /// Takes all elements out.
    Clear,
    /// No more elements follow: spare capacity can go.
    Finish,
    /// Appends a default element, which is what a null is.
    Null,
    /// Appends a default element and gives its place.
    Push,
    /// Makes room for so many more elements.
    Reserve(usize),
}

impl dyn Sequence + '_ {
    /// The number of elements.
    #[inline]
    pub fn len(&self) -> usize {
        self.count()
    }
    /// True when there are no elements.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }
    /// The place of one element; [`Mut::Skip`] past the end.
    pub fn get_mut(&mut self, index: usize) -> Mut<'_> {
        self.edit(Edit::At(index))
    }
    /// Takes all elements out: what is decoded replaces them.
    pub fn clear(&mut self) {
        self.edit(Edit::Clear);
    }
    /// Makes room for so many more elements; it is a hint.
    pub fn reserve(&mut self, additional: usize) {
        self.edit(Edit::Reserve(additional));
    }
    /// Appends a default element and gives its place.
    #[inline]
    pub fn push(&mut self) -> Mut<'_> {
        self.edit(Edit::Push)
    }
    /// Appends what a null is: a default element, `None` of optional ones.
    #[inline]
    pub fn push_null(&mut self) {
        self.edit(Edit::Null);
    }
    /// Says that no more elements follow, so that spare capacity can go.
    pub fn finish(&mut self) {
        self.edit(Edit::Finish);
    }
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
    /// Gives a key what a null is: a default value, `None` of optional ones. As with `insert`.
    fn insert_null(&mut self, key: Str);
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
    fn set(&mut self, value: &Str);
}

/// Which of an enum's values this is, or their number where it is none of them: how generated enums are
/// [set](OpenEnum::set).
pub fn position(values: &[&str], value: &str) -> usize {
    values.iter().position(|it| *it == value).unwrap_or(values.len())
}
