//! Real Kubernetes control planes on loopback: etcd, kube-apiserver, controller manager, scheduler and, if asked for, a
//! kubelet, built from the Go module `tests/control-plane`. Tests hold a [`Cluster`], which ends with them, or a [`Target`], which can be
//! somebody's cluster; `cargo xtask cluster` uses [`daemon`], whose clusters stay until they are taken down.
//!
//! Not for production and not for other platforms than Linux: nothing is fsynced, and that no process is left behind
//! rests on Linux' parent-death signal. Pods stay `Pending`, unless [`Options::kubelet`] adds a node that runs them.
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
mod recipe;
mod target;

pub use binary::{binary, binary_of};
pub use cluster::Cluster;
pub use kubectl::Output;
pub use process::Process;
pub use target::Target;

use std::path::PathBuf;

use anyhow::{Result, bail};

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
    /// Add a node, named `node`, with a kubelet that runs pods, probes them and serves their logs, exec, attach and
    /// port-forward. About four seconds more of start.
    ///
    /// The kubelet is Kubernetes' own; the container runtime below it is ours. A container's command runs as a local
    /// process in mount, PID, IPC and UTS namespaces of its own. Images are ignored, so `command` must be set: every
    /// container sees this machine's own files, read-only, with a `/tmp`, `/run` and `/dev` of its own and the volumes of
    /// its pod. What is below this machine's `/tmp` is therefore reached through a `hostPath` volume alone. It runs as
    /// root of its namespaces, whatever `runAsUser` says; nothing is isolated from a hostile program, and no resource is
    /// limited. What containers said stays in `logs/pods`.
    ///
    /// The whole cluster lives in a network namespace, without a way out of it, and each pod in one of its own that is
    /// connected with it. `10.0.0.1:443`, the service `kubernetes`, is the API server; other services are reached
    /// through its proxy paths or by the addresses of their pods, as there is no kube-proxy and no cluster DNS. This side
    /// reaches the API server through one port of the loopback.
    ///
    /// Needs root or user namespaces, and util-linux; where these are not allowed, the start says so.
    pub kubelet: bool,
    /// With [`Options::kubelet`]: enter a user namespace even as root, as other users must.
    pub user_namespace: bool,
    /// Start a component again that ends (with the data that it had), where the cluster would otherwise end with it: for
    /// tests that kill one. [`Cluster::component`] says which process it is now.
    pub restart: bool,
    /// Run Kubernetes' sample API server as well, which extends the API by `wardle.example.com/v1alpha1` once
    /// `sample-apiserver.yaml` in the cluster's folder is applied.
    pub sample_apiserver: bool,
    /// Run an older Kubernetes in place of the newest: `1.34`, `1.35` or `1.36`, each a Go module of its own
    /// (`tests/control-plane/versions`), built when it is first asked for: some ten minutes each. Without a kubelet.
    pub kubernetes: Option<String>,
}

impl Options {
    /// The program that such a cluster runs; see [`binary`].
    ///
    /// # Errors
    /// When the version is unknown or cannot have a kubelet, and as [`binary`].
    pub fn binary(&self, progress: &dyn Fn(&str)) -> Result<PathBuf> {
        match &self.kubernetes {
            None => binary(progress),
            Some(version) if self.kubelet => bail!("Kubernetes {version} is built here without a kubelet"),
            Some(version) => binary_of(version, progress),
        }
    }
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
