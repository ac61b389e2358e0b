//! Setting and removing the value at a path.
//!
//! The object goes through JSON: only so can a field be unset through [`Object`], and only so is a change made as a
//! whole or not at all. A default object of the type says, place by place, what the path may name.

use super::PathError;
use super::access::{field, free_element};
use super::path::{Key, Path, Step};
use super::text::json_text;
use super::tree::{Tree, entry};
use crate::object::others_mut;
use crate::{Mut, Object, Ref, json};

type Result<T, E = PathError> = std::result::Result<T, E>;

/// Sets the value at a path to what a JSON text says; `null` removes it. What stands above is made if it is not
/// there: structs, keys of maps, the element with the keys of the path, the element after the last.
///
/// The value replaces what was there as a whole. Nothing is changed when there is an error. The whole object is
/// encoded and decoded, so many changes are better made on the fields.
///
/// # Errors
///
/// [`PathError`] when a part of the path does not fit the type, or the value its place.
///
/// # Example
///
/// ```
/// use kubesdk_core::{Status, walk};
///
/// let mut status = Status::default();
/// walk::set(&mut status, "details.retryAfterSeconds", "3")?;
/// assert_eq!(status.details.as_ref().unwrap().retry_after_seconds, Some(3));
///
/// let error = walk::set(&mut status, "details.retryAfterSeconds", "\"soon\"").unwrap_err();
/// assert_eq!(error.to_string(), "details.retryAfterSeconds: expected an integer, found a string");
/// # Ok::<(), walk::PathError>(())
/// ```
pub fn set<T, P>(object: &mut T, path: P, value: &str) -> Result<()>
where
    T: Object + Default,
    P: TryInto<Path>,
    PathError: From<P::Error>,
{
    let (mut scratch, mut changed) = (T::default(), T::default());
    change_into(object, &mut scratch, &mut changed, &path.try_into()?, value)?;
    *object = changed;
    Ok(())
}

/// Removes what is at a path: a field becomes its default, an element or a key goes. Nothing happens where nothing
/// is.
///
/// # Errors
///
/// [`PathError`] when a part of the path does not fit the type.
pub fn remove<T, P>(object: &mut T, path: P) -> Result<()>
where
    T: Object + Default,
    P: TryInto<Path>,
    PathError: From<P::Error>,
{
    set(object, path, "null")
}

fn change_into(
    object: &dyn Object,
    scratch: &mut dyn Object,
    changed: &mut dyn Object,
    path: &Path,
    value: &str,
) -> Result<()> {
    let value = Tree::checked(value).map_err(|error| PathError::value(path, error))?;
    let value = Some(value).filter(|value| !value.is_null());
    let text = json_text(Ref::Object(object));
    let mut tree = Tree::Text(&text);
    Change { steps: &path.0, value: value.as_ref() }.inside(&mut tree, Mut::Object(scratch), 0)?;
    if tree.is_null() {
        tree = Tree::empty_object();
    }
    let mut out = Vec::with_capacity(text.len());
    tree.write(&mut out);
    json::decode(&out, changed).map_err(|error| PathError::value(path, error))
}

/// A value on its way to its place; nothing removes what is there.
#[derive(Clone, Copy)]
struct Change<'p, 'a> {
    steps: &'p [Step],
    value: Option<&'p Tree<'a>>,
}

