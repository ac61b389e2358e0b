//! Deleting an object and waiting until it is gone, as `kubectl delete` does: finalizers and grace periods take their
//! time.
//!
//! ```no_run
//! # #[cfg(feature = "core-v1")] mod example {
//! use std::time::Duration;
//!
//! use kubesdk::api::core::v1::Pod;
//! use kubesdk::{Client, Error, delete};
//!
//! async fn example(client: &Client) -> Result<(), Error> {
//!     let web = Pod::in_namespace(client, "default").get("web");
//!     delete::and_wait(web).grace_period_seconds(5).timeout(Duration::from_secs(60)).await
//! }
//! # }
//! ```

use std::future::IntoFuture;
use std::time::Duration;

use kubesdk_core::http::Method;
use kubesdk_core::verbs::Get;
use kubesdk_core::{BoxFuture, Object, plain_object};

use crate::wait::{self, metadata};
use crate::{Error, Request, Str, json};

/// Deletes the object that a `get` reads and waits until it is gone; sent when awaited.
///
/// The very object that was there is deleted, by its UID: one that took its name meanwhile is left alone, and counts as
/// gone.
pub fn and_wait<T: Object + Default + Send + 'static>(object: Get<T>) -> DeleteAndWait<T> {
    DeleteAndWait { object, options: DeleteOptions::default(), uid: None, timeout: None }
}

/// What [`and_wait`] will do.
///
/// # Errors
///
/// [`is_not_found`](Error::is_not_found) when there is no such object, [`is_conflict`](Error::is_conflict) when it has another UID,
/// [`is_timeout`](Error::is_timeout) when it is not gone in time.
#[must_use = "nothing is deleted before it is awaited"]
pub struct DeleteAndWait<T> {
    object: Get<T>,
    options: DeleteOptions,
    uid: Option<Str>,
    timeout: Option<Duration>,
}

impl<T> DeleteAndWait<T> {
    /// How long to wait at most; for ever by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Deletes only the object of this UID; that of the object that is there by default.
    pub fn uid(mut self, uid: impl Into<Str>) -> Self {
        self.uid = Some(uid.into());
        self
    }

    /// Seconds that the object gets to end; 0 at once, its kind's own by default.
    pub fn grace_period_seconds(mut self, seconds: u32) -> Self {
        self.options.grace_period_seconds = Some(seconds.into());
        self
    }

    /// `Orphan`, `Background` or `Foreground`; the kind's own by default.
    pub fn propagation_policy(mut self, policy: impl Into<Str>) -> Self {
        self.options.propagation_policy = Some(policy.into());
        self
    }
}

impl<T: Object + Default + Send + 'static> IntoFuture for DeleteAndWait<T> {
    type Output = Result<(), Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let DeleteAndWait { object, mut options, uid, timeout } = self;
            let client = object.client().clone();
            let path = object.clone().request()?.path().to_owned();
            let uid = match uid {
                Some(uid) => uid,
                None => metadata(&object.clone().await?, "uid").unwrap_or_default().into(),
            };
            options.preconditions = Some(Box::new(Preconditions { uid: uid.clone() }));
            let request = Request::raw(Method::DELETE, &path)?;
            match client.bytes(request.body("application/json", json::to_vec(&options))).await {
                // Somebody was faster after we saw it.
                Err(error) if error.is_not_found() => return Ok(()),
                answer => answer?,
            };
            let wait = wait::on(object);
            let wait = timeout.into_iter().fold(wait, |wait, timeout| wait.timeout(timeout));
            wait.gone(Some(uid.to_string())).await
        })
    }
}

/// `DeleteOptions` of `meta/v1`, as far as they are needed; the core API's own, which every group takes.
#[derive(Clone, Default)]
struct DeleteOptions {
    grace_period_seconds: Option<i64>,
    preconditions: Option<Box<Preconditions>>,
    propagation_policy: Option<Str>,
}

#[derive(Clone, Default)]
struct Preconditions {
    uid: Str,
}

plain_object! {
    DeleteOptions, Some(kubesdk_core::object::Kind { api_version: "v1", kind: "DeleteOptions" }),
    [0 "gracePeriodSeconds" grace_period_seconds, 1 "preconditions" preconditions,
     2 "propagationPolicy" propagation_policy]
}
plain_object! { Preconditions, None, [0 "uid" uid] }
