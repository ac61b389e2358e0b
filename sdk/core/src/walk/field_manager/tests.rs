//! What managers own, of an object with metadata as the API has it.

use super::*;
use crate::object::testing::table;
use crate::object::{Fields, Kind, Mut, Value};
use crate::walk::testing::{Board, same};
use crate::{Map, RawJson, Str};

/// A board with metadata.
#[derive(Clone, Default)]
struct Managed {
    board: Board,
    metadata: Metadata,
    raw: Option<RawJson>,
}

table! {
    Managed,
    Fields {
        type_name: "Managed",
        kind: Some(Kind { api_version: "test/v1", kind: "Managed" }),
        names: &["board", "metadata", "raw"],
        ..Fields::NONE
    },
    0 board 1 metadata 2 raw
}

#[derive(Clone, Default)]
struct Metadata {
    labels: Map<Str>,
    managed_fields: Vec<Entry>,
    name: Option<Str>,
    namespace: Option<Str>,
}

table! {
    Metadata,
    Fields { type_name: "Metadata", names: &["labels", "managedFields", "name", "namespace"], ..Fields::NONE },
    0 labels 1 managed_fields 2 name 3 namespace
}

#[derive(Clone, Default)]
struct Entry {
    api_version: Option<Str>,
    fields_type: Option<Str>,
    fields_v1: Option<RawJson>,
    manager: Option<Str>,
    operation: Option<Str>,
    subresource: Option<Str>,
}

table! {
    Entry,
    Fields {
        type_name: "Entry",
        names: &["apiVersion", "fieldsType", "fieldsV1", "manager", "operation", "subresource"],
        ..Fields::NONE
    },
    0 api_version 1 fields_type 2 fields_v1 3 manager 4 operation 5 subresource
}

crate::objects! { Managed Metadata Entry }

const LIVE: &str = r#"{
    "metadata": {"name": "a", "namespace": "b", "labels": {"app": "web", "x.y/z": "1", "other": "2"}},
    "board": {
        "args": ["p", "q"],
        "annotations": {},
        "finalizers": ["f1", "f2", "f3"],
        "inner": {"count": 0, "name": "n", "token": "t"},
        "parts": [{"name": "p1", "count": 1, "token": "t"}, {"name": "p2", "count": 2}, {"name": "p3"}],
        "ports": [{"port": 80, "protocol": "TCP", "name": "x"}, {"port": 80, "protocol": "UDP", "name": "y"}]
    },
    "raw": {"a": {"b": [1, {"c": 2, "d": 3}]}, "e": 4}
}"#;

fn live(entries: &[(&str, &str, &str, &str)]) -> Managed {
    let mut live: Managed = json::from_slice(LIVE.as_bytes()).unwrap();
    for (manager, operation, subresource, fields) in entries {
        live.metadata.managed_fields.push(Entry {
            api_version: Some("test/v1".into()),
            fields_type: Some("FieldsV1".into()),
            fields_v1: Some(RawJson::from_text(fields).unwrap()),
            manager: Some((*manager).into()),
            operation: Some((*operation).into()),
            subresource: (!subresource.is_empty()).then(|| (*subresource).into()),
        });
    }
    live
}

/// The fields of a manager and what is extracted, beside the name.
fn check(fields: &str, expected: &str) {
    let live = live(&[("m", "Apply", "", fields)]);
    let found = FieldManager::new("m").extract(&live).unwrap().unwrap();
    let mut expected: Managed = json::from_slice(expected.as_bytes()).unwrap();
    expected.metadata.name = Some("a".into());
    expected.metadata.namespace = Some("b".into());
    assert!(same(&found, &expected), "{fields}: {found:?}");
}

