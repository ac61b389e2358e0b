//! Numbers: their text, held to the grammar.

use super::Scanner;
use crate::json::error::Result;

impl<'a> Scanner<'a> {
    /// The integer that comes, if it has no more than 18 digits; otherwise nothing, and it still comes.
    #[inline(always)]
    pub(crate) fn short_integer(&mut self) -> Option<i64> {
        let negative = self.bytes.get(self.at) == Some(&b'-');
        let from = self.at + usize::from(negative);
        let (mut at, mut value) = (from, 0);
        while let Some(digit @ b'0'..=b'9') = self.bytes.get(at) {
            if at - from == 18 {
                return None;
            }
            value = value * 10 + i64::from(digit - b'0');
            at += 1;
        }
        let leading_zero = self.bytes.get(from) == Some(&b'0') && at - from > 1;
        if at == from || leading_zero || matches!(self.bytes.get(at), Some(b'.' | b'e' | b'E')) {
            return None;
        }
        self.at = at;
        Some(if negative { -value } else { value })
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
}
