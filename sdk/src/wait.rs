//! Waiting for something to become of one object, as `kubectl wait` does: a condition, a value at a path, its creation,
//! its deletion, or whatever a closure says.
//!
//! ```no_run
//! # #[cfg(feature = "core-v1")] mod example {
//! use std::time::Duration;
//!
//! use kubesdk::api::core::v1::Pod;
//! use kubesdk::{Client, Error, wait};
//!
//! async fn example(client: &Client) -> Result<(), Error> {
//!     let pods = Pod::in_namespace(client, "default");
//!     let minute = Duration::from_secs(60);
//!     wait::on(pods.get("web")).timeout(minute).condition("Ready").await?;
//!     wait::on(pods.get("job")).timeout(minute).path("{.status.phase}=Succeeded").await?;
//!     let pod = wait::on(pods.get("web")).until(|pod| pod.status.pod_ip.is_some()).await?;
//!     wait::on(pods.get("old")).deleted().await
//! }
//! # }
//! ```
//!
//! The object is read and then watched. A watch that the server ends, one whose version is too old (410) and a
//! connection that is lost are gone on from, after a pause that grows from 0.8 to 30 seconds; only when the server
//! cannot be reached at the very beginning is that the error.
//!
//! It is not for many objects: those are for a list and a watch.

mod condition;
mod follow;
mod path;

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use kubesdk_core::verbs::Get;
use kubesdk_core::{Client, Object};

#[cfg(feature = "apps-v1")]
pub(crate) use follow::missing;
pub(crate) use follow::{Follow, State, metadata};

use condition::Condition;
use path::Expectation;

use crate::{Error, ErrorKind};

/// Waits for something to become of the object that a `get` reads.
pub fn on<T: Object + Default + Send + 'static>(object: Get<T>) -> Wait<T> {
    Wait { object, timeout: None, may_be_missing: false }
}

/// What is waited for is said by its methods; each of them begins to wait when it is awaited.
#[must_use = "nothing is waited for before one of its methods is awaited"]
pub struct Wait<T> {
    object: Get<T>,
    timeout: Option<Duration>,
    may_be_missing: bool,
}

impl<T: Object + Default + Send + 'static> Wait<T> {
    /// How long at most. For ever by default; kubectl's default is thirty seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Also waits until the object exists. By default one that is not there, or is deleted meanwhile, is an error.
    pub fn or_created(mut self) -> Self {
        self.may_be_missing = true;
        self
    }

    /// Waits until the closure says so, and gives the object as it is then.
    ///
    /// # Errors
    ///
    /// [`is_timeout`](Error::is_timeout) when the time is over, [`is_not_found`](Error::is_not_found) when the object is
    /// not there or is deleted, and what the server refuses. So for all of these methods.
    pub async fn until(self, mut holds: impl FnMut(&T) -> bool) -> Result<T, Error> {
        self.until_ok(|object| Ok(holds(object))).await
    }

    /// Waits until a condition of `status.conditions` has a status: `Ready`, which means `Ready=True`, or
    /// `Ready=False`. Neither depends on case, and a status that was observed of an older generation does not count.
    ///
    /// # Errors
    ///
    /// As of [`until`](Self::until).
    pub async fn condition(self, condition: &str) -> Result<T, Error> {
        let condition = Condition::of(condition);
        self.until(|object| condition.is_met(object)).await
    }

    /// Waits until there is a value at a path, or a certain value: `{.status.loadBalancer.ingress}`,
    /// `{.status.phase}=Running`, `{.status.conditions[?(@.type=="Ready")].status}=True`. The braces and the first dot
    /// may be left out, and `==` may stand for `=`. Values are compared as text; of JSONPath there is what names one
    /// value: fields, `['a.b']`, indexes, and filters of one or more fields with `==` and `&&`.
    ///
    /// # Errors
    ///
    /// As of [`until`](Self::until); [`ErrorKind::Request`] when the text is no such expression, or when a typed object
    /// has no such field.
    pub async fn path(self, expression: &str) -> Result<T, Error> {
        let expectation: Expectation = expression.parse()?;
        self.until_ok(|object| expectation.is_met(object)).await
    }

    /// Waits until the object exists.
    ///
    /// # Errors
    ///
    /// As of [`until`](Self::until).
    pub async fn created(self) -> Result<T, Error> {
        self.or_created().until(|_| true).await
    }

    /// Waits until the object is gone, or another one has taken its name. One that is not there is gone.
    ///
    /// # Errors
    ///
    /// As of [`until`](Self::until).
    pub async fn deleted(self) -> Result<(), Error> {
        self.gone(None).await
    }

    /// The same for the object of a UID; of the one that is there first if none is given.
    pub(crate) async fn gone(self, uid: Option<String>) -> Result<(), Error> {
        let mut uid = uid;
        let mut states = Follow::new(self.object.clone());
        let gone = async {
            loop {
                match states.next().await? {
                    State::Absent => return Ok(()),
                    State::Present(object) => {
                        let found = follow::metadata(&object, "uid").unwrap_or_default();
                        if uid.get_or_insert_with(|| found.to_owned()) != found {
                            return Ok(());
                        }
                    }
                }
            }
        };
        within(self.object.client(), self.timeout, gone).await.unwrap_or_else(|| Err(timed_out(&self.object)))
    }

    /// The same with a closure that can fail.
    pub(crate) async fn until_ok(self, mut holds: impl FnMut(&T) -> Result<bool, Error>) -> Result<T, Error> {
        let mut states = Follow::new(self.object.clone());
        let met = async {
            loop {
                match states.next().await? {
                    State::Present(object) if holds(&object)? => return Ok(object),
                    State::Present(_) => {}
                    State::Absent if self.may_be_missing => {}
                    State::Absent => return Err(follow::missing(&self.object)),
                }
            }
        };
        within(self.object.client(), self.timeout, met).await.unwrap_or_else(|| Err(timed_out(&self.object)))
    }
}

/// The output of a future, or nothing when the time is over first.
pub(crate) async fn within<T>(
    client: &Client,
    timeout: Option<Duration>,
    future: impl Future<Output = T>,
) -> Option<T> {
    let Some(timeout) = timeout else { return Some(future.await) };
    match select(pin!(future), client.transport().sleep(timeout)).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(_) => None,
    }
}

/// In kubectl's words.
pub(crate) fn timed_out<T>(object: &Get<T>) -> Error {
    let message = format!("timed out waiting for the condition on {}", follow::name(object));
    Error::new(ErrorKind::Timeout, message)
}

#[cfg(test)]
mod tests;
