//! The pass between reading and lowering: schemas that stand inside others get names of their own, and what only
//! validates goes.
//!
//! Kubernetes' own documents name every object; those of custom resources and of some aggregated servers do not. An
//! object inside gets the name of what holds it and of the property, `WidgetSpecParts`. `oneOf`, `anyOf`, `allOf` and
//! `not` beside a type only validate (structural schemas cannot do otherwise): the struct holds the fields of all.

mod aliases;
mod branches;
mod documented;
mod plain;
mod together;

use std::collections::{BTreeMap, VecDeque};

use openapiv3::{AdditionalProperties, ReferenceOr, Schema, SchemaData, SchemaKind, Type};

use aliases::Aliases;

use crate::error::{Error, Place};
use crate::lower::{given, names};
use crate::read::extensions::{CHOICE, KINDS};
use crate::read::{ReadSchema, Spec};
use crate::rules::Rules;

/// Names every inline object, those nearest to a named schema first.
pub(crate) fn name_all(spec: &mut Spec, rules: &Rules, reports: &mut Vec<Error>) {
    let is_ours = |it: &&String| rules.core_type(it).is_none() && rules.builtin(it).is_none();
    let named: Vec<String> = spec.schemas.keys().filter(is_ours).cloned().collect();
    for name in &named {
        let Some(mut read) = spec.schemas.remove(name) else { continue };
        plain::root(&read.place, &mut read.schema, &spec.schemas, reports);
        hold_metadata(&mut read.schema);
        spec.schemas.insert(name.clone(), read);
    }
    let aliases = Aliases::take(&mut spec.schemas, rules);
    let mut open: VecDeque<String> = named.into();
    while let Some(name) = open.pop_front() {
        let Some(mut read) = spec.schemas.remove(&name) else { continue };
        let mut pass = Pass { schemas: &mut spec.schemas, aliases: &aliases, open: &mut open, reports };
        pass.members(&name, &read.place, &mut read.schema);
        spec.schemas.insert(name, read);
    }
}

/// Metadata of a kind is held as it is in Kubernetes' own kinds, whose documents say `default: {}`; those of custom
/// resources do not.
fn hold_metadata(schema: &mut Schema) {
    let is_kind = schema.schema_data.extensions.contains_key(KINDS);
    let SchemaKind::Type(Type::Object(object)) = &mut schema.schema_kind else { return };
    let Some(ReferenceOr::Item(metadata)) = object.properties.get_mut("metadata").filter(|_| is_kind) else {
        return;
    };
    let is_meta = |it: &ReferenceOr<Schema>| matches!(it, ReferenceOr::Reference { reference } if META.iter().any(|meta| reference.ends_with(meta)));
    if let SchemaKind::AllOf { all_of } = &metadata.schema_kind
        && matches!(all_of.as_slice(), [one] if is_meta(one))
    {
        metadata.schema_data.default.get_or_insert_with(|| serde_json::json!({}));
    }
}

/// The ends of the references to what every object, and every list, has.
const META: [&str; 2] = [".meta.v1.ObjectMeta", ".meta.v1.ListMeta"];

struct Pass<'a> {
    schemas: &'a mut BTreeMap<String, ReadSchema>,
    aliases: &'a Aliases,
    /// Names whose schemas have not been looked into.
    open: &'a mut VecDeque<String>,
    reports: &'a mut Vec<Error>,
}

impl Pass<'_> {
    /// Looks at the properties of a named schema.
    fn members(&mut self, name: &str, place: &Place, schema: &mut Schema) {
        let SchemaKind::Type(Type::Object(object)) = &mut schema.schema_kind else { return };
        let mut properties: Vec<_> = object.properties.iter_mut().collect();
        properties.sort_by_key(|(wire, _)| wire.as_str());
        for (wire, property) in properties {
            self.aliases.resolve(property);
            if let ReferenceOr::Item(schema) = property {
                if !object.required.contains(wire) {
                    documented::add_null(schema);
                }
                let name = format!("{name}{}", names::part(wire));
                self.value(&name, &place.at("properties").at(wire), schema);
            }
        }
        if let Some(AdditionalProperties::Schema(values)) = &mut object.additional_properties {
            self.values(&format!("{name}OtherMembers"), &place.at("additionalProperties"), values);
        }
    }

    /// The values of a map.
    fn values(&mut self, name: &str, place: &Place, values: &mut ReferenceOr<Schema>) {
        self.aliases.resolve_values(values);
        if let ReferenceOr::Item(values) = values {
            self.value(name, place, values);
        }
    }

    /// A value that would be called `name` if it were an object with properties.
    fn value(&mut self, name: &str, place: &Place, schema: &mut Schema) {
        plain::value(place, schema, self.schemas, self.reports);
        let is_struct = match &mut schema.schema_kind {
            SchemaKind::Type(Type::Array(array)) => {
                if let Some(items) = &mut array.items {
                    self.aliases.resolve(items);
                    if let ReferenceOr::Item(items) = items {
                        self.value(name, &place.at("items"), items);
                    }
                }
                false
            }
            SchemaKind::Type(Type::Object(object)) => {
                let is_struct = !object.properties.is_empty();
                // Those of a struct are looked into with its fields.
                if !is_struct
                    && let Some(AdditionalProperties::Schema(values)) = &mut object.additional_properties
                {
                    self.values(name, &place.at("additionalProperties"), values);
                }
                is_struct
            }
            _ => false,
        };
        if is_struct {
            let reference = self.name(name, place, schema);
            schema.schema_kind = SchemaKind::AllOf { all_of: vec![ReferenceOr::Reference { reference }] };
        }
    }

    /// Gives a schema a name, and what refers to it.
    fn name(&mut self, name: &str, place: &Place, schema: &Schema) -> String {
        let name = self.free(name, place);
        // What a property says of itself (its default, how it merges) stays with the property.
        let mut data =
            SchemaData { description: schema.schema_data.description.clone(), ..SchemaData::default() };
        data.extensions.extend(
            schema.schema_data.extensions.get_key_value(CHOICE).map(|(key, it)| (key.clone(), it.clone())),
        );
        let schema = Schema { schema_data: data, schema_kind: schema.schema_kind.clone() };
        self.schemas.insert(name.clone(), ReadSchema { place: place.clone(), schema });
        let reference = format!("#/components/schemas/{name}");
        self.open.push_back(name);
        reference
    }

    /// The name, or where another schema has it (`spec.parts` beside `specParts`) with a hash behind it, of the path to
    /// it, so that it depends on nothing else. What lies nearer to the named schema keeps the name: only a property that
    /// reads like a path that is there already (`specParts`, beside `spec` with `parts`) takes a name away.
    fn free(&mut self, name: &str, place: &Place) -> String {
        if !self.schemas.contains_key(name) {
            return name.to_owned();
        }
        // Behind `/components/schemas/NAME`.
        let hash = given::hash(place.pointer.splitn(5, '/').nth(4).unwrap_or_default());
        let short = format!("{name}{}", hash.get(..4).unwrap_or_default());
        let free = if self.schemas.contains_key(&short) { format!("{name}{hash}") } else { short };
        let message =
            format!("what stands here would be called {name}, which another schema is: it is {free}");
        let help = "nothing is to be done; a type that reads exactly like another is told apart by its place";
        self.reports.push(Error::new(place, message, help));
        free
    }
}
