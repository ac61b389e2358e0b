//! [`Document`]: what the list decoder asks of a format, and what the documents of all formats hold while their bytes
//! arrive. It knows nothing of either format.

use crate::json::{DecodeError, LONGEST_ITEM};
use crate::projection::Part;
use crate::string::Interner;
use crate::{Mut, Object, RawJson};

type Result<T, E = DecodeError> = std::result::Result<T, E>;

/// A list of which some bytes have come: its members go into the list as each is complete, its items are handed out.
pub(crate) trait Document: Send {
    /// What it holds.
    fn pieces(&self) -> &Pieces;

    /// The same, to change.
    fn pieces_mut(&mut self) -> &mut Pieces;

    /// Takes from the front of the input up to where the next item begins or goes on; false when the input is used up
    /// or the document has ended.
    fn advance(&mut self, input: &mut &[u8], list: &mut dyn Object, interner: &mut Interner) -> Result<bool>;

    /// Takes the item that begins or goes on here; nothing when its end is not in the input.
    fn item<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Found<'a>>>;

    /// The item that began here was taken from the input as a whole.
    fn passed(&mut self);

    /// Nothing follows: is the document whole?
    fn finish(&mut self, list: &mut dyn Object, interner: &mut Interner) -> Result<()>;

    /// Decodes the object at the front of some bytes and gives its length; nothing if they hold none that fits.
    fn decode_front(
        &self,
        bytes: &[u8],
        object: &mut dyn Object,
        part: Option<Part<'_>>,
        interner: &mut Interner,
    ) -> Option<usize>;

    /// Decodes an item.
    fn decode(
        &self,
        bytes: &[u8],
        place: Mut<'_>,
        part: Option<Part<'_>>,
        interner: &mut Interner,
    ) -> Result<()>;

    /// An item as JSON, if it is one value.
    fn raw(&self, bytes: &[u8]) -> Option<RawJson>;
}

/// The bytes of an item.
pub(crate) struct Found<'a> {
    /// Where they begin in the document.
    pub(crate) offset: usize,
    /// The bytes; nothing when they are in [`Pieces::kept`].
    bytes: Option<&'a [u8]>,
}

/// A document's place, and the part of one member or item that came in earlier pieces.
#[derive(Default)]
pub(crate) struct Pieces {
    pub(crate) kept: Vec<u8>,
    /// How many bytes of the document were taken.
    pub(crate) offset: usize,
    /// Nothing can follow this error.
    pub(crate) failed: Option<DecodeError>,
    /// The length of the longest of the last items.
    likely: usize,
}

/// A longer buffer is given back after use.
const KEPT_CAPACITY: usize = 256 << 10;

impl Pieces {
    /// Nothing can follow this error.
    pub(crate) fn fail(&mut self, error: DecodeError) -> DecodeError {
        self.failed = Some(error.clone());
        error
    }

    /// Another member or item begins.
    pub(crate) fn begin(&mut self) {
        self.kept.clear();
        self.kept.shrink_to(KEPT_CAPACITY);
    }

    pub(crate) fn take<'a>(&mut self, input: &mut &'a [u8], len: usize) -> &'a [u8] {
        let (taken, rest) = input.split_at_checked(len).unwrap_or((input, &[]));
        self.offset += taken.len();
        *input = rest;
        taken
    }

    /// Remembers a part of what arrives; the error has no path.
    pub(crate) fn keep(&mut self, piece: &[u8]) -> Result<()> {
        if self.kept.len() + piece.len() > LONGEST_ITEM {
            return Err(DecodeError::new(self.offset, "at most 64 MiB in one item", "more"));
        }
        self.kept.extend_from_slice(piece);
        Ok(())
    }

    /// The item that began at this offset and ends with this piece.
    pub(crate) fn item<'a>(&mut self, offset: usize, piece: &'a [u8]) -> Result<Found<'a>> {
        self.learn_length(self.kept.len() + piece.len());
        if self.kept.is_empty() {
            return Ok(Found { offset, bytes: Some(piece) });
        }
        self.keep(piece)?;
        Ok(Found { offset, bytes: None })
    }

    /// The bytes of an item that was found.
    pub(crate) fn bytes<'a>(&'a self, found: &Found<'a>) -> &'a [u8] {
        found.bytes.unwrap_or(&self.kept)
    }

    /// The part of the input in which the item that begins with it is likely to end.
    pub(crate) fn likely_item<'a>(&self, input: &'a [u8]) -> Option<&'a [u8]> {
        let upto = (self.likely + self.likely / 8).min(input.len());
        input.get(..upto).filter(|window| (1..=window.len()).contains(&self.likely))
    }

    /// Long items are forgotten slowly: to look for the end of one costs less than to read half of it for nothing.
    pub(crate) fn learn_length(&mut self, len: usize) {
        self.likely = len.max(self.likely - self.likely / 8);
    }
}
