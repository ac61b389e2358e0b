//! A list's document taken apart while it arrives: its members go into the list as each is complete, the bytes of its
//! items are handed out one by one.

use super::frame::Frame;
use crate::cbor::decode::{decode_front, decode_inside, decode_with, raw_inside};
use crate::cbor::encode::{MAP, head};
use crate::cbor::head::{Kind, Reader, Result};
use crate::json::DecodeError;
use crate::list::{Document, Found, ITEM_DEPTH, Pieces};
use crate::projection::Part;
use crate::string::Interner;
use crate::{Mut, Object, RawJson};

/// What is to come next.
#[derive(Clone, Copy, Default, PartialEq)]
enum Next {
    #[default]
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
#[derive(Default)]
pub(crate) struct CborDocument {
    next: Next,
    /// The item that is arriving, if one is.
    frame: Option<Frame>,
    /// What is kept of a member has the head of a map of one before it.
    pieces: Pieces,
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
}

/// More of `apiVersion` and `kind` than this is looked at without waiting for the rest.
const LONGEST_IDENTITY: usize = 4096;

impl Document for CborDocument {
    fn pieces(&self) -> &Pieces {
        &self.pieces
    }

    fn pieces_mut(&mut self) -> &mut Pieces {
        &mut self.pieces
    }

    fn item<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Found<'a>>> {
        self.frame.get_or_insert_default();
        let Some(piece) = self.frame_end(input)? else { return Ok(None) };
        self.frame = None;
        self.next = Next::ItemOrEnd;
        self.pieces.item(self.start, piece).map(Some).map_err(|error| self.placed(error))
    }

    fn passed(&mut self) {
        self.next = Next::ItemOrEnd;
    }

    fn decode_front(
        &self,
        bytes: &[u8],
        object: &mut dyn Object,
        part: Option<Part<'_>>,
        interner: &mut Interner,
    ) -> Option<usize> {
        decode_front(bytes, ITEM_DEPTH, object, part, interner)
    }

    fn decode(
        &self,
        bytes: &[u8],
        place: Mut<'_>,
        part: Option<Part<'_>>,
        interner: &mut Interner,
    ) -> Result<()> {
        decode_inside(bytes, ITEM_DEPTH, place, part, interner)
    }

    fn raw(&self, bytes: &[u8]) -> Option<RawJson> {
        raw_inside(bytes, ITEM_DEPTH)
    }

    fn finish(&mut self, list: &mut dyn Object, interner: &mut Interner) -> Result<()> {
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

    fn advance(&mut self, input: &mut &[u8], list: &mut dyn Object, interner: &mut Interner) -> Result<bool> {
        loop {
            if self.next != Next::Item && self.frame.is_none() && !self.begin(input, list, interner)? {
                return Ok(false);
            }
            if self.next == Next::Item {
                return Ok(true);
            }
            self.frame.get_or_insert_default();
            let Some(piece) = self.frame_end(input)? else { return Ok(false) };
            match self.next {
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
}

impl CborDocument {
    /// What the frame at hand still takes of the input, up to its end; nothing when all of it was taken and more is
    /// to come.
    fn frame_end<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<&'a [u8]>> {
        let Some(frame) = &mut self.frame else { return Ok(None) };
        let end = match self.next {
            Next::Start | Next::Items => frame.end_of_head(input),
            _ => frame.end(input),
        };
        match end.map_err(|error| self.placed(error.moved(self.pieces.offset)))? {
            Some(end) => Ok(Some(self.pieces.take(input, end))),
            None => {
                self.keep(input)?;
                self.pieces.take(input, input.len());
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
                self.pieces.take(input, usize::from(is_break));
                self.close(list, interner)?;
                continue;
            }
            if input.is_empty() {
                return Ok(false);
            }
            break;
        }
        self.pieces.begin();
        self.start = self.pieces.offset;
        match self.next {
            Next::End => return Err(self.unexpected("the end", "more bytes")),
            Next::ItemOrEnd => {
                self.items = self.items.map(|left| left - 1);
                self.next = Next::Item;
            }
            Next::Member => {
                self.members = self.members.map(|left| left - 1);
                head(MAP, 1, &mut self.pieces.kept);
                self.next = Next::Name;
            }
            _ => {}
        }
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
        self.placed(DecodeError::new(self.pieces.offset, expected, found))
    }

    fn keep(&mut self, piece: &[u8]) -> Result<()> {
        self.pieces.keep(piece).map_err(|error| self.placed(error))
    }

    /// The head of the document is here.
    fn root(&mut self) -> Result<()> {
        let head = Reader::new(&self.pieces.kept, 0).head()?;
        let Kind::Map(members) = head.kind else {
            return Err(head.unexpected("an object").moved(self.start));
        };
        self.members = members;
        self.next = Next::Member;
        Ok(())
    }

    /// Whether the member has one of these names.
    fn is_named(&self, names: &[&str]) -> Result<bool> {
        let mut read = Reader::new(self.pieces.kept.get(1..).unwrap_or_default(), 0);
        let name =
            read.head().and_then(|head| read.text(&head, "a string").map(|name| names.contains(&name)));
        name.map_err(|error| error.moved(self.start))
    }

    /// The head of what should be the items is here.
    fn items_head(&mut self, list: &mut dyn Object, interner: &mut Interner) -> Result<()> {
        let mut read = Reader::new(self.pieces.kept.get(1..).unwrap_or_default(), 0);
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
        let decoded = decode_with(&self.pieces.kept, list, None, interner);
        let identifies = list.fields().kind.is_some() && self.is_named(&["apiVersion", "kind"])?;
        if identifies {
            self.identity.extend_from_slice(self.pieces.kept.get(1..).unwrap_or_default());
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
        decode_with(&whole, list, None, interner)
    }
}
