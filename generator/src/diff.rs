//! What differs between the APIs that two sets of documents describe, and what that means for users of the SDK.
//!
//! It compares models, so it speaks of what people write: types, fields, methods. What the documents say beyond
//! them (defaults, patterns, descriptions) is not compared.

mod compare;
mod html;
mod operations;
mod text;
mod wording;

use serde::Serialize;

use crate::model::Api;
use crate::rules::Rules;
use crate::{Document, Error};

/// The API that a set of documents describes, ready to be compared.
///
/// # Example
///
/// ```
/// use kubesdk_generator::{Document, Surface};
///
/// # fn documents() -> Vec<Document> { Vec::new() }
/// let (before, after) = (Surface::read(&documents())?, Surface::read(&documents())?);
/// let diff = before.diff(&after);
/// assert!(diff.changes.is_empty() && !diff.is_breaking());
/// # Ok::<(), Vec<kubesdk_generator::Error>>(())
/// ```
#[derive(Debug)]
pub struct Surface {
    api: Api,
}

impl Surface {
    /// Reads documents. Unknown extensions do not matter here.
    ///
    /// # Errors
    ///
    /// Every fault that was found, at least one, in the order of their places.
    pub fn read(documents: &[Document]) -> Result<Self, Vec<Error>> {
        let (_, api, _) = crate::model(documents, &Rules::default())?;
        Ok(Surface { api })
    }

    /// What is otherwise in `after`, in the order of group-versions, then of subjects and names.
    #[must_use]
    pub fn diff(&self, after: &Surface) -> ApiDiff {
        let mut changes = compare::compare(&self.api, &after.api);
        changes.sort_by(|a, b| {
            let key = |it: &Change| (it.module.clone(), it.subject, it.name.clone());
            key(a).cmp(&key(b))
        });
        ApiDiff { changes }
    }
}

/// All differences between two APIs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ApiDiff {
    /// Each difference once: what a whole group-version or type brings or takes along is not listed again.
    pub changes: Vec<Change>,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The module of the SDK that it is in, `apps/v1`.
    pub module: String,
    /// What differs.
    pub subject: Subject,
    /// Its name: `Deployment`, `DeploymentSpec.replicas`, `GET /api/v1/pods`.
    pub name: String,
    /// How it differs.
    pub what: What,
    /// How much that matters to code that was written before.
    pub effect: Effect,
    /// What it means for users of the SDK, in a sentence.
    pub meaning: String,
}

/// What can differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// A group-version, with all that is in it.
    GroupVersion,
    /// A type that is a kind of object.
    Kind,
    /// Any other type.
    Type,
    /// A field of a type.
    Field,
    /// A value of an enum.
    Value,
    /// An operation: HTTP method and path.
    Operation,
}

/// How something can differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// It was not there before.
    Added,
    /// It is not there any more.
    Removed,
    /// Its description calls it deprecated now.
    Deprecated,
    /// Its Rust type, or the method that serves it, is another.
    Retyped {
        /// As it was.
        before: String,
        /// As it is.
        after: String,
    },
    /// The server asks for it on create now.
    Required,
    /// The server does not ask for it any more.
    Optional,
    /// Patches and server-side apply merge it in another way.
    Merged {
        /// As it was.
        before: String,
        /// As it is.
        after: String,
    },
}

/// How much a difference matters to code that was written before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Code that uses it does not compile any more, or is refused by the server.
    Breaking,
    /// It would be breaking, but alpha and beta group-versions are exempt from semver.
    Exempt,
    /// Code goes on as it was.
    Compatible,
}

impl ApiDiff {
    /// Whether any difference breaks code that uses stable group-versions.
    #[must_use]
    pub fn is_breaking(&self) -> bool {
        self.count(Effect::Breaking) > 0
    }

    /// How many differences have an effect.
    #[must_use]
    pub fn count(&self, effect: Effect) -> usize {
        self.changes.iter().filter(|it| it.effect == effect).count()
    }

    /// The differences for a terminal: by group-version, one a line, the totals last. `before` and `after` are what
    /// the two sides are called.
    #[must_use]
    pub fn to_text(&self, before: &str, after: &str) -> String {
        text::text(self, before, after)
    }

    /// The differences as JSON, for programs: `before`, `after`, `totals` and `changes`.
    ///
    /// # Errors
    ///
    /// None in practice: all of it is text and numbers.
    pub fn to_json(&self, before: &str, after: &str) -> Result<String, serde_json::Error> {
        text::json(self, before, after)
    }

    /// The differences as one HTML page that can be searched and needs nothing beside it.
    #[must_use]
    pub fn to_html(&self, before: &str, after: &str) -> String {
        html::page(self, before, after)
    }
}
