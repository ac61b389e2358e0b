//! What typed Kubernetes objects and requests rest on, without any I/O.
//!
//! The generated crate (`kubesdk-api`) consists of plain structs, one static table for each, and endpoint
//! methods that build request values. Everything that those *do* is here, once, and not generic over them:
//!
//! - [`object`]: how a generated struct is seen from outside ([`Object`], [`Fields`], [`Ref`], [`Mut`]);
//! - [`json`] and [`cbor`]: decoders and encoders, each one walk over any [`Object`];
//! - the values that objects are made of: [`Str`], [`Map`], [`Time`], [`MicroTime`], [`Quantity`],
//!   [`IntOrString`], [`ByteString`], [`RawJson`];
//! - [`encoding`]: which fields are written, in the two modes;
//! - [`walk`]: values by path, differences, patches, and what else the tables make cheap;
//! - [`some`] and [`map`], which spare objects written by hand a conversion at each field;
//! - [`request`] and [`verbs`]: a request as a value, and the Kubernetes verbs that make and send one;
//! - [`Client`] and [`Transport`]: a cheap handle over whatever carries requests to an API server;
//! - `streams` (the feature of that name): commands in containers and forwarded ports;
//! - [`Error`] and [`Status`]: what can go wrong, with the server's whole answer.
//!
//! It is not for opening connections, reading configuration or credentials: that is `kubesdk-runtime`.
#![forbid(unsafe_code)]

pub mod object;

mod byte_string;
mod int_or_string;
mod map;
mod quantity;
mod raw_json;
mod shorthand;
mod string;
mod time;

pub mod cbor;
pub mod encoding;
pub mod json;
mod serde_bridge;
pub mod walk;

mod client;
mod error;
mod list;
mod projection;
pub mod request;
mod status;
#[cfg(feature = "streams")]
pub mod streams;
pub mod verbs;
mod watch;

pub use byte_string::ByteString;
pub use client::{
    BodyStream, BoxFuture, Client, Duplex, DuplexStream, LogWarnings, Metrics, RawCall, RequestBody, Retries,
    Transport, UpgradeAnswer, UpgradeBody, Warning, WarningHandler,
};
pub use error::{Error, ErrorKind};
pub use int_or_string::IntOrString;
pub use list::{ListObject, ObjectList};
pub use map::Map;
pub use object::{Fields, Mut, Object, OpenEnum, Ref, Value};
pub use projection::Projection;
pub use quantity::Quantity;
pub use raw_json::RawJson;
pub use request::Request;
pub use shorthand::{map, some};
pub use status::{Status, StatusCause, StatusDetails};
pub use string::Str;
pub use time::{MicroTime, Time};
pub use watch::{WatchEvent, WatchStream};

pub use bytes::Bytes;
pub use futures_io;
pub use http;

#[doc(hidden)]
pub mod macro_support {
    //! What the macros of this crate expand to; not for use by hand.
    pub use crate::serde_bridge::{deserialize, deserialize_enum, serialize};
    pub use serde;
}
