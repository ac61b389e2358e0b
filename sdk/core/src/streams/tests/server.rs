//! A server in memory: a pipe of two directions, of which each takes so many bytes and gives so many at once.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use bytes::Bytes;
use futures_io::{AsyncRead, AsyncWrite};
use tungstenite::handshake::derive_accept_key;
use tungstenite::protocol::Role;
use tungstenite::{Message, WebSocket};

use crate::{BodyStream, BoxFuture, Client, Error, RequestBody, Transport, UpgradeAnswer, UpgradeBody};

/// One direction.
#[derive(Default)]
struct Direction {
    bytes: VecDeque<u8>,
    closed: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

/// How the pipe behaves.
#[derive(Clone, Copy)]
pub(super) struct Pipe {
    /// What a direction holds.
    pub(super) capacity: usize,
    /// What one read gives at most.
    pub(super) piece: usize,
}

pub(super) const WIDE: Pipe = Pipe { capacity: 1 << 20, piece: usize::MAX };

type Shared = Arc<Mutex<Direction>>;

/// The client's end.
struct ClientEnd {
    pipe: Pipe,
    incoming: Shared,
    outgoing: Shared,
}

impl AsyncRead for ClientEnd {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut direction = self.incoming.lock().unwrap();
        let most = buffer.len().min(self.pipe.piece);
        let read = direction.bytes.len().min(most);
        if read == 0 && !direction.closed {
            direction.reader = Some(context.waker().clone());
            return Poll::Pending;
        }
        for (to, from) in buffer.iter_mut().zip(direction.bytes.drain(..read)) {
            *to = from;
        }
        Poll::Ready(Ok(read))
    }
}

impl AsyncWrite for ClientEnd {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut direction = self.outgoing.lock().unwrap();
        if direction.closed {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let room = (self.pipe.capacity - direction.bytes.len()).min(bytes.len()).min(self.pipe.piece);
        if room == 0 {
            direction.writer = Some(context.waker().clone());
            return Poll::Pending;
        }
        direction.bytes.extend(&bytes[..room]);
        Poll::Ready(Ok(room))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.outgoing.lock().unwrap().closed = true;
        Poll::Ready(Ok(()))
    }
}

impl Drop for ClientEnd {
    fn drop(&mut self) {
        self.outgoing.lock().unwrap().closed = true;
    }
}

/// The server's end, for tungstenite.
pub(super) struct ServerEnd {
    pipe: Pipe,
    incoming: Shared,
    outgoing: Shared,
}

impl Read for ServerEnd {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut direction = self.incoming.lock().unwrap();
        let read = direction.bytes.len().min(buffer.len());
        if read == 0 && !direction.closed {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        for (to, from) in buffer.iter_mut().zip(direction.bytes.drain(..read)) {
            *to = from;
        }
        let waker = direction.writer.take();
        drop(direction);
        waker.into_iter().for_each(Waker::wake);
        Ok(read)
    }
}

impl Write for ServerEnd {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut direction = self.outgoing.lock().unwrap();
        let room = (self.pipe.capacity - direction.bytes.len()).min(bytes.len());
        if room == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        direction.bytes.extend(&bytes[..room]);
        let waker = direction.reader.take();
        drop(direction);
        waker.into_iter().for_each(Waker::wake);
        Ok(room)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The server: what it has received, and what it sends next.
pub(super) struct Server {
    socket: WebSocket<ServerEnd>,
    outgoing: Shared,
    incoming: Shared,
    clock: Arc<Clock>,
}

impl Server {
    /// Sends a message.
    pub(super) fn send(&mut self, message: &[u8]) {
        self.frame(Message::Binary(Bytes::copy_from_slice(message)));
    }

    /// Sends any message; what the pipe does not take goes out by [`flush`](Self::flush).
    pub(super) fn frame(&mut self, message: Message) {
        match self.socket.send(message) {
            Ok(()) => {}
            Err(tungstenite::Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => panic!("{error}"),
        }
    }

    /// Sends bytes that are no frame of tungstenite's.
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.socket.get_mut().write_all(bytes).unwrap();
    }

    /// Sends what is still held; says whether it all went.
    pub(super) fn flush(&mut self) -> bool {
        self.socket.flush().is_ok()
    }

