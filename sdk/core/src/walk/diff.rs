//! What differs between two objects of one type, change by change with its path.

use std::fmt;

use super::lists::{Identity, Pairs, side_by_side};
use super::merge_patch::for_each_key;
use super::path::Path;
use super::place::{At, Place};
use crate::object::{Entries, MapType, Note, Sequence, equal_values, others};
use crate::{Fields, Object, Ref};

/// Finds what differs between two objects, which should be of one type.
///
/// Structs are compared field by field and maps key by key. The elements of a list are told apart by the keys that
/// the documents name (`x-kubernetes-list-map-keys`, else the patch merge key), those of a set by their value; lists,
/// maps and structs that are atomic for server-side apply, and all lists without keys, are one value.
///
/// Time and memory grow with the sizes of the objects and what differs, not with their product.
///
/// # Example
///
/// ```
/// use kubesdk_core::{Status, walk};
///
/// let before = Status { code: Some(404), reason: Some("NotFound".into()), ..Default::default() };
/// let after = Status { code: Some(409), message: Some("busy".into()), ..Default::default() };
/// let diff = walk::diff(&before, &after);
/// assert_eq!(diff.to_string(), "~ code: 404 -> 409\n+ message: \"busy\"\n- reason: \"NotFound\"\n");
/// ```
pub fn diff<'a>(before: &'a dyn Object, after: &'a dyn Object) -> Diff<'a> {
    let mut diff = Diff { changes: Vec::new() };
    diff.values(Ref::Object(before), Ref::Object(after), Identity::Atomic, false, &Place::ROOT);
    diff
}

/// The changes between two objects, in the order of the fields.
///
/// It prints one line for each: `+` what was added, `-` what was removed, `~` what has another value, `^` a list
/// whose elements stand in another order. Secrets print as `<redacted>`.
#[derive(Default)]
pub struct Diff<'a> {
    changes: Vec<Change<'a>>,
}

/// One change.
#[derive(Clone)]
#[non_exhaustive]
pub struct Change<'a> {
    /// The place of the value.
    pub path: Path,
    /// What happened.
    pub kind: ChangeKind,
    /// The value that was there; [`Ref::None`] if it was added.
    pub before: Ref<'a>,
    /// The value that is there now; [`Ref::None`] if it was removed.
    pub after: Ref<'a>,
    /// True when the values are secrets: they do not print.
    pub is_secret: bool,
}

/// What happened to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChangeKind {
    /// It was not there.
    Added,
    /// It is no longer there.
    Removed,
    /// It is another one.
    Changed,
    /// Elements of the list that were there before stand in another order.
    Reordered,
}

impl<'a> Diff<'a> {
    /// The changes.
    pub fn changes(&self) -> &[Change<'a>] {
        &self.changes
    }

