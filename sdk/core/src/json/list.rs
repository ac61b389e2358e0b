//! Lists decoded item by item while their text arrives, in constant memory.
//!
//! [`ListDecoder`] takes pieces of any size and does no I/O; [`read_items`] and [`from_reader`] do it over any
//! [`std::io::Read`].

mod document;
mod frame;
mod reader;
#[cfg(test)]
mod tests;

use std::fmt;

pub use reader::{ReadItems, from_reader, read_items};

use self::document::{Document, Found};
use super::decode::decode_inside;
use super::error::{DecodeError, Result};
use super::scan::Scanner;
use crate::string::Interner;
use crate::{ListObject, Mut, Object, RawJson};

/// Where the items of a list stand: within the list and its array.
const ITEM_DEPTH: u32 = 2;

/// Decodes a list item by item while its text arrives.
///
/// It holds one item at most, and that only if the item came in more than one piece. Whatever stands beside the items
/// goes into the list, whether it comes before or after them. What is decoded is what [`from_slice`](super::from_slice)
/// gives, with two differences: items are handed out before what follows them is seen (call [`finish`](Self::finish):
/// only its success says that the list was whole), and a second array of items is an error.
///
/// # Example
///
/// ```
/// # use kubesdk_core::{Fields, ListObject, Mut, Object, Ref, Value};
/// use kubesdk_core::{Status, json::ListDecoder};
/// # #[derive(Clone, Default)]
/// # struct StatusList { items: Vec<Status> }
/// # impl Object for StatusList {
/// #     fn fields(&self) -> &'static Fields {
/// #         static FIELDS: Fields = Fields { type_name: "StatusList", names: &["items"], ..Fields::NONE };
/// #         &FIELDS
/// #     }
/// #     fn get(&self, field: usize) -> Ref<'_> {
/// #         if field == 0 { self.items.view() } else { Ref::None }
/// #     }
/// #     fn get_mut(&mut self, field: usize) -> Mut<'_> {
/// #         if field == 0 { self.items.slot() } else { Mut::Skip }
/// #     }
/// # }
/// # kubesdk_core::objects! { StatusList }
/// # impl ListObject for StatusList {
/// #     type Item = Status;
/// #     fn items(&self) -> &[Status] { &self.items }
/// #     fn items_mut(&mut self) -> &mut Vec<Status> { &mut self.items }
/// # }
///
/// let mut decoder = ListDecoder::<StatusList>::new();
/// for mut piece in [&br#"{"items":[{"code":4"#[..], br#"04},{"code":200}]}"#] {
///     while let Some(status) = decoder.next(&mut piece) {
///         println!("{:?}", status?.code);
///     }
/// }
/// let list = decoder.finish()?; // holds what stands beside the items
/// # assert!(list.items.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ListDecoder<L> {
    items: ItemDecoder,
    list: L,
}

impl<L: ListObject> Default for ListDecoder<L> {
    fn default() -> Self {
        Self::new()
    }
}

impl<L: ListObject> ListDecoder<L> {
    /// A decoder at the start of a document.
    pub fn new() -> Self {
        ListDecoder { items: ItemDecoder::default(), list: L::default() }
    }

    /// Takes from the front of the input up to the end of the next item. Nothing when the input is used up, however
    /// many items it held; feed the next piece then.
    ///
    /// # Errors
    ///
    /// An item that does not decode; if [`ItemError::raw`] has its text, the next call goes on after it. After any
    /// other error nothing follows.
    pub fn next(&mut self, input: &mut &[u8]) -> Option<Result<L::Item, ItemError>> {
        let mut item = L::Item::default();
        let found = self.items.next(input, &mut self.list, &mut item)?;
        Some(found.map(|()| item))
    }

    /// What is known of the list so far, without its items.
    pub fn list(&self) -> &L {
        &self.list
    }

