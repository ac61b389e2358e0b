//! A scripted server: what is asked, what is kept, and what is refused.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use futures_core::Stream;
use http::header::{ETAG, IF_NONE_MATCH, LOCATION};
use kubesdk_core::{BodyStream, BoxFuture, Client, Error, RequestBody, Transport};

use super::*;

/// Status, `ETag` and body.
type Answer = (u16, &'static str, String);

/// The answers in their order; what was asked, with the `If-None-Match`.
#[derive(Clone, Default)]
struct Script {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Script {
    fn answer(&self, status: u16, etag: &'static str, body: impl Into<String>) {
        self.answers.lock().unwrap().push_back((status, etag, body.into()));
    }

    /// What was asked since the last time.
    fn asked(&self) -> Vec<String> {
        assert!(self.answers.lock().unwrap().is_empty(), "an answer that nobody asked for");
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

struct Chunk(Option<Bytes>);

impl Stream for Chunk {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

impl Transport for Script {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<BodyStream>, Error>> {
        let tag = request.headers().get(IF_NONE_MATCH).map(|it| format!(" {}", it.to_str().unwrap()));
        self.asked.lock().unwrap().push(format!("{}{}", request.uri(), tag.unwrap_or_default()));
        let (status, etag, body) = self.answers.lock().unwrap().pop_front().expect("an answer in the script");
        let mut response = http::Response::builder().status(status);
        if !etag.is_empty() {
            response = response.header(ETAG, etag);
        }
        if status == 301 {
            response = response.header(LOCATION, "https://elsewhere/openapi/v3/apis/apps/v1?hash=CD");
        }
        let body: BodyStream = Box::pin(Chunk(Some(Bytes::from(body))));
        Box::pin(async move { Ok(response.body(body).unwrap()) })
    }

    fn sleep(&self, _: std::time::Duration) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }
}

fn openapi() -> (OpenApi, Script) {
    let script = Script::default();
    (OpenApi::new(&Client::new(script.clone())), script)
}

fn run<F: IntoFuture>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future.into_future());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
}

fn index(hash: &str) -> String {
    format!(
        r#"{{"paths":{{"apis/apps/v1":{{"serverRelativeURL":"/openapi/v3/apis/apps/v1?hash={hash}"}}}}}}"#
    )
}

const OLD: &str = "00112233445566778899AABB";
const NEW: &str = "FF112233445566778899AABB";

#[test]
fn a_document_is_transferred_once_for_each_hash() {
    let (openapi, script) = openapi();
    script.answer(200, "\"i1\"", index(OLD));
    script.answer(200, "\"00112233445566778899AABB\"", "{\"a\":1}");
    let document = run(openapi.document("apis/apps/v1")).unwrap();
    assert_eq!((document.body.as_ref(), document.hash.as_deref()), (&b"{\"a\":1}"[..], Some(OLD)));
    let url = format!("/openapi/v3/apis/apps/v1?hash={OLD}");
    assert_eq!(script.asked(), [V3_PATH, &url]);

    script.answer(304, "\"i1\"", "");
    assert_eq!(run(openapi.clone().document("apis/apps/v1")).unwrap(), document);
    assert_eq!(script.asked(), [format!("{V3_PATH} \"i1\"")], "a clone shares what is kept");

    script.answer(200, "\"i2\"", index(NEW));
    script.answer(200, "\"FF112233445566778899AABB\"", "{\"a\":2}");
    assert_eq!(run(openapi.document("apis/apps/v1")).unwrap().body, "{\"a\":2}");
    assert_eq!(script.asked().len(), 2);
    assert!(openapi.documents.get(OLD).is_none(), "what no server has any more takes no memory");
}

#[test]
fn a_stale_hash_leads_to_the_document_of_today_on_the_same_server() {
    let (openapi, script) = openapi();
    let entry = Entry { url: format!("/openapi/v3/apis/apps/v1?hash={OLD}"), hash: Some(OLD.into()) };
    script.answer(301, "", "<a href=...>Moved Permanently</a>");
    script.answer(200, "W/\"FF112233445566778899AABB\"", "{\"a\":2}");
    assert_eq!(run(openapi.fetch(&entry)).unwrap().hash.as_deref(), Some(NEW));
    assert_eq!(script.asked(), [entry.url.as_str(), "/openapi/v3/apis/apps/v1"]);
    assert!(openapi.documents.get(OLD).is_none());
    assert_eq!(openapi.documents.get(NEW).unwrap(), "{\"a\":2}");
}

#[test]
fn the_second_version_is_kept_by_its_etag() {
    let (openapi, script) = openapi();
    script.answer(200, "\"x\"", "{\"swagger\":\"2.0\"}");
    script.answer(304, "", "");
    script.answer(200, "", "{}");
    script.answer(200, "", "{}");
    for expected in ["{\"swagger\":\"2.0\"}", "{\"swagger\":\"2.0\"}", "{}", "{}"] {
        assert_eq!(run(openapi.v2()).unwrap(), expected);
    }
    let with_etag = format!("{V2_PATH} \"x\"");
    assert_eq!(script.asked(), [V2_PATH, &with_etag, &with_etag, V2_PATH]);
}

#[test]
fn what_is_no_document_is_an_error_and_is_not_kept() {
    let check = |status: u16, body: &str, expected: &str| {
        let (openapi, script) = openapi();
        let entry = Entry { url: format!("/openapi/v3/api/v1?hash={OLD}"), hash: Some(OLD.into()) };
        script.answer(status, "\"00112233445566778899AABB\"", body);
        let error = run(openapi.fetch(&entry)).unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains("/openapi/v3/api/v1"), "{body:?}: {error}");
        assert!(openapi.documents.get(OLD).is_none());
    };
    check(200, "", "the answer is empty");
    check(200, " \n", "the answer is empty");
    check(200, "<html>", "the answer is HTML");
    check(200, "[]", "no JSON object");
    check(406, "", "NotAcceptable");
    check(304, "", "304");

    let (openapi, script) = openapi();
    script.answer(200, "\"i1\"", index(OLD));
    let error = run(openapi.document("apis/nobody/v1")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Request);
    assert!(error.to_string().contains("no OpenAPI document \"apis/nobody/v1\""), "{error}");
    script.answer(200, "\"i2\"", "{}");
    assert!(run(openapi.index()).is_err());
    script.answer(304, "", "");
    assert_eq!(
        run(openapi.index()).unwrap().iter().count(),
        1,
        "a broken index took the place of a good one"
    );
}

#[test]
fn a_folder_outlives_the_program_and_holds_nothing_but_documents() {
    let folder = tempfile::tempdir().unwrap();
    let entry = |hash: &str| Entry { url: "/openapi/v3/api/v1".into(), hash: Some(hash.into()) };
    let client =
        |script: &Script| OpenApi::new(&Client::new(script.clone())).with_folder(folder.path().join("a/b"));
    let script = Script::default();
    script.answer(200, "\"00112233445566778899AABB\"", "{\"a\":1}");
    let document = run(client(&script).fetch(&entry(OLD))).unwrap();
    assert_eq!(run(client(&script).fetch(&entry(OLD))).unwrap(), document);
    assert_eq!(script.asked(), ["/openapi/v3/api/v1"]);

    for broken in ["", "{\"a\":", "<html>"] {
        std::fs::write(folder.path().join(format!("a/b/{OLD}.json")), broken).unwrap();
        script.answer(200, "\"00112233445566778899AABB\"", "{\"a\":1}");
        assert_eq!(run(client(&script).fetch(&entry(OLD))).unwrap(), document);
        assert_eq!(script.asked(), ["/openapi/v3/api/v1"], "{broken:?}");
    }
    for hash in ["../../../etc/00112233445566778899AABB", "short", "x0112233445566778899AABBCC"] {
        script.answer(200, "", "{\"a\":1}");
        assert_eq!(run(client(&script).fetch(&entry(hash))).unwrap().hash.as_deref(), Some(hash));
    }
    let files = std::fs::read_dir(folder.path().join("a/b")).unwrap().count();
    assert_eq!(files, 1);
    let blocked = tempfile::NamedTempFile::new().unwrap();
    script.answer(200, "\"00112233445566778899AABB\"", "{\"a\":1}");
    let elsewhere = OpenApi::new(&Client::new(script.clone())).with_folder(blocked.path());
    assert_eq!(run(elsewhere.fetch(&entry(OLD))).unwrap(), document, "a folder that is none is no error");
}
