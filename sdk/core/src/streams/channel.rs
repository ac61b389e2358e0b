//! The two ends of a channel: what is read from it and what is written to it.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use futures_io::{AsyncRead, AsyncWrite};

use super::connection::{Connection, State};
use crate::{Error, ErrorKind};

/// What a command writes, as it arrives: an `AsyncRead` of `futures-io`, and a stream of pieces without a copy.
///
/// When it is dropped, the rest is thrown away and the other streams go on.
pub struct ChannelReader {
    connection: Connection,
    channel: u8,
}

impl ChannelReader {
    pub(super) fn new(connection: Connection, channel: u8) -> Self {
        ChannelReader { connection, channel }
    }

    /// The next piece; nothing at the end.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Body`] when the connection breaks off.
    pub async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// All that is left.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next).
    pub async fn read_to_end(&mut self) -> Result<Vec<u8>, Error> {
        let mut all = Vec::new();
        while let Some(piece) = self.next().await {
            all.extend_from_slice(&piece?);
        }
        Ok(all)
    }

    pub(super) fn poll_piece(&mut self, context: &mut Context<'_>, most: usize) -> Poll<io::Result<Bytes>> {
        let channel = self.channel;
        self.connection.poll(context, |state| piece(state, channel, most))
    }
}

/// The next piece of a channel, empty at its end.
fn piece(state: &mut State, channel: u8, most: usize) -> Poll<io::Result<Bytes>> {
    if let Some(piece) = state.inbox.read(channel, most) {
        return Poll::Ready(Ok(piece));
    }
    match state.end() {
        _ if state.inbox.is_ended(channel) => Poll::Ready(Ok(Bytes::new())),
        Some(Ok(())) => Poll::Ready(Ok(Bytes::new())),
        Some(Err(fault)) => {
            let message = format!("the connection broke off: {fault}");
            Poll::Ready(Err(io::Error::new(io::ErrorKind::UnexpectedEof, message)))
        }
        None => Poll::Pending,
    }
}

impl AsyncRead for ChannelReader {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let piece = ready!(self.poll_piece(context, buffer.len()))?;
        buffer[..piece.len()].copy_from_slice(&piece);
        Poll::Ready(Ok(piece.len()))
    }
}

impl Stream for ChannelReader {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let piece = ready!(self.poll_piece(context, usize::MAX));
        Poll::Ready(match piece {
            Ok(piece) if piece.is_empty() => None,
            Ok(piece) => Some(Ok(piece)),
            Err(error) => Some(Err(Error::new(ErrorKind::Body, error.to_string()))),
        })
    }
}

impl Drop for ChannelReader {
    fn drop(&mut self) {
        let channel = self.channel;
        self.connection.change(|state| state.inbox.discard(channel));
    }
}

impl fmt::Debug for ChannelReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelReader").field("channel", &self.channel).finish_non_exhaustive()
    }
}

/// What a command reads: an `AsyncWrite` of `futures-io`.
///
/// Closing or dropping it tells the command that its input has ended. Only `v5.channel.k8s.io` can say so (API servers
/// since 1.30); with an older one closing is an error of the kind [`io::ErrorKind::Unsupported`].
pub struct ChannelWriter {
    connection: Connection,
    channel: u8,
    closed: bool,
}

impl ChannelWriter {
    pub(super) fn new(connection: Connection, channel: u8) -> Self {
        ChannelWriter { connection, channel, closed: false }
    }

    /// Writes all of it, and waits until it is on its way.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::BrokenPipe`] when the command has ended or the connection is lost.
    pub async fn write_all(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let written = poll_fn(|context| Pin::new(&mut *self).poll_write(context, bytes)).await?;
            bytes = bytes.get(written..).unwrap_or_default();
        }
        poll_fn(|context| Pin::new(&mut *self).poll_flush(context)).await
    }

    /// Tells the command that its input has ended.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::Unsupported`] when the server cannot pass that on; otherwise as [`write_all`](Self::write_all).
    pub async fn close(mut self) -> io::Result<()> {
        poll_fn(|context| Pin::new(&mut self).poll_close(context)).await
    }
}

impl AsyncWrite for ChannelWriter {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.closed {
            let message = "the stream was closed on this side";
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::BrokenPipe, message)));
        }
        self.connection.poll(context, |state| state.poll_send(self.channel, bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.connection.poll(context, State::poll_sent)
    }

    fn poll_close(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut possible = true;
        if !self.closed {
            self.closed = true;
            let channel = self.channel;
            self.connection.change(|state| possible = state.end_channel(channel));
        }
        if !possible {
            let message = "the server speaks v4.channel.k8s.io, which cannot say that standard input has ended; \
                           API servers since 1.30 speak v5.channel.k8s.io";
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::Unsupported, message)));
        }
        self.connection.poll(context, State::poll_sent)
    }
}

impl Drop for ChannelWriter {
    fn drop(&mut self) {
        if !self.closed {
            let channel = self.channel;
            self.connection.change(|state| {
                state.end_channel(channel);
            });
        }
    }
}

impl fmt::Debug for ChannelWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelWriter").field("channel", &self.channel).finish_non_exhaustive()
    }
}
