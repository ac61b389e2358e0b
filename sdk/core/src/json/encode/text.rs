//! Strings and names: copied in whole blocks, with the escapes that JSON demands and no others.
//!
//! Blocks have a fixed size, so that they are copied by single instructions; the ends of a text overlap.

use super::out::{LONGEST, Out};
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
        None => long_name(before, fields.names.get(field).copied().unwrap_or_default(), out, at),
    }
}

#[inline(never)]
fn long_name(before: u8, name: &str, out: &mut Out<'_>, at: usize) -> usize {
    let at = out.byte(before, at);
    let at = string(name, out, at);
    out.byte(b':', at)
}

/// A string with its quotes.
#[inline]
pub(super) fn string(text: &str, out: &mut Out<'_>, at: usize) -> usize {
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
        (Some(_), Some(_)) => long(bytes, out, at),
        _ => short(bytes, out, at),
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

/// A string of any length, block by block.
#[inline(never)]
fn long(bytes: &[u8], out: &mut Out<'_>, at: usize) -> usize {
    let mut at = out.byte(b'"', at);
    let (blocks, rest) = bytes.as_chunks::<16>();
    for block in blocks {
        at = escape(block, 16, out, at);
    }
    if !rest.is_empty() {
        let mut block = [b' '; 16];
        block[..rest.len()].copy_from_slice(rest);
        at = escape(&block, rest.len(), out, at);
    }
    out.byte(b'"', at)
}

/// Writes the first bytes of a block, with escapes: six bytes for each at most, and what the last write begins.
#[inline(always)]
fn escape(block: &[u8; 16], count: usize, out: &mut Out<'_>, at: usize) -> usize {
    const { assert!(6 * 16 + 16 <= LONGEST) }
    let (place, start) = out.window(at, LONGEST);
    // All that is left is written each time, and written over from where an escape stands.
    place[..16].copy_from_slice(block);
    let mut special = special(block);
    let (mut rest, mut left, mut at) = (u128::from_le_bytes(*block), count, 0);
    while special != 0 {
        let plain = special.trailing_zeros() as usize;
        at += plain;
        rest >>= 8 * plain;
        let (escape, length) = ESCAPES[usize::from(rest as u8)];
        rest >>= 8;
        place[at..at + 8].copy_from_slice(&escape.to_le_bytes());
        at += usize::from(length);
        place[at..at + 16].copy_from_slice(&rest.to_le_bytes());
        left -= plain + 1;
        special = special >> plain >> 1;
    }
    start + at + left
}

/// What stands for each byte that needs it, filled with zeros, and its length.
static ESCAPES: [(u64, u8); 256] = {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut escapes = [(0, 0); 256];
    let mut byte = 0;
    while byte < 0x20 {
        let digits = [DIGITS[byte >> 4], DIGITS[byte & 15]];
        escapes[byte] = (u64::from_le_bytes([b'\\', b'u', b'0', b'0', digits[0], digits[1], 0, 0]), 6);
        byte += 1;
    }
    let short = [(b'"', b'"'), (b'\\', b'\\'), (b'\n', b'n'), (b'\r', b'r'), (b'\t', b't')];
    let mut number = 0;
    while number < short.len() {
        let (byte, letter) = short[number];
        escapes[byte as usize] = (u64::from_le_bytes([b'\\', letter, 0, 0, 0, 0, 0, 0]), 2);
        number += 1;
    }
    escapes
};
