//! Schemas to structs, one at a time; fields and their types have files of their own.

use std::collections::BTreeMap;

use openapiv3::{AdditionalProperties, ObjectType, Schema, SchemaKind, Type as OpenApiType};

use super::fields::Owner;
use super::taken::Taken;
use super::{docs, places};
use crate::error::{Error, Place};
use crate::model::{Field, Module, ModulePath, Shape, Struct, Type, TypeName};
use crate::read::{Spec, extensions};
use crate::rules::Rules;

/// Lowers every schema into its module.
pub(super) fn lower(
    spec: &Spec,
    rules: &Rules,
    taken: &mut Taken,
    errors: &mut Vec<Error>,
) -> BTreeMap<ModulePath, Module> {
    let mut pass = Pass { spec, rules, taken, errors, modules: BTreeMap::new() };
    for (definition, read) in &spec.schemas {
        if rules.core_type(definition).is_some() || rules.builtin(definition).is_some() {
            continue;
        }
        if let Err(error) = pass.strukt(definition, &read.place, &read.schema) {
            pass.errors.push(error);
        }
    }
    pass.modules
}

struct Pass<'a> {
    spec: &'a Spec,
    rules: &'a Rules,
    taken: &'a mut Taken,
    errors: &'a mut Vec<Error>,
    modules: BTreeMap<ModulePath, Module>,
}

impl Pass<'_> {
    fn strukt(&mut self, definition: &str, place: &Place, schema: &Schema) -> Result<(), Error> {
        let name = places::type_name(place, definition)?;
        let object = object(place, definition, schema)?;
        self.taken.take_type(&name.module, &name.name, &format!("the schema {definition}"), place)?;
        let kind = kind(place, schema, object)?;
        let owner = Owner { spec: self.spec, rules: self.rules, definition, name: &name, object };
        let fields = self.fields(&owner, &place.at("properties"), kind.is_some())?;
        let fallback = format!("`{definition}`; the documents do not describe it.");
        let strukt = Struct {
            definition: definition.to_owned(),
            doc: docs::rustdoc(schema.schema_data.description.as_deref(), &fallback),
            list_of: list_item(kind.as_ref(), &fields),
            kind,
            fields,
            map_type: extensions::map_type(place, &schema.schema_data)?,
            unions: extensions::unions(place, &schema.schema_data)?,
            name: name.name,
        };
        self.modules.entry(name.module).or_default().structs.push(strukt);
        Ok(())
    }

    /// The fields of a struct, and the enums that they are of.
    fn fields(&mut self, owner: &Owner<'_>, at: &Place, has_kind: bool) -> Result<Vec<Field>, Error> {
        let mut properties: Vec<_> = owner.object.properties.iter().collect();
        properties.sort_by_key(|(wire, _)| *wire);
        let mut fields = Vec::new();
        let mut names = Taken::default();
        for (wire, property) in properties {
            if has_kind && matches!(wire.as_str(), "apiVersion" | "kind") {
                continue;
            }
            let place = at.at(wire);
            let mut enums = Vec::new();
            let field = owner.field(&place, wire, property, &mut enums).and_then(|field| {
                names.take(&owner.name.name, &field.name, &format!("the property {wire:?}"), &place)?;
                Ok(field)
            });
            for item in &enums {
                let what = format!("the enum of the property {wire:?}");
                self.taken.take_type(&owner.name.module, &item.name, &what, &place)?;
            }
            self.modules.entry(owner.name.module.clone()).or_default().enums.extend(enums);
            match field {
                Ok(field) => fields.push(field),
                Err(error) => self.errors.push(error),
            }
        }
        Ok(fields)
    }
}

/// The object that a schema must be.
fn object<'a>(place: &Place, definition: &str, schema: &'a Schema) -> Result<&'a ObjectType, Error> {
    const TEACH: &str =
        "add a line to CORE_TYPES in generator/src/rules.rs that says which type of core holds it";
    let SchemaKind::Type(OpenApiType::Object(object)) = &schema.schema_kind else {
        return Err(Error::new(
            place,
            format!("the schema {definition} is no object, which a named schema must be"),
            TEACH,
        ));
    };
    match &object.additional_properties {
        None | Some(AdditionalProperties::Any(false)) => Ok(object),
        Some(AdditionalProperties::Any(true) | AdditionalProperties::Schema(_)) => Err(Error::new(
            &place.at("additionalProperties"),
            format!("the schema {definition} has properties without a name, which a struct cannot hold"),
            TEACH,
        )),
    }
}

/// apiVersion and kind, where the schema has exactly one kind and properties for both.
fn kind(place: &Place, schema: &Schema, object: &ObjectType) -> Result<Option<(String, String)>, Error> {
    let kinds = extensions::schema_kinds(place, &schema.schema_data)?;
    let has = |property: &str| object.properties.contains_key(property);
    Ok(match kinds.as_slice() {
        [kind] if has("apiVersion") && has("kind") => Some((kind.api_version(), kind.kind.clone())),
        _ => None,
    })
}

/// The items of a `<Kind>List`; custom resources may call theirs otherwise.
fn list_item(kind: Option<&(String, String)>, fields: &[Field]) -> Option<TypeName> {
    let (_, kind) = kind?;
    let metadata = fields.iter().find(|it| it.wire == "metadata")?;
    let has_list_meta = matches!(&metadata.ty, Type::Struct(name) if name.name == "ListMeta");
    if !kind.ends_with("List") && !has_list_meta {
        return None;
    }
    let items = fields.iter().find(|it| it.wire == "items" && it.shape == Shape::Plain);
    items.and_then(|it| match &it.ty {
        Type::List(item) => match item.as_ref() {
            Type::Struct(name) => Some(name.clone()),
            _ => None,
        },
        _ => None,
    })
}
