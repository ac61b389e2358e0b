//! `cargo xtask test`: every check that a change must pass, in the order in which they fail fastest.

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::root;

/// The version of cargo-deny that is installed where it is missing.
const CARGO_DENY: &str = "0.20.2";

struct Step {
    name: &'static str,
    arguments: &'static [&'static str],
    environment: Option<(&'static str, &'static str)>,
}

const fn step(name: &'static str, arguments: &'static [&'static str]) -> Step {
    Step { name, arguments, environment: None }
}

const STEPS: &[Step] = &[
    step("format", &["fmt", "--all", "--check"]),
    step("lints", &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]),
    Step {
        name: "documentation",
        arguments: &["doc", "--workspace", "--no-deps", "--locked"],
        environment: Some(("RUSTDOCFLAGS", "-D warnings")),
    },
    step("features: none", &["check", "-p", "kubesdk", "--no-default-features", "--locked"]),
    step(
        "features: core and apps",
        &["check", "-p", "kubesdk", "--no-default-features", "--features", "core-v1,apps-v1", "--locked"],
    ),
    step("features: default", &["check", "-p", "kubesdk", "--locked"]),
    step("features: all", &["check", "-p", "kubesdk", "--all-features", "--locked"]),
    step(
        "generate in a build script",
        &["check", "-p", "kubesdk-gen", "--no-default-features", "--features", "builtin", "--locked"],
    ),
    step("regenerate alone", &["check", "-p", "xtask", "--no-default-features", "--locked"]),
    step("tests", &["test", "--workspace", "--locked"]),
];

/// Runs all steps and stops at the first that fails.
pub(crate) fn run() -> Result<String> {
    let start = Instant::now();
    for step in STEPS {
        println!("== {}: cargo {}", step.name, step.arguments.join(" "));
        let mut command = cargo();
        command.args(step.arguments);
        if let Some((name, value)) = step.environment {
            command.env(name, value);
        }
        must(command, step.name)?;
    }
    println!("== dependencies: cargo deny check bans licenses sources");
    let mut deny = Command::new(cargo_deny()?);
    deny.args(["--locked", "check", "bans", "licenses", "sources"]).current_dir(root());
    must(deny, "dependencies")?;
    Ok(format!("{} steps passed in {:.1} min", STEPS.len() + 1, start.elapsed().as_secs_f64() / 60.0))
}

fn cargo() -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root());
    command
}

fn must(mut command: Command, name: &str) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("cannot run {program}"))?;
    if !status.success() {
        bail!("the step `{name}` failed");
    }
    Ok(())
}

/// Where cargo-deny is; installed under `target/tools` if it is not there yet.
fn cargo_deny() -> Result<PathBuf> {
    let tools = root().join("target/tools");
    let program = tools.join("bin").join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    let is_there = Command::new(&program)
        .arg("--version")
        .output()
        .is_ok_and(|it| it.status.success() && String::from_utf8_lossy(&it.stdout).contains(CARGO_DENY));
    if !is_there {
        println!("installing cargo-deny {CARGO_DENY} under target/tools; this takes some minutes");
        let mut install = cargo();
        install
            .args(["install", "--locked", "--quiet", "--version", CARGO_DENY, "cargo-deny", "--root"])
            .arg(&tools);
        must(install, "installing cargo-deny")?;
    }
    Ok(program)
}
