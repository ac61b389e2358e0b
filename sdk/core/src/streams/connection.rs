//! One WebSocket and all who read from it and write to it.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::{BufMut, Bytes, BytesMut};
use tungstenite::Message;

use super::heartbeat::{Beat, Heartbeat};
use super::inbox::{CLOSE, Channel, Inbox};
use super::socket::{Received, Socket};
use super::wakers::Wakers;
use crate::{DuplexStream, Transport};

/// The most that one message carries.
const PIECE: usize = 32 << 10;

/// A share of a connection: a place from which it is moved. It ends when the last share is dropped.
pub(super) struct Connection {
    shared: Arc<Shared>,
    place: u64,
}

struct Shared {
    wakers: Arc<Wakers>,
    state: Mutex<State>,
}

/// A connection as it is while one of its shares moves it.
pub(super) struct State {
    socket: Socket,
    waker: Waker,
    pub(super) inbox: Inbox,
    heartbeat: Heartbeat,
    /// Channels whose end is still to be said.
    closing: Vec<u8>,
    /// Whether the end of a channel can be said.
    closes: bool,
    end: Option<Result<(), Arc<str>>>,
}

impl Connection {
    pub(super) fn new(
        stream: DuplexStream,
        transport: Arc<dyn Transport>,
        channels: &[Channel],
        closes: bool,
    ) -> Self {
        let wakers = Arc::new(Wakers::default());
        let waker = Waker::from(Arc::clone(&wakers));
        let state = State {
            socket: Socket::new(stream, waker.clone()),
            waker,
            inbox: Inbox::new(channels, closes),
            heartbeat: Heartbeat::new(transport),
            closing: Vec::new(),
            closes,
            end: None,
        };
        let place = wakers.place();
        Connection { shared: Arc::new(Shared { wakers, state: Mutex::new(state) }), place }
    }

    /// Another share, which waits for itself.
    pub(super) fn share(&self) -> Self {
        Connection { shared: Arc::clone(&self.shared), place: self.shared.wakers.place() }
    }

    /// Moves the connection as far as it goes, then asks `poll` of it.
    pub(super) fn poll<T>(
        &self,
        context: &mut Context<'_>,
        poll: impl FnOnce(&mut State) -> Poll<T>,
    ) -> Poll<T> {
        let wakers = &self.shared.wakers;
        // Before it is moved: what happens meanwhile must not be missed.
        wakers.wait(self.place, context.waker());
        let (news, answer) = {
            let mut state = self.shared.state.lock().unwrap_or_else(PoisonError::into_inner);
            let came = state.advance();
            let was_full = state.inbox.is_full();
            let answer = poll(&mut state);
            (came || was_full && !state.inbox.is_full(), answer)
        };
        if answer.is_ready() {
            wakers.leave(self.place);
        }
        if news {
            wakers.wake_all();
        }
        answer
    }

    /// Changes something for which the others may wait.
    pub(super) fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.shared.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.shared.wakers.wake_all();
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.shared.wakers.leave(self.place);
    }
}

impl State {
    /// Sends and receives as far as that goes without waiting. Says whether anything came.
    fn advance(&mut self) -> bool {
        if self.end.is_some() {
            return false;
        }
        self.say_ends();
        let mut came = false;
        while self.end.is_none() && !self.inbox.is_full() {
            match self.socket.receive() {
                Poll::Pending => break,
                Poll::Ready(received) => came |= self.received(received),
            }
        }
        self.beat();
        came || self.end.is_some()
    }

    fn received(&mut self, received: Received) -> bool {
        self.heartbeat.alive();
        match received {
            Received::Message(message) => {
                if let Err(fault) = self.inbox.take(message) {
                    self.end = Some(Err(fault.into()));
                }
                return true;
            }
            Received::Pong(payload) => self.heartbeat.answered(&payload),
            Received::Life => {}
            // After its last word a server may end the connection as it likes.
            Received::End(Err(_)) if self.inbox.has_text() => self.end = Some(Ok(())),
            Received::End(end) => self.end = Some(end.map_err(Into::into)),
        }
        false
    }

    fn beat(&mut self) {
        if self.end.is_some() {
            return;
        }
        let listening = !self.inbox.is_full();
        match self.heartbeat.poll(&mut Context::from_waker(&self.waker), listening) {
            // What is sent before the ping is not on its way yet: another one later.
            Some(Beat::Ping(payload)) if self.socket.is_ready() => self.socket.send(Message::Ping(payload)),
            None | Some(Beat::Ping(_)) => {}
            Some(Beat::Dead) => {
                self.end = Some(Err("nothing came from it for a minute, not even answers to pings".into()));
            }
        }
    }

    fn say_ends(&mut self) {
        while self.socket.is_ready()
            && let Some(channel) = self.closing.pop()
        {
            self.socket.send(Message::Binary(Bytes::copy_from_slice(&[CLOSE, channel])));
        }
    }

    /// How the connection ended, if it has.
    pub(super) fn end(&self) -> Option<Result<(), Arc<str>>> {
        self.end.clone()
    }

    /// Sends a piece of `bytes` on a channel and says how long it was.
    pub(super) fn poll_send(&mut self, channel: u8, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if let Some(failure) = self.write_failure() {
            return Poll::Ready(Err(failure));
        }
        if bytes.is_empty() {
            return Poll::Ready(Ok(0));
        }
        if !self.socket.is_ready() {
            return Poll::Pending;
        }
        let piece = bytes.get(..PIECE).unwrap_or(bytes);
        let mut message = BytesMut::with_capacity(piece.len() + 1);
        message.put_u8(channel);
        message.put_slice(piece);
        self.socket.send(Message::Binary(message.freeze()));
        self.heartbeat.sent();
        Poll::Ready(Ok(piece.len()))
    }

    /// Waits until everything is on its way.
    pub(super) fn poll_sent(&mut self) -> Poll<io::Result<()>> {
        self.say_ends();
        let sent = self.socket.is_ready();
        match self.write_failure() {
            Some(failure) => Poll::Ready(Err(failure)),
            None if sent => Poll::Ready(Ok(())),
            None => Poll::Pending,
        }
    }

    /// Says that nothing more is sent on a channel, where that can be said.
    pub(super) fn end_channel(&mut self, channel: u8) -> bool {
        if self.closes && self.end.is_none() {
            self.closing.push(channel);
            self.say_ends();
        }
        self.closes
    }

    fn write_failure(&self) -> Option<io::Error> {
        let reason = match (&self.end, self.socket.write_failure()) {
            (Some(Err(fault)), _) => fault.to_string(),
            (Some(Ok(())), _) => "it has ended".to_owned(),
            (None, Some(failure)) => failure.to_owned(),
            (None, None) => return None,
        };
        Some(io::Error::new(io::ErrorKind::BrokenPipe, format!("the connection takes no more: {reason}")))
    }
}

impl Drop for State {
    fn drop(&mut self) {
        if self.end.is_none() {
            self.socket.close();
        }
    }
}
