//! Watches on a real API server: what exists and then what happens, of every stable kind; versions that etcd has
//! forgotten; a server that restarts.
//!
//! A program of its own, because its server is killed.

mod kinds;

use std::time::Duration;

use kubesdk::api::core::v1::{ConfigMap, ConfigMapsInNamespace, Event};
use kubesdk::api::meta::v1::ObjectMeta;
use kubesdk::core::verbs::PatchBody;
use kubesdk::core::{WatchEvent, WatchStream, map};
use kubesdk::{Client, Error, wait};
use kubesdk_test_cluster::{Cluster, Options};

#[tokio::test(flavor = "multi_thread")]
async fn watches() {
    let options = Options {
        without_controller_manager: true,
        without_scheduler: true,
        restart: true,
        // Every five minutes by default.
        apiserver_flags: vec!["--etcd-compaction-interval=1s".to_owned()],
        ..Options::default()
    };
    let cluster = Cluster::start(options).expect("the cluster starts");
    let client = Client::from_kubeconfig(cluster.kubeconfig()).await.expect("a client");
    what_exists_and_then_what_happens(&client).await;
    kinds::every_stable_kind(&client).await;
    what_is_dropped_ends_at_the_server(&client).await;
    versions_that_etcd_has_forgotten(&client).await;
    a_server_that_restarts(&cluster, &client).await;
}

fn maps(client: &Client) -> ConfigMapsInNamespace {
    ConfigMap::in_namespace(client, "default")
}

fn named(name: &str) -> ConfigMap {
    let metadata =
        ObjectMeta { name: Some(name.into()), labels: map([("of", "watches")]), ..Default::default() };
    ConfigMap { metadata, data: map([("state", "before")]), ..Default::default() }
}

