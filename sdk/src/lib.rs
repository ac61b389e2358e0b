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
//! - Commands run in containers and ports are forwarded by `streams`, a feature that is on by default; `cp` copies files.
//! - What kubectl does with more than one call: [`wait`], [`delete`], `rollout`, `scale`, `drain`, `logs`, `token`, and
//!   [`manifest`] for YAML.
//! - Every call gives an [`Error`] with the server's whole [`Status`]; nobody needs to read messages.
//!
//! Objects are plain structs. [`some`] and [`map`] convert what optional fields and maps take:
//!
//! ```
//! use kubesdk::api::apps::v1::{Deployment, DeploymentSpec};
//! use kubesdk::api::core::v1::{Container, PodSpec, PodTemplateSpec};
//! use kubesdk::api::meta::v1::{LabelSelector, ObjectMeta};
//! use kubesdk::{map, some};
//!
//! let app = || map([("app", "web")]);
//! let container = Container { name: "web".into(), image: some("nginx:1.29"), ..Default::default() };
//! let web = Deployment {
//!     metadata: ObjectMeta { name: some("web"), ..Default::default() },
//!     spec: DeploymentSpec {
//!         replicas: some(2),
//!         selector: LabelSelector { match_labels: app(), ..Default::default() },
//!         template: PodTemplateSpec {
//!             metadata: ObjectMeta { labels: app(), ..Default::default() },
//!             spec: PodSpec { containers: vec![container], ..Default::default() },
//!         },
//!         ..Default::default()
//!     },
//!     ..Default::default()
//! };
//! assert_eq!(kubesdk::walk::get(&web, "spec.template.metadata.labels.app")?.as_str(), Some("web"));
//! # Ok::<(), kubesdk::walk::PathError>(())
//! ```
#![forbid(unsafe_code)]

pub mod delete;
pub mod discovery;
#[cfg(feature = "core-v1")]
pub mod drain;
#[cfg(feature = "core-v1")]
pub mod logs;
pub mod manifest;
#[cfg(feature = "apps-v1")]
pub mod rollout;
#[cfg(any(feature = "apps-v1", feature = "core-v1", feature = "autoscaling-v1"))]
pub mod scale;
#[cfg(feature = "core-v1")]
pub mod token;
pub mod wait;
pub mod yaml;

pub use kubesdk_api as api;
pub use kubesdk_core as core;

#[cfg(feature = "streams")]
pub use kubesdk_core::streams;
pub use kubesdk_core::{
    ByteString, Error, ErrorKind, IntOrString, Map, MicroTime, Projection, Quantity, RawJson, Request,
    Retries, Status, Str, Time, WatchEvent, cbor, json, map, some, walk,
};
#[cfg(feature = "streams")]
pub use kubesdk_runtime::PortListener;
#[cfg(feature = "tower")]
pub use kubesdk_runtime::tower;
pub use kubesdk_runtime::{
    Client, Config, ConfigLoader, OpenApi, Origin, Secret, TransportOptions, kubeconfig, openapi,
};
#[cfg(feature = "cp")]
pub use kubesdk_runtime::{ContainerFiles, Copied, CopyError, CopyEvent, CopyFrom, CopyTo};
#[cfg(feature = "proxy")]
pub use kubesdk_runtime::{ProxyFilter, ProxyServer};

/// The page `docs/tour.md`, so that its Rust compiles.
#[cfg(all(doctest, feature = "apps-v1", feature = "core-v1", feature = "cp", feature = "proxy"))]
#[doc = include_str!("../../docs/tour.md")]
struct Tour;
