//! The first bytes of every CBOR item (RFC 8949, section 3): what it is and its argument, and the strings behind them.

use crate::json::{DecodeError, MAX_DEPTH};

pub(super) type Result<T, E = DecodeError> = std::result::Result<T, E>;

/// What a head says.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Kind {
    /// An integer of 64 bits and a sign: the number, or for negative ones what is to be taken from -1.
    Unsigned(u64),
    Negative(u64),
    /// A string or a container, and how many bytes, elements or members it has; nothing when a break ends it.
    Bytes(Option<u64>),
    Text(Option<u64>),
    Array(Option<u64>),
    Map(Option<u64>),
    Bool(bool),
    Null,
    Float(f64),
    /// The end of a string or container of unknown length.
    Break,
}

/// A head with the tags before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) kind: Kind,
    /// Where the item begins.
    pub(super) at: usize,
    /// Which text a byte string is to become.
    pub(super) later: Option<Encoding>,
}

/// The tags of section 3.4.5.2: bytes that are text in JSON.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Encoding {
    Base64Url,
    Base64,
    Base16,
}

impl Head {
    /// What was found, for messages.
    pub(super) fn found(&self) -> &'static str {
        match self.kind {
            Kind::Unsigned(_) | Kind::Negative(_) => "an integer",
            Kind::Bytes(_) | Kind::Text(_) => "a string",
            Kind::Array(_) => "an array",
            Kind::Map(_) => "an object",
            Kind::Bool(_) => "a boolean",
            Kind::Null => "null",
            Kind::Float(_) => "a float",
            Kind::Break => "a break",
        }
    }

    #[cold]
    #[inline(never)]
    pub(super) fn unexpected(&self, expected: &'static str) -> DecodeError {
        DecodeError::new(self.at, expected, self.found())
    }
}

/// A place in CBOR bytes.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: u32,
    scratch: Vec<u8>,
}

impl<'a> Reader<'a> {
    /// Bytes that stand so many levels inside a document.
    pub(super) fn new(bytes: &'a [u8], depth: u32) -> Self {
        Reader { bytes, at: 0, depth, scratch: Vec::new() }
    }

