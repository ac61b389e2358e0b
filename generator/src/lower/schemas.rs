//! Schemas to structs: one schema at a time, one property at a time.

use std::collections::BTreeMap;

use openapiv3::{
    AdditionalProperties, IntegerFormat, ObjectType, ReferenceOr, Schema, SchemaKind, StringFormat,
    StringType, Type as OpenApiType, VariantOrUnknownOrEmpty,
};

use super::{docs, enums, names, places};
use crate::error::{Error, Place};
use crate::model::{CoreType, Field, Module, ModulePath, Note, Shape, Struct, Type, TypeName};
use crate::read::{Spec, extensions};
use crate::rules;

const REFERENCE: &str = "#/components/schemas/";

/// What a property resolves to, with what its place needs to know.
struct Resolved {
    ty: Type,
    is_recursive_kind: bool,
}

/// Lowers every schema into its module.
pub(super) fn lower(spec: &Spec, modules: &mut BTreeMap<ModulePath, Module>, errors: &mut Vec<Error>) {
    for (definition, read) in &spec.schemas {
        if core_type(definition).is_some() {
            continue;
        }
        let lowering = Lowering { spec, definition, errors: &mut *errors };
        match lowering.strukt(&read.place, &read.schema, modules) {
            Ok(()) => {}
            Err(error) => errors.push(error),
        }
    }
}

/// The hand-written type that stands for a definition.
pub(super) fn core_type(definition: &str) -> Option<CoreType> {
    rules::CORE_TYPES.iter().find(|(name, _)| *name == definition).map(|(_, ty)| *ty)
}

/// The type that a reference stands for.
pub(super) fn reference(spec: &Spec, place: &Place, reference: &str) -> Result<Type, Error> {
    let definition = reference.strip_prefix(REFERENCE).unwrap_or(reference);
    if !spec.schemas.contains_key(definition) {
        return Err(Error::new(
            place,
            format!("the reference {reference} leads nowhere"),
            "the documents must define every schema that they name: fetch them all from one server",
        ));
    }
    if let Some(core) = core_type(definition) {
        return Ok(Type::Core(core));
    }
    places::type_name(place, definition).map(Type::Struct)
}

struct Lowering<'a> {
    spec: &'a Spec,
    definition: &'a str,
    errors: &'a mut Vec<Error>,
}

