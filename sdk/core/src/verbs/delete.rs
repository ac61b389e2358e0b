//! Deleting one object or many.

use std::marker::PhantomData;

use http::Method;

use super::call::{Call, verb};
use crate::{BoxFuture, Client, Error, Object, Status, json};

/// Deletes one object. The answer is the object as it was, or as it is while finalizers hold it, or a `Status`.
pub struct Delete<T, O> {
    call: Call,
    answer: PhantomData<fn(O) -> T>,
}

impl<T, O> Delete<T, O> {
    /// Deletes what is at the path that `parts` make.
    pub fn new(client: &Client, parts: &[&str]) -> Self {
        Delete { call: Call::new(client, Method::DELETE, parts), answer: PhantomData }
    }
}

verb! {
    Delete<T, O>;
    /// Checks everything and deletes nothing.
    dry_run["All"] => "dryRun";
    /// Seconds that the object gets to end; 0 at once, its kind's own by default.
    grace_period_seconds(u32) => "gracePeriodSeconds";
    /// Deletes an object that can no longer be read from storage, whatever depends on it.
    ignore_store_read_error_with_cluster_breaking_potential(bool)
        => "ignoreStoreReadErrorWithClusterBreakingPotential";
    /// Deprecated by the API in favour of `propagation_policy`.
    orphan_dependents(bool) => "orphanDependents";
    /// Asks for indented JSON, for people who look at the wire. Off by default.
    pretty(bool) => "pretty";
    /// `Orphan`, `Background` or `Foreground`; the kind's own by default.
    propagation_policy(impl std::fmt::Display) => "propagationPolicy";
}

/// Deletes all objects that a list with the same parameters would give.
pub struct DeleteCollection<L, O> {
    call: Call,
    answer: PhantomData<fn(O) -> L>,
}

impl<L, O> DeleteCollection<L, O> {
    /// Deletes what is at the path that `parts` make.
    pub fn new(client: &Client, parts: &[&str]) -> Self {
        DeleteCollection { call: Call::new(client, Method::DELETE, parts), answer: PhantomData }
    }
}

verb! {
    DeleteCollection<L, O>;
    /// Goes on where an earlier call ended.
    continue_token(impl std::fmt::Display) => "continue";
    /// Checks everything and deletes nothing.
    dry_run["All"] => "dryRun";
    /// Only objects whose fields match: `status.phase=Failed`.
    fields(impl std::fmt::Display) => "fieldSelector";
    /// Seconds that each object gets to end; 0 at once, its kind's own by default.
    grace_period_seconds(u32) => "gracePeriodSeconds";
    /// Deletes objects that can no longer be read from storage, whatever depends on them.
    ignore_store_read_error_with_cluster_breaking_potential(bool)
        => "ignoreStoreReadErrorWithClusterBreakingPotential";
    /// Only objects whose labels match: `app=web,tier!=cache`.
    labels(impl std::fmt::Display) => "labelSelector";
    /// At most so many in one call.
    limit(u32) => "limit";
    /// Deprecated by the API in favour of `propagation_policy`.
    orphan_dependents(bool) => "orphanDependents";
    /// Asks for indented JSON, for people who look at the wire. Off by default.
    pretty(bool) => "pretty";
    /// `Orphan`, `Background` or `Foreground`; the kind's own by default.
    propagation_policy(impl std::fmt::Display) => "propagationPolicy";
    /// Which state of the objects; see `resource_version_match`.
    resource_version(impl std::fmt::Display) => "resourceVersion";
    /// `Exact` or `NotOlderThan`.
    resource_version_match(impl std::fmt::Display) => "resourceVersionMatch";
    /// Of no use when deleting; the API takes it because lists do.
    send_initial_events(bool) => "sendInitialEvents";
    /// Only objects of one shard (alpha).
    shard_selector(impl std::fmt::Display) => "shardSelector";
    /// How long the call may take at the server.
    timeout_seconds(u32) => "timeoutSeconds";
}

macro_rules! with_options {
    ($verb:ident<$answer:ident>) => {
        impl<$answer, O: Object> $verb<$answer, O> {
            /// Sends `DeleteOptions` as the body: preconditions and what has no parameter of its own.
            #[must_use]
            pub fn options(mut self, options: &O) -> Self {
                self.call.change(|request| request.body("application/json", json::to_vec(options)));
                self
            }
        }

        impl<$answer: Object + Default + Send + 'static, O: Object> IntoFuture for $verb<$answer, O> {
            type Output = Result<ObjectOrStatus<$answer>, Error>;
            type IntoFuture = BoxFuture<'static, Self::Output>;
            fn into_future(self) -> Self::IntoFuture {
                let answer = self.call.bytes();
                Box::pin(async move { ObjectOrStatus::decode(&answer.await?) })
            }
        }
    };
}
with_options! { Delete<T> }
with_options! { DeleteCollection<L> }

/// An answer that is the object or a `Status`: which of them, the server decides from case to case.
#[derive(Clone, Debug, PartialEq)]
pub enum ObjectOrStatus<T> {
    /// The object.
    Object(T),
    /// A `Status`, a success.
    Status(Status),
}

impl<T: Object + Default> ObjectOrStatus<T> {
    /// Decoded by what it says it is.
    pub(super) fn decode(body: &[u8]) -> Result<Self, Error> {
        match json::from_slice::<T>(body) {
            Ok(object) => Ok(ObjectOrStatus::Object(object)),
            Err(error) if error.is_wrong_kind() => match json::from_slice::<Status>(body) {
                Ok(status) => Ok(ObjectOrStatus::Status(status)),
                Err(_) => Err(error.into()),
            },
            Err(error) => Err(error.into()),
        }
    }
}

impl<T> ObjectOrStatus<T> {
    /// The object, if it is one.
    pub fn object(self) -> Option<T> {
        match self {
            ObjectOrStatus::Object(object) => Some(object),
            ObjectOrStatus::Status(_) => None,
        }
    }
}
