//! A list's document taken apart while it arrives: its members go into the list as each is complete, the texts of its
//! items are handed out one by one. It holds one member or item, and only if that is not within one piece.

use super::frame::Frame;
use crate::Object;
use crate::json::error::{DecodeError, Result};
use crate::json::scan::Scanner;
use crate::json::{LONGEST_ITEM, decode_with};
use crate::string::Interner;

/// What is to come next.
#[derive(Clone, Copy, PartialEq)]
enum Next {
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
pub(crate) struct Document {
    next: Next,
    /// The value that is arriving, if one is.
    frame: Option<Frame>,
    /// The part of it that came in earlier pieces; for a member, `{"name":` before it.
    kept: Vec<u8>,
    /// How many bytes of the document were taken.
    offset: usize,
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
    failed: Option<DecodeError>,
}

/// The bytes of an item.
pub(crate) struct Found<'a> {
    /// Where they begin in the document.
    pub(crate) offset: usize,
    /// The bytes; nothing when they are in [`Document::kept`].
    bytes: Option<&'a [u8]>,
}

impl Default for Document {
    fn default() -> Self {
        Document {
            next: Next::Start,
            frame: None,
            kept: Vec::new(),
            offset: 0,
            start: 0,
            name_start: 0,
            value_start: 0,
            name_len: 0,
            identity: Vec::new(),
            wrong_kind: false,
            had_items: false,
            failed: None,
        }
    }
}

/// More of `apiVersion` and `kind` than this is looked at without waiting for the rest.
const LONGEST_IDENTITY: usize = 4096;

/// A longer buffer is given back after use.
const KEPT_CAPACITY: usize = 256 << 10;

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

    fn advance<'a>(
        &mut self,
        input: &mut &'a [u8],
        list: &mut dyn Object,
        interner: &mut Interner,
    ) -> Result<Option<Found<'a>>> {
        loop {
            if let Some(frame) = &mut self.frame {
                let Some(end) = frame.end(input) else {
                    self.keep(input)?;
                    self.take(input, input.len());
                    return Ok(None);
                };
                self.frame = None;
                let piece = self.take(input, end);
                if self.next == Next::Item {
                    return self.item(piece).map(Some);
                }
                self.keep(piece)?;
                match self.next {
                    Next::Name => self.name()?,
                    _ => self.member(list, interner)?,
                }
                continue;
            }
            let blank = input.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\t' | b'\r')).count();
            self.take(input, blank);
            let Some(byte) = input.first() else { return Ok(None) };
            match self.token(*byte, list, interner)? {
                true => self.take(input, 1),
                false => input,
            };
        }
    }

    /// Decides on the next byte that is not of a value; true when it is done with, false when a value begins with it.
    fn token(&mut self, byte: u8, list: &mut dyn Object, interner: &mut Interner) -> Result<bool> {
        let next = match (self.next, byte) {
            (Next::Start, b'{') => {
                self.start = self.offset;
                Next::FirstName
            }
            (Next::FirstName | Next::AfterMember, b'}') => {
                self.check_kind(list, interner)?;
                Next::End
            }
            (Next::FirstName | Next::Name, b'"') => {
                self.begin(byte);
                self.kept.push(b'{');
                self.name_start = self.offset;
                self.next = Next::Name;
                return Ok(false);
            }
            (Next::Colon, b':') => {
                self.kept.push(b':');
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
                self.value_start = self.offset;
                return Ok(false);
            }
            (Next::FirstItem | Next::Item, _) => {
                self.begin(byte);
                self.value_start = self.offset;
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

    fn unexpected(&self, expected: &'static str, found: &'static str) -> DecodeError {
        let error = DecodeError::new(self.offset, expected, found);
        match self.next {
            Next::FirstItem | Next::Item | Next::AfterItem => error.in_field("items"),
            _ => error,
        }
    }

    fn take<'a>(&mut self, input: &mut &'a [u8], len: usize) -> &'a [u8] {
        let (taken, rest) = input.split_at_checked(len).unwrap_or((input, &[]));
        self.offset += taken.len();
        *input = rest;
        taken
    }

    fn begin(&mut self, first: u8) {
        self.kept.clear();
        self.kept.shrink_to(KEPT_CAPACITY);
        self.frame = Some(Frame::of(first));
    }

    fn keep(&mut self, piece: &[u8]) -> Result<()> {
        if self.kept.len() + piece.len() > LONGEST_ITEM {
            return Err(self.unexpected("at most 64 MiB in one item", "more"));
        }
        self.kept.extend_from_slice(piece);
        Ok(())
    }

    fn item<'a>(&mut self, piece: &'a [u8]) -> Result<Found<'a>> {
        self.next = Next::AfterItem;
        if self.kept.is_empty() {
            return Ok(Found { offset: self.value_start, bytes: Some(piece) });
        }
        self.keep(piece)?;
        Ok(Found { offset: self.value_start, bytes: None })
    }

    /// The name of a member is here.
    fn name(&mut self) -> Result<()> {
        self.name_len = self.kept.len() - 1;
        self.next = Next::Colon;
        // The decoder sees it again with its value, but whether a value is the items must be known before.
        let name = self.kept.get(1..).unwrap_or_default();
        let checked = Scanner::new(name).and_then(|mut scan| scan.string("a string").map(|_| ()));
        checked.map_err(|error| error.moved(self.name_start))
    }

    fn named(&self, names: &[&str]) -> bool {
        let name = self.kept.get(1..=self.name_len).unwrap_or_default();
        Scanner::new(name)
            .is_ok_and(|mut scan| scan.string("a string").is_ok_and(|name| names.contains(&name)))
    }

    fn is_items(&self) -> bool {
        self.named(&["items"])
    }

    /// A member other than the items is here.
    fn member(&mut self, list: &mut dyn Object, interner: &mut Interner) -> Result<()> {
        self.next = Next::AfterMember;
        self.kept.push(b'}');
        let decoded = decode_with(&self.kept, list, interner);
        let identifies = list.fields().kind.is_some() && self.named(&["apiVersion", "kind"]);
        if identifies {
            self.identity.push(b',');
            self.identity.extend_from_slice(self.kept.get(1..self.kept.len() - 1).unwrap_or_default());
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
        decode_with(&identity, list, interner).map_err(|error| error.moved(self.start))
    }
}