    /// True when the objects are equal.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    fn add(&mut self, kind: ChangeKind, before: Ref<'a>, after: Ref<'a>, place: &Place<'_>) {
        self.changes.push(Change { path: place.path(), kind, before, after, is_secret: place.is_secret() });
    }

    fn values(
        &mut self,
        before: Ref<'a>,
        after: Ref<'a>,
        identity: Identity,
        is_atomic: bool,
        place: &Place<'_>,
    ) {
        match (before, after) {
            (Ref::Object(before), Ref::Object(after))
                if !is_atomic && std::ptr::eq(before.fields(), after.fields()) =>
            {
                self.objects(before, after, place);
            }
            (Ref::Map(before), Ref::Map(after)) if !is_atomic => self.maps(before, after, place),
            (Ref::Sequence(old), Ref::Sequence(new)) if side_by_side(identity, old, new) => {
                for index in 0..new.len() {
                    let element = new.get(index);
                    self.element(old.get(index), element, &place.below(identity.step(element, index), false));
                }
            }
            (Ref::Sequence(old), Ref::Sequence(new)) => match Pairs::new(identity, old, new) {
                Some(pairs) => self.lists(old, new, &pairs, identity, place),
                None => self.whole(before, after, place),
            },
            _ => self.whole(before, after, place),
        }
    }

    /// Elements are structs and scalars; they have no notes of their own.
    fn element(&mut self, before: Ref<'a>, after: Ref<'a>, place: &Place<'_>) {
        let is_atomic = matches!(after, Ref::Object(it) if it.fields().map_type == Some(MapType::Atomic));
        self.values(before, after, Identity::Atomic, is_atomic, place);
    }

    fn whole(&mut self, before: Ref<'a>, after: Ref<'a>, place: &Place<'_>) {
        match (before.is_empty(), after.is_empty()) {
            _ if equal_values(before, after) => {}
            (true, false) => self.add(ChangeKind::Added, Ref::None, after, place),
            (false, true) => self.add(ChangeKind::Removed, before, Ref::None, place),
            _ => self.add(ChangeKind::Changed, before, after, place),
        }
    }

    fn objects(&mut self, before: &'a dyn Object, after: &'a dyn Object, place: &Place<'_>) {
        let fields = after.fields();
        for (field, name) in fields.names.iter().enumerate() {
            let (old, new) = (before.get(field), after.get(field));
            if !may_have_parts(old) && !may_have_parts(new) && equal_values(old, new) {
                continue;
            }
            let below = place.below(At::Field(name), fields.is_secret(field));
            self.values(old, new, Identity::of(fields, field), is_atomic(fields, field, new), &below);
        }
        if let (Some(before), Some(after)) = (others(before), others(after)) {
            self.maps(before, after, place);
        }
    }

    fn maps(&mut self, before: &'a dyn Entries, after: &'a dyn Entries, place: &Place<'_>) {
        for_each_key(before, after, |key, old, new| {
            let below = place.below(At::Key(key), false);
            match (old, new) {
                (Some(old), Some(new)) => self.element(old, new, &below),
                (Some(old), None) => self.add(ChangeKind::Removed, old, Ref::None, &below),
                (None, new) => self.add(ChangeKind::Added, Ref::None, new.unwrap_or(Ref::None), &below),
            }
        });
    }

    fn lists(
        &mut self,
        before: &'a dyn Sequence,
        after: &'a dyn Sequence,
        pairs: &Pairs,
        identity: Identity,
        place: &Place<'_>,
    ) {
        for (index, old) in pairs.before.iter().enumerate() {
            let element = after.get(index);
            let below = place.below(identity.step(element, index), false);
            match old {
                Some(old) => self.element(before.get(*old), element, &below),
                None => self.add(ChangeKind::Added, Ref::None, element, &below),
            }
        }
        for index in &pairs.removed {
            let element = before.get(*index);
            let below = place.below(identity.step(element, *index), false);
            self.add(ChangeKind::Removed, element, Ref::None, &below);
        }
        if !pairs.keep_order() {
            self.add(ChangeKind::Reordered, Ref::Sequence(before), Ref::Sequence(after), place);
        }
    }
}

fn may_have_parts(value: Ref<'_>) -> bool {
    matches!(value, Ref::Object(_) | Ref::Sequence(_) | Ref::Map(_))
}

fn is_atomic(fields: &'static Fields, field: usize, value: Ref<'_>) -> bool {
    let own = matches!(value, Ref::Object(it) if it.fields().map_type == Some(MapType::Atomic));
    own || fields.notes(field).any(|note| *note == Note::MapType(MapType::Atomic))
}

impl<'d, 'a> IntoIterator for &'d Diff<'a> {
    type Item = &'d Change<'a>;
    type IntoIter = std::slice::Iter<'d, Change<'a>>;
    fn into_iter(self) -> Self::IntoIter {
        self.changes.iter()
    }
}

impl fmt::Display for Diff<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.changes.iter().try_for_each(|change| writeln!(f, "{change}"))
    }
}

impl fmt::Debug for Diff<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.changes).finish()
    }
}

impl fmt::Display for Change<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, before, after) = (&self.path, self.shown(self.before), self.shown(self.after));
        match self.kind {
            ChangeKind::Added => write!(f, "+ {path}: {after}"),
            ChangeKind::Removed => write!(f, "- {path}: {before}"),
            ChangeKind::Changed => write!(f, "~ {path}: {before} -> {after}"),
            ChangeKind::Reordered => write!(f, "^ {path}"),
        }
    }
}

impl fmt::Debug for Change<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Change({self})")
    }
}

impl Change<'_> {
    fn shown<'s>(&'s self, value: Ref<'s>) -> impl fmt::Display + 's {
        std::fmt::from_fn(move |f| match self.is_secret {
            true => f.write_str("<redacted>"),
            false => fmt::Debug::fmt(&value, f),
        })
    }
}

#[cfg(test)]
mod tests;
