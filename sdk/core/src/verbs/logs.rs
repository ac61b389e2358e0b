//! What containers wrote.

mod lines;

use bytes::Bytes;
use http::Method;

pub use self::lines::LogLines;

use super::call::{Call, verb};
use super::read::any_media;
use crate::{BodyStream, BoxFuture, Client, Error};

/// Reads what a container wrote: awaited all of it as text, [`bytes`](Self::bytes), [`lines`](Self::lines) or a
/// [`stream`](Self::stream).
///
/// # Example
///
/// ```no_run
/// # use kubesdk_core::{Error, verbs::Logs};
/// # async fn print(logs: Logs) -> Result<(), Error> { // `Pod::in_namespace(&client, "default").logs("web")`
/// let mut lines = logs.container("main").tail_lines(10).follow().lines().await?;
/// while let Some(line) = lines.next().await {
///     println!("{}", String::from_utf8_lossy(&line?));
/// }
/// # Ok(())
/// # }
/// ```
pub struct Logs {
    call: Call,
}

impl Logs {
    /// The logs at the path that `parts` make.
    pub fn new(client: &Client, parts: &[&str]) -> Self {
        Logs { call: any_media(Call::new(client, Method::GET, parts)) }
    }

    /// Sends the request and gives the lines as they arrive, bytes without the newline; with `follow` until the
    /// container ends. The last line may have no newline; a line of more than a mebibyte comes in pieces of that size.
    pub fn lines(self) -> BoxFuture<'static, Result<LogLines, Error>> {
        let body = self.stream();
        Box::pin(async move { Ok(LogLines::new(body.await?)) })
    }

    /// The whole of it, as the container wrote it.
    pub fn bytes(self) -> BoxFuture<'static, Result<Bytes, Error>> {
        self.call.bytes()
    }

    /// Sends the request and gives the bytes as they arrive; with `follow` until the container ends.
    pub fn stream(self) -> BoxFuture<'static, Result<BodyStream, Error>> {
        let client = self.call.client.clone();
        Box::pin(async move { Ok(client.send(self.call.into_request()?).await?.into_body()) })
    }
}

verb! {
    Logs;
    /// Which container, where a pod has more than one.
    container(impl std::fmt::Display) => "container";
    /// Goes on as more is written. Off by default.
    follow["true"] => "follow";
    /// Does not verify the kubelet's certificate.
    insecure_skip_tls_verify_backend["true"] => "insecureSkipTLSVerifyBackend";
    /// Ends after so many bytes.
    limit_bytes(i64) => "limitBytes";
    /// Asks for indented output where there is any.
    pretty(bool) => "pretty";
    /// Of the container before this one, after a restart.
    previous["true"] => "previous";
    /// Only what was written in the last so many seconds.
    since_seconds(i64) => "sinceSeconds";
    /// `All`, `Stdout` or `Stderr`; the server's default is `All`.
    stream_name(impl std::fmt::Display) => "stream";
    /// Only the last so many lines.
    tail_lines(i64) => "tailLines";
    /// Begins each line with its time.
    timestamps["true"] => "timestamps";
}

/// The whole text. Containers write what they like: bytes that are not UTF-8 become U+FFFD; [`Logs::bytes`] and
/// [`Logs::lines`] give them as they are.
impl IntoFuture for Logs {
    type Output = Result<String, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;
    fn into_future(self) -> Self::IntoFuture {
        let answer = self.call.bytes();
        Box::pin(async move {
            let text = String::from_utf8(answer.await?.into());
            Ok(text.unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::tests::{run, script_of_bytes};

    #[test]
    fn logs_are_whatever_the_container_wrote() {
        let written: (u16, &[&[u8]]) = (200, &[b"a\xff\xc3", b"\xa9\n"]);
        let (client, _) = script_of_bytes(&[written, written]);
        assert_eq!(run(Logs::new(&client, &["/x"])).unwrap(), "a\u{fffd}é\n");
        assert_eq!(run(Logs::new(&client, &["/x"]).bytes()).unwrap(), &b"a\xff\xc3\xa9\n"[..]);
    }
}
