//! Schemas of properties to types of the model.

use openapiv3::{
    AdditionalProperties, AnySchema, IntegerFormat, IntegerType, ObjectType, ReferenceOr, Schema, SchemaKind,
    StringFormat, StringType, Type as OpenApiType, VariantOrUnknownOrEmpty,
};

use super::{enums, places};
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
        None => places::type_name(place, name).map(Type::Struct),
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

    fn reference(&self, place: &Place, to: &str) -> Result<Type, Error> {
        reference(self.spec, self.rules, place, to)
    }

    fn schema(&mut self, place: &Place, schema: &Schema) -> Result<Type, Error> {
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
                let item = enums::lower(place, self.owner, self.wire, schema, string)?;
                let name = TypeName { module: self.owner.module.clone(), name: item.name.clone() };
                self.enums.push(item);
                Ok(Type::Enum(name))
            }
            OpenApiType::String(string) => string_type(place, string),
            OpenApiType::Boolean(_) => Ok(Type::Bool),
            OpenApiType::Number(_) => Ok(Type::F64),
            OpenApiType::Integer(integer) => integer_type(place, integer),
            OpenApiType::Array(array) => match &array.items {
                Some(items) => Ok(Type::List(Box::new(self.of(&place.at("items"), items)?))),
                None => Err(unsupported(place, "an array without items")),
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
        let value = match values {
            ReferenceOr::Reference { reference } => self.reference(&place, reference)?,
            ReferenceOr::Item(schema) => self.schema(&place, schema)?,
        };
        Ok(Type::Map(Box::new(value)))
    }
}

fn string_type(place: &Place, string: &StringType) -> Result<Type, Error> {
    match &string.format {
        VariantOrUnknownOrEmpty::Empty => Ok(Type::String),
        VariantOrUnknownOrEmpty::Item(StringFormat::Byte) => Ok(Type::Bytes),
        VariantOrUnknownOrEmpty::Item(StringFormat::DateTime) => Ok(Type::Core(CoreType::Time)),
        VariantOrUnknownOrEmpty::Item(StringFormat::Password | StringFormat::Date) => Ok(Type::String),
        VariantOrUnknownOrEmpty::Item(StringFormat::Binary) => {
            Err(unsupported(&place.at("format"), "the format binary"))
        }
        VariantOrUnknownOrEmpty::Unknown(format) if format == INT_OR_STRING => {
            Ok(Type::Core(CoreType::IntOrString))
        }
        // Formats say how a string looks (`ipv4`, `uuid`); it is a string all the same.
        VariantOrUnknownOrEmpty::Unknown(_) => Ok(Type::String),
    }
}

fn integer_type(place: &Place, integer: &IntegerType) -> Result<Type, Error> {
    match &integer.format {
        VariantOrUnknownOrEmpty::Item(IntegerFormat::Int32) => Ok(Type::I32),
        VariantOrUnknownOrEmpty::Item(IntegerFormat::Int64) | VariantOrUnknownOrEmpty::Empty => Ok(Type::I64),
        VariantOrUnknownOrEmpty::Unknown(format) => {
            Err(unsupported(&place.at("format"), &format!("integers of the format {format}")))
        }
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
