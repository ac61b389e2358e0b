//! Whole values that are only checked: unknown fields and raw JSON.

use super::{MAX_DEPTH, Scanner};
use crate::json::error::Result;

/// The arrays and objects around a place inside a value: one bit each, the innermost lowest, 1 for an object.
///
/// There are at most [`MAX_DEPTH`] of them, so that they fit.
#[derive(Clone, Copy, Default)]
struct Levels {
    kinds: u128,
    count: u32,
}

impl Levels {
    #[inline(always)]
    fn enter(&mut self, object: bool) {
        self.kinds = self.kinds << 1 | u128::from(object);
        self.count += 1;
    }

    #[inline(always)]
    fn leave(&mut self) {
        self.kinds >>= 1;
        self.count -= 1;
    }

    #[inline(always)]
    fn in_object(self) -> bool {
        self.kinds & 1 == 1
    }
}

impl<'a> Scanner<'a> {
    /// The text of the value that comes, whatever it is.
    pub(crate) fn skip(&mut self) -> Result<&'a str> {
        self.peek();
        let from = self.at;
        let mut levels = Levels::default();
        loop {
            self.skip_to_end_of_value(&mut levels)?;
            if !self.skip_to_next_value(&mut levels)? {
                return Ok(self.text.get(from..self.at).unwrap_or_default());
            }
        }
    }

    /// Reads on until a value has ended: the one that comes, or the first innermost one in it.
    #[inline(always)]
    fn skip_to_end_of_value(&mut self, levels: &mut Levels) -> Result<()> {
        loop {
            match self.peek() {
                b'"' => return self.skip_string(),
                open @ (b'{' | b'[') => {
                    let object = open == b'{';
                    self.enter()?;
                    if self.peek() == if object { b'}' } else { b']' } {
                        self.leave();
                        return Ok(());
                    }
                    levels.enter(object);
                    if object && self.skip_name(levels)? {
                        return Ok(());
                    }
                }
                b't' => return self.word("true", "a value"),
                b'f' => return self.word("false", "a value"),
                b'n' => return self.word("null", "a value"),
                b'-' | b'0'..=b'9' => return self.number().map(|_| ()),
                _ => return self.unexpected("a value"),
            }
        }
    }

    /// Reads on after a value, to the next one around or beside it; false when the outermost has ended.
    #[inline(always)]
    fn skip_to_next_value(&mut self, levels: &mut Levels) -> Result<bool> {
        loop {
            if levels.count == 0 {
                return Ok(false);
            }
            let object = levels.in_object();
            match self.peek() {
                b'}' if object => {
                    self.leave();
                    levels.leave();
                }
                b',' => {
                    self.at += 1;
                    if !object || !self.skip_name(levels)? {
                        return Ok(true);
                    }
                }
                b']' if !object => {
                    self.leave();
                    levels.leave();
                }
                _ => return self.unexpected(if object { "`,` or `}`" } else { "`,` or `]`" }),
            }
        }
    }

    /// Reads a member's name and its colon; true when its value is read as well, false when it comes.
    ///
    /// Managed fields are names with empty objects, `"f:image":{},`, or with objects that start with a name: both
    /// are told by four bytes, so that each such name costs one search and one comparison.
    #[inline(always)]
    fn skip_name(&mut self, levels: &mut Levels) -> Result<bool> {
        if self.peek() != b'"' {
            return self.unexpected("a string");
        }
        loop {
            self.skip_string()?;
            match self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<5>()) {
                // The empty object is a level too.
                _ if self.depth >= MAX_DEPTH => {
                    self.colon()?;
                    return Ok(false);
                }
                Some(b":{},\"") => self.at += 4,
                Some([b':', b'{', b'"', ..]) => {
                    self.at += 1;
                    self.enter()?;
                    levels.enter(true);
                }
                Some(b":{}}}" | b":{}},") => {
                    self.at += 3;
                    return Ok(true);
                }
                _ => {
                    self.colon()?;
                    return Ok(false);
                }
            }
        }
    }
}
