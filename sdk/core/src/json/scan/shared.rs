//! Values that are shared with others that were read before.

use super::Scanner;
use crate::json::error::Result;
use crate::string::Interner;
use crate::{RawJson, Str};

impl Scanner<'_> {
    /// The string that comes, as a shared one.
    #[inline(always)]
    pub(crate) fn shared_string(&mut self, interner: &mut Interner, expected: &'static str) -> Result<Str> {
        match self.plain_string(expected)? {
            Some(place) => Ok(interner.get_part(self.text, place)),
            None => self.shared_escaped_string(interner),
        }
    }

    #[inline(never)]
    fn shared_escaped_string(&mut self, interner: &mut Interner) -> Result<Str> {
        let (from, depth) = (self.at, self.depth);
        if let Some((length, meaning)) = interner.escaped.find(self.rest(), depth) {
            self.take(length);
            return Ok(meaning);
        }
        let text = self.text;
        let meaning = interner.get_long(self.escaped_string()?);
        interner.escaped.add(text.get(from..self.at).unwrap_or_default(), &meaning, depth);
        Ok(meaning)
    }

    /// The value that comes as raw JSON.
    pub(crate) fn raw(&mut self, interner: &mut Interner) -> Result<RawJson> {
        self.peek();
        let depth = self.depth;
        if let Some((length, text)) = interner.raw.find(self.rest(), depth) {
            self.take(length);
            return Ok(RawJson::from_shared(text));
        }
        match self.skip()? {
            "null" => Ok(RawJson::default()),
            source => {
                let text = interner.get_long(source);
                interner.raw.add(source, &text, depth);
                Ok(RawJson::from_shared(text))
            }
        }
    }
}
