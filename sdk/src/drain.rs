//! Nodes without new pods, and without pods: `kubectl cordon`, `uncordon` and `drain` by kubectl's rules, and eviction,
//! which disruption budgets may refuse.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use kubesdk::drain::{self, Eviction};
//! use kubesdk::{Client, Error};
//!
//! async fn example(client: &Client) -> Result<(), Error> {
//!     let minutes = Duration::from_secs(300);
//!     let drained = drain::node(client, "node-1").ignore_daemonsets().delete_emptydir_data().timeout(minutes);
//!     drained.each(|step| println!("{step}")).await?;
//!     drain::uncordon(client, "node-1").await?;
//!     if let Eviction::Blocked(error) = drain::evict(client, "default", "web-0").await? {
//!         println!("not now: {error}");
//!     }
//!     Ok(())
//! }
//! ```

mod overdue;
mod plan;
mod step;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use kubesdk_api::core::v1::{Node, Pod};
use kubesdk_api::meta::v1::{DeleteOptions, ObjectMeta};
use kubesdk_api::policy::v1::Eviction as Body;
use kubesdk_core::Client;
use kubesdk_core::verbs::PatchBody;

use crate::wait::within;
use crate::{Error, ErrorKind, RawJson, Str, some};

pub use plan::{Plan, Refusal};
pub use step::Step;

/// After a budget refused an eviction; as kubectl.
const AGAIN: Duration = Duration::from_secs(5);

/// No new pods for a node. Gives the node as it is then; one that is cordoned stays so.
///
/// # Errors
///
/// What the server refuses.
pub async fn cordon(client: &Client, node: &str) -> Result<Node, Error> {
    unschedulable(client, node, true).await
}

/// New pods for a node again.
///
/// # Errors
///
/// What the server refuses.
pub async fn uncordon(client: &Client, node: &str) -> Result<Node, Error> {
    unschedulable(client, node, false).await
}

