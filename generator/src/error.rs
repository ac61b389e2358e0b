//! The generator's one error: a place in a document, what is wrong there, and what to do.

use std::fmt;

/// A fault in a document, with its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Error {
    /// The document's file name, or the name of a table of the generator.
    pub document: String,
    /// JSON pointer (RFC 6901) into the document.
    pub pointer: String,
    /// What was found and what was expected.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl Error {
    /// A fault at a place.
    pub fn new(place: &Place, message: impl Into<String>, help: impl Into<String>) -> Self {
        Error {
            document: place.document.clone(),
            pointer: place.pointer.clone(),
            message: message.into(),
            help: help.into(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}: {}\n  help: {}", self.document, self.pointer, self.message, self.help)
    }
}

impl std::error::Error for Error {}

/// Where something stands: a document and a JSON pointer into it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub(crate) document: String,
    pub(crate) pointer: String,
}

impl Place {
    /// The root of a document.
    pub(crate) fn root(document: &str) -> Self {
        Place { document: document.to_owned(), pointer: String::new() }
    }

    /// The member `key` of this place.
    pub(crate) fn at(&self, key: &str) -> Self {
        let escaped = key.replace('~', "~0").replace('/', "~1");
        Place { document: self.document.clone(), pointer: format!("{}/{escaped}", self.pointer) }
    }
}
