//! Names to resources and back, compared with where kubectl finds them.

use kubesdk::Client;
use kubesdk::discovery::{GroupVersion, ResourceIndex, RestMapper, ServerResources};
use kubesdk_test_cluster::Cluster;

/// A mapper that has its copy from before the definitions were there.
pub(crate) async fn before_the_definitions(client: &Client) -> RestMapper {
    let mapper = RestMapper::new(client);
    assert_eq!(mapper.resource("deploy").await.expect("a match").kind.kind, "Deployment");
    assert!(mapper.resource("gadgets").await.expect_err("no such resource").is_no_match());
    mapper
}

/// Names that kubectl reads as we do.
const NAMES: [&str; 26] = [
    "po",
    "pods",
    "pod",
    "Pod",
    "PODS",
    "pods.v1.",
    "deploy",
    "deployments.apps",
    "deployments.v1.apps",
    "Deployment.apps",
    "deployments.app",
    "hpa",
    "horizontalpodautoscalers.v1.autoscaling",
    "events",
    "ev",
    "events.events.k8s.io",
    "ev.events.k8s.io",
    "event.discovery.kubesdk.test",
    "ev.discovery.kubesdk.test",
    "gg",
    "ggs.discovery",
    "gadgets.v1beta1.discovery.kubesdk.test",
    "Gadget",
    "storageclass.storage",
    "sc",
    "componentstatuses",
];

/// What kubectl asks for tells what it took a name for.
pub(crate) async fn lead_where_kubectl_says(cluster: &Cluster, mapper: &RestMapper) {
    for name in NAMES {
        let output = cluster.kubectl(&["get", name, "-v=6"]).expect("kubectl runs");
        assert!(output.status.success(), "{name}: {}", output.stderr);
        let found = mapper.resource(name).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        let root = if found.group_version.group.is_empty() { "api" } else { "apis" };
        let namespace = if found.namespaced { "/namespaces/default" } else { "" };
        let url = format!("/{root}/{}{namespace}/{}?limit=500", found.group_version, found.name);
        assert!(output.stderr.contains(&url), "{name}: {url}: {}", output.stderr);
    }
    for name in ["nothing", "deploy.extensions", "po.v2.example.com", "PO", "things.down.kubesdk.test"] {
        let output = cluster.kubectl(&["get", name]).expect("kubectl runs");
        let error = mapper.resource(name).await.expect_err(name).to_string();
        let expected = output.stderr.lines().last().unwrap_or_default().to_owned();
        let ours =
            format!("error: {}", error.split(" (these could not be read: ").next().unwrap_or_default());
        assert_eq!(ours, expected);
        assert!(error.contains("down.kubesdk.test/v1beta1: stale GroupVersion discovery"), "{error}");
    }
    let output = cluster.kubectl(&["api-resources", "--categories=all", "-o", "name"]).expect("kubectl runs");
    let mut all: Vec<String> =
        mapper.resources("all").await.expect("a category").iter().map(|it| it.qualified_name()).collect();
    let mut expected: Vec<&str> = output.stdout.lines().collect();
    all.sort();
    expected.sort_unstable();
    assert_eq!(all, expected);
    let gadgets = mapper.of_object(&GroupVersion::of("discovery.kubesdk.test/v1beta1").kind("Gadget")).await;
    let gadgets = gadgets.expect("a match");
    let below: Vec<&str> = gadgets.subresources.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(below, ["status", "scale"]);
    let scale = gadgets.subresource("scale").and_then(|it| it.kind.as_ref()).expect("a kind");
    assert_eq!(scale.to_string(), "autoscaling/v1, Kind=Scale");
}

/// Every resource of the server, by all its names.
pub(crate) fn lead_there_and_back(server: &ServerResources) {
    let index = ResourceIndex::new(server.clone());
    let mut count = 0;
    for it in server.resources() {
        let gvr = it.group_version_resource();
        assert_eq!(index.get(&gvr), Some(it), "{gvr}");
        assert_eq!(index.of_object(&it.kind).ok(), Some(it), "{}", it.kind);
        let (group, version) = (&it.group_version.group, &it.group_version.version);
        let names = [it.name.as_str(), it.singular.as_str(), it.kind.kind.as_str()];
        for name in names.into_iter().chain(it.short_names.iter().map(|it| it.as_str())) {
            let full = format!("{name}.{version}.{group}");
            assert_eq!(index.resource(&full).ok(), Some(it), "{full}");
            assert!(index.candidates(name).contains(&it), "{name}");
        }
        count += 1;
    }
    assert!(count > 50, "{count} resources");
}
