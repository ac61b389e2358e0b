//! The check that no `x-kubernetes-*` key is unknown: each is reported with its place and left out.

use openapiv3::{
    AdditionalProperties, AnySchema, MediaType, Operation, ParameterData, ParameterSchemaOrContent, PathItem,
    ReferenceOr, Schema, SchemaKind, Type,
};

use super::extensions;
use crate::error::{Error, Place};

type Keys<'a> = &'a mut dyn Iterator<Item = &'a String>;

/// Checks a named schema and everything inside it.
pub(super) fn in_schema(place: &Place, schema: &Schema, reports: &mut Vec<Error>) {
    check(place, schema, "a named schema", extensions::ON_SCHEMAS, reports);
}

/// Checks what stands beside the operations of a path.
pub(super) fn in_path(place: &Place, item: &PathItem, reports: &mut Vec<Error>) {
    keys(place, &mut item.extensions.keys(), "a path", &[], reports);
}

/// Checks a parameter.
pub(super) fn in_parameter(place: &Place, data: &ParameterData, reports: &mut Vec<Error>) {
    keys(place, &mut data.extensions.keys(), "a parameter", &[], reports);
    if let ParameterSchemaOrContent::Schema(ReferenceOr::Item(schema)) = &data.format {
        check(&place.at("schema"), schema, "the schema of a parameter", &[], reports);
    }
}

/// Checks an operation with its body and its answers.
pub(super) fn in_operation(place: &Place, operation: &Operation, reports: &mut Vec<Error>) {
    keys(place, &mut operation.extensions.keys(), "an operation", extensions::ON_OPERATIONS, reports);
    if let Some(ReferenceOr::Item(body)) = &operation.request_body {
        let place = place.at("requestBody");
        keys(&place, &mut body.extensions.keys(), "a request body", &[], reports);
        for (media, content) in &body.content {
            in_content(&place.at("content").at(media), content, reports);
        }
    }
    for (code, response) in &operation.responses.responses {
        let ReferenceOr::Item(response) = response else { continue };
        let place = place.at("responses").at(&code.to_string());
        keys(&place, &mut response.extensions.keys(), "a response", &[], reports);
        for (media, content) in &response.content {
            in_content(&place.at("content").at(media), content, reports);
        }
    }
}

fn in_content(place: &Place, content: &MediaType, reports: &mut Vec<Error>) {
    keys(place, &mut content.extensions.keys(), "a media type", &[], reports);
    if let Some(ReferenceOr::Item(schema)) = &content.schema {
        check(&place.at("schema"), schema, "the schema of a body", &[], reports);
    }
}

fn check(place: &Place, schema: &Schema, what: &str, known: &[&str], reports: &mut Vec<Error>) {
    keys(place, &mut schema.schema_data.extensions.keys(), what, known, reports);
    match &schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => {
            properties(place, object.properties.iter(), reports);
            additional(place, object.additional_properties.as_ref(), reports);
        }
        SchemaKind::Type(Type::Array(array)) => items(place, array.items.as_ref(), reports),
        SchemaKind::Type(Type::String(_) | Type::Number(_) | Type::Integer(_) | Type::Boolean(_)) => {}
        SchemaKind::AllOf { all_of } => parts(place, "allOf", all_of, reports),
        SchemaKind::OneOf { one_of } => parts(place, "oneOf", one_of, reports),
        SchemaKind::AnyOf { any_of } => parts(place, "anyOf", any_of, reports),
        SchemaKind::Not { not } => part(&place.at("not"), not, reports),
        SchemaKind::Any(any) => in_any(place, any, reports),
    }
}

fn in_any(place: &Place, any: &AnySchema, reports: &mut Vec<Error>) {
    properties(place, any.properties.iter(), reports);
    additional(place, any.additional_properties.as_ref(), reports);
    items(place, any.items.as_ref(), reports);
    parts(place, "allOf", &any.all_of, reports);
    parts(place, "oneOf", &any.one_of, reports);
    parts(place, "anyOf", &any.any_of, reports);
    if let Some(not) = &any.not {
        part(&place.at("not"), not, reports);
    }
}

fn properties<'a>(
    place: &Place,
    properties: impl Iterator<Item = (&'a String, &'a ReferenceOr<Box<Schema>>)>,
    reports: &mut Vec<Error>,
) {
    let at = place.at("properties");
    for (name, property) in properties {
        if let ReferenceOr::Item(schema) = property {
            check(&at.at(name), schema, "a property", extensions::ON_PROPERTIES, reports);
        }
    }
}

fn additional(place: &Place, values: Option<&AdditionalProperties>, reports: &mut Vec<Error>) {
    if let Some(AdditionalProperties::Schema(schema)) = values {
        part(&place.at("additionalProperties"), schema, reports);
    }
}

fn items(place: &Place, items: Option<&ReferenceOr<Box<Schema>>>, reports: &mut Vec<Error>) {
    if let Some(ReferenceOr::Item(schema)) = items {
        check(&place.at("items"), schema, "a part of a schema", extensions::ON_PARTS, reports);
    }
}

fn parts(place: &Place, key: &str, schemas: &[ReferenceOr<Schema>], reports: &mut Vec<Error>) {
    for (number, schema) in schemas.iter().enumerate() {
        part(&place.at(key).at(&number.to_string()), schema, reports);
    }
}

fn part(place: &Place, schema: &ReferenceOr<Schema>, reports: &mut Vec<Error>) {
    if let ReferenceOr::Item(schema) = schema {
        check(place, schema, "a part of a schema", extensions::ON_PARTS, reports);
    }
}

fn keys(place: &Place, keys: Keys<'_>, what: &str, known: &[&str], reports: &mut Vec<Error>) {
    for key in keys.filter(|it| it.starts_with("x-kubernetes-") && !known.contains(&it.as_str())) {
        let expected = match known {
            [] => "where none is known".to_owned(),
            known => format!("where {} are known", known.join(", ")),
        };
        reports.push(Error::new(
            &place.at(key),
            format!("the extension {key} is unknown on {what}, {expected}"),
            "teach the generator what it means (generator/src/read/extensions.rs); it is left out where unknown \
             extensions are no errors",
        ));
    }
}
