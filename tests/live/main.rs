//! The SDK on a real API server, with kubectl beside it.
//!
//! The cluster is a new one, or the one that `KUBESDK_TEST_KUBECONFIG` or `KUBECONFIG` names. A cluster that does not
//! start or does not answer fails the tests.

mod apply_deployment;
mod crds;
mod credentials;
mod discovery;
mod formats;
mod identities;
mod in_a_pod;
mod list_pods;
mod swagger;
mod transport;
mod walks;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use kubesdk_test_cluster::Options;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// A cluster of an API server alone, which starts in a second or two.
fn small() -> Options {
    Options { without_controller_manager: true, without_scheduler: true, ..Options::default() }
}

/// What a run of the example said.
#[derive(Debug)]
struct Said {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

/// What `cargo run --example NAME` does, as the README has it; the example is built once.
fn example(name: &str, kubeconfig: &Path) -> Said {
    example_with(name, &[], kubeconfig)
}

/// The same with arguments.
fn example_with(name: &str, arguments: &[&str], kubeconfig: &Path) -> Said {
    run(Command::new(built(name)).args(arguments).current_dir(root()).env("KUBECONFIG", kubeconfig))
}

/// The program of an example, built as it stands now by whoever asks first: cargo takes seconds to find out that there
/// is nothing to do.
fn built(name: &str) -> PathBuf {
    static BUILT: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let mut built = BUILT.lock().expect("no build panicked");
    if !built.contains(name) {
        let mut command = Command::new(env!("CARGO"));
        let said = run(command.args(["build", "--quiet", "--locked", "--example", name]).current_dir(root()));
        assert_eq!(said.code, Some(0), "{}", said.stderr);
        built.insert(name.to_owned());
    }
    root().join("target/debug/examples").join(name)
}

fn list_pods(kubeconfig: &Path) -> Said {
    example("list_pods", kubeconfig)
}

fn run(command: &mut Command) -> Said {
    let output = command.output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("the output is UTF-8");
    Said { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}
