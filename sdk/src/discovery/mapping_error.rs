//! Why a name leads to no resource.

use std::fmt;
use std::sync::Arc;

use super::names::GroupVersionKind;
use super::resources::{FailedGroupVersion, Resource};
use crate::{Error, ErrorKind};

/// Why a name, as somebody typed it, leads to no resource.
///
/// It becomes an [`Error`] of the kind [`ErrorKind::Request`] by `?`, or the error of the server that could not be asked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum MappingError {
    /// The server has nothing of that name.
    NoMatch {
        /// The name as it was given.
        name: String,
        /// What the server could not tell about, and where it may be.
        failed: Vec<FailedGroupVersion>,
    },
    /// Several resources of one version have the name.
    Ambiguous {
        /// The name as it was given.
        name: String,
        /// All that it can mean, the most preferred first.
        candidates: Vec<Arc<Resource>>,
    },
    /// The server could not be asked.
    Discovery(Arc<Error>),
}

impl MappingError {
    /// True when the server has nothing of that name.
    pub fn is_no_match(&self) -> bool {
        matches!(self, MappingError::NoMatch { .. })
    }

    /// What a name can mean; empty when that is not the matter.
    pub fn candidates(&self) -> &[Arc<Resource>] {
        match self {
            MappingError::Ambiguous { candidates, .. } => candidates,
            MappingError::NoMatch { .. } | MappingError::Discovery(_) => &[],
        }
    }
}

impl fmt::Display for MappingError {
    /// In kubectl's words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MappingError::NoMatch { name, failed } => {
                let (resource, group) = name.split_once('.').unwrap_or((name, ""));
                write!(f, "the server doesn't have a resource type {resource:?}")?;
                if !group.is_empty() {
                    write!(f, " in group {group:?}")?;
                }
                for (number, failed) in failed.iter().enumerate() {
                    f.write_str(if number == 0 { " (these could not be read: " } else { ", " })?;
                    write!(f, "{failed}")?;
                }
                f.write_str(if failed.is_empty() { "" } else { ")" })
            }
            MappingError::Ambiguous { name, candidates } => {
                write!(f, "{name:?} matches multiple resources:")?;
                for (number, it) in candidates.iter().enumerate() {
                    let comma = if number == 0 { "" } else { "," };
                    write!(f, "{comma} {} ({})", it.qualified_name(), it.group_version)?;
                }
                f.write_str("; write one of them as RESOURCE.VERSION.GROUP")
            }
            MappingError::Discovery(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for MappingError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            MappingError::Discovery(error) => std::error::Error::source(&**error),
            MappingError::NoMatch { .. } | MappingError::Ambiguous { .. } => None,
        }
    }
}

impl From<MappingError> for Error {
    fn from(error: MappingError) -> Self {
        match error {
            MappingError::Discovery(error) => Arc::try_unwrap(error)
                .unwrap_or_else(|shared| Error::new(shared.kind(), shared.to_string()).with_source(shared)),
            error => Error::new(ErrorKind::Request, error.to_string()).with_source(error),
        }
    }
}

/// A kind as it would be typed: `Deployment.v1.apps`.
pub(super) fn typed(kind: &GroupVersionKind) -> String {
    format!("{}.{}.{}", kind.kind, kind.version, kind.group)
}
