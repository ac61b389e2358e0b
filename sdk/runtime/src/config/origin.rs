//! Where a value of a configuration came from.

use std::fmt;
use std::path::PathBuf;

/// Where a value of a [`Config`](crate::Config) came from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// A kubeconfig file.
    #[non_exhaustive]
    Kubeconfig {
        /// Path of the file.
        path: PathBuf,
        /// Line of the key, counted from 1, if it is known.
        line: Option<u64>,
        /// The entry and its key: `cluster "one": server`.
        key: String,
    },
    /// A variable of the environment.
    Environment(&'static str),
    /// A file of the pod's service account.
    ServiceAccount(PathBuf),
    /// The program itself, for instance through [`ConfigLoader`](crate::ConfigLoader).
    Override,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Kubeconfig { path, line: Some(line), key } => {
                write!(f, "{key}, {}:{line}", path.display())
            }
            Origin::Kubeconfig { path, line: None, key } => write!(f, "{key}, {}", path.display()),
            Origin::Environment(name) => write!(f, "variable {name}"),
            Origin::ServiceAccount(path) => write!(f, "{}", path.display()),
            Origin::Override => f.write_str("override"),
        }
    }
}
