//! [`Path`]: the place of a value in an object, written in wire names.

use std::fmt::{self, Write};
use std::str::FromStr;

use super::PathError;
use crate::json::{Scanner, encode_string};

/// The place of a value in an object.
///
/// | written | means |
/// |---|---|
/// | `spec.replicas` | fields by their wire names |
/// | `spec.containers[0].image` | an element by its index |
/// | `spec.containers[name=web].image` | the element whose fields have these values: `[port=80,protocol=TCP]` |
/// | `metadata.finalizers[=example.com/x]` | the element that is this scalar |
/// | `metadata.labels["app.kubernetes.io/name"]` | a key of a map; `labels.app` where it has no dot |
/// | `/metadata/labels/app.kubernetes.io~1name` | the same as a JSON pointer (RFC 6901) |
/// | `$`, or nothing | the object itself; `$.spec` is `spec` |
///
/// Values of keys may be quoted too, and single quotes do as well; between those nothing is escaped.
///
/// # Example
///
/// ```
/// use kubesdk_core::walk::{Path, Step};
///
/// let path: Path = "spec.ports[port=80].name".parse()?;
/// assert_eq!(path.steps().len(), 4);
/// assert_eq!(path.steps()[0], Step::Name("spec".into()));
/// assert_eq!(path.to_string(), "spec.ports[port=80].name");
/// assert_eq!("/spec/ports/0".parse::<Path>()?.to_string(), "spec.ports.0");
/// # Ok::<(), kubesdk_core::walk::PathError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(pub(super) Vec<Step>);

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A field by its wire name, a key of a map, or the index of an element in digits.
    Name(Box<str>),
    /// An element by its index.
    Index(usize),
    /// The element whose fields have these values; numbers and booleans as JSON writes them, empty for a field that
    /// is not set.
    Keys(Vec<(Box<str>, Box<str>)>),
    /// The element that is this scalar.
    Value(Box<str>),
}

/// The name and the value of a key of an element.
pub(super) type Key = (Box<str>, Box<str>);

impl Path {
    /// The object itself.
    pub const ROOT: Path = Path(Vec::new());

    /// The steps from the root on.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }
}

impl From<Vec<Step>> for Path {
    fn from(steps: Vec<Step>) -> Self {
        Path(steps)
    }
}

impl FromStr for Path {
    type Err = PathError;

    /// # Errors
    ///
    /// [`PathError`] with the byte at which the text is no path.
    fn from_str(text: &str) -> Result<Self, PathError> {
        match text.strip_prefix('/') {
            Some(pointer) => Ok(Path(pointer.split('/').map(pointer_step).collect())),
            None => Parser { text, at: 0 }.path(),
        }
    }
}

impl TryFrom<&str> for Path {
    type Error = PathError;
    fn try_from(text: &str) -> Result<Self, PathError> {
        text.parse()
    }
}

impl From<&Path> for Path {
    fn from(path: &Path) -> Self {
        path.clone()
    }
}

