//! What is usual among many.

use std::time::Duration;

/// The seconds of the time in the middle; zero of none.
pub fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times.get(times.len() / 2).map_or(0.0, Duration::as_secs_f64)
}
