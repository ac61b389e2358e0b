//! Operations of two models, side by side: by HTTP method and path, whatever the documents call them.

use std::collections::BTreeMap;

use super::compare::{Changes, retyped};
use super::{Change, Subject, What, wording};
use crate::model::{Api, ModulePath, Served};

pub(super) fn compare(before: &Api, after: &Api) -> Vec<Change> {
    let (old, new) = (by_path(before), by_path(after));
    let mut all = Vec::new();
    for (name, served) in &old {
        let module = module(before, served);
        let mut changes = Changes::of(&module);
        match new.get(name) {
            Some(now) if now.by != served.by => {
                let what = retyped(&served.by, &now.by);
                changes.note(Subject::Operation, name, what, true, wording::renamed(&now.by));
            }
            Some(_) => {}
            // What went with a whole group-version is not told again.
            None if after.modules.contains_key(&module) => {
                let meaning = wording::operation_removed(&served.by);
                changes.note(Subject::Operation, name, What::Removed, true, meaning);
            }
            None => {}
        }
        all.append(&mut changes.all);
    }
    for (name, served) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
        let module = module(after, served);
        if before.modules.contains_key(&module) {
            let mut changes = Changes::of(&module);
            changes.note(Subject::Operation, name, What::Added, false, wording::operation_added(&served.by));
            all.append(&mut changes.all);
        }
    }
    all
}

/// By `GET /api/v1/pods`, without the paths that a rule covers: those are other ways to the same method.
fn by_path(api: &Api) -> BTreeMap<String, &Served> {
    let own = api.operations.values().filter(|it| it.rule.is_none());
    own.map(|it| (format!("{} {}", it.http.to_uppercase(), it.path), it)).collect()
}

/// The module of the method that serves an operation: its path begins with the module's, the longest that does.
fn module(api: &Api, served: &Served) -> ModulePath {
    let mut parts = served.by.split("::").map(str::to_owned);
    let group = parts.next().unwrap_or_default();
    let versioned = ModulePath { group: group.clone(), version: parts.next(), is_builtin: false };
    if api.modules.contains_key(&versioned) {
        versioned
    } else {
        ModulePath { group, version: None, is_builtin: false }
    }
}
