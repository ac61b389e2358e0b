//! Paths in a container, by the rules of Go's package `path`, which `kubectl cp` goes by.

use super::CopyError;

/// The shortest path of the same meaning, by the text alone; `.` for nothing.
pub(super) fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|it| *it != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            part => parts.push(part),
        }
    }
    match (rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

/// The folder of a clean path, and its name in it.
pub(super) fn split(path: &str) -> (&str, &str) {
    match path.rsplit_once('/') {
        Some(("", name)) => ("/", name),
        Some((folder, name)) => (folder, name),
        None => (".", path),
    }
}

/// How the names of an archive of `path` begin: `tar` takes everything away up to the last `..`, and slashes before it.
pub(super) fn prefix(path: &str) -> Vec<Vec<u8>> {
    let parts: Vec<&str> = path.split('/').filter(|it| !matches!(*it, "" | ".")).collect();
    let rest = parts.rsplit(|it| *it == "..").next().unwrap_or_default();
    rest.iter().map(|it| it.as_bytes().to_vec()).collect()
}

/// A path as an argument that cannot be taken for an option.
pub(super) fn argument(path: &str) -> Result<String, CopyError> {
    match path {
        "" => Err(CopyError::Invalid {
            message: "the path in the container is empty; expected a file or folder".into(),
        }),
        path if path.starts_with('-') => Ok(format!("./{path}")),
        path => Ok(path.to_owned()),
    }
}
