//! What the chosen operations reach: schemas before they are lowered, types after it.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{ReferenceOr, Schema, SchemaKind, Type as OpenApiType};
use serde::Serialize;
use serde_json::Value;

use crate::builtin::Builtin;
use crate::error::Error;
use crate::model::{Api, Method, Type, TypeName, Verb};
use crate::read::{ReadSchema, Spec};

const REFERENCE: &str = "#/components/schemas/";

/// Keeps the schemas that the operations reach and that are not kubesdk's. Where a server's own have fields that those
/// of kubesdk do not know, that is noted.
pub(super) fn keep_schemas(spec: &mut Spec, builtin: &Builtin, notes: &mut Vec<Error>) {
    let mut open = Vec::new();
    for read in &spec.operations {
        references(&read.operation, &mut open);
    }
    let mut reached = BTreeMap::new();
    while let Some(name) = open.pop() {
        let Some(read) = spec.schemas.remove(&name) else { continue };
        match builtin.type_of(&name) {
            Some(known) => notes.extend(strange(&read, &name, &known, builtin)),
            None => {
                references(&read.schema, &mut open);
                reached.insert(name, read);
            }
        }
    }
    spec.schemas = reached;
}

/// The names of the schemas that something refers to.
fn references(of: &impl Serialize, names: &mut Vec<String>) {
    fn collect(value: &Value, names: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                for (key, value) in members {
                    match value.as_str().and_then(|it| it.strip_prefix(REFERENCE)) {
                        Some(name) if key == "$ref" => names.push(name.to_owned()),
                        _ => collect(value, names),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|it| collect(it, names)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    collect(&serde_json::to_value(of).unwrap_or_default(), names);
}

/// A note about the fields of a schema that the type of kubesdk does not have.
fn strange(read: &ReadSchema, name: &str, known: &TypeName, builtin: &Builtin) -> Option<Error> {
    let known = builtin.get(known)?;
    let names = names_of(&read.schema);
    let is_strange = |it: &&str| {
        let is_kind = known.kind.is_some() && matches!(*it, "apiVersion" | "kind");
        !is_kind && !known.fields.iter().any(|field| field.wire == **it)
    };
    let strange: Vec<&str> = names.into_iter().filter(is_strange).collect();
    (!strange.is_empty()).then(|| {
        Error::new(
            &read.place.at("properties"),
            format!("{name} is taken from kubesdk, which does not know its {}", strange.join(", ")),
            "such fields are passed over when they are read; a newer kubesdk may know them",
        )
    })
}

fn names_of(schema: &Schema) -> Vec<&str> {
    match &schema.schema_kind {
        SchemaKind::Type(OpenApiType::Object(object)) => {
            object.properties.keys().map(String::as_str).collect()
        }
        SchemaKind::AllOf { all_of } => {
            all_of.iter().filter_map(ReferenceOr::as_item).flat_map(names_of).collect()
        }
        _ => Vec::new(),
    }
}

/// Keeps the types that the methods reach, and gives those of kubesdk among them.
pub(super) fn keep_types(api: &mut Api) -> BTreeSet<TypeName> {
    let mut reached = BTreeSet::new();
    let mut open = Vec::new();
    for module in api.modules.values() {
        open.extend(module.handles.iter().map(|it| it.kind.clone()));
        let methods = module.handles.iter().flat_map(|it| &it.methods).chain(&module.functions);
        methods.flat_map(types).for_each(|ty| name(ty, &mut open));
    }
    let own = super::structs(api);
    while let Some(next) = open.pop() {
        let strukt = own.get(&next);
        if reached.insert(next) {
            strukt.into_iter().flat_map(|it| it.types()).for_each(|ty| name(ty, &mut open));
        }
    }
    for (path, module) in &mut api.modules {
        let is_reached =
            |name: &String| reached.contains(&TypeName { module: path.clone(), name: name.clone() });
        module.structs.retain(|it| is_reached(&it.name));
        module.enums.retain(|it| is_reached(&it.name));
    }
    api.modules.retain(|_, it| {
        !(it.structs.is_empty() && it.enums.is_empty() && it.handles.is_empty() && it.functions.is_empty())
    });
    reached.retain(|it| it.module.is_builtin);
    reached
}

fn name(ty: &Type, names: &mut Vec<TypeName>) {
    match ty {
        Type::Struct(name) | Type::Enum(name) => names.push(name.clone()),
        Type::List(inner) | Type::Map(inner) | Type::Nullable(inner) => name(inner, names),
        Type::String | Type::Bool | Type::I32 | Type::I64 | Type::F64 | Type::Bytes | Type::Core(_) => {}
    }
}

/// The types that a method names.
fn types(method: &Method) -> Vec<&Type> {
    match &method.verb {
        Verb::Get(ty) | Verb::List(ty) | Verb::Watch(ty) | Verb::Patch(ty) | Verb::Fetch(ty) => vec![ty],
        Verb::Create { body, answer }
        | Verb::CreateOrStatus { body, answer }
        | Verb::Replace { body, answer } => vec![body, answer],
        Verb::Delete { answer, options } | Verb::DeleteCollection { answer, options } => {
            vec![answer, options]
        }
        Verb::Logs | Verb::Exec | Verb::Attach | Verb::PortForward | Verb::Proxy(_) | Verb::FetchText => {
            Vec::new()
        }
    }
}
