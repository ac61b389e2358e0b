//! Requests over HTTP. This folder alone names `reqwest`.
//!
//! It opens connections and asks `auth` who asks; deadlines, calls made again and everything that is told about calls
//! are `kubesdk-core`'s.

mod body;
mod clients;
pub(crate) mod duplex;
mod failure;
mod fetch;
mod gzip;
mod no_proxy;
mod options;
mod pool;
mod proxy;
mod target;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT_ENCODING, HOST, RANGE, USER_AGENT};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use kubesdk_core::{BodyStream, BoxFuture, Error, RequestBody, Transport, UpgradeAnswer, UpgradeBody};

use crate::Config;
use crate::auth::{Access, Prepared};
use clients::{Clients, Way};
use fetch::Fetcher;
pub use options::TransportOptions;
use pool::Permit;
use target::Target;

/// A server reached over HTTP.
pub(crate) struct Http {
    inner: Arc<Inner>,
}

struct Inner {
    /// What the server is called in errors.
    at: Arc<str>,
    target: Target,
    access: Access,
    clients: Clients,
    user_agent: HeaderValue,
    /// Whether answers may come compressed.
    gzip: bool,
    http1_only: bool,
}

impl Http {
    pub(crate) fn new(config: Config) -> Result<Self, Error> {
        let access = Access::open(&config, Arc::new(Fetcher))?;
        let proxy = proxy::of(&config.server, config.proxy_url.as_ref())?;
        let user_agent = config.transport.user_agent()?;
        // A proxy finds the host of the URL, which has to be the server's then.
        let name = config.tls_server_name.as_deref().filter(|_| proxy.is_none());
        let target = Target::new(&config.server, name);
        let resolver = target.renamed.as_ref().map(|it| Arc::clone(&it.resolver));
        let (gzip, http1_only) = (!config.disable_compression, config.transport.http1_only);
        let at = proxy::at(&config.server, proxy.as_ref()).into();
        let way = Way { options: config.transport, proxy: proxy.map(|it| it.proxy), resolver };
        let clients = Clients::new(access.tls(), way)?;
        let inner = Inner { at, target, access, clients, user_agent, gzip, http1_only };
        Ok(Http { inner: Arc::new(inner) })
    }
}

impl Transport for Http {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<BodyStream>, Error>> {
        let inner = Arc::clone(&self.inner);
        Box::pin(async move {
            let (head, body) = request.into_parts();
            // A stream can be sent once.
            let (again, body) = match body {
                RequestBody::Bytes(bytes) if bytes.is_empty() => (Some(None), None),
                RequestBody::Bytes(bytes) => (Some(Some(bytes.clone().into())), Some(bytes.into())),
                RequestBody::Stream(stream) => (None, Some(reqwest::Body::wrap_stream(stream))),
            };
            let mut sent = inner.send(&head, body).await?;
            if sent.response.status() == StatusCode::UNAUTHORIZED
                && let Some(body) = again
                && inner.access.unauthorized(&sent.prepared).await
            {
                sent = inner.send(&head, body).await?;
            }
            Ok(body::open(sent.response, sent.permit, sent.gzip, Arc::clone(&inner.at)))
        })
    }

    fn upgrade(&self, request: http::Request<()>) -> BoxFuture<'static, Result<UpgradeAnswer, Error>> {
        let inner = Arc::clone(&self.inner);
        Box::pin(async move {
            let (head, ()) = request.into_parts();
            let (prepared, mut response) = inner.upgrade(&head).await?;
            if response.status() == StatusCode::UNAUTHORIZED && inner.access.unauthorized(&prepared).await {
                response = inner.upgrade(&head).await?.1;
            }
            if response.status() != StatusCode::SWITCHING_PROTOCOLS {
                let answer = body::open(response, Permit::none(), false, Arc::clone(&inner.at));
                return Ok(answer.map(UpgradeBody::Refused));
            }
            let mut answer = http::Response::new(());
            *answer.status_mut() = response.status();
            *answer.headers_mut() = response.headers().clone();
            let stream = response.upgrade().await.map_err(|cause| failure::no_answer(cause, &inner.at))?;
            Ok(answer.map(|()| UpgradeBody::Switched(Box::pin(duplex::Connection(stream)))))
        })
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// A request that was answered.
struct Sent {
    prepared: Prepared,
    response: reqwest::Response,
    permit: Permit,
    /// Whether we asked for compression, so that it is ours to undo.
    gzip: bool,
}

impl Inner {
    /// Sends a request once.
    async fn send(&self, head: &Parts, body: Option<reqwest::Body>) -> Result<Sent, Error> {
        let mut headers = head.headers.clone();
        let gzip = self.gzip && head.method != Method::HEAD && !asks_for_its_own(&headers);
        if gzip {
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        }
        let prepared = self.prepare(&mut headers, self.http1_only).await?;
        let (client, permit) = self.clients.stream(&prepared.tls)?;
        let call = client.request(head.method.clone(), self.url(head)).headers(headers);
        let call = match body {
            Some(body) => call.body(body),
            None => call,
        };
        let response = call.send().await.map_err(|cause| failure::no_answer(cause, &self.at))?;
        Ok(Sent { prepared, response, permit, gzip })
    }

    async fn upgrade(&self, head: &Parts) -> Result<(Prepared, reqwest::Response), Error> {
        let mut headers = head.headers.clone();
        let prepared = self.prepare(&mut headers, true).await?;
        let client = self.clients.upgrade(&prepared.tls)?;
        let call = client.request(head.method.clone(), self.url(head)).headers(headers);
        let response = call.send().await.map_err(|cause| failure::no_answer(cause, &self.at))?;
        Ok((prepared, response))
    }

    async fn prepare(&self, headers: &mut HeaderMap, http1: bool) -> Result<Prepared, Error> {
        let prepared = self.access.prepare(headers).await?;
        // HTTP/2 has no such header: a server may refuse one beside `:authority`.
        if let Some(renamed) = self.target.renamed.as_ref().filter(|_| http1) {
            headers.entry(HOST).or_insert_with(|| renamed.host.clone());
        }
        headers.entry(USER_AGENT).or_insert_with(|| self.user_agent.clone());
        Ok(prepared)
    }

    fn url(&self, head: &Parts) -> String {
        let path = head.uri.path_and_query().map_or("/", |it| it.as_str());
        format!("{}{path}", self.target.base)
    }
}

/// Whether the caller asks for an encoding or a part of the body: then it comes as it is, as with Go's client.
fn asks_for_its_own(headers: &HeaderMap) -> bool {
    headers.contains_key(ACCEPT_ENCODING) || headers.contains_key(RANGE)
}

/// What a client calls its server: host and port.
pub(crate) fn server_name(server: &str) -> &str {
    failure::authority(server)
}
