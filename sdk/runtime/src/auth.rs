//! Who asks: credentials opened and renewed, and put into requests and connections.
//!
//! `config` gives descriptions ([`Credentials`], [`Impersonation`]); [`Access`] opens them and is what the transport
//! asks before each request. It sends nothing to the API server itself.

mod access;
mod credentials;
mod header;
mod impersonation;
mod token_file;

pub(crate) use access::{Access, Prepared};
pub(crate) use credentials::Credentials;
pub(crate) use impersonation::Impersonation;
