//! What a schema leaves open is kept, to the letter, where it stands: at the root, in the middle, beside what is known.

use kubesdk::api::core::v1::ConfigMap;
use kubesdk::api::meta::v1::ObjectMeta;
use kubesdk::{Client, Map, RawJson, json, map, some};
use serde_json::json as value;
use shapes::shapes::v1::*;
use shapes::shapes::v1beta1;

use super::calls::{calls, sent_json};

fn raw(text: &str) -> RawJson {
    text.parse().expect("it is JSON")
}

fn others<const N: usize>(members: [(&str, &str); N]) -> Map<RawJson> {
    map(members.map(|(name, text)| (name, raw(text))))
}

/// Something in every field and beside all that may have more. Keys come in the order in which the server sends them.
fn open() -> Open {
    let config = r#"{"apiVersion":"v1","data":{"a":"b"},"kind":"ConfigMap","metadata":{"name":"inner"}}"#;
    let middle = OpenSpecMiddle {
        known: some(1),
        inner: some(OpenSpecMiddleInner { a: some("x") }),
        open: some(OpenSpecMiddleOpen { b: some(true), other_members: others([("c", "[1.5,null]")]) }),
        other_members: others([("unknown", r#"{"a":{"b":[{}]}}"#), ("ünknown", "0.25")]),
    };
    let spec = OpenSpec {
        closed: some(OpenSpecClosed { a: some("a") }),
        middle: some(middle),
        object: some(raw(r#"{"a":{"b":null}}"#)),
        anything: some(raw("[true,{}]")),
        list: vec![raw("1"), raw(r#""two""#), raw(r#"{"three":3}"#)],
        objects: vec![OpenSpecObjects { name: some("n"), other_members: others([("more", "[[]]")]) }],
        map: map([("k", OpenSpecMap { name: some("n"), other_members: others([("more", "-1")]) })]),
        // Of objects among the values a server prunes what is in them.
        free: some(raw(r#"{"x":1,"y":["z"]}"#)),
        embedded: some(raw(config)),
        typed: some(OpenSpecTyped {
            api_version: "v1".into(),
            kind: "ConfigMap".into(),
            metadata: some(ObjectMeta { name: some("typed"), ..Default::default() }),
            data: map([("a", "b")]),
        }),
        both: some(OpenSpecBoth {
            api_version: "apps/v1".into(),
            kind: "Deployment".into(),
            metadata: some(ObjectMeta { name: some("both"), ..Default::default() }),
            spec: some(OpenSpecBothSpec { replicas: some(2) }),
            other_members: others([("strategy", r#"{"type":"x"}"#)]),
        }),
        several: vec![raw(r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"x":1}}"#)],
    };
    let other_members = others([("another", r#"{"a":[1,2,{"b":null}]}"#), ("number", "1e+30")]);
    Open { metadata: ObjectMeta::default(), spec: some(spec), other_members }
}

pub(super) async fn used(client: &Client) {
    let opens = Open::in_namespace(client, "shapes");
    let calls = calls!(client, "/apis/shapes.example.com/v1/namespaces/shapes/opens", opens);
    calls
        .lifecycle(&open(), |open| {
            open.other_members.insert("number", raw("[]"));
            open.other_members.remove("another");
            let spec = open.spec.as_mut().expect("a spec");
            spec.middle.as_mut().expect("it is set").other_members = others([("unknown", "7")]);
            spec.objects[0].other_members = Map::default();
            spec.anything = some(raw("2"));
            spec.list.truncate(1);
        })
        .await;

    // What is embedded is decoded as what it is; and where nothing is known, everything is kept.
    let mut sent = open();
    sent.metadata.name = some("one");
    let created = (calls.create)(&sent).await.expect("it is created");
    let embedded = created.spec.and_then(|it| it.embedded).expect("it is set");
    let config: ConfigMap = json::from_slice(embedded.as_str().as_bytes()).expect("it is a ConfigMap");
    assert_eq!(config.data["a"], "b");
    let older = v1beta1::Open::in_namespace(client, "shapes").get("one").await.expect("it is there");
    assert_eq!(sent_json(&older)["spec"], sent_json(&sent)["spec"]);
    assert_eq!(sent_json(&older)["number"], value!(1e30));
    Open::in_namespace(client, "shapes").delete_collection().await.expect("all are deleted");
}
