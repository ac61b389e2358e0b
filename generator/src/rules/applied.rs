//! What asks the tables of policy, and remembers which lines were used.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::{
    ANSWERED_BY_STATUS, CORE_TYPES, EXEMPT_EDGES, GROUP_MODULES, KIND_LISTS_DIFFER, METHOD_NAMES, QUERIES,
    Query, SECRETS, SUBRESOURCE_WORDS, Table,
};
use crate::builtin::Builtin;
use crate::error::{Error, Place};
use crate::model::{CoreType, TypeName};

/// The file of the tables, where a stale line stands.
const FILE: &str = "generator/src/rules.rs";

/// The tables of one run: each question that a line answers marks the line.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    /// What kubesdk has already, where code for its users is made.
    builtin: Option<Builtin>,
    is_record: bool,
    applied: RefCell<BTreeSet<(&'static str, usize)>>,
}

impl Rules {
    /// The tables for a run of the documents of record, or of another server's.
    pub(crate) fn new(is_record: bool) -> Self {
        Rules { is_record, ..Rules::default() }
    }

    /// True where the documents must be those of one server, the one that the tables were written for.
    pub(crate) fn is_record(&self) -> bool {
        self.is_record
    }

    /// The same tables, for code that stands beside kubesdk.
    pub(crate) fn beside(builtin: &Builtin) -> Self {
        Rules { builtin: Some(builtin.clone()), ..Rules::default() }
    }

    /// The type of kubesdk that a schema is by its name.
    pub(crate) fn builtin(&self, definition: &str) -> Option<TypeName> {
        self.builtin.as_ref()?.type_of(definition)
    }

    /// True when the lists of kinds of a schema may differ between documents and are joined; asked only where
    /// they do.
    pub(crate) fn kind_lists_differ(&self, definition: &str) -> bool {
        self.apply(&KIND_LISTS_DIFFER, |line| *line == definition).is_some()
    }

    /// The hand-written type that stands for a schema.
    pub(crate) fn core_type(&self, definition: &str) -> Option<CoreType> {
        self.apply(&CORE_TYPES, |(line, _)| *line == definition).map(|(_, ty)| *ty)
    }

    /// True when a property holds a secret.
    pub(crate) fn is_secret(&self, definition: &str, property: &str) -> bool {
        self.apply(&SECRETS, |line| *line == (definition, property)).is_some()
    }

    /// The module of an API group, where it is not its first label.
    pub(crate) fn group_module(&self, group: &str) -> Option<&'static str> {
        self.apply(&GROUP_MODULES, |(line, _)| *line == group).map(|(_, module)| *module)
    }

    /// True when a POST is answered by a `Status` whatever the document says; asked only where it says otherwise.
    pub(crate) fn is_answered_by_status(&self, id: &str) -> bool {
        self.apply(&ANSWERED_BY_STATUS, |line| *line == id).is_some()
    }

    /// The method name of an operation, where it is not the one that the pattern gives.
    pub(crate) fn method_name(&self, id: &str, by_pattern: &str) -> Option<&'static str> {
        self.apply(&METHOD_NAMES, |(line, name)| *line == id && *name != by_pattern).map(|(_, name)| *name)
    }

    /// The words of a subresource, where its path writes them without a gap.
    pub(crate) fn subresource_words(&self, subresource: &str) -> Option<&'static str> {
        self.apply(&SUBRESOURCE_WORDS, |(line, _)| *line == subresource).map(|(_, words)| *words)
    }

    /// True when the stable group-version `from` may hold types of the unstable `to`.
    pub(crate) fn is_exempt_edge(&self, from: &str, to: &str) -> bool {
        self.apply(&EXEMPT_EDGES, |line| *line == (from, to)).is_some()
    }

    /// The one of `candidates` that shares most with what an operation has, and its parameters; the first of equals.
    pub(crate) fn query(
        &self,
        found: &BTreeSet<&str>,
        candidates: &[Query],
    ) -> (Query, &'static [&'static str]) {
        let strange = |names: &[&str]| {
            let shared = names.iter().filter(|it| found.contains(**it)).count();
            found.len().abs_diff(shared) + names.len().abs_diff(shared)
        };
        let lines = candidates.iter().filter_map(|it| QUERIES.lines.iter().find(|(query, _)| query == it));
        let best = lines.min_by_key(|(_, names)| strange(names)).map_or(Query::None, |(query, _)| *query);
        let line = self.apply(&QUERIES, |(query, _)| *query == best);
        (best, line.map_or(&[], |(_, names)| names))
    }

    /// True for a query parameter whose presence or absence at an operation is not worth a note. Servers publish other
    /// sets for custom resources than for their own kinds (`deletecollection` has those of `list`), and take the same.
    pub(crate) fn is_common_parameter(&self, name: &str) -> bool {
        self.builtin.is_some() && QUERIES.lines.iter().any(|(_, names)| names.contains(&name))
    }

    /// Every line that answered no question of the run.
    pub(crate) fn stale(&self) -> Vec<Error> {
        let mut errors = Vec::new();
        self.add_stale(&KIND_LISTS_DIFFER, &mut errors);
        self.add_stale(&CORE_TYPES, &mut errors);
        self.add_stale(&SECRETS, &mut errors);
        self.add_stale(&GROUP_MODULES, &mut errors);
        self.add_stale(&ANSWERED_BY_STATUS, &mut errors);
        self.add_stale(&METHOD_NAMES, &mut errors);
        self.add_stale(&SUBRESOURCE_WORDS, &mut errors);
        self.add_stale(&EXEMPT_EDGES, &mut errors);
        self.add_stale(&QUERIES, &mut errors);
        errors
    }

    fn add_stale<T>(&self, table: &Table<T>, errors: &mut Vec<Error>) {
        let applied = self.applied.borrow();
        for (number, line) in table.lines.iter().enumerate() {
            if !applied.contains(&(table.name, number)) {
                errors.push(Error::new(
                    &Place::root(FILE).at(table.name).at(&(table.key)(line)),
                    format!("the rule no longer applies: {}", table.lost),
                    format!(
                        "remove the line from {} in {FILE}, or mend it if the name has changed",
                        table.name
                    ),
                ));
            }
        }
    }

    fn apply<T>(&self, table: &Table<T>, is: impl Fn(&T) -> bool) -> Option<&'static T> {
        let number = table.lines.iter().position(is)?;
        self.applied.borrow_mut().insert((table.name, number));
        table.lines.get(number)
    }
}
