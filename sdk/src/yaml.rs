//! YAML in and out, through serde: manifests as people write them.
//!
//! The rules of the objects are those of [`json`](crate::json); what is a number, a boolean or null is said by YAML 1.2
//! (`yes` and `on` are text, `010` is ten and `0o10` eight), where kubectl follows YAML 1.1 (`yes`, `on` and `y` are true,
//! `010` is eight): quote such words, and both read the same. Errors say the line and the column, and never show contents: they may be secret.
//! Anchors, aliases and merge keys are read, within limits that keep a small text from becoming a large object; a text
//! of more than 64 levels is an error. A text may be as long, and have as many documents, as memory holds.
//! A key that comes twice in a mapping is an error: nobody writes that on purpose.
//!
//! It is not for speed, nor for what a server says: that is JSON. It is here and not in `kubesdk-core` because the
//! parser comes with [`Config`](crate::Config) anyway, which reads kubeconfigs.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Why a text is not the YAML of what was asked for: the place and the reason.
pub struct Error {
    line: u64,
    column: u64,
    /// With the place.
    reason: String,
}

impl Error {
    /// The line, from 1, of the value or of its key; 0 when there is no single place.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The column in characters, from 1; 0 when there is no single place.
    pub fn column(&self) -> u64 {
        self.column
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({self})")
    }
}

impl std::error::Error for Error {}

/// Reads one document.
///
/// # Errors
///
/// When the text is no YAML, not what was asked for, or more than one document.
///
/// # Example
///
/// ```
/// # #[cfg(feature = "core-v1")] {
/// use kubesdk::{api::core::v1::Pod, yaml};
///
/// let pod: Pod = yaml::from_str("metadata:\n  name: web\n  labels: {app: web}\n")?;
/// assert_eq!(pod.metadata.name.as_deref(), Some("web"));
/// let error = yaml::from_str::<Pod>("metadata:\n  name: [web]\n").unwrap_err();
/// assert_eq!((error.line(), error.column()), (2, 3));
/// # }
/// # Ok::<(), kubesdk::yaml::Error>(())
/// ```
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_saphyr::from_str_with_options(text, options()).map_err(|error| place(&error))
}

/// Reads one document of UTF-8 text.
///
/// # Errors
///
/// As [`from_str`], and when the bytes are not UTF-8.
pub fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    from_str(text(bytes)?)
}

/// Reads all documents of a text, those that are empty or null left out. With [`RawJson`](crate::RawJson) they may be
/// of any kind; with an untagged enum of a few.
///
/// # Errors
///
/// As [`from_str`]; the place is that in the whole text, and nothing is given of the documents before it.
///
/// # Example
///
/// ```
/// use kubesdk::{RawJson, yaml};
///
/// let all: Vec<RawJson> = yaml::documents("kind: Pod\n---\n# nothing\n---\nkind: Service\n")?;
/// assert_eq!(all[1].as_str(), r#"{"kind":"Service"}"#);
/// # Ok::<(), yaml::Error>(())
/// ```
pub fn documents<T: DeserializeOwned>(text: &str) -> Result<Vec<T>, Error> {
    serde_saphyr::from_multiple_with_options(text, options()).map_err(|error| place(&error))
}

/// Writes one document. Text that some version of YAML takes for something else is quoted.
///
/// # Errors
///
/// When the value cannot be written as YAML; objects of the API always can.
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> Result<String, Error> {
    let mut out = String::new();
    serde_saphyr::to_fmt_writer(&mut out, &value).map_err(|error| Error {
        line: 0,
        column: 0,
        reason: error.to_string(),
    })?;
    Ok(out)
}

fn text(bytes: &[u8]) -> Result<&str, Error> {
    std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let before = std::str::from_utf8(before).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        let (line, column) = (before.matches('\n').count() as u64 + 1, line.chars().count() as u64 + 1);
        let reason = format!("expected UTF-8 text, found other bytes at line {line}, column {column}");
        Error { line, column, reason }
    })
}

fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        // Lines of the text in a message would show what may be secret.
        with_snippet: false,
        strict_booleans: true,
        // What grows with the text alone needs no limit: `kubectl get pods -o yaml` has millions of nodes.
        budget: serde_saphyr::budget! {
            max_events: usize::MAX,
            max_nodes: usize::MAX,
            max_documents: usize::MAX,
            max_total_scalar_bytes: usize::MAX,
        },
    }
}

fn place(error: &serde_saphyr::Error) -> Error {
    let error = error.without_snippet();
    let location = error.location();
    Error {
        line: location.as_ref().map_or(0, |it| it.line()),
        column: location.as_ref().map_or(0, |it| it.column()),
        reason: error.render_with_formatter(&serde_saphyr::UserMessageFormatter),
    }
}
