//! Which folder a server's documents go to, and which they must not touch.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use super::flags::Flags;
use super::folder::Folder;
use super::source::{Source, Version};

/// What the command line says about the place.
pub(crate) struct Wish {
    /// The folder that holds one folder for each source.
    pub(crate) specs: PathBuf,
    /// The one folder that is meant.
    pub(crate) out: Option<PathBuf>,
    /// What another server's documents stand in may be overwritten.
    pub(crate) replace: bool,
}

impl Wish {
    /// The folders in which a server's documents may be already.
    pub(crate) fn known(&self) -> Result<Vec<Folder>> {
        if let Some(out) = &self.out {
            return Ok(vec![Folder::open(out)?]);
        }
        let cannot = || format!("cannot read {}", self.specs.display());
        let entries = match fs::read_dir(&self.specs) {
            Ok(entries) => entries,
            Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(cause) => return Err(cause).with_context(cannot),
        };
        let mut paths = Vec::new();
        for entry in entries {
            let path = entry.with_context(cannot)?.path();
            let hidden = path.file_name().is_some_and(|it| it.to_string_lossy().starts_with('.'));
            if path.is_dir() && !hidden {
                paths.push(path);
            }
        }
        paths.sort();
        paths.iter().map(|it| Folder::open(it)).collect()
    }

    /// The folder of a server, if it may be written to: the one that is meant, else the one that was fetched from such
    /// a server before, else a new one of the version's name.
    pub(crate) fn choose(
        &self,
        known: Vec<Folder>,
        version: &Version,
        flags: Option<&Flags>,
    ) -> Result<Folder> {
        let same = |it: &Source| it.server == *version && it.flags.as_ref() == flags;
        let mut known = known.into_iter();
        let folder = known.find(|it| self.out.is_some() || it.source.as_ref().is_some_and(same));
        let folder = match folder {
            Some(folder) => folder,
            None => Folder::open(&self.specs.join(folder_name(&version.git_version)?))?,
        };
        self.permit(&folder, version, flags)?;
        Ok(folder)
    }

    fn permit(&self, folder: &Folder, version: &Version, flags: Option<&Flags>) -> Result<()> {
        let path = folder.path.display();
        if !folder.foreign.is_empty() {
            bail!(
                "{path} holds what no fetch wrote: {}; move it away, or write to another folder with --out DIR",
                some(&folder.foreign)
            );
        }
        let Some(source) = folder.source.as_ref().filter(|_| !self.replace) else { return Ok(()) };
        let mut differences = Vec::new();
        if source.server.git_version != version.git_version {
            let (its, this) = (&source.server.git_version, &version.git_version);
            differences.push(format!("its version is {its}, this server's {this}"));
        }
        let mut further = "";
        if source.flags.as_ref() != flags {
            let its = source.flags.as_ref();
            differences.push(format!("its flags are {}, this server's {}", told(its), told(flags)));
            if flags.is_none() {
                further = ", or say with --flags how the server was started";
            }
        }
        ensure!(
            differences.is_empty(),
            "{path} comes from another server: {}; pass --replace to overwrite it, or --out DIR to write to another \
             folder{further}",
            differences.join("; ")
        );
        Ok(())
    }
}

fn told(flags: Option<&Flags>) -> String {
    flags.map_or_else(|| "unknown".to_owned(), |it| format!("`{it}`"))
}

