//! A list's CBOR taken apart while it arrives, as `json/list/document.rs` does it with text.

mod document;
mod frame;

pub(crate) use document::CborDocument;
pub(crate) use frame::Frame;
