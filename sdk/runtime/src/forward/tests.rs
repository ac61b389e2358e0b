//! Bytes between a caller and a pod, each a pipe in memory.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kubesdk_core::futures_io;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf, duplex};
use tokio::task::JoinHandle;

use super::carry::carry;
use crate::Error;

/// A pod's connection: closing does not end it, as in the protocol.
struct Pod(DuplexStream);

impl futures_io::AsyncRead for Pod {
    fn poll_read(
        mut self: Pin<&mut Self>,
        it: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut buffer = ReadBuf::new(buffer);
        ready!(Pin::new(&mut self.0).poll_read(it, &mut buffer))?;
        Poll::Ready(Ok(buffer.filled().len()))
    }
}

impl futures_io::AsyncWrite for Pod {
    fn poll_write(mut self: Pin<&mut Self>, it: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(it, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, it: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(it)
    }

    fn poll_close(self: Pin<&mut Self>, it: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(it)
    }
}

/// The caller, the pod, and what carries between them.
fn carried() -> (DuplexStream, DuplexStream, JoinHandle<Result<(), Error>>) {
    let ((caller, local), (remote, pod)) = (duplex(1000), duplex(1000));
    (caller, pod, tokio::spawn(carry(local, Pod(remote))))
}

#[tokio::test]
async fn both_directions_at_once() {
    let (caller, pod, carrying) = carried();
    let bytes: Vec<u8> = (0..500_000_u32).map(|it| it as u8).collect();
    let (mut from_pod, mut to_pod) = tokio::io::split(caller);
    let echo = tokio::spawn(async move {
        let (mut from, mut to) = tokio::io::split(pod);
        tokio::io::copy(&mut from, &mut to).await
    });
    let sent = bytes.clone();
    let sending = tokio::spawn(async move { to_pod.write_all(&sent).await });
    let mut back = vec![0; bytes.len()];
    from_pod.read_exact(&mut back).await.unwrap();
    assert!(back == bytes);
    sending.await.unwrap().unwrap();
    echo.abort();
    carrying.await.unwrap().unwrap();
}

#[tokio::test]
async fn an_answer_follows_the_callers_end() {
    let (mut caller, mut pod, carrying) = carried();
    caller.write_all(b"question").await.unwrap();
    caller.shutdown().await.unwrap();
    let mut question = [0; 8];
    pod.read_exact(&mut question).await.unwrap();
    pod.write_all(b"answer").await.unwrap();
    drop(pod);
    let mut answer = Vec::new();
    caller.read_to_end(&mut answer).await.unwrap();
    assert_eq!(answer, b"answer");
    carrying.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_pod_that_says_nothing_more_is_left() {
    let (mut caller, _pod, carrying) = carried();
    caller.shutdown().await.unwrap();
    carrying.await.unwrap().unwrap();
}
