//! A kubeconfig file changed: locked as kubectl locks it, written whole or not at all, readable by its owner alone.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind as IoKind, Write};
use std::path::{Path, PathBuf};

use kubesdk_core::{Error, ErrorKind};

use super::{Kubeconfig, config_error, unreadable};

impl Kubeconfig {
    /// Writes a file, secrets included: whole or not at all. A new file can be read by its owner alone; one that was
    /// there keeps its permissions, and a symbolic link stays one. Missing folders are made.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] when it cannot be written.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        let text = self.to_yaml()?;
        // Behind a link it is the file that is replaced.
        let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        replace(&path, text.as_bytes()).map_err(|cause| {
            let message = format!(
                "cannot write the kubeconfig {}: {cause}; check that its folder may be written to",
                path.display()
            );
            Error::new(ErrorKind::Config, message).with_source(cause)
        })
    }

    /// Reads a file, changes it and writes it back, while a lock keeps `kubectl config` and other programs that do
    /// the same from it: the file `NAME.lock` beside it, as client-go makes it. A file that is not there is begun.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] when the file is locked, is no kubeconfig or cannot be written, and whatever `change`
    /// returns; then the file stays as it was.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use kubesdk_runtime::kubeconfig::Kubeconfig;
    ///
    /// Kubeconfig::edit("/home/me/.kube/config", |kubeconfig| {
    ///     kubeconfig.current_context = Some("production".to_owned());
    ///     Ok(())
    /// })?;
    /// # Ok::<(), kubesdk_runtime::Error>(())
    /// ```
    pub fn edit(
        path: impl AsRef<Path>,
        change: impl FnOnce(&mut Kubeconfig) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let path = path.as_ref();
        let _lock = Lock::take(path)?;
        let mut document = match std::fs::read(path) {
            Ok(bytes) => Kubeconfig::from_bytes(&bytes, path)?,
            Err(cause) if cause.kind() == IoKind::NotFound => Kubeconfig::default(),
            Err(cause) => return Err(unreadable("the kubeconfig", path, cause, ErrorKind::Config)),
        };
        change(&mut document)?;
        document.write(path)
    }
}

/// A new file takes the place of the old one in one step: whoever reads sees one or the other.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = folder_of(path);
    std::fs::create_dir_all(folder)?;
    // Made with mode 0600.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    if let Ok(old) = std::fs::metadata(path) {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|it| it.error)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The file that client-go makes while it changes a kubeconfig (`lockFile` in `tools/clientcmd/loader.go`).
struct Lock(PathBuf);

impl Lock {
    fn take(path: &Path) -> Result<Lock, Error> {
        let mut name = path.as_os_str().to_owned();
        name.push(".lock");
        let lock = PathBuf::from(name);
        let refused = |why: &str, cause: std::io::Error| {
            let message = format!("cannot lock the kubeconfig {}: {cause}; {why}", path.display());
            Error::new(ErrorKind::Config, message).with_source(cause)
        };
        std::fs::create_dir_all(folder_of(path)).map_err(|it| refused("check its folder", it))?;
        let made: std::io::Result<File> = OpenOptions::new().write(true).create_new(true).open(&lock);
        match made {
            Ok(_) => Ok(Lock(lock)),
            Err(cause) if cause.kind() == IoKind::AlreadyExists => Err(config_error(format!(
                "the kubeconfig {} is being changed by another program; if none is, remove {}",
                path.display(),
                lock.display()
            ))),
            Err(cause) => Err(refused("check that its folder may be written to", cause)),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Nobody can be told; the next one is, by name.
        let _ = std::fs::remove_file(&self.0);
    }
}
