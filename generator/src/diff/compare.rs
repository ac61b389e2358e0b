//! Modules, types, fields and enum values of two models, side by side.

use std::collections::{BTreeMap, BTreeSet};

use super::{Change, Effect, Subject, What, operations, wording};
use crate::model::{Api, Enum, Field, Module, ModulePath, Struct};

/// Collects the changes of one module.
pub(super) struct Changes<'a> {
    module: &'a ModulePath,
    pub(super) all: Vec<Change>,
}

impl<'a> Changes<'a> {
    pub(super) fn of(module: &'a ModulePath) -> Self {
        Changes { module, all: Vec::new() }
    }

    /// Notes a change; what would break code breaks it only where semver holds.
    pub(super) fn note(&mut self, subject: Subject, name: &str, what: What, breaks: bool, meaning: String) {
        let effect = match (breaks, self.module.is_stable()) {
            (true, true) => Effect::Breaking,
            (true, false) => Effect::Exempt,
            (false, _) => Effect::Compatible,
        };
        let (module, name) = (self.module.to_string(), name.to_owned());
        self.all.push(Change { module, subject, name, what, effect, meaning });
    }
}

pub(super) fn compare(before: &Api, after: &Api) -> Vec<Change> {
    let mut all = Vec::new();
    let paths: BTreeSet<&ModulePath> = before.modules.keys().chain(after.modules.keys()).collect();
    for path in paths {
        let mut changes = Changes::of(path);
        match (before.modules.get(path), after.modules.get(path)) {
            (None, Some(module)) => whole(module, What::Added, &mut changes),
            (Some(module), None) => whole(module, What::Removed, &mut changes),
            (Some(before), Some(after)) => {
                structs(before, after, &mut changes);
                enums(before, after, &mut changes);
            }
            (None, None) => {}
        }
        all.append(&mut changes.all);
    }
    all.extend(operations::compare(before, after));
    all
}

fn whole(module: &Module, what: What, changes: &mut Changes<'_>) {
    let name = changes.module.to_string();
    let kinds: Vec<&str> =
        module.structs.iter().filter(|it| is_kind(it)).map(|it| it.name.as_str()).collect();
    let is_removed = what == What::Removed;
    let meaning = wording::group_version(&changes.module.feature(), &kinds, is_removed);
    changes.note(Subject::GroupVersion, &name, what, is_removed, meaning);
}

fn is_kind(strukt: &Struct) -> bool {
    strukt.kind.is_some() && strukt.list_of.is_none()
}

fn structs(before: &Module, after: &Module, changes: &mut Changes<'_>) {
    let by_definition = |module: &'_ Module| -> BTreeMap<String, usize> {
        module.structs.iter().enumerate().map(|(at, it)| (it.definition.clone(), at)).collect()
    };
    let (old, new) = (by_definition(before), by_definition(after));
    for (definition, at) in &old {
        let strukt = &before.structs[*at];
        match new.get(definition) {
            Some(at) => same_struct(strukt, &after.structs[*at], changes),
            None => {
                changes.note(subject(strukt), &strukt.name, What::Removed, true, wording::type_removed());
            }
        }
    }
    for (definition, at) in &new {
        if !old.contains_key(definition) {
            let strukt = &after.structs[*at];
            changes.note(subject(strukt), &strukt.name, What::Added, false, wording::type_added());
        }
    }
}

fn subject(strukt: &Struct) -> Subject {
    if is_kind(strukt) { Subject::Kind } else { Subject::Type }
}

