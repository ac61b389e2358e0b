//! A command that runs in a container, or the container's first process.

use std::fmt;
use std::future::poll_fn;
use std::task::{Context, Poll};

use super::channel::{ChannelReader, ChannelWriter};
use super::connection::{Connection, State};
use super::exit::Exit;
use super::handshake::{self, Protocol};
use super::inbox::Channel;
use crate::{BoxFuture, Client, Error, ErrorKind, Request, Status, json};

const STDIN: u8 = 0;
const STDOUT: u8 = 1;
const STDERR: u8 = 2;
const STATUS: u8 = 3;
const RESIZE: u8 = 4;

/// The protocols of exec and attach, the best first (`k8s.io/apimachinery/pkg/util/remotecommand`). The older ones
/// cannot tell an exit code.
const REMOTE_COMMAND: &[Protocol] = &[
    Protocol { name: "v5.channel.k8s.io", closes: true },
    Protocol { name: "v4.channel.k8s.io", closes: false },
];

/// Which streams of a process were asked for.
#[derive(Clone, Copy)]
struct Streams {
    stdin: bool,
    stdout: bool,
    stderr: bool,
}

impl Streams {
    fn of(request: &Request) -> Self {
        let asked = |name| request.query_pairs().any(|pair| pair == (name, "true"));
        Streams { stdin: asked("stdin"), stdout: asked("stdout"), stderr: asked("stderr") }
    }

    fn channels(self) -> [Channel; 5] {
        let stream = |asked| if asked { Channel::Stream(0) } else { Channel::Nothing };
        [Channel::Nothing, stream(self.stdout), stream(self.stderr), Channel::Text(0), Channel::Nothing]
    }
}

/// A command that runs in a container, as [`std::process::Child`] is one that runs here.
///
/// Streams that were asked for are there to be taken; see [`streams`](super) for what they hold and for whom they wait.
/// When all of them and the process are dropped, the connection ends; whether the command ends with it is up to the
/// node.
///
/// # Example
///
/// ```no_run
/// # async fn example(exec: kubesdk_core::verbs::Exec) -> Result<(), Box<dyn std::error::Error>> {
/// let mut process = exec.command("sort").stdin(true).stdout(true).open().await?;
/// if let Some(mut stdin) = process.stdin.take() {
///     stdin.write_all(b"b\na\n").await?;
///     stdin.close().await?;
/// }
/// if let Some(mut stdout) = process.stdout.take() {
///     assert_eq!(stdout.read_to_end().await?, b"a\nb\n");
/// }
/// assert!(process.wait().await?.success());
/// # Ok(())
/// # }
/// ```
pub struct Process {
    /// Its standard input, if that was asked for.
    pub stdin: Option<ChannelWriter>,
    /// Its standard output, if that was asked for; all of its output at a terminal.
    pub stdout: Option<ChannelReader>,
    /// Its standard error, if that was asked for.
    pub stderr: Option<ChannelReader>,
    connection: Connection,
    protocol: &'static str,
}

/// How a command ended and what it wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Output {
    /// How it ended.
    pub exit: Exit,
    /// All of its standard output, empty if that was not asked for.
    pub stdout: Vec<u8>,
    /// All of its standard error, empty if that was not asked for.
    pub stderr: Vec<u8>,
}

impl Process {
    /// Opens the connection that the request asks for; `resource` is what must be allowed.
    pub(crate) async fn open(client: Client, request: Request, resource: &str) -> Result<Self, Error> {
        let streams = Streams::of(&request);
        let opened = handshake::open(client, request, resource, REMOTE_COMMAND, &streams.channels()).await?;
        let (connection, protocol) = opened;
        let reader = |channel| ChannelReader::new(connection.share(), channel);
        Ok(Process {
            stdin: streams.stdin.then(|| ChannelWriter::new(connection.share(), STDIN)),
            stdout: streams.stdout.then(|| reader(STDOUT)),
            stderr: streams.stderr.then(|| reader(STDERR)),
            protocol: protocol.name,
            connection,
        })
    }

