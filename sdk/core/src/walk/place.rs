//! Where a walk is: a chain of steps on the stack, of which a [`Path`] is made only when somebody asks.

use std::fmt;

use super::path::{Path, Step};
use super::text::scalar_text;
use crate::object::hides_key;
use crate::{Object, Ref};

/// The place of a value that a walk visits.
///
/// It prints as the [`Path`] of the value; making one costs nothing until then.
pub struct Place<'p> {
    above: Option<&'p Place<'p>>,
    step: At<'p>,
    is_secret: bool,
}

/// One step down.
#[derive(Clone, Copy)]
pub(super) enum At<'p> {
    /// The object itself.
    Root,
    /// A field.
    Field(&'static str),
    /// A key of a map.
    Key(&'p str),
    /// An element by its index.
    Index(usize),
    /// An element by its keys.
    Element(&'p dyn Object, &'static [&'static str]),
    /// An element that is a scalar.
    Value(Ref<'p>),
}

impl<'p> Place<'p> {
    pub(super) const ROOT: Place<'static> = Place { above: None, step: At::Root, is_secret: false };

    /// The place one step below; what is under a secret is one.
    pub(super) fn below<'q>(&'q self, step: At<'q>, is_secret: bool) -> Place<'q> {
        let is_secret = self.is_secret || is_secret || matches!(step, At::Key(key) if hides_key(key));
        Place { above: Some(self), step, is_secret }
    }

    /// True when the value is a secret by its table, lies under one, or is the copy of an object that kubectl keeps
    /// in an annotation.
    pub fn is_secret(&self) -> bool {
        self.is_secret
    }

    /// The steps from the root to here.
    pub fn path(&self) -> Path {
        let mut steps = Vec::new();
        let mut place = Some(self);
        while let Some(it) = place {
            steps.extend(it.step.step());
            place = it.above;
        }
        steps.reverse();
        Path(steps)
    }
}

impl At<'_> {
    fn step(&self) -> Option<Step> {
        Some(match *self {
            At::Root => return None,
            At::Field(name) => Step::Name(name.into()),
            At::Key(key) => Step::Name(key.into()),
            At::Index(index) => Step::Index(index),
            At::Element(object, keys) => Step::Keys(keys_of(object, keys).collect()),
            At::Value(value) => Step::Value(scalar_text(value).unwrap_or_default().into()),
        })
    }
}

/// The keys of an element; one that is not set is empty.
fn keys_of<'a>(
    object: &'a dyn Object,
    keys: &'static [&'static str],
) -> impl Iterator<Item = super::path::Key> + 'a {
    keys.iter().filter_map(|name| {
        let value = scalar_text(object.get(object.fields().find(name)?));
        Some(((*name).into(), value.unwrap_or_default().into()))
    })
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path().fmt(f)
    }
}

impl fmt::Debug for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Place({self})")
    }
}
