//! The body of a patch, made from objects, from the difference of two, or from text.

use std::fmt;

use crate::json::DecodeError;
use crate::{Object, RawJson, walk};

/// A patch in one of the forms that the API server takes.
///
/// # Example
///
/// ```
/// use kubesdk_core::{Status, verbs::PatchBody};
///
/// let before = Status { code: Some(404), ..Default::default() };
/// let after = Status { code: Some(409), ..Default::default() };
/// let patch = PatchBody::merge_between(&before, &after);
/// assert_eq!(patch, PatchBody::Merge(r#"{"code":409}"#.parse()?));
/// assert_eq!(format!("{patch:?}"), "application/merge-patch+json (12 bytes)");
/// # Ok::<(), kubesdk_core::json::DecodeError>(())
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum PatchBody {
    /// A list of operations (RFC 6902).
    Json(RawJson),
    /// Members to set, `null` to remove (RFC 7396).
    Merge(RawJson),
    /// As merge, with lists merged by their keys; not for custom resources.
    Strategic(RawJson),
    /// Server-side apply: what the field manager wants the object to be.
    Apply(RawJson),
}

impl PatchBody {
    /// A merge patch that makes `after` of `before`, two objects of one type: [`walk::merge_patch`].
    pub fn merge_between(before: &dyn Object, after: &dyn Object) -> Self {
        PatchBody::Merge(walk::merge_patch(before, after))
    }

    /// A strategic merge patch that makes `after` of `before`, two objects of one type: [`walk::strategic_patch`].
    pub fn strategic_between(before: &dyn Object, after: &dyn Object) -> Self {
        PatchBody::Strategic(walk::strategic_patch(before, after))
    }

    /// What was set of an object, for server-side apply: [`walk::Apply`], which can also send what is not set. The
    /// request must name a field manager.
    ///
    /// ```no_run
    /// # use kubesdk_core::{Client, Status, verbs::{Patch, PatchBody}};
    /// # async fn apply(client: &Client, web: &Status) -> Result<(), kubesdk_core::Error> {
    /// # let patch = |patch| Patch::<Status>::new(client, &["/apis"], patch);
    /// // let patch = |patch| Deployment::in_namespace(client, "default").patch("web", patch);
    /// patch(PatchBody::apply(web)).field_manager("my-controller").force().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn apply<T: Object + Default + 'static>(object: &T) -> Self {
        walk::Apply::new(object).into()
    }

    /// What was set of an object, as [`walk::Apply`] finds it, as a merge patch: nothing is removed.
    pub fn merge<T: Object + Default + 'static>(object: &T) -> Self {
        PatchBody::Merge(walk::Apply::new(object).to_json())
    }

    /// A list of operations as text.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] when the text is not one JSON value; so of the others.
    pub fn json_text(text: &str) -> Result<Self, DecodeError> {
        RawJson::from_text(text).map(PatchBody::Json)
    }

    /// A merge patch as text.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] when the text is not one JSON value.
    pub fn merge_text(text: &str) -> Result<Self, DecodeError> {
        RawJson::from_text(text).map(PatchBody::Merge)
    }

    /// A strategic merge patch as text.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] when the text is not one JSON value.
    pub fn strategic_text(text: &str) -> Result<Self, DecodeError> {
        RawJson::from_text(text).map(PatchBody::Strategic)
    }

    /// What server-side apply takes, as JSON text.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] when the text is not one JSON value.
    pub fn apply_text(text: &str) -> Result<Self, DecodeError> {
        RawJson::from_text(text).map(PatchBody::Apply)
    }

    /// The media type of this form.
    pub fn media_type(&self) -> &'static str {
        match self {
            PatchBody::Json(_) => "application/json-patch+json",
            PatchBody::Merge(_) => "application/merge-patch+json",
            PatchBody::Strategic(_) => "application/strategic-merge-patch+json",
            PatchBody::Apply(_) => "application/apply-patch+yaml",
        }
    }

    /// The patch as JSON text.
    pub fn text(&self) -> &str {
        match self {
            PatchBody::Json(text)
            | PatchBody::Merge(text)
            | PatchBody::Strategic(text)
            | PatchBody::Apply(text) => text.as_str(),
        }
    }
}

impl From<walk::Apply<'_>> for PatchBody {
    fn from(apply: walk::Apply<'_>) -> Self {
        PatchBody::Apply(apply.to_json())
    }
}

impl fmt::Debug for PatchBody {
    /// Shows the length, never the patch: it may be one of a Secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} bytes)", self.media_type(), self.text().len())
    }
}
