//! Services, pods and nodes through a real API server, on a real kubelet, with a program of ours behind it that shows
//! what arrives.
//!
//! A program of its own, because memory is looked at, and one cluster for all of it.

mod load;
mod mode;
mod paths;
#[path = "../programs.rs"]
mod programs;

use std::time::Duration;

use kubesdk::Client;
use kubesdk::api::core::v1::{Pod, PodsInNamespace, Service, ServicesInNamespace};
use kubesdk::core::BodyStream;
use kubesdk_test_cluster::{Cluster, Options};
use serde_json::{Value, json};

use programs::built;

fn services(client: &Client) -> ServicesInNamespace {
    Service::in_namespace(client, "default")
}

fn pods(client: &Client) -> PodsInNamespace {
    Pod::in_namespace(client, "default")
}

/// A service of the pod `echo`, or of none.
fn service(name: &str, app: &str, ports: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name},
        "spec": {"selector": {"app": app}, "ports": ports}})
}

/// A cluster with the echo server in a pod, behind services of every form.
fn start() -> Cluster {
    let program = built("echo_server");
    let folder = program.parent().expect("a folder");
    let cluster =
        Cluster::start(Options { kubelet: true, ..Options::default() }).expect("the cluster starts");
    let container = json!({"name": "main", "image": "none", "command": ["/examples/echo_server", "8080", "8443+tls"],
        "ports": [{"containerPort": 8080}, {"containerPort": 8443}],
        "readinessProbe": {"tcpSocket": {"port": 8443}, "periodSeconds": 1},
        "volumeMounts": [{"name": "examples", "mountPath": "/examples"}]});
    let echo = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "echo", "labels": {"app": "echo"}},
        "spec": {"terminationGracePeriodSeconds": 1, "containers": [container],
            "volumes": [{"name": "examples", "hostPath": {"path": folder}}]}});
    let (http, https) = (
        json!({"name": "http", "port": 80, "targetPort": 8080}),
        json!({"name": "https", "port": 443, "targetPort": 8443}),
    );
    let items = json!([
        echo,
        service("plain", "echo", json!([{"port": 80, "targetPort": 8080}])),
        service("secure", "echo", json!([{"port": 443, "targetPort": 8443}])),
        service("both", "echo", json!([http, https])),
        service("closed", "echo", json!([{"port": 80, "targetPort": 9}])),
        service("empty", "nobody", json!([{"port": 80}])),
    ]);
    let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
    let said = cluster.kubectl_with_input(&["apply", "-f", "-"], &list.to_string()).expect("kubectl runs");
    assert!(said.status.success(), "{}", said.stderr);
    let ready = "jsonpath={.endpoints[0].conditions.ready}=true";
    for (what, condition) in [
        (["pod", "-lapp=echo"], "condition=Ready"),
        (["endpointslice", "-lkubernetes.io/service-name=plain"], ready),
        (["endpointslice", "-lkubernetes.io/service-name=secure"], ready),
        (["endpointslice", "-lkubernetes.io/service-name=both"], ready),
        (["endpointslice", "-lkubernetes.io/service-name=closed"], ready),
    ] {
        let said =
            cluster.kubectl(&["wait", what[0], what[1], &format!("--for={condition}"), "--timeout=120s"]);
        let said = said.expect("kubectl runs");
        assert!(said.status.success(), "{what:?}: {}", said.stderr);
    }
    cluster
}

/// What hangs is named; no step takes a minute of a quiet machine.
async fn step(name: &str, step: impl Future<Output = ()>) {
    let done = tokio::time::timeout(Duration::from_secs(300), step).await;
    done.unwrap_or_else(|_| panic!("{name} does not end"));
}

/// All that comes of a body, as text.
async fn text(mut body: BodyStream) -> String {
    let mut whole = Vec::new();
    while let Some(piece) = futures_util::StreamExt::next(&mut body).await {
        whole.extend_from_slice(&piece.expect("a piece"));
    }
    String::from_utf8(whole).expect("text")
}

#[tokio::test(flavor = "multi_thread")]
async fn proxies() {
    let cluster = start();
    let client = Client::from_kubeconfig(cluster.kubeconfig()).await.expect("a client");
    step("every_form_of_the_name", paths::every_form_of_the_name(&client)).await;
    step("what_arrives", paths::what_arrives(&client)).await;
    step("who_answers", paths::who_answers(&client)).await;
    step("who_may_not", paths::who_may_not(&cluster)).await;
    step("web_sockets", paths::web_sockets(&client)).await;
    step("as_kubectl_answers", mode::as_kubectl_answers(&cluster)).await;
    step("kubectl_through_it", mode::kubectl_through_it(&cluster)).await;
    step("bodies", load::bodies(&client)).await;
}
