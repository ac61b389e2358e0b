//! Discovery, the mapping of names and the OpenAPI documents of a real API server, with kubectl beside them: with resource
//! definitions of our own, and with an API whose server is down.

mod documents;
mod names;

use std::time::Duration;

use kubesdk::Client;
use kubesdk::discovery::{Discovery, Probe, ServerResources};
use kubesdk_test_cluster::Cluster;

use super::{example_with, small};

/// One cluster for all of it, in an order: each part stands on the one before.
#[tokio::test]
async fn a_server_is_discovered_as_kubectl_discovers_it() {
    let cluster = Cluster::start(small()).expect("the cluster starts");
    let client = Client::from_kubeconfig(cluster.kubeconfig()).await.expect("a client");
    let discovery = Discovery::new(&client);
    for arguments in ARGUMENTS {
        prints_what_kubectl_prints(&cluster, arguments, false);
    }
    tells_version_and_health(&cluster, &discovery).await;
    documents::come_once(&cluster, &client).await;
    let mapper = names::before_the_definitions(&client).await;

    let objects = include_str!("discovery/objects.yaml");
    let output = cluster.kubectl_with_input(&["apply", "-f", "-"], objects).expect("kubectl runs");
    assert!(output.status.success(), "{}", output.stderr);
    let server = settled(&discovery).await;
    for arguments in ARGUMENTS {
        prints_what_kubectl_prints(&cluster, arguments, true);
    }
    names::lead_where_kubectl_says(&cluster, &mapper).await;
    names::lead_there_and_back(&server);
    legacy_documents_say_the_same(&client, &server).await;
    documents::follow_a_change(&client).await;
}

const ARGUMENTS: [&[&str]; 9] = [
    &[],
    &["-o", "wide"],
    &["--api-group=apps", "--no-headers"],
    &["--api-group="],
    &["--namespaced=false", "--sort-by=name"],
    &["--namespaced=true", "--verbs=list,create", "--sort-by=kind"],
    &["--categories=all", "-o", "wide"],
    &["-o", "name"],
    &["--api-group=nothing.example.com"],
];

/// The same table. Of a group whose server is down kubectl 1.37 says nothing: what it keeps of an aggregated document has no
/// room for that. We say it in the words that client-go has for it, after the rest, and fail.
fn prints_what_kubectl_prints(cluster: &Cluster, arguments: &[&str], incomplete: bool) {
    let all: Vec<&str> = ["api-resources"].iter().chain(arguments).copied().collect();
    let kubectl = cluster.kubectl(&all).expect("kubectl runs");
    let said = example_with("api_resources", arguments, &cluster.kubeconfig());
    assert_eq!(said.stdout, kubectl.stdout, "{arguments:?}");
    assert_eq!((kubectl.stderr.as_str(), kubectl.status.code()), ("", Some(0)), "{arguments:?}");
    let expected = if incomplete {
        "error: unable to retrieve the complete list of server APIs: down.kubesdk.test/v1beta1: stale GroupVersion \
         discovery: down.kubesdk.test/v1beta1\n"
    } else {
        ""
    };
    assert_eq!((said.stderr.as_str(), said.code), (expected, Some(i32::from(incomplete))), "{arguments:?}");
}

async fn tells_version_and_health(cluster: &Cluster, discovery: &Discovery) {
    let raw = |path: &str| cluster.kubectl(&["get", "--raw", path]).expect("kubectl runs").stdout;
    let version = discovery.version().await.expect("a version");
    assert!(raw("/version").contains(&format!("\"gitVersion\": \"{}\"", version.git_version)), "{version:?}");
    for probe in [Probe::Live, Probe::Ready, Probe::Health] {
        let health = discovery.health(probe).await.expect("an answer about health");
        assert!(health.healthy && health.checks.len() > 5, "{health:?}");
        let expected = raw(&format!("{}?verbose", probe.path()));
        let lines: Vec<String> = health.checks.iter().map(ToString::to_string).collect();
        assert_eq!(lines, expected.lines().filter(|it| it.starts_with('[')).collect::<Vec<_>>());
    }
}

/// What the server serves once it knows of our definitions and has found that the API of one group is not there.
async fn settled(discovery: &Discovery) -> ServerResources {
    for _ in 0..300 {
        let server = discovery.resources().await.expect("discovery");
        let ours = server.resources().filter(|it| it.group_version.group == "discovery.kubesdk.test").count();
        if ours == 3 && !server.failed().is_empty() {
            let failed = &server.failed()[0];
            assert_eq!(failed.group_version.to_string(), "down.kubesdk.test/v1beta1");
            return server;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("the definitions are not served after a minute");
}

async fn legacy_documents_say_the_same(client: &Client, aggregated: &ServerResources) {
    let legacy = Discovery::new(client).legacy().resources().await.expect("discovery");
    let said = |server: &ServerResources| -> Vec<String> {
        let mut lines: Vec<String> = server.resources().map(|it| format!("{it:?}")).collect();
        lines.sort();
        lines
    };
    assert_eq!(said(&legacy), said(aggregated));
    let groups = |server: &ServerResources| -> Vec<String> {
        let with_versions = server.groups().iter().filter(|it| !it.versions.is_empty());
        with_versions.map(|it| format!("{} {}", it.name, it.preferred)).collect()
    };
    assert_eq!(groups(&legacy), groups(aggregated));
    let failed: Vec<String> = legacy.failed().iter().map(ToString::to_string).collect();
    assert!(failed.len() == 1 && failed[0].starts_with("down.kubesdk.test/v1beta1: "), "{failed:?}");
    assert_eq!(legacy.failed()[0].error.code(), Some(503), "{failed:?}");
}
