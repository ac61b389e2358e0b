//! Why nothing was generated.

use std::fmt;
use std::path::Path;

use kubesdk_generator as generator;

/// Why nothing was generated, or what is not up to date. `Debug` is the text of `Display`, so that a build script can
/// give it from its `main`.
pub struct Error(Kind);

enum Kind {
    /// Faults in what was read, each with its place.
    Faults(Vec<generator::Error>),
    /// What is not as it would be generated, relative to the folder.
    Stale { folder: String, files: Vec<String> },
    /// Anything else, with the place and the remedy in words.
    Message(String),
}

impl Error {
    pub(crate) fn message(message: impl Into<String>) -> Self {
        Error(Kind::Message(message.into()))
    }

    pub(crate) fn stale(folder: &Path, files: Vec<String>) -> Self {
        Error(Kind::Stale { folder: folder.display().to_string(), files })
    }

    /// The faults in what was read, each with its document and a JSON pointer; empty when something else went wrong.
    pub fn faults(&self) -> &[generator::Error] {
        match &self.0 {
            Kind::Faults(faults) => faults,
            Kind::Stale { .. } | Kind::Message(_) => &[],
        }
    }

    /// True when a check found that what stands in the folder is not what would be generated.
    pub fn is_stale(&self) -> bool {
        matches!(self.0, Kind::Stale { .. })
    }
}

impl From<Vec<generator::Error>> for Error {
    fn from(faults: Vec<generator::Error>) -> Self {
        Error(Kind::Faults(faults))
    }
}

impl From<String> for Error {
    fn from(message: String) -> Self {
        Error(Kind::Message(message))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Faults(faults) => {
                let number = faults.len();
                write!(f, "{number} fault{}; nothing was written", if number == 1 { "" } else { "s" })?;
                faults.iter().try_for_each(|fault| write!(f, "\n{fault}"))
            }
            Kind::Stale { folder, files } => {
                write!(f, "{folder} is not what would be generated:")?;
                files.iter().take(10).try_for_each(|file| write!(f, "\n  {file}"))?;
                match files.len().saturating_sub(10) {
                    0 => Ok(()),
                    more => write!(f, "\n  and {more} more"),
                }
            }
            Kind::Message(message) => f.write_str(message),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}