fn same_struct(before: &Struct, after: &Struct, changes: &mut Changes<'_>) {
    if before.name != after.name {
        let what = retyped(&before.name, &after.name);
        changes.note(subject(before), &before.name, what, true, wording::renamed(&after.name));
    }
    if is_newly_deprecated(&before.doc, &after.doc) {
        let meaning = wording::deprecated(&after.doc);
        changes.note(subject(after), &after.name, What::Deprecated, false, meaning);
    }
    let by_wire = |strukt: &'_ Struct| -> BTreeMap<String, usize> {
        strukt.fields.iter().enumerate().map(|(at, it)| (it.wire.clone(), at)).collect()
    };
    let (old, new) = (by_wire(before), by_wire(after));
    for (wire, at) in &old {
        let name = format!("{}.{wire}", after.name);
        match new.get(wire) {
            Some(other) => same_field(&name, &before.fields[*at], &after.fields[*other], changes),
            None => changes.note(Subject::Field, &name, What::Removed, true, wording::field_removed()),
        }
    }
    for (wire, at) in &new {
        if !old.contains_key(wire) {
            let name = format!("{}.{wire}", after.name);
            // A field that is required from the start is asked of objects that were valid before.
            let required = after.fields[*at].required;
            changes.note(Subject::Field, &name, What::Added, required, wording::field_added(required));
        }
    }
}

fn same_field(name: &str, before: &Field, after: &Field, changes: &mut Changes<'_>) {
    let module = changes.module;
    let (old, new) = (wording::field_type(before, module), wording::field_type(after, module));
    if old != new {
        let meaning = wording::field_retyped(&old, &new);
        changes.note(Subject::Field, name, retyped(&old, &new), true, meaning);
    }
    if before.name != after.name {
        let what = retyped(&before.name, &after.name);
        changes.note(Subject::Field, name, what, true, wording::renamed(&after.name));
    }
    match (before.required, after.required) {
        (false, true) => changes.note(Subject::Field, name, What::Required, true, wording::required()),
        (true, false) => changes.note(Subject::Field, name, What::Optional, false, wording::optional()),
        _ => {}
    }
    if before.notes != after.notes {
        let (old, new) = (wording::merging(&before.notes), wording::merging(&after.notes));
        let what = What::Merged { before: old, after: new };
        changes.note(Subject::Field, name, what, false, wording::merged());
    }
    if is_newly_deprecated(&before.doc, &after.doc) {
        changes.note(Subject::Field, name, What::Deprecated, false, wording::deprecated(&after.doc));
    }
}

fn enums(before: &Module, after: &Module, changes: &mut Changes<'_>) {
    for old in &before.enums {
        match after.enums.iter().find(|it| it.name == old.name) {
            Some(new) => same_enum(old, new, changes),
            None => changes.note(Subject::Type, &old.name, What::Removed, true, wording::type_removed()),
        }
    }
    for new in &after.enums {
        if !before.enums.iter().any(|it| it.name == new.name) {
            changes.note(Subject::Type, &new.name, What::Added, false, wording::type_added());
        }
    }
}

fn same_enum(before: &Enum, after: &Enum, changes: &mut Changes<'_>) {
    let has = |it: &Enum, value: &str| it.variants.iter().any(|it| it.value == value);
    for old in before.variants.iter().filter(|it| !has(after, &it.value)) {
        let name = format!("{}::{}", before.name, old.name);
        changes.note(Subject::Value, &name, What::Removed, true, wording::value_removed(&old.value));
    }
    for new in &after.variants {
        let name = format!("{}::{}", after.name, new.name);
        match before.variants.iter().find(|it| it.value == new.value) {
            None => changes.note(Subject::Value, &name, What::Added, false, wording::value_added(&new.value)),
            Some(old) if old.name != new.name => {
                let what = retyped(&old.name, &new.name);
                changes.note(Subject::Value, &name, what, true, wording::renamed(&new.name));
            }
            Some(old) if is_newly_deprecated(&old.doc, &new.doc) => {
                changes.note(Subject::Value, &name, What::Deprecated, false, wording::deprecated(&new.doc));
            }
            Some(_) => {}
        }
    }
}

pub(super) fn retyped(before: &str, after: &str) -> What {
    What::Retyped { before: before.to_owned(), after: after.to_owned() }
}

fn is_newly_deprecated(before: &str, after: &str) -> bool {
    wording::deprecation(before).is_none() && wording::deprecation(after).is_some()
}
