//! Where in what was given the parts of its `/openapi/v3` documents stand: what is found in a document is told of the
//! definition or the OpenAPI v2 document that it was made of, which is what people have.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::error::{Error, Place};
use crate::{Document, Extension, sorted, swagger};

/// What definitions or OpenAPI v2 documents become.
#[derive(Clone, Debug)]
pub struct Published {
    /// `/openapi/v3` documents.
    pub documents: Vec<Document>,
    /// Where in what was given the parts of the documents stand.
    pub origins: Origins,
}

/// Where in what was given the parts of documents come from.
#[derive(Clone, Debug, Default)]
pub struct Origins(BTreeMap<String, Origin>);

/// What a document was made of.
#[derive(Clone, Debug)]
enum Origin {
    /// Definitions: by the pointers of schemas and paths.
    Definitions(BTreeMap<String, Part>),
    /// An OpenAPI v2 document.
    Swagger { name: String, root: Value },
    /// A document as it is, under the name that people know it by.
    Same(String),
}

/// Where a schema or a path comes from.
#[derive(Clone, Debug)]
struct Part {
    place: Place,
    /// What stands there, as far as places in it are those of the document.
    inside: Value,
}

impl Origins {
    /// A part of a document, a named schema or a path, comes from a place in a definition.
    pub(crate) fn add(&mut self, part: &Place, place: Place, inside: Value) {
        let origin = self.0.entry(part.document.clone());
        let origin = origin.or_insert_with(|| Origin::Definitions(BTreeMap::new()));
        if let Origin::Definitions(parts) = origin {
            parts.insert(part.pointer.clone(), Part { place, inside });
        }
    }

    /// A document was made of an OpenAPI v2 document of this name.
    pub(crate) fn add_swagger(&mut self, document: &str, name: &str, root: Value) {
        self.0.insert(document.to_owned(), Origin::Swagger { name: name.to_owned(), root });
    }

    /// A document is known by another name: its path or its URL. That of the document itself should not depend on where it
    /// comes from, because names of types may depend on it.
    pub fn call(&mut self, document: &str, name: impl Into<String>) {
        self.0.insert(document.to_owned(), Origin::Same(name.into()));
    }

    /// By what name people know a document, or what it was made of.
    pub fn name<'a>(&'a self, document: &'a str) -> &'a str {
        match self.0.get(document) {
            Some(Origin::Same(name) | Origin::Swagger { name, .. }) => name,
            Some(Origin::Definitions(parts)) => {
                parts.values().next().map_or(document, |it| it.place.document.as_str())
            }
            None => document,
        }
    }

    /// Knows what `others` know, too.
    pub fn extend(&mut self, others: Origins) {
        self.0.extend(others.0);
    }

    /// A fault of a document as a fault of what it was made of; any other as it is.
    pub fn fault(&self, mut fault: Error) -> Error {
        if let Some(Origin::Swagger { .. }) = self.0.get(&fault.document) {
            for text in [&mut fault.message, &mut fault.help] {
                *text = swagger::words(text);
            }
        }
        match self.find(&fault.document, &fault.pointer) {
            Some(Place { document, pointer }) => Error { document, pointer, ..fault },
            None => fault,
        }
    }

    /// All of them, in the order of their places.
    pub fn faults(&self, faults: Vec<Error>) -> Vec<Error> {
        sorted(faults.into_iter().map(|it| self.fault(it)).collect())
    }

    /// The same of what is told about generated code.
    pub fn extension(&self, mut extension: Extension) -> Extension {
        extension.notes = self.faults(extension.notes);
        for place in extension.taken.iter_mut().flat_map(|it| &mut it.written_out) {
            let found = place.split_once('#').and_then(|(document, pointer)| self.find(document, pointer));
            if let Some(Place { document, pointer }) = found {
                *place = format!("{document}#{pointer}");
            }
        }
        extension
    }

    fn find(&self, document: &str, pointer: &str) -> Option<Place> {
        let parts = match self.0.get(document)? {
            Origin::Definitions(parts) => parts,
            Origin::Same(name) => return Some(Place { document: name.clone(), pointer: pointer.to_owned() }),
            Origin::Swagger { name, root } => {
                return Some(Place { document: name.clone(), pointer: swagger::place(root, pointer) });
            }
        };
        let depth = if pointer.starts_with("/paths/") { 2 } else { 3 };
        let end = pointer.match_indices('/').nth(depth).map_or(pointer.len(), |(at, _)| at);
        let (part, rest) = pointer.split_at(end);
        let part = parts.get(part)?;
        let pointer = format!("{}{}", part.place.pointer, there(&part.inside, rest));
        Some(Place { document: part.place.document.clone(), pointer })
    }
}

/// The pointer as far as it leads: API servers publish what definitions only imply.
fn there<'a>(inside: &Value, pointer: &'a str) -> &'a str {
    let (mut at, mut end) = (inside, 0);
    for segment in pointer.split('/').skip(1) {
        let key = segment.replace("~1", "/").replace("~0", "~");
        let next = match at {
            Value::Object(members) => members.get(&key),
            Value::Array(items) => key.parse().ok().and_then(|number: usize| items.get(number)),
            _ => None,
        };
        let Some(next) = next else { break };
        at = next;
        end += 1 + segment.len();
    }
    pointer.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn places_of_documents_are_those_of_definitions() {
        let mut origins = Origins::default();
        let document = Place::root("apis__g__v1.json");
        let schema = Place::root("w.yaml").at("spec").at("versions").at("1");
        let inside = json!({"properties": {"a/b": {"anyOf": [{"type": "string"}]}}});
        origins.add(&document.at("components").at("schemas").at("g.v1.W"), schema.clone(), inside);
        origins.add(&document.at("paths").at("/apis/g/v1/ws"), schema, Value::Null);
        for (pointer, expected) in [
            ("/components/schemas/g.v1.W", "w.yaml#/spec/versions/1"),
            ("/components/schemas/g.v1.W/properties/a~1b", "w.yaml#/spec/versions/1/properties/a~1b"),
            (
                "/components/schemas/g.v1.W/properties/a~1b/anyOf/0/type",
                "w.yaml#/spec/versions/1/properties/a~1b/anyOf/0/type",
            ),
            ("/components/schemas/g.v1.W/properties/metadata/allOf", "w.yaml#/spec/versions/1/properties"),
            (
                "/components/schemas/g.v1.X/properties",
                "apis__g__v1.json#/components/schemas/g.v1.X/properties",
            ),
            ("/paths/~1apis~1g~1v1~1ws/get/responses", "w.yaml#/spec/versions/1"),
            ("/paths", "apis__g__v1.json#/paths"),
            ("", "apis__g__v1.json#"),
        ] {
            let place = Place { document: document.document.clone(), pointer: pointer.to_owned() };
            let fault = origins.fault(Error::new(&place, "", ""));
            assert_eq!(format!("{}#{}", fault.document, fault.pointer), expected);
        }
    }
}
