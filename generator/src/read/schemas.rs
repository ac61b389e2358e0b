//! The schemas of all documents as one set: those of one name must be equal.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::Schema;
use serde_json::Value;
use serde_json::value::RawValue;

use super::servers::{self, Clash};
use super::{ReadSchema, extensions, malformed, unknown};
use crate::error::{Error, Place};
use crate::rules::Rules;

/// Schemas by name, each from the document that had it first.
#[derive(Default)]
pub(super) struct Merged<'a> {
    known: BTreeMap<String, Known<'a>>,
    clashes: Vec<Clash>,
}

/// A schema that was met, and its text as it stands there.
struct Known<'a> {
    place: Place,
    text: &'a str,
    /// Its value, once another document has had another text.
    value: Option<Value>,
}

impl<'a> Merged<'a> {
    /// Adds the schemas of one document.
    pub(super) fn add(
        &mut self,
        document: &Place,
        schemas: BTreeMap<String, &'a RawValue>,
        rules: &Rules,
        reports: &mut Vec<Error>,
        errors: &mut Vec<Error>,
    ) {
        let at = document.at("components").at("schemas");
        for (name, raw) in schemas {
            match self.known.get_mut(&name) {
                None => {
                    let known = Known { place: at.at(&name), text: raw.get(), value: None };
                    self.known.insert(name, known);
                }
                // Documents are written by one program: an equal schema has an equal text nearly always.
                Some(known) if known.text == raw.get() => {}
                Some(known) => match known.join(&at.at(&name), &name, raw, rules) {
                    Ok(()) => {}
                    Err(error) if rules.is_record() => errors.push(error),
                    Err(_) if servers::is_kubernetes(&name) => {
                        reports.push(known.widen(&at.at(&name), &name, raw));
                    }
                    Err(_) => self.clashes.push(Clash { document: document.document.clone(), name }),
                },
            }
        }
    }

    /// The names that are another schema in a later document.
    pub(super) fn take_clashes(&mut self) -> Vec<Clash> {
        std::mem::take(&mut self.clashes)
    }

    /// All schemas, parsed.
    pub(super) fn read(
        self,
        errors: &mut Vec<Error>,
        reports: &mut Vec<Error>,
    ) -> BTreeMap<String, ReadSchema> {
        let mut schemas = BTreeMap::new();
        for (name, Known { place, text, value }) in self.known {
            let schema = match value {
                Some(value) => serde_json::from_value::<Schema>(value),
                None => serde_json::from_str::<Schema>(text),
            };
            match schema {
                Ok(schema) => {
                    unknown::in_schema(&place, &schema, reports);
                    schemas.insert(name, ReadSchema { place, schema });
                }
                Err(_) => errors.push(malformed::schema(&place, text)),
            }
        }
        schemas
    }
}

impl Known<'_> {
    /// Takes the kinds of a schema of the same name that may differ in nothing else.
    fn join(&mut self, place: &Place, name: &str, raw: &RawValue, rules: &Rules) -> Result<(), Error> {
        let known = self.value.get_or_insert_with(|| parsed(self.text));
        let mut other = parsed(raw.get());
        let Some(at) = difference(known, &other, place) else { return Ok(()) };
        let (kinds, others) = (take_kinds(known), take_kinds(&mut other));
        let may_differ = *known == other && rules.kind_lists_differ(name);
        put_kinds(known, kinds, others);
        // What is kubesdk's is taken from there, whatever the documents of several servers say.
        if may_differ || rules.builtin(name).is_some() {
            return Ok(());
        }
        Err(Error::new(
            &at,
            format!(
                "the schema {name} differs here from the one in {}#{}",
                self.place.document, self.place.pointer
            ),
            "all documents must come from one server at one time: fetch them again; if the server really serves \
             two and they differ in their kinds alone, add a line to KIND_LISTS_DIFFER in generator/src/rules.rs",
        ))
    }
}

impl Known<'_> {
    /// Takes the properties that only another version of the schema has.
    fn widen(&mut self, place: &Place, name: &str, raw: &RawValue) -> Error {
        let known = self.value.get_or_insert_with(|| parsed(self.text));
        let other = parsed(raw.get());
        let mut added: Vec<String> = Vec::new();
        if let (Some(known), Some(others)) = (
            known.get_mut("properties").and_then(Value::as_object_mut),
            other.get("properties").and_then(Value::as_object),
        ) {
            for (property, schema) in others {
                if !known.contains_key(property) {
                    known.insert(property.clone(), schema.clone());
                    added.push(property.clone());
                }
            }
        }
        let from = match added.as_slice() {
            [] => String::new(),
            added => format!(", with {} from here", added.join(", ")),
        };
        let message = format!(
            "{name} differs here from the one in {}#{}, which is taken{from}",
            self.place.document, self.place.pointer
        );
        Error::new(
            place,
            message,
            "servers of several versions are here; fields that only one knows are optional",
        )
    }
}

/// What the text of a part of a document says; such text was read once already.
fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// The first place at which two values differ.
fn difference(known: &Value, other: &Value, place: &Place) -> Option<Place> {
    match (known, other) {
        (Value::Object(known), Value::Object(other)) => {
            let keys: BTreeSet<&String> = known.keys().chain(other.keys()).collect();
            keys.into_iter().find_map(|key| match (known.get(key), other.get(key)) {
                (Some(known), Some(other)) => difference(known, other, &place.at(key)),
                _ => Some(place.at(key)),
            })
        }
        (known, other) => (known != other).then(|| place.clone()),
    }
}

fn take_kinds(schema: &mut Value) -> Vec<Value> {
    match schema.as_object_mut().and_then(|it| it.remove(extensions::KINDS)) {
        Some(Value::Array(kinds)) => kinds,
        _ => Vec::new(),
    }
}

fn put_kinds(schema: &mut Value, mut kinds: Vec<Value>, others: Vec<Value>) {
    for kind in others {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds.sort_by_key(ToString::to_string);
    if let Some(schema) = schema.as_object_mut() {
        schema.insert(extensions::KINDS.to_owned(), Value::Array(kinds));
    }
}
