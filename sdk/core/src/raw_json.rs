//! [`RawJson`]: any JSON value, kept as its text until somebody asks.

use std::fmt;
use std::str::FromStr;

use crate::json::{self, DecodeError, Scanner};
use crate::{Object, Str};

/// Any JSON value, kept as the text that it came in: managed fields, embedded objects, free-form values.
///
/// The text is always valid JSON. Two values are equal if their texts are.
///
/// # Example
///
/// ```
/// use kubesdk_core::{RawJson, Status};
///
/// let raw = RawJson::from_text(r#" {"reason": "Gone"} "#)?;
/// assert_eq!(raw.as_str(), r#"{"reason": "Gone"}"#);
/// let status: Status = raw.decode()?;
/// assert_eq!(status.reason.as_deref(), Some("Gone"));
/// # Ok::<(), kubesdk_core::json::DecodeError>(())
/// ```
#[derive(Clone, Default)]
pub struct RawJson {
    /// Empty for null, which costs nothing then. Shared: clones are free, and managed fields often equal.
    text: Str,
}

impl RawJson {
    /// Keeps a text that is one JSON value.
    pub fn from_text(text: &str) -> Result<Self, DecodeError> {
        let mut scan = Scanner::of_text(text);
        let value = scan.skip()?;
        scan.end()?;
        Ok(RawJson::of_checked(value))
    }

    /// The text of an object, with its `apiVersion` and `kind`.
    pub fn from_object(object: &dyn Object) -> Self {
        // What the encoder writes is valid, and its strings are UTF-8 because they were.
        let text = String::from_utf8(json::to_vec(object)).unwrap_or_default();
        RawJson { text: text.into() }
    }

    /// Takes a shared text that is known to be one JSON value and not null.
    pub(crate) fn from_shared(text: Str) -> Self {
        RawJson { text }
    }

    /// Takes a text that is known to be one JSON value.
    pub(crate) fn set_checked(&mut self, text: &str) {
        self.text = if text == "null" { Str::new() } else { text.into() };
    }

    /// Takes a text that is known to be one JSON value.
    pub(crate) fn of_checked(text: &str) -> Self {
        let mut raw = RawJson::default();
        raw.set_checked(text);
        raw
    }

    /// The text.
    #[inline]
    pub fn as_str(&self) -> &str {
        if self.text.is_empty() { "null" } else { &self.text }
    }

    /// True for the value `null`.
    #[inline]
    pub fn is_null(&self) -> bool {
        self.text.is_empty()
    }

    /// Decodes the value as an object of this type.
    pub fn decode<T: Object + Default>(&self) -> Result<T, DecodeError> {
        json::from_slice(self.as_str().as_bytes())
    }
}

impl PartialEq for RawJson {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for RawJson {}

impl std::hash::Hash for RawJson {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl FromStr for RawJson {
    type Err = DecodeError;
    fn from_str(text: &str) -> Result<Self, DecodeError> {
        RawJson::from_text(text)
    }
}

impl From<RawJson> for Str {
    fn from(raw: RawJson) -> Self {
        raw.as_str().into()
    }
}

impl fmt::Display for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
