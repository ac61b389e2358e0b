//! A list's text taken apart while it arrives, for [`ListDecoder`](crate::json::ListDecoder).

mod document;
mod frame;

pub(crate) use document::JsonDocument;
