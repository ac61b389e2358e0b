//! Which modules need which: the closure that features are made of.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Error, Place};
use crate::model::{Method, Module, ModulePath, Struct, Type, Verb};
use crate::read::{ReadOperation, Spec};
use crate::rules::Rules;

/// Fills [`Module::needs`] and [`Module::endpoint_needs`].
pub(crate) fn find_needs(modules: &mut BTreeMap<ModulePath, Module>) {
    for (path, module) in modules.iter_mut() {
        let mut needs = BTreeSet::new();
        for ty in module.structs.iter().flat_map(Struct::types) {
            add_type(ty, &mut needs);
        }
        let mut endpoint_needs = BTreeSet::new();
        for method in methods(module) {
            add_method(method, &mut endpoint_needs);
        }
        needs.remove(path);
        endpoint_needs.remove(path);
        module.needs = needs;
        module.endpoint_needs = endpoint_needs;
        module.always = module.api_version.is_none();
    }
}

/// Reports new edges from stable to unstable group-versions.
pub(crate) fn report_edges(
    spec: &Spec,
    rules: &Rules,
    modules: &BTreeMap<ModulePath, Module>,
    reports: &mut Vec<Error>,
) {
    for (path, module) in modules.iter().filter(|(path, _)| path.is_stable()) {
        for need in module.needs.union(&module.endpoint_needs).filter(|it| !it.is_stable()) {
            if !rules.is_exempt_edge(&path.to_string(), &need.to_string()) {
                reports.push(Error::new(
                    &first_edge(spec, module, need).unwrap_or_default(),
                    format!("the stable {path} names a type of {need}, which may change at any time"),
                    "look at it; if it is right, add the edge to EXEMPT_EDGES in generator/src/rules.rs",
                ));
            }
        }
    }
}

fn methods(module: &Module) -> impl Iterator<Item = &Method> {
    module.handles.iter().flat_map(|it| &it.methods).chain(&module.functions)
}

/// Where a module first names a type of another.
fn first_edge(spec: &Spec, module: &Module, need: &ModulePath) -> Option<Place> {
    for strukt in &module.structs {
        for field in &strukt.fields {
            let mut needs = BTreeSet::new();
            add_type(&field.ty, &mut needs);
            if needs.contains(need) {
                let schema = spec.schemas.get(&strukt.definition)?;
                return Some(schema.place.at("properties").at(&field.wire));
            }
        }
    }
    let method = methods(module).find(|method| {
        let mut needs = BTreeSet::new();
        add_method(method, &mut needs);
        needs.contains(need)
    })?;
    let (id, _) = method.operations.first()?;
    let is_it = |it: &&ReadOperation| it.operation.operation_id.as_ref() == Some(id);
    spec.operations.iter().find(is_it).map(|it| it.place.clone())
}

fn add_type(ty: &Type, needs: &mut BTreeSet<ModulePath>) {
    match ty {
        Type::Struct(name) | Type::Enum(name) => {
            needs.insert(name.module.clone());
        }
        Type::List(inner) | Type::Map(inner) | Type::Nullable(inner) => add_type(inner, needs),
        Type::String | Type::Bool | Type::I32 | Type::I64 | Type::F64 | Type::Bytes | Type::Core(_) => {}
    }
}

fn add_method(method: &Method, needs: &mut BTreeSet<ModulePath>) {
    match &method.verb {
        Verb::Get(ty) | Verb::List(ty) | Verb::Watch(ty) | Verb::Patch(ty) | Verb::Fetch(ty) => {
            add_type(ty, needs)
        }
        Verb::Create { body, answer }
        | Verb::CreateOrStatus { body, answer }
        | Verb::Replace { body, answer } => {
            add_type(body, needs);
            add_type(answer, needs);
        }
        Verb::Delete { answer, options } | Verb::DeleteCollection { answer, options } => {
            add_type(answer, needs);
            add_type(options, needs);
        }
        Verb::Logs | Verb::Exec | Verb::Attach | Verb::PortForward | Verb::Proxy(_) | Verb::FetchText => {}
    }
}
