//! Runs the kubectl that is built with the control plane, apart from the caller's own configuration and environment.

use std::ffi::OsStr;
use std::fs;
use std::io::{Seek, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result};

/// What one run of kubectl said.
#[derive(Clone, Debug)]
pub struct Output {
    /// How it ended.
    pub status: ExitStatus,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

/// Runs kubectl with `home` as the home folder, which holds its discovery cache alone, and nothing else of the
/// caller's environment but `PATH`.
pub(crate) fn run(
    kubectl: &Path,
    home: &Path,
    kubeconfig: &Path,
    arguments: &[&str],
    input: Option<&str>,
) -> Result<Output> {
    fs::create_dir_all(home).with_context(|| format!("making {}", home.display()))?;
    let stdin = match input {
        None => Stdio::null(),
        Some(text) => {
            // A file, not a pipe: kubectl may stop reading at any time, and then a pipe would have to be attended.
            let mut file = tempfile::tempfile().context("making a file for kubectl's standard input")?;
            file.write_all(text.as_bytes())?;
            file.rewind()?;
            Stdio::from(file)
        }
    };
    let path = std::env::var_os("PATH");
    let output = Command::new(kubectl)
        .args(arguments)
        .env_clear()
        .env("KUBECONFIG", kubeconfig)
        .env("HOME", home)
        .env("PATH", path.as_deref().unwrap_or(OsStr::new("/usr/bin:/bin")))
        .stdin(stdin)
        .output()
        .with_context(|| format!("running {}", kubectl.display()))?;
    Ok(Output {
        status: output.status,
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}
