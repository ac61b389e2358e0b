//! The main job: `cargo run --example list_pods` says the number that `kubectl get pods -A` gives.

use kubesdk::api::core::v1::{Container, Pod, PodSpec};
use kubesdk::api::meta::v1::ObjectMeta;
use kubesdk::{Client, Error};
use kubesdk_test_cluster::Target;
use tokio::task::JoinSet;

use super::{Said, list_pods};

/// More than two pages of the example's 500, and no round number.
const PODS: usize = 1203;

/// As many as a busy server takes without queueing.
const AT_ONCE: usize = 16;

#[test]
fn the_example_counts_what_kubectl_counts() {
    let target = Target::obtain().expect("there is a cluster");
    if target.is_own() {
        assert_eq!(kubectl_counts(&target), 0);
    }
    the_counts_agree(&target, 0);
    let namespaces: Vec<String> =
        ["a", "b", "c", "d"].iter().map(|it| format!("kubesdk-test-{}-{it}", std::process::id())).collect();
    let _namespaces = Namespaces::create(&target, &namespaces);
    create(&target, &namespaces);
    the_counts_agree(&target, PODS);
}

/// Both say the same number, and at least `expected`; exactly that many on a cluster of our own.
fn the_counts_agree(target: &Target, expected: usize) {
    // Somebody's cluster changes while we count: only counts between two equal ones of kubectl's are compared.
    for _ in 0..10 {
        let before = kubectl_counts(target);
        let said = list_pods(target.kubeconfig());
        if before != kubectl_counts(target) {
            continue;
        }
        assert_eq!(said.stdout, format!("There are {before} pods in the cluster\n"), "{said:?}");
        assert_eq!(said.code, Some(0), "{said:?}");
        assert!(if target.is_own() { before == expected } else { before >= expected }, "{before} pods");
        return;
    }
    panic!("the number of pods in the cluster did not stand still for one count in ten");
}

fn kubectl_counts(target: &Target) -> usize {
    let output = target.kubectl(&["get", "pods", "-A", "--no-headers"]).expect("kubectl runs");
    assert!(output.status.success(), "{}", output.stderr);
    output.stdout.lines().count()
}

fn create(target: &Target, namespaces: &[String]) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let client = Client::from_kubeconfig(target.kubeconfig()).await.expect("a client");
        create_pods(&client, namespaces).await.expect("the pods are created");
    });
}

async fn create_pods(client: &Client, namespaces: &[String]) -> Result<(), Error> {
    let mut running: JoinSet<Result<(), Error>> = JoinSet::new();
    for (number, namespace) in (0..PODS).zip(namespaces.iter().cycle()) {
        if running.len() >= AT_ONCE
            && let Some(done) = running.join_next().await
        {
            done.expect("no task panics")?;
        }
        let pods = Pod::in_namespace(client, namespace);
        running.spawn(async move { pods.create(&pod(number)).await.map(drop) });
    }
    while let Some(done) = running.join_next().await {
        done.expect("no task panics")?;
    }
    Ok(())
}

/// A pod that no node takes: on somebody's cluster nothing starts.
fn pod(number: usize) -> Pod {
    Pod {
        metadata: ObjectMeta { name: Some(format!("pod-{number}").into()), ..Default::default() },
        spec: PodSpec {
            containers: vec![Container {
                name: "main".into(),
                image: Some("registry.invalid/none".into()),
                ..Default::default()
            }],
            node_selector: [("kubesdk.invalid/none", "true")]
                .into_iter()
                .map(|(k, v)| (k, v.into()))
                .collect(),
            ..Default::default()
        },
        ..Default::default()
    }
}

/// Namespaces that go with the value: the cluster may be somebody's.
struct Namespaces<'a> {
    target: &'a Target,
    names: &'a [String],
}

impl<'a> Namespaces<'a> {
    fn create(target: &'a Target, names: &'a [String]) -> Self {
        for name in names {
            let output = target.kubectl(&["create", "namespace", name]).expect("kubectl runs");
            assert!(output.status.success(), "{}", output.stderr);
        }
        Namespaces { target, names }
    }
}

impl Drop for Namespaces<'_> {
    fn drop(&mut self) {
        if self.target.is_own() {
            return;
        }
        let names = self.names.iter().map(String::as_str);
        let arguments: Vec<&str> = ["delete", "namespace", "--wait=false"].into_iter().chain(names).collect();
        match self.target.kubectl(&arguments) {
            Ok(output) if output.status.success() => {}
            outcome => eprintln!("these namespaces are left over: {:?}: {outcome:?}", self.names),
        }
    }
}

/// As a user who may not list: kubectl's words, and an exit code that scripts see.
#[test]
fn who_may_not_list_is_told_so_in_kubectls_words() {
    let cluster = kubesdk_test_cluster::Cluster::start(super::small()).expect("the cluster starts");
    for kubeconfig in [cluster.nobody_kubeconfig(), cluster.viewer_kubeconfig()] {
        let Said { code, stdout, stderr } = list_pods(&kubeconfig);
        let kubectl = cluster.kubectl_as(&kubeconfig, &["get", "pods", "-A"]).expect("kubectl runs");
        assert!(kubectl.stderr.starts_with("Error from server (Forbidden): pods is forbidden: User"));
        assert_eq!((code, stdout.as_str(), stderr.as_str()), (Some(1), "", kubectl.stderr.as_str()));
    }
}
