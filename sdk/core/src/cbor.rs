//! CBOR in and out over the same tables as JSON, as the API server speaks it (KEP-4222, `application/cbor`).
//!
//! The rules are those of [`json`](crate::json): what is null, absent or empty, which kind is written and refused, how
//! deep it may be. What CBOR adds:
//!
//! - Text comes as text or as byte strings (the server writes names and values as these); it is written as text.
//! - Bytes come and go as byte strings with the tag 22. The tags 21, 22 and 23 on a byte string where text belongs
//!   make it the base64url, base64 or hexadecimal text; without a tag, bytes come as base64 text.
//! - Times are text, with or without the tag 0. Floats of 16, 32 and 64 bits are read, and written in the shortest form
//!   that has the same value. Free-form values become JSON text, whole floats as integers, as Go writes them.
//! - Strings, arrays and maps of unknown length are read; those that are written say their length.
//! - Infinite floats, numbers that are none, integers of more than 64 bits, other tags and other simple values are
//!   errors: JSON has none of them.
//! - No length in the document is believed before its bytes are here.
//!
//! A list can be decoded while it arrives: [`ListDecoder`] and [`read_items`] take either format.

mod decode;
mod encode;
mod head;
mod list;
#[cfg(test)]
mod tests;
mod transcode;

pub use crate::json::{DecodeError, ItemError, ListDecoder, ReadItems, from_reader, read_items};

pub(crate) use list::{CborDocument, Frame};

use crate::projection::Part;
use crate::string::Interner;
use crate::{Object, Projection};

/// Decodes a whole CBOR document.
///
/// # Errors
///
/// What was expected, what was found, and where: the path and the number of bytes before it.
///
/// # Example
///
/// ```
/// use kubesdk_core::{Status, cbor};
///
/// let status: Status = cbor::from_slice(b"\xd9\xd9\xf7\xa1\x44code\x19\x01\x94")?;
/// assert_eq!(status.code, Some(404));
/// # Ok::<(), cbor::DecodeError>(())
/// ```
pub fn from_slice<T: Object + Default>(bytes: &[u8]) -> Result<T, DecodeError> {
    let mut object = T::default();
    decode(bytes, &mut object)?;
    Ok(object)
}

/// Decodes a whole CBOR document into an object, which should be a default one: fields that the document does not name
/// keep their values. After an error, what was decoded so far is there.
pub fn decode(bytes: &[u8], into: &mut dyn Object) -> Result<(), DecodeError> {
    decode::decode_with(bytes, into, None, &mut Interner::for_input(bytes.len()))
}

/// Decodes a whole document, but only what a projection asks for.
///
/// # Errors
///
/// As [`from_slice`].
pub fn from_slice_projected<T: Object + Default>(
    bytes: &[u8],
    projection: &Projection,
) -> Result<T, DecodeError> {
    let mut object = T::default();
    decode::decode_with(bytes, &mut object, projection.part(), &mut Interner::for_input(bytes.len()))?;
    Ok(object)
}

/// Encodes an object as CBOR, with the tag that says so, as the API server demands it.
pub fn to_vec(object: &dyn Object) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024);
    encode(object, &mut out);
    out
}

/// Appends an object as CBOR, with the tag that says so.
pub fn encode(object: &dyn Object, out: &mut Vec<u8>) {
    encode::self_described(out);
    encode::object(object, true, out);
}

/// Whether a document that begins with this byte is CBOR: no JSON begins as maps and tags do.
pub(crate) fn begins_with(first: u8) -> bool {
    matches!(first, 0xa0..=0xdb)
}

/// Decodes a whole answer in the format that its first byte tells.
pub(crate) fn decode_answer(bytes: &[u8], into: &mut dyn Object) -> Result<(), DecodeError> {
    decode_either(bytes, into, None, &mut Interner::for_input(bytes.len()))
}

/// The same for all or a part of an object, with an interner that may have seen others.
pub(crate) fn decode_either(
    bytes: &[u8],
    into: &mut dyn Object,
    part: Option<Part<'_>>,
    interner: &mut Interner,
) -> Result<(), DecodeError> {
    match bytes.first() {
        Some(first) if begins_with(*first) => decode::decode_with(bytes, into, part, interner),
        _ => crate::json::decode_with(bytes, into, part, interner),
    }
}
