//! Programs beside the tests: examples, built once, and what they say.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// What a run of a program said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The program of an example, built as it stands now by whoever asks first: cargo takes seconds to find out that there
/// is nothing to do.
pub(crate) fn built(name: &str) -> PathBuf {
    static BUILT: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let mut built = BUILT.lock().expect("no build panicked");
    if !built.contains(name) {
        let mut command = Command::new(env!("CARGO"));
        let said = run(command.args(["build", "--quiet", "--locked", "--example", name]).current_dir(root()));
        assert_eq!(said.code, Some(0), "{}{}", said.stdout, said.stderr);
        built.insert(name.to_owned());
    }
    root().join("target/debug/examples").join(name)
}

pub(crate) fn run(command: &mut Command) -> Said {
    let output = command.output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("the output is UTF-8");
    Said { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}
