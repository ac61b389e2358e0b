//! What kubectl does with more than one call, done by the SDK, with kubectl beside it: on a cluster with a node.
//!
//! A program of its own, because its node is emptied.

mod applying;
mod draining;
mod logging;
mod manifests;
mod rollouts;
mod waiting;

use kubesdk::Client;
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

/// A workload whose pods sleep, as YAML; `more` stands in its spec.
fn workload(kind: &str, name: &str, more: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n  {more}\n  \
         selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    \
         spec:\n      terminationGracePeriodSeconds: 1\n      containers:\n      \
         - {{name: main, image: none, command: [sleep, '100000']}}\n"
    )
}
