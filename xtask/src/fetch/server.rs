//! What is asked of an API server, and what its answers and refusals mean to somebody who wants documents.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result, anyhow};
use kubesdk_core::http::header::ACCEPT;
use kubesdk_core::http::{HeaderValue, Method};
use kubesdk_core::{Bytes, Client, Error, ErrorKind, Request, Transport};
use kubesdk_runtime::{Config, OpenApi, openapi};

use super::flags::{self, Flags};
use super::index::{self, Entry, Index};
use super::source::Version;
use super::watched::Watched;
use super::{document, json};

/// An API server whose documents are wanted.
pub(crate) struct Server {
    client: Client,
    openapi: OpenApi,
    url: String,
    received: Arc<AtomicU64>,
}

impl Server {
    pub(crate) fn new(config: Config) -> Result<Self> {
        let url = config.server().to_owned();
        let client = kubesdk_runtime::Client::from_config(config)?;
        Ok(Server::over(Arc::clone(client.transport()), url))
    }

    fn over(inner: Arc<dyn Transport>, url: String) -> Self {
        let received = Arc::default();
        let client = Client::new(Watched { inner, received: Arc::clone(&received) });
        Server { openapi: OpenApi::new(&client), client, url, received }
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
        let index = self.openapi.index().await.map_err(|error| self.explain(openapi::V3_PATH, &error))?;
        index::files(&index).with_context(|| self.place(openapi::V3_PATH))
    }

    /// The text of a document as it will stand in its file.
    pub(crate) async fn document(&self, entry: &Entry) -> Result<String> {
        let Entry { url, hash, .. } = entry;
        let changed = || anyhow!("{}: the document changed while it was fetched; try again", self.place(url));
        let listed = openapi::Entry { url: url.clone(), hash: hash.clone() };
        let document = match self.openapi.fetch(&listed).await {
            Ok(document) => document,
            // A document may be gone altogether.
            Err(error) if matches!(error.code(), Some(300..=399 | 404)) => return Err(changed()),
            Err(error) => return Err(self.explain(url, &error)),
        };
        if hash.is_some() && document.hash != *hash {
            return Err(changed());
        }
        document::text(&document.body).with_context(|| self.place(url))
    }

    /// Which version it has.
    pub(crate) async fn version(&self) -> Result<Version> {
        let path = "/version";
        let answer = self.get(path, None).await.map_err(|error| self.explain(path, &error))?;
        json::read(&answer).with_context(|| self.place(path))
    }

    /// Its flags, as far as they matter; the reason why they are not known where it does not tell them.
    pub(crate) async fn flags(&self) -> Result<Result<Flags, String>> {
        let accept = HeaderValue::from_static(flags::ACCEPT);
        match self.get(flags::PATH, Some(accept)).await {
            Ok(answer) => Ok(Flags::served(&answer).map_err(|error| format!("{error:#}"))),
            // An answer of whatever kind but the wanted one: the server does not have it, or not for this user.
            Err(error) if error.kind() == ErrorKind::Api => Ok(Err(error.to_string())),
            Err(error) => Err(self.explain(flags::PATH, &error)),
        }
    }

    async fn get(&self, url: &str, accept: Option<HeaderValue>) -> Result<Bytes, Error> {
        let mut request = Request::new(Method::GET, &[url])?;
        if let Some(accept) = accept {
            request = request.header(ACCEPT, accept);
        }
        self.client.bytes(request).await
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

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::time::Duration;

    use futures_core::Stream;
    use kubesdk_core::{BodyStream, BoxFuture, RequestBody, http};

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
            let server = Server::over(Arc::new(Silent { head }), "https://h".into());
            let error = server.index().await.unwrap_err().to_string();
            let expected =
                "https://h/openapi/v3: the server said nothing for 60 s; check that the server runs";
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
