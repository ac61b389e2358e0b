//! Who asks: credentials opened and renewed, and put into requests and connections.
//!
//! `config` reads descriptions; [`Access`] opens them and is what the transport asks before each request. It sends
//! nothing to the API server itself.

mod access;
mod credentials;

pub(crate) use access::{Access, Prepared};
pub(crate) use credentials::{Credentials, TokenFile};
