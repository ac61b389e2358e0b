//! Schemas of properties to types of the model.

use openapiv3::{
    AdditionalProperties, AnySchema, IntegerFormat, IntegerType, ObjectType, ReferenceOr, Schema, SchemaKind,
    StringFormat, StringType, Type as OpenApiType, VariantOrUnknownOrEmpty,
};

use super::enums;
use crate::error::{Error, Place};
use crate::model::{CoreType, Enum, Type, TypeName};
use crate::read::Spec;
use crate::rules::Rules;

const REFERENCE: &str = "#/components/schemas/";

/// What Kubernetes writes on schemas that are an integer or a string.
const INT_OR_STRING: &str = "int-or-string";

/// The type that a reference stands for.
pub(super) fn reference(spec: &Spec, rules: &Rules, place: &Place, reference: &str) -> Result<Type, Error> {
    let place = place.at("$ref");
    match reference.strip_prefix(REFERENCE) {
        Some(name) => definition(spec, rules, &place, name),
        None => Err(Error::new(
            &place,
            format!("the reference {reference} does not begin with {REFERENCE}"),
            "the documents must define every schema that they name, each in itself",
        )),
    }
}

/// The type of a named schema.
pub(super) fn definition(spec: &Spec, rules: &Rules, place: &Place, name: &str) -> Result<Type, Error> {
    if let Some(builtin) = rules.builtin(name) {
        return Ok(Type::Struct(builtin));
    }
    if !spec.schemas.contains_key(name) {
        return Err(Error::new(
            place,
            format!("no document defines the schema {name}"),
            "the documents must define every schema that they name: fetch them all from one server",
        ));
    }
    match rules.core_type(name) {
        Some(core) => Ok(Type::Core(core)),
        None => match spec.names.get(name) {
            Some(name) => Ok(Type::Struct(name.clone())),
            None => Err(unsupported(place, &format!("{name} here, which is no object"))),
        },
    }
}

/// The types of one property.
pub(super) struct Types<'a> {
    pub(super) spec: &'a Spec,
    pub(super) rules: &'a Rules,
    pub(super) owner: &'a TypeName,
    pub(super) wire: &'a str,
    /// Where an enum that the property is of is put.
    pub(super) enums: &'a mut Vec<Enum>,
}

impl Types<'_> {
    /// The type of the property or of its items.
    pub(super) fn of(&mut self, place: &Place, property: &ReferenceOr<Box<Schema>>) -> Result<Type, Error> {
        match property {
            ReferenceOr::Reference { reference } => self.reference(place, reference),
            ReferenceOr::Item(schema) => self.schema(place, schema),
        }
    }

    pub(super) fn reference(&self, place: &Place, to: &str) -> Result<Type, Error> {
        reference(self.spec, self.rules, place, to)
    }

    pub(super) fn schema(&mut self, place: &Place, schema: &Schema) -> Result<Type, Error> {
        match &schema.schema_kind {
            SchemaKind::AllOf { all_of } => match all_of.as_slice() {
                [ReferenceOr::Reference { reference }] => {
                    self.reference(&place.at("allOf").at("0"), reference)
                }
                _ => Err(unsupported(&place.at("allOf"), "allOf of anything but one $ref")),
            },
            SchemaKind::Type(ty) => self.typed(place, schema, ty),
            SchemaKind::OneOf { .. } => Err(unsupported(&place.at("oneOf"), "oneOf")),
            SchemaKind::AnyOf { .. } => Err(unsupported(&place.at("anyOf"), "anyOf")),
            SchemaKind::Not { .. } => Err(unsupported(&place.at("not"), "not")),
            SchemaKind::Any(any) => without_type(place, any),
        }
    }

    fn typed(&mut self, place: &Place, schema: &Schema, ty: &OpenApiType) -> Result<Type, Error> {
        match ty {
            OpenApiType::String(string) if !string.enumeration.is_empty() => {
                let item = enums::lower(self.spec, place, self.owner, self.wire, schema, string)?;
                let name = TypeName { module: self.owner.module.clone(), name: item.name.clone() };
                self.enums.push(item);
                Ok(Type::Enum(name))
            }
            OpenApiType::String(string) => Ok(string_type(string)),
            OpenApiType::Boolean(_) => Ok(Type::Bool),
            OpenApiType::Number(_) => Ok(Type::F64),
            OpenApiType::Integer(integer) => Ok(integer_type(integer)),
            OpenApiType::Array(array) => match &array.items {
                Some(items) => {
                    let ty = self.of(&place.at("items"), items)?;
                    Ok(Type::List(Box::new(inside(ty, items.as_item().is_some_and(|it| is_nullable(it))))))
                }
                None => Ok(Type::List(Box::new(Type::Core(CoreType::RawJson)))),
            },
            OpenApiType::Object(object) => self.object(place, object),
        }
    }

    fn object(&mut self, place: &Place, object: &ObjectType) -> Result<Type, Error> {
        if !object.properties.is_empty() {
            return Err(unsupported(&place.at("properties"), "an inline object with properties"));
        }
        let values = match &object.additional_properties {
            Some(AdditionalProperties::Schema(values)) => values.as_ref(),
            Some(AdditionalProperties::Any(_)) | None => return Ok(Type::Core(CoreType::RawJson)),
        };
        let place = place.at("additionalProperties");
        Ok(Type::Map(Box::new(self.value(&place, values)?)))
    }

    /// The type of the values of a map.
    pub(super) fn value(&mut self, place: &Place, values: &ReferenceOr<Schema>) -> Result<Type, Error> {
        match values {
            ReferenceOr::Reference { reference } => self.reference(place, reference),
            ReferenceOr::Item(schema) => Ok(inside(self.schema(place, schema)?, is_nullable(schema))),
        }
    }
}

