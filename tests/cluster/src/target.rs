//! The cluster that a live test talks to when any cluster will do: a new one of its own, or the one that the
//! environment names.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::{Cluster, Options, Output, binary, kubectl};

/// Names the kubeconfig of the cluster for live tests; it comes before `KUBECONFIG`.
const OURS: &str = "KUBESDK_TEST_KUBECONFIG";

/// A cluster to test against. Tests make namespaces of their own in it and remove them again, because it may be
/// somebody's.
#[derive(Debug)]
pub struct Target {
    kubeconfig: PathBuf,
    kubectl: PathBuf,
    home: TempDir,
    own: Option<Cluster>,
}

impl Target {
    /// The cluster of `KUBESDK_TEST_KUBECONFIG`, or else of `KUBECONFIG`; if neither is set, a new one that ends with
    /// the value.
    ///
    /// # Errors
    /// When the cluster that the environment names does not answer: no other is taken in its place. Otherwise as
    /// [`Cluster::start`]. A test that gets an error must fail, not pass over it.
    pub fn obtain() -> Result<Target> {
        let named = [OURS, "KUBECONFIG"].into_iter().find_map(|name| {
            let value = std::env::var_os(name).filter(|it| !it.is_empty())?;
            Some((name, PathBuf::from(value)))
        });
        let kubectl = binary(&|message| eprintln!("test cluster: {message}"))?.with_file_name("kubectl");
        let home = tempfile::tempdir().context("making a home folder for kubectl")?;
        let Some((name, kubeconfig)) = named else {
            let own = Cluster::start(Options::default())?;
            return Ok(Target { kubeconfig: own.kubeconfig(), kubectl, home, own: Some(own) });
        };
        let it = kubeconfig.display();
        ensure!(kubeconfig.is_file(), "{name}={it} is not the path of one kubeconfig");
        let target = Target { kubeconfig, kubectl, home, own: None };
        let answer = target.kubectl(&["get", "--raw", "/version"])?;
        ensure!(
            answer.status.success(),
            "the cluster of {name}={} does not answer: {}\nunset {name} to test against a cluster of our own",
            target.kubeconfig.display(),
            answer.stderr.trim()
        );
        Ok(target)
    }

    /// True when nobody else uses the cluster: what it holds can be counted.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.own.is_some()
    }

    /// The administrator's kubeconfig.
    #[must_use]
    pub fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// Runs kubectl as the administrator. That kubectl fails is an [`Output`], not an error.
    ///
    /// # Errors
    /// When kubectl cannot be run at all.
    pub fn kubectl(&self, arguments: &[&str]) -> Result<Output> {
        self.kubectl_as(&self.kubeconfig, arguments)
    }

    /// Runs kubectl with another kubeconfig.
    ///
    /// # Errors
    /// When kubectl cannot be run at all.
    pub fn kubectl_as(&self, kubeconfig: &Path, arguments: &[&str]) -> Result<Output> {
        kubectl::run(&self.kubectl, self.home.path(), kubeconfig, arguments, None)
    }
}
