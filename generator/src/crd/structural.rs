//! Whether a schema is structural, as `apiextensions-apiserver/pkg/apiserver/schema` asks: every field has its type
//! outside of `allOf`, `anyOf`, `oneOf` and `not`, which only validate.

use serde_json::{Value, json};

use super::place::{At, found};
use crate::Error;

/// Where a schema stands: some rules differ.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Root,
    Item,
    Field,
}

/// What a schema of a definition must not have at all.
const FORBIDDEN: [&str; 8] = [
    "$ref",
    "$schema",
    "id",
    "definitions",
    "dependencies",
    "patternProperties",
    "additionalItems",
    "discriminator",
];

/// What must stand outside of the parts that only validate.
const OUTSIDE: [&str; 11] = [
    "additionalProperties",
    "type",
    "description",
    "title",
    "default",
    "nullable",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-embedded-resource",
    "x-kubernetes-int-or-string",
    "x-kubernetes-list-type",
    "x-kubernetes-map-type",
];

const TYPES: [&str; 6] = ["object", "array", "string", "integer", "number", "boolean"];

/// Notes every fault of a version's schema.
pub(super) fn check(schema: &At<'_>, errors: &mut Vec<Error>) {
    whole(schema, Level::Root, errors);
}

fn is(at: &At<'_>, key: &str) -> bool {
    at.value[key] == Value::Bool(true)
}

fn whole(at: &At<'_>, level: Level, errors: &mut Vec<Error>) {
    if !at.value.is_object() {
        let help = "a schema is an object such as `type: string`";
        errors.push(at.error(format!("expected a schema, found {}", found(at.value)), help));
        return;
    }
    forbidden(at, errors);
    typed(at, level, errors);
    embedded(at, errors);
    children(at, level, errors);
    if level == Level::Root {
        root(at, errors);
    }
    validations(at, errors);
}

fn forbidden(at: &At<'_>, errors: &mut Vec<Error>) {
    for key in FORBIDDEN {
        let member = at.get(key);
        if !member.is_null() {
            let help = match key {
                "$ref" => {
                    "write the schema out in place of the reference; a definition that refers to itself cannot be \
                           written: use `x-kubernetes-preserve-unknown-fields` there"
                }
                _ => "leave it out: an API server refuses it",
            };
            errors.push(member.error(format!("`{key}` is not allowed in a CustomResourceDefinition"), help));
        }
    }
}

fn typed(at: &At<'_>, level: Level, errors: &mut Vec<Error>) {
    let ty = at.get("type");
    match ty.value {
        Value::Null if is(at, "x-kubernetes-int-or-string") => {}
        Value::Null if is(at, "x-kubernetes-preserve-unknown-fields") => {}
        Value::Null => {
            let what = match level {
                Level::Root => "the root of a schema must have a type",
                Level::Item => "items of an array must have a type",
                Level::Field => "a field must have a type",
            };
            errors.push(ty.error(
                what,
                "give its `type`, or `x-kubernetes-preserve-unknown-fields: true` for anything",
            ));
        }
        Value::String(name) if TYPES.contains(&name.as_str()) => {
            if level == Level::Root && name != "object" {
                errors.push(
                    ty.error(format!("the root must be an object, found {name}"), "set `type: object`"),
                );
            }
            if is(at, "x-kubernetes-int-or-string") {
                let help = "leave `type` out: the value is an integer or a string";
                errors.push(ty.error("`x-kubernetes-int-or-string` goes without a type", help));
            }
        }
        other => {
            let message = format!("expected one of {}, found {}", TYPES.join(", "), found(other));
            errors.push(ty.error(message, "correct the type"));
        }
    }
    for other in ["x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource"] {
        if is(at, "x-kubernetes-int-or-string") && is(at, other) {
            errors.push(
                at.get(other).error("must not stand beside `x-kubernetes-int-or-string`", "leave one out"),
            );
        }
    }
}

