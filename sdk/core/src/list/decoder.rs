//! [`ListDecoder`]: lists decoded item by item while they arrive, in constant memory, without I/O.

use std::fmt;

use super::{Document, ListObject};
use crate::cbor::{self, CborDocument};
use crate::json::{DecodeError, JsonDocument};
use crate::projection::Part;
use crate::string::Interner;
use crate::{Mut, Object, Projection, RawJson};

/// Where the items of a list stand: within the list and its array.
pub(crate) const ITEM_DEPTH: u32 = 2;

/// Decodes a list item by item while it arrives, as JSON or CBOR, which its first byte tells apart.
///
/// It holds one item at most, and that only if the item came in more than one piece. Whatever stands beside the items
/// goes into the list, whether it comes before or after them. What is decoded is what [`from_slice`](crate::json::from_slice)
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

    /// A decoder of what a projection asks for.
    pub fn projected(projection: Projection) -> Self {
        ListDecoder { items: ItemDecoder::projected(projection), list: L::default() }
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
    /// In its format, once that is known.
    document: Option<Box<dyn Document>>,
    projection: Projection,
    interner: Interner,
    count: usize,
    /// An item has begun and not ended.
    within_item: bool,
}

impl Default for ItemDecoder {
    fn default() -> Self {
        // What a list of unknown length deserves.
        let interner = Interner::for_input(1 << 20);
        ItemDecoder {
            document: None,
            projection: Projection::everything(),
            interner,
            count: 0,
            within_item: false,
        }
    }
}

impl ItemDecoder {
    /// A decoder of what a projection asks for.
    pub(crate) fn projected(projection: Projection) -> Self {
        ItemDecoder { projection, ..ItemDecoder::default() }
    }

    /// Decodes the next item; see [`ListDecoder::next`].
    pub(crate) fn next(
        &mut self,
        input: &mut &[u8],
        list: &mut dyn Object,
        item: &mut dyn Object,
    ) -> Option<Result<(), ItemError>> {
        self.decode_next(input, list, |_, _| Mut::Object(item))
    }

    /// Decodes all items that this input completes into the list itself.
    pub(crate) fn collect(&mut self, mut input: &[u8], list: &mut dyn Object) -> Result<(), DecodeError> {
        while let Some(decoded) = self.decode_next(&mut input, list, place_of_next) {
            decoded.map_err(|error| self.fail(error.error))?;
        }
        Ok(())
    }

    /// See [`ListDecoder::finish`].
    pub(crate) fn finish(&mut self, list: &mut dyn Object) -> Result<(), DecodeError> {
        let Some(document) = &mut self.document else {
            return Err(DecodeError::new(0, "an object", "the end"));
        };
        if let Some(error) = &document.pieces_mut().failed {
            return Err(error.clone());
        }
        document.finish(list, &mut self.interner)?;
        if let Some(Mut::Sequence(items)) = list.fields().find("items").map(|field| list.get_mut(field)) {
            items.finish();
        }
        Ok(())
    }

    /// `place` gives the place of an item, and is told whether it has given it before.
    fn decode_next<'a>(
        &mut self,
        input: &mut &[u8],
        list: &'a mut dyn Object,
        place: impl FnOnce(&'a mut dyn Object, bool) -> Mut<'a>,
    ) -> Option<Result<(), ItemError>> {
        if self.document.is_none() {
            self.document = Some(document_that_begins_with(*input.first()?));
        }
        let document = &mut **self.document.as_mut()?;
        if document.pieces_mut().failed.is_some() {
            return None;
        }
        match document.advance(input, list, &mut self.interner) {
            Ok(true) => {}
            Ok(false) => return None,
            Err(error) => return Some(Err(document.pieces_mut().fail(error).into())),
        }
        let went_on = std::mem::replace(&mut self.within_item, true);
        let mut place = place(list, went_on);
        let part = self.projection.part();
        let is_read = !went_on && decode_in_place(document, input, &mut place, part, &mut self.interner);
        let decoded = if is_read {
            Ok(())
        } else {
            let found = match document.item(input) {
                Ok(found) => found?,
                Err(error) => return Some(Err(document.pieces_mut().fail(error).into())),
            };
            let bytes = document.pieces().bytes(&found);
            let decoded = document.decode(bytes, place, part, &mut self.interner);
            decoded.map_err(|error| (error.moved(found.offset), document.raw(bytes)))
        };
        self.within_item = false;
        let index = self.count;
        self.count += 1;
        let Err((error, raw)) = decoded else { return Some(Ok(())) };
        let error = error.in_element(index).in_field("items");
        Some(Err(match raw {
            Some(raw) => ItemError { error, raw: Some(raw) },
            None => self.fail(error).into(),
        }))
    }

    fn fail(&mut self, error: DecodeError) -> DecodeError {
        match &mut self.document {
            Some(document) => document.pieces_mut().fail(error),
            None => error,
        }
    }
}

/// Decodes the item that begins with the input where it stands, if it is likely to end there: to look for its end
/// first would be another pass over it.
fn decode_in_place(
    document: &mut dyn Document,
    input: &mut &[u8],
    place: &mut Mut<'_>,
    part: Option<Part<'_>>,
    interner: &mut Interner,
) -> bool {
    let Mut::Object(object) = place else { return false };
    let Some(window) = document.pieces().likely_item(input) else { return false };
    let Some(len) = document.decode_front(window, *object, part, interner) else { return false };
    document.pieces_mut().take(input, len);
    document.pieces_mut().learn_length(len);
    document.passed();
    true
}

/// Where a list takes its next item, or took it.
fn place_of_next(list: &mut dyn Object, took: bool) -> Mut<'_> {
    match list.fields().find("items").map(|field| list.get_mut(field)) {
        Some(Mut::Sequence(items)) if took => items.get_mut(items.len().saturating_sub(1)),
        Some(Mut::Sequence(items)) => items.push(),
        _ => Mut::Skip,
    }
}

/// A document in the format that its first byte tells.
fn document_that_begins_with(first: u8) -> Box<dyn Document> {
    match cbor::begins_with(first) {
        true => Box::new(CborDocument::default()),
        false => Box::new(JsonDocument::default()),
    }
}
