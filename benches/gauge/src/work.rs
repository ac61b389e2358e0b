//! Work that is done once.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::{Value, json};

use crate::clock::cpu;
use crate::resident;

/// What was before some work.
#[derive(Debug)]
pub struct Work {
    start: Instant,
    cpu: Duration,
    resident: usize,
}

impl Work {
    /// The work begins.
    ///
    /// # Errors
    ///
    /// When the kernel does not say what this process has used so far.
    pub fn begin() -> Result<Self> {
        let resident = resident()?.now;
        Ok(Work { cpu: cpu()?, resident, start: Instant::now() })
    }

    /// The work is done: what it took, and how many items it gave. They should still be there. `held` and `peak` are what
    /// the process has grown by, `rss` is all of it at most.
    ///
    /// # Errors
    ///
    /// As [`Work::begin`].
    pub fn end(self, items: usize) -> Result<Value> {
        let (wall, cpu, resident) = (self.start.elapsed(), cpu()?.saturating_sub(self.cpu), resident()?);
        Ok(json!({
            "wall": wall.as_secs_f64(),
            "cpu": cpu.as_secs_f64(),
            "held": resident.now.saturating_sub(self.resident),
            "peak": resident.peak.saturating_sub(self.resident),
            "rss": resident.peak,
            "items": items,
        }))
    }
}
