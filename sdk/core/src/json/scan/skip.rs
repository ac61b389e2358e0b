//! Whole values that are only checked: unknown fields and raw JSON.

use super::Scanner;
use crate::json::error::Result;

impl<'a> Scanner<'a> {
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
}
