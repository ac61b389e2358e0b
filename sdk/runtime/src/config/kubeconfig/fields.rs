//! Fields taken out of a map one by one, with words for those that are of another type; what is left over is kept.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kubesdk_core::{ByteString, Error};

use super::errors::{config_error, wrong_type};
use super::node::{Node, Placed};
use crate::Secret;

/// Keys of a kubeconfig that this library gives no meaning: they are written back as they were read. `Debug` shows
/// their names alone, for their values may be secret.
#[derive(Clone, Default, PartialEq)]
pub struct UnknownKeys(pub(super) Vec<(String, Placed)>);

impl UnknownKeys {
    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|it| it.0.as_str())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those that are not there yet.
    pub(in crate::config) fn add(&mut self, more: UnknownKeys) {
        for (key, value) in more.0 {
            if !self.names().any(|it| it == key) {
                self.0.push((key, value));
            }
        }
    }
}

impl fmt::Debug for UnknownKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

/// Where an entry stands: the file that it was read from, and the lines of its keys. Nothing for one that a program
/// made.
#[derive(Clone, Default)]
pub struct Place {
    file: Option<PathBuf>,
    lines: BTreeMap<String, u64>,
}

impl Place {
    /// The file that the entry was read from. Relative paths in the entry are relative to its folder.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// The line of a key of the entry, counted from 1.
    pub fn line(&self, key: &str) -> Option<u64> {
        self.lines.get(key).copied()
    }

    pub(super) fn set_file(&mut self, file: &Path) {
        self.file = Some(file.to_owned());
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.file, f)
    }
}

/// Where something stands is no part of what it says.
impl PartialEq for Place {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// The fields of one map. `null` is the same as nothing, and so is empty text, as in Go.
pub(super) struct Fields<'a> {
    file: &'a Path,
    /// Where the map stands in the file: `clusters[0].cluster`.
    path: String,
    left: Vec<(String, Placed)>,
    lines: BTreeMap<String, u64>,
}

impl<'a> Fields<'a> {
    pub(super) fn of(value: Placed, file: &'a Path, path: String) -> Result<Self, Error> {
        let left = match value.node {
            Node::Null => Vec::new(),
            Node::Map(entries) => entries,
            other => return Err(wrong_type(file, value.line, &path, "a map", &other)),
        };
        let lines = left.iter().map(|(key, value)| (key.clone(), value.line)).collect();
        Ok(Fields { file, path, left, lines })
    }

    /// A field, taken out unless it is `null`.
    fn take(&mut self, key: &str) -> Option<Placed> {
        let at = self.left.iter().position(|it| it.0 == key)?;
        Some(self.left.remove(at).1).filter(|it| !it.is_null())
    }

