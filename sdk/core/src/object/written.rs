//! Names of members as JSON has them. Not for reading: there names are looked up.

use crate::json::encode_string;

/// How a field's name is written: `"name":` with its escapes, in a block of fixed size, so that it is copied by two
/// instructions.
#[derive(Clone, Copy, Debug)]
pub struct Written([u8; BLOCK]);

const BLOCK: usize = 32;

impl Written {
    pub(crate) fn of(name: &str) -> Self {
        let mut block = [0; BLOCK];
        let mut text = Vec::new();
        encode_string(name, &mut text);
        text.push(b':');
        if text.len() < BLOCK {
            for (to, from) in block.iter_mut().zip(&text) {
                *to = *from;
            }
            block[BLOCK - 1] = text.len() as u8;
        }
        Written(block)
    }

    /// The text and what fills the block, which means nothing.
    #[inline(always)]
    pub(crate) fn block(&self) -> &[u8; BLOCK] {
        &self.0
    }

    /// The length of the text; nothing if it is longer than a block.
    #[inline(always)]
    pub(crate) fn length(&self) -> Option<usize> {
        match self.0[BLOCK - 1] {
            0 => None,
            length => Some(usize::from(length)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_fit_a_block_stand_in_it() {
        for length in 0..40 {
            let name = "n".repeat(length);
            let written = Written::of(&name);
            let text = written.length().and_then(|length| written.block().get(..length));
            let expected = format!("\"{name}\":");
            assert_eq!(text, (length < 29).then_some(expected.as_bytes()), "{length}");
        }
    }

    #[test]
    fn escapes_stand_in_it() {
        let sixteen_quotes = "\"".repeat(16);
        for (name, expected) in [
            (r#"a"b"#, Some(r#""a\"b":"#)),
            (r"\\", Some(r#""\\\\":"#)),
            ("ä\u{1}", Some("\"ä\\u0001\":")),
            (&sixteen_quotes, None),
        ] {
            let written = Written::of(name);
            let text = written.length().and_then(|length| written.block().get(..length));
            assert_eq!(text, expected.map(str::as_bytes), "{name}");
        }
    }
}
