//! The transport on a real API server: many watches at once, compression, warnings, upgrades, and a real HTTP and a
//! real SOCKS5 proxy.

mod proxies;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kubesdk::api::core::v1::{ConfigMap, ConfigMapList};
use kubesdk::api::meta::v1::ObjectMeta;
use kubesdk::core::http::HeaderValue;
use kubesdk::core::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, UPGRADE};
use kubesdk::core::{Warning, WatchEvent, WatchStream, map};
use kubesdk::{Client, Config, ConfigLoader};
use kubesdk_test_cluster::Cluster;

use super::small;

#[tokio::test]
async fn the_transport_on_a_real_server() {
    let cluster = Cluster::start(small()).expect("the cluster starts");
    let client = Client::from_kubeconfig(cluster.kubeconfig()).await.expect("a client");
    more_watches_than_a_connection_carries(&client).await;
    large_lists_and_watches_come_compressed(&cluster, &client).await;
    warnings_audit_ids_and_any_path(&client).await;
    errors_are_kubectls(&cluster, &client).await;
    refused_upgrades_are_the_servers_errors(&client).await;
    proxies::lead_to_the_server(&cluster).await;
}

fn config_map(name: &str, text: &str) -> ConfigMap {
    ConfigMap {
        metadata: ObjectMeta { name: Some(name.into()), ..Default::default() },
        data: map([("text", text)]),
        ..Default::default()
    }
}

async fn next(watch: &mut WatchStream<ConfigMap>) -> WatchEvent<ConfigMap> {
    watch.next().await.expect("an event").expect("no error")
}

/// A kube-apiserver allows 100 streams on a connection; the 101st must not wait for ever.
async fn more_watches_than_a_connection_carries(client: &Client) {
    let maps = ConfigMap::in_namespace(client, "default");
    let now = maps.list().await.expect("a list").metadata.resource_version.expect("a version");
    let mut watches = Vec::new();
    for _ in 0..250 {
        let watch = maps.watch().resource_version(now.as_str()).timeout(Duration::from_secs(60));
        watches.push(watch.await.expect("a watch"));
    }
    maps.create(&config_map("seen-by-all", "x")).await.expect("created while 250 watches are open");
    for watch in &mut watches {
        loop {
            match next(watch).await {
                WatchEvent::Added(it) if it.metadata.name.as_deref() == Some("seen-by-all") => break,
                // The server's own, and bookmarks.
                WatchEvent::Added(_) | WatchEvent::Modified(_) | WatchEvent::Bookmark(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }
    let at_once = (0..250).map(|_| tokio::spawn(maps.get("seen-by-all").into_future()));
    for answer in at_once.collect::<Vec<_>>() {
        answer.await.expect("it ran").expect("an answer");
    }
}

/// Over 128 KiB for lists, and each flush a member of its own for watches that begin with what is there.
async fn large_lists_and_watches_come_compressed(cluster: &Cluster, client: &Client) {
    let maps = ConfigMap::in_namespace(client, "default");
    for number in 0..30 {
        let text = format!("{number} é\n").repeat(3000);
        maps.create(&config_map(&format!("large-{number}"), &text)).await.expect("created");
    }
    let path = "/api/v1/namespaces/default/configmaps";
    let watch =
        "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
    for path in [path.to_owned(), format!("{path}{watch}")] {
        let call = client.get(&path).header(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        let encoding = call.send().await.expect("an answer").headers().get(CONTENT_ENCODING).cloned();
        assert_eq!(encoding, Some(HeaderValue::from_static("gzip")), "{path}: the server does not compress");
    }
    let plain = ConfigLoader::new().kubeconfig(cluster.kubeconfig()).disable_compression(true).load();
    let plain = Client::from_config(plain.expect("a configuration")).expect("a client");
    let expected: ConfigMapList = ConfigMap::in_namespace(&plain, "default").list().await.expect("a list");
    let list = maps.list().await.expect("a list");
    assert!(list.items == expected.items && list.items.len() > 30, "{} items", list.items.len());

    let mut watch = maps.watch().initial_events().await.expect("a watch");
    let mut seen = Vec::new();
    loop {
        match next(&mut watch).await {
            WatchEvent::Added(map) => seen.push(map),
            WatchEvent::InitialEventsEnd(_) => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(seen.len(), expected.items.len());
    // What comes later is another member, and comes at once.
    for name in ["later-1", "later-2"] {
        maps.create(&config_map(name, "x")).await.expect("created");
        match next(&mut watch).await {
            WatchEvent::Added(map) => assert_eq!(map.metadata.name.as_deref(), Some(name)),
            other => panic!("{other:?}"),
        }
    }
}

async fn warnings_audit_ids_and_any_path(client: &Client) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&seen);
    let client = client.clone().map(|it| {
        it.with_warnings(move |it: &Warning| into.lock().expect("a lock").push((it.code, it.text.clone())))
    });
    assert_eq!(client.get("/readyz").await.expect("an answer"), "ok");
    let body = r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"warned"},"dta":{}}"#;
    let path = "/api/v1/namespaces/default/configmaps";
    let made = client.post(path).query("fieldValidation", "Warn").body("application/json", body);
    let made: ConfigMap = made.object().await.expect("created");
    assert_eq!(made.metadata.name.as_deref(), Some("warned"));
    assert_eq!(*seen.lock().expect("a lock"), [(299, r#"unknown field "dta""#.to_owned())]);
    let error = client.get(&format!("{path}/missing")).await.expect_err("it is missing");
    assert!(error.is_not_found() && error.audit_id().is_some_and(|it| it.len() == 36), "{error:?}");
}

/// The same words for the same mistakes.
async fn errors_are_kubectls(cluster: &Cluster, client: &Client) {
    let check = async |ours: Result<(), kubesdk::Error>, kubectl: &[&str], input: &str| {
        let said = cluster.kubectl_with_input(kubectl, input).expect("kubectl runs").stderr;
        let ours = ours.expect_err("an error");
        assert_eq!(ours.to_string(), said.trim_end(), "{kubectl:?}");
    };
    let maps = ConfigMap::in_namespace(client, "default");
    check(maps.get("missing").await.map(drop), &["get", "configmap", "missing"], "").await;
    let again = r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"warned"}}"#;
    let create = ["create", "-f", "-"];
    let error = maps.create(&config_map("warned", "x")).await.map(drop);
    let said = cluster.kubectl_with_input(&create, again).expect("kubectl runs").stderr;
    let words = error.expect_err("it exists").to_string();
    // kubectl says which file it read.
    let words = words.replace("(AlreadyExists): ", r#"(AlreadyExists): error when creating "STDIN": "#);
    assert_eq!(words, said.trim_end());
    let invalid = r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"A B"},"data":{"/":"x"}}"#;
    let mut map = config_map("A B", "x");
    map.data = kubesdk::core::map([("/", "x")]);
    check(maps.create(&map).await.map(drop), &create, invalid).await;
}

async fn refused_upgrades_are_the_servers_errors(client: &Client) {
    let call = client.get("/api/v1/namespaces/default/pods/missing/exec?command=ls&stdout=true");
    let call = call.header(UPGRADE, HeaderValue::from_static("websocket"));
    let error = call.upgrade().await.err().expect("no such pod");
    assert!(error.is_not_found(), "{error}");
    assert_eq!(error.to_string(), r#"Error from server (NotFound): pods "missing" not found"#);
}

fn through(cluster: &Cluster, proxy: &str) -> Config {
    let loader = ConfigLoader::new().kubeconfig(cluster.kubeconfig()).proxy_url(proxy);
    loader.load().expect("a configuration")
}
