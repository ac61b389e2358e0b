//! The `connect` operations. With the feature `streams` commands run and ports are forwarded, over WebSocket; without
//! it those requests are only built.

use http::{HeaderValue, Method};

use super::call::{Call, verb};
use crate::Client;
#[cfg(feature = "streams")]
use crate::streams::{Output, PortStream, Process};
#[cfg(feature = "streams")]
use crate::{BoxFuture, Error};

macro_rules! connecting_verb {
    ($(#[$doc:meta])* $verb:ident) => {
        $(#[$doc])*
        pub struct $verb {
            call: Call,
        }

        impl $verb {
            /// Connects to the path that `parts` make, with GET: WebSocket knows no other method.
            pub fn new(client: &Client, parts: &[&str]) -> Self {
                $verb { call: connecting(client, parts) }
            }
        }
    };
}

fn connecting(client: &Client, parts: &[&str]) -> Call {
    let mut call = Call::new(client, Method::GET, parts);
    call.change(|request| request.header(http::header::ACCEPT, HeaderValue::from_static("*/*")));
    call
}

connecting_verb! {
    /// Runs a command in a container.
    Exec
}

#[cfg(feature = "streams")]
macro_rules! opens {
    ($verb:ident $resource:literal) => {
        impl $verb {
            /// Opens the connection, with the streams that were asked for: at least one of [`stdin`](Self::stdin),
            /// [`stdout`](Self::stdout) and [`stderr`](Self::stderr). At a terminal standard output brings standard
            /// error as well.
            ///
            /// # Errors
            ///
            /// As [`Client::send`], whose [`timeout`](Self::timeout) ends with the opening: the pod is not found, say, or
            /// the user may not do that. [`ErrorKind::Protocol`](crate::ErrorKind::Protocol) when the server does not
            /// speak the protocol. That the command cannot run comes out later, where the process is waited for.
            pub fn open(self) -> BoxFuture<'static, Result<Process, Error>> {
                Box::pin(async move {
                    let (client, request) = self.call.parts()?;
                    Process::open(client, request, $resource).await
                })
            }
        }
    };
}

#[cfg(feature = "streams")]
opens! { Exec "pods/exec" }
#[cfg(feature = "streams")]
opens! { Attach "pods/attach" }

#[cfg(feature = "streams")]
impl Clone for Exec {
    /// The same container, for further commands.
    fn clone(&self) -> Self {
        Exec { call: self.call.clone() }
    }
}

#[cfg(feature = "streams")]
impl Exec {
    /// Runs the command to its end and gives all that it wrote, standard error too unless it runs at a terminal.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open) and [`Process::wait`]. An exit code other than 0 is no error.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # async fn example(exec: kubesdk_core::verbs::Exec) -> Result<(), kubesdk_core::Error> {
    /// let output = exec.command("env").output().await?;
    /// assert!(output.exit.success());
    /// print!("{}", String::from_utf8_lossy(&output.stdout));
    /// # Ok(())
    /// # }
    /// ```
    pub fn output(mut self) -> BoxFuture<'static, Result<Output, Error>> {
        self.call.change(|request| {
            let has = |name| request.query_pairs().any(|(key, _)| key == name);
            let terminal = request.query_pairs().any(|pair| pair == ("tty", "true"));
            let (stdout, stderr) = (!has("stdout"), !has("stderr") && !terminal);
            let request = if stdout { request.query("stdout", "true") } else { request };
            if stderr { request.query("stderr", "true") } else { request }
        });
        Box::pin(async move { self.open().await?.output().await })
    }
}

impl Exec {
    /// One word of the command; called once for each, the program first.
    #[must_use]
    pub fn command(mut self, word: impl Into<String>) -> Self {
        let word = word.into();
        self.call.change(|request| request.add_query("command", word));
        self
    }
}

verb! {
    Exec;
    /// Which container, where a pod has more than one.
    container(impl std::fmt::Display) => "container";
    /// Brings the command's standard error.
    stderr(bool) => "stderr";
    /// Brings the caller's standard input to the command.
    stdin(bool) => "stdin";
    /// Brings the command's standard output.
    stdout(bool) => "stdout";
    /// Runs the command at a terminal.
    tty(bool) => "tty";
}

connecting_verb! {
    /// Attaches to a container's first process.
    Attach
}

verb! {
    Attach;
    /// Which container, where a pod has more than one.
    container(impl std::fmt::Display) => "container";
    /// Brings the process's standard error.
    stderr(bool) => "stderr";
    /// Brings the caller's standard input to the process.
    stdin(bool) => "stdin";
    /// Brings the process's standard output.
    stdout(bool) => "stdout";
    /// The process runs at a terminal.
    tty(bool) => "tty";
}

connecting_verb! {
    /// Forwards ports of a pod.
    PortForward
}

verb! {
    PortForward;
    /// The ports, separated by commas.
    ports(impl std::fmt::Display) => "ports";
}

#[cfg(feature = "streams")]
impl PortForward {
    /// Connects to a port of the pod: a connection of its own for each call, of which there may be any number.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Request`](crate::ErrorKind::Request) for port 0; otherwise as [`Exec::open`]. That nobody listens at
    /// the port comes out where the stream is read.
    pub fn open(&self, port: u16) -> BoxFuture<'static, Result<PortStream, Error>> {
        let parts = self.call.parts();
        Box::pin(async move {
            let (client, request) = parts?;
            PortStream::open(client, request, port).await
        })
    }
}
