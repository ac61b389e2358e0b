//! What kubectl does with more than one call, done by the SDK, with kubectl beside it: on a cluster with a node.
//!
//! A program of its own, because its node is emptied.

mod applying;
mod draining;
mod logging;
mod manifests;
mod rollouts;
mod waiting;

use std::time::Duration;

use kubesdk::Client;
use kubesdk::api::core::v1::{Pod, PodCondition};
use kubesdk_test_cluster::{Cluster, Options, Output};

#[tokio::test(flavor = "multi_thread")]
async fn workloads() {
    let options = Options { kubelet: true, ..Options::default() };
    let cluster = Cluster::start(options).expect("the cluster starts");
    let client = Client::from_kubeconfig(cluster.kubeconfig()).await.expect("a client");
    manifests::created_as_kubectl_creates(&cluster, &client).await;
    manifests::applied_as_kubectl_applies(&cluster, &client).await;
    manifests::what_is_wrong_has_a_number(&client).await;
    applying::yaml_owns_what_kubectl_would_own(&cluster, &client).await;
    waiting::conditions_and_paths(&cluster, &client).await;
    waiting::deletion_and_finalizers(&cluster, &client).await;
    rollouts::status_in_kubectls_words(&cluster, &client).await;
    rollouts::restart_and_scale(&cluster, &client).await;
    logging::one_container(&cluster, &client).await;
    logging::many_containers(&cluster, &client).await;
    waiting::tokens(&client).await;
    draining::evictions(&cluster, &client).await;
    draining::a_node(&cluster, &client).await;
}

/// What kubectl says; that it fails is the test's business.
fn kubectl(cluster: &Cluster, arguments: &[&str]) -> Output {
    cluster.kubectl(arguments).expect("kubectl runs")
}

/// What kubectl says when it succeeds.
fn said(cluster: &Cluster, arguments: &[&str]) -> String {
    let output = kubectl(cluster, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", output.stderr);
    output.stdout
}

fn applied(cluster: &Cluster, yaml: &str) {
    let output = cluster.kubectl_with_input(&["apply", "-f", "-"], yaml).expect("kubectl runs");
    assert!(output.status.success(), "{}", output.stderr);
}

/// The pods of an app, once there are `expected` of them in `default`, all ready, and none that still ends.
///
/// A Deployment is rolled out, or scaled, before the last pods of what it was are gone.
async fn settled(client: &Client, app: &str, expected: usize) -> Vec<Pod> {
    let ready = |pod: &Pod| {
        let is_true = |it: &PodCondition| it.type_ == "Ready" && it.status == "True";
        pod.metadata.deletion_timestamp.is_none() && pod.status.conditions.iter().any(is_true)
    };
    let mut pods = Vec::new();
    for _ in 0..720 {
        let list = Pod::in_namespace(client, "default").list().labels(format!("app={app}"));
        pods = list.all().await.expect("pods").items;
        if pods.len() == expected && pods.iter().all(ready) {
            return pods;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    panic!("{expected} ready pods of {app} are expected, and there are {pods:#?}");
}

/// A workload whose pods sleep, as YAML; `more` stands in its spec.
fn workload(kind: &str, name: &str, more: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n  {more}\n  \
         selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    \
         spec:\n      terminationGracePeriodSeconds: 1\n      containers:\n      \
         - {{name: main, image: none, command: [sleep, '100000']}}\n"
    )
}
