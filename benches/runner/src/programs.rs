//! The programs that measure, built, and the data that they read, written.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::benches;

/// Where everything is.
pub(crate) struct Programs {
    /// Measures libraries of Rust with the allocator of the system.
    pub(crate) timed: PathBuf,
    /// The same with an allocator that counts.
    pub(crate) counted: PathBuf,
    /// Measures client-go.
    pub(crate) peer: PathBuf,
    /// The lists.
    pub(crate) data: PathBuf,
}

/// How much data there is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) pods: usize,
    pub(crate) seed: u64,
}

/// Builds what is not built and writes what is not written.
pub(crate) fn prepare(size: Size) -> Result<Programs> {
    let target = benches().join("target");
    cargo(["build", "--release", "-p", "benches-contenders"])?;
    let peer = go()?;
    let programs = Programs {
        timed: target.join("release/timed"),
        counted: target.join("release/counted"),
        data: data(&peer, size)?,
        peer,
    };
    Ok(programs)
}

/// Runs cargo on the workspace of benchmarks. What is built together shares features of dependencies, so what is
/// measured is built by itself.
pub(crate) fn cargo<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Result<()> {
    let mut command = Command::new("cargo");
    command.args(arguments).arg("--locked").current_dir(benches());
    finish(&mut command)
}

/// Builds the Go program and gives its path.
pub(crate) fn go() -> Result<PathBuf> {
    let program = benches().join("target/peer");
    let mut command = Command::new("go");
    command.args(["build", "-buildvcs=false", "-o"]).arg(&program).arg(".").current_dir(benches().join("go"));
    finish(&mut command)?;
    Ok(program)
}

/// The folder of the data, written again if another size is asked for or the generator is newer than it.
pub(crate) fn data(peer: &Path, size: Size) -> Result<PathBuf> {
    let data = benches().join("target/data");
    cargo(["build", "--release", "-p", "benches-data"])?;
    let generator = benches().join("target/release/benches-data");
    let stamp = data.join("size");
    let made_of = format!("{size:?}\n");
    let is_newer = |one: &Path, other: &Path| {
        let time = |path: &Path| fs::metadata(path).and_then(|it| it.modified()).ok();
        time(one) > time(other)
    };
    if fs::read_to_string(&stamp).is_ok_and(|text| text == made_of) && is_newer(&stamp, &generator) {
        return Ok(data);
    }
    println!("writing the data");
    let (pods, seed) = (size.pods.to_string(), size.seed.to_string());
    finish(Command::new(generator).args(["--pods", &pods, "--seed", &seed, "--out"]).arg(&data))?;
    let mut convert = Command::new(peer);
    convert.arg("convert");
    for entry in fs::read_dir(&data)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            convert.arg(path);
        }
    }
    finish(&mut convert)?;
    fs::write(stamp, made_of).context("cannot write what the data is made of")?;
    Ok(data)
}

/// Runs a command and gives what it prints.
pub(crate) fn finish_with_output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot run {command:?}"))?;
    if !output.status.success() {
        bail!("{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    String::from_utf8(output.stdout).context("the output is not text")
}

fn finish(command: &mut Command) -> Result<()> {
    finish_with_output(command).map(drop)
}
