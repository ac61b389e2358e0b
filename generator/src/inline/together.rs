//! Objects of which a schema is one, or all at once: their fields in one object.

use std::collections::BTreeSet;

use openapiv3::{AdditionalProperties, AnySchema, ObjectType, ReferenceOr, Schema, SchemaKind, Type};

/// True where each branch has one field, which it requires and no other has.
pub(super) fn tells_apart(objects: &[ObjectType]) -> bool {
    let one = |it: &ObjectType| match it.required.as_slice() {
        [name] if it.properties.len() == 1 && it.properties.contains_key(name) => Some(name.clone()),
        _ => None,
    };
    let names: Option<BTreeSet<String>> = objects.iter().map(one).collect();
    objects.len() > 1 && names.is_some_and(|it| it.len() == objects.len())
}

/// The fields of all branches in one object.
pub(super) fn together(objects: Vec<ObjectType>, is_all: bool) -> ObjectType {
    let requires = |name: &String| {
        let mut requiring = objects.iter().map(|it| it.required.contains(name));
        if is_all { requiring.any(|it| it) } else { requiring.all(|it| it) }
    };
    let mut required: Vec<String> = objects.iter().flat_map(|it| &it.required).cloned().collect();
    required.sort();
    required.dedup();
    required.retain(requires);
    let is_open = objects
        .iter()
        .any(|it| !matches!(it.additional_properties, None | Some(AdditionalProperties::Any(false))));
    let mut properties = ObjectType::default().properties;
    for (name, property) in objects.into_iter().flat_map(|it| it.properties) {
        match properties.get_mut(&name) {
            Some(known) => join(known, &property),
            None => drop(properties.insert(name, property)),
        }
    }
    let additional_properties = is_open.then_some(AdditionalProperties::Any(true));
    ObjectType { properties, required, additional_properties, ..ObjectType::default() }
}

/// A property that two branches have: what both say of it, or anything.
fn join(known: &mut ReferenceOr<Box<Schema>>, other: &ReferenceOr<Box<Schema>>) {
    if known == other {
        return;
    }
    if let (ReferenceOr::Item(known), ReferenceOr::Item(other)) = (&mut *known, other) {
        match (&mut known.schema_kind, &other.schema_kind) {
            (known, other) if known == other => return,
            (SchemaKind::Type(Type::String(known)), SchemaKind::Type(Type::String(other))) => {
                match known.enumeration.is_empty() || other.enumeration.is_empty() {
                    true => known.enumeration.clear(),
                    false => known.enumeration.extend(other.enumeration.clone()),
                }
                let mut seen = BTreeSet::new();
                known.enumeration.retain(|it| seen.insert(it.clone()));
                (known.pattern, known.min_length, known.max_length) = (None, None, None);
                return;
            }
            _ => {}
        }
    }
    let schema_kind = SchemaKind::Any(AnySchema::default());
    *known =
        ReferenceOr::Item(Box::new(Schema { schema_data: openapiv3::SchemaData::default(), schema_kind }));
}
