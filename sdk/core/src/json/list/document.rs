//! A list's document taken apart while it arrives: its members go into the list as each is complete, the texts of its
//! items are handed out one by one.

use super::frame::Frame;
use crate::json::error::{DecodeError, Result};
use crate::json::scan::Scanner;
use crate::json::{decode_front, decode_inside, decode_with, raw_inside};
use crate::list::{Document, Found, ITEM_DEPTH, Pieces};
use crate::projection::Part;
use crate::string::Interner;
use crate::{Mut, Object, RawJson};

/// What is to come next.
#[derive(Clone, Copy, Default, PartialEq)]
enum Next {
    #[default]
    Start,
    FirstName,
    Name,
    Colon,
    Value,
    AfterMember,
    FirstItem,
    Item,
    AfterItem,
    End,
}

/// The state of a document of which some bytes have come.
#[derive(Default)]
pub(crate) struct JsonDocument {
    next: Next,
    /// The value that is arriving, if one is.
    frame: Option<Frame>,
    /// What is kept of a member has `{"name":` before it.
    pieces: Pieces,
    /// Where the document, the member's name, the value began.
    start: usize,
    name_start: usize,
    value_start: usize,
    /// The length of the member's name with its quotes.
    name_len: usize,
    /// The members `apiVersion` and `kind` so far, once one of them is wrong; each with a comma before it.
    identity: Vec<u8>,
    wrong_kind: bool,
    had_items: bool,
}

/// More of `apiVersion` and `kind` than this is looked at without waiting for the rest.
const LONGEST_IDENTITY: usize = 4096;

impl Document for JsonDocument {
    fn pieces(&self) -> &Pieces {
        &self.pieces
    }

    fn pieces_mut(&mut self) -> &mut Pieces {
        &mut self.pieces
    }

    fn item<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Found<'a>>> {
        let found = self.end_of_item(input);
        found.map_err(|error| error.in_field("items"))
    }

    fn passed(&mut self) {
        self.next = Next::AfterItem;
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
        let expected = match self.next {
            Next::End => return Ok(()),
            Next::Start => "an object",
            Next::FirstName | Next::Name => "a string",
            Next::Colon => "`:`",
            Next::AfterMember => "`,` or `}`",
            Next::AfterItem => "`,` or `]`",
            Next::Value | Next::FirstItem | Next::Item => "a value",
        };
        self.check_kind(list, interner)?;
        Err(self.unexpected(expected, "the end"))
    }

    fn advance(&mut self, input: &mut &[u8], list: &mut dyn Object, interner: &mut Interner) -> Result<bool> {
        loop {
            if let Some(frame) = &mut self.frame {
                if self.next == Next::Item {
                    return Ok(true);
                }
                let Some(end) = frame.end(input) else {
                    self.keep(input)?;
                    self.pieces.take(input, input.len());
                    return Ok(false);
                };
                self.frame = None;
                let piece = self.pieces.take(input, end);
                self.keep(piece)?;
                match self.next {
                    Next::Name => self.name()?,
                    _ => self.member(list, interner)?,
                }
                continue;
            }
            let blank = input.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\t' | b'\r')).count();
            self.pieces.take(input, blank);
            let Some(byte) = input.first() else { return Ok(false) };
            if self.token(*byte, list, interner)? {
                self.pieces.take(input, 1);
            } else if self.next == Next::Item {
                return Ok(true);
            }
        }
    }
}

