//! Which module and type each definition becomes, decided once over all of them: definitions of different packages that
//! would share a module, or a name in it, are told apart.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::places::{self, Parts};
use super::{given, names, taken};
use crate::error::{Error, Place};
use crate::model::{ModulePath, TypeName};
use crate::read::Spec;
use crate::read::extensions;
use crate::rules::Rules;

/// The names of definitions, and of what is named after them.
#[derive(Debug, Default)]
pub(crate) struct TypeNames {
    by_definition: BTreeMap<String, TypeName>,
    /// The types of kinds by group, version and kind.
    by_kind: BTreeMap<(String, String, String), TypeName>,
    /// The module of an API group by its name, where its definitions say it.
    groups: BTreeMap<String, String>,
    /// Names of types by module, with what has each.
    claimed: RefCell<BTreeMap<TypeName, String>>,
    /// What is not called as it would be alone, found while properties are lowered.
    told_apart: RefCell<Vec<Error>>,
}

impl TypeNames {
    /// Names every definition of the documents; what is not called as it would be alone is reported.
    pub(super) fn of(spec: &Spec, rules: &Rules, reports: &mut Vec<Error>) -> Self {
        let mut all = TypeNames::default();
        let definitions = spec
            .schemas
            .iter()
            .filter(|(name, _)| rules.core_type(name).is_none() && rules.builtin(name).is_none());
        let mut parts: Vec<(Parts<'_>, &Place, bool)> = definitions
            .map(|(name, read)| {
                let is_kind = read.schema.schema_data.extensions.contains_key(extensions::KINDS);
                (places::parts(name), &read.place, is_kind)
            })
            .collect();
        let modules = modules(&parts, reports);
        // A kind keeps its name before what only has the same one.
        parts.sort_by_key(|(it, _, is_kind)| (!is_kind, it.definition));
        for (part, place, _) in &parts {
            let group = modules.get(part.package).cloned().unwrap_or_default();
            let module = ModulePath { group, version: part.version.map(str::to_owned), is_builtin: false };
            let name = all.claim(&module, &type_name(part.name), part.definition);
            if name != part.name {
                let message = format!("{} is called {name} in {module}", part.definition);
                let help = "its own name is no name in Rust, is used by generated code, or another definition has it";
                reports.push(Error::new(place, message, help));
            }
            all.by_definition.insert(part.definition.to_owned(), TypeName { module, name });
        }
        for (definition, read) in &spec.schemas {
            let kinds = extensions::schema_kinds(&read.place, &read.schema.schema_data).unwrap_or_default();
            if let ([kind], Some(name)) = (kinds.as_slice(), all.by_definition.get(definition)) {
                let key = (kind.group.clone(), kind.version.clone(), kind.kind.clone());
                all.by_kind.entry(key).or_insert_with(|| name.clone());
                all.groups.entry(kind.group.clone()).or_insert_with(|| name.module.group.clone());
            }
        }
        all
    }

    /// The type of a definition.
    pub(super) fn get(&self, definition: &str) -> Option<&TypeName> {
        self.by_definition.get(definition)
    }

    /// The type of a kind, where a schema says that it is one.
    pub(super) fn kind(&self, group: &str, version: &str, kind: &str) -> Option<&TypeName> {
        self.by_kind.get(&(group.to_owned(), version.to_owned(), kind.to_owned()))
    }

    /// The module of an API group, where its definitions say it.
    pub(super) fn group(&self, group: &str) -> Option<&str> {
        self.groups.get(group).map(String::as_str)
    }

    /// The name of the enum of a property, or one like it where something else has it, which is reported.
    pub(super) fn claim_enum(&self, place: &Place, module: &ModulePath, name: &str, what: &str) -> String {
        let claimed = self.claim(module, name, what);
        if claimed != name {
            let message =
                format!("the enum here would be called {name}, which another type is: it is {claimed}");
            let help =
                "nothing is to be done; a type that reads exactly like another is told apart by its place";
            self.told_apart.borrow_mut().push(Error::new(place, message, help));
        }
        claimed
    }

    /// What was told apart so far.
    pub(super) fn told_apart(&self) -> Vec<Error> {
        self.told_apart.take()
    }

    /// The name in a module, or one like it where something else has it.
    pub(super) fn claim(&self, module: &ModulePath, name: &str, what: &str) -> String {
        let mut claimed = self.claimed.borrow_mut();
        let hash = given::hash(what);
        let short = format!("{name}{}", hash.get(..4).unwrap_or_default());
        let all = [name.to_owned(), short, format!("{name}{hash}")];
        for name in all {
            let key = TypeName { module: module.clone(), name };
            let owner = claimed.entry(key.clone()).or_insert_with(|| what.to_owned());
            if owner == what {
                return key.name;
            }
        }
        name.to_owned()
    }
}

/// The module of each package: its last part, or the whole name of one whose last part another has.
fn modules<'a>(parts: &[(Parts<'a>, &Place, bool)], reports: &mut Vec<Error>) -> BTreeMap<&'a str, String> {
    let mut packages: Vec<(&str, &Place)> = parts.iter().map(|(it, place, _)| (it.package, *place)).collect();
    // Kubernetes' own keep their names.
    packages.sort_by_key(|(package, _)| (!package.starts_with("io.k8s."), *package));
    packages.dedup_by_key(|(package, _)| *package);
    let (mut taken, mut modules) = (BTreeMap::new(), BTreeMap::new());
    for (package, place) in packages {
        let last = package.rsplit('.').next().unwrap_or(package);
        let reversed: Vec<&str> = package.rsplit('.').collect();
        let all = [places::usable(last), places::usable(&reversed.join("."))];
        let free = all.into_iter().find(|it| !taken.contains_key(it));
        let module = free.unwrap_or_else(|| format!("{}_{}", places::usable(last), given::hash(package)));
        if let Some(other) = taken.get(&places::usable(last)) {
            let message =
                format!("the package {package} becomes the module {module}: {other} has its last name");
            reports.push(Error::new(place, message, "nothing is to be done: both are there"));
        }
        taken.insert(module.clone(), package);
        modules.insert(package, module);
    }
    modules
}

/// A name in Rust for the last part of a definition.
fn type_name(last: &str) -> String {
    let is_name =
        last.starts_with(|c: char| c.is_ascii_uppercase()) && last.chars().all(|c| c.is_ascii_alphanumeric());
    let name = if is_name { last.to_owned() } else { names::type_name(last) };
    match name.as_str() {
        "" => format!("Type{}", given::hash(last).get(..4).unwrap_or_default()),
        name if taken::is_used(name) || name == "Self" => format!("{name}_"),
        _ => name,
    }
}
