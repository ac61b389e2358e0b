//! Real Kubernetes control planes on loopback: etcd, kube-apiserver, controller manager and scheduler, built from
//! the Go module `tests/control-plane`. Tests hold a [`Cluster`], which ends with them, or a [`Target`], which can be
//! somebody's cluster; `cargo xtask cluster` uses [`daemon`], whose clusters stay until they are taken down.
//!
//! Not for production and not for other platforms than Linux: nothing is fsynced, and that no process is left behind
//! rests on Linux' parent-death signal. There is no kubelet: pods stay `Pending`.
//!
//! ```no_run
//! use kubesdk_test_cluster::{Cluster, Options};
//!
//! let cluster = Cluster::start(Options::default())?;
//! let namespaces = cluster.kubectl(&["get", "namespaces"])?;
//! assert!(namespaces.status.success(), "{}", namespaces.stderr);
//! # anyhow::Ok(())
//! ```

mod binary;
mod cluster;
pub mod daemon;
mod kubectl;
mod launch;
mod process;
mod target;

pub use binary::binary;
pub use cluster::Cluster;
pub use kubectl::Output;
pub use process::Process;
pub use target::Target;

use std::path::PathBuf;

/// How a cluster differs from a plain one.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Serve every API that the server knows, alpha and beta included: `--runtime-config=api/all=true
    /// --feature-gates=AllAlpha=true,AllBeta=true --enable-logs-handler=true`.
    pub wide: bool,
    /// Further flags for kube-apiserver, each written in full (`--audit-log-path=-`). They come last, so they win.
    pub apiserver_flags: Vec<String>,
    /// Leave the controller manager out: no service accounts, no garbage collection, namespaces never finish deletion.
    pub without_controller_manager: bool,
    /// Leave the scheduler out.
    pub without_scheduler: bool,
}

/// The root of this repository, two folders above this crate.
fn workspace() -> PathBuf {
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root.pop();
    root
}

/// Where every cluster has its folder.
fn clusters() -> PathBuf {
    workspace().join("target/clusters")
}
