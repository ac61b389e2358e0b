//! The fields of an object that a field manager owns, read from `metadata.managedFields`.

mod fields;

use super::PathError;
use super::access::get;
use super::path::{Path, Step};
use super::text::json_text;
use super::tree::{Tree, entry};
use crate::object::Sequence;
use crate::{Object, Ref, json};

type Result<T, E = PathError> = std::result::Result<T, E>;

/// A field manager, whose fields can be taken out of an object: to change and apply them again.
///
/// ```text
/// let live = deployments.get("web").await?;
/// if let Some(mut ours) = FieldManager::new("my-controller").extract(&live)? {
///     ours.spec.get_or_insert_default().replicas = Some(3);
///     deployments.patch("web", PatchBody::apply(&ours)).field_manager("my-controller").await?;
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldManager {
    name: Box<str>,
    operation: &'static str,
    subresource: Box<str>,
}

impl FieldManager {
    /// A manager by the name that it applies with, for the object itself.
    pub fn new(name: impl Into<String>) -> Self {
        FieldManager { name: name.into().into(), operation: "Apply", subresource: Box::default() }
    }

    /// What it applied to a subresource: `status`, `scale`.
    #[must_use]
    pub fn subresource(mut self, subresource: impl Into<String>) -> Self {
        self.subresource = subresource.into().into();
        self
    }

    /// What it set by creating, updating and patching instead of what it applied.
    #[must_use]
    pub fn updating(mut self) -> Self {
        self.operation = "Update";
        self
    }

    /// An object with the fields that this manager owns, and the name and namespace; nothing if it owns none.
    ///
    /// Elements of lists come with the keys that tell them apart. What the manager owns and somebody has removed is
    /// not there.
    ///
    /// # Errors
    ///
    /// [`PathError`] when the fields are those of another version of the type, or are in no form that is known.
    pub fn extract<T: Object + Default>(&self, object: &T) -> Result<Option<T>> {
        let mut extracted = T::default();
        Ok(self.extract_into(object, &mut extracted)?.then_some(extracted))
    }

    fn extract_into(&self, object: &dyn Object, extracted: &mut dyn Object) -> Result<bool> {
        let entries = match get(object, "metadata.managedFields") {
            Ok(Ref::Sequence(entries)) => entries,
            Ok(_) => return Ok(false),
            Err(error) => return Err(error),
        };
        let Some(fields) = self.fields(object, entries)? else { return Ok(false) };
        let text = json_text(Ref::Object(object));
        let whole = Tree::Text(&text);
        let mut owned = fields.take_from(whole);
        add_name(object, &mut owned);
        let mut out = Vec::new();
        owned.write(&mut out);
        json::decode(&out, extracted).map_err(|error| PathError::value(&Path::ROOT, error))?;
        Ok(true)
    }

    /// The fields of all entries of this manager.
    fn fields<'o>(
        &self,
        object: &dyn Object,
        entries: &'o dyn Sequence,
    ) -> Result<Option<fields::Fields<'o>>> {
        let mut found: Option<fields::Fields<'o>> = None;
        for index in 0..entries.len() {
            let Ref::Object(entry) = entries.get(index) else { continue };
            if text(entry, "manager") != &*self.name
                || text(entry, "operation") != self.operation
                || text(entry, "subresource") != &*self.subresource
            {
                continue;
            }
            check(object, entry, index)?;
            let Some(Ref::Raw(raw)) = value(entry, "fieldsV1") else { continue };
            let fields = fields::Fields::new(raw);
            match &mut found {
                Some(found) => found.add(fields),
                None => found = Some(fields),
            }
        }
        Ok(found)
    }
}

/// An entry must be in the version of the object and in the one form that there is.
fn check(object: &dyn Object, entry: &dyn Object, index: usize) -> Result<()> {
    let wrong = |name: &str, problem: String| {
        let names = ["metadata", "managedFields"].map(|name| Step::Name(name.into()));
        let mut steps = names.to_vec();
        steps.extend([Step::Index(index), Step::Name(name.into())]);
        Err(PathError::part(&steps, problem))
    };
    let version = text(entry, "apiVersion");
    if let Some(kind) = object.fields().kind
        && version != kind.api_version
    {
        return wrong(
            "apiVersion",
            format!("the fields are those of {version}, not of {}", kind.api_version),
        );
    }
    match text(entry, "fieldsType") {
        "FieldsV1" => Ok(()),
        other => wrong("fieldsType", format!("expected FieldsV1, found {other}")),
    }
}

fn value<'o>(object: &'o dyn Object, name: &str) -> Option<Ref<'o>> {
    object.fields().find(name).map(|field| object.get(field))
}

fn text<'o>(object: &'o dyn Object, name: &str) -> &'o str {
    value(object, name).and_then(|value| value.as_str()).unwrap_or_default()
}

/// Nobody owns the name, and nothing can be applied without one.
fn add_name(object: &dyn Object, owned: &mut Tree<'_>) {
    let Some(Ref::Object(metadata)) = value(object, "metadata") else { return };
    let Some(place) = owned.members().and_then(|members| entry(members, "metadata", Tree::empty_object))
    else {
        return;
    };
    let Some(members) = place.members() else { return };
    for name in ["name", "namespace"] {
        let value = text(metadata, name);
        if !value.is_empty()
            && let Some(place) = entry(members, name, Tree::empty_object)
        {
            *place = Tree::string(value);
        }
    }
}

#[cfg(test)]
mod tests;
