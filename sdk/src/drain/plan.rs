//! Which pods of a node go, which stay, and which stand against it (kubectl `drain/filters.go`).

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime};

use kubesdk_api::core::v1::{Pod, PodStatusPhase};
use kubesdk_core::Client;
use kubesdk_core::http::Method;

use super::overdue::skipped_from;
use crate::{Error, Request, Str};

/// Marks the copies that a kubelet shows of the pods in its own folder: nobody else can end them.
const MIRROR: &str = "kubernetes.io/config.mirror";

/// What is allowed.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    pub(super) ignore_daemonsets: bool,
    pub(super) delete_emptydir_data: bool,
    pub(super) force: bool,
    pub(super) pod_selector: Option<Str>,
    /// Pods that should have been gone for longer are left alone.
    pub(super) skip_deleted: Option<Duration>,
}

/// What is to become of the pods of a node. `Display` says what stands against it, in kubectl's words.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pods: Vec<Pod>,
    warnings: Vec<(Reason, String)>,
    refusals: Vec<Refusal>,
}

/// A pod that stands against emptying its node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// `namespace/name`.
    pub pod: String,
    /// Why, in kubectl's words: `Pods that declare no controller (use --force to override)`.
    pub why: String,
}

impl Plan {
    /// The pods that go.
    pub fn pods(&self) -> &[Pod] {
        &self.pods
    }

    /// The pods that stand against it.
    pub fn refusals(&self) -> &[Refusal] {
        &self.refusals
    }

    /// What somebody should know of pods that stay although they are of the node, or go although something is lost:
    /// `ignoring DaemonSet-managed Pods: kube-system/proxy-x`.
    pub fn warnings(&self) -> Vec<String> {
        let mut all: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (reason, pod) in &self.warnings {
            all.entry(reason.to_string()).or_default().push(pod);
        }
        all.into_iter().map(|(reason, pods)| format!("{reason}: {}", pods.join(", "))).collect()
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut all: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for Refusal { pod, why } in &self.refusals {
            all.entry(why).or_default().push(pod);
        }
        let lines: Vec<_> =
            all.into_iter().map(|(why, pods)| format!("cannot delete {why}: {}", pods.join(", "))).collect();
        match lines.as_slice() {
            [] => f.write_str("nothing stands against it"),
            [line] => f.write_str(line),
            lines => write!(f, "[{}]", lines.join(", ")),
        }
    }
}

/// Why somebody should know of a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reason {
    DaemonSet,
    LocalStorage,
    Unmanaged,
    /// The DaemonSet is gone, says the server.
    Orphaned(String),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::DaemonSet => "ignoring DaemonSet-managed Pods",
            Reason::LocalStorage => "deleting Pods with local storage",
            Reason::Unmanaged => "deleting Pods that declare no controller",
            Reason::Orphaned(why) => why,
        })
    }
}

/// What becomes of one pod.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    Goes(Option<Reason>),
    Stays(Option<Reason>),
    Refuses(String),
}

pub(super) async fn plan(client: &Client, node: &str, rules: &Rules) -> Result<Plan, Error> {
    let list = Pod::everywhere(client).list().limit(500).fields(format!("spec.nodeName={node}"));
    let list = match &rules.pod_selector {
        Some(labels) => list.labels(labels),
        None => list,
    };
    let mut plan = Plan::default();
    for pod in list.all().await?.items {
        // The first of kubectl's rules; it says nothing of them.
        if skipped_from(&pod, rules.skip_deleted).is_some_and(|from| SystemTime::now() >= from) {
            continue;
        }
        let daemon_set = match daemon_set(&pod) {
            Some(name) if !is_finished(&pod) => Some(exists(client, &pod, name).await),
            _ => None,
        };
        let text = |it: &Option<Str>| it.clone().unwrap_or_default();
        let name = format!("{}/{}", text(&pod.metadata.namespace), text(&pod.metadata.name));
        let reason = match fate(&pod, rules, daemon_set) {
            Fate::Goes(reason) => {
                plan.pods.push(pod);
                reason
            }
            Fate::Stays(reason) => reason,
            Fate::Refuses(why) => {
                plan.refusals.push(Refusal { pod: name.clone(), why });
                None
            }
        };
        plan.warnings.extend(reason.map(|reason| (reason, name)));
    }
    Ok(plan)
}

/// The rules, one after the other; of several reasons to know of a pod the last one counts, as with kubectl. Of a pod of a
/// DaemonSet it is known whether that exists.
fn fate(pod: &Pod, rules: &Rules, daemon_set: Option<Result<(), Error>>) -> Fate {
    let mut reason = match daemon_set {
        None => None,
        Some(Ok(())) if rules.ignore_daemonsets => return Fate::Stays(Some(Reason::DaemonSet)),
        Some(Ok(())) => {
            return Fate::Refuses("DaemonSet-managed Pods (use --ignore-daemonsets to ignore)".to_owned());
        }
        Some(Err(error)) if error.is_not_found() && rules.force => Some(Reason::Orphaned(error.to_string())),
        Some(Err(error)) => return Fate::Refuses(error.to_string()),
    };
    if pod.metadata.annotations.contains_key(MIRROR) {
        return Fate::Stays(None);
    }
    if is_finished(pod) {
        return Fate::Goes(None);
    }
    if pod.spec.volumes.iter().any(|it| it.empty_dir.is_some()) {
        if !rules.delete_emptydir_data {
            return Fate::Refuses(
                "Pods with local storage (use --delete-emptydir-data to override)".to_owned(),
            );
        }
        reason = Some(Reason::LocalStorage);
    }
    let has_controller = pod.metadata.owner_references.iter().any(|it| it.controller == Some(true));
    match (has_controller, rules.force) {
        (true, _) => Fate::Goes(reason),
        (false, true) => Fate::Goes(Some(Reason::Unmanaged)),
        (false, false) => {
            Fate::Refuses("Pods that declare no controller (use --force to override)".to_owned())
        }
    }
}

