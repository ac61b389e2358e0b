//! Files here into a tar archive, in the order and with the headers that `kubectl cp` gives them.
//!
//! Holes of sparse files are sent as zeros, because not every `tar` in a container knows another form.

use std::fs::{self, File, Metadata};
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use tar::{Builder, EntryType, Header};

use super::event::Listener;
use super::{Copied, CopyError, CopyEvent};

/// What is read of a file at once; the builder takes it in smaller pieces.
const BUFFER: usize = 64 << 10;
/// After how many bytes it is told how many there are: the builder reads less at once.
const NOTICE: u64 = 64 << 10;

/// Writes what is at `source` as an archive in which it is called `name`.
pub(super) fn pack(
    source: &Path,
    name: &str,
    writer: impl Write,
    listener: Listener,
) -> Result<Copied, CopyError> {
    let gate = Gate { writer, shut: false };
    let mut packing = Packing { builder: Builder::new(gate), listener, copied: Copied::default() };
    if let Err(error) = packing.add(source, Path::new(name)) {
        packing.builder.get_mut().shut = true;
        return Err(error);
    }
    let mut gate = packing.builder.into_inner().map_err(broken)?;
    gate.writer.flush().map_err(broken)?;
    Ok(packing.copied)
}

/// What is written to, until something has failed: a builder that is dropped would still write the end of an archive,
/// and what was cut must not look whole.
struct Gate<W> {
    writer: W,
    shut: bool,
}

impl<W: Write> Write for Gate<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.shut { Ok(bytes.len()) } else { self.writer.write(bytes) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A write fails only because nobody takes what is written any more; why, the other side knows.
fn broken(error: io::Error) -> CopyError {
    CopyError::Archive(error)
}

struct Packing<W: Write> {
    builder: Builder<Gate<W>>,
    listener: Listener,
    copied: Copied,
}

impl<W: Write> Packing<W> {
    fn add(&mut self, path: &Path, name: &Path) -> Result<(), CopyError> {
        let found = fs::symlink_metadata(path).map_err(|error| CopyError::local(path, error))?;
        if found.is_dir() {
            return self.folder(path, name, &found);
        }
        if found.is_symlink() {
            return self.link(path, name, &found);
        }
        if found.is_file() {
            return self.file(path, name);
        }
        let fault = io::Error::new(io::ErrorKind::Unsupported, "neither a file nor a folder nor a link");
        Err(CopyError::local(path, fault))
    }

    /// A folder stands in the archive when it is empty; the others come to be with what is in them. So a folder that is
    /// there already, `/tmp` say, keeps its mode.
    fn folder(&mut self, path: &Path, name: &Path, found: &Metadata) -> Result<(), CopyError> {
        let fault = |error| CopyError::local(path, error);
        let entries = fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>).map_err(fault)?;
        let mut names: Vec<_> = entries.iter().map(fs::DirEntry::file_name).collect();
        if names.is_empty() {
            let mut header = header(found, EntryType::Directory, 0);
            self.copied.folders += 1;
            return self.builder.append_data(&mut header, name, io::empty()).map_err(broken);
        }
        names.sort();
        names.iter().try_for_each(|it| self.add(&path.join(it), &name.join(it)))
    }

    fn link(&mut self, path: &Path, name: &Path, found: &Metadata) -> Result<(), CopyError> {
        let target = fs::read_link(path).map_err(|error| CopyError::local(path, error))?;
        let mut header = header(found, EntryType::Symlink, 0);
        self.copied.files += 1;
        self.builder.append_link(&mut header, name, target).map_err(broken)
    }

    fn file(&mut self, path: &Path, name: &Path) -> Result<(), CopyError> {
        let opened = File::open(path).and_then(|file| Ok((file.metadata()?, file)));
        let (found, file) = opened.map_err(|error| CopyError::local(path, error))?;
        let mut header = header(&found, EntryType::Regular, found.len());
        (self.listener)(CopyEvent::Began { path, size: found.len() });
        let mut fault = None;
        let reader = Exactly {
            file: BufReader::with_capacity(BUFFER, file),
            left: found.len(),
            moved: &mut self.copied.bytes,
            listener: &mut self.listener,
            fault: &mut fault,
        };
        let added = self.builder.append_data(&mut header, name, reader);
        self.copied.files += 1;
        match fault {
            Some(fault) => Err(CopyError::local(path, fault)),
            None => added.map_err(broken),
        }
    }
}

/// As many bytes of a file as its header says.
struct Exactly<'a> {
    file: BufReader<File>,
    left: u64,
    moved: &'a mut u64,
    listener: &'a mut Listener,
    fault: &'a mut Option<io::Error>,
}

impl Read for Exactly<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if most == 0 {
            return Ok(0);
        }
        let count = match self.file.read(&mut buffer[..most]) {
            Ok(0) => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it became shorter while it was read")),
            other => other,
        };
        let count = count.map_err(|error| {
            let kind = error.kind();
            *self.fault = Some(error);
            io::Error::from(kind)
        })?;
        self.left -= count as u64;
        let before = *self.moved / NOTICE;
        *self.moved += count as u64;
        if self.left == 0 || *self.moved / NOTICE > before {
            (self.listener)(CopyEvent::Moved { bytes: *self.moved });
        }
        Ok(count)
    }
}

fn header(found: &Metadata, kind: EntryType, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(size);
    let since = found.modified().ok().and_then(|it| it.duration_since(std::time::UNIX_EPOCH).ok());
    header.set_mtime(since.map_or(0, |it| it.as_secs()));
    owner_and_mode(&mut header, found);
    header
}

#[cfg(unix)]
fn owner_and_mode(header: &mut Header, found: &Metadata) {
    use std::os::unix::fs::MetadataExt;
    header.set_mode(found.mode() & 0o7777);
    header.set_uid(found.uid().into());
    header.set_gid(found.gid().into());
}

#[cfg(not(unix))]
fn owner_and_mode(header: &mut Header, found: &Metadata) {
    header.set_mode(if found.is_dir() { 0o755 } else { 0o644 });
}

/// What a copy of `source` is called in a folder, and nothing if the source means what is in it.
pub(super) fn base(source: &Path) -> Option<String> {
    let text = source.to_string_lossy();
    let text = text.trim_end_matches(std::path::is_separator);
    let last = text.rsplit(std::path::is_separator).next().unwrap_or_default();
    (!matches!(last, "" | "." | "..")).then(|| last.to_owned())
}

/// Without a separator at the end, which would make a link the folder that it points to.
pub(super) fn without_trailing_separator(source: &Path) -> PathBuf {
    source.components().collect()
}
