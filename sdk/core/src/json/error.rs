//! [`DecodeError`]: what was expected, what was found, and where.

use std::fmt;

use crate::object::Kind;

pub(crate) type Result<T, E = DecodeError> = std::result::Result<T, E>;

/// Why a text could not be decoded.
///
/// It says what was expected and found and where, and never shows the contents of the document: they may be
/// secret.
///
/// # Example
///
/// ```
/// use kubesdk_core::{RawJson, json::DecodeError};
///
/// let error: DecodeError = RawJson::from_text("[1, 2").unwrap_err();
/// assert_eq!(error.to_string(), "expected `,` or `]`, found the end at $ (byte 5)");
/// ```
#[derive(Clone)]
pub struct DecodeError(Box<Inner>);

#[derive(Clone)]
struct Inner {
    offset: usize,
    problem: Problem,
    /// From the inside out: it is built while the decoder returns.
    path: Vec<Step>,
}

#[derive(Clone)]
enum Problem {
    Unexpected { expected: &'static str, found: &'static str },
    WrongKind { expected: Kind, found: Box<str> },
}

#[derive(Clone)]
enum Step {
    Field(&'static str),
    Key(Box<str>),
    Index(usize),
}

impl DecodeError {
    #[cold]
    #[inline(never)]
    pub(crate) fn new(offset: usize, expected: &'static str, found: &'static str) -> Self {
        DecodeError(Box::new(Inner {
            offset,
            problem: Problem::Unexpected { expected, found },
            path: Vec::new(),
        }))
    }

    /// The kind is named as it was found if it looks like one at all.
    #[cold]
    #[inline(never)]
    pub(crate) fn wrong_kind(
        offset: usize,
        expected: Kind,
        api_version: Option<&str>,
        kind: Option<&str>,
    ) -> Self {
        let found = describe_kind(expected, api_version, kind);
        DecodeError(Box::new(Inner {
            offset,
            problem: Problem::WrongKind { expected, found: found.into() },
            path: Vec::new(),
        }))
    }

    #[cold]
    pub(crate) fn in_field(self, name: &'static str) -> Self {
        self.inside(Step::Field(name))
    }

    /// A key is shown only if it looks like a Kubernetes name.
    #[cold]
    pub(crate) fn in_entry(self, key: &str) -> Self {
        self.inside(Step::Key(if is_plain(key) { key } else { "*" }.into()))
    }

    #[cold]
    pub(crate) fn in_element(self, index: usize) -> Self {
        self.inside(Step::Index(index))
    }

    /// The same error of a text that begins so many bytes into the document.
    #[cold]
    pub(crate) fn moved(mut self, by: usize) -> Self {
        self.0.offset += by;
        self
    }

    fn inside(mut self, step: Step) -> Self {
        self.0.path.push(step);
        self
    }

    /// The number of bytes before the place of the error.
    pub fn offset(&self) -> usize {
        self.0.offset
    }

    /// The place of the error as a JSON path: `$.spec.containers[0].image`.
    pub fn path(&self) -> String {
        Path(&self.0.path).to_string()
    }

    /// What was expected and found, without the place.
    pub(crate) fn problem(&self) -> impl fmt::Display {
        &self.0.problem
    }

    /// True when the text holds an object of another `apiVersion` and `kind` than expected.
    pub fn is_wrong_kind(&self) -> bool {
        matches!(self.0.problem, Problem::WrongKind { .. })
    }
}

/// `apps/v1 Deployment`, for messages.
pub(crate) fn describe_kind(expected: Kind, api_version: Option<&str>, kind: Option<&str>) -> String {
    let plain = |name: Option<&str>, absent| match name {
        Some(name) if is_plain(name) => name.to_owned(),
        Some(_) => "(unprintable)".to_owned(),
        None => absent,
    };
    let (api_version, kind) =
        (plain(api_version, expected.api_version.into()), plain(kind, expected.kind.into()));
    format!("{api_version} {kind}")
}

fn is_plain(name: &str) -> bool {
    (1..=128).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/' | b'-' | b'_' | b'~'))
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {} (byte {})", self.0.problem, Path(&self.0.path), self.0.offset)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Unexpected { expected, found } => write!(f, "expected {expected}, found {found}"),
            Problem::WrongKind { expected, found } => {
                write!(f, "expected {} {}, found {found}", expected.api_version, expected.kind)
            }
        }
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DecodeError({self})")
    }
}

impl std::error::Error for DecodeError {}

struct Path<'a>(&'a [Step]);

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        for step in self.0.iter().rev() {
            match step {
                Step::Field(name)
                    if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') =>
                {
                    write!(f, ".{name}")?;
                }
                Step::Field(name) => write!(f, "[{name:?}]")?,
                Step::Key(key) if &**key == "*" => f.write_str("[*]")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