    /// Another reader over the same bytes, for a second look.
    #[cold]
    pub(super) fn look_again(&self, at: usize) -> Reader<'a> {
        Reader { at, ..Reader::new(self.bytes, 0) }
    }

    /// How many bytes were read.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    #[cold]
    #[inline(never)]
    fn fail<T>(&self, expected: &'static str, found: &'static str) -> Result<T> {
        Err(DecodeError::new(self.at, expected, found))
    }

    /// Nothing may follow.
    pub(super) fn end(&self) -> Result<()> {
        if self.at < self.bytes.len() { self.fail("the end", "more bytes") } else { Ok(()) }
    }

    /// The head of the next item.
    #[inline]
    pub(super) fn head(&mut self) -> Result<Head> {
        let at = self.at;
        let mut later = None;
        loop {
            let Some(&first) = self.bytes.get(self.at) else { return self.fail("a value", "the end") };
            let argument = self.argument(first & 31)?;
            let kind = match first >> 5 {
                0 => Kind::Unsigned(self.definite(argument)?),
                1 => Kind::Negative(self.definite(argument)?),
                2 => Kind::Bytes(argument),
                3 => Kind::Text(argument),
                4 => Kind::Array(argument),
                5 => Kind::Map(argument),
                6 => {
                    later = self.tag(at, argument)?.or(later);
                    continue;
                }
                _ => self.simple(at, first, argument)?,
            };
            return Ok(Head { kind, at, later });
        }
    }

    /// The argument that the low bits of a head's first byte announce; nothing for an unknown length. Goes past it.
    #[inline(always)]
    fn argument(&mut self, low: u8) -> Result<Option<u64>> {
        if low < 24 {
            self.at += 1;
            return Ok(Some(u64::from(low)));
        }
        self.long_argument(low)
    }

    #[inline(never)]
    fn long_argument(&mut self, low: u8) -> Result<Option<u64>> {
        let width = match low {
            24..=27 => 1usize << (low - 24),
            31 => 0,
            _ => return self.fail("a value", "a reserved byte"),
        };
        let Some(bytes) = self.bytes.get(self.at + 1..self.at + 1 + width) else {
            self.at = self.bytes.len();
            return self.fail("a value", "the end");
        };
        self.at += 1 + width;
        let argument = bytes.iter().fold(0, |argument, byte| argument << 8 | u64::from(*byte));
        Ok((width > 0).then_some(argument))
    }

    fn definite(&self, argument: Option<u64>) -> Result<u64> {
        match argument {
            Some(argument) => Ok(argument),
            None => self.fail("a value", "a reserved byte"),
        }
    }

    /// Tags that change nothing, or what a byte string is to become; others have a meaning that is not ours.
    #[inline(never)]
    fn tag(&self, at: usize, tag: Option<u64>) -> Result<Option<Encoding>> {
        match self.definite(tag)? {
            // A time as text, and the tag that says that this is CBOR.
            0 | 55799 => Ok(None),
            21 => Ok(Some(Encoding::Base64Url)),
            22 => Ok(Some(Encoding::Base64)),
            23 => Ok(Some(Encoding::Base16)),
            2 | 3 => Err(DecodeError::new(at, "a 64-bit integer", "a larger number")),
            _ => Err(DecodeError::new(at, "a value of JSON", "an unknown tag")),
        }
    }

    #[inline(never)]
    fn simple(&self, at: usize, first: u8, argument: Option<u64>) -> Result<Kind> {
        let float = match (first & 31, argument) {
            (20, _) => return Ok(Kind::Bool(false)),
            (21, _) => return Ok(Kind::Bool(true)),
            (22, _) => return Ok(Kind::Null),
            (31, _) => return Ok(Kind::Break),
            (25, Some(bits)) => half(bits as u16),
            (26, Some(bits)) => f64::from(f32::from_bits(bits as u32)),
            (27, Some(bits)) => f64::from_bits(bits),
            _ => return Err(DecodeError::new(at, "a value of JSON", "a simple value")),
        };
        match float.is_finite() {
            true => Ok(Kind::Float(float)),
            false => Err(DecodeError::new(at, "a number", "no number or an infinite one")),
        }
    }

    /// Enters a container.
    #[inline]
    pub(super) fn enter(&mut self, head: &Head) -> Result<()> {
        if self.depth >= MAX_DEPTH {
            return Err(DecodeError::new(head.at, "at most 128 levels", "more"));
        }
        self.depth += 1;
        Ok(())
    }

    /// True when another element or member follows in a container of which so many are left.
    #[inline]
    pub(super) fn more(&mut self, left: &mut Option<u64>) -> Result<bool> {
        match left {
            Some(0) => {}
            Some(left) => {
                *left -= 1;
                return Ok(true);
            }
            None => match self.bytes.get(self.at) {
                Some(0xff) => self.at += 1,
                Some(_) => return Ok(true),
                None => return self.fail("a value or a break", "the end"),
            },
        }
        self.depth -= 1;
        Ok(false)
    }

    /// The bytes of a string of known length.
    #[inline]
    fn taken(&mut self, len: u64) -> Result<&'a [u8]> {
        let bytes = usize::try_from(len).ok().and_then(|len| self.bytes.get(self.at..)?.get(..len));
        match bytes {
            Some(bytes) => {
                self.at += bytes.len();
                Ok(bytes)
            }
            None => {
                self.at = self.bytes.len();
                self.fail("as many bytes as the string says", "the end")
            }
        }
    }

    /// The bytes of a string whose head was read.
    #[inline]
    pub(super) fn string_bytes(&mut self, head: &Head, expected: &'static str) -> Result<&[u8]> {
        match head.kind {
            Kind::Bytes(Some(len)) | Kind::Text(Some(len)) => self.taken(len),
            Kind::Bytes(None) | Kind::Text(None) => self.chunks(head),
            _ => Err(head.unexpected(expected)),
        }
    }

    /// A string of unknown length: chunks of known length and the same kind.
    #[inline(never)]
    fn chunks(&mut self, head: &Head) -> Result<&[u8]> {
        let mut whole = std::mem::take(&mut self.scratch);
        whole.clear();
        loop {
            let chunk = self.head()?;
            match (head.kind, chunk.kind) {
                (_, Kind::Break) => break,
                (Kind::Bytes(_), Kind::Bytes(Some(len))) => whole.extend_from_slice(self.taken(len)?),
                (Kind::Text(_), Kind::Text(Some(len))) => whole.extend_from_slice(self.taken(len)?),
                _ => return Err(chunk.unexpected("a chunk of the string or a break")),
            }
        }
        self.scratch = whole;
        Ok(&self.scratch)
    }

    /// The text of a string whose head was read: byte strings are text too, and those with a tag the text that it says.
    #[inline]
    pub(super) fn text(&mut self, head: &Head, expected: &'static str) -> Result<&str> {
        if let (Some(encoding), Kind::Bytes(_)) = (head.later, head.kind) {
            return self.encoded(head, encoding);
        }
        match std::str::from_utf8(self.string_bytes(head, expected)?) {
            Ok(text) => Ok(text),
            Err(_) => Err(DecodeError::new(head.at, "UTF-8 text", "other bytes")),
        }
    }

    #[inline(never)]
    fn encoded(&mut self, head: &Head, encoding: Encoding) -> Result<&str> {
        use base64::Engine;
        use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
        let bytes = self.string_bytes(head, "a string")?;
        let text = match encoding {
            Encoding::Base64 => STANDARD.encode(bytes),
            Encoding::Base64Url => URL_SAFE_NO_PAD.encode(bytes),
            Encoding::Base16 => bytes.iter().map(|byte| format!("{byte:02X}")).collect(),
        };
        self.scratch = text.into_bytes();
        // It is ASCII.
        Ok(std::str::from_utf8(&self.scratch).unwrap_or_default())
    }

    /// Goes past the value whose head was read.
    pub(super) fn skip(&mut self, head: Head) -> Result<()> {
        let mut left = match head.kind {
            Kind::Bytes(_) | Kind::Text(_) => return self.text_or_bytes(&head),
            Kind::Array(len) => len,
            // A key and a value for each member.
            Kind::Map(len) => return self.skip_members(&head, len),
            Kind::Break => return Err(head.unexpected("a value")),
            _ => return Ok(()),
        };
        self.enter(&head)?;
        while self.more(&mut left)? {
            let head = self.head()?;
            self.skip(head)?;
        }
        Ok(())
    }

    fn skip_members(&mut self, head: &Head, mut left: Option<u64>) -> Result<()> {
        self.enter(head)?;
        while self.more(&mut left)? {
            let key = self.head()?;
            self.text(&key, "a string")?;
            let head = self.head()?;
            self.skip(head)?;
        }
        Ok(())
    }

    /// Text must be UTF-8; bytes may be anything where nobody reads them.
    fn text_or_bytes(&mut self, head: &Head) -> Result<()> {
        match head.kind {
            Kind::Text(_) => self.text(head, "a string").map(|_| ()),
            _ => self.string_bytes(head, "a string").map(|_| ()),
        }
    }
}

/// The value of a 16-bit float.
fn half(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    let size = match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + fraction) * 2f64.powi(exponent - 25),
    };
    if bits >> 15 == 1 { -size } else { size }
}
