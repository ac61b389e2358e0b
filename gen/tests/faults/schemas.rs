//! Schemas that Kubernetes refuses, or reads as something else.

use super::definitions::{SCHEMA, check, widgets};

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
