//! The client of kubesdk over HTTP: configuration, credentials, TLS and transport.
//!
//! - [`Config`]: where the API server is, how it is trusted and who asks; from a kubeconfig or from inside a pod;
//! - [`ConfigLoader`]: such a configuration found as kubectl finds it, with flags; [`kubeconfig`]: the document itself;
//! - [`Client`]: a [`kubesdk_core::Client`] over HTTP/2 that such a configuration makes;
//! - [`OpenApi`]: the documents that the server publishes, kept by their hashes;
//! - `ContainerFiles` (feature `cp`): files copied into a container and out of it;
//! - `PortListener` (feature `streams`): a local port that is a port of a pod;
//! - `ProxyServer` (feature `proxy`): the API server at a local address, as `kubectl proxy` has it;
//! - [`Secret`]: what must never be printed.
//!
//! It knows no Kubernetes type and no endpoint: those are generated, and a request is a value of `kubesdk-core`.
//! Nothing here watches.
#![forbid(unsafe_code)]

mod auth;
mod client;
mod config;
#[cfg(feature = "cp")]
mod copy;
mod due;
#[cfg(feature = "streams")]
mod forward;
pub mod openapi;
#[cfg(feature = "proxy")]
mod proxy;
mod revalidated;
mod secret;
mod tls;
#[cfg(feature = "tower")]
pub mod tower;
mod transport;

pub use auth::ExecPolicy;
#[doc(hidden)]
pub use auth::check_answer as check_exec_answer;
pub use client::Client;
pub use config::{Config, ConfigLoader, Origin, kubeconfig};
#[cfg(feature = "cp")]
#[doc(hidden)]
pub use copy::check_unpack;
#[cfg(feature = "cp")]
pub use copy::{ContainerFiles, Copied, CopyError, CopyEvent, CopyFrom, CopyTo};
#[cfg(feature = "streams")]
pub use forward::PortListener;
pub use kubesdk_core::{Error, ErrorKind};
pub use openapi::OpenApi;
#[cfg(feature = "proxy")]
pub use proxy::{ProxyFilter, ProxyServer};
pub use revalidated::Revalidated;
pub use secret::Secret;
pub use transport::TransportOptions;
