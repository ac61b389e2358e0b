//! What is said of a kubeconfig that cannot be read: the file, the key, and what to do.

use std::path::Path;

use kubesdk_core::{Error, ErrorKind};

use super::node::{Node, NotYaml};

pub(crate) fn config_error(message: String) -> Error {
    Error::new(ErrorKind::Config, message)
}

pub(crate) fn unreadable(what: &str, path: &Path, cause: std::io::Error, kind: ErrorKind) -> Error {
    let message =
        format!("cannot read {what} {}: {cause}; check the path and that you may read it", path.display());
    Error::new(kind, message).with_source(cause)
}

/// A value of another type than its key has. The value itself may be secret and is not shown.
pub(super) fn wrong_type(file: &Path, line: u64, key: &str, expected: &str, found: &Node) -> Error {
    let at = match key {
        "" => "the document".to_owned(),
        key => format!("`{key}`"),
    };
    let found = found.kind();
    config_error(format!(
        "the kubeconfig {}, line {line}: {at} must be {expected}, not {found}",
        file.display()
    ))
}

/// The place of a YAML error and the key that stands there. The cause itself is left out, for it quotes values and
/// lines of the file, which hold tokens and keys.
pub(super) fn not_yaml(file: &Path, text: &str, cause: &NotYaml) -> Error {
    let line = |it: u64| text.lines().nth(usize::try_from(it).ok()?.checked_sub(1)?);
    let key = cause.line.and_then(line).and_then(key_of);
    let key = key.map(|it| format!(" (at `{it}`)")).unwrap_or_default();
    let place = cause.line.map(|it| format!(", line {it}{key}")).unwrap_or_default();
    config_error(format!(
        "the kubeconfig {}{place}: this is not the YAML of a kubeconfig; check the indentation (spaces, no tabs) and \
         the quotes",
        file.display()
    ))
}

/// The key of a line `  - key: value`, if it is one.
fn key_of(line: &str) -> Option<&str> {
    let key = line.trim_start_matches([' ', '-']).split_once(':')?.0;
    let known = key.len() <= 40 && key.bytes().all(|it| it.is_ascii_alphabetic() || it == b'-');
    (known && !key.is_empty()).then_some(key)
}
