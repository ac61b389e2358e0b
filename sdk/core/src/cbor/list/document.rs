//! A list's document taken apart while it arrives: its members go into the list as each is complete, the bytes of its
//! items are handed out one by one. It holds one member or item, and only if that is not within one piece.

use super::frame::Frame;
use crate::Object;
use crate::cbor::decode::decode_with;
use crate::cbor::encode::{MAP, head};
use crate::cbor::head::{Kind, Reader, Result};
use crate::json::{DecodeError, LONGEST_ITEM};
use crate::string::Interner;

/// What is to come next.
#[derive(Clone, Copy, PartialEq)]
enum Next {
    Start,
    /// A member, or the end of the document.
    Member,
    Name,
    /// The head of the value of `items`.
    Items,
    Value,
    /// An item, or the end of the items.
    ItemOrEnd,
    Item,
    End,
}

/// The state of a document of which some bytes have come.
pub(crate) struct Document {
    next: Next,
    /// The item that is arriving, if one is.
    frame: Option<Frame>,
    /// The part of it that came in earlier pieces; for a member, the head of a map of one before it.
    kept: Vec<u8>,
    /// How many bytes of the document were taken.
    offset: usize,
    /// Where the member or the item began.
    start: usize,
    /// How many members and items are left; nothing when a break ends them.
    members: Option<u64>,
    items: Option<u64>,
    /// The members `apiVersion` and `kind` so far.
    identity: Vec<u8>,
    identities: u64,
    wrong_kind: bool,
    had_items: bool,
    failed: Option<DecodeError>,
}

/// The bytes of an item.
pub(crate) struct Found<'a> {
    /// Where they begin in the document.
    pub(crate) offset: usize,
    /// The bytes; nothing when they are in [`Document::kept`].
    bytes: Option<&'a [u8]>,
}

/// More of `apiVersion` and `kind` than this is looked at without waiting for the rest.
const LONGEST_IDENTITY: usize = 4096;

/// A longer buffer is given back after use.
const KEPT_CAPACITY: usize = 256 << 10;

impl Default for Document {
    fn default() -> Self {
        Document {
            next: Next::Start,
            frame: None,
            kept: Vec::new(),
            offset: 0,
            start: 0,
            members: None,
            items: None,
            identity: Vec::new(),
            identities: 0,
            wrong_kind: false,
            had_items: false,
            failed: None,
        }
    }
}

