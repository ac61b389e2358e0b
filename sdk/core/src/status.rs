//! `Status` of `meta/v1`, by hand: errors of every request hold one, and core knows no generated type.

use crate::object::Kind;
use crate::{RawJson, Str, plain_object};

/// The outcome of a call that has no object to give, most often a failure (`meta/v1` `Status`).
#[derive(Clone, Default)]
pub struct Status {
    /// The HTTP status code that goes with it.
    pub code: Option<i32>,
    /// What the reason is about; each reason may define its own details.
    pub details: Option<Box<StatusDetails>>,
    /// What happened, for people.
    pub message: Option<Str>,
    /// Metadata of the answer, as lists have it.
    pub metadata: Option<RawJson>,
    /// Why, for machines: `NotFound`, `Conflict` ...
    pub reason: Option<Str>,
    /// `Success` or `Failure`.
    pub status: Option<Str>,
}

plain_object! {
    Status,
    Some(Kind { api_version: "v1", kind: "Status" }),
    [0 "code" code, 1 "details" details, 2 "message" message, 3 "metadata" metadata, 4 "reason" reason,
     5 "status" status]
}

/// What a [`Status`] is about.
#[derive(Clone, Default)]
pub struct StatusDetails {
    /// More about the failure, where there is more than one cause.
    pub causes: Vec<StatusCause>,
    /// The API group of the kind.
    pub group: Option<Str>,
    /// The kind or resource.
    pub kind: Option<Str>,
    /// The name of the object.
    pub name: Option<Str>,
    /// Seconds after which to try again; with some reasons, when to look again.
    pub retry_after_seconds: Option<i32>,
    /// The UID of the object.
    pub uid: Option<Str>,
}

plain_object! {
    StatusDetails,
    None,
    [0 "causes" causes, 1 "group" group, 2 "kind" kind, 3 "name" name,
     4 "retryAfterSeconds" retry_after_seconds, 5 "uid" uid]
}

/// One cause of a failure.
#[derive(Clone, Default)]
pub struct StatusCause {
    /// The field that caused it, `items[0].name`.
    pub field: Option<Str>,
    /// What is wrong, for people.
    pub message: Option<Str>,
    /// Why, for machines.
    pub reason: Option<Str>,
}

plain_object! { StatusCause, None, [0 "field" field, 1 "message" message, 2 "reason" reason] }
