//! A WebSocket over a stream of bytes, moved by polls. The frames are tungstenite's.

use std::io::{self, Read, Write};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tungstenite::{Message, WebSocket};

use crate::DuplexStream;

/// The most that one message may hold. Kubernetes' servers cut at 32 KiB.
const MESSAGE: usize = 4 << 20;
/// What is read at once.
const READ: usize = 32 << 10;

/// What a WebSocket gave.
#[derive(Debug, PartialEq)]
pub(super) enum Received {
    /// A message.
    Message(Bytes),
    /// The answer to a ping.
    Pong(Bytes),
    /// Something that says no more than that the other side is there.
    Life,
    /// The end: as agreed, or why.
    End(Result<(), String>),
}

pub(super) struct Socket {
    inner: WebSocket<Io>,
    /// A message was handed over and not all of it is on its way.
    unsent: bool,
}

impl Socket {
    /// A WebSocket over a connection that has changed its protocol; `waker` is woken when it can go on.
    pub(super) fn new(stream: DuplexStream, waker: Waker) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ)
            .max_frame_size(Some(MESSAGE))
            .max_message_size(Some(MESSAGE));
        let io = Io { stream, waker, write_failure: None };
        Socket { inner: WebSocket::from_raw_socket(io, Role::Client, Some(config)), unsent: false }
    }

    /// What comes next.
    pub(super) fn receive(&mut self) -> Poll<Received> {
        use tungstenite::Error::{ConnectionClosed, Io};
        let received = match self.inner.read() {
            Ok(Message::Binary(message)) => Received::Message(message),
            Ok(Message::Pong(payload)) => Received::Pong(payload),
            Ok(Message::Ping(_) | Message::Frame(_)) => Received::Life,
            Ok(Message::Text(_)) => Received::End(Err("it sent text where bytes were expected".to_owned())),
            Ok(Message::Close(frame)) => Received::End(closed(frame)),
            Err(Io(error)) if error.kind() == io::ErrorKind::WouldBlock => return Poll::Pending,
            Err(ConnectionClosed) => Received::End(Ok(())),
            Err(error) => Received::End(Err(error.to_string())),
        };
        if matches!(received, Received::End(_)) {
            // The answer to a close; whether it arrives does not matter any more.
            let _ = self.inner.flush();
        }
        Poll::Ready(received)
    }

    /// Whether a message can be sent: all before it are on their way.
    pub(super) fn is_ready(&mut self) -> bool {
        if self.unsent {
            self.unsent = self.inner.flush().is_err();
        }
        !self.unsent
    }

    /// Sends a message when [`is_ready`](Self::is_ready) has said that it can be sent.
    pub(super) fn send(&mut self, message: Message) {
        // Failures of the stream are kept below; no other is possible before the end.
        self.unsent = self.inner.send(message).is_err();
    }

    /// Why nothing can be sent any more. What the other side has sent can still be read.
    pub(super) fn write_failure(&self) -> Option<&str> {
        self.inner.get_ref().write_failure.as_deref()
    }

    /// Says that the connection ends from this side, as far as that can be said without waiting.
    pub(super) fn close(&mut self) {
        let _ = self.inner.close(Some(CloseFrame { code: CloseCode::Normal, reason: "".into() }));
    }
}

fn closed(frame: Option<CloseFrame>) -> Result<(), String> {
    match frame {
        Some(frame) if frame.code != CloseCode::Normal => {
            Err(format!("it was closed with the code {}: {:?}", u16::from(frame.code), frame.reason.as_str()))
        }
        _ => Ok(()),
    }
}

/// The stream as tungstenite reads and writes it.
struct Io {
    stream: DuplexStream,
    waker: Waker,
    /// Why writing failed. From then on all that is written is thrown away, so that what has arrived is still read:
    /// the exit code of a command that did not read its input, above all.
    write_failure: Option<String>,
}

impl Io {
    fn failed(&mut self, error: &io::Error) {
        self.write_failure.get_or_insert(error.to_string());
    }
}

impl Read for Io {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.stream.as_mut().poll_read(&mut Context::from_waker(&self.waker), buffer) {
            Poll::Ready(read) => read,
            Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
        }
    }
}

impl Write for Io {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.write_failure.is_some() {
            return Ok(bytes.len());
        }
        match self.stream.as_mut().poll_write(&mut Context::from_waker(&self.waker), bytes) {
            Poll::Ready(Ok(0)) => self.failed(&io::ErrorKind::WriteZero.into()),
            Poll::Ready(Ok(written)) => return Ok(written),
            Poll::Ready(Err(error)) => self.failed(&error),
            Poll::Pending => return Err(io::ErrorKind::WouldBlock.into()),
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.write_failure.is_some() {
            return Ok(());
        }
        match self.stream.as_mut().poll_flush(&mut Context::from_waker(&self.waker)) {
            Poll::Ready(Ok(())) => Ok(()),
            Poll::Ready(Err(error)) => {
                self.failed(&error);
                Ok(())
            }
            Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
        }
    }
}
