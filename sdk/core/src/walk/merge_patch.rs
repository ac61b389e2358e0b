//! JSON merge patches (RFC 7396, once 7386): made from two objects, and merged into one.

use super::text::json_text;
use super::tree::{Edit, Tree};
use crate::json::{DecodeError, encode_string, encode_value, writes_kind_of_items};
use crate::object::{Entries, equal_values, others};
use crate::{Object, RawJson, Ref, json};

/// The merge patch that makes `after` of `before`; `{}` when they are equal. Both should be of one type.
///
/// What is not set in `after` is `null`; lists are replaced as a whole. A merge patch cannot say a member of
/// free-form JSON that is itself `null`: such members go.
///
/// # Example
///
/// ```
/// use kubesdk_core::{Status, walk};
///
/// let before = Status { code: Some(404), reason: Some("NotFound".into()), ..Default::default() };
/// let after = Status { code: Some(409), ..Default::default() };
/// let patch = walk::merge_patch(&before, &after);
/// assert_eq!(patch.as_str(), r#"{"code":409,"reason":null}"#);
/// assert_eq!(walk::apply_merge_patch(&before, &patch)?, after);
/// # Ok::<(), kubesdk_core::json::DecodeError>(())
/// ```
pub fn merge_patch(before: &dyn Object, after: &dyn Object) -> RawJson {
    let mut out = Vec::new();
    if !objects(before, after, &mut out) {
        out.extend_from_slice(b"{}");
    }
    RawJson::of_checked(&String::from_utf8_lossy(&out))
}

/// The object that a merge patch makes of another; what the patch says of fields that the type does not have is lost.
///
/// # Errors
///
/// [`DecodeError`] when the result does not fit the type.
pub fn apply_merge_patch<T: Object + Default>(object: &T, patch: &RawJson) -> Result<T, DecodeError> {
    let mut patched = T::default();
    apply(object, patch, &mut patched)?;
    Ok(patched)
}

fn apply(object: &dyn Object, patch: &RawJson, patched: &mut dyn Object) -> Result<(), DecodeError> {
    let text = json_text(Ref::Object(object));
    let mut tree = Tree::Text(&text);
    merge(&mut tree, Tree::Text(patch.as_str()));
    let mut out = Vec::with_capacity(text.len());
    tree.write(&mut out);
    json::decode(&out, patched)
}

fn merge<'a>(target: &mut Tree<'a>, mut patch: Tree<'a>) {
    let Some(changes) = patch.members() else {
        *target = patch;
        return;
    };
    let changes = std::mem::take(changes);
    if target.members().is_none() {
        *target = Tree::empty_object();
    }
    let Some(members) = target.members() else { return };
    let mut edit = Edit::new(members, changes.len());
    for (name, change) in changes {
        match edit.get(&name) {
            _ if change.is_null() => edit.remove(&name),
            Some(place) => merge(place, change),
            None => {
                // Into nothing, so that no null is left inside.
                let mut made = Tree::Text("null");
                merge(&mut made, change);
                edit.set(&name, made);
            }
        }
    }
    edit.finish();
}

/// What is written of a field, as on create and update; nothing of what is not set.
pub(super) fn written(object: &dyn Object, field: usize) -> Option<Ref<'_>> {
    let value = object.get(field);
    let is_set = !matches!(value, Ref::None);
    (is_set && object.fields().is_written(field, value)).then_some(value)
}

/// Writes an object of members that write themselves, each true when it is one; nothing when there are none.
pub(super) struct Members<'o> {
    out: &'o mut Vec<u8>,
    start: usize,
}

impl<'o> Members<'o> {
    pub(super) fn new(out: &'o mut Vec<u8>) -> Self {
        let start = out.len();
        Members { out, start }
    }

