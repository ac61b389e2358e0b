//! Documents by their hashes: in memory, and in a folder if there is one.

use std::collections::{BTreeSet, HashMap};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{fs, io};

use bytes::Bytes;

use super::Index;

/// What is kept. A hash names one text for ever.
#[derive(Debug, Default)]
pub(super) struct Documents {
    memory: Mutex<HashMap<String, Bytes>>,
    folder: Option<PathBuf>,
}

impl Documents {
    pub(super) fn in_folder(folder: PathBuf) -> Self {
        Documents { memory: Mutex::default(), folder: Some(folder) }
    }

    /// The text of a hash, if it is kept.
    pub(super) fn get(&self, hash: &str) -> Option<Bytes> {
        if let Some(body) = self.lock().get(hash) {
            return Some(body.clone());
        }
        // A file of a megabyte from the page cache is a matter of some hundred microseconds: no reason for a thread.
        let body = Bytes::from(fs::read(self.file(hash)?).ok()?);
        // A file that somebody has cut off is as good as none.
        if body.trim_ascii().first() != Some(&b'{') || body.trim_ascii().last() != Some(&b'}') {
            return None;
        }
        self.lock().insert(hash.to_owned(), body.clone());
        Some(body)
    }

    /// Keeps a text.
    pub(super) fn keep(&self, hash: &str, body: &Bytes) {
        self.lock().insert(hash.to_owned(), body.clone());
        if let (Some(folder), Some(file)) = (&self.folder, self.file(hash)) {
            // The text is here; that it will be transferred again next time is no failure of this call.
            let _ = write(folder, &file, body);
        }
    }

    /// Drops from memory what the server does not have any more.
    pub(super) fn retain(&self, index: &Index) {
        let current: BTreeSet<&str> = index.iter().filter_map(|(_, entry)| entry.hash.as_deref()).collect();
        self.lock().retain(|hash, _| current.contains(hash.as_str()));
    }

    /// Where the text of a hash stands. The hash comes from outside, and must not lead out of the folder.
    fn file(&self, hash: &str) -> Option<PathBuf> {
        let plain = (16..=128).contains(&hash.len()) && hash.chars().all(|it| it.is_ascii_hexdigit());
        plain.then(|| Some(self.folder.as_ref()?.join(format!("{hash}.json"))))?
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Bytes>> {
        // Entries are put in whole, so a panic elsewhere has left nothing half done.
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes a file whole or not at all: others may read it at any time.
fn write(folder: &Path, file: &Path, body: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(body)?;
    temporary.persist(file)?;
    Ok(())
}
