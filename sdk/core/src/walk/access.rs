//! Reading the value at a path.

use super::PathError;
use super::path::{Key, Path, Step};
use super::text::{json_text, scalar_text};
use super::tree::{Tree, find};
use crate::object::{Entries, Fields, Sequence, others};
use crate::{Object, RawJson, Ref};

type Result<T, E = PathError> = std::result::Result<T, E>;

/// The value at a path; [`Ref::None`] where nothing is set there or above. What a path names under a struct that is
/// not set is not checked.
///
/// # Errors
///
/// [`PathError`] when a part of the path is no field of its type, or when a value has no parts: scalars, and
/// free-form JSON, into which [`get_json`] reaches.
///
/// # Example
///
/// ```
/// use kubesdk_core::{Status, StatusCause, StatusDetails, walk};
///
/// let cause = StatusCause { field: Some("spec".into()), ..Default::default() };
/// let details = StatusDetails { causes: vec![cause], ..Default::default() };
/// let status = Status { details: Some(Box::new(details)), ..Default::default() };
///
/// let field = walk::get(&status, "details.causes[0].field")?;
/// assert_eq!(field.as_str(), Some("spec"));
/// assert!(walk::get(&status, "message")?.is_empty());
/// # Ok::<(), walk::PathError>(())
/// ```
pub fn get<P>(object: &dyn Object, path: P) -> Result<Ref<'_>>
where
    P: TryInto<Path>,
    PathError: From<P::Error>,
{
    let path = path.try_into()?;
    let (value, rest) = reach(object, &path)?;
    match path.0.get(path.0.len() - rest.len()) {
        Some(_) => {
            let upto = path.0.get(..=path.0.len() - rest.len()).unwrap_or_default();
            Err(PathError::part(upto, "free-form JSON has no parts here; `get_json` reaches into it"))
        }
        None => Ok(value),
    }
}

/// The JSON at a path, of free-form values too; nothing where nothing is set there or above.
///
/// # Errors
///
/// [`PathError`] as of [`get`].
pub fn get_json<P>(object: &dyn Object, path: P) -> Result<Option<RawJson>>
where
    P: TryInto<Path>,
    PathError: From<P::Error>,
{
    let path = path.try_into()?;
    let (value, rest) = reach(object, &path)?;
    let text = json_text(value);
    if rest.is_empty() {
        return Ok(Some(RawJson::of_checked(&text)).filter(|_| !matches!(value, Ref::None)));
    }
    let mut tree = Tree::Text(&text);
    for number in path.0.len() - rest.len()..path.0.len() {
        let steps = path.0.get(..=number).unwrap_or_default();
        let Some(step) = steps.last() else { break };
        match free_part(tree, step).map_err(|problem| PathError::part(steps, problem))? {
            Some(part) => tree = part,
            None => return Ok(None),
        }
    }
    let mut out = Vec::new();
    tree.write(&mut out);
    Ok(Some(RawJson::of_checked(&String::from_utf8_lossy(&out))))
}

/// The value at the steps, or the free-form value above with the steps that are left.
fn reach<'o, 'p>(object: &'o dyn Object, path: &'p Path) -> Result<(Ref<'o>, &'p [Step])> {
    let mut value = Ref::Object(object);
    for (number, step) in path.0.iter().enumerate() {
        let steps = path.0.get(..=number).unwrap_or_default();
        value = match value {
            Ref::None => return Ok((Ref::None, &[])),
            Ref::Raw(_) => return Ok((value, path.0.get(number..).unwrap_or_default())),
            Ref::Object(object) => match (others(object), step) {
                (Some(map), Step::Name(name)) if object.fields().is_other(name) => entry(map, name),
                _ => object.get(field(object.fields(), steps)?),
            },
            Ref::Map(map) => match step {
                Step::Name(name) => entry(map, name),
                _ => return Err(PathError::part(steps, "a map takes a key")),
            },
            Ref::Sequence(sequence) => match element(sequence, steps)? {
                Some(index) => sequence.get(index),
                None => Ref::None,
            },
            _ => return Err(PathError::part(steps, "a scalar has no parts")),
        };
    }
    Ok((value, &[]))
}

