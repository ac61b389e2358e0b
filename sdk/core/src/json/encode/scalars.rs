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

/// A float, in JSON's text of it.
#[inline(never)]
pub(super) fn written_float(it: f64, out: &mut Out<'_>, at: usize) -> usize {
    let mut text = Vec::new();
    float(it, &mut text);
    out.bytes(&text, at)
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
    match it {
        0..10 => out.byte(b'0' + it as u8, at),
        10..100_000_000 => {
            let (digits, length) = up_to_eight_digits(it as u64);
            let (place, at) = out.window(at, 8);
            place.copy_from_slice(&digits.to_le_bytes());
            at + length
        }
        _ => many_digits(it, out, at),
    }
}

/// The digits of a number from 1 to 99,999,999, in the order of memory, and how many they are. All are made at once.
#[inline(always)]
fn up_to_eight_digits(it: u64) -> (u64, usize) {
    // The number in halves, those in quarters and those in digits; each product stays within its part of the word.
    let halves = (it / 10_000) | ((it % 10_000) << 32);
    let hundreds = ((halves * 5243) >> 19) & 0x0000_007f_0000_007f;
    let quarters = hundreds | ((halves - hundreds * 100) << 16);
    let tens = ((quarters * 103) >> 10) & 0x000f_000f_000f_000f;
    let digits = tens | ((quarters - tens * 10) << 8);
    let zeros = digits.trailing_zeros() / 8;
    ((digits | 0x3030_3030_3030_3030) >> (8 * zeros), 8 - zeros as usize)
}

/// Any integer; the longest have twenty characters.
#[inline(never)]
fn many_digits(it: i64, out: &mut Out<'_>, at: usize) -> usize {
    let (place, at) = out.window(at, 20);
    let mut rest = it.unsigned_abs();
    let sign = usize::from(it < 0);
    let length = sign + rest.checked_ilog10().unwrap_or(0) as usize + 1;
    place[0] = b'-';
    for digit in place[sign..length].iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    at + length
}

/// A time, which `write` writes into a buffer; it gives the length.
#[inline(never)]
pub(super) fn time(write: impl FnOnce(&mut [u8; 32]) -> usize, out: &mut Out<'_>, at: usize) -> usize {
    let (place, at) = out.window(at, 34);
    place[0] = b'"';
    let length = place[1..].first_chunk_mut().map_or(0, write);
    place[1 + length] = b'"';
    at + length + 2
}

#[inline(never)]
pub(super) fn bytes(it: &[u8], out: &mut Out<'_>, at: usize) -> usize {
    let at = out.byte(b'"', at);
    let buffer = out.end(at);
    let start = buffer.len();
    buffer.resize(start + it.len().div_ceil(3) * 4, 0);
    let written = STANDARD.encode_slice(it, &mut buffer[start..]).unwrap_or(0);
    buffer.truncate(start + written);
    out.byte(b'"', 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_of_every_length() {
        let near = |it: i64| (-3..=3).filter_map(move |by| it.checked_add(by));
        let powers = (0..19).map(|exponent| 10_i64.pow(exponent)).flat_map(|it| [it, it * 3, it / 7]);
        let all = powers.chain([0, i64::MAX]).flat_map(|it| [it, it.wrapping_neg()]).chain([i64::MIN]);
        for it in all.flat_map(near).chain(0..20_000) {
            let mut buffer = Vec::new();
            let mut out = Out::behind(&mut buffer);
            let end = integer(it, &mut out, 0);
            assert_eq!(String::from_utf8_lossy(out.end(end)), it.to_string());
        }
    }
}
