//! Where a value ends, told piece by piece: brackets are counted and strings passed over. It is not for the grammar:
//! the decoder holds the whole value to that.

use wide::u8x16;

/// A value of which the end is looked for; its first byte is the first that is fed.
pub(super) enum Frame {
    Container(Brackets),
    String { escaped: bool },
    Scalar,
}

/// What is known of an array or object up to some byte of it.
#[derive(Default)]
pub(super) struct Brackets {
    depth: u32,
    in_string: bool,
    escaped: bool,
}

impl Frame {
    /// The frame of a value that begins with this byte.
    pub(super) fn of(first: u8) -> Self {
        match first {
            b'{' | b'[' => Frame::Container(Brackets::default()),
            // The opening quote is met as if it were escaped.
            b'"' => Frame::String { escaped: true },
            _ => Frame::Scalar,
        }
    }

    /// The number of bytes of this piece that still belong to the value, if it ends here.
    pub(super) fn end(&mut self, piece: &[u8]) -> Option<usize> {
        match self {
            Frame::Container(brackets) => brackets.end(piece),
            Frame::String { escaped } => end_of_string(escaped, piece),
            Frame::Scalar => piece.iter().position(|byte| {
                matches!(byte, b',' | b':' | b'[' | b']' | b'{' | b'}' | b'"') || byte.is_ascii_whitespace()
            }),
        }
    }
}

fn end_of_string(escaped: &mut bool, piece: &[u8]) -> Option<usize> {
    for (at, byte) in piece.iter().enumerate() {
        match byte {
            _ if std::mem::take(escaped) => {}
            b'"' => return Some(at + 1),
            b'\\' => *escaped = true,
            _ => {}
        }
    }
    None
}

impl Brackets {
    fn end(&mut self, piece: &[u8]) -> Option<usize> {
        let (blocks, rest) = piece.as_chunks::<64>();
        for (number, block) in blocks.iter().enumerate() {
            if let Some(end) = self.end_in(block, 64) {
                return Some(number * 64 + end);
            }
        }
        if rest.is_empty() {
            return None;
        }
        let mut block = [b' '; 64];
        block.get_mut(..rest.len())?.copy_from_slice(rest);
        Some(blocks.len() * 64 + self.end_in(&block, rest.len())?)
    }

    /// The end within a block of which `len` bytes are of the value, the others being spaces.
    #[inline(always)]
    fn end_in(&mut self, block: &[u8; 64], len: usize) -> Option<usize> {
        let mut seen = Seen::of(block);
        if seen.backslashes != 0 || self.escaped {
            let escaped = self.escaped_bytes(seen.backslashes, len);
            seen.quotes &= !escaped;
        }
        // Bit by bit: was the number of quotes up to here odd?
        let mut in_string = seen.quotes;
        for shift in [1, 2, 4, 8, 16, 32] {
            in_string ^= in_string << shift;
        }
        if self.in_string {
            in_string = !in_string;
        }
        self.in_string = in_string >> 63 == 1;
        let (opening, closing) = (seen.opening & !in_string, seen.closing & !in_string);
        if closing.count_ones() < self.depth {
            self.depth += opening.count_ones();
            self.depth -= closing.count_ones();
            return None;
        }
        self.last_bracket(opening, closing)
    }

    /// The bracket that closes the value, where this block may hold it.
    #[inline(never)]
    fn last_bracket(&mut self, opening: u64, closing: u64) -> Option<usize> {
        let mut brackets = opening | closing;
        while brackets != 0 {
            let at = brackets.trailing_zeros();
            brackets &= brackets - 1;
            if opening >> at & 1 == 1 {
                self.depth += 1;
            } else {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    return Some(at as usize + 1);
                }
            }
        }
        None
    }

    /// The bytes that a backslash before them takes its meaning from; remembers whether the next block's first is one.
    #[inline(never)]
    fn escaped_bytes(&mut self, backslashes: u64, len: usize) -> u64 {
        let mut escaped = u64::from(self.escaped);
        let mut rest = backslashes & !escaped;
        while rest != 0 {
            let next = rest & rest.wrapping_neg();
            escaped |= next << 1;
            rest &= !(next | next << 1);
        }
        let last = 1u64 << (len - 1);
        self.escaped = backslashes & last != 0 && escaped & last == 0;
        escaped
    }
}

/// Bit `i`: what byte `i` of a block is.
struct Seen {
    quotes: u64,
    backslashes: u64,
    opening: u64,
    closing: u64,
}

impl Seen {
    #[inline(always)]
    fn of(block: &[u8; 64]) -> Self {
        let mut seen = Seen { quotes: 0, backslashes: 0, opening: 0, closing: 0 };
        let (parts, _) = block.as_chunks::<16>();
        for (number, part) in parts.iter().enumerate() {
            let bytes = u8x16::new(*part);
            // `[` and `{`, and `]` and `}`, differ in this bit alone.
            let folded = bytes | u8x16::splat(0x20);
            let mask = |bytes: u8x16, byte| {
                u64::from(bytes.simd_eq(u8x16::splat(byte)).to_bitmask()) << (number * 16)
            };
            seen.quotes |= mask(bytes, b'"');
            seen.backslashes |= mask(bytes, b'\\');
            seen.opening |= mask(folded, b'{');
            seen.closing |= mask(folded, b'}');
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The end of a value, fed in pieces of this size.
    fn end(text: &[u8], size: usize) -> Option<usize> {
        let mut frame = Frame::of(*text.first()?);
        let mut before = 0;
        for piece in text.chunks(size) {
            if let Some(end) = frame.end(piece) {
                return Some(before + end);
            }
            before += piece.len();
        }
        None
    }

    #[test]
    fn values_end_where_they_end() {
        for (value, rest) in [
            ("{}", "}"),
            ("[[],{}]", "]"),
            (r#"{"a":"}\"}\\"}"#, r#""}"#),
            (r#"["\\\\\\",[]]"#, ",1]"),
            (r#""a\\\"b""#, r#","c""#),
            (r#""""#, r#"""#),
            ("12.5e3", ","),
            ("null", "]"),
        ] {
            for padding in 0..70 {
                let inside = "x".repeat(padding);
                let value = value.replacen('a', &inside, 1);
                let text = format!("{value}{rest}");
                for size in [1, 2, 63, 64, 65, 1000] {
                    assert_eq!(end(text.as_bytes(), size), Some(value.len()), "{text} by {size}");
                    assert_eq!(end(&text.as_bytes()[..value.len() - 1], size), None, "{text} by {size}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn pieces_do_not_matter(text in "[\\[{]([\\[\\]{}\"\\\\ a]|\\\\\"){0,300}", size in 1usize..200) {
            prop_assert_eq!(end(text.as_bytes(), size), end(text.as_bytes(), text.len()));
        }
    }
}
