//! Evictions against disruption budgets, and a node that is emptied, beside `kubectl drain`.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kubesdk::api::core::v1::{Node, Pod};
use kubesdk::drain::{self, Eviction, Step};
use kubesdk::{Client, ErrorKind, wait};
use kubesdk_test_cluster::Cluster;

use super::{applied, kubectl, said, settled, workload};

const MINUTES: Duration = Duration::from_secs(180);
const BUDGET: &str = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\n\
                      spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}\n";

pub async fn evictions(cluster: &Cluster, client: &Client) {
    let pods = settled(client, "web", 1).await;
    applied(cluster, BUDGET);
    said(cluster, &["wait", "pdb/web", "--for=jsonpath={.status.currentHealthy}=1", "--timeout=60s"]);
    let name = pods[0].metadata.name.as_deref().expect("a name");
    let outcome = drain::evict(client, "default", name).await.expect("an answer");
    let Eviction::Blocked(error) = outcome else { panic!("the budget allows it") };
    assert!(error.has_cause("DisruptionBudget") && error.code() == Some(429), "{error:?}");
    assert!(drain::evict(client, "default", "missing").await.expect_err("no pod").is_not_found());
}

pub async fn a_node(cluster: &Cluster, client: &Client) {
    let unschedulable = || said(cluster, &["get", "node", "node", "-o", "jsonpath={.spec.unschedulable}"]);
    drain::cordon(client, "node").await.expect("cordoned");
    drain::cordon(client, "node").await.expect("cordoned again");
    assert_eq!(unschedulable(), "true");
    let node: Node = drain::uncordon(client, "node").await.expect("uncordoned");
    assert_eq!((node.spec.unschedulable.unwrap_or(false), unschedulable().as_str()), (false, ""));

    // A pod of nobody's, one with an emptyDir that ended not, a DaemonSet's, and those that are done.
    applied(
        cluster,
        "apiVersion: v1\nkind: Pod\nmetadata: {name: alone}\nspec:\n  terminationGracePeriodSeconds: 1\n  \
         volumes: [{name: scratch, emptyDir: {}}]\n  \
         containers: [{name: main, image: none, command: [sleep, '100000']}]\n",
    );
    wait::on(Pod::in_namespace(client, "default").get("alone"))
        .timeout(MINUTES)
        .condition("Ready")
        .await
        .expect("ready");
    let refused = |drain: drain::Drain, flags: &'static [&'static str]| async move {
        let error = drain.run().await.map(drop).expect_err("pods stand against it");
        assert_eq!(error.kind(), ErrorKind::Request, "{error}");
        let said = kubectl(cluster, &[&["drain", "node"], flags].concat());
        let reasons = error.to_string();
        let reasons = reasons.split_once(": ").expect("a reason").1;
        for reason in reasons.trim_matches(['[', ']']).split(", cannot") {
            assert!(said.stderr.contains(reason), "{reason}\n{}", said.stderr);
        }
    };
    refused(drain::node(client, "node"), &[]).await;
    refused(drain::node(client, "node").ignore_daemonsets(), &["--ignore-daemonsets"]).await;
    let flags = &["--ignore-daemonsets", "--force"];
    refused(drain::node(client, "node").ignore_daemonsets().force(), flags).await;
    assert_eq!(unschedulable(), "true", "the node stays cordoned, as with kubectl");

    for (app, replicas) in
        [("waited", 2), ("web", 1), ("db", 2), ("agent", 1), ("never", 0), ("late", 0), ("manual", 0)]
    {
        settled(client, app, replicas).await;
    }
    let ready = || drain::node(client, "node").ignore_daemonsets().delete_emptydir_data().force();
    let plan = ready().plan().await.expect("a plan");
    let theirs = kubectl(
        cluster,
        &["drain", "node", "--ignore-daemonsets", "--delete-emptydir-data", "--force", "--dry-run=client"],
    );
    for pod in plan.pods() {
        let name = pod.metadata.name.as_deref().unwrap_or_default();
        assert!(
            theirs.stdout.contains(&format!("evicting pod default/{name} (dry run)")),
            "{name}: {}",
            theirs.stdout
        );
    }
    assert_eq!(theirs.stdout.matches("evicting pod").count(), plan.pods().len(), "{}", theirs.stdout);
    for warning in plan.warnings() {
        let kinds = warning.split(": ").next().unwrap_or_default();
        assert!(theirs.stderr.contains(kinds), "{warning}: {}", theirs.stderr);
    }

    // The budget holds the last pod of `web`, until it is gone.
    let steps = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&steps);
    let drained = ready().timeout(MINUTES).each(move |step| told.lock().expect("a lock").push(step.clone()));
    let drained = tokio::spawn(drained);
    let blocked = || {
        steps
            .lock()
            .expect("a lock")
            .iter()
            .any(|it| matches!(it, Step::Blocked { pod, .. } if pod.starts_with("web-")))
    };
    while !blocked() {
        assert!(!drained.is_finished(), "the budget was passed over");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    said(cluster, &["delete", "pdb/web"]);
    drained.await.expect("it ran").expect("drained");
    let steps: Vec<_> = steps.lock().expect("a lock").iter().map(ToString::to_string).collect();
    assert_eq!(steps.first().expect("a step"), "node/node already cordoned");
    assert_eq!(steps.last().expect("a step"), "node/node drained");
    assert!(
        steps.contains(&"evicting pod default/alone".to_owned())
            && steps.contains(&"pod/alone evicted".to_owned())
    );
    let left = [
        "get",
        "pods",
        "-A",
        "--field-selector=spec.nodeName=node",
        "-o",
        "jsonpath={.items[*].metadata.ownerReferences[*].kind}",
    ];
    let left = said(cluster, &left);
    assert!(!left.is_empty() && left.split(' ').all(|it| it == "DaemonSet"), "{left}");
    let theirs = kubectl(cluster, &["drain", "node", "--ignore-daemonsets"]);
    assert!(theirs.status.success() && theirs.stdout.contains("node/node drained"), "{}", theirs.stderr);
    let again = drain::node(client, "node").ignore_daemonsets().run().await.expect("drained already");
    assert!(again.pods().is_empty());
    drain::uncordon(client, "node").await.expect("uncordoned");
    what_does_not_go(cluster, client).await;
    // Pods come back, and go without eviction too.
    applied(cluster, &workload("Deployment", "web", "replicas: 1"));
    said(cluster, &["rollout", "status", "deployment/web", "--timeout=120s"]);
    applied(cluster, BUDGET);
    let deleted =
        ready().disable_eviction().grace_period_seconds(0).timeout(MINUTES).run().await.expect("drained");
    assert!(!deleted.pods().is_empty());
}

