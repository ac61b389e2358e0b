//! A connection that changed its protocol: bytes both ways.

use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use hyper_util::rt::TokioIo;
use kubesdk_core::{DuplexStream, futures_io};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf, copy, split};

/// Carries bytes until one side has ended, as kubectl does: the other learns of it by the end of its connection.
pub(super) async fn pump(caller: hyper::upgrade::OnUpgrade, server: DuplexStream) {
    let Ok(caller) = caller.await else { return };
    let (mut from_caller, mut to_caller) = split(TokioIo::new(caller));
    let (mut from_server, mut to_server) = split(Connection(server));
    let mut up = pin!(copy(&mut from_caller, &mut to_server));
    let mut down = pin!(copy(&mut from_server, &mut to_caller));
    poll_fn(|context| {
        // Both are tried, so that what one side said last still arrives.
        let down = down.as_mut().poll(context).is_ready();
        if up.as_mut().poll(context).is_ready() || down { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// A stream of `futures-io` as one of tokio's.
struct Connection(DuplexStream);

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let room = buffer.initialize_unfilled();
        let read = ready!(futures_io::AsyncRead::poll_read(self.0.as_mut(), context, room))?;
        buffer.advance(read);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        futures_io::AsyncWrite::poll_write(self.0.as_mut(), context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        futures_io::AsyncWrite::poll_flush(self.0.as_mut(), context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        futures_io::AsyncWrite::poll_close(self.0.as_mut(), context)
    }
}
