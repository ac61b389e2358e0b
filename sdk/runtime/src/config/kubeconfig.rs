//! Kubeconfig files: reading, merging as client-go merges, and what the current context leads to.

mod document;
mod errors;
mod merge;
mod resolve;

use std::path::{Path, PathBuf};

use kubesdk_core::{Error, ErrorKind};

use super::Config;
use errors::{config_error, unreadable};
use merge::Merged;

/// The files that are read when none is named: those of `KUBECONFIG`, else `~/.kube/config`.
pub(super) fn default_paths() -> Vec<PathBuf> {
    match std::env::var_os("KUBECONFIG").filter(|it| !it.is_empty()) {
        Some(list) => std::env::split_paths(&list).filter(|it| !it.as_os_str().is_empty()).collect(),
        None => std::env::home_dir().map(|home| home.join(".kube").join("config")).into_iter().collect(),
    }
}

/// A context of several files merged, the current one by default; nothing if none exists or says anything.
pub(super) fn load(paths: &[PathBuf], context: Option<&str>) -> Result<Option<Config>, Error> {
    let mut merged = Merged::default();
    for path in paths {
        match std::fs::read_to_string(path) {
            Ok(text) => merged.add(path, &text)?,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {}
            Err(cause) => return Err(unreadable("the kubeconfig", path, cause, ErrorKind::Config)),
        }
    }
    if merged.is_empty() { Ok(None) } else { merged.resolve(&list(paths), context).map(Some) }
}

/// A context of one file, the current one by default.
pub(super) fn load_file(path: &Path, context: Option<&str>) -> Result<Config, Error> {
    let text = std::fs::read_to_string(path)
        .map_err(|cause| unreadable("the kubeconfig", path, cause, ErrorKind::Config))?;
    let mut merged = Merged::default();
    merged.add(path, &text)?;
    if merged.is_empty() {
        return Err(config_error(format!(
            "the kubeconfig {} is empty; it must have `clusters`, `contexts` and `current-context`",
            path.display()
        )));
    }
    merged.resolve(&path.display().to_string(), context)
}

/// Where was looked, in words, when nothing was found.
pub(super) fn nothing_in(paths: &[PathBuf]) -> String {
    match paths.is_empty() {
        true => "no kubeconfig (neither KUBECONFIG nor a home folder is set)".to_owned(),
        false => format!("nothing in {}", list(paths)),
    }
}

/// Paths in words.
fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|it| it.display().to_string()).collect::<Vec<_>>().join(", ")
}

fn some(text: Option<String>) -> Option<String> {
    text.filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests;
