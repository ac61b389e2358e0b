//! [`PathError`]: which part of a path does not fit, and why.

use std::fmt;

use super::path::{Path, Step};
use crate::json::DecodeError;

/// Why a path is none, does not fit an object, or why a value does not fit its place.
///
/// It names the path up to the part that does not fit, and never shows the contents of the object.
///
/// # Example
///
/// ```
/// use kubesdk_core::{Status, walk};
///
/// let error = walk::set(&mut Status::default(), "details.cuases", "[]").unwrap_err();
/// assert_eq!(error.to_string(), "details.cuases: StatusDetails has no field `cuases`");
/// assert_eq!(error.path().unwrap().steps().len(), 2);
/// ```
#[derive(Clone)]
pub struct PathError(Box<Inner>);

#[derive(Clone)]
enum Inner {
    Syntax { text: Box<str>, at: usize, expected: &'static str },
    Part { path: Path, problem: Box<str> },
    Value { path: Path, error: DecodeError },
}

impl PathError {
    #[cold]
    pub(super) fn syntax(text: &str, at: usize, expected: &'static str) -> Self {
        PathError(Box::new(Inner::Syntax { text: text.into(), at, expected }))
    }

    /// The last of these steps does not fit.
    #[cold]
    pub(crate) fn part(steps: &[Step], problem: impl Into<String>) -> Self {
        PathError(Box::new(Inner::Part { path: Path(steps.to_vec()), problem: problem.into().into() }))
    }

    #[cold]
    pub(super) fn value(path: &Path, error: DecodeError) -> Self {
        PathError(Box::new(Inner::Value { path: path.clone(), error }))
    }

    /// The path up to the part that does not fit, or to the value that does not; nothing for a text that is no
    /// path.
    pub fn path(&self) -> Option<&Path> {
        match &*self.0 {
            Inner::Syntax { .. } => None,
            Inner::Part { path, .. } | Inner::Value { path, .. } => Some(path),
        }
    }

    /// True when the path fits and the value that was to be set does not.
    pub fn is_value(&self) -> bool {
        matches!(*self.0, Inner::Value { .. })
    }
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Inner::Syntax { text, at, expected } => {
                write!(f, "`{text}` is no path: expected {expected} at byte {at}")
            }
            Inner::Part { path, problem } => write!(f, "{path}: {problem}"),
            Inner::Value { path, error } => match error.path().strip_prefix("$.") {
                Some(path) => write!(f, "{path}: {}", error.problem()),
                None => write!(f, "{path}: {}", error.problem()),
            },
        }
    }
}

impl fmt::Debug for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PathError({self})")
    }
}

impl std::error::Error for PathError {}

impl From<std::convert::Infallible> for PathError {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}
