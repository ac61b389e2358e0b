//! What machine the figures are from.

use std::process::Command;

use anyhow::{Context, Result};

/// Processor, cores, memory, compiler, and how busy the machine is.
pub(crate) fn describe() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let processor = value_of("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".to_owned());
    let memory = value_of("/proc/meminfo", "MemTotal")
        .and_then(|text| text.split(' ').next()?.parse::<u64>().ok())
        .map_or_else(String::new, |kib| format!(", {} GB", kib / 1_000_000));
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("unknown");
    format!("{processor}, {cores} cores{memory}; {}; load {load} at the start", version("rustc"))
}

fn value_of(file: &str, key: &str) -> Option<String> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(key))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn version(program: &str) -> String {
    let output = Command::new(program).arg("--version").output();
    let text = output.map(|it| String::from_utf8_lossy(&it.stdout).into_owned()).unwrap_or_default();
    text.split(" (").next().unwrap_or_default().trim().to_owned()
}

/// The versions of what is measured, as the lock file and the Go module have them.
pub(crate) fn versions() -> Result<String> {
    let lock =
        std::fs::read_to_string(crate::benches().join("Cargo.lock")).context("cannot read Cargo.lock")?;
    let go = std::fs::read_to_string(crate::benches().join("go/go.mod")).context("cannot read go.mod")?;
    let mut all = Vec::new();
    for name in ["kube-core", "k8s-openapi", "serde_json", "sonic-rs", "simd-json"] {
        let after = lock.split_once(&format!("name = \"{name}\"\nversion = \"")).map(|(_, rest)| rest);
        let version =
            after.and_then(|rest| rest.split('"').next()).context("the lock file has another form")?;
        all.push(format!("{name} {version}"));
    }
    let client_go = go.lines().find_map(|line| line.trim().strip_prefix("k8s.io/client-go "));
    all.push(format!("client-go {}", client_go.unwrap_or("unknown")));
    let mut version = Command::new("go");
    let version = version.arg("version").output().context("cannot run go")?;
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    all.push(version.split(' ').nth(2).unwrap_or("go unknown").to_owned());
    Ok(all.join(", "))
}