    /// Says that no more input follows: the list without its items.
    ///
    /// # Errors
    ///
    /// When the document is not whole or has failed before.
    pub fn finish(mut self) -> Result<L, DecodeError> {
        self.items.finish(&mut self.list)?;
        Ok(self.list)
    }
}

impl<L> fmt::Debug for ListDecoder<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListDecoder").field("items", &self.items.count).finish_non_exhaustive()
    }
}

/// Why an item of a list could not be decoded, and the item as it came.
#[derive(Clone, Debug)]
pub struct ItemError {
    error: DecodeError,
    raw: Option<RawJson>,
}

impl ItemError {
    /// What was expected and found, and where in the document.
    pub fn error(&self) -> &DecodeError {
        &self.error
    }

    /// The item, when it is valid JSON and merely does not fit its type: decoding goes on after it. Nothing when the
    /// document itself is broken.
    pub fn raw(&self) -> Option<&RawJson> {
        self.raw.as_ref()
    }

    /// Both.
    pub fn into_parts(self) -> (DecodeError, Option<RawJson>) {
        (self.error, self.raw)
    }
}

impl From<DecodeError> for ItemError {
    fn from(error: DecodeError) -> Self {
        ItemError { error, raw: None }
    }
}

impl fmt::Display for ItemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for ItemError {}

/// What a [`ListDecoder`] does, for lists of any type.
pub(crate) struct ItemDecoder {
    document: Document,
    interner: Interner,
    count: usize,
}

impl Default for ItemDecoder {
    fn default() -> Self {
        // What a list of unknown length deserves.
        let interner = Interner::for_input(1 << 20);
        ItemDecoder { document: Document::default(), interner, count: 0 }
    }
}

impl ItemDecoder {
    /// Decodes the next item; see [`ListDecoder::next`].
    pub(crate) fn next(
        &mut self,
        input: &mut &[u8],
        list: &mut dyn Object,
        item: &mut dyn Object,
    ) -> Option<Result<(), ItemError>> {
        match self.document.next(input, list, &mut self.interner)? {
            Ok(found) => Some(self.decode(&found, Mut::Object(item))),
            Err(error) => Some(Err(error.into())),
        }
    }

    /// Decodes all items that this input completes into the list itself.
    pub(crate) fn collect(&mut self, mut input: &[u8], list: &mut dyn Object) -> Result<()> {
        let field = list.fields().find("items");
        while let Some(found) = self.document.next(&mut input, list, &mut self.interner) {
            let place = match field.map(|field| list.get_mut(field)) {
                Some(Mut::Sequence(items)) => items.push(),
                _ => Mut::Skip,
            };
            self.decode(&found?, place).map_err(|error| self.document.fail(error.error))?;
        }
        Ok(())
    }

    /// See [`ListDecoder::finish`].
    pub(crate) fn finish(&mut self, list: &mut dyn Object) -> Result<()> {
        self.document.finish(list, &mut self.interner)?;
        if let Some(Mut::Sequence(items)) = list.fields().find("items").map(|field| list.get_mut(field)) {
            items.finish();
        }
        Ok(())
    }

    fn decode(&mut self, found: &Found<'_>, place: Mut<'_>) -> Result<(), ItemError> {
        let text = self.document.text(found);
        let index = self.count;
        self.count += 1;
        let Err(error) = decode_inside(text, ITEM_DEPTH, place, &mut self.interner) else { return Ok(()) };
        let raw = raw_item(text);
        let error = error.moved(found.offset).in_element(index).in_field("items");
        match raw {
            Some(raw) => Err(ItemError { error, raw: Some(raw) }),
            None => Err(self.document.fail(error).into()),
        }
    }
}

/// The item, if it is valid where it stands.
#[cold]
fn raw_item(text: &[u8]) -> Option<RawJson> {
    let mut scan = Scanner::new(text).ok()?.inside(ITEM_DEPTH);
    let value = scan.skip().ok()?;
    scan.end().ok()?;
    let mut raw = RawJson::default();
    raw.set_checked(value);
    Some(raw)
}