    /// The next message that came, if one has.
    pub(super) fn next(&mut self) -> Option<Message> {
        match self.socket.read() {
            Ok(message) => Some(message),
            Err(tungstenite::Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => None,
            Err(tungstenite::Error::ConnectionClosed) => None,
            Err(error) => panic!("{error}"),
        }
    }

    /// The next message that carries something.
    pub(super) fn data(&mut self) -> Option<Vec<u8>> {
        match self.next()? {
            Message::Binary(bytes) => Some(bytes.to_vec()),
            other => panic!("{other:?}"),
        }
    }

    /// Ends the connection without a word.
    pub(super) fn vanish(&mut self) {
        for direction in [&self.outgoing, &self.incoming] {
            let mut direction = direction.lock().unwrap();
            direction.closed = true;
            let waker = direction.reader.take();
            drop(direction);
            waker.into_iter().for_each(Waker::wake);
        }
    }

    /// Whether the client has dropped its end.
    pub(super) fn is_left(&self) -> bool {
        self.incoming.lock().unwrap().closed
    }

    /// Lets a period of the heartbeat pass.
    pub(super) fn tick(&self) {
        self.clock.periods.fetch_add(1, Ordering::SeqCst);
        let wakers = std::mem::take(&mut *self.clock.wakers.lock().unwrap());
        wakers.into_iter().for_each(Waker::wake);
    }
}

/// Time that passes when a test says so.
#[derive(Default)]
struct Clock {
    periods: AtomicUsize,
    wakers: Mutex<Vec<Waker>>,
}

/// What a server answers to the upgrade.
pub(super) enum Answer {
    /// 101 with this subprotocol and a right answer to the key.
    Switch(&'static str),
    /// 101 with these headers.
    Headers(&'static [(&'static str, &'static str)]),
    /// Another answer.
    Refuse(u16, &'static str),
}

struct Scripted {
    answer: Answer,
    stream: Mutex<Option<ClientEnd>>,
    asked: Arc<Mutex<Vec<http::Request<()>>>>,
    clock: Arc<Clock>,
}

impl Transport for Scripted {
    fn send(
        &self,
        _: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<BodyStream>, Error>> {
        panic!("only upgrades are asked for");
    }

    fn upgrade(&self, request: http::Request<()>) -> BoxFuture<'static, Result<UpgradeAnswer, Error>> {
        let mut answer = http::Response::builder().status(101);
        match &self.answer {
            Answer::Switch(protocol) => {
                let key = derive_accept_key(request.headers()["sec-websocket-key"].as_bytes());
                answer = answer.header("upgrade", "WebSocket").header("connection", "Upgrade");
                answer = answer.header("sec-websocket-accept", key);
                if !protocol.is_empty() {
                    answer = answer.header("sec-websocket-protocol", *protocol);
                }
            }
            Answer::Headers(headers) => {
                for (name, value) in *headers {
                    answer = answer.header(*name, *value);
                }
            }
            Answer::Refuse(code, _) => answer = answer.status(*code),
        }
        let body = match self.answer {
            Answer::Refuse(_, body) => {
                UpgradeBody::Refused(Box::pin(Once(Some(Bytes::from_static(body.as_bytes())))))
            }
            _ => UpgradeBody::Switched(Box::pin(self.stream.lock().unwrap().take().expect("one upgrade"))),
        };
        self.asked.lock().unwrap().push(request);
        Box::pin(async move { Ok(answer.body(body).unwrap()) })
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        let (clock, since) = (Arc::clone(&self.clock), self.clock.periods.load(Ordering::SeqCst));
        Box::pin(std::future::poll_fn(move |context| {
            if clock.periods.load(Ordering::SeqCst) > since {
                return Poll::Ready(());
            }
            clock.wakers.lock().unwrap().push(context.waker().clone());
            Poll::Pending
        }))
    }
}

struct Once(Option<Bytes>);

impl futures_core::Stream for Once {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

/// A client of a server that gives this answer, what was asked of it, and the server.
pub(super) fn server(answer: Answer, pipe: Pipe) -> (Client, Arc<Mutex<Vec<http::Request<()>>>>, Server) {
    let (up, down) = (Shared::default(), Shared::default());
    let client = ClientEnd { pipe, incoming: Arc::clone(&down), outgoing: Arc::clone(&up) };
    let end = ServerEnd { pipe, incoming: Arc::clone(&up), outgoing: Arc::clone(&down) };
    let clock = Arc::<Clock>::default();
    let asked = Arc::<Mutex<Vec<_>>>::default();
    let transport = Scripted {
        answer,
        stream: Mutex::new(Some(client)),
        asked: Arc::clone(&asked),
        clock: Arc::clone(&clock),
    };
    let socket = WebSocket::from_raw_socket(end, Role::Server, None);
    (Client::new(transport), asked, Server { socket, outgoing: down, incoming: up, clock })
}

/// Counts how often it was woken.
#[derive(Default)]
struct Counter(AtomicUsize);

impl Wake for Counter {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Runs a future; whenever it waits, the server goes on by `step`. It is polled only when it was woken, so that a lost
/// wake-up is a failure.
pub(super) fn run<F: IntoFuture>(future: F, mut step: impl FnMut()) -> F::Output {
    let counter = Arc::<Counter>::default();
    let waker = Waker::from(Arc::clone(&counter));
    let mut future = pin!(future.into_future());
    let mut seen = 0;
    for _ in 0..2_000_000 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        for _ in 0..1000 {
            step();
            if counter.0.load(Ordering::SeqCst) != seen {
                break;
            }
        }
        let woken = counter.0.load(Ordering::SeqCst);
        assert_ne!(woken, seen, "it waits for ever");
        seen = woken;
    }
    panic!("it never ends");
}
