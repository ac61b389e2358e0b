//! Channels over WebSocket: whatever a server sends and however it is cut, the same comes of it, and it ends.

use std::future::{Pending, pending};
use std::io;
use std::pin::{Pin, pin};
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use kubesdk_core::futures_io::{AsyncRead, AsyncWrite};
use kubesdk_core::http::{self, Response};
use kubesdk_core::streams::ChannelReader;
use kubesdk_core::verbs::Exec;
use kubesdk_core::{
    BodyStream, BoxFuture, Client, Error, RequestBody, Transport, UpgradeAnswer, UpgradeBody,
};
use tungstenite::handshake::derive_accept_key;

/// Checks what a server sends to a client of exec, whole, in pieces of a size that the first byte says, and in pieces
/// of one byte.
pub fn check(bytes: &[u8]) {
    let Some((size, sent)) = bytes.split_first() else { return };
    let whole = came(sent, sent.len().max(1));
    assert_eq!(whole, came(sent, usize::from(*size) + 1), "the size of the pieces made a difference");
    assert_eq!(whole, came(sent, 1), "pieces of one byte made a difference");
    let output = whole.stdout.0.len() + whole.stderr.0.len();
    assert!(output <= sent.len(), "{output} bytes came of {}", sent.len());
}

#[derive(Debug, PartialEq)]
struct Came {
    stdout: (Vec<u8>, Option<String>),
    stderr: (Vec<u8>, Option<String>),
    exit: Result<i32, String>,
}

fn came(sent: &[u8], piece: usize) -> Came {
    let stream = Sent { bytes: sent.to_vec(), at: 0, piece };
    let client = Client::new(Server { stream: Mutex::new(Some(stream)) });
    let exec = Exec::new(&client, &["/exec"]).stdin(true).stdout(true).stderr(true);
    let mut process = run(exec.open()).expect("the upgrade is as it should be");
    let (mut stdout, mut stderr) = (process.stdout.take(), process.stderr.take());
    let (mut out, mut err) = ((Vec::new(), None), (Vec::new(), None));
    run(std::future::poll_fn(|context| {
        let ended = [read(&mut stdout, &mut out, context), read(&mut stderr, &mut err, context)];
        if ended == [true, true] { Poll::Ready(()) } else { Poll::Pending }
    }));
    let exit = run(process.wait()).map(|it| it.code()).map_err(|it| it.to_string());
    Came { stdout: out, stderr: err, exit }
}

/// Reads what there is; true at the end.
fn read(
    reader: &mut Option<ChannelReader>,
    into: &mut (Vec<u8>, Option<String>),
    context: &mut Context<'_>,
) -> bool {
    let mut buffer = [0; 1000];
    while let Some(from) = reader {
        match Pin::new(from).poll_read(context, &mut buffer) {
            Poll::Pending => return false,
            Poll::Ready(Ok(0)) => *reader = None,
            Poll::Ready(Ok(count)) => into.0.extend_from_slice(&buffer[..count]),
            Poll::Ready(Err(error)) => {
                into.1 = Some(error.to_string());
                *reader = None;
            }
        }
    }
    true
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    // Each poll reads, and what is read is finite.
    for _ in 0..1_000_000 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
    panic!("it does not end");
}

/// What a server sends, and then the end; it takes everything.
struct Sent {
    bytes: Vec<u8>,
    at: usize,
    piece: usize,
}

impl AsyncRead for Sent {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let count = (self.bytes.len() - self.at).min(buffer.len()).min(self.piece);
        buffer[..count].copy_from_slice(&self.bytes[self.at..self.at + count]);
        self.at += count;
        Poll::Ready(Ok(count))
    }
}

impl AsyncWrite for Sent {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

struct Server {
    stream: Mutex<Option<Sent>>,
}

impl Transport for Server {
    fn send(&self, _: http::Request<RequestBody>) -> BoxFuture<'static, Result<Response<BodyStream>, Error>> {
        let never: Pending<_> = pending();
        Box::pin(never)
    }

    fn upgrade(&self, request: http::Request<()>) -> BoxFuture<'static, Result<UpgradeAnswer, Error>> {
        let key = request.headers().get("sec-websocket-key").expect("a key");
        let answer = Response::builder()
            .status(101)
            .header("upgrade", "websocket")
            .header("connection", "upgrade")
            .header("sec-websocket-accept", derive_accept_key(key.as_bytes()))
            .header("sec-websocket-protocol", "v5.channel.k8s.io");
        let stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner).take().expect("one upgrade");
        let answer = answer.body(UpgradeBody::Switched(Box::pin(stream))).expect("a valid answer");
        Box::pin(async move { Ok(answer) })
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(pending())
    }
}
