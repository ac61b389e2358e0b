//! Strings: where they end, sixteen bytes at a time, and what their escapes stand for.

use wide::u8x16;

use super::Scanner;
use crate::json::error::{DecodeError, Result};
use crate::string::Interner;

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

impl<'a> Scanner<'a> {
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

    #[inline(always)]
    pub(super) fn skip_string(&mut self) -> Result<()> {
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