fn is_nullable(schema: &Schema) -> bool {
    schema.schema_data.nullable
}

/// The type of elements or values. Raw JSON and times have nulls of their own.
fn inside(ty: Type, is_nullable: bool) -> Type {
    match ty {
        Type::Core(CoreType::RawJson | CoreType::Time | CoreType::MicroTime) => ty,
        _ if is_nullable => Type::Nullable(Box::new(ty)),
        _ => ty,
    }
}

fn string_type(string: &StringType) -> Type {
    match &string.format {
        VariantOrUnknownOrEmpty::Item(StringFormat::Byte) => Type::Bytes,
        VariantOrUnknownOrEmpty::Item(StringFormat::DateTime) => Type::Core(CoreType::Time),
        VariantOrUnknownOrEmpty::Unknown(format) if format == INT_OR_STRING => {
            Type::Core(CoreType::IntOrString)
        }
        // Formats say how a string looks (`ipv4`, `uuid`, `duration`); it is a string all the same.
        VariantOrUnknownOrEmpty::Item(StringFormat::Password | StringFormat::Date | StringFormat::Binary)
        | VariantOrUnknownOrEmpty::Unknown(_)
        | VariantOrUnknownOrEmpty::Empty => Type::String,
    }
}

/// Only `int32` says that 32 bits are enough.
fn integer_type(integer: &IntegerType) -> Type {
    match &integer.format {
        VariantOrUnknownOrEmpty::Item(IntegerFormat::Int32) => Type::I32,
        VariantOrUnknownOrEmpty::Item(IntegerFormat::Int64)
        | VariantOrUnknownOrEmpty::Empty
        | VariantOrUnknownOrEmpty::Unknown(_) => Type::I64,
    }
}

/// A schema that says nothing takes any JSON.
fn without_type(place: &Place, any: &AnySchema) -> Result<Type, Error> {
    if any.format.as_deref() == Some(INT_OR_STRING) {
        return Ok(Type::Core(CoreType::IntOrString));
    }
    if *any == AnySchema::default() {
        return Ok(Type::Core(CoreType::RawJson));
    }
    Err(match &any.typ {
        Some(ty) => unsupported(&place.at("type"), &format!("the type {ty} with what stands beside it")),
        None => unsupported(place, "a schema that says something but no type"),
    })
}

fn unsupported(place: &Place, what: &str) -> Error {
    Error::new(
        place,
        format!("the model cannot hold {what} yet"),
        "expected a scalar, a list or a map of what can be held, or one $ref; what custom resources have beyond \
         that is read by a later version: leave the document out for now",
    )
}
