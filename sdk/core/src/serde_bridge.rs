//! serde in front of the same tables: one instantiation for each serializer, none for each type.
//!
//! The rules are those of [`json`](crate::json). Formats must describe themselves (JSON, YAML, CBOR ...): what
//! comes decides what is read, so that `null` can stand for absent anywhere. It is not for speed: that is what the
//! decoders of this crate are for.
//!
//! - Objects stand in other people's structs, behind `#[serde(flatten)]`, in untagged and tagged enums.
//! - An enum tagged by `kind` writes that member twice, once for the tag and once for the object: use `untagged`.
//! - Numbers of free-form JSON go through the numbers of serde, so that `2.50` becomes `2.5`; integers are exact as
//!   far as the format has them. `serde_json`'s `arbitrary_precision` is read without loss.
//! - Bytes are base64 text on the way out; on the way in also byte strings, where a format has them.

mod deserialize;
mod members;
mod numbers;
mod raw;
mod serialize;
#[cfg(test)]
mod tests;
mod values;

pub use deserialize::{deserialize, deserialize_enum};
pub use serialize::serialize;
