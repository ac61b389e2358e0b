//! A process, told apart from a later one that was given the same number.

use std::fs;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// A process by number and start time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// The process number.
    pub pid: u32,
    /// Clock ticks from boot to the start of the process: field 22 of `/proc/PID/stat` (proc(5)).
    pub start_time: String,
}

impl Process {
    /// Reads the form in which `cluster.json` records a process.
    pub(crate) fn from_json(value: &Value) -> Option<Process> {
        Some(Process {
            pid: value["pid"].as_u64()?.try_into().ok()?,
            start_time: value["startTime"].as_str()?.to_owned(),
        })
    }

    /// Whether this very process still runs. One that has ended and only waits to be reaped does not.
    #[must_use]
    pub fn is_running(&self) -> bool {
        let Ok(stat) = fs::read_to_string(format!("/proc/{}/stat", self.pid)) else {
            return false;
        };
        // The second field, the name in parentheses, may hold spaces; the third follows the last parenthesis.
        let Some((_, rest)) = stat.rsplit_once(')') else {
            return false;
        };
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let ended = matches!(fields.first(), Some(&("Z" | "X")));
        !ended && fields.get(19) == Some(&self.start_time.as_str())
    }

    /// Sends a signal (`TERM`, `KILL`) if this very process still runs.
    ///
    /// # Errors
    /// When the signal cannot be sent, for instance to another user's process.
    pub fn signal(&self, name: &str) -> Result<()> {
        if !self.is_running() {
            return Ok(());
        }
        // The shell's own `kill` is on every machine; the system call would need `unsafe` or a dependency.
        let output = Command::new("sh")
            .args(["-c", "kill -s \"$0\" \"$1\"", name, &self.pid.to_string()])
            .output()
            .context("running `sh` to send a signal")?;
        if !output.status.success() && self.is_running() {
            bail!(
                "cannot send SIG{name} to process {}: {}",
                self.pid,
                String::from_utf8_lossy(&output.stderr).trim()
            );
        }
        Ok(())
    }

    /// Waits until the process is gone; says whether it is.
    #[must_use]
    pub fn wait_gone(&self, at_most: Duration) -> bool {
        let start = Instant::now();
        while self.is_running() {
            if start.elapsed() > at_most {
                return false;
            }
            sleep(Duration::from_millis(20));
        }
        true
    }
}
