//! `x-kubernetes-*` keys as typed values.

use openapiv3::{Operation, SchemaData};
use serde_json::Value;

use crate::error::{Error, Place};
use crate::model::{ListType, MapType, Note, PatchStrategy, Union};

/// The kinds that a schema or an operation stands for.
pub(crate) const KINDS: &str = "x-kubernetes-group-version-kind";

pub(super) const ACTION: &str = "x-kubernetes-action";
const LIST_MAP_KEYS: &str = "x-kubernetes-list-map-keys";
const LIST_TYPE: &str = "x-kubernetes-list-type";
const MAP_TYPE: &str = "x-kubernetes-map-type";
const MERGE_KEY: &str = "x-kubernetes-patch-merge-key";
const STRATEGY: &str = "x-kubernetes-patch-strategy";
const UNIONS: &str = "x-kubernetes-unions";

/// Set between reading and lowering on objects of which exactly one field is set; no document has it.
pub(crate) const CHOICE: &str = "x-kubesdk-choice";

/// Marks of custom resources: an object with apiVersion, kind and metadata of its own.
pub(crate) const EMBEDDED_RESOURCE: &str = "x-kubernetes-embedded-resource";
/// An integer or a string.
pub(crate) const INT_OR_STRING: &str = "x-kubernetes-int-or-string";
/// What the schema does not name is kept.
pub(crate) const PRESERVE_UNKNOWN_FIELDS: &str = "x-kubernetes-preserve-unknown-fields";
/// Rules in CEL.
pub(crate) const VALIDATIONS: &str = "x-kubernetes-validations";
/// Fields that field selectors may name.
pub(crate) const SELECTABLE_FIELDS: &str = "x-kubernetes-selectable-fields";

/// What is read on named schemas.
pub(super) const ON_SCHEMAS: &[&str] =
    &[KINDS, MAP_TYPE, UNIONS, PRESERVE_UNKNOWN_FIELDS, SELECTABLE_FIELDS, VALIDATIONS];

/// What is read on the properties of schemas.
pub(super) const ON_PROPERTIES: &[&str] = &[
    LIST_MAP_KEYS,
    LIST_TYPE,
    MAP_TYPE,
    MERGE_KEY,
    STRATEGY,
    EMBEDDED_RESOURCE,
    INT_OR_STRING,
    PRESERVE_UNKNOWN_FIELDS,
    VALIDATIONS,
];

/// What is read on items and on values of maps.
pub(super) const ON_PARTS: &[&str] =
    &[MAP_TYPE, EMBEDDED_RESOURCE, INT_OR_STRING, PRESERVE_UNKNOWN_FIELDS, VALIDATIONS];

/// What is read on operations.
pub(super) const ON_OPERATIONS: &[&str] = &[ACTION, KINDS];

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

/// The kinds of a schema; empty when there are none.
pub(crate) fn schema_kinds(place: &Place, data: &SchemaData) -> Result<Vec<GroupVersionKind>, Error> {
    let kinds = |value: &Value| value.as_array()?.iter().map(group_version_kind).collect();
    Ok(value(place, KINDS, data.extensions.get(KINDS), "a list of group, version and kind", kinds)?
        .unwrap_or_default())
}

/// The kind of an operation.
pub(crate) fn operation_kind(
    place: &Place,
    operation: &Operation,
) -> Result<Option<GroupVersionKind>, Error> {
    value(
        place,
        KINDS,
        operation.extensions.get(KINDS),
        "an object of group, version and kind",
        group_version_kind,
    )
}

/// What `x-kubernetes-action` says.
pub(crate) fn action(place: &Place, operation: &Operation) -> Result<Option<String>, Error> {
    value(place, ACTION, operation.extensions.get(ACTION), "a string", text)
}

