//! Rollouts beside `kubectl rollout status` and `kubectl rollout restart`, and scaling.

use std::time::Duration;

use kubesdk::api::apps::v1::{DaemonSet, Deployment, StatefulSet};
use kubesdk::core::verbs::Get;
use kubesdk::rollout::Rollout;
use kubesdk::{Client, ErrorKind, rollout, scale, wait};
use kubesdk_test_cluster::Cluster;

use super::{applied, kubectl, said, workload};

const MINUTES: Duration = Duration::from_secs(180);

/// The rollout as we see it, and then as kubectl does when it is done.
async fn rolls_out<T: Rollout>(cluster: &Cluster, name: &str, object: Get<T>) -> Vec<String> {
    let mut lines = Vec::new();
    let status = rollout::status(object).timeout(MINUTES);
    let last = status.each(|progress| lines.push(progress.to_string())).await.expect("it rolls out");
    assert!(last.done && lines.last() == Some(&last.message));
    assert_eq!(said(cluster, &["rollout", "status", name, "--timeout=60s"]), format!("{last}\n"));
    lines
}

/// A rollout that stands still, as both see it.
async fn stands<T: Rollout>(cluster: &Cluster, name: &str, object: Get<T>, expected: &str) {
    let holds = |object: &T| object.progress().is_ok_and(|it| it.message == expected);
    wait::on(object.clone())
        .timeout(MINUTES)
        .until(holds)
        .await
        .unwrap_or_else(|error| panic!("{expected}: {error}"));
    let ours = rollout::status(object.clone()).now().await.expect("its status");
    assert_eq!((ours.message.as_str(), ours.done), (expected, false));
    assert_eq!(said(cluster, &["rollout", "status", name, "--watch=false"]), format!("{expected}\n"));
    let late = rollout::status(object).timeout(Duration::from_millis(300)).finished().await;
    assert!(late.expect_err("it stands").is_timeout());
}

pub async fn status_in_kubectls_words(cluster: &Cluster, client: &Client) {
    let deployments = Deployment::in_namespace(client, "default");
    applied(cluster, &workload("Deployment", "web", "replicas: 2"));
    let lines = rolls_out(cluster, "deployment/web", deployments.get("web")).await;
    assert_eq!(lines.last().expect("a line"), "deployment \"web\" successfully rolled out");
    let sets = StatefulSet::in_namespace(client, "default");
    applied(cluster, &workload("StatefulSet", "db", "replicas: 2\n  serviceName: db"));
    let lines = rolls_out(cluster, "statefulset/db", sets.get("db")).await;
    assert!(
        lines.last().expect("a line").starts_with("partitioned roll out complete: 2 new pods"),
        "{lines:?}"
    );
    let daemons = DaemonSet::in_namespace(client, "default");
    applied(cluster, &workload("DaemonSet", "agent", "minReadySeconds: 0"));
    let lines = rolls_out(cluster, "daemonset/agent", daemons.get("agent")).await;
    assert_eq!(lines.last().expect("a line"), "daemon set \"agent\" successfully rolled out");

    // What is never ready.
    let never = |yaml: String| {
        yaml.replace(
            "command: [sleep, '100000']",
            "command: [sleep, '100000'], readinessProbe: {exec: {command: ['false']}}",
        )
    };
    applied(cluster, &never(workload("Deployment", "never", "replicas: 2")));
    let expected =
        "Waiting for deployment \"never\" rollout to finish: 0 of 2 updated replicas are available...";
    stands(cluster, "deployment/never", deployments.get("never"), expected).await;
    applied(cluster, &never(workload("DaemonSet", "never", "minReadySeconds: 0")));
    let expected = "Waiting for daemon set \"never\" rollout to finish: 0 of 1 updated pods are available...";
    stands(cluster, "daemonset/never", daemons.get("never"), expected).await;
    applied(cluster, &never(workload("StatefulSet", "never", "replicas: 1\n  serviceName: db")));
    stands(cluster, "statefulset/never", sets.get("never"), "Waiting for 1 pods to be ready...").await;

    // What gives up, what has no rollouts, and what goes away.
    applied(cluster, &never(workload("Deployment", "late", "replicas: 1\n  progressDeadlineSeconds: 1")));
    let error =
        rollout::status(deployments.get("late")).timeout(MINUTES).finished().await.expect_err("it is late");
    assert_eq!(
        kubectl(cluster, &["rollout", "status", "deployment/late"]).stderr,
        format!("error: {error}\n")
    );
    applied(cluster, &workload("DaemonSet", "manual", "updateStrategy: {type: OnDelete}"));
    let error = rollout::status(daemons.get("manual")).finished().await.expect_err("there are none");
    assert_eq!(
        kubectl(cluster, &["rollout", "status", "daemonset/manual"]).stderr,
        format!("error: {error}\n")
    );
    let status = tokio::spawn(rollout::status(deployments.get("never")).timeout(MINUTES).finished());
    let everything =
        ["deployment/never", "daemonset/never", "statefulset/never", "deployment/late", "daemonset/manual"];
    said(cluster, &[&["delete"][..], &everything].concat());
    assert!(status.await.expect("it ran").expect_err("it is deleted").is_not_found());
}

