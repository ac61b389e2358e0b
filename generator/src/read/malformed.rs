//! What is wrong with a part of a document that cannot be read, and where exactly: asked only when something is.

use openapiv3::{Operation, Parameter, PathItem, ReferenceOr, Schema};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::paths::METHODS;
use crate::Document;
use crate::error::{Error, Place};

const NOT_JSON: &str = "fetch the document again; it must be the JSON that /openapi/v3 serves";

/// The fault of a document without paths or with schemas that are no object.
pub(super) fn document(document: &Document) -> Error {
    let root = Place::root(&document.name);
    let value = match serde_json::from_str::<Value>(&document.text) {
        Ok(value) => value,
        Err(error) => return Error::new(&root, format!("not valid JSON: {error}"), NOT_JSON),
    };
    let not_an_object = |place: &Place, what: &str| {
        Error::new(place, format!("{what} is missing or no object, which it must be"), NOT_JSON)
    };
    let Value::Object(members) = value else { return not_an_object(&root, "the root of the document") };
    match members.get("components") {
        Some(Value::Object(_)) if members.get("paths").is_some_and(Value::is_object) => {
            not_an_object(&root.at("components").at("schemas"), "the member `schemas`")
        }
        Some(components) if !components.is_object() => {
            not_an_object(&root.at("components"), "the member `components`")
        }
        _ => not_an_object(&root.at("paths"), "the member `paths`"),
    }
}

/// The fault of a schema.
pub(super) fn schema(place: &Place, text: &str) -> Error {
    match serde_json::from_str(text) {
        Ok(value) => in_schema(place, &value),
        Err(error) => not_openapi(place, "schema", Some(error)),
    }
}

fn in_schema(place: &Place, value: &Value) -> Error {
    let inner = |place: &Place, value: Option<&Value>| {
        let value = value?;
        fault::<ReferenceOr<Schema>>(value).map(|_| in_schema(place, value))
    };
    let members = |key: &str| {
        let at = place.at(key);
        let members = value.get(key)?.as_object()?;
        members.iter().find_map(|(name, value)| inner(&at.at(name), Some(value)))
    };
    let elements = |key: &str| {
        let at = place.at(key);
        let mut elements = value.get(key)?.as_array()?.iter().enumerate();
        elements.find_map(|(number, value)| inner(&at.at(&number.to_string()), Some(value)))
    };
    let one = |key: &str| inner(&place.at(key), value.get(key).filter(|it| !it.is_boolean()));
    members("properties")
        .or_else(|| one("items"))
        .or_else(|| one("additionalProperties"))
        .or_else(|| one("not"))
        .or_else(|| ["allOf", "oneOf", "anyOf"].into_iter().find_map(elements))
        .unwrap_or_else(|| not_openapi(place, "schema", fault::<Schema>(value)))
}

/// The fault of a path.
pub(super) fn path(place: &Place, text: &str) -> Error {
    match serde_json::from_str(text) {
        Ok(value) => in_path(place, &value),
        Err(error) => not_openapi(place, "path", Some(error)),
    }
}

fn in_path(place: &Place, value: &Value) -> Error {
    let parameter = |place: &Place, value: &Value| {
        let at = place.at("parameters");
        let mut parameters = value.get("parameters")?.as_array()?.iter().enumerate();
        parameters.find_map(|(number, value)| {
            let error = fault::<ReferenceOr<Parameter>>(value)?;
            Some(not_openapi(&at.at(&number.to_string()), "parameter", Some(error)))
        })
    };
    let operation = |method: &&str| {
        let value = value.get(method)?;
        let error = fault::<Operation>(value)?;
        let place = place.at(method);
        Some(parameter(&place, value).unwrap_or_else(|| not_openapi(&place, "operation", Some(error))))
    };
    parameter(place, value)
        .or_else(|| METHODS.iter().find_map(operation))
        .unwrap_or_else(|| not_openapi(place, "path", fault::<PathItem>(value)))
}

/// Why `value` is no `T`, nothing when it is one.
fn fault<T: DeserializeOwned>(value: &Value) -> Option<serde_json::Error> {
    serde_json::from_value::<T>(value.clone()).err()
}

fn not_openapi(place: &Place, what: &str, error: Option<serde_json::Error>) -> Error {
    let why = error.map_or_else(|| "it cannot be read".to_owned(), |error| error.to_string());
    Error::new(
        place,
        format!("not a {what} of OpenAPI 3.0: {why}"),
        "the document must follow OpenAPI 3.0; report it to who serves it",
    )
}