    pub(super) fn add(&mut self, name: &str, value: impl FnOnce(&mut Vec<u8>) -> bool) {
        let before = self.out.len();
        self.out.push(if before == self.start { b'{' } else { b',' });
        encode_string(name, self.out);
        self.out.push(b':');
        if !value(self.out) {
            self.out.truncate(before);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.out.len() == self.start
    }

    pub(super) fn finish(self) -> bool {
        let is_some = !self.is_empty();
        if is_some {
            self.out.push(b'}');
        }
        is_some
    }
}

fn objects(before: &dyn Object, after: &dyn Object, out: &mut Vec<u8>) -> bool {
    let fields = after.fields();
    let mut members = Members::new(out);
    for (field, name) in fields.names.iter().enumerate() {
        let (old, new) = (written(before, field), written(after, field));
        members.add(name, |out| values(old, new, writes_kind_of_items(fields, name), out));
    }
    for_each_other(before, after, |name, old, new| members.add(name, |out| values(old, new, true, out)));
    members.finish()
}

/// Writes what a member of the patch is; false when the values are equal.
fn values(before: Option<Ref<'_>>, after: Option<Ref<'_>>, with_kind: bool, out: &mut Vec<u8>) -> bool {
    let (before, after) = match (before, after) {
        (None, None) => return false,
        (Some(_), None) => {
            out.extend_from_slice(b"null");
            return true;
        }
        (None, Some(after)) => (Ref::None, after),
        (Some(before), Some(after)) => (before, after),
    };
    match (before, after) {
        (Ref::Object(before), Ref::Object(after)) if std::ptr::eq(before.fields(), after.fields()) => {
            objects(before, after, out)
        }
        (Ref::Map(before), Ref::Map(after)) => maps(before, after, out),
        (Ref::Raw(before), Ref::Raw(after)) => {
            free(Tree::Text(before.as_str()), Tree::Text(after.as_str()), out)
        }
        _ if equal_values(before, after) => false,
        _ => {
            encode_value(after, with_kind, out);
            true
        }
    }
}

fn maps(before: &dyn Entries, after: &dyn Entries, out: &mut Vec<u8>) -> bool {
    let mut members = Members::new(out);
    for_each_key(before, after, |key, old, new| members.add(key, |out| values(old, new, true, out)));
    members.finish()
}

/// Every key of two maps in order, with its values.
pub(super) fn for_each_key<'a>(
    before: &'a dyn Entries,
    after: &'a dyn Entries,
    mut each: impl FnMut(&'a str, Option<Ref<'a>>, Option<Ref<'a>>),
) {
    let (mut old, mut new) = (0, 0);
    loop {
        match (before.get(old), after.get(new)) {
            (Some((key, value)), Some((other_key, other))) if key == other_key => {
                each(key, Some(value), Some(other));
                (old, new) = (old + 1, new + 1);
            }
            (Some((key, value)), other) if other.is_none_or(|(other, _)| key < other) => {
                each(key, Some(value), None);
                old += 1;
            }
            (_, Some((key, value))) => {
                each(key, None, Some(value));
                new += 1;
            }
            _ => return,
        }
    }
}

/// Every member that is no field of two objects of one type, with its values.
pub(super) fn for_each_other<'a>(
    before: &'a dyn Object,
    after: &'a dyn Object,
    mut each: impl FnMut(&'a str, Option<Ref<'a>>, Option<Ref<'a>>),
) {
    if let (Some(old), Some(new)) = (others(before), others(after)) {
        for_each_key(old, new, |name, old, new| {
            if after.fields().is_other(name) {
                each(name, old, new);
            }
        });
    }
}

/// Free-form values are merged member by member too, where both are objects.
fn free(mut before: Tree<'_>, mut after: Tree<'_>, out: &mut Vec<u8>) -> bool {
    if let (Tree::Text(before), Tree::Text(after)) = (&before, &after)
        && before == after
    {
        return false;
    }
    let (Some(old), Some(new)) = (before.members(), after.members()) else {
        after.write(out);
        return true;
    };
    let mut members = Members::new(out);
    let mut old = Edit::new(old, new.len());
    for (name, value) in std::mem::take(new) {
        let before = old.take(&name);
        members.add(&name, |out| match before {
            Some(before) => free(before, value, out),
            None => {
                value.write(out);
                true
            }
        });
    }
    for name in old.names_of_others() {
        members.add(name, |out| {
            out.extend_from_slice(b"null");
            true
        });
    }
    members.finish()
}

#[cfg(test)]
mod tests;
