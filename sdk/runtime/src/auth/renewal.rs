//! Credentials that take a while to renew: one renewal at a time, whoever else needs them waits for it.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use kubesdk_core::{Error, ErrorKind};
use tokio::sync::Mutex;

/// What was obtained last, and the way to more.
pub(super) struct Renewal<T> {
    last: RwLock<Option<Arc<T>>>,
    /// How many renewals came to an end.
    done: AtomicU64,
    /// Held by whoever renews; why the last renewal failed, if it did.
    running: Mutex<Option<String>>,
}

impl<T> Renewal<T> {
    pub(super) fn new(first: Option<T>) -> Self {
        Renewal { last: RwLock::new(first.map(Arc::new)), done: AtomicU64::new(0), running: Mutex::default() }
    }

    pub(super) fn last(&self) -> Option<Arc<T>> {
        self.last.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Renews, unless somebody has in the meantime and that is `enough`. `renew` is given the number of the renewal,
    /// from 1 on.
    ///
    /// Whoever waits for a renewal that fails gets its error and does not try again: what fails slowly would else keep
    /// many requests for long. If the caller that renews goes away, the next one begins anew.
    ///
    /// # Errors
    ///
    /// What `renew` gives.
    pub(super) async fn renew<F: Future<Output = Result<T, Error>>>(
        &self,
        enough: impl Fn(&T) -> bool,
        renew: impl FnOnce(u64) -> F,
    ) -> Result<Arc<T>, Error> {
        let seen = self.done.load(Ordering::Acquire);
        let mut failure = self.running.lock().await;
        if let Some(last) = self.last().filter(|it| enough(it)) {
            return Ok(last);
        }
        let done = self.done.load(Ordering::Acquire);
        if let Some(message) = failure.as_ref().filter(|_| done != seen) {
            return Err(Error::new(ErrorKind::Credentials, message.clone()));
        }
        let renewed = renew(done + 1).await;
        self.done.store(done + 1, Ordering::Release);
        *failure = renewed.as_ref().err().map(ToString::to_string);
        let renewed = Arc::new(renewed?);
        *self.last.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&renewed));
        Ok(renewed)
    }
}

impl<T> fmt::Debug for Renewal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renewal").field("done", &self.done).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::sleep;

    use super::*;

    type Outcome = Result<u64, Error>;

    async fn at_once(count: usize, renewal: &Arc<Renewal<u64>>, outcome: fn(u64) -> Outcome) -> Vec<String> {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..count {
            let renewal = Arc::clone(renewal);
            tasks.spawn(async move {
                let renew = |number| async move {
                    sleep(Duration::from_secs(1)).await;
                    outcome(number)
                };
                match renewal.renew(|it| *it > 0, renew).await {
                    Ok(it) => it.to_string(),
                    Err(error) => error.to_string(),
                }
            });
        }
        tasks.join_all().await
    }

    #[tokio::test(start_paused = true)]
    async fn those_who_wait_share_what_comes() {
        let renewal = Arc::new(Renewal::new(None));
        let fails = |number| Err(Error::new(ErrorKind::Credentials, format!("no {number}")));
        assert_eq!(at_once(3, &renewal, fails).await, ["no 1", "no 1", "no 1"]);
        assert_eq!(at_once(3, &renewal, Ok).await, ["2", "2", "2"]);
        assert_eq!(at_once(1, &renewal, Ok).await, ["2"], "that is enough");
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_goes_away_leaves_it_to_the_next() {
        let renewal = Arc::new(Renewal::new(None));
        let forever = renewal.renew(|_| false, |_| std::future::pending::<Outcome>());
        assert!(tokio::time::timeout(Duration::from_secs(5), forever).await.is_err());
        assert_eq!(at_once(2, &renewal, Ok).await, ["1", "1"]);
    }
}
