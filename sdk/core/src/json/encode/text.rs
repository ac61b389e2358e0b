//! Strings and names: copied in whole blocks, with the escapes that JSON demands and no others.
//!
//! Blocks have a fixed size, so that they are copied by single instructions; the ends of a text overlap.

use crate::json::scan::{special, string_end};

/// A member's name and its colon. The generator refuses names of fields that need escapes.
#[inline]
pub(super) fn name(name: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    append(name.as_bytes(), out);
    out.extend_from_slice(b"\":");
}

/// Bytes as they are.
#[inline(always)]
pub(super) fn append(bytes: &[u8], out: &mut Vec<u8>) {
    let end = out.len() + bytes.len();
    match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(head), Some(tail)) if bytes.len() <= 16 => {
            out.extend_from_slice(head);
            out.truncate(end - 8);
            out.extend_from_slice(tail);
        }
        _ => match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            (Some(head), Some(tail)) if bytes.len() <= 8 => {
                out.extend_from_slice(head);
                out.truncate(end - 4);
                out.extend_from_slice(tail);
            }
            _ => out.extend_from_slice(bytes),
        },
    }
}

/// A string with its quotes.
pub(crate) fn string(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    out.reserve(bytes.len() + 18);
    out.push(b'"');
    match (bytes.first_chunk::<16>(), bytes.last_chunk::<16>()) {
        (Some(head), Some(tail)) if bytes.len() <= 32 && special(head) | special(tail) == 0 => {
            let end = out.len() + bytes.len();
            out.extend_from_slice(head);
            out.truncate(end - 16);
            out.extend_from_slice(tail);
        }
        (None, _) if is_plain(bytes) => append(bytes, out),
        _ => escape(bytes, out),
    }
    out.push(b'"');
}

/// True if none of fewer than sixteen bytes needs an escape.
#[inline(always)]
fn is_plain(bytes: &[u8]) -> bool {
    match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(head), Some(tail)) => {
            let mut block = [0; 16];
            let (first, last) = block.split_at_mut(8);
            first.copy_from_slice(head);
            last.copy_from_slice(tail);
            special(&block) == 0
        }
        _ => bytes.iter().all(|&byte| byte >= b' ' && byte != b'"' && byte != b'\\'),
    }
}

#[inline(never)]
fn escape(bytes: &[u8], out: &mut Vec<u8>) {
    let mut from = 0;
    loop {
        let rest = bytes.get(from..).unwrap_or_default();
        let plain = match rest.first_chunk::<16>() {
            Some(block) => {
                // A whole block is copied, and as much of it kept as needs no care.
                let special = special(block);
                out.extend_from_slice(block);
                if special == 0 {
                    from += 16;
                    continue;
                }
                let plain = special.trailing_zeros() as usize;
                out.truncate(out.len() - 16 + plain);
                plain
            }
            None => {
                let plain = string_end(rest, 0);
                out.extend_from_slice(rest.get(..plain).unwrap_or_default());
                plain
            }
        };
        let Some(&special) = rest.get(plain) else { return };
        match special {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            _ => {
                let digit =
                    |nibble: u8| b"0123456789abcdef".get(usize::from(nibble)).copied().unwrap_or(b'0');
                out.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(special >> 4), digit(special & 15)]);
            }
        }
        from += plain + 1;
    }
}
