//! How much code there is to compile: LLVM lines and instantiated functions. A report, so that growth is seen.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::benches;
use crate::compile::{APPLICATIONS, stripped};
use crate::machine;
use crate::programs::finish_with_output;
use crate::table::Table;

/// The version of the tool that counts.
const TOOL: &str = "0.4.48";

/// The peer first: the others are compared with it. Cargo takes features for packages of a workspace only.
const CRATES: &[(&str, &[&str])] = &[
    ("k8s-openapi, `v1_37`", &["-p", "k8s-openapi", "--lib"]),
    ("kubesdk-api, all groups", &["--manifest-path", "../sdk/api/Cargo.toml", "--lib", "--features", "all"]),
    (
        "kubesdk-api, default features",
        &["--manifest-path", "../sdk/api/Cargo.toml", "--lib", "--features", "stable"],
    ),
    ("kubesdk-core", &["--manifest-path", "../sdk/core/Cargo.toml", "--lib"]),
];

pub(crate) fn run() -> Result<String> {
    println!("size: LLVM lines of types and of applications");
    let tool = tool()?;
    let mut types = Table::new(&["release", "LLVM lines", "functions", "of the peer"]);
    let mut peer = None;
    for (name, arguments) in CRATES {
        let (lines, functions) = count(&tool, arguments)?;
        let share = format!("{:.2}", lines / *peer.get_or_insert(lines));
        types.row([(*name).to_owned(), format!("{lines}"), format!("{functions}"), share]);
    }
    let mut apps = Table::new(&["release", "LLVM lines", "functions", "of the peer", "binary, stripped, MB"]);
    let mut peer = None;
    for (name, package) in APPLICATIONS {
        let (lines, functions) = count(&tool, &["-p", package])?;
        let share = format!("{:.2}", lines / *peer.get_or_insert(lines));
        let size = format!("{:.2}", stripped(package)? as f64 / 1e6);
        apps.row([(*name).to_owned(), format!("{lines}"), format!("{functions}"), share, size]);
    }
    Ok(format!(
        "## Size of the code\n\n{}.\nBy cargo-llvm-lines {TOOL}, before optimisation. Functions are those that the \
         compiler made of generic and other ones, each instance counted.\n\n### Types\n\n{}\n### The application of \
         nine kinds with its client\n\n{}",
        machine::describe(),
        types.markdown(),
        apps.markdown(),
    ))
}

/// Installs the tool under `target/tools` if it is not there.
fn tool() -> Result<PathBuf> {
    let root = benches().join("target/tools");
    let tool = root.join("bin/cargo-llvm-lines");
    if !tool.exists() {
        let mut command = Command::new("cargo");
        command.args(["install", "cargo-llvm-lines", "--version", TOOL, "--locked", "--quiet", "--root"]);
        finish_with_output(command.arg(root))?;
    }
    Ok(tool)
}

/// LLVM lines and functions of what the arguments choose.
fn count(tool: &PathBuf, arguments: &[&str]) -> Result<(f64, f64)> {
    let mut command = Command::new(tool);
    command.args(["llvm-lines", "--release", "--locked"]).args(arguments);
    command.current_dir(benches()).env("CARGO_TARGET_DIR", benches().join("target/size"));
    let printed = finish_with_output(&mut command)?;
    // "  123456                4567                (TOTAL)"
    let total = printed.lines().find(|line| line.trim_end().ends_with("(TOTAL)")).context("no total")?;
    let mut figures = total.split_whitespace().map(str::parse::<f64>);
    let mut next = || figures.next().and_then(Result::ok).with_context(|| format!("no figures in {total}"));
    Ok((next()?, next()?))
}
