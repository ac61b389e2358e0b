//! How many calls may be made again: a fraction of all calls and a trickle besides, so that a server in trouble is not
//! asked many times as often as one in health.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// What each call adds: one in five may be made again.
const PER_CALL: f64 = 0.2;
/// What each second adds, for clients that call seldom.
const PER_SECOND: f64 = 10.0;
/// The most that can be saved.
const MOST: f64 = 100.0;

pub(super) struct Budget {
    state: Mutex<State>,
}

struct State {
    tokens: f64,
    last: Option<Instant>,
}

impl Default for Budget {
    fn default() -> Self {
        Budget { state: Mutex::new(State { tokens: PER_SECOND, last: None }) }
    }
}

impl Budget {
    /// A call is made.
    pub(super) fn deposit(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.tokens = (state.tokens + PER_CALL).min(MOST);
    }

    /// Whether a call may be made again.
    pub(super) fn withdraw(&self, now: Instant) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = state.last.map_or(0.0, |last| now.saturating_duration_since(last).as_secs_f64());
        state.last = Some(now);
        state.tokens = (state.tokens + passed * PER_SECOND).min(MOST);
        let enough = state.tokens >= 1.0;
        if enough {
            state.tokens -= 1.0;
        }
        enough
    }
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_fifth_of_all_calls_and_a_trickle() {
        let budget = Budget::default();
        let start = Instant::now();
        let allowed = |now| (0..1000).take_while(|_| budget.withdraw(now)).count();
        assert_eq!(allowed(start), 10);
        (0..26).for_each(|_| budget.deposit());
        assert_eq!(allowed(start), 5);
        assert_eq!(allowed(start + Duration::from_secs(1)), 10);
        assert_eq!(allowed(start + Duration::from_secs(1000)), 100);
    }
}
