//! Types and endpoints of what extends the Kubernetes API (custom resources, aggregated servers), for use with kubesdk:
//! the generator of the SDK with files, folders and servers around it.
//!
//! The command `kubesdk-gen` is this library with a command line. A build script generates where cargo builds:
//!
//! ```no_run
//! // build.rs; in Cargo.toml:
//! // [build-dependencies]
//! // kubesdk-gen = { version = "0.1.0", default-features = false, features = ["builtin"] }
//! fn main() -> Result<(), kubesdk_gen::Error> {
//!     kubesdk_gen::Generator::new().crds("crds").build("api").map(drop)
//! }
//! ```
//!
//! ```ignore
//! // src/lib.rs
//! /// The types and endpoints of our custom resources.
//! pub mod api {
//!     include!(concat!(env!("OUT_DIR"), "/api/mod.rs"));
//! }
//! ```
//!
//! Then `api::shop::v1::Widget::in_namespace(&client, "default").list()` is as that of a `Pod`. What kubesdk has
//! already is taken from there: [`Extension::taken`] lists the types, [`Extension::features`] the features of kubesdk that
//! they need. Which version of kubesdk is meant is a matter of Cargo: the feature `builtin` depends on the crate of its
//! types, of which there is one version in a build.
#![forbid(unsafe_code)]

#[cfg(feature = "command-line")]
pub mod command;
mod error;
mod folder;
mod generator;
mod manifests;
mod report;
#[cfg(feature = "server")]
pub mod server;
mod sources;

pub use error::Error;
#[cfg(feature = "builtin")]
pub use generator::builtin;
pub use generator::{Generator, Made};
pub use kubesdk_generator::{Builtin, Document, Extension, Form, GroupVersion, Origins, Published, Taken};
