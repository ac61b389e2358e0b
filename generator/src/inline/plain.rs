//! One schema made plain: a type where something stands beside it that only validates, and the marks of custom
//! resources as what they mean.

use openapiv3::{
    AnySchema, ArrayType, BooleanType, IntegerType, NumberType, ObjectType, Schema, SchemaKind, StringType,
    Type,
};
use serde_json::Value;

use crate::error::{Error, Place};
use crate::read::extensions::{EMBEDDED_RESOURCE, INT_OR_STRING, PRESERVE_UNKNOWN_FIELDS, VALIDATIONS};

/// A named schema, which becomes a struct.
pub(super) fn root(place: &Place, schema: &mut Schema, reports: &mut Vec<Error>) {
    typed(place, schema, reports);
    rules(schema);
    if is(schema, PRESERVE_UNKNOWN_FIELDS) {
        let help = "decode such objects into `RawJson` where unknown fields must be kept";
        let message =
            "fields beside those that the schema names are allowed here, and a struct does not keep them";
        reports.push(Error::new(&place.at(PRESERVE_UNKNOWN_FIELDS), message, help));
    }
}

/// A property, an item or a value of a map.
pub(super) fn value(place: &Place, schema: &mut Schema, reports: &mut Vec<Error>) {
    rules(schema);
    if is(schema, INT_OR_STRING) {
        schema.schema_kind = SchemaKind::Any(AnySchema { format: Some("int-or-string".to_owned()), ..any() });
    } else if is(schema, PRESERVE_UNKNOWN_FIELDS) {
        if names_fields(schema) && !is(schema, EMBEDDED_RESOURCE) {
            let message =
                "fields beside those that the schema names are allowed here: the value is kept as raw JSON";
            let help =
                "nothing is lost; decode the raw JSON into a type of yours where its fields are wanted";
            reports.push(Error::new(&place.at(PRESERVE_UNKNOWN_FIELDS), message, help));
        }
        schema.schema_kind = SchemaKind::Any(any());
    } else {
        typed(place, schema, reports);
    }
}

fn any() -> AnySchema {
    AnySchema::default()
}

fn is(schema: &Schema, key: &str) -> bool {
    schema.schema_data.extensions.get(key) == Some(&Value::Bool(true))
}

fn names_fields(schema: &Schema) -> bool {
    match &schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => !object.properties.is_empty(),
        SchemaKind::Any(any) => !any.properties.is_empty(),
        _ => false,
    }
}

/// A type with something beside it becomes the type alone.
fn typed(place: &Place, schema: &mut Schema, reports: &mut Vec<Error>) {
    let SchemaKind::Any(any) = &mut schema.schema_kind else { return };
    let Some(name) = any.typ.clone() else { return };
    let any = std::mem::take(any);
    let dropped: Vec<&str> = [
        ("oneOf", !any.one_of.is_empty()),
        ("anyOf", !any.any_of.is_empty()),
        ("allOf", !any.all_of.is_empty()),
        ("not", any.not.is_some()),
    ]
    .into_iter()
    .filter_map(|(key, is_there)| is_there.then_some(key))
    .collect();
    match type_of(&name, any.clone()) {
        Some(ty) => schema.schema_kind = SchemaKind::Type(ty),
        None => {
            schema.schema_kind = SchemaKind::Any(any);
            return;
        }
    }
    if let Some(first) = dropped.first() {
        let message = format!(
            "{} beside the type only validates: the type holds whatever any branch allows",
            dropped.join(", ")
        );
        reports.push(Error::new(&place.at(first), message, "the server checks it; nothing is to be done"));
    }
}

fn type_of(name: &str, any: AnySchema) -> Option<Type> {
    Some(match name {
        "object" => Type::Object(ObjectType {
            properties: any.properties,
            required: any.required,
            additional_properties: any.additional_properties,
            min_properties: any.min_properties,
            max_properties: any.max_properties,
        }),
        "array" => Type::Array(ArrayType {
            items: any.items,
            min_items: any.min_items,
            max_items: any.max_items,
            unique_items: any.unique_items.unwrap_or(false),
        }),
        "string" => Type::String(StringType {
            format: any.format.into(),
            pattern: any.pattern,
            enumeration: texts(any.enumeration)?,
            min_length: any.min_length,
            max_length: any.max_length,
        }),
        "integer" => Type::Integer(IntegerType { format: any.format.into(), ..IntegerType::default() }),
        "number" => Type::Number(NumberType { format: any.format.into(), ..NumberType::default() }),
        "boolean" => Type::Boolean(BooleanType::default()),
        _ => return None,
    })
}

/// The values of an enum, if all of them are texts or null.
fn texts(values: Vec<Value>) -> Option<Vec<Option<String>>> {
    let text = |value: Value| match value {
        Value::Null => Some(None),
        Value::String(text) => Some(Some(text)),
        _ => None,
    };
    values.into_iter().map(text).collect()
}

/// Validation rules in CEL, as a list at the end of the description.
fn rules(schema: &mut Schema) {
    let Some(Value::Array(rules)) = schema.schema_data.extensions.get(VALIDATIONS) else { return };
    let lines: Vec<String> = rules.iter().filter_map(rule).collect();
    if lines.is_empty() {
        return;
    }
    let description = schema.schema_data.description.get_or_insert_default();
    if !description.is_empty() {
        description.push_str("\n\n");
    }
    description.push_str("The server checks:\n");
    description.push_str(&lines.join("\n"));
}

fn rule(rule: &Value) -> Option<String> {
    let text = rule["rule"].as_str()?;
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let code = if words.contains('`') { words } else { format!("`{words}`") };
    match rule["message"].as_str() {
        Some(message) => {
            Some(format!("- {code}: {}", message.split_whitespace().collect::<Vec<_>>().join(" ")))
        }
        None => Some(format!("- {code}")),
    }
}
