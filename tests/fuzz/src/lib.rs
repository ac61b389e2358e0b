//! What fuzzers check of kubesdk, each a function of bytes that panics when something does not hold.
//!
//! The fuzzers are in `fuzz`, a workspace of its own; `corpus` holds inputs that are worth keeping, and the tests
//! of this crate replay them. It is not for finding inputs.
#![forbid(unsafe_code)]

pub mod cbor;
pub mod channel;
pub mod discovery;
pub mod exec;
pub mod json;
pub mod kubeconfig;
pub mod list;
pub mod proxy_path;
pub mod status;
pub mod tar;
pub mod watch;
