//! Strings: where they end, sixteen bytes at a time, and what their escapes stand for.

use std::ops::Range;

use wide::u8x16;

use super::Scanner;
use crate::json::error::{DecodeError, Result};

/// Offset of the first `"`, `\` or control byte at or after `from`; the length when there is none.
#[inline(always)]
fn string_end(bytes: &[u8], mut from: usize) -> usize {
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
pub(crate) fn special(block: &[u8; 16]) -> u32 {
    specials(block).to_bitmask()
}

/// True if there is such a byte in one of two blocks.
#[inline(always)]
pub(crate) fn any_special(one: &[u8; 16], other: &[u8; 16]) -> bool {
    (specials(one) | specials(other)).to_bitmask() != 0
}

#[inline(always)]
fn specials(block: &[u8; 16]) -> u8x16 {
    let bytes = u8x16::new(*block);
    let control = bytes.min(u8x16::splat(0x1f)).simd_eq(bytes);
    bytes.simd_eq(u8x16::splat(b'"')) | bytes.simd_eq(u8x16::splat(b'\\')) | control
}

/// Offset of the quote that ends a string, from a byte of it that is not escaped; nothing if the string is not valid
/// or ends with the last few bytes of the text.
#[inline(never)]
fn escaped_string_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    // Bit `i`: byte `i` of the block follows a backslash that is not escaped itself.
    let mut escaped = 0;
    loop {
        let block = bytes.get(at..)?.first_chunk::<16>()?;
        let marks = Marks::of(block);
        escaped = marks.escaped(escaped);
        let ends = marks.quotes & !escaped;
        let inside = ends.wrapping_sub(1) & !ends & 0xffff;
        if marks.controls & inside != 0 {
            return None;
        }
        let mut others = escaped & inside & !(marks.quotes | marks.backslashes);
        while others != 0 {
            let place = at + others.trailing_zeros() as usize;
            match bytes.get(place)? {
                b'/' | b'n' | b't' | b'r' | b'b' | b'f' => {}
                b'u' => code_unit(bytes, place - 1).map(|_| ())?,
                _ => return None,
            }
            others &= others - 1;
        }
        if ends != 0 {
            return Some(at + ends.trailing_zeros() as usize);
        }
        escaped >>= 16;
        at += 16;
    }
}

/// Where the bytes that matter in a string stand in a block of it, one bit each.
struct Marks {
    quotes: u32,
    backslashes: u32,
    controls: u32,
}

impl Marks {
    #[inline(always)]
    fn of(block: &[u8; 16]) -> Self {
        let bytes = u8x16::new(*block);
        Marks {
            quotes: bytes.simd_eq(u8x16::splat(b'"')).to_bitmask(),
            backslashes: bytes.simd_eq(u8x16::splat(b'\\')).to_bitmask(),
            controls: bytes.min(u8x16::splat(0x1f)).simd_eq(bytes).to_bitmask(),
        }
    }

    /// The bytes that are escaped, with the first of the next block as bit 16, if so many of this one are.
    #[inline(always)]
    fn escaped(&self, before: u32) -> u32 {
        let escaped = self.backslashes << 1 | before;
        if escaped & self.backslashes == 0 {
            return escaped;
        }
        // Backslashes in a row escape one another by turns.
        let mut escaped = before;
        for place in 0..16 {
            escaped |= (self.backslashes & !escaped & 1 << place) << 1;
        }
        escaped
    }
}

/// The code unit of the `\uXXXX` at this offset.
fn code_unit(bytes: &[u8], at: usize) -> Option<u32> {
    match bytes.get(at..at + 6)? {
        [b'\\', b'u', digits @ ..] => {
            digits.iter().try_fold(0, |unit, &digit| Some(unit * 16 + char::from(digit).to_digit(16)?))
        }
        _ => None,
    }
}

impl<'a> Scanner<'a> {
    /// The string that comes: from the text, or from the scratch when it has escapes.
    #[inline(always)]
    pub(crate) fn string(&mut self, expected: &'static str) -> Result<&str> {
        match self.plain_string(expected)? {
            Some(place) => Ok(self.text.get(place).unwrap_or_default()),
            None => self.escaped_string(),
        }
    }

