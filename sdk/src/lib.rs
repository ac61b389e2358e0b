//! The Rust SDK for the Kubernetes API server, generated from the documents that the server itself publishes.
//!
//! Types and endpoints stand at [`api`]`::<group>::<version>`; a kind's entry points are functions of its type.
//!
//! ```
//! use kubesdk::api::core::v1::Pod;
//! use kubesdk::{Client, Error};
//!
//! async fn names(client: &Client) -> Result<Vec<String>, Error> {
//!     let pods = Pod::in_namespace(client, "default").list().labels("app=web").limit(500).all().await?;
//!     Ok(pods.into_iter().filter_map(|pod| pod.metadata.name).map(String::from).collect())
//! }
//! ```
//!
//! A [`Client`] is a handle over a [`core::Transport`]. The transport over HTTP, with kubeconfig and in-cluster
//! configuration, comes in a later version; until then a program brings its own.
#![forbid(unsafe_code)]

pub use kubesdk_api as api;
pub use kubesdk_core as core;

pub use kubesdk_core::{
    ByteString, Client, Error, ErrorKind, IntOrString, Map, MicroTime, Quantity, RawJson, Request, Status,
    Str, Time, WatchEvent, json,
};