impl<'a> Change<'_, 'a> {
    /// `tree` is the value at the first `at` steps; `scratch` is a default place of its type, [`Mut::Skip`] inside
    /// free-form values.
    fn inside(self, tree: &mut Tree<'a>, scratch: Mut<'_>, at: usize) -> Result<()> {
        let Some(step) = self.steps.get(at) else {
            *tree = self.value.cloned().unwrap_or(Tree::Text("null"));
            return Ok(());
        };
        match (scratch, step) {
            (Mut::Object(object), Step::Name(name)) if object.fields().is_other(name) => {
                let place = others_mut(object).map_or(Mut::Skip, |map| map.insert((&**name).into()));
                self.member(tree, name, place, at)
            }
            (Mut::Object(object), _) => {
                let field = field(object.fields(), self.steps_to(at))?;
                let name = object.fields().name(field);
                self.member(tree, name, object.get_mut(field), at)
            }
            (Mut::Map(map), Step::Name(key)) => self.member(tree, key, map.insert((&**key).into()), at),
            (Mut::Map(_), _) => Err(self.unfit(at, "a map takes a key")),
            (Mut::Sequence(sequence), _) => self.element(tree, sequence.push(), at),
            (Mut::Raw(_) | Mut::Skip, Step::Name(name)) if !tree.is_array() => {
                self.member(tree, name, Mut::Skip, at)
            }
            (Mut::Raw(_) | Mut::Skip, _) => self.element(tree, Mut::Skip, at),
            _ => Err(self.unfit(at, "a scalar has no parts")),
        }
    }

    fn member(self, tree: &mut Tree<'a>, name: &str, scratch: Mut<'_>, at: usize) -> Result<()> {
        if tree.is_null() {
            *tree = Tree::empty_object();
        }
        let Some(members) = tree.members() else { return Err(self.unfit(at, "a scalar has no parts")) };
        let is_there = members.iter().any(|(found, _)| &**found == name);
        match self.value {
            None if !is_there => self.check_rest(scratch, at),
            None if self.is_last(at) => {
                members.retain(|(found, _)| &**found != name);
                Ok(())
            }
            _ => match entry(members, name, || Tree::Text("null")) {
                Some(place) => self.inside(place, scratch, at + 1),
                None => Ok(()),
            },
        }
    }

    fn element(self, tree: &mut Tree<'a>, mut scratch: Mut<'_>, at: usize) -> Result<()> {
        self.check_keys(&mut scratch, at)?;
        if tree.is_null() {
            *tree = Tree::Array(Vec::new());
        }
        let Some(elements) = tree.elements() else { return Err(self.unfit(at, "it is no list")) };
        let Some(step) = self.steps.get(at) else { return Ok(()) };
        let len = elements.len();
        let found = free_element(elements, step).map_err(|problem| self.unfit(at, problem))?;
        match (self.value, found) {
            (None, None) => return self.check_rest(scratch, at),
            (None, Some(index)) if index >= len => return self.check_rest(scratch, at),
            (None, Some(index)) if self.is_last(at) => {
                elements.remove(index);
                return Ok(());
            }
            (Some(_), None) => elements.push(new_element(step, &mut scratch)),
            (Some(_), Some(index)) if index == len => elements.push(Tree::Text("null")),
            (Some(_), Some(index)) if index > len => {
                return Err(self.unfit(at, format!("the list has {len} elements")));
            }
            _ => {}
        }
        match elements.get_mut(found.unwrap_or(len)) {
            Some(place) => self.inside(place, scratch, at + 1),
            None => Ok(()),
        }
    }

    fn is_last(self, at: usize) -> bool {
        at + 1 == self.steps.len()
    }

    fn steps_to(&self, at: usize) -> &[Step] {
        self.steps.get(..=at).unwrap_or_default()
    }

    fn unfit(self, at: usize, problem: impl Into<String>) -> PathError {
        PathError::part(self.steps_to(at), problem)
    }

    /// What is under a place where nothing is must fit its type too.
    fn check_rest(self, scratch: Mut<'_>, at: usize) -> Result<()> {
        self.inside(&mut Tree::Text("null"), scratch, at + 1)
    }

    /// The keys that choose an element must be fields of it.
    fn check_keys(self, element: &mut Mut<'_>, at: usize) -> Result<()> {
        let Some(Step::Keys(keys)) = self.steps.get(at) else { return Ok(()) };
        match element {
            Mut::Skip => Ok(()),
            Mut::Object(object) => match keys.iter().find(|(name, _)| object.fields().find(name).is_none()) {
                Some((name, _)) => {
                    Err(self.unfit(at, format!("{} has no field `{name}`", object.fields().type_name)))
                }
                None => Ok(()),
            },
            _ => Err(self.unfit(at, "the elements have no fields")),
        }
    }
}

/// An element with the keys, or the scalar, that chose it.
fn new_element<'a>(step: &Step, scratch: &mut Mut<'_>) -> Tree<'a> {
    match step {
        Step::Keys(keys) => {
            let member = |(name, value): &Key| {
                let place = match scratch {
                    Mut::Object(object) => object.fields().find(name).map(|field| object.get_mut(field)),
                    _ => None,
                };
                (name.clone(), scalar(value, place))
            };
            Tree::Object(keys.iter().filter(|(_, value)| !value.is_empty()).map(member).collect())
        }
        Step::Value(value) => scalar(value, None),
        Step::Name(_) | Step::Index(_) => Tree::Text("null"),
    }
}

/// A scalar as its place takes it: without quotes where it is a number or a boolean there.
fn scalar<'a>(text: &str, place: Option<Mut<'_>>) -> Tree<'a> {
    let is_bare = match place {
        Some(Mut::I32(_) | Mut::I64(_) | Mut::Float(_) | Mut::Bool(_)) => true,
        Some(Mut::IntOrString(_)) => text.parse::<i32>().is_ok(),
        _ => false,
    };
    match Tree::checked(text) {
        Ok(_) if is_bare => Tree::Owned(text.into()),
        _ => Tree::string(text),
    }
}
