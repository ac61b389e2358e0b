//! Numbers: their text, held to the grammar.

use super::Scanner;
use crate::json::error::Result;

impl<'a> Scanner<'a> {
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
