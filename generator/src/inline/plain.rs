//! One schema made plain: a type where something stands beside it that only validates, and the marks of custom
//! resources as what they mean.

use openapiv3::{
    AdditionalProperties, AnySchema, ArrayType, BooleanType, IntegerType, NumberType, ObjectType,
    ReferenceOr, Schema, SchemaKind, StringType, Type,
};
use serde_json::Value;

use super::branches::Named;
use super::{branches, documented};
use crate::error::{Error, Place};
use crate::read::extensions::{EMBEDDED_RESOURCE, INT_OR_STRING, PRESERVE_UNKNOWN_FIELDS};

/// A named schema, which becomes a struct.
pub(super) fn root(place: &Place, schema: &mut Schema, named: &Named, reports: &mut Vec<Error>) {
    typed(place, schema, named, reports);
    documented::add(schema);
    if is(schema, PRESERVE_UNKNOWN_FIELDS) {
        keep_others(schema);
    }
}

/// A property, an item or a value of a map.
pub(super) fn value(place: &Place, schema: &mut Schema, named: &Named, reports: &mut Vec<Error>) {
    if is(schema, INT_OR_STRING) {
        documented::add(schema);
        schema.schema_kind = SchemaKind::Any(AnySchema { format: Some("int-or-string".to_owned()), ..any() });
        return;
    }
    typed(place, schema, named, reports);
    documented::add(schema);
    if is(schema, PRESERVE_UNKNOWN_FIELDS) {
        // An embedded object of which nothing is known but that it is one is decoded into the type that it is of.
        let is_any = match &schema.schema_kind {
            SchemaKind::Type(Type::Object(object)) => {
                let implied = |name: &String| {
                    is(schema, EMBEDDED_RESOURCE)
                        && ["apiVersion", "kind", "metadata"].contains(&name.as_str())
                };
                object.properties.keys().all(implied)
                    && !matches!(object.additional_properties, Some(AdditionalProperties::Schema(_)))
            }
            SchemaKind::Any(_) => true,
            _ => false,
        };
        match is_any {
            true => schema.schema_kind = SchemaKind::Any(any()),
            false => keep_others(schema),
        }
    }
}

/// An object of which every member is kept.
fn keep_others(schema: &mut Schema) {
    if let SchemaKind::Any(_) = schema.schema_kind {
        schema.schema_kind = SchemaKind::Type(Type::Object(ObjectType::default()));
    }
    if let SchemaKind::Type(Type::Object(object)) = &mut schema.schema_kind
        && !matches!(object.additional_properties, Some(AdditionalProperties::Schema(_)))
    {
        object.additional_properties = Some(AdditionalProperties::Any(true));
    }
}

fn any() -> AnySchema {
    AnySchema::default()
}

fn is(schema: &Schema, key: &str) -> bool {
    schema.schema_data.extensions.get(key) == Some(&Value::Bool(true))
}

/// A type with something beside it becomes the type alone; what says no type gets the one that it implies.
fn typed(place: &Place, schema: &mut Schema, named: &Named, reports: &mut Vec<Error>) {
    branches::settle(place, schema, named, reports);
    let SchemaKind::Any(any) = &mut schema.schema_kind else { return };
    let implied = match &any.typ {
        Some(name) => Some(name.as_str()),
        None if !any.properties.is_empty() || any.additional_properties.is_some() => Some("object"),
        None if any.items.is_some() => Some("array"),
        None if any.enumeration.iter().any(Value::is_string) => Some("string"),
        None => None,
    };
    match implied.and_then(|it| type_of(it, any.clone())) {
        Some(ty) => schema.schema_kind = SchemaKind::Type(ty),
        // Whatever else it says (bounds, patterns) does not say what it is.
        None if any.typ.is_none() => *any = AnySchema { format: any.format.take(), ..self::any() },
        None => {}
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
            items: Some(any.items.unwrap_or_else(anything)),
            min_items: any.min_items,
            max_items: any.max_items,
            unique_items: any.unique_items.unwrap_or(false),
        }),
        "string" => Type::String(StringType {
            format: any.format.into(),
            pattern: any.pattern,
            enumeration: texts(any.enumeration),
            min_length: any.min_length,
            max_length: any.max_length,
        }),
        "integer" => Type::Integer(IntegerType {
            format: any.format.into(),
            multiple_of: any.multiple_of.map(|it| it as i64),
            exclusive_minimum: any.exclusive_minimum.unwrap_or(false),
            exclusive_maximum: any.exclusive_maximum.unwrap_or(false),
            minimum: any.minimum.map(|it| it as i64),
            maximum: any.maximum.map(|it| it as i64),
            enumeration: any.enumeration.iter().map(Value::as_i64).collect(),
        }),
        "number" => Type::Number(NumberType {
            format: any.format.into(),
            multiple_of: any.multiple_of,
            exclusive_minimum: any.exclusive_minimum.unwrap_or(false),
            exclusive_maximum: any.exclusive_maximum.unwrap_or(false),
            minimum: any.minimum,
            maximum: any.maximum,
            enumeration: any.enumeration.iter().map(Value::as_f64).collect(),
        }),
        "boolean" => {
            Type::Boolean(BooleanType { enumeration: any.enumeration.iter().map(Value::as_bool).collect() })
        }
        _ => return None,
    })
}

/// A schema that takes anything.
fn anything() -> ReferenceOr<Box<Schema>> {
    let schema_kind = SchemaKind::Any(AnySchema::default());
    ReferenceOr::Item(Box::new(Schema { schema_data: openapiv3::SchemaData::default(), schema_kind }))
}

/// The values of an enum; nothing, so that any text fits, if one of them is no text.
fn texts(values: Vec<Value>) -> Vec<Option<String>> {
    let text = |value: Value| match value {
        Value::Null => Some(None),
        Value::String(text) => Some(Some(text)),
        _ => None,
    };
    values.into_iter().map(text).collect::<Option<_>>().unwrap_or_default()
}
