//! The SDK on a real API server, with kubectl beside it.
//!
//! The cluster is a new one, or the one that `KUBESDK_TEST_KUBECONFIG` or `KUBECONFIG` names. A cluster that does not
//! start or does not answer fails the tests.

mod aggregated;
mod apply_deployment;
mod crds;
mod credentials;
mod discovery;
mod formats;
mod identities;
mod in_a_pod;
mod list_pods;
mod made;
mod programs;
mod shapes;
mod swagger;
mod transport;
mod walks;

use std::path::Path;
use std::process::Command;

use kubesdk_test_cluster::Options;
use programs::{Said, built, root, run};

/// A cluster of an API server alone, which starts in a second or two.
fn small() -> Options {
    Options { without_controller_manager: true, without_scheduler: true, ..Options::default() }
}

/// What `cargo run --example NAME` does, as the README has it; the example is built once.
fn example(name: &str, kubeconfig: &Path) -> Said {
    example_with(name, &[], kubeconfig)
}

/// The same with arguments.
fn example_with(name: &str, arguments: &[&str], kubeconfig: &Path) -> Said {
    run(Command::new(built(name)).args(arguments).current_dir(root()).env("KUBECONFIG", kubeconfig))
}

fn list_pods(kubeconfig: &Path) -> Said {
    example("list_pods", kubeconfig)
}
