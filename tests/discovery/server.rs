//! A server of discovery documents: a transport that answers from a table of paths, and counts.

use std::collections::BTreeMap;
use std::future::ready;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use kubesdk::core::http::header::{ACCEPT, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use kubesdk::core::{BodyStream, BoxFuture, Bytes, RequestBody, Transport, http};
use kubesdk::discovery::Discovery;
use kubesdk::{Client, Error, ErrorKind};
use serde_json::Value;

/// The media type of a document that says everything.
pub(crate) const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// A server; clones are the same one.
#[derive(Clone, Default)]
pub(crate) struct Server {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    documents: BTreeMap<String, Value>,
    codes: BTreeMap<String, u16>,
    asked: Vec<String>,
    is_down: bool,
    /// Gives a permit for each answer.
    gate: Option<Arc<tokio::sync::Semaphore>>,
}

impl Server {
    /// A server with the documents of an object by path.
    pub(crate) fn new(documents: &Value) -> Self {
        let server = Server::default();
        for (path, document) in documents.as_object().expect("documents by path") {
            server.set(path, document.clone());
        }
        server
    }

    /// A document of `fixtures`.
    pub(crate) fn of_fixture(name: &str) -> Self {
        Server::new(&serde_json::from_str(&fixture(name)).expect("JSON"))
    }

    pub(crate) fn set(&self, path: &str, document: Value) {
        self.state().documents.insert(path.to_owned(), document);
    }

    /// Answers a path with this status.
    pub(crate) fn set_code(&self, path: &str, code: u16) {
        self.state().codes.insert(path.to_owned(), code);
    }

    pub(crate) fn set_down(&self, is_down: bool) {
        self.state().is_down = is_down;
    }

    /// From now on a request is answered only when a permit is added.
    pub(crate) fn gate(&self) -> Arc<tokio::sync::Semaphore> {
        let gate = Arc::new(tokio::sync::Semaphore::new(0));
        self.state().gate = Some(Arc::clone(&gate));
        gate
    }

    /// What was asked since the last time, in order; with `304` where that was the answer.
    pub(crate) fn asked(&self) -> Vec<String> {
        let mut asked = std::mem::take(&mut self.state().asked);
        asked.sort();
        asked
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.clone())
    }

    pub(crate) fn discovery(&self) -> Discovery {
        Discovery::new(&self.client())
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics")
    }

    fn answer(&self, request: &http::Request<RequestBody>) -> Result<http::Response<BodyStream>, Error> {
        let mut state = self.state();
        let path = request.uri().path().to_owned();
        if state.is_down {
            state.asked.push(format!("{path} down"));
            return Err(Error::new(ErrorKind::Connect, "the server is down"));
        }
        let Some(document) = state.documents.get(&path).cloned() else {
            state.asked.push(format!("{path} 404"));
            return Ok(response(404, "text/plain", None, "404 page not found"));
        };
        let text = match &document {
            Value::String(text) => text.clone(),
            document => document.to_string(),
        };
        let is_aggregated = document["kind"] == "APIGroupDiscoveryList";
        let accept = request.headers()[ACCEPT].to_str().expect("text");
        assert!(!is_aggregated || accept.starts_with(AGGREGATED), "{path} is not asked for: {accept}");
        let etag = format!(
            "\"{}-{:x}\"",
            text.len(),
            text.bytes().fold(7u64, |sum, it| sum.wrapping_mul(31) + u64::from(it))
        );
        if is_aggregated && request.headers().get(IF_NONE_MATCH).is_some_and(|it| *it == etag) {
            state.asked.push(format!("{path} 304"));
            return Ok(response(304, "", Some(&etag), ""));
        }
        let said = document["code"].as_u64().map_or(200, |it| u16::try_from(it).expect("a status code"));
        let code = state.codes.get(&path).copied().unwrap_or(said);
        state.asked.push(path);
        let media = if is_aggregated { AGGREGATED } else { "application/json" };
        Ok(response(code, media, is_aggregated.then_some(&etag), &text))
    }
}

impl Transport for Server {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<BodyStream>, Error>> {
        let gate = self.state().gate.clone();
        let server = self.clone();
        match gate {
            None => Box::pin(ready(self.answer(&request))),
            Some(gate) => Box::pin(async move {
                gate.acquire().await.expect("an open gate").forget();
                server.answer(&request)
            }),
        }
    }

    fn sleep(&self, _: std::time::Duration) -> BoxFuture<'static, ()> {
        Box::pin(ready(()))
    }
}

fn response(code: u16, media: &str, etag: Option<&str>, body: &str) -> http::Response<BodyStream> {
    let mut response = http::Response::builder().status(code).header(CONTENT_TYPE, media);
    if let Some(etag) = etag {
        response = response.header(ETAG, etag);
    }
    let body: BodyStream = Box::pin(Chunk(Some(Bytes::copy_from_slice(body.as_bytes()))));
    response.body(body).expect("a response")
}

struct Chunk(Option<Bytes>);

impl futures_core::Stream for Chunk {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

/// The text of a file in `fixtures`.
pub(crate) fn fixture(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("discovery/fixtures").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
