//! Rollouts of Deployments, StatefulSets and DaemonSets: whether one is done, and another one without a change, by the
//! rules and in the words of `kubectl rollout status` and `kubectl rollout restart`.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use kubesdk::api::apps::v1::Deployment;
//! use kubesdk::{Client, Error, rollout};
//!
//! async fn example(client: &Client) -> Result<(), Error> {
//!     let web = Deployment::in_namespace(client, "default").get("web");
//!     rollout::restart(&web).await?;
//!     let minutes = Duration::from_secs(120);
//!     rollout::status(web).timeout(minutes).each(|progress| println!("{progress}")).await?;
//!     Ok(())
//! }
//! ```

mod rules;

use std::fmt;
use std::time::Duration;

use kubesdk_core::verbs::{Get, Patch, PatchBody};
use kubesdk_core::{Object, walk};

use crate::wait::{Follow, State, metadata, timed_out, within};
use crate::{Error, ErrorKind, RawJson, Time};

/// How far a rollout is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// For people: `Waiting for deployment "web" rollout to finish: 1 of 2 updated replicas are available...`
    pub message: String,
    /// Whether there is nothing more to wait for.
    pub done: bool,
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// What is rolled out: Deployments, StatefulSets and DaemonSets of `apps/v1`.
pub trait Rollout: Object + Default + Send + 'static {
    /// How far the rollout is, as the object itself says.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Request`] for an update strategy that has no rollout (`OnDelete`), and [`ErrorKind::Timeout`] for a
    /// Deployment that exceeded its progress deadline.
    fn progress(&self) -> Result<Progress, Error>;

    /// The revision that runs, of kinds whose status can be asked for one: Deployments. 0 when the object does not say.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Request`] when what the object says is no number.
    fn revision(&self) -> Result<Option<u64>, Error> {
        Ok(None)
    }
}

/// Asks how far the rollout of an object is.
pub fn status<T: Rollout>(object: Get<T>) -> RolloutStatus<T> {
    RolloutStatus { object, revision: 0, timeout: None }
}

/// The question of [`status`]; one of its methods asks it.
#[must_use = "nothing is asked before one of its methods is awaited"]
pub struct RolloutStatus<T> {
    object: Get<T>,
    revision: u64,
    timeout: Option<Duration>,
}

impl<T: Rollout> RolloutStatus<T> {
    /// Only of this revision: another one that runs is an error. 0, the default, is whichever is the last. As with kubectl,
    /// only Deployments go by it.
    pub fn revision(mut self, revision: u64) -> Self {
        self.revision = revision;
        self
    }

    /// How long to wait at most; for ever by default, as kubectl does.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Asks once and does not wait: `--watch=false`.
    ///
    /// # Errors
    ///
    /// As of [`Rollout::progress`]; [`ErrorKind::Request`] when another [`revision`](Self::revision) runs; and what the
    /// server refuses.
    pub async fn now(self) -> Result<Progress, Error> {
        let object = self.object.await?;
        pinned(&object, self.revision)?;
        object.progress()
    }

    /// Waits until the rollout is done and gives the last word.
    ///
    /// # Errors
    ///
    /// As of [`now`](Self::now); [`is_timeout`](Error::is_timeout) when the time is over;
    /// [`is_not_found`](Error::is_not_found) when the object is not there or is deleted.
    pub async fn finished(self) -> Result<Progress, Error> {
        self.each(|_| {}).await
    }

    /// The same, and tells each change of the object on the way, the last one too. What kubectl prints a line for.
    ///
    /// # Errors
    ///
    /// As of [`finished`](Self::finished).
    pub async fn each(self, mut tell: impl FnMut(&Progress)) -> Result<Progress, Error> {
        let mut states = Follow::new(self.object.clone());
        let mut first: Option<String> = None;
        let done = async {
            loop {
                let State::Present(object) = states.next().await? else {
                    return Err(crate::wait::missing(&self.object));
                };
                // One of the same name that came later is not the one that was asked about.
                let uid = metadata(&object, "uid").unwrap_or_default().to_owned();
                if *first.get_or_insert_with(|| uid.clone()) != uid {
                    return Err(crate::wait::missing(&self.object));
                }
                pinned(&object, self.revision)?;
                let progress = object.progress()?;
                tell(&progress);
                if progress.done {
                    return Ok(progress);
                }
            }
        };
        within(self.object.client(), self.timeout, done).await.unwrap_or_else(|| Err(timed_out(&self.object)))
    }
}

/// An error when another revision runs than the one that was asked for.
fn pinned<T: Rollout>(object: &T, wanted: u64) -> Result<(), Error> {
    match object.revision()? {
        Some(running) if wanted > 0 && wanted != running => {
            let message =
                format!("desired revision ({wanted}) is different from the running revision ({running})");
            Err(Error::new(ErrorKind::Request, message))
        }
        _ => Ok(()),
    }
}

/// Rolls out again what is there: the time of now in the annotation `kubectl.kubernetes.io/restartedAt` of the pod
/// template. Gives the object as it is then.
///
/// # Errors
///
/// [`ErrorKind::Request`] for a Deployment that is paused, as its change would wait until it is resumed; and what the
/// server refuses.
pub async fn restart<T: Rollout>(object: &Get<T>) -> Result<T, Error> {
    let found = object.clone().await?;
    if walk::get(&found, "spec.paused").is_ok_and(|it| it.as_bool() == Some(true)) {
        let message = "can't restart paused deployment (set spec.paused to false first)";
        return Err(Error::new(ErrorKind::Request, message));
    }
    let path = object.clone().request()?.path().to_owned();
    let now = Time::now();
    let patch = format!(
        r#"{{"spec":{{"template":{{"metadata":{{"annotations":{{"kubectl.kubernetes.io/restartedAt":"{now}"}}}}}}}}}}"#
    );
    let patch = PatchBody::Strategic(RawJson::from_text(&patch)?);
    Patch::new(object.client(), &[path.as_str()], patch).await
}
