//! Free-form values between CBOR and the JSON text that objects keep.

use super::encode;
use super::head::{Head, Kind, Reader, Result};
use crate::json::{DecodeError, Scanner, encode_float, encode_string};

/// Appends the value whose head was read as JSON text.
pub(super) fn to_json(read: &mut Reader<'_>, head: Head, out: &mut Vec<u8>) -> Result<()> {
    match head.kind {
        Kind::Null => out.extend_from_slice(b"null"),
        Kind::Bool(value) => out.extend_from_slice(if value { b"true" } else { b"false" }),
        Kind::Unsigned(_) | Kind::Negative(_) | Kind::Float(_) => number_to_json(&head, out)?,
        Kind::Bytes(_) | Kind::Text(_) => encode_string(read.text(&head, "a string")?, out),
        Kind::Array(mut left) => {
            read.enter(&head)?;
            out.push(b'[');
            while read.more(&mut left)? {
                let head = read.head()?;
                to_json(read, head, out)?;
                out.push(b',');
            }
            close(out, b']');
        }
        Kind::Map(mut left) => {
            read.enter(&head)?;
            out.push(b'{');
            while read.more(&mut left)? {
                let name = read.head()?;
                encode_string(read.text(&name, "a string")?, out);
                out.push(b':');
                let head = read.head()?;
                to_json(read, head, out)?;
                out.push(b',');
            }
            close(out, b'}');
        }
        Kind::Break => return Err(head.unexpected("a value")),
    }
    Ok(())
}

/// In place of the comma after the last member, if there is one.
fn close(out: &mut Vec<u8>, bracket: u8) {
    out.pop_if(|last| *last == b',');
    out.push(bracket);
}

/// Appends a number; its head is all of it.
pub(super) fn number_to_json(head: &Head, out: &mut Vec<u8>) -> Result<()> {
    let text = match head.kind {
        Kind::Unsigned(value) => value.to_string(),
        Kind::Negative(value) => (-1 - i128::from(value)).to_string(),
        Kind::Float(value) => {
            encode_float(value, out);
            return Ok(());
        }
        _ => return Err(head.unexpected("a number")),
    };
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

/// Appends a text that is one JSON value as CBOR. Integers beyond -2^64 and 2^64 - 1 become floats, numbers that no float
/// has become null.
pub(super) fn from_json(text: &str, out: &mut Vec<u8>) {
    let start = out.len();
    if value(&mut Scanner::of_text(text), out).is_err() {
        // Not for texts that were checked when they were taken.
        out.truncate(start);
        encode::null(out);
    }
}

fn value(scan: &mut Scanner<'_>, out: &mut Vec<u8>) -> Result<(), DecodeError> {
    let mut first = true;
    match scan.peek() {
        b'"' => encode::text(scan.string("a string")?, out),
        b't' | b'f' => encode::boolean(scan.boolean()?, out),
        b'n' => {
            scan.skip()?;
            encode::null(out);
        }
        b'[' => {
            let (start, mut len) = (out.len(), 0);
            scan.open(b'[', "an array")?;
            while scan.more(&mut first, b']')? {
                value(scan, out)?;
                len += 1;
            }
            encode::head_at(start, encode::ARRAY, len, out);
        }
        b'{' => {
            let (start, mut len) = (out.len(), 0);
            scan.open(b'{', "an object")?;
            while scan.more(&mut first, b'}')? {
                encode::text(scan.string("a string")?, out);
                scan.colon()?;
                value(scan, out)?;
                len += 1;
            }
            encode::head_at(start, encode::MAP, len, out);
        }
        _ => number(scan.number()?, out),
    }
    Ok(())
}

fn number(text: &str, out: &mut Vec<u8>) {
    // CBOR has integers from -2^64 to 2^64 - 1.
    match text.parse::<i128>().map(|it| (it, u64::try_from(it), u64::try_from(-1 - it))) {
        Ok((0, ..)) if text.starts_with('-') => encode::float(-0.0, out),
        Ok((_, Ok(value), _)) => encode::head(encode::UNSIGNED, value, out),
        Ok((_, _, Ok(value))) => encode::head(encode::NEGATIVE, value, out),
        _ => encode::float(text.parse().unwrap_or(f64::NAN), out),
    }
}