    /// The protocol that the server has chosen: `v5.channel.k8s.io`, or `v4.channel.k8s.io`, which cannot end standard
    /// input alone.
    pub fn protocol(&self) -> &'static str {
        self.protocol
    }

    /// What sets the size of the terminal, also while somebody waits for the process.
    pub fn resizer(&self) -> Resizer {
        Resizer { connection: self.connection.share() }
    }

    /// Waits until the process has ended. Its standard input, if it was not taken, ends first.
    ///
    /// Output that was asked for must be read meanwhile, or dropped: the end comes behind it. Waiting again gives the
    /// same again.
    ///
    /// # Errors
    ///
    /// What the server says when the command could not run: [`ErrorKind::Api`] with its `Status`, an internal error as a
    /// rule. [`ErrorKind::Body`] when the connection ends before the command.
    pub async fn wait(&mut self) -> Result<Exit, Error> {
        self.stdin = None;
        poll_fn(|context| self.poll_exit(context)).await
    }

    /// Ends standard input and gives all output, in memory, once the process has ended.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait). An exit code other than 0 is no error.
    pub async fn output(mut self) -> Result<Output, Error> {
        self.stdin = None;
        let (mut stdout, mut stderr) = (Collected::of(self.stdout.take()), Collected::of(self.stderr.take()));
        poll_fn(|context| {
            let (out, err) = (stdout.poll(context)?, stderr.poll(context)?);
            if out.is_ready() && err.is_ready() { Poll::Ready(Ok::<(), Error>(())) } else { Poll::Pending }
        })
        .await?;
        let exit = self.wait().await?;
        Ok(Output { exit, stdout: stdout.bytes, stderr: stderr.bytes })
    }

    fn poll_exit(&self, context: &mut Context<'_>) -> Poll<Result<Exit, Error>> {
        self.connection.poll(context, outcome)
    }
}

/// What the server has said about the end of a process.
fn outcome(state: &mut State) -> Poll<Result<Exit, Error>> {
    let text = state.inbox.text(STATUS);
    let mut status = Status::default();
    let decoded = if text.is_empty() { None } else { Some(json::decode(&text, &mut status)) };
    match (decoded, state.end()) {
        (Some(Ok(())), _) => Poll::Ready(Exit::from_status(status)),
        (_, None) => Poll::Pending,
        (Some(Err(error)), Some(_)) => Poll::Ready(Err(error.into())),
        (None, Some(end)) => {
            let fault = end.err().map(|it| format!(": {it}")).unwrap_or_default();
            let message = format!("the connection ended before the server said how the command did{fault}");
            Poll::Ready(Err(Error::new(ErrorKind::Body, message)))
        }
    }
}

/// A stream that is read to its end.
struct Collected {
    reader: Option<ChannelReader>,
    bytes: Vec<u8>,
}

impl Collected {
    fn of(reader: Option<ChannelReader>) -> Self {
        Collected { reader, bytes: Vec::new() }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Result<Poll<()>, Error> {
        while let Some(reader) = &mut self.reader {
            match reader.poll_piece(context, usize::MAX) {
                Poll::Pending => return Ok(Poll::Pending),
                Poll::Ready(Ok(piece)) if piece.is_empty() => self.reader = None,
                Poll::Ready(Ok(piece)) => self.bytes.extend_from_slice(&piece),
                Poll::Ready(Err(error)) => return Err(Error::new(ErrorKind::Body, error.to_string())),
            }
        }
        Ok(Poll::Ready(()))
    }
}

impl fmt::Debug for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Process")
            .field("protocol", &self.protocol)
            .field("stdin", &self.stdin)
            .field("stdout", &self.stdout)
            .field("stderr", &self.stderr)
            .finish_non_exhaustive()
    }
}

/// Sets the size of a process's terminal.
pub struct Resizer {
    connection: Connection,
}

impl Resizer {
    /// Tells the process how many columns and rows its terminal has from now on. Without a terminal nothing comes of it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Request`] when either is 0, before anything is sent; [`ErrorKind::Body`] when the connection has
    /// ended.
    pub fn resize(&self, columns: u16, rows: u16) -> BoxFuture<'static, Result<(), Error>> {
        let connection = self.connection.share();
        Box::pin(async move {
            if columns == 0 || rows == 0 {
                let message = format!(
                    "a terminal of {columns} by {rows} characters cannot be; both must be at least 1"
                );
                return Err(Error::new(ErrorKind::Request, message));
            }
            let size = format!("{{\"Width\":{columns},\"Height\":{rows}}}\n");
            let lost = |error: std::io::Error| Error::new(ErrorKind::Body, error.to_string());
            poll_fn(|it| connection.poll(it, |state| state.poll_send(RESIZE, size.as_bytes())))
                .await
                .map_err(lost)?;
            poll_fn(|it| connection.poll(it, State::poll_sent)).await.map_err(lost)
        })
    }
}

impl fmt::Debug for Resizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Resizer")
    }
}
