//! How long types and applications take to build, beside k8s-openapi and kube.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::clock::{self, Time};
use crate::table::{Table, ratio, seconds};
use crate::{benches, machine};

/// A build of a types crate, and which of its packages are built again each round.
struct Types {
    name: &'static str,
    package: &'static str,
    features: &'static [&'static str],
    again: &'static [&'static str],
}

/// The peer first: the others are compared with it.
const TYPES: &[Types] = &[
    Types {
        name: "k8s-openapi 0.29, `v1_37`",
        package: "types-k8s-openapi",
        features: &[],
        again: &["k8s-openapi"],
    },
    Types {
        name: "kubesdk-api, all groups",
        package: "types-kubesdk",
        features: &["all"],
        again: &["kubesdk-api"],
    },
    Types {
        name: "kubesdk-api, all groups, and kubesdk-core",
        package: "types-kubesdk",
        features: &["all"],
        again: &["kubesdk-api", "kubesdk-core"],
    },
    Types {
        name: "kubesdk-api, default features (stable groups)",
        package: "types-kubesdk",
        features: &["stable"],
        again: &["kubesdk-api"],
    },
    Types {
        name: "kubesdk-api, default features, and kubesdk-core",
        package: "types-kubesdk",
        features: &["stable"],
        again: &["kubesdk-api", "kubesdk-core"],
    },
];

/// The same application on both, the peer first.
pub(crate) const APPLICATIONS: &[(&str, &str)] =
    &[("kube 5.0 and k8s-openapi 0.29", "app-kube"), ("kubesdk", "app-kubesdk")];

/// `cargo check`, a debug build and a release build.
const MODES: &[&[&str]] = &[&["check"], &["build"], &["build", "--release"]];

/// Types crates with their dependencies built before, then the applications after an edit.
pub(crate) fn run(rounds: usize) -> Result<String> {
    let machine = machine::describe();
    Ok(format!(
        "## Compile time\n\n{machine}.\nSeconds on the clock (of CPU), the least of {rounds} builds, and how many \
         times faster than the peer.\n\n### Types, other dependencies built before\n\n{}\n### An application of \
         nine kinds with its client, after an edit\n\nIt lists nine kinds and replaces a config map: \
         `benches/apps`. Its dependencies are built before.\n\n{}",
        types(rounds)?,
        apps(rounds)?
    ))
}

fn types(rounds: usize) -> Result<String> {
    println!("compile: types crates");
    let mut table = Table::new(&["", "check", "debug build", "release build"]);
    let mut peer: Vec<Time> = Vec::new();
    for types in TYPES {
        let mut times = Vec::new();
        for mode in MODES {
            let release = mode.get(1).into_iter().copied();
            let build = || {
                let features = types.features.join(",");
                cargo(mode.iter().copied().chain(["-p", types.package, "--features", &features]), None)
            };
            build()?;
            let clean = || {
                let packages = types.again.iter().flat_map(|package| ["-p", *package]);
                cargo(["clean"].into_iter().chain(release.clone()).chain(packages), None)
            };
            times.push(clock::least(rounds, clean, build)?);
        }
        if peer.is_empty() {
            peer.clone_from(&times);
        }
        let cells = times.iter().zip(&peer).map(|(time, peer)| shown(*time, *peer));
        table.row([types.name.to_owned()].into_iter().chain(cells));
    }
    Ok(table.markdown())
}

fn apps(rounds: usize) -> Result<String> {
    println!("compile: applications");
    let mut table = Table::new(&["", "debug rebuild", "release rebuild", "release binary, stripped, MB"]);
    let mut peer: Vec<Time> = Vec::new();
    for &(name, package) in APPLICATIONS {
        let mut times = Vec::new();
        for mode in MODES.iter().skip(1) {
            let mut edit = 0;
            let mut build = || {
                edit += 1;
                cargo(mode.iter().copied().chain(["-p", package]), Some(edit))
            };
            build()?;
            times.push(clock::least(rounds, || Ok(()), build)?);
        }
        if peer.is_empty() {
            peer.clone_from(&times);
        }
        let cells = times.iter().zip(&peer).map(|(time, peer)| shown(*time, *peer));
        let size = format!("{:.2}", stripped(package)? as f64 / 1e6);
        table.row([name.to_owned()].into_iter().chain(cells).chain([size]));
    }
    Ok(table.markdown())
}

fn shown(time: Time, peer: Time) -> String {
    let times = ratio(peer.wall, time.wall);
    let (wall, cpu) = (seconds(time.wall), seconds(time.cpu));
    if time.wall == peer.wall { format!("{wall} ({cpu})") } else { format!("{wall} ({cpu}), {times:.1}x") }
}

/// Where these builds go, apart from those of the benchmarks themselves.
fn target() -> PathBuf {
    benches().join("target/compile")
}

/// Runs cargo on the workspace of benchmarks; another `edit` makes the applications stale.
fn cargo<'a>(arguments: impl IntoIterator<Item = &'a str>, edit: Option<usize>) -> Result<()> {
    let mut command = Command::new("cargo");
    command.args(arguments).arg("--locked").current_dir(benches()).env("CARGO_TARGET_DIR", target());
    match edit {
        Some(edit) => command.env("KUBESDK_BENCH_EDIT", edit.to_string()),
        // Types come from a registry, where cargo builds nothing incrementally; ours are a path here.
        None => command.env("CARGO_INCREMENTAL", "0"),
    };
    let output = command.output().context("cannot run cargo")?;
    if !output.status.success() {
        bail!("{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

/// The size of an application's release binary without symbols.
pub(crate) fn stripped(package: &str) -> Result<u64> {
    cargo(["build", "--release", "-p", package], None)?;
    let built = target().join("release").join(package);
    let bare = target().join(format!("{package}-stripped"));
    let status =
        Command::new("strip").arg("-o").arg(&bare).arg(&built).status().context("cannot run strip")?;
    if !status.success() {
        bail!("strip of {} failed", built.display());
    }
    Ok(std::fs::metadata(&bare)?.len())
}
