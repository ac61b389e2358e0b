//! Pings, and how it is noticed that nobody answers them any more.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;

use crate::{BoxFuture, Transport};

/// How often a ping is sent (client-go `tools/remotecommand/websocket.go`, `pingPeriod`).
const PERIOD: Duration = Duration::from_secs(5);
/// How many periods may pass without anything from the other side (the same file, `pingReadDeadline`).
pub(super) const PATIENCE: u32 = 12;

/// What a period that has passed asks for.
#[derive(Debug, PartialEq)]
pub(super) enum Beat {
    /// A ping with this payload.
    Ping(Bytes),
    /// An end: nobody is there.
    Dead,
}

pub(super) struct Heartbeat {
    transport: Arc<dyn Transport>,
    sleep: BoxFuture<'static, ()>,
    /// Periods since something came. Counted, not measured: time in which nobody polled says nothing.
    silent: u32,
    pings: u64,
    /// The first ping whose answer means that all data that was sent has been taken.
    confirming: Option<u64>,
}

impl Heartbeat {
    pub(super) fn new(transport: Arc<dyn Transport>) -> Self {
        let sleep = transport.sleep(PERIOD);
        Heartbeat { transport, sleep, silent: 0, pings: 0, confirming: None }
    }

    /// What to do when a period is over. `listening` is false while this side does not read.
    pub(super) fn poll(&mut self, context: &mut Context<'_>, listening: bool) -> Option<Beat> {
        self.sleep.as_mut().poll(context).is_ready().then_some(())?;
        self.sleep = self.transport.sleep(PERIOD);
        if let Poll::Ready(()) = self.sleep.as_mut().poll(context) {
            context.waker().wake_by_ref();
        }
        // A server does not see a ping behind input that a command does not read.
        if listening && self.confirming.is_none() {
            self.silent += 1;
        }
        if self.silent > PATIENCE {
            return Some(Beat::Dead);
        }
        self.pings += 1;
        Some(Beat::Ping(Bytes::copy_from_slice(&self.pings.to_be_bytes())))
    }

    /// Something came.
    pub(super) fn alive(&mut self) {
        self.silent = 0;
    }

    /// The answer to a ping came.
    pub(super) fn answered(&mut self, payload: &[u8]) {
        self.alive();
        let number = payload.try_into().map(u64::from_be_bytes);
        if let (Ok(number), Some(confirming)) = (number, self.confirming)
            && number >= confirming
        {
            self.confirming = None;
        }
    }

    /// Data was sent.
    pub(super) fn sent(&mut self) {
        self.confirming = Some(self.pings + 1);
    }
}
