//! Properties to fields: the type, how the field holds it, and what else the documents say.

use openapiv3::{
    AdditionalProperties, ObjectType, ReferenceOr, Schema, SchemaData, SchemaKind, StringFormat,
    Type as OpenApiType, VariantOrUnknownOrEmpty,
};
use serde_json::Value;

use super::docs;
use super::types::Types;
use crate::error::{Error, Place};
use crate::model::{CoreType, Enum, Field, Note, Shape, Type, TypeName};
use crate::read::{Spec, extensions};
use crate::rules::Rules;

/// The struct whose fields are made.
pub(super) struct Owner<'a> {
    pub(super) spec: &'a Spec,
    pub(super) rules: &'a Rules,
    pub(super) definition: &'a str,
    pub(super) name: &'a TypeName,
    pub(super) object: &'a ObjectType,
}

impl Owner<'_> {
    /// The field of one property; the enum that it is of, if it is of one, is put into `enums`.
    pub(super) fn field(
        &self,
        place: &Place,
        wire: &str,
        name: String,
        property: &ReferenceOr<Box<Schema>>,
        enums: &mut Vec<Enum>,
    ) -> Result<Field, Error> {
        let required = self.object.required.iter().any(|it| it == wire);
        let mut types = Types { spec: self.spec, rules: self.rules, owner: self.name, wire, enums };
        let ty = types.of(place, property)?;
        let fallback = format!("`{wire}`; the documents do not describe it.");
        let (doc, mut notes, shape) = match property {
            ReferenceOr::Reference { .. } => {
                (docs::rustdoc(None, &fallback), Vec::new(), shape(&ty, required, None))
            }
            ReferenceOr::Item(schema) => (
                docs::rustdoc(schema.schema_data.description.as_deref(), &fallback),
                extensions::notes(place, &schema.schema_data)?,
                shape(&ty, required, Some(&schema.schema_data)),
            ),
        };
        if self.rules.is_secret(self.definition, wire) || is_password(property) {
            notes.push(Note::Secret);
        }
        if wire.contains(|c: char| c < ' ') {
            return Err(Error::new(
                place,
                format!("the property {wire:?} has a control character in its name"),
                "leave the property out: tables of types hold names as words of a line",
            ));
        }
        Ok(Field { wire: wire.to_owned(), name, doc, ty, shape, required, notes })
    }
}

impl Field {
    /// The field as a variant of an enum, which holds its value or is another.
    pub(super) fn into_variant(self) -> Self {
        let shape = if is_struct(&self.ty) { Shape::OptionalBox } else { Shape::Optional };
        Field { required: false, shape, ..self }
    }
}

impl Owner<'_> {
    /// What members that are no properties are of, where the schema allows them.
    pub(super) fn others(&self, place: &Place, enums: &mut Vec<Enum>) -> Result<Option<Type>, Error> {
        const WIRE: &str = "otherMembers";
        let mut types = Types { spec: self.spec, rules: self.rules, owner: self.name, wire: WIRE, enums };
        let place = place.at("additionalProperties");
        match &self.object.additional_properties {
            None | Some(AdditionalProperties::Any(false)) => Ok(None),
            Some(AdditionalProperties::Any(true)) => Ok(Some(Type::Core(CoreType::RawJson))),
            Some(AdditionalProperties::Schema(values)) => types.value(&place, values).map(Some),
        }
    }
}

/// True when a property, its items or its values have the format `password`.
fn is_password(property: &ReferenceOr<Box<Schema>>) -> bool {
    fn holds(schema: &Schema) -> bool {
        match &schema.schema_kind {
            SchemaKind::Type(OpenApiType::String(string)) => {
                string.format == VariantOrUnknownOrEmpty::Item(StringFormat::Password)
            }
            SchemaKind::Type(OpenApiType::Array(array)) => array.items.as_ref().is_some_and(is_password),
            SchemaKind::Type(OpenApiType::Object(object)) => match &object.additional_properties {
                Some(AdditionalProperties::Schema(values)) => match values.as_ref() {
                    ReferenceOr::Item(schema) => holds(schema),
                    ReferenceOr::Reference { .. } => false,
                },
                Some(AdditionalProperties::Any(_)) | None => false,
            },
            _ => false,
        }
    }
    match property {
        ReferenceOr::Item(schema) => holds(schema),
        ReferenceOr::Reference { .. } => false,
    }
}

/// The policy of fields: see the crate documentation of the generated crate.
fn shape(ty: &Type, required: bool, data: Option<&SchemaData>) -> Shape {
    let default = data.and_then(|it| it.default.as_ref());
    let is_inline = default.is_some_and(|it| it.as_object().is_some_and(serde_json::Map::is_empty));
    let nullable = data.is_some_and(|it| it.nullable);
    // Null is a value where the property must be there.
    let required = required && !nullable;
    let differs = nullable || default.is_some_and(|it| !is_empty(it));
    match ty {
        Type::List(_) | Type::Map(_) if differs => Shape::Optional,
        Type::List(_) | Type::Map(_) => Shape::Plain,
        ty if is_struct(ty) && !required && !is_inline => Shape::OptionalBox,
        ty if is_struct(ty) || required => Shape::Plain,
        _ => Shape::Optional,
    }
}

fn is_struct(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Struct(_) | Type::Core(CoreType::Status | CoreType::StatusCause | CoreType::StatusDetails)
    )
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(it) => it.is_empty(),
        Value::Object(it) => it.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
