//! Which modules need which: the closure that features are made of.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Error, Place};
use crate::model::{Method, Module, ModulePath, Type, Verb};
use crate::rules;

/// Fills [`Module::needs`] and [`Module::endpoint_needs`], and checks the edges from stable to unstable.
pub(super) fn find_needs(modules: &mut BTreeMap<ModulePath, Module>, errors: &mut Vec<Error>) {
    for (path, module) in modules.iter_mut() {
        let mut needs = BTreeSet::new();
        for field in module.structs.iter().flat_map(|it| &it.fields) {
            add_type(&field.ty, &mut needs);
        }
        let mut endpoint_needs = BTreeSet::new();
        for method in module.handles.iter().flat_map(|it| &it.methods).chain(&module.functions) {
            add_method(method, &mut endpoint_needs);
        }
        needs.remove(path);
        endpoint_needs.remove(path);
        module.needs = needs;
        module.endpoint_needs = endpoint_needs;
        module.always = module.api_version.is_none();
    }
    let mut used = BTreeSet::new();
    for (path, module) in modules.iter().filter(|(path, _)| path.is_stable()) {
        for need in module.needs.union(&module.endpoint_needs).filter(|it| !it.is_stable()) {
            let edge = (path.to_string(), need.to_string());
            let is_known = rules::EXEMPT_EDGES.iter().any(|(from, to)| (*from, *to) == (&edge.0, &edge.1));
            if !is_known {
                errors.push(Error::new(
                    &Place::root(&edge.0),
                    format!("the stable types of {} hold types of {}", edge.0, edge.1),
                    "look at the field; if it is right, add the edge to EXEMPT_EDGES in generator/src/rules.rs",
                ));
            }
            used.insert(edge);
        }
    }
    for (from, to) in rules::EXEMPT_EDGES {
        let has_source = modules.keys().any(|it| it.to_string() == *from);
        if has_source && !used.contains(&((*from).to_owned(), (*to).to_owned())) {
            errors.push(Error::new(
                &Place::root("EXEMPT_EDGES"),
                format!("the rule {from} -> {to} no longer applies"),
                "remove it from generator/src/rules.rs",
            ));
        }
    }
}

fn add_type(ty: &Type, needs: &mut BTreeSet<ModulePath>) {
    match ty {
        Type::Struct(name) | Type::Enum(name) => {
            needs.insert(name.module.clone());
        }
        Type::List(inner) | Type::Map(inner) => add_type(inner, needs),
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
