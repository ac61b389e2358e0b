//! What is asked of an API server, and what its answers and refusals mean to somebody who wants documents.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use futures_core::Stream;
use kubesdk_core::http::header::{ACCEPT, ETAG};
use kubesdk_core::http::{HeaderValue, Method};
use kubesdk_core::{BodyStream, Error, ErrorKind, Request};
use kubesdk_runtime::{Client, Config};

use super::flags::{self, Flags};
use super::index::{self, Entry, Index};
use super::source::Version;
use super::{document, json};

/// How long a server may say nothing: kube-apiserver gives itself as long for an answer (`--request-timeout`).
const SILENCE: Duration = Duration::from_secs(60);

/// An API server whose documents are wanted.
pub(crate) struct Server {
    client: Client,
    url: String,
    received: AtomicU64,
}

struct Answer {
    etag: Option<String>,
    body: Vec<u8>,
}

impl Server {
    pub(crate) fn new(config: Config) -> Result<Self> {
        let url = config.server().to_owned();
        Ok(Server { client: Client::from_config(config)?, url, received: AtomicU64::new(0) })
    }

    /// Its URL, for messages.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// How many bytes of bodies have come from it.
    pub(crate) fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    /// Which documents there are.
    pub(crate) async fn index(&self) -> Result<Index> {
        let answer = self.get(index::PATH, None).await.map_err(|error| self.explain(index::PATH, &error))?;
        index::parse(&answer.body).with_context(|| self.place(index::PATH))
    }

    /// The text of a document as it will stand in its file.
    pub(crate) async fn document(&self, entry: &Entry) -> Result<String> {
        let changed =
            || anyhow!("{}: the document changed while it was fetched; try again", self.place(&entry.url));
        let answer = match self.get(&entry.url, None).await {
            Ok(answer) => answer,
            // kube-apiserver leads from an old hash to the new one, and a document may be gone altogether.
            Err(error) if matches!(error.code(), Some(300..=399 | 404)) => return Err(changed()),
            Err(error) => return Err(self.explain(&entry.url, &error)),
        };
        if let (Some(hash), Some(etag)) = (&entry.hash, &answer.etag)
            && etag != hash
        {
            return Err(changed());
        }
        document::text(&answer.body).with_context(|| self.place(&entry.url))
    }

    /// Which version it has.
    pub(crate) async fn version(&self) -> Result<Version> {
        let path = "/version";
        let answer = self.get(path, None).await.map_err(|error| self.explain(path, &error))?;
        json::read(&answer.body).with_context(|| self.place(path))
    }

    /// Its flags, as far as they matter; the reason why they are not known where it does not tell them.
    pub(crate) async fn flags(&self) -> Result<Result<Flags, String>> {
        let accept = HeaderValue::from_static(flags::ACCEPT);
        match self.get(flags::PATH, Some(accept)).await {
            Ok(answer) => Ok(Flags::served(&answer.body).map_err(|error| format!("{error:#}"))),
            // An answer of whatever kind but the wanted one: the server does not have it, or not for this user.
            Err(error) if error.kind() == ErrorKind::Api => Ok(Err(error.to_string())),
            Err(error) => Err(self.explain(flags::PATH, &error)),
        }
    }

    async fn get(&self, url: &str, accept: Option<HeaderValue>) -> Result<Answer, Error> {
        let mut request = Request::new(Method::GET, &[url])?;
        if let Some(accept) = accept {
            request = request.header(ACCEPT, accept);
        }
        let answer = in_time(self.client.send(request)).await??;
        let etag = answer.headers().get(ETAG).and_then(|it| it.to_str().ok());
        let etag = etag.map(|it| it.trim_start_matches("W/").trim_matches('"').to_owned());
        let mut stream = answer.into_body();
        let mut body = Vec::new();
        while let Some(chunk) = in_time(next(&mut stream)).await? {
            let chunk = chunk?;
            self.received.fetch_add(chunk.len() as u64, Ordering::Relaxed);
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { etag, body })
    }

    fn place(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// What went wrong and what to do about it. The error's own causes are in its words already.
    fn explain(&self, path: &str, error: &Error) -> anyhow::Error {
        let remedy = if error.is_unauthorized() {
            "; renew the user's credentials in the kubeconfig, or choose another user with --context"
        } else if error.is_forbidden() {
            "; the user needs the cluster role system:discovery (`get` on /openapi/v3, /openapi/v3/* and /version): have \
             it bound, or choose another user with --context"
        } else if error.is_not_found() {
            "; is it a Kubernetes API server, 1.24 or newer? check `server` of the cluster in the kubeconfig"
        } else if matches!(error.code(), Some(300..=399)) {
            "; a proxy or a login page may stand in the server's place: check `server` of the cluster in the kubeconfig"
        } else if matches!(
            error.kind(),
            ErrorKind::Connect | ErrorKind::Tls | ErrorKind::Lost | ErrorKind::Timeout
        ) {
            "; check that the server runs, and that the kubeconfig is the right one (--kubeconfig, --context)"
        } else {
            ""
        };
        anyhow!("{}: {error}{remedy}", self.place(path))
    }
}

async fn next(stream: &mut BodyStream) -> Option<Result<kubesdk_core::Bytes, Error>> {
    std::future::poll_fn(|context| Pin::new(&mut *stream).poll_next(context)).await
}

async fn in_time<T>(answer: impl Future<Output = T>) -> Result<T, Error> {
    tokio::time::timeout(SILENCE, answer).await.map_err(|_| {
        let message = format!("the server said nothing for {} s", SILENCE.as_secs());
        Error::new(ErrorKind::Timeout, message)
    })
}

#[cfg(test)]
mod tests {
    use kubesdk_core::{BoxFuture, Bytes, RequestBody, Transport, http};

    use super::*;

    /// Says nothing: to a request, or in the middle of an answer.
    struct Silent {
        head: bool,
    }

    impl Transport for Silent {
        fn send(
            &self,
            _: http::Request<RequestBody>,
        ) -> BoxFuture<'static, Result<http::Response<BodyStream>, Error>> {
            match self.head {
                true => Box::pin(async { Ok(http::Response::new(Box::pin(Never) as BodyStream)) }),
                false => Box::pin(std::future::pending()),
            }
        }

        fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
            Box::pin(async {})
        }
    }

    struct Never;

    impl Stream for Never {
        type Item = Result<Bytes, Error>;

        fn poll_next(
            self: Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Self::Item>> {
            std::task::Poll::Pending
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_falls_silent_is_given_up() {
        for head in [false, true] {
            let client = Client::new(Silent { head });
            let server = Server { client, url: "https://h".into(), received: AtomicU64::new(0) };
            let error = server.index().await.unwrap_err().to_string();
            let expected =
                "https://h/openapi/v3: the server said nothing for 60 s; check that the server runs";
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
