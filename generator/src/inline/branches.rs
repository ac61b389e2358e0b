//! `oneOf`, `anyOf`, `allOf` and `not`: what they make of a schema, once it is known what each branch says.
//!
//! Beside a type they only validate (structural schemas cannot do otherwise). Without one the branches are the types:
//! all of one scalar, an integer or a string, or objects, whose fields are put together.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{AnySchema, ObjectType, ReferenceOr, Schema, SchemaKind, StringType, Type};
use serde_json::Value;

use super::together::{tells_apart, together};
use crate::error::{Error, Place};
use crate::read::ReadSchema;
use crate::read::extensions::{CHOICE, PRESERVE_UNKNOWN_FIELDS};

/// The schemas that references lead to.
pub(super) type Named = BTreeMap<String, ReadSchema>;

/// Branches under one key.
type Branches = (&'static str, Vec<ReferenceOr<Schema>>);

/// Takes the branches off a schema; what it is without them stays, or what they have in common comes.
pub(super) fn settle(place: &Place, schema: &mut Schema, named: &Named, reports: &mut Vec<Error>) {
    let (kind, all) = match std::mem::replace(&mut schema.schema_kind, SchemaKind::Any(AnySchema::default()))
    {
        SchemaKind::OneOf { one_of } => (None, vec![("oneOf", one_of)]),
        SchemaKind::AnyOf { any_of } => (None, vec![("anyOf", any_of)]),
        // One reference with words around it is what it refers to.
        SchemaKind::AllOf { all_of } if matches!(all_of.as_slice(), [ReferenceOr::Reference { .. }]) => {
            schema.schema_kind = SchemaKind::AllOf { all_of };
            return;
        }
        SchemaKind::AllOf { all_of } => (None, vec![("allOf", all_of)]),
        SchemaKind::Not { not } => (None, vec![("not", vec![*not])]),
        SchemaKind::Any(mut any) => {
            let mut all = Vec::new();
            for (key, branches) in
                [("oneOf", &mut any.one_of), ("anyOf", &mut any.any_of), ("allOf", &mut any.all_of)]
            {
                if !branches.is_empty() {
                    all.push((key, std::mem::take(branches)));
                }
            }
            all.extend(any.not.take().map(|not| ("not", vec![*not])));
            (Some(any), all)
        }
        typed @ SchemaKind::Type(_) => {
            schema.schema_kind = typed;
            return;
        }
    };
    let Some((first, _)) = all.first() else {
        schema.schema_kind = SchemaKind::Any(kind.unwrap_or_default());
        return;
    };
    let at = place.at(first);
    let keys: Vec<&str> = all.iter().map(|(key, _)| *key).collect();
    let any = kind.unwrap_or_default();
    if any.typ.is_none() && any.format.as_deref() == Some("int-or-string") {
        schema.schema_kind = Found::raw(any.format.as_deref()).kind;
        return;
    }
    let says_type = any.typ.is_some() || !any.properties.is_empty() || any.items.is_some();
    let (found, words) = match says_type {
        true => {
            let keeps_others = schema.schema_data.extensions.get(PRESERVE_UNKNOWN_FIELDS).is_some();
            let is_choice = !keeps_others && is_choice_of(&any, &all);
            (beside(any, is_choice, &all, named), words(is_choice, "beside the type only validates"))
        }
        false => among(any, all, named),
    };
    schema.schema_kind = found.kind;
    schema.schema_data.nullable |= found.is_nullable;
    if found.is_choice {
        schema.schema_data.extensions.insert(CHOICE.to_owned(), Value::Bool(true));
    }
    let message = format!("{} {words}", keys.join(", "));
    reports.push(Error::new(&at, message, "the server checks it; nothing is to be done"));
}

/// What becomes of a schema with branches.
struct Found {
    kind: SchemaKind,
    is_nullable: bool,
    /// True where one of the fields is set and no other.
    is_choice: bool,
}

impl Found {
    fn of(kind: SchemaKind) -> Self {
        Found { kind, is_nullable: false, is_choice: false }
    }

    fn raw(format: Option<&str>) -> Self {
        Found::of(SchemaKind::Any(AnySchema { format: format.map(str::to_owned), ..AnySchema::default() }))
    }
}

fn words(is_choice: bool, otherwise: &str) -> String {
    match is_choice {
        true => {
            "tells its branches apart by their fields: the type is an enum with a variant for each".to_owned()
        }
        false => format!("{otherwise}: the type holds whatever any branch allows"),
    }
}

/// True where one of `oneOf` requires each of the fields, and there are no others.
fn is_choice_of(any: &AnySchema, all: &[Branches]) -> bool {
    let [("oneOf", branches)] = all else { return false };
    let one = |branch: &ReferenceOr<Schema>| -> Option<String> {
        let ReferenceOr::Item(branch) = branch else { return None };
        let (own, required) = match &branch.schema_kind {
            SchemaKind::Any(it) if it.not.is_none() && it.one_of.is_empty() && it.any_of.is_empty() => {
                (&it.properties, &it.required)
            }
            SchemaKind::Type(Type::Object(it)) => (&it.properties, &it.required),
            _ => return None,
        };
        let [name] = required.as_slice() else { return None };
        own.keys().all(|it| it == name).then(|| name.clone())
    };
    let names: Option<BTreeSet<String>> = branches.iter().map(one).collect();
    let is_object = any.typ.as_deref().is_none_or(|it| it == "object") && any.additional_properties.is_none();
    is_object
        && branches.len() > 1
        && names.is_some_and(|it| {
            it.len() == branches.len() && it.iter().eq(any.properties.keys().collect::<BTreeSet<_>>())
        })
}

/// The schema without branches, but with the properties that only they have.
fn beside(mut any: AnySchema, is_choice: bool, all: &[Branches], named: &Named) -> Found {
    if any.typ.as_deref().is_none_or(|it| it == "object") {
        for branch in all.iter().filter(|(key, _)| *key != "not").flat_map(|(_, it)| it) {
            let Some(object) = object(branch, named) else { continue };
            for (name, property) in object.properties {
                if says_something(&property) {
                    any.properties.entry(name).or_insert(property);
                }
            }
        }
    }
    Found { is_choice, ..Found::of(SchemaKind::Any(any)) }
}

/// False for a property that a branch only restricts: its type stands outside of the branches.
fn says_something(property: &ReferenceOr<Box<Schema>>) -> bool {
    match property {
        ReferenceOr::Reference { .. } => true,
        ReferenceOr::Item(schema) => match &schema.schema_kind {
            SchemaKind::Any(any) => any.typ.is_some(),
            _ => true,
        },
    }
}

/// What branches without a type around them have in common.
fn among(any: AnySchema, all: Vec<Branches>, named: &Named) -> (Found, String) {
    let is_one_of = matches!(all.as_slice(), [("oneOf", _)]);
    let is_all_of = matches!(all.as_slice(), [("allOf", _)]);
    let mut branches: Vec<ReferenceOr<Schema>> =
        all.into_iter().filter(|(key, _)| *key != "not").flat_map(|(_, it)| it).collect();
    let before = branches.len();
    branches.retain(|it| !is_null(it));
    let is_nullable = branches.len() < before;
    let found = |found: Found, words: String| (Found { is_nullable, ..found }, words);
    let scalars: Option<Vec<Scalar<'_>>> = branches.iter().map(|it| scalar(it, named)).collect();
    if let [ReferenceOr::Item(one)] = branches.as_slice() {
        let kind = one.schema_kind.clone();
        return found(Found::of(kind), "has one branch: the type is that of the branch".to_owned());
    }
    if let [ReferenceOr::Reference { .. }] = branches.as_slice() {
        let kind = SchemaKind::AllOf { all_of: branches };
        return found(Found::of(kind), "has one branch: the type is that of the branch".to_owned());
    }
    match scalars {
        Some(scalars) if !scalars.is_empty() => {
            let types: BTreeSet<&str> = scalars.iter().map(|it| it.0).collect();
            let types: Vec<&str> = types.into_iter().collect();
            match types.as_slice() {
                ["integer", "string"] => {
                    found(Found::raw(Some("int-or-string")), "says an integer or a string".to_owned())
                }
                [one] => {
                    let kind = SchemaKind::Any(AnySchema {
                        typ: Some((*one).to_owned()),
                        enumeration: enumeration(&scalars),
                        ..AnySchema::default()
                    });
                    found(Found::of(kind), "has branches of one type, which the type is".to_owned())
                }
                _ => found(
                    Found::raw(None),
                    "has scalars of several types: the value is kept as raw JSON".to_owned(),
                ),
            }
        }
        _ => match branches.iter().map(|it| object(it, named)).collect::<Option<Vec<ObjectType>>>() {
            Some(objects) if !objects.is_empty() => {
                let is_choice = is_one_of && tells_apart(&objects);
                let kind = SchemaKind::Type(Type::Object(together(objects, is_all_of)));
                let words = words(is_choice, "has objects as branches, whose fields are put together");
                found(Found { is_choice, ..Found::of(kind) }, words)
            }
            _ if any == AnySchema::default() && branches.is_empty() => found(
                Found::raw(None),
                "only validates, beside no type: the value is kept as raw JSON".to_owned(),
            ),
            _ => found(
                Found::raw(any.format.as_deref()),
                "has branches of different types: the value is kept as raw JSON".to_owned(),
            ),
        },
    }
}

/// The type of a branch that is a scalar, and its values if it names them.
type Scalar<'a> = (&'static str, Option<&'a StringType>);

fn scalar<'a>(branch: &'a ReferenceOr<Schema>, named: &'a Named) -> Option<Scalar<'a>> {
    let kind = match branch {
        ReferenceOr::Item(schema) => &schema.schema_kind,
        ReferenceOr::Reference { reference } => &named.get(name_of(reference)?)?.schema.schema_kind,
    };
    match kind {
        SchemaKind::Type(Type::String(it)) => Some(("string", Some(it))),
        SchemaKind::Type(Type::Integer(_)) => Some(("integer", None)),
        SchemaKind::Type(Type::Number(_)) => Some(("number", None)),
        SchemaKind::Type(Type::Boolean(_)) => Some(("boolean", None)),
        _ => None,
    }
}

/// The values of all branches; none, so that any text fits, where one names none.
fn enumeration(scalars: &[Scalar<'_>]) -> Vec<Value> {
    let of = |(_, text): &Scalar<'_>| text.map(|it| it.enumeration.clone()).filter(|it| !it.is_empty());
    let all: Option<Vec<Vec<Option<String>>>> = scalars.iter().map(of).collect();
    let mut values = Vec::new();
    for value in all.into_iter().flatten().flatten() {
        let value = value.map_or(Value::Null, Value::String);
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

/// True for a branch that says nothing but that null is allowed.
fn is_null(branch: &ReferenceOr<Schema>) -> bool {
    let ReferenceOr::Item(schema) = branch else { return false };
    let SchemaKind::Any(any) = &schema.schema_kind else { return false };
    let is_null = any.enumeration.as_slice() == [Value::Null] || any.typ.as_deref() == Some("null");
    is_null || *any == AnySchema::default() && schema.schema_data.nullable
}

fn name_of(reference: &str) -> Option<&str> {
    reference.strip_prefix("#/components/schemas/")
}

/// The object that a branch is, where it is one.
fn object(branch: &ReferenceOr<Schema>, named: &Named) -> Option<ObjectType> {
    let schema = match branch {
        ReferenceOr::Item(schema) => schema,
        ReferenceOr::Reference { reference } => &named.get(name_of(reference)?)?.schema,
    };
    match &schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => Some(object.clone()),
        SchemaKind::Any(any)
            if any.typ.as_deref().is_none_or(|it| it == "object")
                && !(any.properties.is_empty() && any.required.is_empty()) =>
        {
            Some(ObjectType {
                properties: any.properties.clone(),
                required: any.required.clone(),
                additional_properties: any.additional_properties.clone(),
                ..ObjectType::default()
            })
        }
        _ => None,
    }
}
