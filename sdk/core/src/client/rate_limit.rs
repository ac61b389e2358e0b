//! At most so many calls a second: a bucket of tokens that the clock fills.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

pub(super) struct RateLimit {
    per_second: f64,
    burst: f64,
    state: Mutex<State>,
}

struct State {
    tokens: f64,
    last: Option<Instant>,
}

impl RateLimit {
    pub(super) fn new(per_second: f64, burst: u32) -> Self {
        let burst = f64::from(burst.max(1));
        // A rate that is none would never let anything through.
        let per_second = if per_second > 0.0 { per_second } else { f64::MIN_POSITIVE };
        RateLimit { per_second, burst, state: Mutex::new(State { tokens: burst, last: None }) }
    }

    /// Takes the next place in the queue and says how long it is until its turn.
    pub(super) fn reserve(&self, now: Instant) -> Duration {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = state.last.map_or(0.0, |last| now.saturating_duration_since(last).as_secs_f64());
        state.last = Some(now);
        state.tokens = (state.tokens + passed * self.per_second).min(self.burst) - 1.0;
        let wait = (-state.tokens / self.per_second).max(0.0);
        Duration::try_from_secs_f64(wait).unwrap_or(Duration::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_at_once_and_then_one_after_the_other() {
        let limit = RateLimit::new(2.0, 3);
        let start = Instant::now();
        let waits: Vec<u128> = (0..5).map(|_| limit.reserve(start).as_millis()).collect();
        assert_eq!(waits, [0, 0, 0, 500, 1000]);
        assert_eq!(limit.reserve(start + Duration::from_secs(60)), Duration::ZERO);
        assert_eq!(RateLimit::new(0.0, 0).reserve(start), Duration::ZERO);
    }
}
