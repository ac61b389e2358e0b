//! Lists of a kind, and what all of them have.

mod decoder;
mod document;
mod object_list;
mod reader;
#[cfg(test)]
mod tests;

pub(crate) use decoder::{ITEM_DEPTH, ItemDecoder};
pub use decoder::{ItemError, ListDecoder};
pub(crate) use document::{Document, Found, Pieces};
pub use object_list::ObjectList;
pub use reader::{ReadItems, from_reader, read_items};

use crate::{Object, Ref};

/// A `<Kind>List`: [`ObjectList`], and the lists of the documents that have more than it holds.
pub trait ListObject: Object + Default + Send + 'static {
    /// The kind that it lists.
    type Item: Object + Default + Send + 'static;
    /// The items.
    fn items(&self) -> &[Self::Item];
    /// The items, to change.
    fn items_mut(&mut self) -> &mut Vec<Self::Item>;
}

/// A text member of an object's `metadata`, found by the table: `continue`, `resourceVersion`.
pub(crate) fn metadata_text<'a>(object: &'a dyn Object, name: &str) -> Option<&'a str> {
    let metadata = object.fields().find("metadata").map(|field| object.get(field));
    let Some(Ref::Object(metadata)) = metadata else { return None };
    match metadata.fields().find(name).map(|field| metadata.get(field)) {
        Some(Ref::Str(text)) if !text.is_empty() => Some(text),
        _ => None,
    }
}
