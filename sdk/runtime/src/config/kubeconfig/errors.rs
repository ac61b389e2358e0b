//! What is said of a kubeconfig that cannot be used: the file, the key, and what to do.

use std::fmt::Display;
use std::path::Path;

use kubesdk_core::{Error, ErrorKind};

pub(super) fn config_error(message: String) -> Error {
    Error::new(ErrorKind::Config, message)
}

pub(super) fn credentials_error(message: String) -> Error {
    Error::new(ErrorKind::Credentials, message)
}

pub(super) fn unreadable(what: &str, path: &Path, cause: std::io::Error, kind: ErrorKind) -> Error {
    let message =
        format!("cannot read {what} {}: {cause}; check the path and that you may read it", path.display());
    Error::new(kind, message).with_source(cause)
}

/// The place of a YAML error and the key that stands there. The cause itself is left out, for it quotes values and
/// lines of the file, which hold tokens and keys.
pub(super) fn not_yaml(path: &Path, text: &str, cause: &serde_saphyr::Error) -> Error {
    let location = cause.location();
    let line = location.map(|it| it.line());
    let key =
        line.and_then(|it| text.lines().nth(usize::try_from(it).ok()?.checked_sub(1)?)).and_then(key_of);
    let place: &dyn Display = match &line {
        Some(line) => line,
        None => &"unknown",
    };
    let key = key.map(|it| format!(" (at `{it}`)")).unwrap_or_default();
    config_error(format!(
        "the kubeconfig {}, line {place}{key}: this is not the YAML of a kubeconfig; check the indentation, the quotes \
         and that the value is of the right type",
        path.display()
    ))
}

/// The key of a line `  - key: value`, if it is one.
fn key_of(line: &str) -> Option<&str> {
    let key = line.trim_start_matches([' ', '-']).split_once(':')?.0;
    let known = key.len() <= 40 && key.bytes().all(|it| it.is_ascii_alphabetic() || it == b'-');
    (known && !key.is_empty()).then_some(key)
}
