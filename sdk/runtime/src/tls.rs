//! How the server is trusted and how the client shows who it is.

mod explain;
mod setup;

pub(crate) use explain::explain;
pub(crate) use setup::{Identity, Pem, TlsSetup, Trust};
