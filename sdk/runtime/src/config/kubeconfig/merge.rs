//! Several kubeconfigs as one, as client-go merges them.

use std::path::{Path, PathBuf};

use kubesdk_core::Error;

use super::document::{Cluster, ContextEntry, File, User};
use super::errors::{config_error, not_yaml};
use super::some;

/// An entry and the file that it stands in.
pub(super) struct Entry<T> {
    pub(super) name: String,
    pub(super) file: PathBuf,
    pub(super) value: T,
}

/// Several files as one: the first that names something wins, whole entries at a time
/// (`client-go/tools/clientcmd/loader.go`).
#[derive(Default)]
pub(super) struct Merged {
    pub(super) clusters: Vec<Entry<Cluster>>,
    pub(super) contexts: Vec<Entry<ContextEntry>>,
    pub(super) users: Vec<Entry<User>>,
    pub(super) current_context: Option<String>,
}

impl Merged {
    pub(super) fn add(&mut self, path: &Path, text: &str) -> Result<(), Error> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            return Ok(());
        }
        let file: Option<File> =
            serde_saphyr::from_str(text).map_err(|cause| not_yaml(path, text, &cause))?;
        let file = file.unwrap_or_default();
        let clusters = file.clusters.unwrap_or_default().into_iter();
        let clusters = clusters.map(|it| (it.name, it.cluster.unwrap_or_default())).collect();
        let contexts = file.contexts.unwrap_or_default().into_iter();
        let contexts = contexts.map(|it| (it.name, it.context.unwrap_or_default())).collect();
        let users = file.users.unwrap_or_default().into_iter();
        let users = users.map(|it| (it.name, it.user.unwrap_or_default())).collect();
        merge(&mut self.clusters, path, "cluster", clusters)?;
        merge(&mut self.contexts, path, "context", contexts)?;
        merge(&mut self.users, path, "user", users)?;
        self.current_context = self.current_context.take().or(some(file.current_context));
        Ok(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.clusters.is_empty()
            && self.contexts.is_empty()
            && self.users.is_empty()
            && self.current_context.is_none()
    }
}

fn merge<T>(into: &mut Vec<Entry<T>>, path: &Path, what: &str, new: Vec<(String, T)>) -> Result<(), Error> {
    let before = into.len();
    for (name, value) in new {
        match into.iter().position(|it| it.name == name) {
            None => into.push(Entry { name, file: path.to_owned(), value }),
            Some(at) if at < before => {}
            Some(_) => {
                let file = path.display();
                return Err(config_error(format!(
                    "{file} has two entries for the {what} \"{name}\"; remove one"
                )));
            }
        }
    }
    Ok(())
}

pub(super) fn find<T>(entries: Vec<Entry<T>>, name: &str) -> Option<Entry<T>> {
    entries.into_iter().find(|it| it.name == name)
}

pub(super) fn names<T>(entries: &[Entry<T>]) -> String {
    match entries {
        [] => "there is none".to_owned(),
        some => format!("there is {}", some.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(", ")),
    }
}
