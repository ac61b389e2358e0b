//! Out of a container.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use kubesdk_core::streams::Exit;
use kubesdk_core::verbs::Exec;
use kubesdk_core::{BoxFuture, Error, ErrorKind};
use tokio::task::spawn_blocking;

use super::event::Listener;
use super::pieces::{self, Incoming};
use super::process::{beside, command, succeeded, test, wait, words};
use super::unpack::{Unpack, unpack_all};
use super::{Copied, CopyError, CopyEvent, remote};

/// How long after a connection has broken off the next one is tried, at first and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));

/// A copy out of a container, which runs when awaited; see [`ContainerFiles::copy_from`](super::ContainerFiles::copy_from).
///
/// When it fails or is dropped, what was copied so far stays, but for the file that was being written.
#[must_use = "nothing is copied before it is awaited"]
pub struct CopyFrom {
    exec: Exec,
    source: String,
    target: PathBuf,
    permissions: bool,
    limit: u64,
    retries: u32,
    listener: Listener,
}

impl CopyFrom {
    pub(super) fn new(exec: Exec, source: String, target: PathBuf) -> Self {
        let listener = Box::new(|_: CopyEvent<'_>| {});
        CopyFrom { exec, source, target, permissions: false, limit: u64::MAX, retries: 0, listener }
    }

    /// Whether files and folders get the modes that they have in the container, without set-user-ID and the like. `false`
    /// by default, as `kubectl cp` does it.
    pub fn permissions(mut self, keep: bool) -> Self {
        self.permissions = keep;
        self
    }

    /// The most bytes of files that are taken, holes included. No limit by default.
    pub fn limit(mut self, bytes: u64) -> Self {
        self.limit = bytes;
        self
    }

    /// How often the copy is taken up where it broke off, when a connection is lost; 0 by default. It needs `sh` and
    /// `tail` in the container, where `tar` must give the same once more, and waits half a second at first.
    pub fn retries(mut self, most: u32) -> Self {
        self.retries = most;
        self
    }

    /// Who hears how it goes on. It is called on a thread of its own, and the copy waits for it.
    pub fn progress(mut self, listener: impl FnMut(CopyEvent<'_>) + Send + 'static) -> Self {
        self.listener = Box::new(listener);
        self
    }

    async fn run(self) -> Result<Copied, CopyError> {
        let source = remote::argument(&self.source)?;
        let unpack = Unpack {
            target: self.target,
            prefix: remote::prefix(&self.source),
            permissions: self.permissions,
            limit: self.limit,
        };
        let (sender, reader) = pieces::incoming();
        let listener = self.listener;
        let unpacking = spawn_blocking(move || unpack_all(reader, unpack, listener));
        let reading = Reading { exec: &self.exec, source: &source, received: 0 };
        let read = reading.run(sender, self.retries).await;
        // It has ended, or ends now, because nothing is sent any more.
        let unpacked = unpacking.await.map_err(|error| CopyError::Archive(std::io::Error::other(error)))?;
        let failed = matches!(read, Ok(Ended::Exit(Err(CopyError::Failed { .. }))));
        let nothing = unpacked.as_ref().is_ok_and(|it| *it == Copied::default());
        if nothing && (failed || read.is_ok()) && test(&self.exec, "-e", &source).await? == Some(false) {
            return Err(CopyError::NotInContainer { path: self.source });
        }
        match read? {
            Ended::Exit(Ok(())) | Ended::Unwanted => unpacked,
            Ended::Exit(Err(error)) => Err(error),
        }
    }
}

impl IntoFuture for CopyFrom {
    type Output = Result<Copied, CopyError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for CopyFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CopyFrom")
            .field("source", &self.source)
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}

/// How reading ended.
enum Ended {
    /// `tar` has ended.
    Exit(Result<(), CopyError>),
    /// Nobody takes more, and who took it says why.
    Unwanted,
}

/// An archive that is read, over several connections if need be.
struct Reading<'a> {
    exec: &'a Exec,
    source: &'a str,
    received: u64,
}

impl Reading<'_> {
    async fn run(mut self, sender: Incoming, retries: u32) -> Result<Ended, CopyError> {
        let mut pause = PAUSES.0;
        for left in (0..=retries).rev() {
            match self.attempt(&sender).await {
                Ok(Some((exit, stderr))) => {
                    // Whoever takes no more has ended, and with it what was sent.
                    let _ = sender.send(None).await;
                    return Ok(Ended::Exit(succeeded(exit, stderr)));
                }
                Ok(None) => return Ok(Ended::Unwanted),
                Err(CopyError::Call(error)) if left > 0 && is_passing(&error) => {}
                Err(error) => return Err(error),
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(PAUSES.1);
        }
        Ok(Ended::Unwanted)
    }

    /// One connection: how `tar` ended, or nothing if nobody takes what it says.
    async fn attempt(&mut self, sender: &Incoming) -> Result<Option<(Exit, String)>, CopyError> {
        let from = (self.received + 1).to_string();
        let exec = match self.received {
            0 => command(self.exec, &["tar", "cf", "-", self.source]),
            // The path is an argument of the shell's script, never a part of it.
            _ => command(
                self.exec,
                &["sh", "-c", "tar cf - \"$1\" | tail -c \"+$2\"", "sh", self.source, &from],
            ),
        };
        let mut process = exec.stdout(true).stderr(true).open().await?;
        let (stdout, stderr) = (process.stdout.take(), process.stderr.take());
        let reading = async {
            let Some(mut stdout) = stdout else { return Ok(true) };
            while let Some(piece) = stdout.next().await {
                let piece = piece?;
                let length = piece.len() as u64;
                if sender.send(Some(piece)).await.is_err() {
                    return Err(Unread::Unwanted);
                }
                self.received += length;
            }
            Ok(true)
        };
        match beside(reading, words(stderr)).await {
            Ok((_, stderr)) => Ok(Some((wait(&mut process, self.received > 0).await?, stderr))),
            Err(Unread::Unwanted) => Ok(None),
            Err(Unread::Lost(error)) => Err(error.into()),
        }
    }
}

enum Unread {
    Unwanted,
    Lost(Error),
}

impl From<Error> for Unread {
    fn from(error: Error) -> Self {
        Unread::Lost(error)
    }
}

/// Whether the same may go well a little later: a connection was lost, or a server or node is away.
fn is_passing(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Connect | ErrorKind::Lost | ErrorKind::Timeout | ErrorKind::Body => true,
        ErrorKind::Api => error.is_internal() || error.code().is_some_and(|it| it >= 500 || it == 429),
        _ => false,
    }
}
