//! What documents say: whole, in parts, not at all.

use kubesdk::discovery::{GroupVersion, ServerResources};
use kubesdk::{Error, ErrorKind};
use serde_json::{Value, json};

use super::server::Server;

/// Everything that was read, a line each: resource and subresources.
fn lines(server: &ServerResources) -> Vec<String> {
    let mut lines = Vec::new();
    for it in server.resources() {
        let verbs = it.verbs.iter().map(|it| it.as_str()).collect::<Vec<_>>().join(",");
        lines.push(format!("{} {} [{verbs}]", it.group_version_resource(), it.kind));
        for sub in &it.subresources {
            let kind = sub.kind.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
            lines.push(format!("  {} {kind}", sub.name));
        }
    }
    lines
}

fn failed(server: &ServerResources) -> Vec<String> {
    server.failed().iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn what_a_document_leaves_out_is_that_of_the_enclosing_version() {
    let server = Server::of_fixture("aggregated.json").discovery().resources().await.expect("documents");
    let lines = lines(&server);
    for expected in [
        "v1, Resource=nodes v1, Kind=Node [get,list]",
        "  proxy v1, Kind=NodeProxyOptions",
        "  eviction policy/v1, Kind=Eviction",
        "  log v1, Kind=Pod",
        "  raw -",
        "  scale autoscaling/v1, Kind=Scale",
        "  status apps/v1, Kind=Deployment",
        "stable.example.com/v1beta1, Resource=relics stable.example.com/v1beta1, Kind=Relic [get]",
        "odd.example.com/v1, Resource=pods odd.example.com/v1, Kind= []",
        "  memory odd.example.com/v1, Kind=MetricValueList",
    ] {
        assert!(lines.iter().any(|it| it == expected), "{expected:?} is missing: {lines:#?}");
    }
    assert!(
        !lines.iter().any(|it| it.contains("Slashed") || it.contains("Nameless") || it.contains("Second"))
    );
}

#[tokio::test]
async fn a_group_that_failed_is_reported_and_the_rest_is_there() {
    let server = Server::of_fixture("aggregated.json").discovery().resources().await.expect("documents");
    let stale = |it: &str| format!("{it}: stale GroupVersion discovery: {it}");
    assert_eq!(failed(&server), [stale("metrics.k8s.io/v1beta1"), stale("half.example.com/v2")]);
    let half = server.groups().iter().find(|it| it.name == "half.example.com").expect("the group");
    assert_eq!((half.preferred.as_str(), half.versions.len()), ("v1", 1));
    let expected = format!(
        "unable to retrieve the complete list of server APIs: {}, {}",
        stale("half.example.com/v2"),
        stale("metrics.k8s.io/v1beta1")
    );
    assert_eq!(server.incomplete(), Some(expected));

    let server = Server::of_fixture("legacy.json").discovery().resources().await.expect("documents");
    let failed = failed(&server);
    assert_eq!(failed.len(), 3, "{failed:#?}");
    assert_eq!(
        failed[0],
        "metrics.k8s.io/v1beta1: Error from server (ServiceUnavailable): the server is currently unable to handle \
         the request"
    );
    assert!(
        failed[1].starts_with("broken.example.com/v1: /apis/broken.example.com/v1 is no discovery document")
    );
    assert!(
        failed[2].starts_with("gone.example.com/v1: ") && failed[2].contains("(NotFound)"),
        "{failed:#?}"
    );
}

#[tokio::test]
async fn legacy_documents_say_the_same() {
    let server = Server::of_fixture("legacy.json").discovery().resources().await.expect("documents");
    assert_eq!(
        lines(&server),
        [
            "v1, Resource=pods v1, Kind=Pod [get,list]",
            "  eviction policy/v1, Kind=Eviction",
            "  log v1, Kind=Pod",
            "v1, Resource=nodes v1, Kind=Node []",
            "apps/v1beta1, Resource=deployments apps/v1beta1, Kind=Deployment [get,list]",
            "apps/v1beta1, Resource=old apps/v1beta1, Kind=Old [get]",
            "apps/v1, Resource=deployments apps/v1, Kind=Deployment [get,list]",
            "  scale autoscaling/v1, Kind=Scale",
            "custom.metrics.k8s.io/v1, Resource=pods custom.metrics.k8s.io/v1, Kind= []",
            "  memory custom.metrics.k8s.io/v1, Kind=MetricValueList",
        ]
    );
    let preferred: Vec<_> =
        server.preferred().iter().map(|it| format!("{} {}", it.group_version, it.name)).collect();
    assert_eq!(
        preferred,
        ["v1 pods", "v1 nodes", "apps/v1beta1 old", "apps/v1 deployments", "custom.metrics.k8s.io/v1 pods"]
    );
}

#[tokio::test]
async fn two_requests_bring_everything_and_nothing_comes_twice() {
    let server = Server::of_fixture("aggregated.json");
    let discovery = server.discovery();
    let first = lines(&discovery.resources().await.expect("documents"));
    assert_eq!(server.asked(), ["/api", "/apis"]);
    assert_eq!(lines(&discovery.clone().resources().await.expect("documents")), first);
    assert_eq!(server.asked(), ["/api 304", "/apis 304"]);
    server.set("/apis", json!({"kind": "APIGroupDiscoveryList", "items": []}));
    assert_eq!(discovery.resources().await.expect("documents").groups().len(), 1);
    assert_eq!(server.asked(), ["/api 304", "/apis"]);
}

#[tokio::test]
async fn one_version_can_be_asked_for_alone() {
    let server = Server::of_fixture("legacy.json");
    let apps = server.discovery().group_version(&GroupVersion::of("apps/v1")).await.expect("the version");
    assert_eq!((apps.name.as_str(), apps.resources.len()), ("v1", 1));
    let core = server.discovery().group_version(&GroupVersion::of("v1")).await.expect("the version");
    assert_eq!(core.resources.len(), 2);
    assert_eq!(server.asked(), ["/api/v1", "/apis/apps/v1"]);
    assert!(server.discovery().group_version(&GroupVersion::of("no/v1")).await.unwrap_err().is_not_found());
}

async fn error(documents: Value) -> Error {
    Server::new(&documents).discovery().resources().await.expect_err("documents that are none")
}

#[tokio::test]
async fn what_is_no_discovery_is_an_error_with_a_place() {
    let check = async |api: Value, apis: Value, expected: &str| {
        let error = error(json!({"/api": api, "/apis": apis})).await;
        assert!(error.to_string().contains(expected), "{error}");
    };
    let fine = json!({"kind": "APIGroupDiscoveryList", "items": []});
    check(fine.clone(), json!("<html>"), "/apis is no discovery document of a Kubernetes API server").await;
    check(fine.clone(), json!(""), "/apis is no discovery document").await;
    check(fine.clone(), json!([]), "/apis is no discovery document").await;
    check(json!("[]"), fine.clone(), "/api is no discovery document").await;
    check(
        fine.clone(),
        json!({"kind": "APIGroupDiscoveryList", "items": [7]}),
        "/apis is no discovery document",
    )
    .await;
    let forbidden = json!({"kind": "Status", "status": "Failure", "reason": "Forbidden", "code": 403,
        "message": "forbidden: User \"nobody\" cannot get path \"/apis\""});
    check(fine.clone(), forbidden.clone(), "(Forbidden): forbidden: User \"nobody\" cannot get path").await;
    check(forbidden, fine.clone(), "(Forbidden)").await;
    assert!(error(json!({"/api": fine})).await.is_not_found());

    // Aggregated API servers have no core group.
    let alone = Server::new(&json!({"/apis": fine})).discovery().resources().await.expect("documents");
    assert!(alone.groups().is_empty() && alone.incomplete().is_none());

    let server = Server::of_fixture("legacy.json");
    server.set_down(true);
    let error = server.discovery().resources().await.expect_err("a server that is down");
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(ServerResources::from_aggregated([&b"{}"[..], b"{"]).is_err());
}
