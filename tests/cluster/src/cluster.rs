//! A cluster that lives as long as the value that stands for it: what a test starts.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::launch::{Launched, launch};
use crate::{Options, Output, Process, clusters, kubectl};

/// A running control plane. Dropping it stops it; so does the end of this process, however it ends, because the
/// supervisor watches a pipe that this process alone holds open. Its logs stay under `target/clusters/test-*/logs`.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    kubectl: PathBuf,
    server: String,
    supervisor: Child,
}

impl Cluster {
    /// Builds the control plane if need be, starts it and waits until it is ready: about five seconds when built.
    /// Says on standard error what takes long, past the test harness, which would hold it back.
    ///
    /// # Errors
    /// When it cannot be built or does not start. A test that gets this error must fail, not pass over it.
    pub fn start(options: Options) -> Result<Cluster> {
        let progress = |message: &str| {
            // Progress is a courtesy: a closed standard error is no reason to fail.
            let _ = writeln!(std::io::stderr(), "test cluster: {message}");
        };
        let program = options.binary(&progress)?;
        fs::create_dir_all(clusters()).with_context(|| format!("making {}", clusters().display()))?;
        sweep();
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(clusters())?.keep();
        let launched = launch(&program, &folder, &options, true, &progress).inspect_err(|_| {
            // The error names the logs, which stay; the rest of a cluster that never was is of no use.
            let _ = discard(&folder);
        });
        let Launched { supervisor, server } = launched?;
        Ok(Cluster { kubectl: program.with_file_name("kubectl"), folder, server, supervisor })
    }

    /// The administrator, by client certificate, everything embedded.
    #[must_use]
    pub fn kubeconfig(&self) -> PathBuf {
        self.folder.join("kubeconfig")
    }

    /// The user `viewer` of the group `testers`, by client certificate; it has no rights of its own.
    #[must_use]
    pub fn viewer_kubeconfig(&self) -> PathBuf {
        self.folder.join("kubeconfig-viewer")
    }

    /// The administrator, by bearer token.
    #[must_use]
    pub fn token_kubeconfig(&self) -> PathBuf {
        self.folder.join("kubeconfig-token")
    }

    /// The user `nobody`, by bearer token; it has no rights of its own.
    #[must_use]
    pub fn nobody_kubeconfig(&self) -> PathBuf {
        self.folder.join("kubeconfig-nobody")
    }

    /// The administrator, by client certificate, with key and certificates in files named by relative paths.
    #[must_use]
    pub fn files_kubeconfig(&self) -> PathBuf {
        self.folder.join("kubeconfig-files")
    }

    /// The API server's address: `https://127.0.0.1:PORT`.
    #[must_use]
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The cluster's folder: `pki/` with the certificate authority, `logs/`, `cluster.json`.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The process that is now the component `apiserver`, `controller-manager`, `etcd`, `kubelet`, `scheduler` or
    /// `supervisor`. Another one takes its place if it ends and [`Options::restart`] is set.
    ///
    /// # Errors
    /// When the cluster has no such component or is no longer there.
    pub fn component(&self, name: &str) -> Result<Process> {
        let path = self.folder.join("cluster.json");
        let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        let record: Value =
            serde_json::from_str(&text).with_context(|| format!("reading {}", path.display()))?;
        let found = if name == "supervisor" { &record[name] } else { &record["components"][name] };
        Process::from_json(found).with_context(|| format!("the cluster has no component {name}"))
    }

    /// Runs kubectl as the administrator. That kubectl fails is an [`Output`], not an error.
    ///
    /// # Errors
    /// When kubectl cannot be run at all.
    pub fn kubectl(&self, arguments: &[&str]) -> Result<Output> {
        self.kubectl_as(&self.kubeconfig(), arguments)
    }

    /// Runs kubectl with another kubeconfig.
    ///
    /// # Errors
    /// When kubectl cannot be run at all.
    pub fn kubectl_as(&self, kubeconfig: &Path, arguments: &[&str]) -> Result<Output> {
        kubectl::run(&self.kubectl, &self.folder.join("home"), kubeconfig, arguments, None)
    }

    /// Runs kubectl as the administrator with `input` on its standard input: `apply -f -`.
    ///
    /// # Errors
    /// When kubectl cannot be run at all.
    pub fn kubectl_with_input(&self, arguments: &[&str], input: &str) -> Result<Output> {
        kubectl::run(&self.kubectl, &self.folder.join("home"), &self.kubeconfig(), arguments, Some(input))
    }
}

impl Drop for Cluster {
    /// Stops the cluster, waits until it is gone, and keeps nothing of it but the logs.
    fn drop(&mut self) {
        drop(self.supervisor.stdin.take()); // The lifeline.
        let start = Instant::now();
        while matches!(self.supervisor.try_wait(), Ok(None)) {
            if start.elapsed() > Duration::from_secs(10) {
                // The kernel kills the components with their supervisor.
                let _ = self.supervisor.kill();
                let _ = self.supervisor.wait();
                break;
            }
            sleep(Duration::from_millis(20));
        }
        // What cannot be removed is left for `cargo clean`: a drop has nobody to tell.
        let _ = discard(&self.folder);
    }
}

/// How the folders of tests' clusters begin.
pub(crate) const PREFIX: &str = "test-";

/// Clears away what tests left that were killed: some 120 MB of data each. Their supervisors have stopped everything.
fn sweep() {
    let Ok(entries) = fs::read_dir(clusters()) else { return };
    for folder in entries.flatten().map(|entry| entry.path()) {
        let is_a_tests = folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PREFIX));
        if is_a_tests && is_abandoned(&folder) {
            let _ = discard(&folder); // The next test tries again.
        }
    }
}

/// A supervisor holds its folder's lock for as long as it lives. One that just starts has the file before the lock.
fn is_abandoned(folder: &Path) -> bool {
    let Ok(lock) = fs::File::open(folder.join("lock")) else { return false };
    let age = lock.metadata().and_then(|it| it.modified()).ok().and_then(|it| it.elapsed().ok());
    age.is_some_and(|age| age > Duration::from_secs(60)) && lock.try_lock().is_ok()
}

/// Removes all of a stopped cluster but its logs: nobody needs its data, and its keys should not lie about.
pub(crate) fn discard(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name == "logs" || name == "lock") {
            continue;
        }
        if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) }
            .with_context(|| format!("removing {}", path.display()))?;
    }
    Ok(())
}
