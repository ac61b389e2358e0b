//! Named schemas that are no objects (texts, lists, anything): what refers to them gets what they say in place of the
//! reference. Those that core has a type for stay.

use std::collections::BTreeMap;

use openapiv3::{AnySchema, ReferenceOr, Schema, SchemaKind, Type};

use super::branches::Named;
use crate::rules::Rules;

/// Schemas that are written out where they are named.
#[derive(Default)]
pub(super) struct Aliases(BTreeMap<String, Schema>);

/// How many aliases may lead to one another.
const DEPTH: usize = 8;

impl Aliases {
    /// Takes them out of all schemas.
    pub(super) fn take(named: &mut Named, rules: &Rules) -> Self {
        let is_alias = |name: &String, schema: &Schema| {
            let is_object = matches!(schema.schema_kind, SchemaKind::Type(Type::Object(_)));
            !is_object && rules.core_type(name).is_none()
        };
        let names: Vec<String> = named
            .iter()
            .filter(|(name, read)| is_alias(name, &read.schema))
            .map(|(name, _)| name.clone())
            .collect();
        let taken = names.into_iter().filter_map(|name| Some((name.clone(), named.remove(&name)?.schema)));
        Aliases(taken.collect())
    }

    /// Writes out what a property, an item or a value of a map refers to.
    pub(super) fn resolve(&self, place: &mut ReferenceOr<Box<Schema>>) {
        for _ in 0..DEPTH {
            let Some(alias) = self.get(reference(place)) else { return };
            let mut alias = alias.clone();
            if let ReferenceOr::Item(schema) = &*place {
                let own = schema.schema_data.clone();
                alias.schema_data.description = own.description.or(alias.schema_data.description);
                alias.schema_data.default = own.default.or(alias.schema_data.default);
                alias.schema_data.nullable |= own.nullable;
                alias.schema_data.extensions.extend(own.extensions);
            }
            *place = ReferenceOr::Item(Box::new(alias));
        }
        // It leads to itself and to nothing else.
        if self.get(reference(place)).is_some()
            && let ReferenceOr::Item(schema) = place
        {
            schema.schema_kind = SchemaKind::Any(AnySchema::default());
        }
    }

    /// The same of the values of a map.
    pub(super) fn resolve_values(&self, values: &mut ReferenceOr<Schema>) {
        let taken = std::mem::replace(values, ReferenceOr::ref_(""));
        let mut boxed = match taken {
            ReferenceOr::Item(schema) => ReferenceOr::Item(Box::new(schema)),
            ReferenceOr::Reference { reference } => ReferenceOr::Reference { reference },
        };
        self.resolve(&mut boxed);
        *values = boxed.unbox();
    }

    fn get(&self, reference: Option<&str>) -> Option<&Schema> {
        self.0.get(reference?.strip_prefix("#/components/schemas/")?)
    }
}

/// What a value refers to, and nothing else.
fn reference(place: &ReferenceOr<Box<Schema>>) -> Option<&str> {
    match place {
        ReferenceOr::Reference { reference } => Some(reference),
        ReferenceOr::Item(schema) => match &schema.schema_kind {
            SchemaKind::AllOf { all_of } => match all_of.as_slice() {
                [ReferenceOr::Reference { reference }] => Some(reference),
                _ => None,
            },
            _ => None,
        },
    }
}
