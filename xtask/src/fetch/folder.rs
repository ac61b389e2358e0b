//! A folder of documents on the disk: what is in it, whether it is what was fetched, and how it is replaced whole.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use kubesdk_gen::server::Index;

use super::source::{self, Source};

/// A folder that holds documents, or may.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    /// The record, if there is one that can be read.
    pub(crate) source: Option<Source>,
    /// What no fetch wrote, in words.
    pub(crate) foreign: Vec<String>,
}

impl Folder {
    /// Looks at a folder, which need not be there.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let mut folder = Folder { path: path.to_owned(), source: None, foreign: Vec::new() };
        let mut names = names(path)?;
        if names.iter().any(|it| it == source::FILE) {
            match folder.read_source() {
                Ok(source) => folder.source = Some(source),
                // What else is there may be what a fetch wrote, or not: nobody knows.
                Err(error) => names = vec![format!("{} ({error:#})", source::FILE)],
            }
        }
        let known = folder.source.as_ref().map(|it| &it.documents);
        names.retain(|name| {
            known.is_none_or(|documents| name != source::FILE && !documents.contains_key(name))
        });
        folder.foreign = names;
        Ok(folder)
    }

    fn read_source(&self) -> Result<Source> {
        let text = fs::read_to_string(self.path.join(source::FILE)).context("cannot be read")?;
        serde_json::from_str(&text).context("is no record of this command")
    }

    /// Whether a server with this index has nothing that is not here already.
    pub(crate) fn holds(&self, index: &Index) -> Result<bool> {
        let Some(source) = &self.source else { return Ok(false) };
        let same = source.documents.len() == index.len()
            && index.iter().all(|(file, entry)| {
                let known = source.documents.get(file);
                known.is_some_and(|it| it.path == entry.path && it.hash.is_some() && it.hash == entry.hash)
            });
        Ok(same && self.foreign.is_empty() && self.intact()?.len() == index.len())
    }

    /// The documents that still are what was fetched, by the names of their files.
    pub(crate) fn intact(&self) -> Result<BTreeMap<String, String>> {
        let mut intact = BTreeMap::new();
        for (file, document) in self.source.iter().flat_map(|it| &it.documents) {
            let path = self.path.join(file);
            let content = match fs::read(&path) {
                Ok(content) => content,
                Err(cause) if cause.kind() == ErrorKind::NotFound => continue,
                Err(cause) => return Err(cause).with_context(|| format!("cannot read {}", path.display())),
            };
            if source::sha256(&content) == document.sha256
                && let Ok(text) = String::from_utf8(content)
            {
                intact.insert(file.clone(), text);
            }
        }
        Ok(intact)
    }

    /// Puts these files in the place of all that the folder holds. All of them are written beside it first: when the
    /// disk is full, nothing has changed yet. The folder itself is exchanged by two renames.
    pub(crate) fn replace(&self, files: &BTreeMap<String, String>) -> Result<()> {
        // A link stays a link.
        let path = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let parent = path.parent().with_context(|| format!("{} cannot be replaced", path.display()))?;
        let cannot = || format!("cannot write in {}", parent.display());
        fs::create_dir_all(parent).with_context(cannot)?;
        let beside = tempfile::Builder::new().prefix(".fetch-").tempdir_in(parent).with_context(cannot)?;
        let (new, old) = (beside.path().join("new"), beside.path().join("old"));
        fs::create_dir(&new).with_context(cannot)?;
        for (name, text) in files {
            let file = new.join(name);
            fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
        }
        let there = path.try_exists().with_context(|| format!("cannot look at {}", path.display()))?;
        if there {
            fs::rename(&path, &old).with_context(|| format!("cannot replace {}", path.display()))?;
        }
        if let Err(cause) = fs::rename(&new, &path) {
            if there && let Err(second) = fs::rename(&old, &path) {
                let kept = beside.keep();
                bail!(
                    "{} is lost halfway ({cause}, {second}); what it held is in {}",
                    path.display(),
                    kept.display()
                );
            }
            return Err(cause).with_context(|| format!("cannot replace {}", path.display()));
        }
        Ok(())
    }
}

