//! Which elements of two lists are the same one: by the keys that the table names, or by value in a set.

use std::collections::HashMap;

use super::place::At;
use super::text::scalar_text;
use crate::object::{ListType, Note, Sequence, equal_values};
use crate::{Fields, Ref};

/// How the elements of a list are told apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Identity {
    /// Not at all: the list is one value.
    Atomic,
    /// By these fields.
    Keys(&'static [&'static str]),
    /// By what they are.
    Value,
}

/// The fields that tell the elements of a list apart for server-side apply.
pub(super) fn keys(fields: &'static Fields, field: usize) -> &'static [&'static str] {
    fields
        .notes(field)
        .find_map(|note| match note {
            Note::ListMapKeys(keys) => Some(*keys),
            _ => None,
        })
        .unwrap_or_default()
}

impl Identity {
    /// What the documents say about server-side apply, else about strategic merge patches.
    pub(super) fn of(fields: &'static Fields, field: usize) -> Self {
        let mut found = Identity::Atomic;
        let mut is_atomic = false;
        for note in fields.notes(field) {
            match note {
                Note::ListMapKeys(keys) => found = Identity::Keys(keys),
                Note::PatchMergeKey(key) if found == Identity::Atomic => {
                    found = Identity::Keys(std::slice::from_ref(key));
                }
                Note::ListType(ListType::Set) => found = Identity::Value,
                Note::ListType(ListType::Atomic) => is_atomic = true,
                _ => {}
            }
        }
        if is_atomic { Identity::Atomic } else { found }
    }

    /// The step to an element.
    pub(super) fn step(self, element: Ref<'_>, index: usize) -> At<'_> {
        match (self, element) {
            (Identity::Keys(keys), Ref::Object(object)) => At::Element(object, keys),
            (Identity::Value, value) => At::Value(value),
            _ => At::Index(index),
        }
    }

    /// What tells an element apart.
    fn name(self, element: Ref<'_>) -> Option<String> {
        match (self, element) {
            (Identity::Keys(keys), Ref::Object(object)) => {
                let mut out = String::new();
                for key in keys {
                    let value = scalar_text(object.get(object.fields().find(key)?));
                    // Lengths keep `a,bc` and `ab,c` apart.
                    let value = value.unwrap_or_default();
                    out.push_str(&format!("{}:{value}", value.len()));
                }
                Some(out)
            }
            (Identity::Value, value) => scalar_text(value).map(Into::into),
            _ => None,
        }
    }

    fn same(self, a: Ref<'_>, b: Ref<'_>) -> bool {
        match (self, a, b) {
            (Identity::Keys(keys), Ref::Object(a), Ref::Object(b)) => keys.iter().all(|key| {
                a.fields().find(key).is_some_and(|field| equal_values(a.get(field), b.get(field)))
            }),
            (Identity::Value, a, b) => equal_values(a, b),
            _ => false,
        }
    }
}

/// The elements of two lists that belong together.
pub(super) struct Pairs {
    /// For each element of the second list its index in the first.
    pub(super) before: Vec<Option<usize>>,
    /// The elements of the first list that the second does not have.
    pub(super) removed: Vec<usize>,
}

impl Pairs {
    /// Nothing when elements cannot be told apart because they share their keys.
    pub(super) fn new(identity: Identity, before: &dyn Sequence, after: &dyn Sequence) -> Option<Self> {
        let names = |list: &dyn Sequence| -> Option<HashMap<String, usize>> {
            let names: HashMap<String, usize> = (0..list.len())
                .map(|index| Some((identity.name(list.get(index))?, index)))
                .collect::<Option<_>>()?;
            (names.len() == list.len()).then_some(names)
        };
        let mut old = names(before)?;
        names(after)?;
        let mut pairs = Pairs { before: Vec::with_capacity(after.len()), removed: Vec::new() };
        for index in 0..after.len() {
            pairs.before.push(old.remove(&identity.name(after.get(index))?));
        }
        pairs.removed.extend(old.into_values());
        pairs.removed.sort_unstable();
        Some(pairs)
    }

    /// True when the elements that both lists have stand in the same order.
    pub(super) fn keep_order(&self) -> bool {
        self.before.iter().flatten().is_sorted()
    }
}

/// True when the lists have the same elements in the same order, each once: the common case, without names.
pub(super) fn side_by_side(identity: Identity, before: &dyn Sequence, after: &dyn Sequence) -> bool {
    let len = after.len();
    identity != Identity::Atomic
        && len <= SHORT
        && before.len() == len
        && (0..len).all(|index| {
            let element = after.get(index);
            identity.same(before.get(index), element)
                && !(0..index).any(|other| identity.same(after.get(other), element))
        })
}

/// Up to here comparing each element with all others takes less than naming them.
const SHORT: usize = 8;
