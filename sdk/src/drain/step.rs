//! What happens while a node is emptied, in kubectl's words.

use std::fmt;
use std::time::Duration;

use crate::{Error, Str};

/// Something that happened while a node was emptied. `Display` says what kubectl says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// The node takes no new pods.
    Cordoned {
        /// Its name.
        node: Str,
        /// It did not before either.
        already: bool,
    },
    /// A pod is about to be evicted or deleted.
    Removing {
        /// Its namespace.
        namespace: Str,
        /// Its name.
        pod: Str,
        /// Evicted, or deleted.
        evicted: bool,
    },
    /// A budget does not allow it now; it is asked for again.
    Blocked {
        /// Its namespace.
        namespace: Str,
        /// Its name.
        pod: Str,
        /// The server's words.
        why: String,
    },
    /// The pod is gone.
    Gone {
        /// Its namespace.
        namespace: Str,
        /// Its name.
        pod: Str,
        /// Evicted, or deleted.
        evicted: bool,
    },
    /// The pod is deleted and does not go; it is not waited for any more.
    Skipped {
        /// Its namespace.
        namespace: Str,
        /// Its name.
        pod: Str,
        /// How long it should have been gone by then.
        after: Duration,
    },
    /// All that had to go is gone.
    Drained {
        /// The name of the node.
        node: Str,
    },
}

impl Step {
    pub(super) fn blocked(namespace: &Str, pod: &Str, error: &Error) -> Self {
        Step::Blocked { namespace: namespace.clone(), pod: pod.clone(), why: error.to_string() }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Cordoned { node, already: true } => write!(f, "node/{node} already cordoned"),
            Step::Cordoned { node, already: false } => write!(f, "node/{node} cordoned"),
            Step::Removing { namespace, pod, evicted: true } => write!(f, "evicting pod {namespace}/{pod}"),
            Step::Removing { namespace, pod, evicted: false } => write!(f, "deleting pod {namespace}/{pod}"),
            Step::Blocked { namespace, pod, why } => {
                write!(f, "error when evicting pods/{pod:?} -n {namespace:?} (will retry after 5s): {why}")
            }
            Step::Gone { pod, evicted: true, .. } => write!(f, "pod/{pod} evicted"),
            Step::Gone { pod, evicted: false, .. } => write!(f, "pod/{pod} deleted"),
            Step::Skipped { pod, after, .. } => {
                write!(
                    f,
                    "pod {pod:?} has DeletionTimestamp older than {} seconds, skipping",
                    after.as_secs()
                )
            }
            Step::Drained { node } => write!(f, "node/{node} drained"),
        }
    }
}
