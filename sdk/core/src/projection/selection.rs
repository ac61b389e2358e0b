//! A set of paths as a tree of names, and whether a type has them.

use crate::Mut;
use crate::object::others_mut;
use crate::walk::{PathError, Step, field_number};

/// The wanted parts of an object, an element or a map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Selection {
    /// The parts of each wanted part, or nothing for all of it. They are few, so that looking at one after the other
    /// costs less than hashing a name.
    parts: Vec<(Box<str>, Option<Selection>)>,
}

impl Selection {
    /// The same with what is at a path; nothing for everything.
    pub(super) fn with(mut self, path: &[Step]) -> Option<Self> {
        let (Step::Name(name), rest) = path.split_first()? else { return Some(self) };
        let known = self.parts.iter_mut().find(|(known, _)| known == name);
        let whole_or_part = |part: Option<Selection>| part.and_then(|part| part.with(rest));
        match known {
            Some((_, part)) => *part = whole_or_part(part.take()),
            None => self.parts.push((name.clone(), whole_or_part(Some(Selection::default())))),
        }
        Some(self)
    }

    /// The wanted parts of a part, or nothing for all of it; nothing at all if it is not wanted.
    #[inline]
    pub(super) fn part(&self, name: &str) -> Option<Option<&Selection>> {
        self.parts.iter().find(|(known, _)| **known == *name).map(|(_, part)| part.as_ref())
    }
}

/// Whether a place has what the steps from this one on name; what is made on the way stays there.
pub(super) fn check(place: Mut<'_>, path: &[Step], from: usize) -> Result<(), PathError> {
    let (Some(step), Some(steps)) = (path.get(from), path.get(..=from)) else { return Ok(()) };
    match (place, step) {
        (Mut::Object(object), Step::Name(name)) if object.fields().is_other(name) => {
            check(others_mut(object).map_or(Mut::Skip, Mut::Map), path, from)
        }
        (Mut::Object(object), _) => {
            let field = field_number(object.fields(), steps)?;
            check(object.get_mut(field), path, from + 1)
        }
        (Mut::Sequence(sequence), Step::Name(_)) => check(sequence.push(), path, from),
        (Mut::Sequence(_), _) => Err(PathError::part(steps, "a projection takes all elements of a list")),
        (Mut::Map(map), Step::Name(key)) => check(map.insert((**key).into()), path, from + 1),
        (Mut::Map(_), _) => Err(PathError::part(steps, "a map takes a key")),
        (Mut::Raw(_), _) => Err(PathError::part(steps, "a projection takes all of free-form JSON")),
        _ => Err(PathError::part(steps, "a scalar has no parts")),
    }
}
