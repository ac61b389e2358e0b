//! A Unix socket that its owner alone can open, and whose file goes with it.

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::task::{Context, Poll};

use kubesdk_core::{Error, ErrorKind};
use tokio::net::{UnixListener, UnixStream};

#[derive(Debug)]
pub(super) struct Socket {
    listener: UnixListener,
    path: PathBuf,
    /// Which file it is: another may have taken its place.
    inode: u64,
}

impl Socket {
    pub(super) fn bind(path: &Path) -> Result<Self, Error> {
        Socket::make(path).map_err(|error| {
            let message = format!("cannot listen at {}: {error}; choose another path", path.display());
            Error::new(ErrorKind::Config, message).with_source(error)
        })
    }

    fn make(path: &Path) -> io::Result<Self> {
        if fs::symlink_metadata(path).is_ok_and(|it| !it.file_type().is_socket()) {
            return Err(io::Error::new(io::ErrorKind::AddrInUse, "there is something that is no socket"));
        }
        let parent = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // In a folder that nobody else enters until its mode is set; then it takes its place, and a stale one's.
        let hidden = tempfile::Builder::new().prefix(".").tempdir_in(parent)?;
        let made = hidden.path().join("s");
        let listener = UnixListener::bind(&made)?;
        fs::set_permissions(&made, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        let inode = fs::symlink_metadata(&made)?.ino();
        fs::rename(&made, path)?;
        Ok(Socket { listener, path: path.to_owned(), inode })
    }

    pub(super) fn poll_accept(&self, context: &mut Context<'_>) -> Poll<io::Result<UnixStream>> {
        self.listener.poll_accept(context).map_ok(|(stream, _)| stream)
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if fs::symlink_metadata(&self.path).is_ok_and(|it| it.ino() == self.inode) {
            // A file that cannot be removed is a stale socket, which the next one replaces.
            let _ = fs::remove_file(&self.path);
        }
    }
}
