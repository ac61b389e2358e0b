//! What a copy tells while it goes on, and at its end.

use std::path::Path;

/// What happened while files are copied. Paths are those on this side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CopyEvent<'a> {
    /// A file begins.
    Began {
        /// The file.
        path: &'a Path,
        /// How long it is, in bytes.
        size: u64,
    },
    /// Bytes of files were copied: some 64 KiB at a time.
    Moved {
        /// How many since the beginning, of all files.
        bytes: u64,
    },
    /// A symbolic link, device, pipe or the like is left out.
    Skipped {
        /// What the copy of it would be called.
        path: &'a Path,
    },
}

/// What was copied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Copied {
    /// How many files, links included.
    pub files: u64,
    /// How many folders stood in the archive. `kubectl cp` and this send those alone that are empty.
    pub folders: u64,
    /// How many bytes of files.
    pub bytes: u64,
    /// How many symbolic links, devices, pipes and the like were left out.
    pub skipped: u64,
}

/// Who hears of events.
pub(super) type Listener = Box<dyn FnMut(CopyEvent<'_>) + Send>;