    /// Where a string without escapes stands; nothing, at its opening quote, if it has some.
    #[inline(always)]
    pub(super) fn plain_string(&mut self, expected: &'static str) -> Result<Option<Range<usize>>> {
        if self.peek() != b'"' {
            return self.unexpected(expected);
        }
        let from = self.at + 1;
        let to = string_end(self.bytes, from);
        if self.bytes.get(to) != Some(&b'"') {
            return Ok(None);
        }
        self.at = to + 1;
        Ok(Some(from..to))
    }

    /// A string with escapes, into the scratch.
    #[inline(never)]
    pub(super) fn escaped_string(&mut self) -> Result<&str> {
        let mut out = std::mem::take(&mut self.scratch);
        out.clear();
        self.at += 1;
        while !self.unescape_block(&mut out)? {}
        self.at += 1;
        self.scratch = out;
        match std::str::from_utf8(&self.scratch) {
            Ok(text) => Ok(text),
            Err(_) => Err(DecodeError::new(self.at, "UTF-8 text", "other bytes")),
        }
    }

    /// Reads on by up to sixteen bytes or one escape; true at the closing quote.
    #[inline(always)]
    fn unescape_block(&mut self, out: &mut Vec<u8>) -> Result<bool> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let plain = match rest.first_chunk::<16>() {
            Some(block) => {
                // A whole block is copied, and as much of it kept as needs no care.
                let special = special(block);
                out.extend_from_slice(block);
                if special == 0 {
                    self.at += 16;
                    return Ok(false);
                }
                let plain = special.trailing_zeros() as usize;
                out.truncate(out.len() - 16 + plain);
                plain
            }
            None => {
                let plain = string_end_in_rest(rest, 0);
                out.extend_from_slice(rest.get(..plain).unwrap_or_default());
                plain
            }
        };
        self.at += plain;
        match rest.get(plain) {
            Some(b'"') => return Ok(true),
            Some(b'\\') => {}
            _ => return self.bad_string(),
        }
        let meant = match rest.get(plain + 1) {
            Some(byte @ (b'"' | b'\\' | b'/')) => *byte,
            Some(b'n') => b'\n',
            Some(b't') => b'\t',
            Some(b'r') => b'\r',
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'u') => {
                let escaped = self.unicode()?;
                out.extend_from_slice(escaped.encode_utf8(&mut [0; 4]).as_bytes());
                return Ok(false);
            }
            _ => return self.fail("an escape sequence", "an unexpected character"),
        };
        out.push(meant);
        self.at += 2;
        Ok(false)
    }

    #[cold]
    fn bad_string<T>(&self) -> Result<T> {
        match self.bytes.get(self.at) {
            Some(_) => self.fail("an escaped character", "a control character"),
            None => self.fail("a closing quote", "the end"),
        }
    }

    /// The character of the escape that comes; a lone surrogate is U+FFFD, as in Go.
    fn unicode(&mut self) -> Result<char> {
        let Some(unit) = code_unit(self.bytes, self.at) else {
            return self.fail("four hexadecimal digits", "other characters");
        };
        self.at += 6;
        if (0xD800..0xDC00).contains(&unit)
            && let Some(low @ 0xDC00..0xE000) = code_unit(self.bytes, self.at)
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
        self.at = to;
        if self.bytes.get(to) != Some(&b'"') {
            self.at = match escaped_string_end(self.bytes, to) {
                Some(to) => to,
                None => return self.skip_escapes(),
            };
        }
        self.at += 1;
        Ok(())
    }

    /// The rest of a string, escape by escape: at the end of the text, or to find what is wrong with it.
    #[cold]
    #[inline(never)]
    fn skip_escapes(&mut self) -> Result<()> {
        loop {
            let to = string_end(self.bytes, self.at);
            self.at = to;
            match (self.bytes.get(to), self.bytes.get(to + 1)) {
                (Some(b'"'), _) => break,
                (Some(b'\\'), Some(b'"' | b'\\' | b'/' | b'n' | b't' | b'r' | b'b' | b'f')) => self.at += 2,
                (Some(b'\\'), Some(b'u')) if code_unit(self.bytes, to).is_some() => self.at += 6,
                (Some(b'\\'), _) => return self.fail("an escape sequence", "other characters"),
                _ => return self.bad_string(),
            }
        }
        self.at += 1;
        Ok(())
    }
}
