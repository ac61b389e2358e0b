//! Schemas to structs, one at a time; fields and their types have files of their own.

use std::collections::BTreeMap;

use openapiv3::{ObjectType, Schema, SchemaKind, Type as OpenApiType};

use super::fields::Owner;
use super::taken::Taken;
use super::{docs, given};
use crate::error::{Error, Place};
use crate::model::{Enum, Field, Module, ModulePath, Shape, Struct, Type, TypeName};
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
        let Some(name) = self.spec.names.get(definition).cloned() else { return Ok(()) };
        let object = object(place, definition, schema)?;
        self.taken.take_type(&name.module, &name.name, &format!("the schema {definition}"), place)?;
        let kind = kind(place, schema, object)?;
        let owner = Owner { spec: self.spec, rules: self.rules, definition, name: &name, object };
        let is_choice = extensions::is_choice(&schema.schema_data);
        let fields = self.fields(&owner, &place.at("properties"), kind.is_some(), is_choice)?;
        let mut enums = Vec::new();
        let others = owner.others(place, &mut enums)?;
        self.enums(&owner, place, enums, "the enum of the other members")?;
        let fallback = format!("`{definition}`; the documents do not describe it.");
        let strukt = Struct {
            definition: definition.to_owned(),
            doc: docs::rustdoc(schema.schema_data.description.as_deref(), &fallback),
            list_of: list_item(kind.as_ref(), &fields),
            kind,
            fields,
            map_type: extensions::map_type(place, &schema.schema_data)?,
            unions: extensions::unions(place, &schema.schema_data)?,
            others,
            is_choice,
            name: name.name,
        };
        self.modules.entry(name.module).or_default().structs.push(strukt);
        Ok(())
    }

    /// The fields of a struct, and the enums that they are of.
    fn fields(
        &mut self,
        owner: &Owner<'_>,
        at: &Place,
        has_kind: bool,
        is_choice: bool,
    ) -> Result<Vec<Field>, Error> {
        let mut properties: Vec<_> = owner.object.properties.iter().collect();
        properties.sort_by_key(|(wire, _)| *wire);
        let mut fields = Vec::new();
        let wires: Vec<&str> = properties.iter().map(|(wire, _)| wire.as_str()).collect();
        let names = match is_choice {
            true => given::variants(&wires, &["Other"]),
            false => given::fields(&wires, &[Struct::OTHERS]),
        };
        for (wire, property) in properties {
            if has_kind && matches!(wire.as_str(), "apiVersion" | "kind") {
                continue;
            }
            let place = at.at(wire);
            let mut enums = Vec::new();
            let name = names.get(wire.as_str()).cloned().unwrap_or_default();
            let field = owner.field(&place, wire, name, property, &mut enums);
            let field = field.map(|field| if is_choice { field.into_variant() } else { field });
            self.enums(owner, &place, enums, &format!("the enum of the property {wire:?}"))?;
            match field {
                Ok(field) => fields.push(field),
                Err(error) => self.errors.push(error),
            }
        }
        Ok(fields)
    }
}

impl Pass<'_> {
    /// Takes the names of enums and puts them into the module of who owns them.
    fn enums(&mut self, owner: &Owner<'_>, at: &Place, enums: Vec<Enum>, what: &str) -> Result<(), Error> {
        for item in &enums {
            self.taken.take_type(&owner.name.module, &item.name, what, at)?;
        }
        self.modules.entry(owner.name.module.clone()).or_default().enums.extend(enums);
        Ok(())
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
    Ok(object)
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
