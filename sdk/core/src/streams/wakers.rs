//! Who waits for a connection: whatever happens on it wakes all of them, because any of them can move it.

use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Wake, Waker};

/// The wakers of everybody who waits, each by the number of its place.
#[derive(Default)]
pub(super) struct Wakers {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    waiting: Vec<(u64, Waker)>,
    places: u64,
}

impl Wakers {
    /// A place of one who may wait.
    pub(super) fn place(&self) -> u64 {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.places += 1;
        inner.places
    }

    /// Notes that the one at this place waits.
    pub(super) fn wait(&self, place: u64, waker: &Waker) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let known = inner.waiting.iter_mut().find(|(it, _)| *it == place);
        // The old waker is dropped after the lock: what that sets off is not known here.
        let _old = match known {
            Some((_, known)) if known.will_wake(waker) => None,
            Some((_, known)) => Some(std::mem::replace(known, waker.clone())),
            None => {
                inner.waiting.push((place, waker.clone()));
                None
            }
        };
        drop(inner);
    }

    /// Notes that the one at this place does not wait any more.
    pub(super) fn leave(&self, place: u64) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let known = inner.waiting.iter().position(|(it, _)| *it == place);
        let _old = known.map(|it| inner.waiting.swap_remove(it));
        drop(inner);
    }

    /// Wakes all who wait.
    pub(super) fn wake_all(&self) {
        let waiting = {
            let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut inner.waiting)
        };
        for (_, waker) in waiting {
            waker.wake();
        }
    }
}

impl Wake for Wakers {
    fn wake(self: Arc<Self>) {
        self.wake_all();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.wake_all();
    }
}
