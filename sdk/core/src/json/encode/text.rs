//! Strings and names: copied in whole blocks, with the escapes that JSON demands and no others.
//!
//! Blocks have a fixed size, so that they are copied by single instructions; the ends of a text overlap.

use super::out::{self, LONGEST, Out};
use crate::json::scan::{any_special, special};
use crate::object::Fields;

/// What stands before a member, its name and its colon.
#[inline(always)]
pub(super) fn name(before: u8, field: usize, fields: &Fields, out: &mut Out<'_>, at: usize) -> usize {
    match fields.written.get(field).and_then(|written| Some((written.block(), written.length()?))) {
        Some((block, length)) => {
            let (place, at) = out.window(at, 1 + block.len());
            place[0] = before;
            place[1..].copy_from_slice(block);
            at + 1 + length
        }
        None => long_name(before, fields.name(field), out, at),
    }
}

#[inline(never)]
fn long_name(before: u8, name: &str, out: &mut Out<'_>, at: usize) -> usize {
    let at = out.byte(before, at);
    let at = string(name, out, at);
    out.byte(b':', at)
}

/// A string with its quotes.
#[inline(never)]
pub(super) fn string(text: &str, out: &mut Out<'_>, at: usize) -> usize {
    if at > out::ENOUGH {
        return string_behind(text, out, at);
    }
    let bytes = text.as_bytes();
    let n = bytes.len();
    match (bytes.first_chunk::<16>(), bytes.last_chunk::<16>()) {
        (Some(head), Some(tail)) if n <= 32 && !any_special(head, tail) => {
            let (place, at) = out.window(at, 34);
            place[0] = b'"';
            place[1..17].copy_from_slice(head);
            place[n - 15..n + 1].copy_from_slice(tail);
            place[n + 1] = b'"';
            at + n + 2
        }
        (Some(_), Some(_)) => up_to_two_blocks(bytes, out, at),
        _ => short(bytes, out, at),
    }
}

/// The same when the block is full: a call at the end, so that [`string`] has nothing to keep over one.
#[cold]
#[inline(never)]
fn string_behind(text: &str, out: &mut Out<'_>, at: usize) -> usize {
    let at = out.give(at);
    string(text, out, at)
}

/// A string of one to two blocks, if it needs no escapes.
#[inline(always)]
fn up_to_two_blocks(bytes: &[u8], out: &mut Out<'_>, at: usize) -> usize {
    let n = bytes.len();
    match (bytes.first_chunk::<BLOCK>(), bytes.last_chunk::<BLOCK>()) {
        (Some(head), Some(tail)) if n <= 2 * BLOCK && specials(head) | specials(tail) == 0 => {
            let (place, at) = out.window(at, 2 * BLOCK + 2);
            place[0] = b'"';
            place[1..1 + BLOCK].copy_from_slice(head);
            place[n + 1 - BLOCK..n + 1].copy_from_slice(tail);
            place[n + 1] = b'"';
            at + n + 2
        }
        _ => long(bytes, out, at),
    }
}

const SPACES: u64 = 0x2020_2020_2020_2020;

/// Fewer than sixteen bytes: what they begin and what they end with, each in a word.
#[inline(always)]
fn short(bytes: &[u8], out: &mut Out<'_>, at: usize) -> usize {
    let n = bytes.len();
    // The words, where the second one begins, and spaces where a word has no bytes: those need no escapes.
    let (head, tail, second, head_fill, tail_fill) = match *bytes {
        [] => return out.bytes(b"\"\"", at),
        [a] => (u64::from(a), u64::from(a), 0, SPACES << 8, SPACES << 8),
        [a, b] => (u64::from(a), u64::from(b), 1, SPACES << 8, SPACES << 8),
        [a, b, c] => (u64::from(a) | u64::from(b) << 8, u64::from(c), 2, SPACES << 16, SPACES << 8),
        _ => match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
            (Some(head), Some(tail)) => (u64::from_le_bytes(*head), u64::from_le_bytes(*tail), n - 8, 0, 0),
            _ => {
                let half = |chunk: Option<&[u8; 4]>| chunk.map_or(0, |it| u64::from(u32::from_le_bytes(*it)));
                let (head, tail) = (half(bytes.first_chunk()), half(bytes.last_chunk()));
                (head, tail, n - 4, SPACES << 32, SPACES << 32)
            }
        },
    };
    let both = u128::from(head | head_fill) | u128::from(tail | tail_fill) << 64;
    if special(&both.to_le_bytes()) != 0 {
        return long(bytes, out, at);
    }
    let (place, at) = out.window(at, 24);
    place[0] = b'"';
    place[1..9].copy_from_slice(&head.to_le_bytes());
    place[1 + second..9 + second].copy_from_slice(&tail.to_le_bytes());
    place[1 + n] = b'"';
    at + n + 2
}

/// How much of a long string is looked at and written at once.
const BLOCK: usize = 32;

/// A string of any length, block by block.
#[inline(never)]
fn long(bytes: &[u8], out: &mut Out<'_>, at: usize) -> usize {
    let at = out.byte(b'"', at);
    let end = if bytes.len() < BLOCK { less_than_a_block(bytes, out, at) } else { blocks(bytes, out, at) };
    out.byte(b'"', end)
}

#[inline(never)]
fn less_than_a_block(bytes: &[u8], out: &mut Out<'_>, at: usize) -> usize {
    let mut padded = [b' '; 2 * BLOCK];
    padded[..bytes.len()].copy_from_slice(bytes);
    let specials = padded.first_chunk().map_or(0, specials);
    escape(&padded, specials, out, at) + bytes.len()
}

