//! `x-kubernetes-*` keys as typed values, and the check that none is unknown.

use openapiv3::{AdditionalProperties, ReferenceOr, Schema, SchemaKind, Type};
use serde_json::Value;

use crate::error::{Error, Place};
use crate::model::{ListType, MapType, Note, PatchStrategy, Union};

/// The kinds that a schema or an operation stands for.
pub(crate) const KINDS: &str = "x-kubernetes-group-version-kind";

const ON_SCHEMAS: &[&str] = &[
    KINDS,
    "x-kubernetes-list-map-keys",
    "x-kubernetes-list-type",
    "x-kubernetes-map-type",
    "x-kubernetes-patch-merge-key",
    "x-kubernetes-patch-strategy",
    "x-kubernetes-unions",
];

type Extensions = openapiv3::SchemaData;

/// A group, version and kind of [`KINDS`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct GroupVersionKind {
    pub(crate) group: String,
    pub(crate) version: String,
    pub(crate) kind: String,
}

impl GroupVersionKind {
    /// `v1`, `apps/v1`.
    pub(crate) fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }
}

fn group_version_kind(value: &Value) -> Option<GroupVersionKind> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    Some(GroupVersionKind { group: text("group")?, version: text("version")?, kind: text("kind")? })
}

/// The kinds of a schema; empty when there are none.
pub(crate) fn schema_kinds(data: &Extensions) -> Vec<GroupVersionKind> {
    match data.extensions.get(KINDS) {
        Some(Value::Array(kinds)) => kinds.iter().filter_map(group_version_kind).collect(),
        _ => Vec::new(),
    }
}

/// The kind of an operation.
pub(crate) fn operation_kind(operation: &openapiv3::Operation) -> Option<GroupVersionKind> {
    operation.extensions.get(KINDS).and_then(group_version_kind)
}

/// What `x-kubernetes-action` says.
pub(crate) fn action(operation: &openapiv3::Operation) -> Option<&str> {
    operation.extensions.get("x-kubernetes-action").and_then(Value::as_str)
}

fn wrong(place: &Place, key: &str, expected: &str) -> Error {
    Error::new(
        &place.at(key),
        format!("the value is not {expected}"),
        "the generator must learn the new value",
    )
}

fn words(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|it| it.as_str().map(str::to_owned)).collect()
}

/// What a property's extensions say, in a fixed order.
pub(crate) fn notes(place: &Place, data: &Extensions) -> Result<Vec<Note>, Error> {
    let mut notes = Vec::new();
    if let Some(value) = data.extensions.get("x-kubernetes-list-type") {
        notes.push(Note::ListType(match value.as_str() {
            Some("atomic") => ListType::Atomic,
            Some("map") => ListType::Map,
            Some("set") => ListType::Set,
            _ => return Err(wrong(place, "x-kubernetes-list-type", "one of atomic, map, set")),
        }));
    }
    if let Some(value) = data.extensions.get("x-kubernetes-list-map-keys") {
        let keys =
            words(value).ok_or_else(|| wrong(place, "x-kubernetes-list-map-keys", "a list of strings"))?;
        notes.push(Note::ListMapKeys(keys));
    }
    if let Some(value) = data.extensions.get("x-kubernetes-map-type") {
        notes.push(Note::MapType(match value.as_str() {
            Some("atomic") => MapType::Atomic,
            Some("granular") => MapType::Granular,
            _ => return Err(wrong(place, "x-kubernetes-map-type", "one of atomic, granular")),
        }));
    }
    if let Some(value) = data.extensions.get("x-kubernetes-patch-strategy") {
        let strategies: Option<Vec<PatchStrategy>> =
            value.as_str().map(|it| it.split(',')).and_then(|words| {
                words
                    .map(|word| match word {
                        "merge" => Some(PatchStrategy::Merge),
                        "replace" => Some(PatchStrategy::Replace),
                        "retainKeys" => Some(PatchStrategy::RetainKeys),
                        _ => None,
                    })
                    .collect()
            });
        notes
            .push(Note::PatchStrategy(strategies.ok_or_else(|| {
                wrong(place, "x-kubernetes-patch-strategy", "merge, replace or retainKeys")
            })?));
    }
    if let Some(value) = data.extensions.get("x-kubernetes-patch-merge-key") {
        let key = value.as_str().ok_or_else(|| wrong(place, "x-kubernetes-patch-merge-key", "a string"))?;
        notes.push(Note::PatchMergeKey(key.to_owned()));
    }
    Ok(notes)
}

/// `x-kubernetes-unions` of a schema.
pub(crate) fn unions(place: &Place, data: &Extensions) -> Result<Vec<Union>, Error> {
    const KEY: &str = "x-kubernetes-unions";
    let Some(value) = data.extensions.get(KEY) else { return Ok(Vec::new()) };
    let union = |value: &Value| -> Option<Union> {
        let discriminator = value.get("discriminator").and_then(Value::as_str).map(str::to_owned);
        let members = value.get("fields-to-discriminateBy")?.as_object()?;
        let members = members.iter().map(|(field, name)| Some((field.clone(), name.as_str()?.to_owned())));
        Some(Union { discriminator, members: members.collect::<Option<Vec<_>>>()? })
    };
    value
        .as_array()
        .and_then(|unions| unions.iter().map(union).collect())
        .ok_or_else(|| wrong(place, KEY, "a list of unions with fields-to-discriminateBy"))
}

/// Reports every unknown `x-kubernetes-*` key of a schema and of what is inside it.
pub(crate) fn check(place: &Place, schema: &Schema, reports: &mut Vec<Error>) {
    for key in schema.schema_data.extensions.keys() {
        if key.starts_with("x-kubernetes-") && !ON_SCHEMAS.contains(&key.as_str()) {
            reports.push(Error::new(
                &place.at(key),
                format!("the extension {key} is unknown and was left out"),
                "teach the generator what it means (generator/src/read/extensions.rs)",
            ));
        }
    }
    let mut inner = |place: Place, schema: &ReferenceOr<Box<Schema>>| {
        if let ReferenceOr::Item(schema) = schema {
            check(&place, schema, reports);
        }
    };
    match &schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => {
            let at = place.at("properties");
            for (name, property) in &object.properties {
                inner(at.at(name), property);
            }
            if let Some(AdditionalProperties::Schema(schema)) = &object.additional_properties
                && let ReferenceOr::Item(schema) = schema.as_ref()
            {
                check(&place.at("additionalProperties"), schema, reports);
            }
        }
        SchemaKind::Type(Type::Array(array)) => {
            if let Some(items) = &array.items {
                inner(place.at("items"), items);
            }
        }
        _ => {}
    }
}
