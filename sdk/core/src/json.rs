//! JSON in and out: one decoder and one encoder, each a single walk over any [`Object`].
//!
//! - `null`, an absent field and the field's default are the same; unknown fields are checked and skipped.
//! - An element of an array, or a value of a map, that is null is the default one, and `None` where it is optional.
//! - The whole text is held to the JSON grammar, what is skipped or kept as it came too, and to 128 levels.
//! - Of a name that comes twice the last value counts; if both values are structs, they are merged, as in Go.
//! - A type with a fixed `apiVersion` and `kind` writes them first and refuses others; that they are absent is
//!   accepted. The items of a list go without.
//! - Required fields are always written, optional ones unless they are empty ([`Ref::is_empty`](crate::Ref)).
//!
//! What a server said and the type knows comes back equal; `tests/formats/lossless.tsv` has a line for each of these:
//!
//! - Strings keep their text; escapes are read, and written only where JSON demands them. A lone surrogate becomes
//!   U+FFFD, as in Go.
//! - Integers are exact to 64 bits (32 where the schema says so); larger ones and fractions are errors, and so are
//!   numbers in place of text and the reverse, but for quantities (a number becomes its text) and int-or-string.
//! - Floats keep their value and are written as Go writes them: `1.0` as `1`.
//! - Quantities keep their text. Times keep every digit that came, up to nine, and become UTC.
//! - Values of enums that nobody knew are kept.
//! - Free-form values ([`RawJson`](crate::RawJson)) are kept as they came: numbers of any size, order, white space,
//!   members that come twice, escapes.

mod decode;
mod encode;
mod error;
mod list;
mod scan;
mod shapes;
#[cfg(test)]
pub(crate) mod tests;

pub use crate::list::{ItemError, ListDecoder, ReadItems, from_reader, read_items};
pub use error::DecodeError;

pub(crate) use decode::{decode_front, decode_inside, decode_with, raw_inside};
pub(crate) use encode::{
    float as encode_float, string as encode_string, value as encode_value, writes_kind_of_items,
};
pub(crate) use error::describe_kind;
pub(crate) use list::JsonDocument;
pub(crate) use scan::{MAX_DEPTH, Scanner};
pub(crate) use shapes::Shapes;

/// The longest item of a list, and the longest event of a watch, that is held while it arrives: etcd's limit of
/// 1.5 MiB an object, with room to spare.
pub(crate) const LONGEST_ITEM: usize = 64 << 20;

use std::io::{self, Write};

use crate::string::Interner;
use crate::{Object, Projection};

/// Decodes a whole JSON text.
///
/// # Example
///
/// ```
/// use kubesdk_core::{Status, json};
///
/// let status: Status = json::from_slice(br#"{"kind":"Status","apiVersion":"v1","code":404}"#)?;
/// assert_eq!(status.code, Some(404));
/// # Ok::<(), json::DecodeError>(())
/// ```
pub fn from_slice<T: Object + Default>(bytes: &[u8]) -> Result<T, DecodeError> {
    let mut object = T::default();
    decode(bytes, &mut object)?;
    Ok(object)
}

/// Decodes a whole JSON text into an object, which should be a default one: fields that the text does not name
/// keep their values. After an error, what was decoded so far is there.
pub fn decode(bytes: &[u8], into: &mut dyn Object) -> Result<(), DecodeError> {
    decode_with(bytes, into, None, &mut Interner::for_input(bytes.len()))
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
    decode_with(bytes, &mut object, projection.part(), &mut Interner::for_input(bytes.len()))?;
    Ok(object)
}

/// Encodes an object as JSON without white space.
pub fn to_vec(object: &dyn Object) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024);
    encode(object, &mut out);
    out
}

/// Writes an object as JSON. A list goes in pieces of some 64 KiB, so that one of any length takes no more than that and
/// its longest item; a buffered writer gains nothing.
///
/// # Errors
///
/// What the writer says.
///
/// # Example
///
/// ```no_run
/// # fn save(pods: &dyn kubesdk_core::Object) -> std::io::Result<()> {
/// kubesdk_core::json::to_writer(pods, std::fs::File::create("pods.json")?)
/// # }
/// ```
pub fn to_writer(object: &dyn Object, mut writer: impl Write) -> io::Result<()> {
    encode::in_pieces(object, 64 << 10, |piece| writer.write_all(piece))
}

/// Appends an object as JSON to a buffer.
pub fn encode(object: &dyn Object, out: &mut Vec<u8>) {
    encode::object(object, true, out);
}