pub async fn restart_and_scale(cluster: &Cluster, client: &Client) {
    let deployments = Deployment::in_namespace(client, "default");
    let annotation = "jsonpath={.spec.template.metadata.annotations.kubectl\\.kubernetes\\.io/restartedAt}";
    let restarted = rollout::restart(&deployments.get("web")).await.expect("restarted");
    // At once, because a pod takes a second or so, as kubectl does.
    let lines = rolls_out(cluster, "deployment/web", deployments.get("web")).await;
    assert!(lines.len() > 1, "it took its time: {lines:?}");
    let at = said(cluster, &["get", "deployment/web", "-o", annotation]);
    let annotations = &restarted.spec.template.metadata.annotations;
    assert_eq!(annotations["kubectl.kubernetes.io/restartedAt"], *at);
    assert!(at.len() == "2026-11-25T01:00:00Z".len() && at.ends_with('Z'), "{at}");
    rollout::restart(&DaemonSet::in_namespace(client, "default").get("agent")).await.expect("restarted");
    rollout::restart(&StatefulSet::in_namespace(client, "default").get("db")).await.expect("restarted");
    rolls_out(cluster, "statefulset/db", StatefulSet::in_namespace(client, "default").get("db")).await;
    let status = || rollout::status(deployments.get("web"));
    let flags = |revision: &'static str| ["rollout", "status", "deployment/web", revision];
    let ours = status().revision(2).timeout(MINUTES).finished().await.expect("it runs");
    assert_eq!(said(cluster, &flags("--revision=2")), format!("{ours}\n"));
    for error in [status().revision(1).finished().await, status().revision(1).now().await] {
        let error = error.expect_err("another one runs");
        let theirs = kubectl(cluster, &flags("--revision=1")).stderr;
        assert_eq!(theirs, format!("error: {error}\n"));
    }
    // Kinds that have no such revision do not go by it, with kubectl neither.
    let agent = DaemonSet::in_namespace(client, "default").get("agent");
    rollout::status(agent).revision(9).timeout(MINUTES).finished().await.expect("it rolls out");
    said(cluster, &["rollout", "status", "daemonset/agent", "--revision=9"]);
    said(cluster, &["rollout", "pause", "deployment/web"]);
    let paused = rollout::restart(&deployments.get("web")).await.map(drop).expect_err("it is paused");
    assert_eq!(paused.kind(), ErrorKind::Request);
    assert!(!kubectl(cluster, &["rollout", "restart", "deployment/web"]).status.success());
    said(cluster, &["rollout", "resume", "deployment/web"]);

    let replicas = || said(cluster, &["get", "deployment/web", "-o", "jsonpath={.spec.replicas}"]);
    let scaled = scale::to(deployments.get_scale("web"), 3).await.expect("scaled");
    assert_eq!((scaled.spec.replicas, replicas().as_str()), (Some(3), "3"));
    let refused =
        scale::to(deployments.get_scale("web"), 5).from(2).await.map(drop).expect_err("there are three");
    assert_eq!((refused.kind(), replicas().as_str()), (ErrorKind::Request, "3"));
    scale::to(deployments.get_scale("web"), 1).from(3).await.expect("scaled");
    assert_eq!(replicas(), "1");
    let missing = scale::to(deployments.get_scale("missing"), 1).await.map(drop);
    assert!(missing.expect_err("there is none").is_not_found());
}
