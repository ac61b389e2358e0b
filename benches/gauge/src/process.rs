//! What the kernel says of this process.

use anyhow::{Context, Result};

/// The memory of a process that is in RAM.
#[derive(Clone, Copy, Debug)]
pub struct Resident {
    /// Bytes now.
    pub now: usize,
    /// The most bytes there ever were.
    pub peak: usize,
}

/// What is resident of this process.
///
/// # Errors
///
/// When the kernel does not say.
pub fn resident() -> Result<Resident> {
    let text = std::fs::read_to_string("/proc/self/status").context("cannot read /proc/self/status")?;
    Ok(Resident { now: value(&text, "VmRSS:")?, peak: value(&text, "VmHWM:")? })
}

fn value(status: &str, key: &str) -> Result<usize> {
    let line = status.lines().find_map(|line| line.strip_prefix(key)).with_context(|| format!("no {key}"))?;
    let kib: usize = line.trim().trim_end_matches(" kB").parse().with_context(|| format!("{key} {line}"))?;
    Ok(kib * 1024)
}
