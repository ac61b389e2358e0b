//! Running a plugin.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use kubesdk_core::{Error, ErrorKind};
use tokio::io::AsyncReadExt;
use tokio::process::Command;
use tokio::time::Instant;

use super::{Plugin, policy};

/// How long a plugin may take: some wait for a login in a browser, which they give up after three minutes.
const DEADLINE: Duration = Duration::from_secs(5 * 60);

/// How much a plugin may say: a token and a chain of certificates are some kilobytes.
const OUTPUT: u64 = 1 << 20;

/// Runs a plugin and gives what it says. Its standard error is ours, and so is its standard input if it is interactive.
/// When this future is dropped, the plugin is killed.
pub(super) async fn run(
    plugin: &Plugin,
    info: &str,
    interactive: bool,
    hints: &Hints,
) -> Result<Vec<u8>, Error> {
    let Plugin { user, command, policy, .. } = plugin;
    let failed =
        |why: String| Error::new(ErrorKind::Credentials, format!("getting credentials of {user}: {why}"));
    let path = policy::look_up(command).map_err(|_| match is_there(command) {
        true => failed(format!("exec: {command}: permission denied; make it a program that may be executed")),
        false => failed(format!("exec: executable {command} not found{}", hints.take(&plugin.install_hint))),
    })?;
    policy.check(command, &path, user)?;
    let mut process = Command::new(path);
    #[cfg(unix)]
    process.arg0(command);
    process.args(&plugin.args).envs(plugin.env.iter().map(|(name, value)| (name, value.expose())));
    process.env("KUBERNETES_EXEC_INFO", info).kill_on_drop(true);
    process.stdin(if interactive { Stdio::inherit() } else { Stdio::null() }).stdout(Stdio::piped());
    let outcome = tokio::time::timeout(DEADLINE, output(process)).await;
    let Ok(outcome) = outcome else {
        let minutes = DEADLINE.as_secs() / 60;
        return Err(failed(format!(
            "exec: executable {command} gave no answer for {minutes} minutes and was stopped; run it by hand to see \
             what it waits for"
        )));
    };
    let (status, output) = outcome.map_err(|cause| {
        failed(format!("exec: executable {command} cannot be run: {cause}")).with_source(cause)
    })?;
    match status.success() {
        true if output.len() as u64 > OUTPUT => Err(failed(format!(
            "exec: executable {command} said more than {OUTPUT} bytes, which are no credentials"
        ))),
        true => Ok(output),
        false => Err(failed(format!(
            "exec: executable {command} failed with {}; it says why on standard error",
            exit(status)
        ))),
    }
}

/// Whether a path leads to something, which then is no program. A bare name leads nowhere without one.
fn is_there(command: &str) -> bool {
    command.contains(std::path::is_separator) && std::path::Path::new(command).exists()
}

async fn output(mut process: Command) -> io::Result<(ExitStatus, Vec<u8>)> {
    let mut child = process.spawn()?;
    let mut output = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        // One more than is allowed, so that too much can be told; the rest is not waited for.
        stdout.take(OUTPUT + 1).read_to_end(&mut output).await?;
    }
    if output.len() as u64 > OUTPUT {
        child.start_kill()?;
        child.wait().await?;
        return Ok((ExitStatus::default(), output));
    }
    Ok((child.wait().await?, output))
}

/// An exit status in client-go's words where it has some.
fn exit(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("exit code {code}"),
        None => status.to_string(),
    }
}

/// How often in an hour a missing plugin is explained at length, so that a program that tries again and again does not
/// fill its log.
const EXPLAINED: u32 = 10;

/// What is said beside "not found".
#[derive(Debug, Default)]
pub(super) struct Hints {
    /// When this hour began, and how often the hint was given in it.
    given: Mutex<Option<(Instant, u32)>>,
}

impl Hints {
    fn take(&self, hint: &str) -> String {
        let now = Instant::now();
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let (start, count) = match *given {
            Some((start, count)) if now.saturating_duration_since(start) < Duration::from_secs(3600) => {
                (start, count)
            }
            _ => (now, 0),
        };
        if count == EXPLAINED {
            return String::new();
        }
        *given = Some((start, count + 1));
        let text = "\n\nIt looks like you are trying to use a client-go credential plugin that is not installed.\n\n\
                    To learn more about this feature, consult the documentation available at:\n      \
                    https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins";
        match printable(hint) {
            hint if hint.is_empty() => text.to_owned(),
            hint => format!("{text}\n\n{hint}"),
        }
    }
}

/// The hint without what could put a terminal in another state: control characters but white space become `U+XXXX`.
fn printable(hint: &str) -> String {
    let mut out = String::with_capacity(hint.len());
    for character in hint.chars() {
        match character {
            '\t'..='\r' => out.push(character),
            _ if character.is_control() => out.push_str(&format!("U+{:04X}", u32::from(character))),
            _ => out.push(character),
        }
    }
    out
}
