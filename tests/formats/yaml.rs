//! YAML and JSON are one, and errors say where they are.

use kubesdk::api::core::v1::{ConfigMap, Pod, Secret};
use kubesdk::core::Object;
use kubesdk::{RawJson, yaml};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::fill::{TEXTS, filled};
use crate::{direct, for_types};

fn agrees<T: Object + Default + Serialize + DeserializeOwned>(seed: u64) {
    let object: T = filled(seed);
    let text = yaml::to_string(&object).unwrap();
    let read: T = yaml::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(direct(&read), direct(&object), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn yaml(seed: u64) {
        for_types!(agrees, seed);
    }
}

#[test]
fn manifests_mean_what_people_mean() {
    for (text, expected) in [
        ("data: {a: '1', b: \"2\"}", r#"{"a":"1","b":"2"}"#),
        ("kind: ConfigMap\napiVersion: v1\ndata:\n  script: |\n    a\n     b\n", r#"{"script":"a\n b\n"}"#),
        ("data:\n  folded: >-\n    a\n    b\n", r#"{"folded":"a b"}"#),
        ("data: {a: null, b: ~, c: }", r#"{"a":"","b":"","c":""}"#),
        ("data: {a: yes, b: on, c: no}", r#"{"a":"yes","b":"on","c":"no"}"#),
        ("data: {8080: port, true: word}", r#"{"8080":"port","true":"word"}"#),
        ("data: &all {a: x}\nmetadata:\n  labels: *all\n", r#"{"a":"x"}"#),
        ("base: &base {a: x}\ndata: {<<: *base, b: y}", r#"{"a":"x","b":"y"}"#),
        ("%YAML 1.2\n---\ndata: {a: x} # end\n...\n", r#"{"a":"x"}"#),
        ("{\"data\": {\"a\": \"\\u00e9\"}}", r#"{"a":"é"}"#),
    ] {
        let map: ConfigMap = yaml::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(
            direct(&map)["data"],
            serde_json::from_str::<serde_json::Value>(expected).unwrap(),
            "{text}"
        );
    }
}

#[test]
fn words_and_numbers_are_those_of_yaml_1_2() {
    let raw: RawJson = yaml::from_str("{y: [yes, off, 010, 0o10, 0x1f, 1_000, '010']}").expect("it is YAML");
    assert_eq!(raw.as_str(), r#"{"y":["yes","off",10.0,8,31,1000,"010"]}"#);
}

#[test]
fn errors_say_line_and_column_and_no_contents() {
    for (text, place, expected) in [
        ("spec:\n  containers:\n  - name: 5\n", (3, 5), "expected a string"),
        ("spec:\n  containers:\n  - name: a\n    ports: hunter2\n", (4, 5), "expected an array"),
        ("spec:\n  hostNetwork: hunter2\n", (2, 3), "expected a boolean"),
        ("spec:\n  priority: 3000000000\n", (2, 13), "32-bit integer"),
        ("spec:\n  priority: 1.5\n", (2, 3), "32-bit integer"),
        ("metadata:\n  creationTimestamp: hunter2\n", (2, 22), "time"),
        ("apiVersion: apps/v1\nkind: Deployment\n", (0, 0), "expected v1 Pod, found apps/v1 Deployment"),
        ("spec: {a: [b}\n", (1, 11), "bracket"),
        ("spec:\n\tcontainers: []\n", (2, 2), "tabs"),
        ("spec: {}\nspec: {}\n", (2, 1), "duplicate"),
        ("a: 1\n---\nb: 1\n", (3, 1), "single YAML document"),
    ] {
        let error = yaml::from_str::<Pod>(text).expect_err(text);
        let shown = error.to_string();
        assert!(shown.contains(expected) && !shown.contains("hunter2"), "{text}: {shown}");
        assert_eq!((error.line(), error.column()), place, "{text}: {shown}");
    }
    let error = yaml::from_slice::<Pod>(b"metadata:\n  name: \xc3\xa9\xff\n").unwrap_err();
    assert_eq!(error.to_string(), "expected UTF-8 text, found other bytes at line 2, column 10");
    let error = yaml::documents::<Pod>("metadata: {}\n---\nmetadata: {}\n---\nspec: 5\n").unwrap_err();
    assert_eq!((error.line(), error.column()), (5, 1), "{error}");
}

#[test]
fn documents_follow_each_other() {
    let text =
        "---\nkind: Pod\n---\n---\n# nothing\n---\nkind: Secret\napiVersion: v1\ndata: {a: YWI=}\n...\n";
    let all: Vec<RawJson> = yaml::documents(text).unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(all[1].decode::<Secret>().unwrap().data.get("a").map(|it| it.as_slice()), Some(&b"ab"[..]));
    assert_eq!(yaml::documents::<RawJson>("").unwrap(), []);
    assert_eq!(yaml::documents::<RawJson>("# nothing\n").unwrap(), []);
}

#[test]
fn words_that_other_parsers_read_otherwise_are_quoted() {
    for word in [
        "yes",
        "No",
        "on",
        "OFF",
        "y",
        "null",
        "~",
        "true",
        "010",
        "0x1F",
        "0o17",
        "1_000",
        "1e3",
        ".5",
        "190:20:30",
        "2026-01-02",
        "=",
        "<<",
        "-",
        "",
    ] {
        let map = ConfigMap { data: [(word, word.into())].into_iter().collect(), ..ConfigMap::default() };
        let text = yaml::to_string(&map).unwrap();
        let line = text.lines().find(|line| line.starts_with("  ")).unwrap();
        let quotes = line.matches(['"', '\'']).count();
        assert_eq!(quotes, 4, "{word}: {line}");
    }
    for text in TEXTS {
        let map = ConfigMap { data: [(*text, (*text).into())].into_iter().collect(), ..ConfigMap::default() };
        assert_eq!(yaml::from_str::<ConfigMap>(&yaml::to_string(&map).unwrap()).unwrap(), map, "{text:?}");
    }
}

#[test]
fn a_small_text_does_not_become_a_large_object() {
    let mut text = "a: &a [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
    for level in 'b'..='i' {
        let before = char::from_u32(level as u32 - 1).unwrap();
        text += &format!("{level}: &{level} [{}]\n", vec![format!("*{before}"); 10].join(","));
    }
    assert!(yaml::from_str::<RawJson>(&text).is_err());
    assert!(yaml::from_str::<RawJson>(&"[".repeat(100_000)).is_err());
}
