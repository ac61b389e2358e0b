//! The patch between two objects.

use super::{DELETE_FROM, PATCH, RETAIN_KEYS, SET_ORDER, Strategy};
use crate::json::{encode_string, encode_value, writes_kind_of_items};
use crate::object::{Entries, Sequence, equal_values};
use crate::walk::lists::{Identity, Pairs};
use crate::walk::merge_patch::{Members, for_each_key, for_each_other, written};
use crate::{Object, Ref};

/// What became of a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Patch {
    /// Nothing is written: the values are equal.
    Same,
    Written,
    /// Merging cannot say it: the struct around must be replaced.
    Inexpressible,
}

pub(super) fn between(before: &dyn Object, after: &dyn Object) -> Vec<u8> {
    let mut out = Vec::new();
    match objects(before, after, Strategy::default(), None, &mut out) {
        Patch::Same => out.extend_from_slice(b"{}"),
        Patch::Written => {}
        Patch::Inexpressible => replacement(Ref::Object(after), &mut out),
    }
    out
}

/// The value with a directive that it takes the place of what is there.
fn replacement(value: Ref<'_>, out: &mut Vec<u8>) {
    let mut text = Vec::new();
    encode_value(value, true, &mut text);
    out.extend_from_slice(br#"{"$patch":"replace""#);
    if text != b"{}" {
        out.push(b',');
    }
    out.extend_from_slice(text.get(1..).unwrap_or_default());
}

/// `key` is the merge key of an element; it goes with every patch of one.
fn objects(
    before: &dyn Object,
    after: &dyn Object,
    strategy: Strategy,
    key: Option<&str>,
    out: &mut Vec<u8>,
) -> Patch {
    let fields = after.fields();
    let start = out.len();
    let mut members = Members::new(out);
    let mut kept = Vec::new();
    for (field, name) in fields.names.iter().enumerate() {
        let (old, new) = (written(before, field), written(after, field));
        if new.is_some() && strategy.retains_keys {
            kept.push(*name);
        }
        let of_field = Strategy::of(fields, field);
        let with_kind = writes_kind_of_items(fields, name);
        let patch = match (old, new) {
            (Some(Ref::Sequence(old)), Some(Ref::Sequence(new)))
                if of_field.is_merge && !equal_values(Ref::Sequence(old), Ref::Sequence(new)) =>
            {
                lists(name, old, new, of_field, &mut members)
            }
            _ => member(&mut members, name, |out| values(old, new, of_field, with_kind, out)),
        };
        if patch == Patch::Inexpressible {
            out.truncate(start);
            return patch;
        }
    }
    let mut inexpressible = false;
    for_each_other(before, after, |name, old, new| {
        if new.is_some() && strategy.retains_keys {
            kept.push(name);
        }
        let patch = member(&mut members, name, |out| values(old, new, Strategy::default(), true, out));
        inexpressible |= patch == Patch::Inexpressible;
    });
    if inexpressible {
        out.truncate(start);
        return Patch::Inexpressible;
    }
    if members.is_empty() {
        return Patch::Same;
    }
    if !kept.is_empty() {
        member(&mut members, RETAIN_KEYS, |out| {
            strings(kept.iter().copied(), out);
            Patch::Written
        });
    }
    if let Some(field) = key.and_then(|key| fields.find(key)) {
        let name = fields.name(field);
        member(&mut members, name, |out| {
            encode_value(after.get(field), true, out);
            Patch::Written
        });
    }
    members.finish();
    Patch::Written
}

fn member(members: &mut Members<'_>, name: &str, value: impl FnOnce(&mut Vec<u8>) -> Patch) -> Patch {
    let mut patch = Patch::Same;
    members.add(name, |out| {
        patch = value(out);
        patch == Patch::Written
    });
    patch
}

fn values(
    before: Option<Ref<'_>>,
    after: Option<Ref<'_>>,
    strategy: Strategy,
    with_kind: bool,
    out: &mut Vec<u8>,
) -> Patch {
    let (before, after) = match (before, after) {
        (None, None) => return Patch::Same,
        (Some(_), None) => {
            out.extend_from_slice(b"null");
            return Patch::Written;
        }
        (None, Some(after)) => (Ref::None, after),
        (Some(before), Some(after)) => (before, after),
    };
    let patch = match (before, after) {
        _ if equal_values(before, after) => return Patch::Same,
        (Ref::Object(before), Ref::Object(after))
            if !strategy.is_replace && std::ptr::eq(before.fields(), after.fields()) =>
        {
            objects(before, after, strategy, None, out)
        }
        (Ref::Map(before), Ref::Map(after)) if !strategy.is_replace => maps(before, after, out),
        (Ref::Raw(before), Ref::Raw(value)) if is_object(before.as_str()) && is_object(value.as_str()) => {
            replacement(after, out);
            Patch::Written
        }
        _ => {
            encode_value(after, with_kind, out);
            Patch::Written
        }
    };
    if patch == Patch::Inexpressible {
        replacement(after, out);
    }
    if patch == Patch::Same { Patch::Same } else { Patch::Written }
}

fn is_object(text: &str) -> bool {
    text.starts_with('{')
}

fn maps(before: &dyn Entries, after: &dyn Entries, out: &mut Vec<u8>) -> Patch {
    let mut members = Members::new(out);
    for_each_key(before, after, |key, old, new| {
        member(&mut members, key, |out| values(old, new, Strategy::default(), true, out));
    });
    if members.finish() { Patch::Written } else { Patch::Same }
}

/// Two lists that are merged and differ.
fn lists(
    name: &str,
    before: &dyn Sequence,
    after: &dyn Sequence,
    strategy: Strategy,
    members: &mut Members<'_>,
) -> Patch {
    let first = if before.is_empty() { after.get(0) } else { before.get(0) };
    match (strategy.merge_key, first) {
        (Some(key), Ref::Object(first)) => match first.fields().find(key) {
            Some(field) => structs(name, before, after, field, strategy, members),
            None => Patch::Inexpressible,
        },
        _ => scalars(name, before, after, members),
    }
}

fn structs(
    name: &str,
    before: &dyn Sequence,
    after: &dyn Sequence,
    key: usize,
    strategy: Strategy,
    members: &mut Members<'_>,
) -> Patch {
    if !all_have(after, key) {
        return Patch::Inexpressible;
    }
    let identity = strategy.merge_key.map_or(Identity::Atomic, |it| Identity::Keys(std::slice::from_ref(it)));
    let pairs = Pairs::new(identity, before, after).filter(|_| all_have(before, key));
    let Some(pairs) = pairs else {
        return member(members, name, |out| {
            out.extend_from_slice(br#"[{"$patch":"replace"}"#);
            for index in 0..after.len() {
                out.push(b',');
                encode_value(after.get(index), true, out);
            }
            out.push(b']');
            Patch::Written
        });
    };
    let patch = member(members, name, |out| elements(before, after, &pairs, key, strategy, out));
    let is_moved = before.len() != after.len() || !pairs.keep_order();
    // Where nothing was, a server may hold `null`, for which it takes no order.
    if !after.is_empty() && !before.is_empty() && (patch == Patch::Written || is_moved) {
        member(members, &format!("{SET_ORDER}{name}"), |out| {
            array(0..after.len(), out, |index, out| only_key(after.get(index), key, None, out));
            Patch::Written
        });
    }
    if patch == Patch::Inexpressible { patch } else { Patch::Written }
}

fn all_have(list: &dyn Sequence, key: usize) -> bool {
    (0..list.len()).all(|index| match list.get(index) {
        Ref::Object(object) => written(object, key).is_some(),
        _ => false,
    })
}

/// What was added or changed in the order of the second list, then what goes.
fn elements(
    before: &dyn Sequence,
    after: &dyn Sequence,
    pairs: &Pairs,
    key: usize,
    strategy: Strategy,
    out: &mut Vec<u8>,
) -> Patch {
    let start = out.len();
    for (index, old) in pairs.before.iter().enumerate() {
        let element = after.get(index);
        let at = out.len();
        out.push(if at == start { b'[' } else { b',' });
        let patch = match (old.map(|old| before.get(old)), element) {
            (Some(Ref::Object(old)), Ref::Object(new)) => {
                let name = new.fields().names.get(key).copied();
                match objects(old, new, Strategy { is_merge: false, ..strategy }, name, out) {
                    Patch::Inexpressible => return Patch::Inexpressible,
                    patch => patch,
                }
            }
            _ => {
                encode_value(element, true, out);
                Patch::Written
            }
        };
        if patch == Patch::Same {
            out.truncate(at);
        }
    }
    for index in &pairs.removed {
        out.push(if out.len() == start { b'[' } else { b',' });
        only_key(before.get(*index), key, Some("delete"), out);
    }
    if out.len() == start {
        return Patch::Same;
    }
    out.push(b']');
    Patch::Written
}

/// An element with nothing but its merge key, and a directive.
fn only_key(element: Ref<'_>, key: usize, directive: Option<&str>, out: &mut Vec<u8>) {
    let Ref::Object(element) = element else { return };
    let mut members = Members::new(out);
    if let Some(directive) = directive {
        members.add(PATCH, |out| {
            encode_string(directive, out);
            true
        });
    }
    members.add(element.fields().name(key), |out| {
        encode_value(element.get(key), true, out);
        true
    });
    members.finish();
}

fn scalars(name: &str, before: &dyn Sequence, after: &dyn Sequence, members: &mut Members<'_>) -> Patch {
    let Some(pairs) = Pairs::new(Identity::Value, before, after) else { return Patch::Inexpressible };
    let added: Vec<usize> = (0..after.len()).filter(|it| pairs.before.get(*it) == Some(&None)).collect();
    let mut list = |name: &str, list: &dyn Sequence, indices: &[usize]| {
        members.add(name, |out| {
            array(indices.iter().copied(), out, |index, out| encode_value(list.get(index), true, out));
            !indices.is_empty()
        });
    };
    list(name, after, &added);
    list(&format!("{DELETE_FROM}{name}"), before, &pairs.removed);
    if !before.is_empty() {
        list(&format!("{SET_ORDER}{name}"), after, &(0..after.len()).collect::<Vec<_>>());
    }
    Patch::Written
}

fn array<T>(items: impl Iterator<Item = T>, out: &mut Vec<u8>, mut item: impl FnMut(T, &mut Vec<u8>)) {
    out.push(b'[');
    for (number, it) in items.enumerate() {
        if number > 0 {
            out.push(b',');
        }
        item(it, out);
    }
    out.push(b']');
}

fn strings<'a>(them: impl Iterator<Item = &'a str>, out: &mut Vec<u8>) {
    array(them, out, encode_string);
}
