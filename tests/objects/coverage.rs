//! Which properties of the documents a server has been seen to send, and which it cannot be made to send.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use crate::documents::{Documents, REFERENCE, Shape, root};

/// Schema and property.
pub type Name = (String, String);

/// What was seen so far.
pub struct Coverage<'a> {
    documents: &'a Documents,
    seen: BTreeSet<Name>,
}

impl<'a> Coverage<'a> {
    /// Nothing yet.
    pub fn new(documents: &'a Documents) -> Self {
        Coverage { documents, seen: BTreeSet::new() }
    }

    /// Takes in a value of this schema.
    ///
    /// # Errors
    ///
    /// The first member that no document has.
    pub fn add(&mut self, name: &str, value: &Value) -> Result<(), String> {
        let schema = self.documents.schema(name);
        for (member, value) in value.as_object().into_iter().flatten() {
            let Some(property) = schema["properties"].get(member) else {
                return Err(format!("no document has {name}.{member}"));
            };
            if !value.is_null() {
                self.seen.insert((name.to_owned(), member.clone()));
                self.value(property, value)?;
            }
        }
        Ok(())
    }

    fn value(&mut self, schema: &'a Value, value: &Value) -> Result<(), String> {
        match self.documents.shape(schema) {
            Shape::Object(name) => self.add(name, value),
            Shape::Array(items) => {
                value.as_array().into_iter().flatten().try_for_each(|it| self.value(items, it))
            }
            Shape::Map(values) => {
                value.as_object().into_iter().flatten().try_for_each(|(_, it)| self.value(values, it))
            }
            _ => Ok(()),
        }
    }

    /// The stable properties that were not seen, and of how many.
    pub fn missing(&self) -> (BTreeSet<Name>, usize) {
        let all = stable(self.documents);
        let count = all.len();
        (all.into_iter().filter(|it| !self.seen.contains(it)).collect(), count)
    }
}

/// Every property of every stable schema that an operation of a stable group-version can come to.
fn stable(documents: &Documents) -> BTreeSet<Name> {
    let mut out = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let stable = documents.paths.iter().filter(|(document, _)| is_stable(document));
    let mut open: Vec<&str> = stable.flat_map(|(_, paths)| references(paths)).collect();
    while let Some(name) = open.pop() {
        if !is_stable(name) || !seen.insert(name) {
            continue;
        }
        let schema = documents.schema(name);
        let properties = schema["properties"].as_object().into_iter().flatten();
        out.extend(properties.map(|(property, _)| (name.to_owned(), property.clone())));
        open.extend(references(schema));
    }
    out
}

/// The schemas that a value of a document names.
fn references(value: &Value) -> Vec<&str> {
    match value {
        Value::String(it) => it.strip_prefix(REFERENCE).into_iter().collect(),
        Value::Array(it) => it.iter().flat_map(references).collect(),
        Value::Object(it) => it.values().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// True when no part of the name of a schema or a document is an alpha or beta version.
fn is_stable(name: &str) -> bool {
    let is_version = |part: &str| {
        part.strip_prefix('v').is_some_and(|it| it.starts_with(|digit: char| digit.is_ascii_digit()))
    };
    !name.split(['.', '_']).any(|part| is_version(part) && (part.contains("alpha") || part.contains("beta")))
}

/// What no server can be made to send, with the reason: `unreachable.tsv`, where `*` stands for all properties.
pub fn unreachable() -> BTreeMap<Name, String> {
    let text = fs::read_to_string(root().join("tests/objects/unreachable.tsv")).expect("the list is there");
    let line = |line: &str| {
        let (name, reason) = line.split_once('\t').unwrap_or_else(|| panic!("no reason: {line}"));
        let (schema, property) = name.rsplit_once('.').unwrap_or_else(|| panic!("no property: {line}"));
        ((schema.to_owned(), property.to_owned()), reason.to_owned())
    };
    text.lines().map(line).collect()
}