impl JsonDocument {
    fn end_of_item<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Found<'a>>> {
        if let (None, Some(first)) = (&self.frame, input.first()) {
            self.begin(*first);
        }
        let Some(end) = self.frame.as_mut().and_then(|frame| frame.end(input)) else {
            self.pieces.keep(input)?;
            self.pieces.take(input, input.len());
            return Ok(None);
        };
        self.frame = None;
        self.next = Next::AfterItem;
        let piece = self.pieces.take(input, end);
        self.pieces.item(self.value_start, piece).map(Some)
    }

    /// Decides on the next byte that is not of a value; true when it is done with, false when a value begins with it.
    fn token(&mut self, byte: u8, list: &mut dyn Object, interner: &mut Interner) -> Result<bool> {
        let next = match (self.next, byte) {
            (Next::Start, b'{') => {
                self.start = self.pieces.offset;
                Next::FirstName
            }
            (Next::FirstName | Next::AfterMember, b'}') => {
                self.check_kind(list, interner)?;
                Next::End
            }
            (Next::FirstName | Next::Name, b'"') => {
                self.begin(byte);
                self.pieces.kept.push(b'{');
                self.name_start = self.pieces.offset;
                self.next = Next::Name;
                return Ok(false);
            }
            (Next::Colon, b':') => {
                self.pieces.kept.push(b':');
                Next::Value
            }
            (Next::Value, b'[') if self.is_items() => {
                self.check_kind(list, interner)?;
                if std::mem::replace(&mut self.had_items, true) {
                    return Err(self.unexpected("one array of items", "another"));
                }
                Next::FirstItem
            }
            (Next::AfterMember, b',') => Next::Name,
            (Next::AfterItem, b',') => Next::Item,
            (Next::FirstItem | Next::AfterItem, b']') => Next::AfterMember,
            (Next::Value | Next::FirstItem | Next::Item, b',' | b':' | b']' | b'}') => {
                return Err(self.unexpected("a value", "an unexpected character"));
            }
            (Next::Value, _) => {
                self.frame = Some(Frame::of(byte));
                self.value_start = self.pieces.offset;
                return Ok(false);
            }
            (Next::FirstItem | Next::Item, _) => {
                self.value_start = self.pieces.offset;
                self.next = Next::Item;
                return Ok(false);
            }
            (Next::Start, _) => return Err(self.unexpected("an object", "another value")),
            (Next::FirstName | Next::Name, _) => return Err(self.unexpected("a string", "another value")),
            (Next::Colon, _) => return Err(self.unexpected("`:`", "an unexpected character")),
            (Next::AfterMember, _) => return Err(self.unexpected("`,` or `}`", "an unexpected character")),
            (Next::AfterItem, _) => return Err(self.unexpected("`,` or `]`", "an unexpected character")),
            (Next::End, _) => return Err(self.unexpected("the end", "more characters")),
        };
        self.next = next;
        Ok(true)
    }

    fn placed(&self, error: DecodeError) -> DecodeError {
        match self.next {
            Next::FirstItem | Next::Item | Next::AfterItem => error.in_field("items"),
            _ => error,
        }
    }

    fn unexpected(&self, expected: &'static str, found: &'static str) -> DecodeError {
        self.placed(DecodeError::new(self.pieces.offset, expected, found))
    }

    fn begin(&mut self, first: u8) {
        self.pieces.begin();
        self.frame = Some(Frame::of(first));
    }

    fn keep(&mut self, piece: &[u8]) -> Result<()> {
        self.pieces.keep(piece).map_err(|error| self.placed(error))
    }

    /// The name of a member is here.
    fn name(&mut self) -> Result<()> {
        self.name_len = self.pieces.kept.len() - 1;
        self.next = Next::Colon;
        // The decoder sees it again with its value, but whether a value is the items must be known before.
        let name = self.pieces.kept.get(1..).unwrap_or_default();
        let checked = Scanner::new(name).and_then(|mut scan| scan.string("a string").map(|_| ()));
        checked.map_err(|error| error.moved(self.name_start))
    }

    fn named(&self, names: &[&str]) -> bool {
        let name = self.pieces.kept.get(1..=self.name_len).unwrap_or_default();
        Scanner::new(name)
            .is_ok_and(|mut scan| scan.string("a string").is_ok_and(|name| names.contains(&name)))
    }

    fn is_items(&self) -> bool {
        self.named(&["items"])
    }

    /// A member other than the items is here.
    fn member(&mut self, list: &mut dyn Object, interner: &mut Interner) -> Result<()> {
        self.next = Next::AfterMember;
        self.pieces.kept.push(b'}');
        let decoded = decode_with(&self.pieces.kept, list, None, interner);
        let identifies = list.fields().kind.is_some() && self.named(&["apiVersion", "kind"]);
        if identifies {
            self.identity.push(b',');
            self.identity
                .extend_from_slice(self.pieces.kept.get(1..self.pieces.kept.len() - 1).unwrap_or_default());
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
                // In the text that was decoded, the value follows the name, the colon and the brace.
                let in_text = self.name_len + 2;
                let by = if error.offset() < in_text {
                    self.name_start.saturating_sub(1)
                } else {
                    self.value_start.saturating_sub(in_text)
                };
                Err(error.moved(by))
            }
            Ok(()) => Ok(()),
        }
    }

    /// The error that tells what the document is, if it is none of this kind.
    fn check_kind(&mut self, list: &mut dyn Object, interner: &mut Interner) -> Result<()> {
        let mut identity = std::mem::take(&mut self.identity);
        if !self.wrong_kind {
            return Ok(());
        }
        if let Some(first) = identity.first_mut() {
            *first = b'{';
        }
        identity.push(b'}');
        decode_with(&identity, list, None, interner).map_err(|error| error.moved(self.start))
    }
}