/// The first few names.
fn some(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown = names.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// A version as the name of a folder. It comes from outside and must not lead elsewhere.
fn folder_name(git_version: &str) -> Result<&Path> {
    let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.' | '+');
    ensure!(
        git_version.starts_with('v') && git_version.chars().all(plain),
        "the server says that its version is {git_version:?}, which cannot name a folder; name one with --out DIR"
    );
    Ok(Path::new(git_version))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn version(git_version: &str) -> Version {
        Version { git_version: git_version.into(), major: "1".into(), minor: "37".into() }
    }

    fn flags(text: Option<&str>) -> Option<Flags> {
        text.map(|it| Flags::parse(it).unwrap())
    }

    /// `specs` with a folder for each source.
    fn specs(folders: &[(&str, &str, Option<&str>)]) -> tempfile::TempDir {
        let specs = tempfile::tempdir().unwrap();
        for (name, git_version, text) in folders {
            let source =
                Source { documents: BTreeMap::new(), flags: flags(*text), server: version(git_version) };
            fs::create_dir(specs.path().join(name)).unwrap();
            fs::write(specs.path().join(name).join("source.json"), source.text().unwrap()).unwrap();
        }
        fs::create_dir(specs.path().join(".fetch-x")).unwrap();
        fs::write(specs.path().join("README.md"), "").unwrap();
        specs
    }

    const RECORD: (&str, &str, Option<&str>) = ("v1.37", "v1.37.2", Some("--feature-gates=AllAlpha=true"));

    fn choose(
        folders: &[(&str, &str, Option<&str>)],
        out: Option<&str>,
        replace: bool,
        server: (&str, Option<&str>),
    ) -> Result<String> {
        let specs = specs(folders);
        let out = out.map(|it| specs.path().join(it));
        let wish = Wish { specs: specs.path().to_owned(), out, replace };
        let folder = wish.choose(wish.known()?, &version(server.0), flags(server.1).as_ref())?;
        Ok(folder.path.file_name().unwrap().to_string_lossy().into_owned())
    }

    #[test]
    fn each_server_has_its_folder() {
        let check = |folders: &[_], out: Option<&str>, replace: bool, server, expected: &str| {
            assert_eq!(choose(folders, out, replace, server).unwrap(), expected);
        };
        let gates = Some("--feature-gates=AllAlpha=true");
        check(&[RECORD], None, false, ("v1.37.2", gates), "v1.37");
        check(&[RECORD], None, false, ("v1.37.2", None), "v1.37.2");
        check(&[RECORD], None, false, ("v1.37.2", Some("")), "v1.37.2");
        check(&[RECORD], None, false, ("v1.37.3", gates), "v1.37.3");
        check(&[RECORD], None, false, ("v1.30.1+k3s1", None), "v1.30.1+k3s1");
        check(&[RECORD, ("x", "v1.30.1", None)], None, false, ("v1.30.1", None), "x");
        check(&[RECORD], Some("other"), false, ("v1.30.1", None), "other");
        check(&[RECORD], Some("v1.37"), true, ("v1.30.1", None), "v1.37");
        check(&[("v1.30.1", "v1.30.1", gates)], None, true, ("v1.30.1", None), "v1.30.1");
        check(&[], None, false, ("v1.37.2", gates), "v1.37.2");
    }

    #[test]
    fn another_servers_folder_is_left_alone() {
        let check = |folders: &[_], out: Option<&str>, server, expected: &[&str]| {
            let error = choose(folders, out, false, server).unwrap_err().to_string();
            for part in expected {
                assert!(error.contains(part), "{part:?} is missing: {error}");
            }
        };
        let gates = Some("--feature-gates=AllAlpha=true");
        check(
            &[RECORD],
            Some("v1.37"),
            ("v1.37.3", gates),
            &[
                "v1.37 comes from another server",
                "its version is v1.37.2, this server's v1.37.3;",
                "--replace",
                "--out",
            ],
        );
        check(
            &[RECORD],
            Some("v1.37"),
            ("v1.37.2", Some("--enable-logs-handler")),
            &["its flags are `--feature-gates=AllAlpha=true`, this server's `--enable-logs-handler=true`;"],
        );
        let unknown =
            ["its flags are `--feature-gates=AllAlpha=true`, this server's unknown;", "say with --flags"];
        check(&[RECORD], Some("v1.37"), ("v1.37.2", None), &unknown);
        check(&[("v1.30.1", "v1.30.1", gates)], None, ("v1.30.1", Some("")), &["`no flags of note`"]);
        for git_version in ["", "v/../../x", "../x", "1.30.1", "v1 30"] {
            check(&[RECORD], None, (git_version, None), &["cannot name a folder; name one with --out"]);
        }
    }

    #[test]
    fn what_no_fetch_wrote_is_left_alone_even_with_replace() {
        let specs = specs(&[RECORD]);
        for name in ["a", "b", "c", "d", "e", "f", "g"] {
            fs::write(specs.path().join("v1.37").join(name), "").unwrap();
        }
        let wish =
            Wish { specs: specs.path().to_owned(), out: Some(specs.path().join("v1.37")), replace: true };
        let error = wish.choose(wish.known().unwrap(), &version("v1.37.2"), None).unwrap_err().to_string();
        assert!(error.contains("v1.37 holds what no fetch wrote: a, b, c, d, e and 2 more; move"), "{error}");
    }
}
