//! A tar archive into files here. Whatever it holds, nothing is written outside of the target.

use std::cell::Cell;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use tar::{Archive, Entry, EntryType};

use super::event::Listener;
use super::target::Target;
use super::{Copied, CopyError, CopyEvent};

/// What the headers of one entry may take: names and attributes are kept in memory as a whole.
const HEADERS: u64 = 1 << 20;
/// What may stand behind the end of an archive: tar fills a record of 10 KiB up.
const TRAILER: u64 = 1 << 20;
const BUFFER: usize = 64 << 10;
/// Zeros that are as long as this, and lie at a multiple of it, become a hole.
const BLOCK: usize = 4 << 10;

/// Where an archive goes and what is taken of it.
#[derive(Clone, Debug)]
pub(super) struct Unpack {
    pub(super) target: PathBuf,
    /// How all names begin.
    pub(super) prefix: Vec<Vec<u8>>,
    pub(super) permissions: bool,
    pub(super) limit: u64,
}

/// For fuzzers: any bytes as the archive of the folder `a/b`, copied to `target`, a mebibyte at most.
///
/// # Errors
///
/// As [`CopyFrom`](super::CopyFrom).
#[doc(hidden)]
pub fn check_unpack(archive: &[u8], target: &Path) -> Result<Copied, CopyError> {
    let prefix = vec![b"a".to_vec(), b"b".to_vec()];
    let unpack = Unpack { target: target.to_owned(), prefix, permissions: true, limit: 1 << 20 };
    unpack_all(archive, unpack, Box::new(|_| {}))
}

pub(super) fn unpack_all(
    archive: impl Read,
    unpack: Unpack,
    listener: Listener,
) -> Result<Copied, CopyError> {
    let budget = Rc::new(Cell::new(HEADERS));
    let mut archive = Archive::new(Metered { reader: archive, budget: Rc::clone(&budget) });
    let mut unpacking = Unpacking {
        target: Target::new(unpack.target.clone()),
        modes: Vec::new(),
        copied: Copied::default(),
        unpack,
        listener,
    };
    for entry in archive.entries().map_err(CopyError::Archive)? {
        let mut entry = entry.map_err(CopyError::Archive)?;
        budget.set(u64::MAX);
        unpacking.entry(&mut entry)?;
        // The next header is looked for behind all of this entry, which may have more than it should.
        io::copy(&mut entry, &mut io::sink()).map_err(CopyError::Archive)?;
        budget.set(HEADERS);
    }
    budget.set(TRAILER);
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(CopyError::Archive)?;
    unpacking.finish()
}

struct Unpacking {
    unpack: Unpack,
    target: Target,
    listener: Listener,
    copied: Copied,
    /// Folders and the modes that they get at the end, when nothing is written into them any more.
    modes: Vec<(PathBuf, u32)>,
}

impl Unpacking {
    fn entry<R: Read>(&mut self, entry: &mut Entry<'_, R>) -> Result<(), CopyError> {
        let kind = entry.header().entry_type();
        if kind.is_pax_global_extensions() {
            return Ok(());
        }
        let name = entry.path_bytes().into_owned();
        let below = self.place(&name)?;
        match kind {
            EntryType::Directory => self.folder(entry, &below),
            // Before POSIX a folder was a file whose name ends with a slash.
            EntryType::Regular if name.ends_with(b"/") => self.folder(entry, &below),
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => self.file(entry, &below),
            EntryType::Link => {
                let of = entry.link_name_bytes().unwrap_or_default().into_owned();
                let of = self.place(&of)?;
                self.copied.files += 1;
                self.target.hard_link(&below, &of)
            }
            _ => {
                self.copied.skipped += 1;
                (self.listener)(CopyEvent::Skipped { path: &self.target.path(&below) });
                Ok(())
            }
        }
    }

    fn folder<R: Read>(&mut self, entry: &Entry<'_, R>, below: &[OsString]) -> Result<(), CopyError> {
        let path = self.target.folder(below)?;
        self.copied.folders += 1;
        if self.unpack.permissions {
            self.modes.push((path, entry.header().mode().map_err(CopyError::Archive)?));
        }
        Ok(())
    }

    fn file<R: Read>(&mut self, entry: &mut Entry<'_, R>, below: &[OsString]) -> Result<(), CopyError> {
        let (size, limit) = (entry.size(), self.unpack.limit);
        if size > limit.saturating_sub(self.copied.bytes) {
            return Err(CopyError::TooLarge { limit });
        }
        let mode = entry.header().mode().map_err(CopyError::Archive)?;
        let (file, path) = self.target.file(below)?;
        (self.listener)(CopyEvent::Began { path: &path, size });
        let regular = file.metadata().is_ok_and(|it| it.is_file());
        let written = self.content(entry, file, &path, regular).and_then(|count| match count == size {
            true => Ok(()),
            false => Err(CopyError::Archive(io::ErrorKind::UnexpectedEof.into())),
        });
        if let Err(error) = written {
            // Half a file must not look like a whole one.
            if regular {
                let _ = fs::remove_file(&path);
            }
            return Err(error);
        }
        self.copied.files += 1;
        if self.unpack.permissions { set_mode(&path, mode) } else { Ok(()) }
    }

