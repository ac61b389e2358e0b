//! Wall time and CPU time of a piece of work, the least of several rounds.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::sys::resource::{UsageWho, getrusage};

/// How long something took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Time {
    /// As a clock on the wall saw it.
    pub(crate) wall: Duration,
    /// What all threads and finished children computed in that time, in user and kernel mode.
    pub(crate) cpu: Duration,
}

/// The least wall time and the least CPU time of the rounds; `prepare` is not timed.
pub(crate) fn least(
    rounds: usize,
    mut prepare: impl FnMut() -> Result<()>,
    mut work: impl FnMut() -> Result<()>,
) -> Result<Time> {
    let mut times = Vec::new();
    for _ in 0..rounds {
        prepare()?;
        let (start, before) = (Instant::now(), cpu()?);
        work()?;
        times.push(Time { wall: start.elapsed(), cpu: cpu()?.saturating_sub(before) });
    }
    let wall = times.iter().map(|time| time.wall).min();
    let cpu = times.iter().map(|time| time.cpu).min();
    Ok(Time { wall: wall.context("no rounds")?, cpu: cpu.context("no rounds")? })
}

fn cpu() -> Result<Duration> {
    let mut total = Duration::ZERO;
    for who in [UsageWho::RUSAGE_SELF, UsageWho::RUSAGE_CHILDREN] {
        let usage = getrusage(who)?;
        for time in [usage.user_time(), usage.system_time()] {
            total += Duration::from_secs(time.tv_sec().try_into()?)
                + Duration::from_micros(time.tv_usec().try_into()?);
        }
    }
    Ok(total)
}
