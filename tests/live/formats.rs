//! Lists and watches of a real API server: the same in JSON and CBOR, and in part what they are as a whole.

use std::collections::BTreeMap;

use kubesdk::Client;
use kubesdk::api::core::v1::{ConfigMap, ConfigMapList};
use kubesdk::api::meta::v1::ObjectMeta;
use kubesdk::core::http::header::CONTENT_TYPE;
use kubesdk::core::verbs::Watch;
use kubesdk::core::{Projection, WatchEvent, map};
use kubesdk_test_cluster::{Cluster, Options};
use serde_json::Value;

/// The mark of the bookmark that ends the events with which a watch begins.
const MARK: &str = "k8s.io/initial-events-end";

#[tokio::test]
async fn lists_and_watches_are_the_same_in_both_formats_and_in_part() {
    let gate = "--feature-gates=CBORServingAndStorage=true".to_owned();
    let options = Options { apiserver_flags: vec![gate], ..super::small() };
    let cluster = Cluster::start(options).expect("the cluster starts");
    let client = Client::from_kubeconfig(cluster.kubeconfig()).await.expect("a client");
    let maps = ConfigMap::in_namespace(&client, "default");
    for number in 0..40 {
        let made = ConfigMap {
            metadata: ObjectMeta {
                name: Some(format!("map-{number}").as_str().into()),
                labels: map([("number", format!("{number}").as_str())]),
                ..Default::default()
            },
            data: map([("text", "é\"\\\n".repeat(number * 20).as_str())]),
            binary_data: map([("bytes", vec![0xff; number])]),
            ..Default::default()
        };
        maps.create(&made).await.expect("created");
    }
    let part = Projection::of::<ConfigMap>(["metadata.name", "metadata.labels.number"]).expect("paths");

    let items = maps.list().await.expect("a list").items;
    let whole = by_name(&items);
    let cbor = maps.list().cbor().await.expect("a list").items;
    assert_eq!((whole.len(), by_name(&cbor)), (40, whole.clone()));
    let parts = by_name(&items.iter().map(|it| in_part(it, false)).collect::<Vec<_>>());
    for list in [maps.list(), maps.list().cbor(), maps.list().limit(7)] {
        let list: ConfigMapList = list.projection(part.clone()).all().await.expect("a list");
        assert!(list.metadata.resource_version.is_some(), "what stands beside the items is whole");
        assert_eq!(by_name(&list.items), parts);
    }

    assert_eq!(watched(maps.watch()).await, whole);
    assert_eq!(watched(maps.watch().cbor()).await, whole);
    let parts = by_name(&items.iter().map(|it| in_part(it, true)).collect::<Vec<_>>());
    assert_eq!(watched(maps.watch().projection(part.clone())).await, parts);
    assert_eq!(watched(maps.watch().cbor().projection(part)).await, parts);

    let request = maps.watch().cbor().timeout_seconds(1).request().expect("a request");
    let answer = client.send(request).await.expect("an answer");
    assert_eq!(answer.headers()[CONTENT_TYPE], "application/cbor-seq");
}

/// As JSON values: the server writes the members of free-form CBOR in any order.
fn by_name(maps: &[ConfigMap]) -> BTreeMap<String, Value> {
    let name = |map: &ConfigMap| map.metadata.name.clone().unwrap_or_default().to_string();
    maps.iter().map(|map| (name(map), serde_json::to_value(map).expect("JSON"))).collect()
}

/// What the paths leave of it, and of an event of a watch.
fn in_part(whole: &ConfigMap, is_event: bool) -> ConfigMap {
    let mut part = ConfigMap::default();
    part.metadata.name = whole.metadata.name.clone();
    part.metadata.labels = whole.metadata.labels.clone();
    part.metadata.resource_version = whole.metadata.resource_version.clone().filter(|_| is_event);
    part
}

/// The objects that are there when a watch begins.
async fn watched(watch: Watch<ConfigMap>) -> BTreeMap<String, Value> {
    let watch = watch.initial_events();
    let mut events = watch.await.expect("a watch");
    let mut seen = Vec::new();
    loop {
        match events.next().await.expect("an event").expect("no error") {
            WatchEvent::Added(map) => seen.push(map),
            WatchEvent::InitialEventsEnd(it) => break assert_eq!(it.metadata.annotations[MARK], "true"),
            other => panic!("{other:?}"),
        }
    }
    by_name(&seen)
}
