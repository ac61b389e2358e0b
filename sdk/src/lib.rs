//! The Rust SDK for the Kubernetes API server, generated from the documents that the server itself publishes.
//!
//! ```no_run
//! use kubesdk::api::core::v1::Pod;
//! use kubesdk::{Client, Error};
//!
//! async fn print_pods() -> Result<(), Error> {
//!     let client = Client::infer().await?;
//!     let namespace = client.default_namespace();
//!     for pod in Pod::in_namespace(&client, namespace).list().labels("app=web").limit(500).all().await?.items {
//!         println!("{}", pod.metadata.name.as_deref().unwrap_or_default());
//!     }
//!     Ok(())
//! }
//! ```
//!
//! - Types and endpoints stand at [`api`]`::<group>::<version>`; a kind's entry points are functions of its type.
//!   Each group version is a Cargo feature; `default` is all that are stable.
//! - A [`Client`] comes from the surroundings ([`Client::infer`]), a kubeconfig, the pod it runs in, or a
//!   [`Config`] made by hand. It is a handle over a [`core::Transport`]; [`Client::new`] takes another.
//! - Every call gives an [`Error`] with the server's whole [`Status`]; nobody needs to read messages.
#![forbid(unsafe_code)]

pub mod yaml;

pub use kubesdk_api as api;
pub use kubesdk_core as core;

pub use kubesdk_core::{
    ByteString, Error, ErrorKind, IntOrString, Map, MicroTime, Quantity, RawJson, Request, Status, Str, Time,
    WatchEvent, cbor, json, walk,
};
pub use kubesdk_runtime::{Client, Config, Secret};
