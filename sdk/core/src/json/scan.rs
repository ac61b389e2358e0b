//! The scanner under the decoder: white space, strings, numbers, and whole values that are only checked.
//!
//! Strings are searched sixteen bytes at a time. Everything is held to the JSON grammar, what is skipped too.

use wide::u8x16;

use super::error::{DecodeError, Result};
use crate::string::Interner;

/// More levels of arrays and objects than this are an error.
pub(crate) const MAX_DEPTH: u32 = 128;

/// Offset of the first `"`, `\` or control byte at or after `from`; the length when there is none.
#[inline(always)]
pub(crate) fn string_end(bytes: &[u8], mut from: usize) -> usize {
    while let Some(block) = bytes.get(from..).and_then(|rest| rest.first_chunk::<16>()) {
        let special = special(block);
        if special != 0 {
            return from + special.trailing_zeros() as usize;
        }
        from += 16;
    }
    string_end_in_rest(bytes, from)
}

#[inline(never)]
fn string_end_in_rest(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    from + rest.iter().position(|&byte| byte == b'"' || byte == b'\\' || byte < 0x20).unwrap_or(rest.len())
}

/// Bit `i`: byte `i` is `"`, `\` or a control byte.
#[inline(always)]
fn special(block: &[u8; 16]) -> u32 {
    let bytes = u8x16::new(*block);
    let control = bytes.min(u8x16::splat(0x1f)).simd_eq(bytes);
    (bytes.simd_eq(u8x16::splat(b'"')) | bytes.simd_eq(u8x16::splat(b'\\')) | control).to_bitmask()
}

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

    /// The string that comes: from the text, or from the scratch when it has escapes.
    #[inline(always)]
    pub(crate) fn string(&mut self, expected: &'static str) -> Result<&str> {
        match self.plain_string(expected)? {
            Some(text) => Ok(text),
            None => self.escaped_string(),
        }
    }

    /// The string that comes, as a shared one.
    #[inline(always)]
    pub(crate) fn shared_string(
        &mut self,
        interner: &mut Interner,
        expected: &'static str,
    ) -> Result<crate::Str> {
        match self.plain_string(expected)? {
            Some(text) => Ok(interner.get(text)),
            None => Ok(self.escaped_string()?.into()),
        }
    }

    /// A string without escapes; nothing, at its opening quote, if it has some.
    #[inline(always)]
    fn plain_string(&mut self, expected: &'static str) -> Result<Option<&'a str>> {
        if self.peek() != b'"' {
            return self.unexpected(expected);
        }
        let from = self.at + 1;
        let to = string_end(self.bytes, from);
        if self.bytes.get(to) != Some(&b'"') {
            return Ok(None);
        }
        self.at = to + 1;
        Ok(self.text.get(from..to))
    }

    #[inline(never)]
    fn escaped_string(&mut self) -> Result<&str> {
        let mut out = std::mem::take(&mut self.scratch);
        out.clear();
        self.at += 1;
        loop {
            let to = string_end(self.bytes, self.at);
            out.extend_from_slice(self.bytes.get(self.at..to).unwrap_or_default());
            self.at = to;
            match self.bytes.get(to) {
                Some(b'"') => break,
                Some(b'\\') => {}
                _ => return self.bad_string(),
            }
            let plain = match self.bytes.get(to + 1) {
                Some(byte @ (b'"' | b'\\' | b'/')) => *byte,
                Some(b'n') => b'\n',
                Some(b't') => b'\t',
                Some(b'r') => b'\r',
                Some(b'b') => 8,
                Some(b'f') => 12,
                Some(b'u') => {
                    let escaped = self.unicode()?;
                    out.extend_from_slice(escaped.encode_utf8(&mut [0; 4]).as_bytes());
                    continue;
                }
                _ => return self.fail("an escape sequence", "an unexpected character"),
            };
            out.push(plain);
            self.at += 2;
        }
        self.at += 1;
        self.scratch = out;
        match std::str::from_utf8(&self.scratch) {
            Ok(text) => Ok(text),
            Err(_) => Err(DecodeError::new(self.at, "UTF-8 text", "other bytes")),
        }
    }

    #[cold]
    fn bad_string<T>(&self) -> Result<T> {
        match self.bytes.get(self.at) {
            Some(_) => self.fail("an escaped character", "a control character"),
            None => self.fail("a closing quote", "the end"),
        }
    }

    /// The code unit of the `\uXXXX` at this offset.
    fn code_unit(&self, at: usize) -> Option<u32> {
        match self.bytes.get(at..at + 6)? {
            [b'\\', b'u', digits @ ..] => {
                digits.iter().try_fold(0, |unit, &digit| Some(unit * 16 + char::from(digit).to_digit(16)?))
            }
            _ => None,
        }
    }

    /// The character of the escape that comes; a lone surrogate is U+FFFD, as in Go.
    fn unicode(&mut self) -> Result<char> {
        let Some(unit) = self.code_unit(self.at) else {
            return self.fail("four hexadecimal digits", "other characters");
        };
        self.at += 6;
        if (0xD800..0xDC00).contains(&unit)
            && let Some(low @ 0xDC00..0xE000) = self.code_unit(self.at)
        {
            self.at += 6;
            return Ok(
                char::from_u32(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)).unwrap_or('\u{FFFD}')
            );
        }
        Ok(char::from_u32(unit).unwrap_or('\u{FFFD}'))
    }

    #[inline]
    fn digits(&mut self) -> usize {
        let from = self.at;
        while let Some(b'0'..=b'9') = self.bytes.get(self.at) {
            self.at += 1;
        }
        self.at - from
    }

    /// The text of the number that comes.
    pub(crate) fn number(&mut self) -> Result<&'a str> {
        let from = self.at;
        if self.bytes.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        let zero = self.bytes.get(self.at) == Some(&b'0');
        match self.digits() {
            0 => return self.fail("a digit", "an unexpected character"),
            1 => {}
            _ if zero => return self.fail("a number without leading zeros", "one with"),
            _ => {}
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return self.fail("a digit", "an unexpected character");
            }
        }
        if let Some(b'e' | b'E') = self.bytes.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = self.bytes.get(self.at) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return self.fail("a digit", "an unexpected character");
            }
        }
        Ok(self.text.get(from..self.at).unwrap_or_default())
    }

    #[inline]
    pub(crate) fn boolean(&mut self) -> Result<bool> {
        match self.peek() {
            b't' => self.word("true", "a boolean").map(|()| true),
            b'f' => self.word("false", "a boolean").map(|()| false),
            _ => self.unexpected("a boolean"),
        }
    }

    /// The text of the value that comes, whatever it is.
    pub(crate) fn skip(&mut self) -> Result<&'a str> {
        self.peek();
        let from = self.at;
        // One bit for each level inside the value, the innermost lowest: 1 for an object.
        let (mut levels, mut objects) = (0u32, 0u128);
        loop {
            match self.peek() {
                b'"' => self.skip_string()?,
                open @ (b'{' | b'[') => {
                    let object = open == b'{';
                    self.enter()?;
                    if self.peek() != if object { b'}' } else { b']' } {
                        levels += 1;
                        objects = objects << 1 | u128::from(object);
                        if object {
                            self.skip_key()?;
                        }
                        continue;
                    }
                    self.leave();
                }
                b't' => self.word("true", "a value")?,
                b'f' => self.word("false", "a value")?,
                b'n' => self.word("null", "a value")?,
                b'-' | b'0'..=b'9' => {
                    self.number()?;
                }
                _ => return self.unexpected("a value"),
            }
            loop {
                if levels == 0 {
                    return Ok(self.text.get(from..self.at).unwrap_or_default());
                }
                let object = objects & 1 == 1;
                match self.peek() {
                    b',' => {
                        self.at += 1;
                        if object {
                            self.skip_key()?;
                        }
                        break;
                    }
                    b'}' if object => self.leave(),
                    b']' if !object => self.leave(),
                    _ => return self.unexpected(if object { "`,` or `}`" } else { "`,` or `]`" }),
                }
                levels -= 1;
                objects >>= 1;
            }
        }
    }

    #[inline(always)]
    fn skip_key(&mut self) -> Result<()> {
        if self.peek() != b'"' {
            return self.unexpected("a string");
        }
        self.skip_string()?;
        self.colon()
    }

    #[inline(always)]
    fn skip_string(&mut self) -> Result<()> {
        let to = string_end(self.bytes, self.at + 1);
        if self.bytes.get(to) != Some(&b'"') {
            return self.skip_escaped_string(to);
        }
        self.at = to + 1;
        Ok(())
    }

    /// The rest of a string from its first byte on that needs care.
    #[inline(never)]
    fn skip_escaped_string(&mut self, mut to: usize) -> Result<()> {
        loop {
            to = string_end(self.bytes, to);
            match (self.bytes.get(to), self.bytes.get(to + 1)) {
                (Some(b'"'), _) => break,
                (Some(b'\\'), Some(b'"' | b'\\' | b'/' | b'n' | b't' | b'r' | b'b' | b'f')) => to += 2,
                (Some(b'\\'), Some(b'u')) if self.code_unit(to).is_some() => to += 6,
                (found, _) => {
                    self.at = to;
                    return match found {
                        Some(b'\\') => self.fail("an escape sequence", "other characters"),
                        _ => self.bad_string(),
                    };
                }
            }
        }
        self.at = to + 1;
        Ok(())
    }
}
