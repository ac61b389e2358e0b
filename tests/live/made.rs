//! `kubesdk-gen` and other programs of the workspace, and the folders that it makes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use crate::{root, run};

/// A program of the workspace, of the package of its name, built as it stands now by whoever asks first.
pub(crate) fn program(package: &'static str) -> PathBuf {
    static BUILT: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());
    let mut built = BUILT.lock().expect("no build panicked");
    if !built.contains(package) {
        let mut command = Command::new(env!("CARGO"));
        command.args(["build", "--quiet", "--locked", "--package", package]).current_dir(root());
        let said = run(&mut command);
        assert_eq!(said.code, Some(0), "{}", said.stderr);
        built.insert(package);
    }
    root().join("target/debug").join(package)
}

/// The names of files that only one of two folders has, or both with another text.
pub(crate) fn differences(one: &Path, other: &Path) -> BTreeSet<String> {
    let (one, other) = (files(one), files(other));
    let names = one.keys().chain(other.keys());
    names.filter(|name| one.get(*name) != other.get(*name)).cloned().collect()
}

/// The files of a folder with their text, by name.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let (mut files, mut open) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(inside) = open.pop() {
        for entry in fs::read_dir(&inside).into_iter().flatten() {
            let path = entry.expect("it is readable").path();
            match path.is_dir() {
                true => open.push(path),
                false => {
                    let name = path.strip_prefix(folder).expect("it is inside").display().to_string();
                    files.insert(name, fs::read_to_string(&path).expect("it is text"));
                }
            }
        }
    }
    files
}
