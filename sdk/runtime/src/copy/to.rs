//! Into a container.

use std::fmt;
use std::fs;
use std::path::PathBuf;

use bytes::Bytes;
use kubesdk_core::streams::ChannelWriter;
use kubesdk_core::verbs::Exec;
use kubesdk_core::{BoxFuture, Error, ErrorKind};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

use super::event::Listener;
use super::pack::{base, pack, without_trailing_separator};
use super::process::{beside, command, succeeded, test, wait, words};
use super::{Copied, CopyError, CopyEvent, pieces, remote};

/// A copy into a container, which runs when awaited; see [`ContainerFiles::copy_to`](super::ContainerFiles::copy_to).
///
/// The server must speak `v5.channel.k8s.io`, as API servers since 1.30 do: an older one cannot tell `tar` that all has
/// come. When it fails or is dropped, what `tar` has made of what came so far stays.
#[must_use = "nothing is copied before it is awaited"]
pub struct CopyTo {
    exec: Exec,
    source: PathBuf,
    target: String,
    preserve: bool,
    listener: Listener,
}

impl CopyTo {
    pub(super) fn new(exec: Exec, source: PathBuf, target: String) -> Self {
        let listener = Box::new(|_: CopyEvent<'_>| {});
        CopyTo { exec, source, target, preserve: true, listener }
    }

    /// Files get the owner and the modes that new files of the container's user have, as `kubectl cp --no-preserve`.
    pub fn no_preserve(mut self) -> Self {
        self.preserve = false;
        self
    }

    /// Who hears how it goes on. It is called on a thread of its own, and the copy waits for it.
    pub fn progress(mut self, listener: impl FnMut(CopyEvent<'_>) + Send + 'static) -> Self {
        self.listener = Box::new(listener);
        self
    }

    async fn run(self) -> Result<Copied, CopyError> {
        remote::argument(&self.target)?;
        let source = without_trailing_separator(&self.source);
        let missing = source.clone();
        let found = spawn_blocking(move || fs::symlink_metadata(missing)).await.map_err(std::io::Error::from);
        found.and_then(|it| it).map_err(|error| CopyError::local(&source, error))?;
        let clean = remote::clean(&self.target);
        let argument = remote::argument(&clean)?;
        let target = match (test(&self.exec, "-d", &argument).await?, base(&self.source)) {
            (Some(true), Some(base)) => remote::clean(&format!("{clean}/{base}")),
            _ => clean,
        };
        let (folder, name) = remote::split(&target);
        if matches!(name, "" | "." | "..") {
            let message = format!("{:?} names no file or folder to be made in the container", self.target);
            return Err(CopyError::Invalid { message });
        }
        let mut words_of_tar = vec!["tar"];
        if !self.preserve {
            words_of_tar.extend(["--no-same-permissions", "--no-same-owner"]);
        }
        words_of_tar.extend(["-xmf", "-", "-C", folder]);
        let exec = command(&self.exec, &words_of_tar);
        let (writer, pieces) = pieces::outgoing();
        let (name, listener) = (name.to_owned(), self.listener);
        send(exec, pieces, move || pack(&source, &name, writer, listener)).await
    }
}

/// Runs `tar` and gives it what `packing` writes.
async fn send(
    exec: Exec,
    pieces: mpsc::Receiver<Bytes>,
    packing: impl FnOnce() -> Result<Copied, CopyError> + Send + 'static,
) -> Result<Copied, CopyError> {
    let mut process = exec.stdin(true).stderr(true).open().await?;
    if process.protocol() != "v5.channel.k8s.io" {
        let message = "the server speaks v4.channel.k8s.io, which cannot say that all files have come; copying into a \
                       container needs an API server since 1.30";
        return Err(Error::new(ErrorKind::Protocol, message).into());
    }
    let (stdin, stderr) = (process.stdin.take(), process.stderr.take());
    let writing = write(stdin, pieces, spawn_blocking(packing));
    let (packed, stderr) = beside(writing, words(stderr)).await?;
    succeeded(wait(&mut process, false).await?, stderr)?;
    packed
}

/// Writes until all is written, or `tar` takes no more; then it says why, and what packing says comes after that.
async fn write(
    stdin: Option<ChannelWriter>,
    mut pieces: mpsc::Receiver<Bytes>,
    packing: JoinHandle<Result<Copied, CopyError>>,
) -> Result<Result<Copied, CopyError>, CopyError> {
    let Some(mut stdin) = stdin else { return packing.await.map_err(ended) };
    let mut taken = true;
    while taken && let Some(piece) = pieces.recv().await {
        taken = stdin.write_all(&piece).await.is_ok();
    }
    drop(pieces);
    let packed = packing.await.map_err(ended)?;
    match packed {
        Err(error) if taken => return Err(error),
        Ok(_) if taken => {
            // If it takes no more, its exit says more.
            let _ = stdin.close().await;
        }
        _ => {}
    }
    Ok(packed)
}

fn ended(error: tokio::task::JoinError) -> CopyError {
    CopyError::Archive(std::io::Error::other(error))
}

impl IntoFuture for CopyTo {
    type Output = Result<Copied, CopyError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for CopyTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CopyTo")
            .field("source", &self.source)
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}
