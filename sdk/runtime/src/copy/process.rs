//! What both directions ask of the container: programs, and what came of them.

use futures_util::future::Either;
use kubesdk_core::streams::{ChannelReader, Exit, Process};
use kubesdk_core::verbs::Exec;
use kubesdk_core::{Error, ErrorKind};

use super::CopyError;

/// The most that is kept of what a program says.
const WORDS: usize = 4 << 10;

/// The same container with a command.
pub(super) fn command(exec: &Exec, words: &[&str]) -> Exec {
    words.iter().fold(exec.clone(), |exec, word| exec.command(*word))
}

/// What `test` says of a path; nothing if the container has no such program.
pub(super) async fn test(exec: &Exec, flag: &str, path: &str) -> Result<Option<bool>, CopyError> {
    let mut process = command(exec, &["test", flag, path]).stderr(true).open().await?;
    process.stderr = None;
    match process.wait().await {
        Ok(exit) => Ok(Some(exit.success()).filter(|_| exit.code() <= 1)),
        Err(error) if could_not_run(&error) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// How a program ended, of which it may be known that it ran: then a node that cannot say more is no lack of `tar`.
pub(super) async fn wait(process: &mut Process, ran: bool) -> Result<Exit, CopyError> {
    process.wait().await.map_err(|error| match !ran && could_not_run(&error) {
        true => CopyError::NoTar(error),
        false => CopyError::Call(error),
    })
}

/// Whether the node's last word is that the program could not be run.
fn could_not_run(error: &Error) -> bool {
    error.kind() == ErrorKind::Api && error.is_internal()
}

/// An exit as a result.
pub(super) fn succeeded(exit: Exit, stderr: String) -> Result<(), CopyError> {
    match exit.code() {
        0 => Ok(()),
        // What shells and some runtimes say of a program that is not there.
        127 => Err(CopyError::NoTar(Error::new(ErrorKind::Body, format!("{exit}: {}", stderr.trim_end())))),
        _ => Err(CopyError::Failed { exit, stderr }),
    }
}

/// The first words that a program says; the rest is read and thrown away.
pub(super) async fn words(reader: Option<ChannelReader>) -> String {
    let mut words = Vec::new();
    let Some(mut reader) = reader else { return String::new() };
    while let Some(Ok(piece)) = reader.next().await {
        let most = piece.len().min(WORDS - words.len());
        words.extend_from_slice(&piece[..most]);
    }
    String::from_utf8_lossy(&words).into_owned()
}

/// Runs `main`, and `aside` as long as `main` does not fail.
pub(super) async fn beside<T, E, U>(
    main: impl Future<Output = Result<T, E>>,
    aside: impl Future<Output = U>,
) -> Result<(T, U), E> {
    let (main, aside) = (std::pin::pin!(main), std::pin::pin!(aside));
    match futures_util::future::select(main, aside).await {
        Either::Left((done, aside)) => Ok((done?, aside.await)),
        Either::Right((said, main)) => Ok((main.await?, said)),
    }
}
