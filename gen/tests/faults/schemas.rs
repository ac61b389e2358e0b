//! Schemas that Kubernetes refuses, or reads as something else.

use super::definitions::{SCHEMA, check, generated, widgets};

/// One property `spec` of a definition, where the first fault of it is, its words and the remedy.
fn spec(spec: &str, pointer: &str, message: &str, help: &str) {
    let place = format!("crds.yaml#{SCHEMA}/properties/spec{pointer}");
    check(&widgets(&format!("{{spec: {spec}}}")), &[&place], message, help);
}

#[test]
fn words_that_are_not_quoted_are_what_kubernetes_takes_them_for() {
    spec(
        "{type: object, properties: {x: {type: string}, y: {type: string}}}",
        "/properties/y",
        "Kubernetes takes the name `y` for `true`",
        "quote it",
    );
    spec("{type: string, enum: [\"on\", off]}", "/enum/1", "`off` for false", "write `false`, or quote it");
    spec("{type: integer, maximum: 010}", "/maximum", "`010` for 8", "write `8`");
}

/// A definition of which this is the schema of `spec`, or of all, behind `root`.
fn definition(schema: &str) -> String {
    match schema.strip_prefix("root ") {
        None => widgets(&format!("{{spec: {schema}}}")),
        Some(schema) => widgets("{}").replace(
            "openAPIV3Schema:\n        type: object\n        properties: {}\n",
            &format!("openAPIV3Schema: {schema}\n"),
        ),
    }
}

/// Each line is a schema, a pointer into it, the words and the remedy, and what an API server says, which the live test
/// of shapes asks.
#[test]
fn what_servers_refuse_is_refused_with_its_place() {
    let lines = include_str!("refused.tsv").lines();
    assert!(lines.clone().count() > 45);
    for line in lines {
        let words: Vec<&str> = line.split('\t').collect();
        let [schema, pointer, message, help, _] = words[..] else { panic!("{line}") };
        let pointer = if schema.starts_with("root ") {
            pointer.to_owned()
        } else {
            format!("/properties/spec{pointer}")
        };
        check(&definition(schema), &[&format!("crds.yaml#{SCHEMA}{pointer}")], message, help);
    }
}

/// A server takes these as well.
#[test]
fn what_servers_take_is_taken() {
    for schema in include_str!("taken.txt").lines() {
        let made = generated(&definition(schema));
        assert!(made.is_ok(), "{schema}: {}", made.unwrap_err());
    }
}
