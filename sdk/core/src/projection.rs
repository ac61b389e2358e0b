//! [`Projection`]: what of an object is decoded at all.

mod selection;

use std::sync::Arc;

use crate::object::Fields;
use crate::walk::{Path, PathError};
use crate::{Mut, Object};

use selection::Selection;

/// What of an object is decoded; the rest is checked to be JSON or CBOR, skipped, and costs no memory.
///
/// | wanted | is |
/// |---|---|
/// | everything but `managedFields` | [`Projection::without_managed_fields`] |
/// | some fields | [`Projection::of`] their paths |
/// | the fields of a smaller type | that type in place of the whole one, without a projection |
///
/// For the last: a type decodes the fields that its table names and skips all others, so any [`Object`] that names a
/// few fields of a kind is a projection of it (`plain_object!` makes one), and a list of them a
/// projection of its list. What a smaller type has is checked at compile time, and it takes less room.
///
/// What is left out is as if it had not come: `None`, empty, and for required fields the default of their type, `0` or
/// `""`. So what was decoded in part is to be read and not to be written back. Nothing else changes: `apiVersion` and
/// `kind` are checked as always, the server still sends everything (`PartialObjectMetadata` and field selectors make
/// it send less), and of what is left out only the grammar is checked, not whether it fits its type.
///
/// A projection of a list leaves what stands beside the items alone: paths begin at an item.
///
/// # Example
///
/// ```
/// use kubesdk_core::{Projection, Status, json};
///
/// let text = br#"{"code":404,"reason":"NotFound","details":{"name":"a","kind":"pods"}}"#;
/// let projection = Projection::of::<Status>(["code", "details.name"])?;
/// let status: Status = json::from_slice_projected(text, &projection)?;
/// assert_eq!((status.code, status.reason), (Some(404), None));
/// assert_eq!(status.details.unwrap().name.as_deref(), Some("a"));
///
/// let error = Projection::of::<Status>(["details.nmae"]).unwrap_err();
/// assert_eq!(error.to_string(), "details.nmae: StatusDetails has no field `nmae`");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Projection {
    /// Nothing for all fields.
    selection: Option<Arc<Selection>>,
    without_managed_fields: bool,
}

impl Projection {
    /// Everything, which is also the default.
    pub const fn everything() -> Self {
        Projection { selection: None, without_managed_fields: false }
    }

    /// Everything but `managedFields`, wherever an object has them: a third of a typical pod, which only server-side
    /// apply asks for.
    pub const fn without_managed_fields() -> Self {
        Projection { selection: None, without_managed_fields: true }
    }

    /// Only what is at these paths, each with all that is in it: [`Path`]s of names, from an object of the type, or,
    /// if the type is that of a list, from its items.
    ///
    /// Lists are passed through: `status.containerStatuses.restartCount` is that of every container. Of a map, a key
    /// can be named: `metadata.labels['app.kubernetes.io/name']`. Free-form JSON is taken as a whole. `$` is
    /// everything; no path at all is nothing.
    ///
    /// # Errors
    ///
    /// [`PathError`] for a path that the type does not have, and for one that names single elements of a list.
    pub fn of<T: Object + Default>(
        paths: impl IntoIterator<Item = impl TryInto<Path, Error: Into<PathError>>>,
    ) -> Result<Self, PathError> {
        let paths = paths.into_iter().map(|path| path.try_into().map_err(Into::into));
        let paths = paths.collect::<Result<Vec<Path>, PathError>>()?;
        let mut object = T::default();
        let of_list = object.fields().is_list.then(|| object.fields().find(ITEMS)).flatten();
        let mut selection = Some(Selection::default());
        for path in &paths {
            let root = match of_list {
                Some(items) => object.get_mut(items),
                None => Mut::Object(&mut object),
            };
            selection::check(root, path.steps(), 0)?;
            selection = selection.and_then(|selection| selection.with(path.steps()));
        }
        Ok(Projection { selection: selection.map(Arc::new), without_managed_fields: false })
    }

    /// The same, but for `managedFields`, even where a path names `metadata`.
    #[must_use]
    pub fn and_without_managed_fields(mut self) -> Self {
        self.without_managed_fields = true;
        self
    }

    /// The same with what a watch cannot do without: the version from which to go on, and the mark of the bookmark
    /// that ends the events which it began with.
    pub(crate) fn for_watch(mut self) -> Self {
        if let Some(selection) = self.selection.as_deref() {
            let version = "metadata.resourceVersion";
            let mark = "metadata.annotations['k8s.io/initial-events-end']";
            let mut paths = [version, mark].into_iter().filter_map(|path| path.parse::<Path>().ok());
            let with_both = paths.try_fold(selection.clone(), |all, path| all.with(path.steps()));
            self.selection = with_both.map(Arc::new);
        }
        self
    }

    /// What is wanted of an object or list; nothing said when it is everything.
    pub(crate) fn part(&self) -> Option<Part<'_>> {
        let all = self.selection.is_none() && !self.without_managed_fields;
        (!all).then_some(Part {
            selection: self.selection.as_deref(),
            inside: None,
            managed_fields: !self.without_managed_fields,
        })
    }
}

/// The member that holds the items of a list.
const ITEMS: &str = "items";

/// What a decoder asks at each value. The decoders are compiled for each kind of answer, so that those who want
/// everything do not pay for the question.
pub(crate) trait Wanted: Copy {
    /// What is wanted of a field; nothing if it is to be skipped.
    fn field(self, name: &str) -> Option<Self>;

    /// What is wanted of an entry of a map; nothing if it is to be skipped.
    fn entry(self, key: &str) -> Option<Self>;
}

/// All of a value.
#[derive(Clone, Copy)]
pub(crate) struct Everything;

impl Wanted for Everything {
    #[inline(always)]
    fn field(self, _: &str) -> Option<Self> {
        Some(self)
    }

    #[inline(always)]
    fn entry(self, _: &str) -> Option<Self> {
        Some(self)
    }
}

/// What a [`Projection`] leaves of a value.
#[derive(Clone, Copy)]
pub(crate) struct Part<'p> {
    /// Nothing for all of it.
    selection: Option<&'p Selection>,
    /// The selection is that of what is in this member; all others are wanted.
    inside: Option<&'static str>,
    managed_fields: bool,
}

impl Part<'_> {
    /// The same for a document whose member of this name holds the objects.
    pub(crate) fn inside(self, member: &'static str) -> Self {
        Part { inside: Some(member), ..self }
    }

    /// The same for an object or a list of objects, as the type says.
    pub(crate) fn of(self, fields: &Fields) -> Self {
        if fields.is_list { self.inside(ITEMS) } else { self }
    }
}

impl Wanted for Part<'_> {
    fn field(self, name: &str) -> Option<Self> {
        match self.inside {
            _ if !self.managed_fields && name == "managedFields" => None,
            Some(inside) if inside == name => Some(Part { inside: None, ..self }),
            Some(_) => Some(Part { selection: None, inside: None, ..self }),
            None => self.entry(name),
        }
    }

    fn entry(self, key: &str) -> Option<Self> {
        match self.selection {
            None => Some(self),
            Some(selection) => selection.part(key).map(|selection| Part { selection, ..self }),
        }
    }
}

#[cfg(test)]
mod tests;