impl Lowering<'_> {
    fn strukt(
        self,
        place: &Place,
        schema: &Schema,
        modules: &mut BTreeMap<ModulePath, Module>,
    ) -> Result<(), Error> {
        let name = places::type_name(place, self.definition)?;
        let SchemaKind::Type(OpenApiType::Object(object)) = &schema.schema_kind else {
            return Err(self.not_a_struct(place));
        };
        let kinds = extensions::schema_kinds(&schema.schema_data);
        let has = |property: &str| object.properties.contains_key(property);
        let kind = match kinds.as_slice() {
            [kind] if has("apiVersion") && has("kind") => Some((kind.api_version(), kind.kind.clone())),
            _ => None,
        };
        let mut properties: Vec<_> = object.properties.iter().collect();
        properties.sort_by_key(|(wire, _)| *wire);
        let at = place.at("properties");
        let mut fields = Vec::new();
        let module = modules.entry(name.module.clone()).or_default();
        for (wire, property) in properties {
            if kind.is_some() && matches!(wire.as_str(), "apiVersion" | "kind") {
                continue;
            }
            match self.field(&at.at(wire), &name, object, wire, property, module) {
                Ok(field) => fields.push(field),
                Err(error) => self.errors.push(error),
            }
        }
        let list_of = list_item(kind.as_ref(), &fields);
        let unions = extensions::unions(place, &schema.schema_data)?;
        let fallback = format!("`{}`; the documents do not describe it.", self.definition);
        module.structs.push(Struct {
            definition: self.definition.to_owned(),
            doc: docs::rustdoc(schema.schema_data.description.as_deref(), &fallback),
            name: name.name,
            kind,
            list_of,
            fields,
            unions,
        });
        Ok(())
    }

    fn not_a_struct(&self, place: &Place) -> Error {
        Error::new(
            place,
            format!("the schema {} is not an object with properties", self.definition),
            "add a line to CORE_TYPES in generator/src/rules.rs that says which type of core holds it",
        )
    }

    fn field(
        &self,
        place: &Place,
        owner: &TypeName,
        object: &ObjectType,
        wire: &str,
        property: &ReferenceOr<Box<Schema>>,
        module: &mut Module,
    ) -> Result<Field, Error> {
        let required = object.required.iter().any(|it| it == wire);
        let resolved = self.property(place, owner, wire, property, module)?;
        let fallback = format!("`{wire}`; the documents do not describe it.");
        let (doc, notes, shape) = match property {
            ReferenceOr::Reference { .. } => {
                (docs::rustdoc(None, &fallback), Vec::new(), shape(&resolved, required, false, false))
            }
            ReferenceOr::Item(schema) => {
                let data = &schema.schema_data;
                let default = data.default.as_ref();
                let is_inline =
                    default.is_some_and(|it| it.as_object().is_some_and(serde_json::Map::is_empty));
                let differs = data.nullable || default.is_some_and(|it| !is_empty_value(it));
                (
                    docs::rustdoc(data.description.as_deref(), &fallback),
                    self.notes(place, wire, data)?,
                    shape(&resolved, required, is_inline, differs),
                )
            }
        };
        Ok(Field {
            name: names::field(wire),
            wire: wire.to_owned(),
            doc,
            ty: resolved.ty,
            shape,
            required,
            notes,
        })
    }

    fn notes(&self, place: &Place, wire: &str, data: &openapiv3::SchemaData) -> Result<Vec<Note>, Error> {
        let mut notes = extensions::notes(place, data)?;
        if rules::SECRETS.contains(&(self.definition, wire)) {
            notes.push(Note::Secret);
        }
        Ok(notes)
    }

    fn property(
        &self,
        place: &Place,
        owner: &TypeName,
        wire: &str,
        property: &ReferenceOr<Box<Schema>>,
        module: &mut Module,
    ) -> Result<Resolved, Error> {
        let schema = match property {
            ReferenceOr::Reference { reference: to } => {
                return reference(self.spec, place, to).map(resolved);
            }
            ReferenceOr::Item(schema) => schema,
        };
        match &schema.schema_kind {
            SchemaKind::AllOf { all_of } => match all_of.as_slice() {
                [ReferenceOr::Reference { reference: to }] => {
                    reference(self.spec, &place.at("allOf").at("0"), to).map(resolved)
                }
                _ => Err(unsupported(place, "allOf of anything but one $ref")),
            },
            SchemaKind::Type(ty) => self.typed(place, owner, wire, schema, ty, module).map(resolved),
            SchemaKind::OneOf { .. } => Err(unsupported(place, "oneOf")),
            SchemaKind::AnyOf { .. } => Err(unsupported(place, "anyOf")),
            SchemaKind::Not { .. } => Err(unsupported(place, "not")),
            SchemaKind::Any(any) if any.properties.is_empty() && any.typ.is_none() => {
                Ok(resolved(Type::Core(CoreType::RawJson)))
            }
            SchemaKind::Any(_) => Err(unsupported(place, "a schema without one type")),
        }
    }

    fn typed(
        &self,
        place: &Place,
        owner: &TypeName,
        wire: &str,
        schema: &Schema,
        ty: &OpenApiType,
        module: &mut Module,
    ) -> Result<Type, Error> {
        match ty {
            OpenApiType::String(string) if !string.enumeration.is_empty() => {
                let item = enums::lower(place, owner, wire, schema, string)?;
                let name = TypeName { module: owner.module.clone(), name: item.name.clone() };
                module.enums.push(item);
                Ok(Type::Enum(name))
            }
            OpenApiType::String(string) => string_type(place, string),
            OpenApiType::Boolean(_) => Ok(Type::Bool),
            OpenApiType::Number(_) => Ok(Type::F64),
            OpenApiType::Integer(integer) => match integer.format {
                VariantOrUnknownOrEmpty::Item(IntegerFormat::Int32) => Ok(Type::I32),
                VariantOrUnknownOrEmpty::Item(IntegerFormat::Int64) | VariantOrUnknownOrEmpty::Empty => {
                    Ok(Type::I64)
                }
                VariantOrUnknownOrEmpty::Unknown(_) => Err(unsupported(place, "this integer format")),
            },
            OpenApiType::Array(array) => match &array.items {
                Some(items) => {
                    let item = self.property(&place.at("items"), owner, wire, items, module)?;
                    Ok(Type::List(Box::new(item.ty)))
                }
                None => Err(unsupported(place, "an array without items")),
            },
            OpenApiType::Object(object) if object.properties.is_empty() => {
                match &object.additional_properties {
                    Some(AdditionalProperties::Schema(values)) => {
                        let at = place.at("additionalProperties");
                        let value = match values.as_ref() {
                            ReferenceOr::Reference { reference: to } => {
                                resolved(reference(self.spec, &at, to)?)
                            }
                            ReferenceOr::Item(schema) => {
                                let boxed = ReferenceOr::Item(Box::new(schema.clone()));
                                self.property(&at, owner, wire, &boxed, module)?
                            }
                        };
                        Ok(Type::Map(Box::new(value.ty)))
                    }
                    Some(AdditionalProperties::Any(_)) | None => Ok(Type::Core(CoreType::RawJson)),
                }
            }
            OpenApiType::Object(_) => Err(unsupported(place, "an inline object with properties")),
        }
    }
}