/// Pods that a finalizer holds are not waited for once they should have been gone, and are then left alone.
async fn what_does_not_go(cluster: &Cluster, client: &Client) {
    let ready = |name: &'static str| {
        applied(
            cluster,
            &format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, labels: {{app: {name}}}, finalizers: \
                 [example.com/stays]}}\nspec:\n  terminationGracePeriodSeconds: 1\n  \
                 containers: [{{name: main, image: none, command: [sleep, '100000']}}]\n"
            ),
        );
        wait::on(Pod::in_namespace(client, "default").get(name)).timeout(MINUTES).condition("Ready")
    };
    ready("held").await.expect("ready");
    ready("kept").await.expect("ready");
    let drain = |name: &str| {
        let drain = drain::node(client, "node").force().pod_selector(format!("app={name}"));
        drain.skip_wait_for_delete_timeout(Duration::from_secs(1)).timeout(MINUTES)
    };
    let mut steps = Vec::new();
    let plan = drain("held").each(|step| steps.push(step.to_string())).await.expect("drained");
    assert_eq!(plan.pods().len(), 1);
    let skipped = |name: &str| format!("pod {name:?} has DeletionTimestamp older than 1 seconds, skipping");
    assert!(steps.contains(&skipped("held")) && !steps.contains(&"pod/held evicted".to_owned()), "{steps:?}");
    let flags = ["drain", "node", "--force", "--pod-selector=app=kept", "--skip-wait-for-delete-timeout=1"];
    let theirs = said(cluster, &flags);
    assert!(theirs.contains(&skipped("kept")) && !theirs.contains("pod/kept evicted"), "{theirs}");
    // Both of them should have been gone by now.
    for name in ["held", "kept"] {
        assert!(drain(name).plan().await.expect("a plan").pods().is_empty());
        let selector = format!("--pod-selector=app={name}");
        let flags = [&flags[..3], &[selector.as_str(), flags[4], "--dry-run=client"]].concat();
        assert!(!said(cluster, &flags).contains("evicting"), "{name}");
        let all = drain(name).skip_wait_for_delete_timeout(Duration::ZERO);
        assert_eq!(all.plan().await.expect("a plan").pods().len(), 1);
        said(cluster, &["patch", "pod", name, "--type=merge", "-p", r#"{"metadata":{"finalizers":null}}"#]);
    }
    drain::uncordon(client, "node").await.expect("uncordoned");
}