fn is_finished(pod: &Pod) -> bool {
    matches!(pod.status.phase, Some(PodStatusPhase::Succeeded | PodStatusPhase::Failed))
}

/// The name of the DaemonSet that controls a pod.
fn daemon_set(pod: &Pod) -> Option<&str> {
    let mut owners = pod.metadata.owner_references.iter();
    let owner = owners.find(|it| it.controller == Some(true))?;
    (owner.kind == "DaemonSet" && owner.api_version == "apps/v1").then_some(owner.name.as_str())
}

/// Asked without the types of `apps/v1`, which are another feature.
async fn exists(client: &Client, pod: &Pod, name: &str) -> Result<(), Error> {
    let namespace = pod.metadata.namespace.as_deref().unwrap_or_default();
    let path = ["/apis/apps/v1/namespaces/", namespace, "/daemonsets/", name];
    client.bytes(Request::new(Method::GET, &path)?).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorKind, Status};

    #[test]
    fn what_becomes_of_a_pod() {
        let none = Rules::default();
        let all = Rules { ignore_daemonsets: true, delete_emptydir_data: true, force: true, ..none.clone() };
        let owner = |kind: &str| {
            format!(
                r#""ownerReferences":[{{"apiVersion":"apps/v1","kind":"{kind}","name":"x","uid":"u","controller":true}}]"#
            )
        };
        let pod = |metadata: &str, spec: &str, phase: &str| -> Pod {
            let text = format!(
                r#"{{"metadata":{{"name":"a",{metadata}}},"spec":{{"containers":[]{spec}}},"status":{{"phase":"{phase}"}}}}"#
            );
            crate::json::from_slice(text.replace(",}", "}").as_bytes()).unwrap()
        };
        let check = |pod: &Pod, rules: &Rules, daemon_set: Option<Result<(), Error>>, expected: &str| {
            let found = match fate(pod, rules, daemon_set) {
                Fate::Goes(None) => "goes".to_owned(),
                Fate::Stays(None) => "stays".to_owned(),
                Fate::Goes(Some(reason)) => format!("goes: {reason}"),
                Fate::Stays(Some(reason)) => format!("stays: {reason}"),
                Fate::Refuses(why) => format!("refuses: {why}"),
            };
            assert_eq!(found, expected);
        };
        let managed = pod(&owner("ReplicaSet"), "", "Running");
        check(&managed, &none, None, "goes");
        let alone = pod("", "", "Running");
        check(&alone, &none, None, "refuses: Pods that declare no controller (use --force to override)");
        check(&alone, &all, None, "goes: deleting Pods that declare no controller");
        check(&pod("", "", "Succeeded"), &none, None, "goes");
        check(&pod("", "", "Failed"), &none, None, "goes");
        let storage = r#","volumes":[{"name":"v","emptyDir":{}}]"#;
        let stored = pod(&owner("ReplicaSet"), storage, "Running");
        check(
            &stored,
            &none,
            None,
            "refuses: Pods with local storage (use --delete-emptydir-data to override)",
        );
        check(&stored, &all, None, "goes: deleting Pods with local storage");
        check(&pod("", storage, "Running"), &all, None, "goes: deleting Pods that declare no controller");
        check(&pod("", storage, "Succeeded"), &none, None, "goes");
        let mirror = pod(r#""annotations":{"kubernetes.io/config.mirror":"x"}"#, storage, "Running");
        check(&mirror, &none, None, "stays");
        let daemon = pod(&owner("DaemonSet"), "", "Running");
        let gone = || {
            let status = Status { reason: Some("NotFound".into()), code: Some(404), ..Status::default() };
            Some(Err(Error::from_status(status, None)))
        };
        check(
            &daemon,
            &none,
            Some(Ok(())),
            "refuses: DaemonSet-managed Pods (use --ignore-daemonsets to ignore)",
        );
        check(&daemon, &all, Some(Ok(())), "stays: ignoring DaemonSet-managed Pods");
        check(&daemon, &all, gone(), &format!("goes: {}", gone().unwrap().unwrap_err()));
        check(&daemon, &none, gone(), &format!("refuses: {}", gone().unwrap().unwrap_err()));
        check(&daemon, &all, Some(Err(Error::new(ErrorKind::Lost, "reset"))), "refuses: reset");
        assert_eq!(daemon_set(&daemon), Some("x"));
        assert_eq!(daemon_set(&managed), None);
    }

    #[test]
    fn refusals_in_kubectls_words() {
        let mut plan = Plan::default();
        assert_eq!(plan.to_string(), "nothing stands against it");
        let refusal = |pod: &str, why: &str| Refusal { pod: pod.to_owned(), why: why.to_owned() };
        plan.refusals = vec![refusal("a/b", "X"), refusal("c/d", "Y"), refusal("e/f", "X")];
        assert_eq!(plan.to_string(), "[cannot delete X: a/b, e/f, cannot delete Y: c/d]");
        plan.warnings = vec![(Reason::DaemonSet, "a/b".into()), (Reason::DaemonSet, "c/d".into())];
        assert_eq!(plan.warnings(), ["ignoring DaemonSet-managed Pods: a/b, c/d"]);
    }
}
