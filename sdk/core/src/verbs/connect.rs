//! The `connect` operations: what they build. Their streams come in a later version; a proxied call can be sent.

use bytes::Bytes;
use http::{HeaderValue, Method};

use super::call::{Call, verb};
use crate::{BoxFuture, Client, Error};

macro_rules! connecting_verb {
    ($(#[$doc:meta])* $verb:ident) => {
        $(#[$doc])*
        pub struct $verb {
            call: Call,
        }

        impl $verb {
            /// Connects to the path that `parts` make; the server takes several HTTP methods.
            pub fn new(client: &Client, method: Method, parts: &[&str]) -> Self {
                let mut call = Call::new(client, method, parts);
                call.change(|request| request.header(http::header::ACCEPT, HeaderValue::from_static("*/*")));
                $verb { call }
            }
        }
    };
}

connecting_verb! {
    /// Runs a command in a container: what would be sent.
    Exec
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
    /// Attaches to a container's first process: what would be sent.
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
    /// Forwards ports of a pod: what would be sent.
    PortForward
}

verb! {
    PortForward;
    /// The ports, separated by commas.
    ports(impl std::fmt::Display) => "ports";
}

connecting_verb! {
    /// A call to a pod, service or node through the API server.
    Proxy
}

impl Proxy {
    /// The same with a path of the target, which may hold slashes.
    pub fn with_path(client: &Client, method: Method, parts: &[&str], path: &str) -> Self {
        let mut proxy = Proxy::new(client, method, parts);
        proxy.call.try_change(|request| request.append_path(path));
        proxy
    }

    /// Sends a body of this media type.
    #[must_use]
    pub fn body(mut self, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        self.call.change(|request| request.body(content_type, body));
        self
    }
}

verb! {
    Proxy;
    /// The path of the target, where the operation has it as a parameter.
    path(impl std::fmt::Display) => "path";
}

impl IntoFuture for Proxy {
    type Output = Result<Bytes, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;
    fn into_future(self) -> Self::IntoFuture {
        self.call.bytes()
    }
}
