//! When a call that failed is made again, and after how long. There is no other layer that does so.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use crate::{Error, ErrorKind};

/// Rules for making calls again.
///
/// Only what is safe is made again:
///
/// | what happened | which calls |
/// |---|---|
/// | 429 | all: the server refuses before it acts. Not an eviction that a disruption budget forbids: that is the answer |
/// | a 5xx with `Retry-After`, 503, 504 | `GET`, `HEAD`, `OPTIONS` |
/// | the connection was lost before there was an answer | the same three |
/// | the connection was lost, and the server certainly did not act (HTTP/2 `REFUSED_STREAM`, `GOAWAY`; a kept connection that was closed meanwhile) | all |
///
/// A server that cannot be reached at all is an error at once, and so is a deadline that passed. A body that is a
/// stream is never sent again, and an upgrade only after 429 or if it was not acted on.
///
/// The wait is what the server asks for and up to a tenth more, so that not all its clients come back at once; if that
/// is longer than [`max_wait`](Self::max_wait) or the deadline, the error comes at once. Where the server asks for
/// nothing, it is 0.3 to 0.6 s at first and twice that each time, up to 10 s; such retries are at most a fifth of all
/// calls and ten a second besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retries {
    asked: u32,
    unasked: u32,
    max_wait: Duration,
}

impl Default for Retries {
    /// Ten where the server says when, as client-go has it, three where it does not; a wait of a minute at most.
    fn default() -> Self {
        Retries { asked: 10, unasked: 3, max_wait: Duration::from_secs(60) }
    }
}

/// The first wait where the server asks for none, and the longest.
const FIRST: Duration = Duration::from_millis(600);
const LONGEST: Duration = Duration::from_secs(10);

impl Retries {
    /// Nothing is made again.
    pub const NONE: Retries = Retries { asked: 0, unasked: 0, max_wait: Duration::ZERO };

    /// At most so many retries of a call where the server says when (`Retry-After`).
    #[must_use]
    pub fn asked(mut self, times: u32) -> Self {
        self.asked = times;
        self
    }

    /// At most so many retries of a call where the server does not say when.
    #[must_use]
    pub fn unasked(mut self, times: u32) -> Self {
        self.unasked = times;
        self
    }

    /// The longest wait that a server may ask for.
    #[must_use]
    pub fn max_wait(mut self, wait: Duration) -> Self {
        self.max_wait = wait;
        self
    }
}

/// What may be done twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Safety {
    /// It changes nothing: any loss is repaired by asking again.
    Safe,
    /// It may change something: again only if the server certainly did not act.
    Unsafe,
    /// It cannot be sent again.
    Once,
}

/// How often one call was made again so far.
#[derive(Default)]
pub(super) struct Attempts {
    asked: u32,
    unasked: u32,
}

impl Attempts {
    pub(super) fn is_first(&self) -> bool {
        self.asked + self.unasked == 0
    }

    pub(super) fn count(&self) -> u32 {
        self.asked + self.unasked
    }
}

impl Retries {
    /// How long to wait before the call is made again, if it is. `random` is from 0 up to 1; `may_spend` asks the
    /// budget.
    pub(super) fn next(
        &self,
        error: &Error,
        safety: Safety,
        attempts: &mut Attempts,
        random: f64,
        may_spend: impl FnOnce() -> bool,
    ) -> Option<Duration> {
        if !allowed(error, safety) {
            return None;
        }
        if let Some(asked) = error.retry_after() {
            if attempts.asked >= self.asked || asked > self.max_wait {
                return None;
            }
            attempts.asked += 1;
            return Some(asked + asked.mul_f64(random / 10.0));
        }
        if attempts.unasked >= self.unasked || !may_spend() {
            return None;
        }
        let doubled = FIRST.saturating_mul(1 << attempts.unasked.min(10)).min(LONGEST);
        attempts.unasked += 1;
        Some(doubled.mul_f64(0.5 + random / 2.0))
    }
}

fn allowed(error: &Error, safety: Safety) -> bool {
    let safe = safety == Safety::Safe;
    match (error.kind(), error.code()) {
        _ if safety == Safety::Once => false,
        (ErrorKind::Lost, _) => safe || error.is_unprocessed(),
        (ErrorKind::Api, Some(429)) => !error.has_cause("DisruptionBudget"),
        (ErrorKind::Api, Some(503 | 504)) => safe,
        (ErrorKind::Api, Some(500..)) => safe && error.retry_after().is_some(),
        _ => false,
    }
}

/// From 0 up to 1. The keys of a hash map are the randomness that the standard library has; this need not be secret.
pub(crate) fn random() -> f64 {
    let bits = RandomState::new().build_hasher().finish() >> 32;
    f64::from(u32::try_from(bits).unwrap_or(0)) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests;
