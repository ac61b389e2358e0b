//! The first pass: documents to parsed paths and one set of schemas, through `openapiv3`.

pub(crate) mod extensions;

use std::collections::BTreeMap;

use openapiv3::{Operation, PathItem, ReferenceOr, Schema};
use serde_json::Value;

use crate::error::{Error, Place};
use crate::{Document, rules};

/// What all documents say together.
#[derive(Debug, Default)]
pub(crate) struct Spec {
    /// Schemas by definition name.
    pub(crate) schemas: BTreeMap<String, ReadSchema>,
    /// Operations in the order of path, then method.
    pub(crate) operations: Vec<ReadOperation>,
}

/// One schema and where it was read first.
#[derive(Debug)]
pub(crate) struct ReadSchema {
    pub(crate) place: Place,
    pub(crate) schema: Schema,
}

/// One operation with its path.
#[derive(Debug)]
pub(crate) struct ReadOperation {
    pub(crate) place: Place,
    pub(crate) path: String,
    /// `get`, `put`, `post`, `delete`, `options`, `head` or `patch`.
    pub(crate) method: &'static str,
    pub(crate) operation: Operation,
    /// Parameters of the whole path, then the operation's own.
    pub(crate) parameters: Vec<openapiv3::Parameter>,
}

const NOT_JSON: &str = "fetch the document again; it must be the JSON that /openapi/v3 serves";

/// Reads all documents; the second part is what was not understood but can be left out.
pub(crate) fn read(documents: &[Document]) -> Result<(Spec, Vec<Error>), Vec<Error>> {
    let mut ordered: Vec<&Document> = documents.iter().collect();
    ordered.sort_by(|a, b| a.name.cmp(&b.name));
    let mut merged: BTreeMap<String, (Place, Value)> = BTreeMap::new();
    let mut spec = Spec::default();
    let mut errors = Vec::new();
    for document in ordered {
        let place = Place::root(&document.name);
        match serde_json::from_str::<Value>(&document.text) {
            Ok(Value::Object(mut root)) => {
                merge_schemas(&place, &mut root, &mut merged, &mut errors);
                read_paths(&place, &mut root, &mut spec.operations, &mut errors);
            }
            Ok(_) => errors.push(Error::new(&place, "the document is not a JSON object", NOT_JSON)),
            Err(error) => errors.push(Error::new(&place, format!("not valid JSON: {error}"), NOT_JSON)),
        }
    }
    for (name, (place, value)) in merged {
        match serde_json::from_value::<Schema>(value) {
            Ok(schema) => {
                spec.schemas.insert(name, ReadSchema { place, schema });
            }
            Err(error) => errors.push(Error::new(
                &place,
                format!("not an OpenAPI 3.0 schema: {error}"),
                "the schema must follow OpenAPI 3.0; report it to who serves the document",
            )),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut reports = Vec::new();
    for read in spec.schemas.values() {
        extensions::check(&read.place, &read.schema, &mut reports);
    }
    spec.operations.sort_by(|a, b| (&a.path, a.method).cmp(&(&b.path, b.method)));
    Ok((spec, reports))
}

/// Schemas of one name must be equal in all documents, but for the rule about their lists of kinds.
fn merge_schemas(
    place: &Place,
    root: &mut serde_json::Map<String, Value>,
    merged: &mut BTreeMap<String, (Place, Value)>,
    errors: &mut Vec<Error>,
) {
    let Some(Value::Object(schemas)) = root.get_mut("components").and_then(|it| it.get_mut("schemas")) else {
        return;
    };
    let at = place.at("components").at("schemas");
    for (name, value) in std::mem::take(schemas) {
        let place = at.at(&name);
        let Some((first, known)) = merged.get_mut(&name) else {
            merged.insert(name, (place, value));
            continue;
        };
        if *known == value {
            continue;
        }
        if rules::KIND_LISTS_DIFFER.contains(&name.as_str()) && join_kinds(known, &value) {
            continue;
        }
        errors.push(Error::new(
            &place,
            format!("the schema {name} differs from the one in {}#{}", first.document, first.pointer),
            "all documents must come from one server at one time: fetch them again; if the server really serves \
             two, add a rule",
        ));
    }
}

/// Adds the kinds of `other` to those of `known`; false when anything else differs.
fn join_kinds(known: &mut Value, other: &Value) -> bool {
    let mut bare = other.clone();
    let added = bare.as_object_mut().and_then(|it| it.remove(extensions::KINDS));
    let Some(object) = known.as_object_mut() else { return false };
    let mut kinds = object.remove(extensions::KINDS).unwrap_or(Value::Array(Vec::new()));
    let same = *object == *bare.as_object().unwrap_or(&serde_json::Map::new());
    if let (Value::Array(kinds), Some(Value::Array(added))) = (&mut kinds, added) {
        for kind in added {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        kinds.sort_by_key(ToString::to_string);
    }
    object.insert(extensions::KINDS.to_owned(), kinds);
    same
}

fn read_paths(
    place: &Place,
    root: &mut serde_json::Map<String, Value>,
    operations: &mut Vec<ReadOperation>,
    errors: &mut Vec<Error>,
) {
    let Some(Value::Object(paths)) = root.get_mut("paths").map(Value::take) else {
        errors.push(Error::new(place, "the document has no object `paths`", NOT_JSON));
        return;
    };
    let at = place.at("paths");
    for (path, value) in paths {
        let place = at.at(&path);
        let item = match serde_json::from_value::<PathItem>(value) {
            Ok(item) => item,
            Err(error) => {
                errors.push(Error::new(
                    &place,
                    format!("not an OpenAPI 3.0 path item: {error}"),
                    "the path must follow OpenAPI 3.0; report it to who serves the document",
                ));
                continue;
            }
        };
        let shared = item.parameters.clone();
        for (method, operation) in [
            ("get", item.get),
            ("put", item.put),
            ("post", item.post),
            ("delete", item.delete),
            ("options", item.options),
            ("head", item.head),
            ("patch", item.patch),
        ] {
            let Some(operation) = operation else { continue };
            let place = place.at(method);
            let mut parameters = Vec::new();
            for parameter in shared.iter().chain(&operation.parameters) {
                match parameter {
                    ReferenceOr::Item(parameter) => parameters.push(parameter.clone()),
                    ReferenceOr::Reference { reference } => errors.push(Error::new(
                        &place.at("parameters"),
                        format!("the parameter is a reference to {reference}"),
                        "parameters must be written out in place, as Kubernetes does",
                    )),
                }
            }
            operations.push(ReadOperation { place, path: path.clone(), method, operation, parameters });
        }
    }
}