fn resolved(ty: Type) -> Resolved {
    let is_struct = matches!(
        ty,
        Type::Struct(_) | Type::Core(CoreType::Status | CoreType::StatusCause | CoreType::StatusDetails)
    );
    Resolved { ty, is_recursive_kind: is_struct }
}

fn string_type(place: &Place, string: &StringType) -> Result<Type, Error> {
    match &string.format {
        VariantOrUnknownOrEmpty::Empty => Ok(Type::String),
        VariantOrUnknownOrEmpty::Item(StringFormat::Byte) => Ok(Type::Bytes),
        VariantOrUnknownOrEmpty::Item(StringFormat::DateTime) => Ok(Type::Core(CoreType::Time)),
        VariantOrUnknownOrEmpty::Item(StringFormat::Password | StringFormat::Date) => Ok(Type::String),
        VariantOrUnknownOrEmpty::Item(StringFormat::Binary) => Err(unsupported(place, "the format binary")),
        VariantOrUnknownOrEmpty::Unknown(_) => Ok(Type::String),
    }
}

fn unsupported(place: &Place, what: &str) -> Error {
    Error::new(
        place,
        format!("the model cannot hold {what} yet"),
        "this is a shape of custom resources, which a later version reads; leave the document out for now",
    )
}

/// The policy of fields: see the crate documentation of the generated crate.
fn shape(resolved: &Resolved, required: bool, is_inline: bool, differs: bool) -> Shape {
    match &resolved.ty {
        Type::List(_) | Type::Map(_) if differs => Shape::Optional,
        Type::List(_) | Type::Map(_) => Shape::Plain,
        _ if resolved.is_recursive_kind && !required && !is_inline => Shape::OptionalBox,
        _ if resolved.is_recursive_kind || required => Shape::Plain,
        _ => Shape::Optional,
    }
}

fn is_empty_value(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Null => true,
        serde_json::Value::Array(it) => it.is_empty(),
        serde_json::Value::Object(it) => it.is_empty(),
        serde_json::Value::Bool(_) | serde_json::Value::Number(_) | serde_json::Value::String(_) => false,
    }
}

/// The items of a `<Kind>List`.
fn list_item(kind: Option<&(String, String)>, fields: &[Field]) -> Option<TypeName> {
    let (_, kind) = kind?;
    if !kind.ends_with("List") || !fields.iter().any(|it| it.wire == "metadata") {
        return None;
    }
    fields.iter().find(|it| it.wire == "items").and_then(|it| match &it.ty {
        Type::List(item) => match item.as_ref() {
            Type::Struct(name) => Some(name.clone()),
            _ => None,
        },
        _ => None,
    })
}