fn embedded(at: &At<'_>, errors: &mut Vec<Error>) {
    if !is(at, "x-kubernetes-embedded-resource") {
        return;
    }
    if at.value["type"] != "object" {
        errors.push(at.get("type").error("an embedded resource must be an object", "set `type: object`"));
    }
    if !at.get("additionalProperties").is_null() {
        let help = "use `x-kubernetes-preserve-unknown-fields: true`";
        errors.push(at.get("additionalProperties").error("must not stand in an embedded resource", help));
    }
    let has_properties = at.value["properties"].as_object().is_some_and(|it| !it.is_empty());
    if !is(at, "x-kubernetes-preserve-unknown-fields") && !has_properties {
        let help = "give its `properties` or `x-kubernetes-preserve-unknown-fields: true`";
        errors.push(at.get("properties").error("an embedded resource must have properties", help));
    }
}

fn children(at: &At<'_>, level: Level, errors: &mut Vec<Error>) {
    let items = at.get("items");
    match items.value {
        Value::Null if at.value["type"] == "array" => {
            errors.push(items.error("an array must say what its items are", "give `items` with a schema"));
        }
        Value::Null => {}
        Value::Array(_) => {
            errors.push(
                items.error("`items` must be one schema, not an array of them", "give one for all items"),
            );
        }
        _ => whole(&items, Level::Item, errors),
    }
    for (_, property) in at.get("properties").members() {
        whole(&property, Level::Field, errors);
    }
    let additional = at.get("additionalProperties");
    if additional.is_null() {
        return;
    }
    if level == Level::Root {
        let help = "use `x-kubernetes-preserve-unknown-fields: true`";
        errors.push(additional.error("`additionalProperties` must not be used at the root", help));
    }
    if at.value["properties"].as_object().is_some_and(|it| !it.is_empty()) {
        let help =
            "leave one of them out; `x-kubernetes-preserve-unknown-fields: true` keeps what has no property";
        errors.push(additional.error("`additionalProperties` and `properties` exclude each other", help));
    }
    if !additional.value.is_boolean() {
        whole(&additional, Level::Field, errors);
    }
}

/// Metadata is implied: a definition may only restrict the names.
fn root(at: &At<'_>, errors: &mut Vec<Error>) {
    let metadata = at.get("properties").get("metadata");
    let others = metadata.get("properties");
    let only_names = others.members().all(|(key, _)| key == "name" || key == "generateName");
    let known = ["type", "properties", "default"];
    if !metadata.is_null()
        && (!only_names || metadata.members().any(|(key, _)| !known.contains(&key.as_str())))
    {
        let help = "leave `metadata` at `type: object`: API servers put ObjectMeta there";
        errors.push(metadata.error("only name and generateName of metadata can be restricted", help));
    }
}

/// The parts that only validate: what they name must be specified outside of them, and they give no types.
fn validations(at: &At<'_>, errors: &mut Vec<Error>) {
    for key in ["allOf", "anyOf", "oneOf"] {
        let list = at.get(key);
        let is_number_or_text = |it: &Value| *it == json!([{"type": "integer"}, {"type": "string"}]);
        for (number, branch) in list.items().enumerate() {
            let numbers = match key {
                "anyOf" => is_number_or_text(list.value),
                "allOf" => number == 0 && is_number_or_text(&branch.value["anyOf"]),
                _ => false,
            };
            if !(numbers && is(at, "x-kubernetes-int-or-string")) {
                nested(&branch, at.value, errors);
            }
        }
    }
    if !at.get("not").is_null() {
        nested(&at.get("not"), at.value, errors);
    }
}

fn nested(at: &At<'_>, outside: &Value, errors: &mut Vec<Error>) {
    for key in OUTSIDE {
        let member = at.get(key);
        if !member.is_null() {
            let help = format!("move `{key}` out of allOf, anyOf, oneOf and not, to the schema around them");
            errors.push(member.error(format!("`{key}` must not stand in a part that only validates"), help));
        }
    }
    for (name, property) in at.get("properties").members() {
        let map = &outside["additionalProperties"];
        match outside["properties"].get(name) {
            Some(specified) => nested(&property, specified, errors),
            None if map.is_object() => nested(&property, map, errors),
            None => {
                let help = format!(
                    "specify `{name}` with its type in the `properties` around allOf, anyOf, oneOf and not"
                );
                errors
                    .push(property.error(format!("`{name}` is validated here and specified nowhere"), help));
            }
        }
    }
    if !at.get("items").is_null() {
        nested(&at.get("items"), &outside["items"], errors);
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        for branch in at.get(key).items() {
            nested(&branch, outside, errors);
        }
    }
    if !at.get("not").is_null() {
        nested(&at.get("not"), outside, errors);
    }
}
