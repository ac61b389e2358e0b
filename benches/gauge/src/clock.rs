//! Wall time and CPU time of a piece of work.

use std::time::{Duration, Instant};

use anyhow::Result;
use nix::sys::resource::{UsageWho, getrusage};

/// What repeated work took.
#[derive(Debug, Default)]
pub struct Times(Vec<(Duration, Duration)>);

impl Times {
    /// Times the work and keeps that.
    ///
    /// # Errors
    ///
    /// When the kernel does not say what was computed.
    pub fn add<T>(&mut self, work: impl FnOnce() -> T) -> Result<T> {
        let (start, before) = (Instant::now(), cpu()?);
        let result = work();
        self.0.push((start.elapsed(), cpu()?.saturating_sub(before)));
        Ok(result)
    }

    /// Seconds on the clock the first time (`first`), the least of the others (`best`) and the least of CPU of the
    /// others (`cpu`); if there is but one, it is all three.
    pub fn json(&self) -> serde_json::Value {
        let later = self.0.get(1..).filter(|later| !later.is_empty()).unwrap_or(&self.0);
        let first = self.0.first().map(|(wall, _)| wall.as_secs_f64());
        let best = later.iter().map(|(wall, _)| wall.as_secs_f64()).min_by(f64::total_cmp);
        let cpu = later.iter().map(|(_, cpu)| cpu.as_secs_f64()).min_by(f64::total_cmp);
        serde_json::json!({"first": first, "best": best, "cpu": cpu})
    }
}

pub(crate) fn cpu() -> Result<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    let mut total = Duration::ZERO;
    for time in [usage.user_time(), usage.system_time()] {
        total += Duration::from_secs(time.tv_sec().try_into()?);
        total += Duration::from_micros(time.tv_usec().try_into()?);
    }
    Ok(total)
}