#[inline(always)]
fn blocks(bytes: &[u8], out: &mut Out<'_>, mut at: usize) -> usize {
    // What is left over from whole blocks goes first: there the bytes that fill the block follow in the text.
    let mut count = bytes.len().wrapping_sub(1) % BLOCK + 1;
    let mut rest = bytes;
    while let Some(block) = rest.first_chunk() {
        let specials = specials(block) & u32::MAX >> (BLOCK - count);
        if specials == 0 {
            let (place, start) = out.window(at, BLOCK);
            place.copy_from_slice(block);
            at = start;
        } else {
            let mut padded = [b' '; 2 * BLOCK];
            let with_next = rest.first_chunk().unwrap_or_else(|| {
                padded[..BLOCK].copy_from_slice(block);
                &padded
            });
            at = escape(with_next, specials, out, at);
        }
        at += count;
        rest = rest.get(count..).unwrap_or_default();
        count = BLOCK;
    }
    at
}

/// Bit `i`: byte `i` needs an escape.
#[inline(always)]
fn specials(block: &[u8; BLOCK]) -> u32 {
    match block.as_chunks() {
        ([low, high], _) => special(low) | special(high) << 16,
        _ => 0,
    }
}

/// Writes a block with its escapes; gives the place behind, less the bytes that the block has itself. What follows the
/// block means nothing: after each escape as much is copied as there could be plain bytes.
#[inline(always)]
fn escape(block: &[u8; 2 * BLOCK], mut specials: u32, out: &mut Out<'_>, at: usize) -> usize {
    /// For one escape and what is copied behind it; the longest escape has six bytes.
    const ROOM: usize = 8 + BLOCK;
    const { assert!(BLOCK * 6 + ROOM <= LONGEST) }
    let (place, start) = out.window(at, LONGEST);
    place[..BLOCK].copy_from_slice(&block[..BLOCK]);
    let mut more = 0;
    while specials != 0 {
        let plain = specials.trailing_zeros() as usize % BLOCK;
        specials &= specials - 1;
        let escape = ESCAPES[usize::from(block[plain])];
        let longer = (escape >> LONGER) as usize;
        // There always is room.
        let Some(place) = place.get_mut(plain + more..).and_then(|rest| rest.first_chunk_mut::<ROOM>())
        else {
            break;
        };
        place[..8].copy_from_slice(&escape.to_le_bytes());
        place[1 + longer..][..BLOCK].copy_from_slice(&block[1 + plain..][..BLOCK]);
        more += longer;
    }
    start + more
}

/// How much longer than its byte an escape is stands in its word from this bit on, above what is written.
const LONGER: u32 = 61;

/// What stands for each byte that needs it, in the order of memory.
static ESCAPES: [u64; 256] = {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut escapes = [0; 256];
    let mut byte = 0;
    while byte < 0x20 {
        let digits = [DIGITS[byte >> 4], DIGITS[byte & 15]];
        escapes[byte] =
            u64::from_le_bytes([b'\\', b'u', b'0', b'0', digits[0], digits[1], 0, 0]) | 5 << LONGER;
        byte += 1;
    }
    let short = [(b'"', b'"'), (b'\\', b'\\'), (b'\n', b'n'), (b'\r', b'r'), (b'\t', b't')];
    let mut number = 0;
    while number < short.len() {
        let (byte, letter) = short[number];
        escapes[byte as usize] = u64::from_le_bytes([b'\\', letter, 0, 0, 0, 0, 0, 0]) | 1 << LONGER;
        number += 1;
    }
    escapes
};

#[cfg(test)]
mod tests {
    use super::*;

    /// The same as [`string`], character by character.
    fn expected(text: &str) -> String {
        let escape = |it: char| match it {
            '"' | '\\' => format!("\\{it}"),
            '\n' => "\\n".into(),
            '\r' => "\\r".into(),
            '\t' => "\\t".into(),
            '\0'..' ' => format!("\\u{:04x}", u32::from(it)),
            it => it.to_string(),
        };
        format!("\"{}\"", text.chars().map(escape).collect::<String>())
    }

    fn check(text: &str, at: usize) {
        let mut buffer = Vec::new();
        let mut out = Out::behind(&mut buffer);
        let end = string(text, &mut out, at);
        let written = out.end(end).get(at..).map(String::from_utf8_lossy);
        assert_eq!(written.as_deref(), Some(expected(text).as_str()), "{text:?} at {at}");
    }

    #[test]
    fn escapes_at_every_place_of_strings_of_every_length() {
        for length in 0..150 {
            let plain = "abcdefghijklmnopqrstuvwxyz".chars().cycle().take(length);
            check(&plain.clone().collect::<String>(), 0);
            for place in 0..length {
                for special in ['"', '\u{1}'] {
                    let text = plain.clone().enumerate().map(|(n, it)| if n == place { special } else { it });
                    check(&text.collect::<String>(), 0);
                }
                let text =
                    plain.clone().enumerate().map(|(n, it)| if n % 40 < place % 40 { '\u{1f}' } else { it });
                check(&text.collect::<String>(), 0);
            }
        }
    }

    #[test]
    fn every_character_of_one_byte() {
        let all: String = ('\0'..='\u{7f}').collect();
        check(&all, 0);
        for it in all.chars() {
            check(&it.to_string(), 0);
            check(&it.to_string().repeat(33), 0);
        }
    }

    #[test]
    fn where_the_block_is_full() {
        for at in (out::ENOUGH - 300..out::ENOUGH + 20).step_by(7) {
            for length in [0, 1, 5, 15, 16, 31, 33, 64, 200, 3000] {
                check(&"a".repeat(length), at);
                check(&"\u{2}".repeat(length), at);
            }
        }
    }
}
