//! The Kubernetes verbs: what generated endpoint methods return. Each builds one [`Request`](crate::Request), can
//! show it, and sends it when awaited.
//!
//! Parameters are methods; those that a newer server has and this crate does not know are given by `query`. A fault
//! in what was given (a name with a slash, say) is kept and comes out when the verb is awaited, before anything is
//! sent.

mod call;
mod connect;
mod delete;
mod list;
mod logs;
mod patch_body;
mod proxy;
mod read;
mod watch;
mod write;

pub use connect::{Attach, Exec, PortForward};
pub use delete::{Delete, DeleteCollection, ObjectOrStatus};
pub use list::{Items, List};
pub use logs::{LogLines, Logs};
pub use patch_body::PatchBody;
pub use proxy::Proxy;
pub use read::{Fetch, FetchText, Get};
pub use watch::Watch;
pub use write::{Create, CreateOrStatus, Patch, Replace};
