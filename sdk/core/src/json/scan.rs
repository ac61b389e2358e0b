//! The scanner under the decoder: white space, strings, numbers, and whole values that are only checked.
//!
//! Everything is held to the JSON grammar, what is skipped too.

mod numbers;
mod shared;
mod skip;
mod strings;

pub(crate) use strings::{any_special, special};

use super::error::{DecodeError, Result};

/// More levels of arrays and objects than this are an error.
pub(crate) const MAX_DEPTH: u32 = 128;

/// A place in a JSON text.
pub(crate) struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    depth: u32,
    scratch: Vec<u8>,
}

impl<'a> Scanner<'a> {
    /// The text must be UTF-8; where it stops being so is the place of the error.
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Self> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Scanner::of_text(text)),
            Err(error) => Err(DecodeError::new(error.valid_up_to(), "UTF-8 text", "other bytes")),
        }
    }

    pub(crate) fn of_text(text: &'a str) -> Self {
        Scanner { text, bytes: text.as_bytes(), at: 0, depth: 0, scratch: Vec::new() }
    }

    /// The same for a text that stands so many levels inside a document.
    pub(crate) fn inside(self, depth: u32) -> Self {
        Scanner { depth, ..self }
    }

    #[inline(always)]
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// How many arrays and objects are open.
    #[inline(always)]
    pub(crate) fn depth(&self) -> u32 {
        self.depth
    }

    /// What was not read yet.
    #[inline(always)]
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// What follows so many bytes more.
    #[inline(always)]
    pub(crate) fn rest_after(&self, bytes: usize) -> &'a [u8] {
        self.bytes.get(self.at + bytes..).unwrap_or_default()
    }

    /// Takes so many bytes that were looked at in the rest.
    #[inline(always)]
    pub(crate) fn take(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// Another scanner over the same text, for a second look.
    #[cold]
    pub(crate) fn look_again(&self, at: usize) -> Scanner<'a> {
        Scanner { at, ..Scanner::of_text(self.text) }
    }

    /// The next byte is not what it should be.
    #[cold]
    #[inline(never)]
    pub(crate) fn unexpected<T>(&mut self, expected: &'static str) -> Result<T> {
        let found = match self.peek() {
            b'"' => "a string",
            b'{' => "an object",
            b'[' => "an array",
            b't' | b'f' => "a boolean",
            b'n' => "null",
            b'-' | b'0'..=b'9' => "a number",
            _ if self.at >= self.bytes.len() => "the end",
            b',' => "`,`",
            b':' => "`:`",
            b']' => "`]`",
            b'}' => "`}`",
            _ => "an unexpected character",
        };
        self.fail(expected, found)
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn fail<T>(&self, expected: &'static str, found: &'static str) -> Result<T> {
        Err(DecodeError::new(self.at, expected, found))
    }

    /// The next byte that is not white space, which is left in place; 0 at the end.
    #[inline(always)]
    pub(crate) fn peek(&mut self) -> u8 {
        loop {
            match self.bytes.get(self.at) {
                // The common case first: one comparison tells.
                Some(&byte) if byte > b' ' => return byte,
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                Some(&byte) => return byte,
                None => return 0,
            }
        }
    }

    /// Nothing but white space may follow.
    pub(crate) fn end(&mut self) -> Result<()> {
        self.peek();
        if self.at < self.bytes.len() { self.fail("the end", "more characters") } else { Ok(()) }
    }

    #[inline(always)]
    pub(crate) fn colon(&mut self) -> Result<()> {
        if self.peek() != b':' {
            return self.unexpected("`:`");
        }
        self.at += 1;
        Ok(())
    }

    #[inline]
    fn word(&mut self, word: &'static str, expected: &'static str) -> Result<()> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if !rest.starts_with(word.as_bytes()) {
            return self.fail(expected, "an unexpected character");
        }
        self.at += word.len();
        Ok(())
    }

    /// Takes a `null` if that is what comes.
    #[inline(always)]
    pub(crate) fn null(&mut self) -> Result<bool> {
        if self.peek() != b'n' {
            return Ok(false);
        }
        self.word("null", "a value")?;
        Ok(true)
    }

    /// Takes the opening bracket of an array or object.
    #[inline(always)]
    pub(crate) fn open(&mut self, bracket: u8, expected: &'static str) -> Result<()> {
        if self.peek() != bracket {
            return self.unexpected(expected);
        }
        self.enter()
    }

    #[inline(always)]
    fn enter(&mut self) -> Result<()> {
        if self.depth >= MAX_DEPTH {
            return self.fail("at most 128 levels", "more");
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    #[inline(always)]
    fn leave(&mut self) {
        self.depth -= 1;
        self.at += 1;
    }

    /// After the opening bracket or a member: true when another member follows, false after the closing bracket.
    #[inline(always)]
    pub(crate) fn more(&mut self, first: &mut bool, close: u8) -> Result<bool> {
        let next = self.peek();
        if next == close {
            self.leave();
            return Ok(false);
        }
        if !std::mem::take(first) {
            if next != b',' {
                return self.unexpected(if close == b'}' { "`,` or `}`" } else { "`,` or `]`" });
            }
            self.at += 1;
            self.peek();
        }
        Ok(true)
    }

    #[inline]
    pub(crate) fn boolean(&mut self) -> Result<bool> {
        match self.peek() {
            b't' => self.word("true", "a boolean").map(|()| true),
            b'f' => self.word("false", "a boolean").map(|()| false),
            _ => self.unexpected("a boolean"),
        }
    }
}