fn changed(state: &str) -> PatchBody {
    PatchBody::merge_text(&format!(r#"{{"data":{{"state":"{state}"}}}}"#)).expect("a patch")
}

fn told(event: &WatchEvent<ConfigMap>) -> String {
    let what = match event {
        WatchEvent::Added(_) => "added",
        WatchEvent::Modified(_) => "modified",
        WatchEvent::Deleted(_) => "deleted",
        WatchEvent::Bookmark(_) => "bookmark",
        WatchEvent::InitialEventsEnd(_) => return "that is all".to_owned(),
        other => panic!("{other:?}"),
    };
    let object = event.object();
    let name = object.metadata.name.as_deref().unwrap_or_default();
    format!("{what} {name} {}", object.data.get("state").map_or("", |it| it.as_str()))
}

/// The next event that is no bookmark.
async fn next(watch: &mut WatchStream<ConfigMap>) -> String {
    loop {
        let event = watch.next().await.expect("an event").expect("no error");
        assert!(event.resource_version().is_some(), "{event:?}");
        if !matches!(event, WatchEvent::Bookmark(_)) {
            return told(&event);
        }
    }
}

async fn what_exists_and_then_what_happens(client: &Client) {
    let maps = maps(client);
    for name in ["a", "b"] {
        maps.create(&named(name)).await.expect("created");
    }
    let mut watch = maps.watch().labels("of=watches").initial_events().await.expect("a watch");
    let mut seen = vec![next(&mut watch).await, next(&mut watch).await];
    seen.sort();
    assert_eq!(seen, ["added a before", "added b before"]);
    assert_eq!(next(&mut watch).await, "that is all");
    let version = maps.list().await.expect("a list").metadata.resource_version.expect("a version");
    let mut later = maps.watch().labels("of=watches").resource_version(version).await.expect("a watch");
    maps.patch("a", changed("after")).await.expect("patched");
    maps.delete("b").await.expect("deleted");
    maps.create(&named("c")).await.expect("created");
    for watch in [&mut watch, &mut later] {
        for expected in ["modified a after", "deleted b before", "added c before"] {
            assert_eq!(next(watch).await, expected);
        }
    }
    // One object of its collection.
    let mut one = maps.get("c").watch().await.expect("a watch");
    assert_eq!(next(&mut one).await, "added c before");
    // A watch without a version is a streaming list to servers of today, whatever it asks for.
    assert_eq!(next(&mut one).await, "that is all");
    maps.patch("a", changed("again")).await.expect("patched");
    maps.patch("c", changed("after")).await.expect("patched");
    assert_eq!(next(&mut one).await, "modified c after");
    // The server ends a watch when it was told to, and that is no error.
    let mut short = maps.watch().timeout_seconds(1).await.expect("a watch");
    while let Some(event) = short.next().await {
        event.expect("no error");
    }
}

/// How many watches of config maps the server has open.
async fn open_watches(client: &Client) -> u32 {
    let metrics = client.get("/metrics").await.expect("the metrics");
    let metrics = String::from_utf8(metrics.into()).expect("text");
    let watches = metrics.lines().filter(|it| {
        let is = |label: &str| it.contains(label);
        is("apiserver_longrunning_requests{") && is(r#"resource="configmaps""#) && is(r#"verb="WATCH""#)
    });
    watches.filter_map(|it| it.rsplit(' ').next()?.parse::<u32>().ok()).sum()
}

async fn until_open(client: &Client, holds: impl Fn(u32) -> bool) {
    let mut found = 0;
    for _ in 0..240 {
        found = open_watches(client).await;
        if holds(found) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    panic!("{found} watches are open");
}

/// More than one connection carries, and those of who waits.
async fn what_is_dropped_ends_at_the_server(client: &Client) {
    let before = open_watches(client).await;
    let mut watches = Vec::new();
    for _ in 0..130 {
        watches.push(maps(client).watch().await.expect("a watch"));
    }
    let never = |_| tokio::spawn(wait::on(maps(client).get("c")).path("{.data.state}=never"));
    let waits: Vec<_> = (0..20).map(never).collect();
    until_open(client, |count| count >= before + 150).await;
    drop(watches);
    waits.iter().for_each(tokio::task::JoinHandle::abort);
    until_open(client, |count| count <= before).await;
}

/// HTTP 410 of a list, and of a watch whose version nobody has any more.
async fn versions_that_etcd_has_forgotten(client: &Client) {
    let maps = maps(client);
    let version = maps.list().await.expect("a list").metadata.resource_version.expect("a version");
    let page = maps.list().limit(1).await.expect("a page");
    let token = page.metadata.continue_.expect("more than one page");
    let old = || maps.list().resource_version(&version).resource_version_match("Exact");
    let mut tries = 0;
    let error = loop {
        maps.patch("a", changed(&format!("try {tries}"))).await.expect("patched");
        match old().await {
            Ok(_) if tries < 120 => tokio::time::sleep(Duration::from_millis(250)).await,
            Ok(_) => panic!("etcd was not compacted"),
            Err(error) => break error,
        }
        tries += 1;
    };
    assert_eq!((error.is_expired(), error.code()), (true, Some(410)), "{error}");
    let error = maps.list().limit(1).continue_token(token).await.map(drop).expect_err("the page is gone");
    assert_eq!((error.is_expired(), error.code()), (true, Some(410)), "{error}");
    // Events are not in the server's cache, so that etcd itself is asked.
    let events = Event::in_namespace(client, "default");
    let error = first_error(events.watch().resource_version(&version).await).await;
    assert_eq!((error.is_expired(), error.code()), (true, Some(410)), "{error}");
}

async fn first_error<T: kubesdk::core::Object + Default>(watch: Result<WatchStream<T>, Error>) -> Error {
    let mut watch = match watch {
        Ok(watch) => watch,
        Err(error) => return error,
    };
    loop {
        if let Err(error) = watch.next().await.expect("an error before the end") {
            return error;
        }
    }
}

async fn a_server_that_restarts(cluster: &Cluster, client: &Client) {
    let maps = maps(client);
    let before = open_watches(client).await;
    let mut watch = maps.watch().labels("of=watches").await.expect("a watch");
    let minutes = Duration::from_secs(180);
    let restarted = wait::on(maps.get("c")).timeout(minutes).path("{.data.state}=restarted");
    let restarted = tokio::spawn(restarted);
    let deleted = tokio::spawn(wait::on(maps.get("a")).timeout(minutes).deleted());
    let state = next(&mut watch).await;
    assert!(state.starts_with("added "), "{state}");
    // Who waits has seen the object once, and watches it.
    until_open(client, |count| count >= before + 3).await;
    let server = cluster.component("apiserver").expect("a server");
    server.signal("KILL").expect("killed");
    assert!(server.wait_gone(Duration::from_secs(10)), "the server lives");
    let error = loop {
        match watch.next().await.expect("an error, not an end") {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert!(error.is_retryable(), "{error}");
    assert!(watch.next().await.is_none());
    while client.get("/readyz").await.is_err() {
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    // The server's cache begins anew, and knows nothing of what came before.
    let error = first_error(maps.watch().resource_version(1).await).await;
    assert_eq!((error.is_expired(), error.code()), (true, Some(410)), "{error}");
    maps.patch("c", changed("restarted")).await.expect("patched");
    maps.delete("a").await.expect("deleted");
    let found = restarted.await.expect("it ran").expect("it was waited for over the restart");
    assert_eq!(found.data["state"], "restarted");
    deleted.await.expect("it ran").expect("deleted");
}
