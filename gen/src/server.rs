//! What is asked of an API server, and what its answers and refusals mean to somebody who wants documents.

mod beyond;
mod index;
mod watched;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kubesdk_core::http::header::ACCEPT;
use kubesdk_core::http::{HeaderValue, Method};
use kubesdk_core::{Bytes, Client, ErrorKind, Request, Transport};
use kubesdk_runtime::{Config, OpenApi, openapi};
use serde_json::Value;
use tokio::task::JoinSet;

pub use self::beyond::Beyond;
pub use self::index::{Entry, Index};

use self::watched::Watched;
use crate::Error;

/// How many documents are under way at a time: enough to hide the way to a distant server, few enough to be no burden.
const AT_ONCE: usize = 8;

/// Where a server says which groups it serves, those included that it only passes on.
const GROUPS: &str = "/apis";

/// The server that kubectl would ask with the same arguments.
///
/// # Errors
///
/// As those of [`Config`]: the kubeconfig cannot be read, or does not say what it must.
pub fn config(kubeconfig: Option<&Path>, context: Option<&str>) -> Result<Config, Error> {
    let config = match (kubeconfig, context) {
        (Some(path), Some(context)) => Config::from_kubeconfig_context(path, context),
        (Some(path), None) => Config::from_kubeconfig(path),
        (None, Some(context)) => Config::infer_context(context),
        (None, None) => Config::infer(),
    };
    config.map_err(|error| Error::message(error.to_string()))
}

/// An API server whose documents are wanted.
#[derive(Clone, Debug)]
pub struct Server {
    client: Client,
    openapi: OpenApi,
    url: String,
    received: Arc<AtomicU64>,
}

/// What came of documents that were asked for.
#[derive(Debug, Default)]
pub struct Fetched {
    /// Their JSON texts by the names of their files.
    pub documents: BTreeMap<String, Bytes>,
    /// Why others are missing: the servers behind the API server that have them do not answer, or they are not needed and
    /// something else is wrong.
    pub missing: Vec<Error>,
}

impl Server {
    /// The server of a configuration. It is not asked yet.
    ///
    /// # Errors
    ///
    /// When no client can be made of it: certificates or keys that cannot be read.
    pub fn new(config: Config) -> Result<Self, Error> {
        let url = config.server().to_owned();
        let client = kubesdk_runtime::Client::from_config(config);
        let client = client.map_err(|error| Error::message(error.to_string()))?;
        Ok(Server::over(Arc::clone(client.transport()), url))
    }

    fn over(inner: Arc<dyn Transport>, url: String) -> Self {
        let received = Arc::default();
        let client = Client::new(Watched { inner, received: Arc::clone(&received) });
        Server { openapi: OpenApi::new(&client), client, url, received }
    }

    /// Its URL, for messages.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How many bytes of bodies have come from it.
    pub fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    /// Which documents there are.
    ///
    /// # Errors
    ///
    /// With the URL and what to do: it does not answer, does not know the user, or is no API server.
    pub async fn index(&self) -> Result<Index, Error> {
        let index = self.openapi.index().await.map_err(|error| self.explain(openapi::V3_PATH, &error))?;
        index::files(&index).map_err(|why| self.fault(openapi::V3_PATH, why))
    }

    /// The group-versions that the server says it serves and the index does not have: a server behind this one has never
    /// answered, or the document is still to come.
    ///
    /// # Errors
    ///
    /// As [`Server::index`].
    pub async fn without_document(&self, index: &Index) -> Result<Vec<String>, Error> {
        let is_there = |it: &str| index.values().any(|entry| entry.path.strip_prefix("apis/") == Some(it));
        let mut served = self.group_versions().await?;
        served.retain(|it| !is_there(it));
        Ok(served)
    }

    /// The group-versions that the server says it serves.
    async fn group_versions(&self) -> Result<Vec<String>, Error> {
        let groups = self.get(GROUPS, None).await.map_err(|error| self.explain(GROUPS, &error))?;
        let groups: Value = serde_json::from_slice(&groups).map_err(|why| self.fault(GROUPS, why))?;
        let versions = groups["groups"].as_array().into_iter().flatten();
        let versions = versions.flat_map(|it| it["versions"].as_array()).flatten();
        Ok(versions.filter_map(|it| it["groupVersion"].as_str()).map(str::to_owned).collect())
    }

