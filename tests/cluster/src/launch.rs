//! Starts a supervisor in a folder and waits until its cluster is ready: what tests and daemons have in common.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value;

use crate::Options;
use crate::binary::Ticks;

/// A supervisor whose cluster is ready.
pub(crate) struct Launched {
    pub(crate) supervisor: Child,
    pub(crate) server: String,
}

/// Starts the cluster that `options` describe in `folder`. With `lifeline` it ends with the supervisor's standard
/// input, which the returned child holds; without, it stays.
pub(crate) fn launch(
    program: &Path,
    folder: &Path,
    options: &Options,
    lifeline: bool,
    progress: &dyn Fn(&str),
) -> Result<Launched> {
    let logs = folder.join("logs");
    fs::create_dir_all(&logs).with_context(|| format!("making {}", logs.display()))?;
    let log = logs.join("supervisor.log");
    let mut supervisor = Command::new(program)
        .args(arguments(options, lifeline))
        .arg("--dir")
        .arg(folder)
        .stdin(if lifeline { Stdio::piped() } else { Stdio::null() })
        .stdout(Stdio::piped())
        .stderr(File::create(&log).with_context(|| format!("creating {}", log.display()))?)
        // A group of its own: a Ctrl-C in the terminal is for the caller, who then decides about the cluster.
        .process_group(0)
        .spawn()
        .with_context(|| format!("starting {}", program.display()))?;
    let stdout = supervisor.stdout.take().context("the supervisor has no standard output")?;
    match announcement(stdout, progress) {
        Ok(Some(server)) => Ok(Launched { supervisor, server }),
        Ok(None) => {
            supervisor.wait()?;
            let said = fs::read_to_string(&log).unwrap_or_default();
            let said = said.trim().trim_start_matches("Error: ");
            let said = if said.is_empty() { "it said nothing" } else { said };
            bail!("the test control plane did not start (logs in {}): {said}", logs.display())
        }
        Err(error) => {
            supervisor.kill()?; // Its components die with it.
            supervisor.wait()?;
            Err(error)
        }
    }
}

fn arguments(options: &Options, lifeline: bool) -> Vec<String> {
    let mut arguments = vec!["up".to_owned()];
    if options.wide {
        arguments.push("--wide".to_owned());
    }
    if options.without_controller_manager {
        arguments.push("--without=controller-manager".to_owned());
    }
    if options.without_scheduler {
        arguments.push("--without=scheduler".to_owned());
    }
    if options.kubelet {
        arguments.push("--kubelet".to_owned());
    }
    if options.user_namespace {
        arguments.push("--user-namespace".to_owned());
    }
    if options.sample_apiserver {
        arguments.push("--sample-apiserver".to_owned());
    }
    if options.restart {
        arguments.push("--restart".to_owned());
    }
    if lifeline {
        arguments.push("--lifeline".to_owned());
    }
    arguments.extend(options.apiserver_flags.iter().map(|flag| format!("--apiserver-flag={flag}")));
    arguments
}

/// The server's address from the supervisor's one line, or nothing if it ended without having said it.
fn announcement(stdout: ChildStdout, progress: &dyn Fn(&str)) -> Result<Option<String>> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let mut line = String::new();
        let read = BufReader::new(stdout).read_line(&mut line);
        // Nobody listens any more only when the caller has given up, and then the line does not matter.
        let _ = send.send(read.map(|_| line));
    });
    let mut ticks = Ticks::new();
    let line = loop {
        match receive.recv_timeout(Duration::from_millis(200)) {
            Ok(line) => break line.context("reading what the supervisor says")?,
            Err(RecvTimeoutError::Timeout) => ticks.tick(progress, "starting the control plane"),
            Err(RecvTimeoutError::Disconnected) => {
                bail!("the thread that reads the supervisor's output is gone")
            }
        }
    };
    if line.is_empty() {
        return Ok(None);
    }
    let ready: Value = serde_json::from_str(&line)
        .map_err(|error| anyhow!("the supervisor's first line is not the JSON it promises: {error}"))?;
    match ready["server"].as_str() {
        Some(server) => Ok(Some(server.to_owned())),
        None => bail!("the supervisor's first line names no server"),
    }
}
