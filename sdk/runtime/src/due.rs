//! When files that somebody renews are looked at again.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How long what a file held is used without another look at it. client-go looks at token files every minute and at
/// certificates every five; a look reads a few kilobytes, so that it may be more often, and a request that comes
/// after the rotation of a certificate fails for seconds rather than minutes.
pub(crate) const INTERVAL: Duration = Duration::from_secs(10);

/// The time of the last look.
#[derive(Debug)]
pub(crate) struct Due(Mutex<Instant>);

impl Due {
    /// Looked at just now.
    pub(crate) fn looked() -> Self {
        Due(Mutex::new(Instant::now()))
    }

    /// Whether a look is due. Of all who ask, one is told so and must look; the others go on with what they have.
    pub(crate) fn is_due(&self) -> bool {
        let now = Instant::now();
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = now.saturating_duration_since(*last) >= INTERVAL;
        if due {
            *last = now;
        }
        due
    }
}
