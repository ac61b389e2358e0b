//! Who asks: credentials opened and renewed, and put into requests and connections.
//!
//! `config` gives descriptions ([`Credentials`], [`Impersonation`]); [`Access`] opens them and is what the transport
//! asks before each request. It sends nothing to the API server itself.

mod access;
mod credentials;
mod exec;
mod fetch;
mod header;
mod impersonation;
mod oidc;
mod plugin;
mod renewal;
mod token_file;

pub(crate) use access::{Access, Prepared};
pub(crate) use credentials::Credentials;
pub use exec::{ExecPolicy, check_answer};
pub(crate) use fetch::Fetch;
pub(crate) use impersonation::Impersonation;
