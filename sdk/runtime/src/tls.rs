//! How the server is trusted and how the client shows who it is.
//!
//! `config` gives descriptions ([`Trust`], [`Identity`]); [`Source`] opens them and follows their files; [`TlsSetup`]
//! is what the transport connects with. Who asks in a request's head is the business of `auth`.

mod anchors;
mod explain;
mod keys;
mod material;
mod setup;
mod source;
mod verifier;

pub(crate) use explain::explain;
pub(crate) use material::{Identity, Material, Pem, Trust};
pub(crate) use setup::{KeyPair, TlsSetup, key_pair};
pub(crate) use source::Source;