    /// Documents, several of them under way at a time; `progress` is told how many have come. The first failure ends
    /// all, but for those of servers behind this one, and of paths (`apis/apps/v1`) that are not needed.
    ///
    /// # Errors
    ///
    /// As [`Server::index`], and when a document changes while it is fetched.
    pub async fn documents(
        &self,
        wanted: Index,
        is_needed: impl Fn(&str) -> bool,
        progress: impl Fn(usize),
    ) -> Result<Fetched, Error> {
        let mut waiting = wanted.into_iter();
        let mut under_way: JoinSet<(String, Result<Bytes, Failure>)> = JoinSet::new();
        let mut fetched = Fetched::default();
        loop {
            while under_way.len() < AT_ONCE
                && let Some((file, entry)) = waiting.next()
            {
                let server = self.clone();
                let is_needed = is_needed(&entry.path);
                under_way.spawn(async move {
                    let document = server.document(&entry).await;
                    (file, document.map_err(|it| Failure { ends: it.ends && is_needed, ..it }))
                });
            }
            progress(fetched.documents.len());
            let Some(done) = under_way.join_next().await else { return Ok(fetched) };
            match done.map_err(|cause| Error::message(format!("a transfer broke off: {cause}")))? {
                (file, Ok(body)) => drop(fetched.documents.insert(file, body)),
                (_, Err(Failure { error, ends: false })) => fetched.missing.push(error),
                (_, Err(Failure { error, ends: true })) => return Err(error),
            }
        }
    }

    async fn document(&self, entry: &Entry) -> Result<Bytes, Failure> {
        let Entry { url, hash, .. } = entry;
        let changed = || Failure {
            error: self.fault(url, "the document changed while it was fetched; try again"),
            ends: true,
        };
        let listed = openapi::Entry { url: url.clone(), hash: hash.clone() };
        let document = match self.openapi.fetch(&listed).await {
            Ok(document) => document,
            // A document may be gone altogether.
            Err(error) if matches!(error.code(), Some(300..=399 | 404)) => return Err(changed()),
            Err(error) => {
                // So an API server says that a server behind it does not answer.
                let ends = !matches!(error.code(), Some(502..=504));
                return Err(Failure { error: self.explain(url, &error), ends });
            }
        };
        if hash.is_some() && document.hash != *hash {
            return Err(changed());
        }
        Ok(document.body)
    }

    /// The answer of a path, of the media type that is given.
    ///
    /// # Errors
    ///
    /// As [`Client::bytes`]; [`Server::explain`] makes words of it.
    pub async fn get(&self, url: &str, accept: Option<HeaderValue>) -> Result<Bytes, kubesdk_core::Error> {
        let mut request = Request::new(Method::GET, &[url])?;
        if let Some(accept) = accept {
            request = request.header(ACCEPT, accept);
        }
        self.client.bytes(request).await
    }

    fn fault(&self, path: &str, why: impl std::fmt::Display) -> Error {
        Error::message(format!("{}{path}: {why}", self.url))
    }

    /// What went wrong with a path and what to do about it. The error's own causes are in its words already.
    pub fn explain(&self, path: &str, error: &kubesdk_core::Error) -> Error {
        let remedy = if error.is_unauthorized() {
            "; renew the user's credentials in the kubeconfig, or choose another user with --context"
        } else if error.is_forbidden() {
            "; the user needs the cluster role system:discovery (`get` on /openapi/v3, /openapi/v3/* and /version): have \
             it bound, or choose another user with --context"
        } else if error.is_not_found() && path == openapi::V2_PATH {
            ", and neither is /openapi/v3; is it a Kubernetes API server? check `server` of the cluster in the kubeconfig"
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
        self.fault(path, format!("{error}{remedy}"))
    }
}

struct Failure {
    error: Error,
    /// True when the others are of no use without this document.
    ends: bool,
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::time::Duration;

    use futures_core::Stream;
    use kubesdk_core::{BodyStream, BoxFuture, Error, RequestBody, http};

    use super::{Arc, Bytes, Server, Transport};

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