fn pointer_step(token: &str) -> Step {
    Step::Name(token.replace("~1", "/").replace("~0", "~").into())
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn path(mut self) -> Result<Path, PathError> {
        let mut steps = Vec::new();
        if self.text == "$" || self.text.starts_with("$.") || self.text.starts_with("$[") {
            self.at = 1;
        }
        let mut first = self.at == 0;
        while !self.rest().is_empty() {
            steps.push(match (self.rest().as_bytes().first(), first) {
                (Some(b'['), _) => self.bracket()?,
                (Some(b'.'), _) => {
                    self.at += 1;
                    self.name()?
                }
                (_, true) => self.name()?,
                _ => return Err(self.unexpected("`.` or `[`")),
            });
            first = false;
        }
        Ok(Path(steps))
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn unexpected(&self, expected: &'static str) -> PathError {
        PathError::syntax(self.text, self.at, expected)
    }

    /// The text before the first of these characters or the end.
    fn until(&mut self, ends: &[char]) -> &'a str {
        let rest = self.rest();
        let text = rest.split(ends).next().unwrap_or_default();
        self.at += text.len();
        text
    }

    fn name(&mut self) -> Result<Step, PathError> {
        match self.until(&['.', '[', ']']) {
            "" => Err(self.unexpected("a name")),
            name => Ok(Step::Name(name.into())),
        }
    }

    fn take(&mut self, character: char) -> bool {
        let found = self.rest().starts_with(character);
        self.at += usize::from(found);
        found
    }

    fn bracket(&mut self) -> Result<Step, PathError> {
        self.at += 1;
        let step = match self.rest().as_bytes().first() {
            Some(b'"' | b'\'') => Step::Name(self.value()?),
            Some(b'=') => {
                self.at += 1;
                Step::Value(self.value()?)
            }
            Some(b'0'..=b'9') => {
                let at = self.at;
                match self.until(&[']']).parse() {
                    Ok(index) => Step::Index(index),
                    Err(_) => return Err(PathError::syntax(self.text, at, "an index")),
                }
            }
            _ => Step::Keys(self.keys()?),
        };
        if self.take(']') { Ok(step) } else { Err(self.unexpected("`]`")) }
    }

    fn keys(&mut self) -> Result<Vec<Key>, PathError> {
        let mut keys = Vec::new();
        loop {
            let name = self.until(&['=', ',', ']', '[', '"', '\'']);
            if name.is_empty() {
                return Err(self.unexpected("an index, a quoted key or name=value"));
            }
            if !self.take('=') {
                return Err(self.unexpected("`=`"));
            }
            keys.push((name.into(), self.value()?));
            if !self.take(',') {
                return Ok(keys);
            }
        }
    }

    /// A quoted text, or all up to a comma or the bracket.
    fn value(&mut self) -> Result<Box<str>, PathError> {
        if self.rest().starts_with('"') {
            let mut scan = Scanner::of_text(self.rest());
            let value: Option<Box<str>> = scan.string("").ok().map(Into::into);
            let used = scan.at();
            let value = value.ok_or_else(|| self.unexpected("a string in quotes"))?;
            self.at += used;
            return Ok(value);
        }
        if !self.rest().starts_with('\'') {
            return Ok(self.until(&[',', ']']).into());
        }
        let from = self.at;
        self.at += 1;
        let text = self.until(&['\'']);
        if self.take('\'') {
            return Ok(text.into());
        }
        Err(PathError::syntax(self.text, from, "a string in quotes"))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_char('$');
        }
        self.0.iter().enumerate().try_for_each(|(number, step)| write_step(step, number == 0, f))
    }
}

fn write_step(step: &Step, first: bool, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match step {
        Step::Name(name) if is_bare(name) => {
            f.write_str(if first { "" } else { "." })?;
            f.write_str(name)
        }
        Step::Name(name) => {
            f.write_char('[')?;
            write_quoted(name, f)?;
            f.write_char(']')
        }
        Step::Index(index) => write!(f, "[{index}]"),
        Step::Value(value) => {
            f.write_str("[=")?;
            write_value(value, f)?;
            f.write_char(']')
        }
        Step::Keys(keys) => {
            for (number, (name, value)) in keys.iter().enumerate() {
                write!(f, "{}{name}=", if number == 0 { '[' } else { ',' })?;
                write_value(value, f)?;
            }
            f.write_char(']')
        }
    }
}

/// The characters of field names and of most keys; a lone `$` is the root.
fn is_bare(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$');
    !name.is_empty() && name != "$" && name.bytes().all(plain)
}

fn write_value(value: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:%~".contains(&byte);
    if !value.is_empty() && value.bytes().all(plain) { f.write_str(value) } else { write_quoted(value, f) }
}

fn write_quoted(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut out = Vec::with_capacity(text.len() + 2);
    encode_string(text, &mut out);
    f.write_str(&String::from_utf8_lossy(&out))
}

#[cfg(test)]
mod tests;