impl Document {
    /// Takes from the front of the input up to the end of the next item; nothing when the input is used up, the
    /// document has ended or it has failed.
    pub(crate) fn next<'a>(
        &mut self,
        input: &mut &'a [u8],
        list: &mut dyn Object,
        interner: &mut Interner,
    ) -> Option<Result<Found<'a>>> {
        if self.failed.is_some() {
            return None;
        }
        match self.advance(input, list, interner) {
            Err(error) => Some(Err(self.fail(error))),
            Ok(found) => found.map(Ok),
        }
    }

    /// Nothing can follow this error.
    pub(crate) fn fail(&mut self, error: DecodeError) -> DecodeError {
        self.failed = Some(error.clone());
        error
    }

    /// The bytes of an item that was found.
    pub(crate) fn bytes<'a>(&'a self, found: &Found<'a>) -> &'a [u8] {
        found.bytes.unwrap_or(&self.kept)
    }

    /// Nothing follows: is the document whole?
    pub(crate) fn finish(&mut self, list: &mut dyn Object, interner: &mut Interner) -> Result<()> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        // What has no items or members left ends without another byte.
        if self.frame.is_none() {
            self.begin(&mut &[][..], list, interner)?;
        }
        if self.next == Next::End {
            return Ok(());
        }
        self.check_kind(list, interner)?;
        let expected = if self.next == Next::Start { "an object" } else { "a value" };
        Err(self.unexpected(expected, "the end"))
    }

    fn advance<'a>(
        &mut self,
        input: &mut &'a [u8],
        list: &mut dyn Object,
        interner: &mut Interner,
    ) -> Result<Option<Found<'a>>> {
        loop {
            if self.frame.is_none() && !self.begin(input, list, interner)? {
                return Ok(None);
            }
            let Some(piece) = self.frame_end(input)? else { return Ok(None) };
            match self.next {
                Next::Item => {
                    self.frame = None;
                    return self.item(piece).map(Some);
                }
                Next::Start => {
                    self.keep(piece)?;
                    self.frame = None;
                    self.root()?;
                }
                Next::Name => {
                    self.keep(piece)?;
                    self.frame = Some(Frame::default());
                    self.next = if self.is_named(&["items"])? { Next::Items } else { Next::Value };
                }
                Next::Items => {
                    self.keep(piece)?;
                    self.items_head(list, interner)?;
                }
                _ => {
                    self.keep(piece)?;
                    self.frame = None;
                    self.member(list, interner)?;
                }
            }
        }
    }

    /// What the frame at hand still takes of the input, up to its end; nothing when all of it was taken and more is
    /// to come.
    fn frame_end<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<&'a [u8]>> {
        let Some(frame) = &mut self.frame else { return Ok(None) };
        let end = match self.next {
            Next::Start | Next::Items => frame.end_of_head(input),
            _ => frame.end(input),
        };
        match end.map_err(|error| self.placed(error.moved(self.offset)))? {
            Some(end) => Ok(Some(self.take(input, end))),
            None => {
                self.keep(input)?;
                self.take(input, input.len());
                Ok(None)
            }
        }
    }

    /// Decides what begins with the next byte; false when there is none.
    fn begin(&mut self, input: &mut &[u8], list: &mut dyn Object, interner: &mut Interner) -> Result<bool> {
        loop {
            let left = match self.next {
                Next::ItemOrEnd => self.items,
                Next::Member => self.members,
                _ => Some(1),
            };
            let is_break = left.is_none() && input.first() == Some(&0xff);
            if left == Some(0) || is_break {
                self.take(input, usize::from(is_break));
                self.close(list, interner)?;
                continue;
            }
            if input.is_empty() {
                return Ok(false);
            }
            break;
        }
        self.kept.clear();
        self.kept.shrink_to(KEPT_CAPACITY);
        self.start = self.offset;
        match self.next {
            Next::End => return Err(self.unexpected("the end", "more bytes")),
            Next::ItemOrEnd => {
                self.items = self.items.map(|left| left - 1);
                self.next = Next::Item;
            }
            Next::Member => {
                self.members = self.members.map(|left| left - 1);
                head(MAP, 1, &mut self.kept);
                self.next = Next::Name;
            }
            _ => {}
        }
        self.frame = Some(Frame::default());
        Ok(true)
    }

    /// The items or the document have ended.
    fn close(&mut self, list: &mut dyn Object, interner: &mut Interner) -> Result<()> {
        if self.next == Next::ItemOrEnd {
            self.next = Next::Member;
            return Ok(());
        }
        self.check_kind(list, interner)?;
        self.next = Next::End;
        Ok(())
    }

    fn placed(&self, error: DecodeError) -> DecodeError {
        match self.next {
            Next::ItemOrEnd | Next::Item => error.in_field("items"),
            _ => error,
        }
    }

    fn unexpected(&self, expected: &'static str, found: &'static str) -> DecodeError {
        self.placed(DecodeError::new(self.offset, expected, found))
    }

    fn take<'a>(&mut self, input: &mut &'a [u8], len: usize) -> &'a [u8] {
        let (taken, rest) = input.split_at_checked(len).unwrap_or((input, &[]));
        self.offset += taken.len();
        *input = rest;
        taken
    }

    fn keep(&mut self, piece: &[u8]) -> Result<()> {
        if self.kept.len() + piece.len() > LONGEST_ITEM {
            return Err(self.unexpected("at most 64 MiB in one item", "more"));
        }
        self.kept.extend_from_slice(piece);
        Ok(())
    }

    fn item<'a>(&mut self, piece: &'a [u8]) -> Result<Found<'a>> {
        self.next = Next::ItemOrEnd;
        if self.kept.is_empty() {
            return Ok(Found { offset: self.start, bytes: Some(piece) });
        }
        self.keep(piece)?;
        Ok(Found { offset: self.start, bytes: None })
    }

    /// The head of the document is here.
    fn root(&mut self) -> Result<()> {
        let head = Reader::new(&self.kept, 0).head()?;
        let Kind::Map(members) = head.kind else {
            return Err(head.unexpected("an object").moved(self.start));
        };
        self.members = members;
        self.next = Next::Member;
        Ok(())
    }

    /// Whether the member has one of these names.
    fn is_named(&self, names: &[&str]) -> Result<bool> {
        let mut read = Reader::new(self.kept.get(1..).unwrap_or_default(), 0);
        let name =
            read.head().and_then(|head| read.text(&head, "a string").map(|name| names.contains(&name)));
        name.map_err(|error| error.moved(self.start))
    }

    /// The head of what should be the items is here.
    fn items_head(&mut self, list: &mut dyn Object, interner: &mut Interner) -> Result<()> {
        let mut read = Reader::new(self.kept.get(1..).unwrap_or_default(), 0);
        let name = read.head().map_err(|error| error.moved(self.start))?;
        read.text(&name, "a string").map_err(|error| error.moved(self.start))?;
        let value = read.head().map_err(|error| error.moved(self.start))?;
        let Kind::Array(items) = value.kind else {
            // Null, or a value that the decoder has something to say to.
            self.next = Next::Value;
            return Ok(());
        };
        self.check_kind(list, interner)?;
        if std::mem::replace(&mut self.had_items, true) {
            return Err(DecodeError::new(self.start + value.at, "one array of items", "another"));
        }
        self.items = items;
        self.frame = None;
        self.next = Next::ItemOrEnd;
        Ok(())
    }

    /// A member other than the items is here.
    fn member(&mut self, list: &mut dyn Object, interner: &mut Interner) -> Result<()> {
        self.next = Next::Member;
        let decoded = decode_with(&self.kept, list, interner);
        let identifies = list.fields().kind.is_some() && self.is_named(&["apiVersion", "kind"])?;
        if identifies {
            self.identity.extend_from_slice(self.kept.get(1..).unwrap_or_default());
            self.identities += 1;
            if self.identity.len() > LONGEST_IDENTITY {
                self.check_kind(list, interner)?;
            }
        }
        match decoded {
            // Both names make the message; the other one may be still to come.
            Err(error) if identifies && error.is_wrong_kind() => {
                self.wrong_kind = true;
                Ok(())
            }
            Err(error) => {
                self.check_kind(list, interner)?;
                // Before the name there is one byte that the document does not have.
                Err(error.moved(self.start.saturating_sub(1)))
            }
            Ok(()) => Ok(()),
        }
    }

    /// The error that tells what the document is, if it is none of this kind.
    fn check_kind(&mut self, list: &mut dyn Object, interner: &mut Interner) -> Result<()> {
        let identity = std::mem::take(&mut self.identity);
        let identities = std::mem::take(&mut self.identities);
        if !self.wrong_kind {
            return Ok(());
        }
        let mut whole = Vec::with_capacity(identity.len() + 9);
        head(MAP, identities, &mut whole);
        whole.extend_from_slice(&identity);
        decode_with(&whole, list, interner)
    }
}
