//! The programs, which understand the same words, and what they say.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::benches;
use crate::programs::{cargo, finish_with_output, go};

/// A program for each client, built.
pub(super) struct Contenders {
    pub(super) kubesdk: PathBuf,
    pub(super) kube: PathBuf,
    pub(super) client_go: PathBuf,
}

impl Contenders {
    pub(super) fn build() -> Result<Self> {
        let release = benches().join("target/release");
        let rust = |package: &str| -> Result<PathBuf> {
            cargo(["build", "--release", "-p", package])?;
            Ok(release.join(package))
        };
        Ok(Contenders { kubesdk: rust("streams-kubesdk")?, kube: rust("streams-kube")?, client_go: go()? })
    }
}

/// What something took: seconds and bytes; zero where it does not measure it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taken {
    pub(super) wall: f64,
    pub(super) cpu: f64,
    /// The most that the process had in RAM, all of it.
    pub(super) rss: f64,
    pub(super) items: u64,
    /// The median of how long something took until its first byte.
    pub(super) first: f64,
    /// The same until its end.
    pub(super) exit: f64,
}

impl Taken {
    pub(super) fn read(printed: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(printed).with_context(|| format!("printed {printed:?}"))?;
        let figure = |key: &str| value[key].as_f64().unwrap_or_default();
        Ok(Taken {
            wall: figure("wall"),
            cpu: figure("cpu"),
            rss: figure("rss"),
            items: value["items"].as_u64().context("no items")?,
            first: figure("first"),
            exit: figure("exit"),
        })
    }

    /// The least of each.
    fn least(self, other: Taken) -> Taken {
        Taken {
            wall: self.wall.min(other.wall),
            cpu: self.cpu.min(other.cpu),
            rss: self.rss.min(other.rss),
            items: self.items,
            first: self.first.min(other.first),
            exit: self.exit.min(other.exit),
        }
    }
}

/// A command that finds its cluster.
pub(super) fn command(program: &Path, kubeconfig: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(words).env("KUBECONFIG", kubeconfig);
    command
}

/// What a program says that it took.
pub(super) fn run(program: &Path, kubeconfig: &Path, words: &[&str]) -> Result<Taken> {
    Taken::read(&finish_with_output(&mut command(program, kubeconfig, words))?)
}

/// The least of so many rounds.
pub(super) fn least(rounds: usize, mut once: impl FnMut() -> Result<Taken>) -> Result<Taken> {
    let mut least = once()?;
    for _ in 1..rounds {
        least = least.least(once()?);
    }
    Ok(least)
}
