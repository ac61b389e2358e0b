//! Discovery: never a panic, whatever a server says; what was read can be found again, and nothing leads off the server.

use std::future::ready;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use kubesdk::core::http::header::CONTENT_TYPE;
use kubesdk::core::{BodyStream, BoxFuture, Bytes, RequestBody, Transport, http};
use kubesdk::discovery::{Discovery, Probe, ResourceIndex, ServerResources};
use kubesdk::openapi::Index;
use kubesdk::{Client, Error};

/// Checks a document; the first byte says where the server has it.
pub fn check(bytes: &[u8]) {
    let Some((place, document)) = bytes.split_first() else { return };
    let place = PLACES[usize::from(*place) % PLACES.len()];
    if place == "/openapi/v3" {
        return openapi(document);
    }
    let discovery =
        Discovery::new(&Client::new(Server { place, document: Bytes::copy_from_slice(document) }));
    if place == "/livez" {
        if let Ok(health) = run(discovery.health(Probe::Live)) {
            assert!(health.checks.iter().all(|it| !it.name.contains([' ', '\n'])), "{health:?}");
        }
        return;
    }
    if let Ok(server) = run(discovery.resources()) {
        index(server);
    }
    if let Ok(server) = ServerResources::from_aggregated([document]) {
        index(server);
    }
}

const PLACES: [&str; 6] = ["/apis", "/apis aggregated", "/apis/g/v1", "/api", "/livez", "/openapi/v3"];

fn openapi(document: &[u8]) {
    let Ok(index) = Index::from_slice(document) else { return };
    assert!(index.iter().count() > 0, "an index of nothing");
    for (path, entry) in index.iter() {
        assert_eq!(index.get(path), Some(entry));
        assert!(entry.url.starts_with('/') && !entry.url.starts_with("//"), "{entry:?}");
        assert!(entry.hash.as_ref().is_none_or(|hash| entry.url.contains(hash.as_str())), "{entry:?}");
    }
}

fn index(server: ServerResources) {
    let preferred = server.preferred().len();
    let index = ResourceIndex::new(server);
    let mut count = 0;
    for it in index.server().resources() {
        count += 1;
        let names = [it.name.as_str(), it.singular.as_str(), it.kind.kind.as_str(), &it.qualified_name()];
        for name in names.into_iter().chain(it.short_names.iter().map(|it| it.as_str())) {
            let candidates = index.candidates(name);
            match index.resource(name) {
                Ok(found) => assert_eq!(candidates.first(), Some(&found), "{name:?}"),
                Err(error) => assert_eq!(error.is_no_match(), candidates.is_empty(), "{name:?}"),
            }
        }
        for category in &it.categories {
            assert!(it.kind.kind.is_empty() || !index.category(category).is_empty(), "{category:?} is empty");
        }
        let found = index.get(&it.group_version_resource());
        if it.kind.kind.is_empty() {
            assert_eq!(found, None);
            continue;
        }
        assert_eq!(found, Some(it), "not found again");
        match index.of_object(&it.kind) {
            Ok(found) => assert_eq!(found.kind, it.kind),
            Err(error) => assert!(error.candidates().contains(it), "{error}"),
        }
    }
    assert!(preferred <= count);
    assert_eq!(index.server().incomplete().is_none(), index.server().failed().is_empty());
}

/// Has the document in its place, and what is needed to be asked for it.
struct Server {
    place: &'static str,
    document: Bytes,
}

impl Transport for Server {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<BodyStream>, Error>> {
        let path = request.uri().path();
        assert!(path.starts_with('/') && !path.contains("/../"), "{path}");
        let (place, is_aggregated) =
            self.place.split_once(' ').map_or((self.place, false), |(place, _)| (place, true));
        let own = path == place;
        let (body, code) = match path {
            _ if own => (self.document.clone(), if place == "/livez" { 500 } else { 200 }),
            "/api" => (Bytes::from_static(b"{\"versions\":[\"v1\"]}"), 200),
            "/apis" => {
                (Bytes::from_static(br#"{"groups":[{"name":"g","versions":[{"version":"v1"}]}]}"#), 200)
            }
            _ => (Bytes::from_static(b"{\"resources\":[{\"name\":\"pods\",\"kind\":\"Pod\"}]}"), 200),
        };
        let media = match own && is_aggregated {
            true => "application/json; as=APIGroupDiscoveryList; v=v2; g=apidiscovery.k8s.io",
            false => "application/json",
        };
        let body: BodyStream = Box::pin(Chunk(Some(body)));
        let response = http::Response::builder().status(code).header(CONTENT_TYPE, media).body(body);
        Box::pin(ready(Ok(response.expect("a response"))))
    }

    fn sleep(&self, _: std::time::Duration) -> BoxFuture<'static, ()> {
        Box::pin(ready(()))
    }
}

struct Chunk(Option<Bytes>);

impl futures_core::Stream for Chunk {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

/// Runs what never has to wait.
fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
}
