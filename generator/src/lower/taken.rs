//! The Rust names that are taken, so that no two things share one and none is a word that cannot be a name.

use std::collections::BTreeMap;

use super::names;
use crate::error::{Error, Place};
use crate::model::ModulePath;

/// What generated files name without a path: a generated type of the same name would hide it.
const USED_BY_GENERATED_CODE: &[&str] = &[
    "Attach",
    "Box",
    "ByteString",
    "Client",
    "Create",
    "CreateOrStatus",
    "Default",
    "Delete",
    "DeleteCollection",
    "Exec",
    "Fetch",
    "FetchText",
    "Fields",
    "Get",
    "IntOrString",
    "Into",
    "IntoIterator",
    "Kind",
    "List",
    "ListObject",
    "ListType",
    "Logs",
    "Lookup",
    "Map",
    "MapType",
    "MicroTime",
    "Mut",
    "Note",
    "Object",
    "ObjectList",
    "OpenEnum",
    "Option",
    "Patch",
    "PatchBody",
    "PatchStrategy",
    "PortForward",
    "Proxy",
    "Quantity",
    "RawJson",
    "Ref",
    "Replace",
    "Status",
    "StatusCause",
    "StatusDetails",
    "Str",
    "Table",
    "Time",
    "Union",
    "Value",
    "Vec",
    "Watch",
];

const RENAME: &str = "one of them needs another name: teach generator/src/lower/names.rs to tell them apart, or \
                      rename one by a new table in generator/src/rules.rs";

const RENAME_METHOD: &str =
    "one of them needs another name: add a line to METHOD_NAMES in generator/src/rules.rs";

/// True for a name that generated files name without a path.
pub(super) fn is_used(name: &str) -> bool {
    USED_BY_GENERATED_CODE.contains(&name)
}

/// Names by the scope that they must differ in, each with what has it and where that stands.
#[derive(Debug, Default)]
pub(super) struct Taken(BTreeMap<(String, String), (String, Place)>);

impl Taken {
    /// Takes a name for `what`, which stands at `place`.
    pub(super) fn take(&mut self, scope: &str, name: &str, what: &str, place: &Place) -> Result<(), Error> {
        self.take_or(scope, name, what, place, RENAME)
    }

    /// Takes the name of a method or a function.
    pub(super) fn take_method(
        &mut self,
        scope: &str,
        name: &str,
        what: &str,
        place: &Place,
    ) -> Result<(), Error> {
        self.take_or(scope, name, what, place, RENAME_METHOD)
    }

    fn take_or(
        &mut self,
        scope: &str,
        name: &str,
        what: &str,
        place: &Place,
        help: &str,
    ) -> Result<(), Error> {
        if !names::is_identifier(name) {
            return Err(Error::new(
                place,
                format!("no Rust name can be made of {what}"),
                "names must have ASCII letters or digits; teach generator/src/lower/names.rs what to call it",
            ));
        }
        let key = (scope.to_owned(), name.to_owned());
        let Some((other, at)) = self.0.get(&key) else {
            self.0.insert(key, (what.to_owned(), place.clone()));
            return Ok(());
        };
        Err(Error::new(
            place,
            format!(
                "{what} gets the Rust name {name}, which {other} has already in {scope} ({}#{})",
                at.document, at.pointer
            ),
            help,
        ))
    }

    /// Takes the name of a type in a module.
    pub(super) fn take_type(
        &mut self,
        module: &ModulePath,
        name: &str,
        what: &str,
        place: &Place,
    ) -> Result<(), Error> {
        if USED_BY_GENERATED_CODE.contains(&name) {
            return Err(Error::new(
                place,
                format!("{what} gets the Rust name {name}, which generated code uses for something else"),
                "teach generator/src/emit/types.rs to name that by its path, or rename the type by a rule",
            ));
        }
        self.take(&module.to_string(), name, what, place)
    }
}
