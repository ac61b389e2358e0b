//! The mapper that keeps a copy: when the server is asked, and how often.

use std::time::Duration;

use kubesdk::discovery::{GroupVersion, MappingError, RestMapper};
use kubesdk::{Error, ErrorKind};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::server::Server;

fn widgets(name: &str) -> Value {
    json!({"kind": "APIGroupDiscoveryList", "items": [{"metadata": {"name": "example.com"}, "versions": [
        {"version": "v1", "resources": [{"resource": name, "singularResource": "x", "scope": "Cluster",
         "responseKind": {"kind": "Widget"}, "verbs": ["get"]}]}]}]})
}

fn server() -> Server {
    Server::new(&json!({"/api": {"kind": "APIGroupDiscoveryList", "items": []}, "/apis": widgets("widgets")}))
}

/// How often everything was asked for since the last time.
fn times(server: &Server) -> usize {
    let asked = server.asked();
    assert_eq!(asked.len() % 2, 0, "{asked:?}");
    asked.len() / 2
}

#[tokio::test(start_paused = true)]
async fn the_server_is_asked_once_and_again_on_a_miss() {
    let server = server();
    let mapper = RestMapper::new(&server.client());
    assert_eq!(times(&server), 0);
    for name in ["widgets", "x", "Widget"] {
        assert_eq!(mapper.clone().resource(name).await.expect("a match").name, "widgets");
    }
    assert_eq!(times(&server), 1);

    server.set("/apis", widgets("gadgets"));
    assert_eq!(mapper.resource("widgets").await.expect("what is kept").name, "widgets");
    assert_eq!(mapper.resource("gadgets").await.expect("what is new").name, "gadgets");
    assert_eq!(times(&server), 1);
    assert!(mapper.resource("widgets").await.unwrap_err().is_no_match());

    let kind = GroupVersion::of("example.com/v1").kind("Widget");
    let found = mapper.of_object(&kind).await.expect("a match");
    assert_eq!(mapper.get(&found.group_version_resource()).await.expect("a match").kind, kind);
    server.asked();
    server.set("/apis", widgets("others"));
    assert_eq!(mapper.refresh().await.expect("a copy").candidates("Widget")[0].name, "others");
    assert_eq!(times(&server), 1);
}

#[tokio::test(start_paused = true)]
async fn a_first_name_that_leads_nowhere_does_not_ask_twice() {
    let server = server();
    assert!(RestMapper::new(&server.client()).resource("nothing").await.unwrap_err().is_no_match());
    assert_eq!(times(&server), 1);
}

#[tokio::test(start_paused = true)]
async fn a_wrong_name_in_a_loop_is_no_load() {
    let server = server();
    let mapper = RestMapper::new(&server.client());
    mapper.index().await.expect("a copy");
    server.asked();
    for _ in 0..100 {
        let error = mapper.resource("nothing").await.unwrap_err();
        assert_eq!(error.to_string(), "the server doesn't have a resource type \"nothing\"");
    }
    assert_eq!(times(&server), 5);
    tokio::time::advance(Duration::from_secs(11)).await;
    for _ in 0..100 {
        assert!(mapper.resource("nothing").await.is_err());
    }
    assert_eq!(times(&server), 2);
    tokio::time::advance(Duration::from_secs(3600)).await;
    for _ in 0..100 {
        assert!(mapper.resource("nothing").await.is_err());
    }
    assert_eq!(times(&server), 5, "what nobody used does not pile up");
    mapper.refresh().await.expect("refreshing by hand has no limit");
    assert_eq!(times(&server), 1);
}

/// Many at once, on a server that holds its answers back until all have asked.
async fn all_at_once(
    mapper: &RestMapper,
    server: &Server,
    name: &'static str,
) -> Vec<Result<(), MappingError>> {
    let gate = server.gate();
    let mut tasks = JoinSet::new();
    for _ in 0..50 {
        let mapper = mapper.clone();
        tasks.spawn(async move { mapper.resource(name).await.map(drop) });
    }
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    gate.add_permits(1000);
    tasks.join_all().await
}

#[tokio::test(start_paused = true)]
async fn many_that_ask_at_once_share_one_answer() {
    let server = server();
    let mapper = RestMapper::new(&server.client());
    assert!(all_at_once(&mapper, &server, "widgets").await.iter().all(Result::is_ok));
    assert_eq!(times(&server), 1);
    server.set("/apis", widgets("gadgets"));
    assert!(all_at_once(&mapper, &server, "gadgets").await.iter().all(Result::is_ok));
    assert_eq!(times(&server), 2, "who comes while the server is asked waits for the next answer");
    server.set_down(true);
    let mapper = RestMapper::new(&server.client());
    assert!(all_at_once(&mapper, &server, "gadgets").await.iter().all(Result::is_err));
    assert_eq!(server.asked(), ["/api down"], "failures are shared too");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_down_is_told_and_what_is_kept_stays() {
    let server = server();
    let mapper = RestMapper::new(&server.client());
    server.set_down(true);
    let error = mapper.resource("widgets").await.expect_err("no server");
    assert!(matches!(error, MappingError::Discovery(_)), "{error:?}");
    assert_eq!(Error::from(error).kind(), ErrorKind::Connect);
    server.set_down(false);
    mapper.resource("widgets").await.expect("a failure is not kept");
    server.set_down(true);
    mapper.resource("widgets").await.expect("what is kept");
    assert!(matches!(mapper.resource("gadgets").await, Err(MappingError::Discovery(_))));
    assert!(mapper.refresh().await.is_err());
    mapper.resource("widgets").await.expect("what is kept");
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_leaves_nothing_behind() {
    let server = server();
    let mapper = RestMapper::new(&server.client());
    let gate = server.gate();
    let waiting = tokio::time::timeout(Duration::from_secs(1), mapper.resource("widgets")).await;
    assert!(waiting.is_err(), "the server holds its answer back");
    gate.add_permits(1000);
    mapper.resource("widgets").await.expect("the next one asks itself");
    assert_eq!(times(&server), 1);
}

#[tokio::test]
async fn an_error_keeps_its_source() {
    let server = server();
    let error = Error::from(RestMapper::new(&server.client()).resource("nothing").await.unwrap_err());
    assert_eq!(error.kind(), ErrorKind::Request);
    let source = std::error::Error::source(&error).and_then(|it| it.downcast_ref::<MappingError>());
    assert!(source.is_some_and(MappingError::is_no_match));
}