    /// Copies what an entry holds; long zeros become holes where that can be.
    fn content<R: Read>(
        &mut self,
        entry: &mut Entry<'_, R>,
        mut file: File,
        path: &Path,
        holes: bool,
    ) -> Result<u64, CopyError> {
        let fault = |error| CopyError::local(path, error);
        let mut buffer = vec![0; BUFFER];
        let (mut total, mut hole) = (0, 0);
        loop {
            let count = fill(entry, &mut buffer).map_err(CopyError::Archive)?;
            if count == 0 {
                break;
            }
            let mut rest = &buffer[..count];
            while !rest.is_empty() {
                let (zeros, length) = if holes { run(rest) } else { (false, rest.len()) };
                let (blocks, others) = rest.split_at(length);
                rest = others;
                if zeros {
                    hole += length as u64;
                    continue;
                }
                if hole > 0 {
                    let hole = i64::try_from(hole).unwrap_or(i64::MAX);
                    file.seek(SeekFrom::Current(hole)).map_err(fault)?;
                }
                hole = 0;
                file.write_all(blocks).map_err(fault)?;
            }
            total += count as u64;
            self.copied.bytes += count as u64;
            (self.listener)(CopyEvent::Moved { bytes: self.copied.bytes });
        }
        if hole > 0 {
            file.set_len(total).map_err(fault)?;
        }
        Ok(total)
    }

    /// Where an entry goes, below the target.
    fn place(&self, name: &[u8]) -> Result<Vec<OsString>, CopyError> {
        let outside = || CopyError::Outside { entry: String::from_utf8_lossy(name).into_owned() };
        if name.starts_with(b"/") {
            return Err(outside());
        }
        let separates = |it: &u8| *it == b'/' || cfg!(windows) && *it == b'\\';
        let mut parts = name.split(separates).filter(|it| !it.is_empty() && *it != b".");
        for expected in &self.unpack.prefix {
            if parts.next() != Some(expected) {
                return Err(outside());
            }
        }
        parts.map(|it| file_name(it).ok_or_else(outside)).collect()
    }

    /// Gives folders their modes, the deepest first.
    fn finish(mut self) -> Result<Copied, CopyError> {
        self.modes.sort();
        self.modes.iter().rev().try_for_each(|(path, mode)| set_mode(path, *mode))?;
        Ok(self.copied)
    }
}

/// How long the bytes at the start are that go together, in blocks that are all zeros or none of them: what is no hole is
/// one write and not one for each block.
fn run(bytes: &[u8]) -> (bool, usize) {
    let is_zero = |block: &[u8]| block == &[0; BLOCK][..block.len()];
    let zeros = bytes.chunks(BLOCK).next().is_some_and(is_zero);
    let alike = bytes.chunks(BLOCK).take_while(|block| is_zero(block) == zeros);
    (zeros, alike.map(<[u8]>::len).sum())
}

/// Reads until the buffer is full or nothing is left.
fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..])? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
}

/// A part of a path, if it is a name and nothing more.
#[cfg(unix)]
fn file_name(part: &[u8]) -> Option<OsString> {
    use std::os::unix::ffi::OsStrExt;
    (part != b"..").then(|| std::ffi::OsStr::from_bytes(part).to_owned())
}

/// A part of a path, if it is a name and nothing more: no drive and no stream.
#[cfg(not(unix))]
fn file_name(part: &[u8]) -> Option<OsString> {
    let name = std::str::from_utf8(part).ok()?;
    (name != ".." && !name.contains([':', '\\'])).then(|| name.into())
}

/// What anybody may do with a file; never who else one becomes by running it.
#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> Result<(), CopyError> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode & 0o777))
        .map_err(|error| CopyError::local(path, error))
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> Result<(), CopyError> {
    Ok(())
}

/// A reader that gives no more than it may.
struct Metered<R> {
    reader: R,
    budget: Rc<Cell<u64>>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.budget.get();
        if left == 0 && !buffer.is_empty() {
            return Err(io::Error::other(
                "a name, its attributes or what follows the end is longer than 1 MiB",
            ));
        }
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let count = self.reader.read(&mut buffer[..most])?;
        self.budget.set(left - count as u64);
        Ok(count)
    }
}