async fn unschedulable(client: &Client, node: &str, wanted: bool) -> Result<Node, Error> {
    // Null takes the field away, as kubectl's patch does.
    let value = if wanted { "true" } else { "null" };
    let patch = RawJson::from_text(&format!(r#"{{"spec":{{"unschedulable":{value}}}}}"#))?;
    Node::cluster(client).patch(node, PatchBody::Strategic(patch)).await
}

/// What came of an eviction.
#[derive(Debug)]
pub enum Eviction {
    /// The pod is being deleted.
    Accepted,
    /// A disruption budget does not allow it now. The error has the budget's words ([`Error::status`], its causes) and
    /// perhaps when to ask again ([`Error::retry_after`]).
    Blocked(Error),
}

/// Asks for the eviction of a pod, once.
///
/// # Errors
///
/// What the server refuses for any other reason than a budget; [`is_not_found`](Error::is_not_found) when there is no such pod.
pub async fn evict(client: &Client, namespace: &str, pod: &str) -> Result<Eviction, Error> {
    evict_with(client, namespace, pod, DeleteOptions::default()).await
}

/// The same with options for the deletion: a grace period, a precondition, a dry run.
///
/// # Errors
///
/// As of [`evict`].
pub async fn evict_with(
    client: &Client,
    namespace: &str,
    pod: &str,
    options: DeleteOptions,
) -> Result<Eviction, Error> {
    let metadata = ObjectMeta { name: some(pod), namespace: some(namespace), ..Default::default() };
    let body = Body { metadata, delete_options: some(options) };
    match Pod::in_namespace(client, namespace).evict(pod, &body).await {
        Ok(_) => Ok(Eviction::Accepted),
        Err(error) if error.is_too_many_requests() => Ok(Eviction::Blocked(error)),
        Err(error) => Err(error),
    }
}

/// Empties a node: cordons it, and evicts its pods.
pub fn node(client: &Client, name: impl Into<Str>) -> Drain {
    Drain {
        client: client.clone(),
        node: name.into(),
        rules: plan::Rules::default(),
        grace_period_seconds: None,
        disable_eviction: false,
        timeout: None,
    }
}

/// How a node is emptied; one of its methods begins. The defaults are kubectl's, and so are the names.
#[must_use = "nothing happens before one of its methods is awaited"]
pub struct Drain {
    client: Client,
    node: Str,
    rules: plan::Rules,
    grace_period_seconds: Option<u32>,
    disable_eviction: bool,
    timeout: Option<Duration>,
}

impl Drain {
    /// Leaves pods of DaemonSets where they are. By default they are a reason to refuse: a new one would come at once.
    pub fn ignore_daemonsets(mut self) -> Self {
        self.rules.ignore_daemonsets = true;
        self
    }

    /// Also pods with `emptyDir` volumes, whose contents are lost. By default they are a reason to refuse.
    pub fn delete_emptydir_data(mut self) -> Self {
        self.rules.delete_emptydir_data = true;
        self
    }

    /// Also pods that no controller would start elsewhere. By default they are a reason to refuse.
    pub fn force(mut self) -> Self {
        self.rules.force = true;
        self
    }

    /// Only pods whose labels match.
    pub fn pod_selector(mut self, labels: impl Into<Str>) -> Self {
        self.rules.pod_selector = Some(labels.into());
        self
    }

    /// Seconds that each pod gets to end; its own by default.
    pub fn grace_period_seconds(mut self, seconds: u32) -> Self {
        self.grace_period_seconds = Some(seconds);
        self
    }

    /// Deletes pods in place of evicting them: disruption budgets are passed over.
    pub fn disable_eviction(mut self) -> Self {
        self.disable_eviction = true;
        self
    }

    /// Leaves pods alone that should have been gone for longer than this, and waits no longer for one that is deleted and
    /// does not go, because of a finalizer say or of a node that is lost. Zero, the default, waits for all of them.
    pub fn skip_wait_for_delete_timeout(mut self, timeout: Duration) -> Self {
        self.rules.skip_deleted = Some(timeout).filter(|it| !it.is_zero());
        self
    }

    /// How long all of it may take; for ever by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Which pods would go, and what stands against it. Changes nothing.
    ///
    /// # Errors
    ///
    /// What the server refuses.
    pub async fn plan(&self) -> Result<Plan, Error> {
        plan::plan(&self.client, &self.node, &self.rules).await
    }

    /// Cordons the node and empties it; ends when the pods are gone, or are not waited for any more.
    ///
    /// # Errors
    ///
    /// As of [`each`](Self::each).
    pub async fn run(self) -> Result<Plan, Error> {
        self.each(|_| {}).await
    }

    /// The same, and tells each step on the way. What budgets refuse is asked for again every five seconds.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Request`] when pods stand against it: none is evicted then, and the node stays cordoned, as with
    /// kubectl. [`is_timeout`](Error::is_timeout) when the time is over; and what the server refuses.
    pub async fn each(self, tell: impl FnMut(&Step) + Send) -> Result<Plan, Error> {
        let tell = Mutex::new(tell);
        let tell = |step: Step| tell.lock().unwrap_or_else(PoisonError::into_inner)(&step);
        let cordoned = Node::cluster(&self.client).get(&self.node).await?.spec.unschedulable == Some(true);
        if !cordoned {
            cordon(&self.client, &self.node).await?;
        }
        tell(Step::Cordoned { node: self.node.clone(), already: cordoned });
        let plan = self.plan().await?;
        if !plan.refusals().is_empty() {
            let message = format!("unable to drain node {:?}: {plan}", self.node);
            return Err(Error::new(ErrorKind::Request, message));
        }
        let pods = join_all(plan.pods().iter().map(|pod| self.remove(pod, &tell)));
        let outcomes = within(&self.client, self.timeout, pods).await.ok_or_else(|| {
            let message = format!("timed out draining node {:?}: some of its pods are not gone", self.node);
            Error::new(ErrorKind::Timeout, message)
        })?;
        outcomes.into_iter().collect::<Result<Vec<()>, Error>>()?;
        tell(Step::Drained { node: self.node.clone() });
        Ok(plan)
    }

    /// Evicts or deletes a pod and waits until it is gone.
    async fn remove(&self, pod: &Pod, tell: &(impl Fn(Step) + Sync)) -> Result<(), Error> {
        let text = |it: &Option<Str>| it.clone().unwrap_or_default();
        let (namespace, name) = (text(&pod.metadata.namespace), text(&pod.metadata.name));
        let pods = Pod::in_namespace(&self.client, namespace.clone());
        let options = DeleteOptions {
            grace_period_seconds: self.grace_period_seconds.map(i64::from),
            ..Default::default()
        };
        loop {
            tell(Step::Removing {
                namespace: namespace.clone(),
                pod: name.clone(),
                evicted: !self.disable_eviction,
            });
            let outcome = match self.disable_eviction {
                true => pods.delete(&name).options(&options).await.map(|_| Eviction::Accepted),
                false => evict_with(&self.client, &namespace, &name, options.clone()).await,
            };
            match outcome {
                Ok(Eviction::Accepted) => break,
                Ok(Eviction::Blocked(error)) => tell(Step::blocked(&namespace, &name, &error)),
                Err(error) if error.is_not_found() => return Ok(()),
                // Nothing is evicted from a namespace that goes; its pods are deleted one after the other.
                Err(error) if error.is_forbidden() && error.has_cause("NamespaceTerminating") => {
                    if pods.get(&name).await.is_ok_and(|it| it.metadata.deletion_timestamp.is_some()) {
                        break;
                    }
                    tell(Step::blocked(&namespace, &name, &error));
                }
                Err(error) => return Err(error),
            }
            self.client.transport().sleep(AGAIN).await;
        }
        let after = self.rules.skip_deleted;
        let gone = overdue::gone(pods.get(&name), pod.metadata.uid.as_ref(), after).await?;
        tell(match (gone, after) {
            (false, Some(after)) => Step::Skipped { namespace, pod: name, after },
            _ => Step::Gone { namespace, pod: name, evicted: !self.disable_eviction },
        });
        Ok(())
    }
}