/// The names in a folder; none if it is not there.
fn names(path: &Path) -> Result<Vec<String>> {
    let cannot = || format!("cannot read the folder {}", path.display());
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(cause) => return Err(cause).with_context(cannot),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry.with_context(cannot)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::super::source::{Document, Version};
    use super::*;
    use kubesdk_gen::server::Entry;

    /// A folder with two documents and its record, and the index of the server that it came from.
    fn fetched(path: &Path) -> Index {
        let (mut files, mut documents, mut index) = (BTreeMap::new(), BTreeMap::new(), Index::new());
        for (name, hash) in [("a", "A1"), ("b", "B1")] {
            let (file, hash, text) =
                (format!("{name}.json"), Some(hash.to_owned()), format!("text of {name}"));
            let sha256 = source::sha256(text.as_bytes());
            documents.insert(file.clone(), Document { hash: hash.clone(), path: name.into(), sha256 });
            index.insert(file.clone(), Entry { path: name.into(), url: format!("/{name}"), hash });
            files.insert(file, text);
        }
        let server = Version { git_version: "v1.0.0".into(), major: "1".into(), minor: "0".into() };
        let source = Source { documents, flags: None, server };
        files.insert(source::FILE.into(), source.text().unwrap());
        Folder::open(path).unwrap().replace(&files).unwrap();
        index
    }

    #[test]
    fn a_folder_holds_what_was_fetched_until_something_differs() {
        let check = |change: &dyn Fn(&Path, &mut Index), holds: bool| {
            let place = tempfile::tempdir().unwrap();
            let path = place.path().join("deep/specs/v1");
            let mut index = fetched(&path);
            change(&path, &mut index);
            assert_eq!(Folder::open(&path).unwrap().holds(&index).unwrap(), holds);
        };
        check(&|_, _| {}, true);
        check(&|path, _| fs::write(path.join("a.json"), "edited").unwrap(), false);
        check(&|path, _| fs::write(path.join("a.json"), [0xff]).unwrap(), false);
        check(&|path, _| fs::remove_file(path.join("a.json")).unwrap(), false);
        check(&|path, _| fs::remove_file(path.join(source::FILE)).unwrap(), false);
        check(&|path, _| fs::write(path.join("notes.txt"), "mine").unwrap(), false);
        check(&|_, index| index.get_mut("a.json").unwrap().hash = Some("A2".into()), false);
        check(&|_, index| index.get_mut("a.json").unwrap().hash = None, false);
        check(&|_, index| index.get_mut("a.json").unwrap().path = "c".into(), false);
        check(&|_, index| drop(index.remove("a.json")), false);
    }

    #[test]
    fn what_no_fetch_wrote_is_named() {
        let check = |write: &[(&str, &str)], expected: &[&str]| {
            let place = tempfile::tempdir().unwrap();
            fetched(&place.path().join("specs"));
            for (name, text) in write {
                fs::write(place.path().join("specs").join(name), text).unwrap();
            }
            let foreign = Folder::open(&place.path().join("specs")).unwrap().foreign;
            assert_eq!(foreign.len(), expected.len(), "{foreign:?}");
            for (found, expected) in foreign.iter().zip(expected) {
                assert!(found.starts_with(expected), "{foreign:?}");
            }
        };
        check(&[], &[]);
        check(&[("z.json", "{}"), (".hidden", "")], &[".hidden", "z.json"]);
        check(&[("source.json", "{}")], &["source.json (is no record"]);
        let nothing = Folder::open(Path::new("nowhere/at/all")).unwrap();
        assert!(nothing.source.is_none() && nothing.foreign.is_empty());
    }

    #[test]
    fn a_folder_is_replaced_whole_and_nothing_is_left_beside_it() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("specs");
        fetched(&path);
        fs::write(path.join("z"), "old").unwrap();
        let files = BTreeMap::from([("new".to_owned(), "text".to_owned())]);
        Folder::open(&path).unwrap().replace(&files).unwrap();
        assert_eq!(names(&path).unwrap(), ["new"]);
        assert_eq!(names(place.path()).unwrap(), ["specs"]);
        // A name that cannot be written ends it before anything has changed.
        let files = BTreeMap::from([("a".to_owned(), String::new()), ("no/such".to_owned(), String::new())]);
        let error = Folder::open(&path).unwrap().replace(&files).unwrap_err();
        assert!(error.to_string().starts_with("cannot write "), "{error}");
        assert_eq!(names(&path).unwrap(), ["new"]);
        assert_eq!(names(place.path()).unwrap(), ["specs"]);
    }
}