#[test]
fn what_is_named_is_taken() {
    check("{}", "{}");
    check(
        r#"{"f:metadata":{"f:labels":{"f:app":{},"f:x.y/z":{}}}}"#,
        r#"{"metadata":{"labels":{"app":"web","x.y/z":"1"}}}"#,
    );
    check(r#"{"f:board":{"f:args":{}}}"#, r#"{"board":{"args":["p","q"]}}"#);
    check(r#"{"f:board":{"f:inner":{"f:count":{},"f:gone":{}}}}"#, r#"{"board":{"inner":{"count":0}}}"#);
    check(
        r#"{"f:board":{"f:finalizers":{".":{},"v:\"f3\"":{},"v:\"f1\"":{}}}}"#,
        r#"{"board":{"finalizers":["f1","f3"]}}"#,
    );
    check(
        r#"{"f:board":{"f:parts":{"k:{\"name\":\"p2\"}":{".":{},"f:count":{},"f:name":{}},"k:{\"name\":\"p1\"}":{"f:token":{}}}}}"#,
        r#"{"board":{"parts":[{"name":"p1","token":"t"},{"name":"p2","count":2}]}}"#,
    );
    check(
        r#"{"f:board":{"f:ports":{"k:{\"port\":80,\"protocol\":\"UDP\"}":{"f:name":{}}}}}"#,
        r#"{"board":{"ports":[{"port":80,"protocol":"UDP","name":"y"}]}}"#,
    );
    check(r#"{"f:board":{"f:parts":{"k:{\"name\":\"gone\"}":{".":{}}}}}"#, "{}");
    check(r#"{"f:raw":{"f:a":{"f:b":{"i:1":{"f:d":{}}}}}}"#, r#"{"raw":{"a":{"b":[{"d":3}]}}}"#);
    check(r#"{"f:raw":{"f:a":{".":{}}}}"#, r#"{"raw":{"a":{}}}"#);
}

#[test]
fn managers_are_told_apart() {
    let entries = [
        ("m", "Apply", "", r#"{"f:board":{"f:args":{}}}"#),
        ("m", "Update", "", r#"{"f:raw":{"f:e":{}}}"#),
        ("m", "Update", "", r#"{"f:metadata":{"f:labels":{"f:app":{}}}}"#),
        ("m", "Apply", "scale", r#"{"f:board":{"f:inner":{"f:count":{}}}}"#),
        ("n", "Apply", "", r#"{"f:raw":{}}"#),
    ];
    let live = live(&entries);
    let shown = |manager: FieldManager| match manager.extract(&live).unwrap() {
        Some(found) => format!("{:?} {:?} {:?}", found.board.args, found.raw, found.metadata.labels.len()),
        None => "nothing".to_owned(),
    };
    let count = |it: FieldManager| it.extract(&live).unwrap().and_then(|it| it.board.inner.count);
    assert_eq!(shown(FieldManager::new("m")), r#"["p", "q"] None 0"#);
    assert_eq!(shown(FieldManager::new("m").updating()), r#"[] Some({"e":4}) 1"#);
    assert_eq!(shown(FieldManager::new("x")), "nothing");
    assert_eq!(shown(FieldManager::new("m").subresource("status")), "nothing");
    assert_eq!(count(FieldManager::new("m").subresource("scale")), Some(0));
    assert!(FieldManager::new("m").extract(&Managed::default()).unwrap().is_none());
}

#[test]
fn what_cannot_be_read_is_an_error() {
    let error = |change: fn(&mut Entry)| {
        let mut live = live(&[("n", "Apply", "", "{}"), ("m", "Apply", "", "{}")]);
        change(&mut live.metadata.managed_fields[1]);
        FieldManager::new("m").extract(&live).unwrap_err().to_string()
    };
    assert_eq!(
        error(|entry| entry.api_version = Some("test/v2".into())),
        "metadata.managedFields[1].apiVersion: the fields are those of test/v2, not of test/v1"
    );
    assert_eq!(
        error(|entry| entry.fields_type = Some("FieldsV2".into())),
        "metadata.managedFields[1].fieldsType: expected FieldsV1, found FieldsV2"
    );
    let error = FieldManager::new("m").extract(&Board::default()).unwrap_err().to_string();
    assert_eq!(error, "metadata: Board has no field `metadata`");
}
