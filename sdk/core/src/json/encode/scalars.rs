//! Numbers, times and bytes.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::out::Out;

/// As Go writes floats; what is not a number of JSON is null.
pub(crate) fn float(it: f64, out: &mut Vec<u8>) {
    let size = it.abs();
    let written = match it {
        _ if !it.is_finite() => write!(out, "null"),
        _ if size != 0.0 && !(1e-6..1e21).contains(&size) => write!(out, "{it:e}"),
        _ => write!(out, "{it}"),
    };
    // Writing to a vector does not fail.
    let _ = written;
}

#[inline(always)]
pub(super) fn boolean(it: bool, out: &mut Out<'_>, at: usize) -> usize {
    let (text, length) = if it { (b"true\0", 4) } else { (b"false", 5) };
    let (place, at) = out.window(at, 5);
    place.copy_from_slice(text);
    at + length
}

#[inline(always)]
pub(super) fn integer(it: i64, out: &mut Out<'_>, at: usize) -> usize {
    let (place, at) = out.window(at, 20);
    if let 0..10 = it {
        place[0] = b'0' + it as u8;
        return at + 1;
    }
    at + many_digits(it, place)
}

/// Writes an integer; gives its length, which is at most twenty.
fn many_digits(it: i64, place: &mut [u8]) -> usize {
    let mut rest = it.unsigned_abs();
    let sign = usize::from(it < 0);
    let length = sign + rest.checked_ilog10().unwrap_or(0) as usize + 1;
    place[0] = b'-';
    for digit in place[sign..length].iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    length
}

/// A time, which `write` writes into a buffer; it gives the length.
#[inline(always)]
pub(super) fn time(write: impl FnOnce(&mut [u8; 32]) -> usize, out: &mut Out<'_>, at: usize) -> usize {
    let (place, at) = out.window(at, 34);
    place[0] = b'"';
    let length = place[1..].first_chunk_mut().map_or(0, write);
    place[1 + length] = b'"';
    at + length + 2
}

pub(super) fn bytes(it: &[u8], out: &mut Out<'_>, at: usize) -> usize {
    let at = out.byte(b'"', at);
    let buffer = out.end(at);
    let start = buffer.len();
    buffer.resize(start + it.len().div_ceil(3) * 4, 0);
    let written = STANDARD.encode_slice(it, &mut buffer[start..]).unwrap_or(0);
    buffer.truncate(start + written);
    out.byte(b'"', 0)
}
