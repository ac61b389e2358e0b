//! A server and a folder for what is fetched from it, and the program run on both.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::server::Server;

/// A server, and a folder for what is fetched from it.
pub(crate) struct Bench {
    pub(crate) server: Server,
    pub(crate) place: TempDir,
}

impl Bench {
    pub(crate) fn new(paths: &[&str]) -> Result<Self> {
        Bench::of(Server::start(paths)?)
    }

    pub(crate) fn of(server: Server) -> Result<Self> {
        let bench = Bench { server, place: tempfile::tempdir()? };
        bench.kubeconfig(bench.server.address())?;
        Ok(bench)
    }

    pub(crate) fn kubeconfig(&self, address: SocketAddr) -> Result<()> {
        let config = json!({
            "clusters": [
                {"name": "here", "cluster": {"server": format!("http://{address}")}},
                {"name": "nowhere", "cluster": {"server": "http://127.0.0.1:1"}},
            ],
            "users": [{"name": "u", "user": {"token": "hunter2"}}],
            "contexts": [
                {"name": "here", "context": {"cluster": "here", "user": "u"}},
                {"name": "nowhere", "context": {"cluster": "nowhere", "user": "u"}},
            ],
            "current-context": "here",
        });
        Ok(fs::write(self.place.path().join("kubeconfig"), config.to_string())?)
    }

    pub(crate) fn specs(&self) -> PathBuf {
        self.place.path().join("specs/v1")
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.arg("fetch").arg("--kubeconfig").arg(self.place.path().join("kubeconfig"));
        command.arg("--out").arg(self.specs()).args(arguments);
        // Nothing of the caller's surroundings, proxies above all.
        command.env_clear();
        command
    }

    /// Fetches, and gives the last line of what was said, and the notes.
    pub(crate) fn fetch(&self, arguments: &[&str]) -> Result<(String, String)> {
        let output = self.command(arguments).output()?;
        ensure!(output.status.success(), "{}", text(&output.stderr));
        Ok((text(&output.stdout).lines().last().unwrap_or_default().to_owned(), text(&output.stderr)))
    }

    /// Fails, changes nothing, and gives what was said.
    pub(crate) fn fail(&self, mut command: Command) -> Result<String> {
        let before = snapshot(self.place.path())?;
        let output = command.output()?;
        let said = text(&output.stderr);
        ensure!(output.status.code() == Some(1), "{}{said}", text(&output.stdout));
        ensure!(snapshot(self.place.path())? == before, "something has changed: {said}");
        ensure!(!said.contains("hunter2"), "a secret is told: {said}");
        Ok(said)
    }

    pub(crate) fn source(&self) -> Result<Value> {
        Ok(serde_json::from_slice(&fs::read(self.specs().join("source.json"))?)?)
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Everything below a folder, files with their content.
pub(crate) fn snapshot(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.append(&mut snapshot(&path)?);
            found.insert(path, Vec::new());
        } else {
            let content = fs::read(&path)?;
            found.insert(path, content);
        }
    }
    Ok(found)
}

/// All parts must have been said.
#[track_caller]
pub(crate) fn assert_said(said: &str, parts: &[&str]) {
    for part in parts {
        assert!(said.contains(part), "{part:?} is missing: {said}");
    }
}