/// What a property's extensions say, in a fixed order.
pub(crate) fn notes(place: &Place, data: &SchemaData) -> Result<Vec<Note>, Error> {
    let keys = &data.extensions;
    let notes = [
        value(place, LIST_TYPE, keys.get(LIST_TYPE), "one of atomic, map, set", list_type)?
            .map(Note::ListType),
        value(place, LIST_MAP_KEYS, keys.get(LIST_MAP_KEYS), "a list of strings", words)?
            .map(Note::ListMapKeys),
        map_type(place, data)?.map(Note::MapType),
        value(place, STRATEGY, keys.get(STRATEGY), "of merge, replace and retainKeys", strategies)?
            .map(Note::PatchStrategy),
        value(place, MERGE_KEY, keys.get(MERGE_KEY), "a string", text)?.map(Note::PatchMergeKey),
    ];
    Ok(notes.into_iter().flatten().collect())
}

/// `x-kubernetes-map-type` of a schema or a property.
pub(crate) fn map_type(place: &Place, data: &SchemaData) -> Result<Option<MapType>, Error> {
    value(place, MAP_TYPE, data.extensions.get(MAP_TYPE), "one of atomic, granular", |value| {
        match value.as_str()? {
            "atomic" => Some(MapType::Atomic),
            "granular" => Some(MapType::Granular),
            _ => None,
        }
    })
}

/// True for an object of which exactly one field is set.
pub(crate) fn is_choice(data: &SchemaData) -> bool {
    data.extensions.contains_key(CHOICE)
}

/// `x-kubernetes-unions` of a schema.
pub(crate) fn unions(place: &Place, data: &SchemaData) -> Result<Vec<Union>, Error> {
    const EXPECTED: &str = "a list of unions with fields-to-discriminateBy";
    let unions = |value: &Value| value.as_array()?.iter().map(union).collect();
    Ok(value(place, UNIONS, data.extensions.get(UNIONS), EXPECTED, unions)?.unwrap_or_default())
}

/// What `read` makes of the value of a key, nothing when the key is not there.
fn value<T>(
    place: &Place,
    key: &str,
    value: Option<&Value>,
    expected: &str,
    read: impl Fn(&Value) -> Option<T>,
) -> Result<Option<T>, Error> {
    let Some(value) = value else { return Ok(None) };
    match read(value) {
        Some(read) => Ok(Some(read)),
        None => Err(Error::new(
            &place.at(key),
            format!("the value {value} is not {expected}"),
            "correct it; if a server really says it, teach the generator what it means (generator/src/read/extensions.rs)",
        )),
    }
}

fn group_version_kind(value: &Value) -> Option<GroupVersionKind> {
    let text = |key: &str| value.get(key).and_then(text);
    Some(GroupVersionKind { group: text("group")?, version: text("version")?, kind: text("kind")? })
}

/// Without control characters: they separate the words of the generated tables.
fn text(value: &Value) -> Option<String> {
    value.as_str().filter(|it| !it.contains(char::is_control)).map(str::to_owned)
}

fn words(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(text).collect()
}

fn list_type(value: &Value) -> Option<ListType> {
    match value.as_str()? {
        "atomic" => Some(ListType::Atomic),
        "map" => Some(ListType::Map),
        "set" => Some(ListType::Set),
        _ => None,
    }
}

fn strategies(value: &Value) -> Option<Vec<PatchStrategy>> {
    let strategy = |word: &str| match word {
        "merge" => Some(PatchStrategy::Merge),
        "replace" => Some(PatchStrategy::Replace),
        "retainKeys" => Some(PatchStrategy::RetainKeys),
        _ => None,
    };
    value.as_str()?.split(',').map(strategy).collect()
}

fn union(value: &Value) -> Option<Union> {
    let members = value.get("fields-to-discriminateBy")?.as_object()?;
    let members = members.iter().filter(|(field, _)| !field.contains(char::is_control));
    let members = members.map(|(field, name)| Some((field.clone(), text(name)?)));
    Some(Union {
        discriminator: value.get("discriminator").and_then(text),
        members: members.collect::<Option<Vec<_>>>()?,
    })
}
