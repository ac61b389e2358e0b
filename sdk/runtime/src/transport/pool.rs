//! Connections enough: an HTTP/2 server allows so many streams on each (a kube-apiserver 100), and a client that wants
//! another on a full one waits, behind watches for ever. So streams are counted, and one too many opens a connection.
//!
//! A `reqwest` client keeps one HTTP/2 connection for a server, so each here stands for a connection. Over HTTP/1.1
//! it keeps as many as it has calls, and the count does no harm.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Clients, each with the number of its streams. They are filled in order, so that those at the end fall silent and
/// lose their connections when fewer are needed.
pub(super) struct Pool<C> {
    streams_each: usize,
    lanes: Vec<Lane<C>>,
}

struct Lane<C> {
    client: C,
    streams: Arc<AtomicUsize>,
}

/// A stream's place on a connection, until it is dropped.
#[derive(Debug)]
pub(super) struct Permit {
    streams: Option<Arc<AtomicUsize>>,
}

impl<C: Clone> Pool<C> {
    pub(super) fn new(streams_each: usize, first: C) -> Self {
        Pool { streams_each, lanes: vec![Lane { client: first, streams: Arc::default() }] }
    }

    /// A client with room for a stream, and its place.
    pub(super) fn take<E>(&mut self, another: impl FnOnce() -> Result<C, E>) -> Result<(C, Permit), E> {
        // Only this adds, and it has the pool to itself: the limit is never passed.
        for lane in &self.lanes {
            if lane.streams.load(Ordering::Relaxed) < self.streams_each {
                return Ok((lane.client.clone(), lane.enter()));
            }
        }
        let lane = Lane { client: another()?, streams: Arc::default() };
        let taken = (lane.client.clone(), lane.enter());
        self.lanes.push(lane);
        Ok(taken)
    }
}

impl<C> Lane<C> {
    fn enter(&self) -> Permit {
        self.streams.fetch_add(1, Ordering::Relaxed);
        Permit { streams: Some(Arc::clone(&self.streams)) }
    }
}

impl Permit {
    /// For what has a connection of its own.
    pub(super) fn none() -> Self {
        Permit { streams: None }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(streams) = &self.streams {
            streams.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_stream_too_many_opens_another_and_places_are_given_back() {
        let mut pool = Pool::new(2, 0);
        let mut next = 0;
        let mut take = || {
            let another = || {
                next += 1;
                Ok::<i32, ()>(next)
            };
            pool.take(another).unwrap()
        };
        let mut open: Vec<(i32, Permit)> = (0..5).map(|_| take()).collect();
        assert_eq!(open.iter().map(|it| it.0).collect::<Vec<_>>(), [0, 0, 1, 1, 2]);
        open.remove(1);
        assert_eq!(take().0, 0);
        let kept = take();
        assert_eq!(kept.0, 0);
        drop(open);
        assert_eq!((take().0, pool.lanes.len()), (0, 3));
    }

    #[test]
    fn what_cannot_be_opened_takes_no_place() {
        let mut pool = Pool::new(1, 0);
        let first = pool.take(|| Ok::<i32, &str>(1)).unwrap();
        assert_eq!(pool.take(|| Err("no")).unwrap_err(), "no");
        drop(first);
        assert_eq!(pool.take(|| Err("no")).unwrap().0, 0);
    }
}
