//! Several kubeconfig files as one, as `client-go/tools/clientcmd/loader.go` merges them.

use std::io::ErrorKind as IoKind;
use std::path::{Path, PathBuf};

use kubesdk_core::{Error, ErrorKind};

use super::kubeconfig::{Kubeconfig, Named, unreadable};

/// Files as one document. A file that is not there is passed over; one that is broken is an error, whichever it is.
pub(super) fn load(paths: &[PathBuf]) -> Result<Kubeconfig, Error> {
    let mut merged = Kubeconfig::default();
    for path in paths {
        match std::fs::read(path) {
            Ok(bytes) => merged.merge(located(Kubeconfig::from_bytes(&bytes, path)?)),
            Err(cause) if cause.kind() == IoKind::NotFound => {}
            Err(cause) => return Err(unreadable("the kubeconfig", path, cause, ErrorKind::Config)),
        }
    }
    Ok(merged)
}

/// One file that must be there.
pub(super) fn load_file(path: &Path) -> Result<Kubeconfig, Error> {
    Kubeconfig::read(path).map(located)
}

impl Kubeconfig {
    /// Adds what another document says and this one does not: of two entries of one name the first counts, whole, and
    /// of two values for `current-context` the first that is not empty.
    ///
    /// # Example
    ///
    /// ```
    /// use kubesdk_runtime::kubeconfig::Kubeconfig;
    ///
    /// let mut first: Kubeconfig = "clusters: [{name: a, cluster: {server: 'https://one'}}]".parse()?;
    /// let other = "clusters: [{name: a}, {name: b}]\ncurrent-context: c".parse()?;
    /// first.merge(other);
    /// assert_eq!(first.clusters.len(), 2);
    /// assert_eq!(first.cluster("a").unwrap().server.as_deref(), Some("https://one"));
    /// assert_eq!(first.current_context.as_deref(), Some("c"));
    /// # Ok::<(), kubesdk_runtime::Error>(())
    /// ```
    pub fn merge(&mut self, other: Kubeconfig) {
        let Kubeconfig { current_context, clusters, contexts, users, extensions, unknown, place } = other;
        if self.current_context.is_none() {
            (self.current_context, self.place) = (current_context, place);
        }
        add(&mut self.clusters, clusters);
        add(&mut self.contexts, contexts);
        add(&mut self.users, users);
        add(&mut self.extensions, extensions);
        self.unknown.add(unknown);
    }
}

fn add<T>(entries: &mut Vec<Named<T>>, more: Vec<Named<T>>) {
    for entry in more {
        if !entries.iter().any(|it| it.name == entry.name) {
            entries.push(entry);
        }
    }
}

/// Relative paths made absolute: they are relative to the folder of the file that names them. A command without a
/// slash is no path but is looked for in `PATH`.
pub(super) fn located(mut document: Kubeconfig) -> Kubeconfig {
    for Named { value: cluster, .. } in &mut document.clusters {
        let file = cluster.place.file().map(Path::to_owned);
        resolve(&mut cluster.certificate_authority, file.as_deref());
    }
    for Named { value: user, .. } in &mut document.users {
        let file = user.place.file().map(Path::to_owned);
        for path in [&mut user.client_certificate, &mut user.client_key, &mut user.token_file] {
            resolve(path, file.as_deref());
        }
        if let Some(exec) = &mut user.exec
            && exec.command.as_ref().is_some_and(|it| it.contains(std::path::MAIN_SEPARATOR))
        {
            resolve(&mut exec.command, file.as_deref());
        }
    }
    document
}

fn resolve(path: &mut Option<String>, file: Option<&Path>) {
    let (Some(text), Some(folder)) = (path.as_deref(), file.and_then(Path::parent)) else { return };
    if Path::new(text).is_absolute() {
        return;
    }
    // The folder of `config` is the one that the program runs in. A path that cannot be made absolute must not become
    // a bare name, which would be looked for in `PATH`: it keeps its folder.
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let Ok(folder) = std::path::absolute(folder) else { return };
    *path = Some(clean(&folder.join(text)).to_string_lossy().into_owned());
}

/// A path without `.` and with each `..` taken back, as Go's `filepath.Join` leaves it.
fn clean(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut cleaned = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                cleaned.pop();
            }
            other => cleaned.push(other),
        }
    }
    cleaned
}
