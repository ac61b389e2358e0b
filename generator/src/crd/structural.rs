//! Whether a schema is structural, as `apiextensions-apiserver/pkg/apiserver/schema` asks: every field has its type
//! outside of `allOf`, `anyOf`, `oneOf` and `not`, which only validate.

use serde_json::{Value, json};

use super::merged;
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
const OUTSIDE: [&str; 12] = [
    "additionalProperties",
    "type",
    "description",
    "title",
    "default",
    "nullable",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-embedded-resource",
    "x-kubernetes-int-or-string",
    "x-kubernetes-list-map-keys",
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
    merged::check(at, errors);
    children(at, level, errors);
    if level == Level::Root {
        root(at, errors);
    }
    validations(at, level, errors);
}

fn forbidden(at: &At<'_>, errors: &mut Vec<Error>) {
    let preserve = at.get("x-kubernetes-preserve-unknown-fields");
    if !preserve.is_null() && *preserve.value != Value::Bool(true) {
        let message = format!("it is true or left out, found {}", found(preserve.value));
        errors.push(preserve.error(message, "leave it out: then unknown fields are pruned"));
    }
    if is(at, "uniqueItems") {
        let help = "leave it out; of scalars, `x-kubernetes-list-type: set` says the same";
        errors.push(at.get("uniqueItems").error("`uniqueItems` must not be true", help));
    }
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

/// What every object of a kind has, with its type, where it is specified.
fn head(at: &At<'_>, errors: &mut Vec<Error>) {
    for (name, ty) in [("apiVersion", "string"), ("kind", "string"), ("metadata", "object")] {
        let property = at.get("properties").get(name);
        // What has no type at all is told of as such.
        if property.value["type"].is_string() && property.value["type"] != ty {
            let message = format!("`{name}` of an object is of the type {ty}");
            errors.push(
                property.get("type").error(message, format!("set `type: {ty}`, or leave `{name}` out")),
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
    head(at, errors);
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
    if additional.is_null() || (is(at, "additionalProperties") && level != Level::Root) {
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
    head(at, errors);
    if is(at, "nullable") {
        errors.push(at.get("nullable").error("an object of a kind is never null", "leave `nullable` out"));
    }
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

/// The parts that only validate: they give no types, and what those at the root name must be specified outside of them
/// (Kubernetes does not ask that of the others).
fn validations(at: &At<'_>, level: Level, errors: &mut Vec<Error>) {
    let outside = (level == Level::Root).then_some(at.value);
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
                nested(&branch, outside, errors);
            }
        }
    }
    if !at.get("not").is_null() {
        nested(&at.get("not"), outside, errors);
    }
}

fn nested(at: &At<'_>, outside: Option<&Value>, errors: &mut Vec<Error>) {
    for key in OUTSIDE {
        let member = at.get(key);
        // What is false or empty says nothing.
        if !member.is_null() && *member.value != Value::Bool(false) && member.value.as_str() != Some("") {
            let help = format!("move `{key}` out of allOf, anyOf, oneOf and not, to the schema around them");
            errors.push(member.error(format!("`{key}` must not stand in a part that only validates"), help));
        }
    }
    for (name, property) in at.get("properties").members() {
        if name == "metadata" {
            let help = "leave it out: what metadata is, Kubernetes says";
            errors.push(property.error("metadata must not be validated in a part that only validates", help));
        }
        match outside.map(|it| it["properties"].get(name)) {
            None => nested(&property, None, errors),
            Some(Some(specified)) => nested(&property, Some(specified), errors),
            Some(None) => {
                let help = format!(
                    "specify `{name}` with its type in the `properties` around allOf, anyOf, oneOf and not"
                );
                errors
                    .push(property.error(format!("`{name}` is validated here and specified nowhere"), help));
            }
        }
    }
    if !at.get("items").is_null() {
        nested(&at.get("items"), outside.map(|it| &it["items"]), errors);
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