/// The number of the field that the last step names.
pub(crate) fn field(fields: &Fields, steps: &[Step]) -> Result<usize> {
    match steps.last() {
        Some(Step::Name(name)) => match fields.find(name) {
            Some(field) => Ok(field),
            None if fields.kind.is_some() && matches!(&**name, "apiVersion" | "kind") => {
                Err(PathError::part(steps, format!("{} has a fixed `{name}`", fields.type_name)))
            }
            None => Err(PathError::part(steps, format!("{} has no field `{name}`", fields.type_name))),
        },
        _ => Err(PathError::part(steps, format!("{} takes the name of a field", fields.type_name))),
    }
}

/// The value of a key; [`Ref::None`] where there is none.
fn entry<'m>(map: &'m dyn Entries, key: &str) -> Ref<'m> {
    entry_number(map, key).and_then(|index| map.get(index)).map_or(Ref::None, |(_, value)| value)
}

/// The number of the entry with this key.
pub(super) fn entry_number(map: &dyn Entries, key: &str) -> Option<usize> {
    let (mut low, mut high) = (0, map.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        match map.get(middle) {
            Some((found, _)) if found == key => return Some(middle),
            Some((found, _)) if found < key => low = middle + 1,
            _ => high = middle,
        }
    }
    None
}

/// The index of the element that the last step means; nothing if there is none.
pub(super) fn element(sequence: &dyn Sequence, steps: &[Step]) -> Result<Option<usize>> {
    let within = |index: usize| Some(index).filter(|index| *index < sequence.len());
    match steps.last() {
        Some(Step::Index(index)) => Ok(within(*index)),
        Some(Step::Name(name)) => match name.parse() {
            Ok(index) => Ok(within(index)),
            Err(_) => Err(PathError::part(steps, "a list takes an index or the keys of an element")),
        },
        Some(Step::Value(value)) => Ok((0..sequence.len()).find(|it| is(sequence.get(*it), value))),
        Some(Step::Keys(keys)) => {
            for index in 0..sequence.len() {
                let Ref::Object(object) = sequence.get(index) else {
                    return Err(PathError::part(steps, "the elements have no fields"));
                };
                if has_keys(object, keys, steps)? {
                    return Ok(Some(index));
                }
            }
            Ok(None)
        }
        None => Ok(None),
    }
}

fn has_keys(object: &dyn Object, keys: &[Key], steps: &[Step]) -> Result<bool> {
    for (name, value) in keys {
        let Some(field) = object.fields().find(name) else {
            return Err(no_key(object.fields(), name, steps));
        };
        let found = object.get(field);
        let fits = is(found, value) || value.is_empty() && matches!(found, Ref::None);
        if !fits {
            return Ok(false);
        }
    }
    Ok(true)
}

fn no_key(fields: &Fields, name: &str, steps: &[Step]) -> PathError {
    PathError::part(steps, format!("{} has no field `{name}`", fields.type_name))
}

/// True when a scalar is written like this.
fn is(value: Ref<'_>, text: &str) -> bool {
    scalar_text(value).is_some_and(|found| found == text)
}

/// A part of a free-form value; nothing if it is not there, the problem if it cannot be.
fn free_part<'a>(tree: Tree<'a>, step: &Step) -> Result<Option<Tree<'a>>, &'static str> {
    if tree.is_null() {
        return Ok(None);
    }
    if tree.is_array() {
        let mut elements = tree.into_elements().unwrap_or_default();
        let index = free_element(&mut elements, step)?;
        return Ok(index.filter(|index| *index < elements.len()).map(|index| elements.swap_remove(index)));
    }
    match (tree.into_members(), step) {
        (Some(members), Step::Name(name)) => Ok(find(&members, name).cloned()),
        (Some(_), _) => Err("an object takes the name of a member"),
        (None, _) => Err("a scalar has no parts"),
    }
}

/// The index of the element of an array that a step means; an index can lie beyond the end.
pub(super) fn free_element(elements: &mut [Tree<'_>], step: &Step) -> Result<Option<usize>, &'static str> {
    match step {
        Step::Index(index) => Ok(Some(*index)),
        Step::Name(name) => match name.parse() {
            Ok(index) => Ok(Some(index)),
            Err(_) => Err("a list takes an index or the keys of an element"),
        },
        Step::Value(value) => {
            Ok(elements.iter().position(|it| it.scalar().is_some_and(|found| found == **value)))
        }
        Step::Keys(keys) => Ok(elements.iter_mut().position(|it| has_members(it, keys))),
    }
}

fn has_members(tree: &mut Tree<'_>, keys: &[Key]) -> bool {
    let Some(members) = tree.members() else { return false };
    keys.iter()
        .all(|(name, value)| find(members, name).and_then(Tree::scalar).is_some_and(|found| found == **value))
}