    fn wrong(&self, key: &str, line: u64, expected: &str, found: &Node) -> Error {
        wrong_type(self.file, line, &self.path_of(key), expected, found)
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    pub(super) fn text(&mut self, key: &str) -> Result<Option<String>, Error> {
        let Some(value) = self.take(key) else { return Ok(None) };
        match value.node {
            Node::Text(text) => Ok(Some(text).filter(|it| !it.is_empty())),
            other => Err(self.wrong(key, value.line, "text (put it in quotes)", &other)),
        }
    }

    pub(super) fn secret(&mut self, key: &str) -> Result<Option<Secret>, Error> {
        Ok(self.text(key)?.map(Secret::from))
    }

    pub(super) fn flag(&mut self, key: &str) -> Result<bool, Error> {
        let Some(value) = self.take(key) else { return Ok(false) };
        match value.node {
            Node::Bool(flag) => Ok(flag),
            other => Err(self.wrong(key, value.line, "true or false", &other)),
        }
    }

    /// base64, in which line breaks mean nothing, as in Go.
    pub(super) fn bytes(&mut self, key: &str) -> Result<Option<ByteString>, Error> {
        let line = self.lines.get(key).copied().unwrap_or_default();
        let Some(text) = self.text(key)? else { return Ok(None) };
        let text = text.replace(['\r', '\n'], "");
        // The cause is left out on purpose: it quotes what may be a key.
        let expected = "the base64 of a PEM file (`base64 -w0 FILE`)";
        let bytes = STANDARD
            .decode(&text)
            .map_err(|_| self.wrong(key, line, expected, &Node::Text(String::new())))?;
        Ok(Some(ByteString(bytes)).filter(|it| !it.is_empty()))
    }

    /// The items of a list, each with where it stands.
    pub(super) fn list(&mut self, key: &str) -> Result<Vec<(String, Placed)>, Error> {
        let Some(value) = self.take(key) else { return Ok(Vec::new()) };
        let path = self.path_of(key);
        match value.node {
            Node::List(items) => {
                Ok(items.into_iter().enumerate().map(|(at, item)| (format!("{path}[{at}]"), item)).collect())
            }
            other => Err(self.wrong(key, value.line, "a list", &other)),
        }
    }

    pub(super) fn texts(&mut self, key: &str) -> Result<Vec<String>, Error> {
        let file = self.file;
        let texts = self.list(key)?.into_iter().map(|(path, item)| text(file, &path, item));
        texts.collect()
    }

    /// The items of a list, each a map.
    pub(super) fn maps(&mut self, key: &str) -> Result<Vec<Fields<'a>>, Error> {
        let file = self.file;
        self.list(key)?.into_iter().map(|(path, item)| Fields::of(item, file, path)).collect()
    }

    /// Two entries of one list have this name.
    pub(super) fn twice(&self, what: &str, name: &str) -> Error {
        config_error(format!(
            "the kubeconfig {}: `{}` is a second entry for the {what} \"{name}\"; remove one of them",
            self.file.display(),
            self.path
        ))
    }

    /// A map inside, if there is one that is not `null`.
    pub(super) fn map(&mut self, key: &str) -> Result<Option<Fields<'a>>, Error> {
        let path = self.path_of(key);
        self.take(key).map(|it| Fields::of(it, self.file, path)).transpose()
    }

    /// A map inside, empty if there is none.
    pub(super) fn entry(&mut self, key: &str) -> Result<Fields<'a>, Error> {
        let path = self.path_of(key);
        Fields::of(self.take(key).unwrap_or(Placed::from(Node::Null)), self.file, path)
    }

    /// A map whose keys are the user's own.
    pub(super) fn into_map<T>(
        self,
        read: impl Fn(&Path, &str, Placed) -> Result<T, Error>,
    ) -> Result<BTreeMap<String, T>, Error> {
        let (file, path) = (self.file, self.path);
        self.left
            .into_iter()
            .map(|(key, value)| Ok((key.clone(), read(file, &format!("{path}.{key}"), value)?)))
            .collect()
    }

    /// Anything, as it is.
    pub(super) fn any(&mut self, key: &str) -> Option<Placed> {
        self.take(key)
    }

    /// What nobody took, and where everything stood.
    pub(super) fn finish(self) -> (UnknownKeys, Place) {
        (UnknownKeys(self.left), Place { file: None, lines: self.lines })
    }
}

/// Text, empty for `null`.
pub(super) fn text(file: &Path, path: &str, value: Placed) -> Result<String, Error> {
    match value.node {
        Node::Null => Ok(String::new()),
        Node::Text(text) => Ok(text),
        other => Err(wrong_type(file, value.line, path, "text (put it in quotes)", &other)),
    }
}

/// A list of texts, empty for `null`.
pub(super) fn texts(file: &Path, path: &str, value: Placed) -> Result<Vec<String>, Error> {
    match value.node {
        Node::Null => Ok(Vec::new()),
        Node::List(items) => items.into_iter().map(|item| text(file, path, item)).collect(),
        other => Err(wrong_type(file, value.line, path, "a list of texts", &other)),
    }
}

/// Text that may be secret.
pub(super) fn secret(file: &Path, path: &str, value: Placed) -> Result<Secret, Error> {
    text(file, path, value).map(Secret::from)
}
