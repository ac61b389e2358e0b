//! Why copying failed.

use std::error::Error as StdError;
use std::path::{Path, PathBuf};
use std::{fmt, io};

use kubesdk_core::Error;
use kubesdk_core::streams::Exit;

/// Why files were not copied, or not all of them.
#[derive(Debug)]
#[non_exhaustive]
pub enum CopyError {
    /// A call failed: there is no such pod, the user may not do that, the connection broke off.
    Call(Error),
    /// The node could not run `tar` in the container: its image does not hold it, as a rule.
    NoTar(Error),
    /// There is nothing at this path in the container.
    NotInContainer {
        /// The path that was asked for.
        path: String,
    },
    /// `tar` ended with another exit code than 0. What it could read was copied.
    Failed {
        /// How it ended.
        exit: Exit,
        /// What it said, 4 KiB at most.
        stderr: String,
    },
    /// A path that cannot be copied from or to.
    Invalid {
        /// What was wrong and what was expected.
        message: String,
    },
    /// A file or folder here could not be read or written.
    Local {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What came is not a tar archive, or it was cut.
    Archive(io::Error),
    /// The archive names a file that is not below what was asked for. What came before it was copied.
    Outside {
        /// The name in the archive.
        entry: String,
    },
    /// Below the target stands a symbolic link where something would be written.
    ThroughLink {
        /// The link.
        path: PathBuf,
    },
    /// More came than [`CopyFrom::limit`](super::CopyFrom::limit) allows.
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
}

impl CopyError {
    pub(super) fn local(path: &Path, source: io::Error) -> Self {
        CopyError::Local { path: path.to_owned(), source }
    }
}

impl fmt::Display for CopyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CopyError::Call(error) => error.fmt(f),
            CopyError::NoTar(error) => {
                write!(
                    f,
                    "tar cannot be run in the container, whose image must hold it to copy files: {error}"
                )
            }
            CopyError::NotInContainer { path } => write!(f, "there is no {path:?} in the container"),
            CopyError::Failed { exit, stderr } => {
                write!(f, "tar in the container ended with {exit}: {}", stderr.trim_end())
            }
            CopyError::Invalid { message } => f.write_str(message),
            CopyError::Local { path, source } => write!(f, "{}: {source}", path.display()),
            CopyError::Archive(error) => {
                write!(f, "what came from the container is no whole tar archive: {error}")
            }
            CopyError::Outside { entry } => {
                write!(
                    f,
                    "the container sent {entry:?}, which is not below what was asked for; nothing was written there"
                )
            }
            CopyError::ThroughLink { path } => write!(
                f,
                "{} is a symbolic link below the target, and what it points to is not written; remove it first",
                path.display()
            ),
            CopyError::TooLarge { limit } => write!(f, "more than {limit} bytes came, which was the limit"),
        }
    }
}

impl StdError for CopyError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            CopyError::Call(error) | CopyError::NoTar(error) => error.source(),
            CopyError::Local { source, .. } => Some(source),
            CopyError::Archive(error) => Some(error),
            _ => None,
        }
    }
}

impl From<Error> for CopyError {
    fn from(error: Error) -> Self {
        CopyError::Call(error)
    }
}
