//! The places below a target at which files may be written, and no others.

use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::CopyError;

/// What is written below `root`. The root itself may be a link, or lie behind one, because the caller has named it; what
/// stands below it may not.
pub(super) struct Target {
    root: PathBuf,
    /// A folder that was looked at already, with all above it.
    known: Option<PathBuf>,
}

impl Target {
    pub(super) fn new(root: PathBuf) -> Self {
        Target { root, known: None }
    }

    /// Where something is, whether or not it may be written.
    pub(super) fn path(&self, below: &[OsString]) -> PathBuf {
        let mut path = self.root.clone();
        path.extend(below);
        path
    }

    /// A folder, made if it is not there.
    pub(super) fn folder(&mut self, below: &[OsString]) -> Result<PathBuf, CopyError> {
        let whole = self.path(below);
        if self.known.as_ref() == Some(&whole) {
            return Ok(whole);
        }
        let mut path = self.root.clone();
        fs::create_dir_all(&path).map_err(|error| CopyError::local(&path, error))?;
        for part in below {
            path.push(part);
            match existing(&path)? {
                Some(found) if found.is_dir() => {}
                Some(_) => return Err(CopyError::local(&path, io::ErrorKind::NotADirectory.into())),
                None => fs::create_dir(&path).map_err(|error| CopyError::local(&path, error))?,
            }
        }
        self.known = Some(path.clone());
        Ok(path)
    }

    /// A file, empty.
    pub(super) fn file(&mut self, below: &[OsString]) -> Result<(File, PathBuf), CopyError> {
        let path = self.free(below)?;
        let file = File::create(&path).map_err(|error| CopyError::local(&path, error))?;
        Ok((file, path))
    }

    /// A further name of a file that stands below the target, or a copy where the system has no such names.
    pub(super) fn hard_link(&mut self, below: &[OsString], of: &[OsString]) -> Result<(), CopyError> {
        let mut original = self.root.clone();
        for part in of {
            original.push(part);
            existing(&original)?;
        }
        if !existing(&original)?.is_some_and(|it| it.is_file()) {
            return Err(CopyError::local(&original, io::ErrorKind::NotFound.into()));
        }
        let path = self.free(below)?;
        if path == original {
            return Ok(());
        }
        if existing(&path)?.is_some() {
            fs::remove_file(&path).map_err(|error| CopyError::local(&path, error))?;
        }
        fs::hard_link(&original, &path)
            .or_else(|_| fs::copy(&original, &path).map(|_| ()))
            .map_err(|error| CopyError::local(&path, error))
    }

    /// The path of a file that can be written: in a folder of ours, and nothing but a file is there.
    fn free(&mut self, below: &[OsString]) -> Result<PathBuf, CopyError> {
        let Some((name, folder)) = below.split_last() else {
            if let Some(above) = self.root.parent() {
                fs::create_dir_all(above).map_err(|error| CopyError::local(above, error))?;
            }
            return Ok(self.root.clone());
        };
        let path = self.folder(folder)?.join(name);
        match existing(&path)? {
            Some(found) if !found.is_file() => {
                let fault =
                    io::Error::new(io::ErrorKind::AlreadyExists, "something is there that is no file");
                Err(CopyError::local(&path, fault))
            }
            _ => Ok(path),
        }
    }
}

/// What is at a path, which must be no link.
fn existing(path: &Path) -> Result<Option<Metadata>, CopyError> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => Err(CopyError::ThroughLink { path: path.to_owned() }),
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(CopyError::local(path, error)),
    }
}
