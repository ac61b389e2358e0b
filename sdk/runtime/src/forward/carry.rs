//! Bytes both ways between a local connection and one to a pod.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use kubesdk_core::{Error, ErrorKind, futures_io};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// How long an answer may take to go on once the caller has said all.
const GRACE: Duration = Duration::from_secs(30);
const BUFFER: usize = 32 << 10;

/// Carries until both sides have ended, or nobody says anything any more.
pub(super) async fn carry<L, P>(local: L, pod: P) -> Result<(), Error>
where
    L: AsyncRead + AsyncWrite + Unpin,
    P: futures_io::AsyncRead + futures_io::AsyncWrite + Unpin,
{
    let mut carried =
        Carried { local, pod, up: Piece::default(), down: Piece::default(), caller_done: false, grace: None };
    poll_fn(|context| carried.poll(context)).await.map_err(|error| {
        let message = format!("a forwarded connection broke off: {error}");
        Error::new(ErrorKind::Body, message).with_source(error)
    })
}

struct Carried<L, P> {
    local: L,
    pod: P,
    up: Piece,
    down: Piece,
    caller_done: bool,
    grace: Option<Pin<Box<Sleep>>>,
}

/// What was read on one side and not yet written on the other.
#[derive(Default)]
struct Piece {
    bytes: Vec<u8>,
    written: usize,
}

impl Piece {
    /// Room to read into; nothing is left to write until it is filled.
    fn empty(&mut self) -> &mut [u8] {
        self.bytes.resize(BUFFER, 0);
        self.written = BUFFER;
        &mut self.bytes
    }

    fn fill(&mut self, length: usize) {
        self.bytes.truncate(length);
        self.written = 0;
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.written..).unwrap_or_default()
    }
}

impl<L, P> Carried<L, P>
where
    L: AsyncRead + AsyncWrite + Unpin,
    P: futures_io::AsyncRead + futures_io::AsyncWrite + Unpin,
{
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.poll_up(context) {
            Poll::Ready(Err(End::Caller)) => return Poll::Ready(Ok(())),
            // That the pod takes no more is no failure: what it still says is worth more.
            Poll::Ready(_) => self.caller_done = true,
            Poll::Pending => {}
        }
        if let Poll::Ready(ended) = self.poll_down(context) {
            return Poll::Ready(ended);
        }
        if !self.caller_done {
            return Poll::Pending;
        }
        self.grace.get_or_insert_with(|| Box::pin(sleep(GRACE))).as_mut().poll(context).map(Ok)
    }

    /// From the caller to the pod; ready when the caller has said all.
    fn poll_up(&mut self, context: &mut Context<'_>) -> Poll<Result<(), End>> {
        loop {
            while !self.up.rest().is_empty() {
                let written = Pin::new(&mut self.pod).poll_write(context, self.up.rest());
                self.up.written += ready!(written).map_err(|_| End::Pod)?;
            }
            if self.caller_done {
                return Pin::new(&mut self.pod).poll_flush(context).map_err(|_| End::Pod);
            }
            let mut buffer = ReadBuf::new(self.up.empty());
            if Pin::new(&mut self.local)
                .poll_read(context, &mut buffer)
                .map_err(|_| End::Caller)?
                .is_pending()
            {
                ready!(Pin::new(&mut self.pod).poll_flush(context)).map_err(|_| End::Pod)?;
                return Poll::Pending;
            }
            let length = buffer.filled().len();
            self.up.fill(length);
            self.caller_done = length == 0;
        }
    }

    /// From the pod to the caller; ready when the pod has said all.
    fn poll_down(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            while !self.down.rest().is_empty() {
                self.down.written += ready!(Pin::new(&mut self.local).poll_write(context, self.down.rest()))?;
            }
            let length = ready!(Pin::new(&mut self.pod).poll_read(context, self.down.empty()))?;
            if length == 0 {
                return Pin::new(&mut self.local).poll_shutdown(context);
            }
            self.down.fill(length);
            self.grace = None;
        }
    }
}

/// Who takes or gives no more.
enum End {
    Caller,
    Pod,
}
