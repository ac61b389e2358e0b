//! Sets of fields as `fieldsV1` writes them, and the part of a value that one names.
//!
//! `f:name` is a field or a key of a map, `k:{...}` the element with these keys, `v:...` the element that is this
//! scalar, `i:0` the element by index, `.` the value itself. What has nothing below is owned as a whole.

use crate::RawJson;
use crate::walk::tree::{Tree, entry, find};

/// A set of fields.
pub(super) struct Fields<'a>(Tree<'a>);

impl<'a> Fields<'a> {
    pub(super) fn new(raw: &'a RawJson) -> Self {
        Fields(Tree::Text(raw.as_str()))
    }

    /// The fields of both.
    pub(super) fn add(&mut self, other: Self) {
        union(&mut self.0, other.0);
    }

    /// The part of an object that the fields name; an empty set names nothing.
    pub(super) fn take_from<'v>(mut self, object: Tree<'v>) -> Tree<'v> {
        match self.0.members() {
            Some(members) if !members.is_empty() => take(object, self.0).unwrap_or_else(Tree::empty_object),
            _ => Tree::empty_object(),
        }
    }
}

fn union<'a>(fields: &mut Tree<'a>, others: Tree<'a>) {
    let (Some(members), Some(others)) = (fields.members(), others.into_members()) else { return };
    for (name, other) in others {
        if let Some(place) = entry(members, &name, Tree::empty_object) {
            union(place, other);
        }
    }
}

/// What the fields name of a value; nothing when none of it is there.
fn take<'a>(value: Tree<'a>, fields: Tree<'_>) -> Option<Tree<'a>> {
    let fields = fields.into_members().unwrap_or_default();
    if fields.is_empty() {
        return Some(value);
    }
    let is_itself = fields.iter().any(|(name, _)| &**name == ".");
    let taken = match value.into_members_or_self() {
        Ok(members) => {
            let named = fields.into_iter().filter_map(|(name, below)| {
                let name = name.strip_prefix("f:")?;
                Some((name.into(), take(find(&members, name)?.clone(), below)?))
            });
            Tree::Object(named.collect())
        }
        Err(value) => Tree::Array(elements(value.into_elements()?, fields)),
    };
    let is_empty = match &taken {
        Tree::Object(members) => members.is_empty(),
        Tree::Array(elements) => elements.is_empty(),
        _ => false,
    };
    (is_itself || !is_empty).then_some(taken)
}

/// The elements that are named, in the order of the list.
fn elements<'a>(mut list: Vec<Tree<'a>>, fields: Vec<(Box<str>, Tree<'_>)>) -> Vec<Tree<'a>> {
    let mut taken: Vec<(usize, Tree<'a>)> = fields
        .into_iter()
        .filter_map(|(name, below)| {
            let (kind, rest) = name.split_once(':')?;
            match kind {
                "k" => keyed(&mut list, rest, below),
                "v" => {
                    let wanted = Tree::Text(rest).scalar()?;
                    let index = list.iter().position(|it| it.scalar().as_ref() == Some(&wanted))?;
                    Some((index, list.get(index)?.clone()))
                }
                "i" => {
                    let index = rest.parse().ok()?;
                    Some((index, take(list.get(index)?.clone(), below)?))
                }
                _ => None,
            }
        })
        .collect();
    taken.sort_by_key(|(index, _)| *index);
    taken.into_iter().map(|(_, element)| element).collect()
}

/// The element with these keys, and the keys with it whoever owns them.
fn keyed<'a>(list: &mut [Tree<'a>], keys: &str, fields: Tree<'_>) -> Option<(usize, Tree<'a>)> {
    let keys = Tree::checked(keys).ok()?.into_members()?;
    let has_keys = |element: &mut Tree<'_>| {
        element.members().is_some_and(|members| {
            keys.iter().all(|(name, value)| find(members, name).and_then(Tree::scalar) == value.scalar())
        })
    };
    let index = list.iter_mut().position(has_keys)?;
    let element = list.get(index)?.clone();
    let mut taken = take(element.clone(), fields).unwrap_or_else(Tree::empty_object);
    let (members, all) = (taken.members()?, element.into_members()?);
    for (name, value) in all {
        if keys.iter().any(|(key, _)| *key == name) && find(members, &name).is_none() {
            members.push((name, value));
        }
    }
    Some((index, taken))
}
