//! Waiting on answers from a script: what is gone on from, and what ends it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use futures_util::stream;
use kubesdk_core::http::{self, Response};
use kubesdk_core::{BodyStream, BoxFuture, Bytes, RequestBody, Transport, plain_object};

use super::*;
use crate::{Map, Str};

#[derive(Clone, Default)]
struct Thing {
    metadata: Metadata,
    status: State,
}
#[derive(Clone, Default)]
struct Metadata {
    annotations: Map<Str>,
    generation: Option<i64>,
    resource_version: Str,
    uid: Str,
}
#[derive(Clone, Default)]
struct State {
    conditions: Vec<Seen>,
    observed_generation: Option<i64>,
    phase: Str,
    ready: Option<bool>,
}
#[derive(Clone, Default)]
struct Seen {
    observed_generation: Option<i64>,
    status: Str,
    r#type: Str,
}
plain_object! { Thing, None, [0 "metadata" metadata, 1 "status" status] }
plain_object! {
    Metadata, None,
    [0 "annotations" annotations, 1 "generation" generation, 2 "resourceVersion" resource_version, 3 "uid" uid]
}
plain_object! {
    State, None,
    [0 "conditions" conditions, 1 "observedGeneration" observed_generation, 2 "phase" phase, 3 "ready" ready]
}
plain_object! { Seen, None, [0 "observedGeneration" observed_generation, 1 "status" status, 2 "type" r#type] }

/// Answers and what was asked; `lost` is a connection that breaks before an answer.
struct Script {
    answers: Mutex<VecDeque<(u16, &'static str)>>,
    log: Arc<Mutex<Vec<String>>>,
    silent: bool,
}

impl Transport for Script {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<Response<BodyStream>, Error>> {
        let uri = request.uri().to_string();
        let uri = uri.split("&timeoutSeconds=").next().unwrap_or_default().to_owned();
        self.log.lock().unwrap().push(uri);
        let (code, body) = self.answers.lock().unwrap().pop_front().expect("no more answers in the script");
        if code == 0 {
            return Box::pin(async { Err(Error::new(ErrorKind::Lost, "reset")) });
        }
        let silent = self.silent && self.answers.lock().unwrap().is_empty();
        let body: BodyStream = match silent {
            true => Box::pin(stream::pending()),
            false => Box::pin(stream::iter([Ok(Bytes::from_static(body.as_bytes()))])),
        };
        Box::pin(async move { Ok(Response::builder().status(code).body(body).unwrap()) })
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.log.lock().unwrap().push(format!("sleep {}ms", duration.as_millis()));
        // A long one is a deadline; it passes when nothing else can happen.
        let ready = duration < Duration::from_secs(60) || self.silent;
        Box::pin(
            async move { if ready { tokio::task::yield_now().await } else { std::future::pending().await } },
        )
    }
}

fn server(answers: &[(u16, &'static str)], silent: bool) -> (Wait<Thing>, Arc<Mutex<Vec<String>>>) {
    let log = Arc::default();
    let answers = Mutex::new(answers.iter().copied().collect());
    let client = Client::new(Script { answers, log: Arc::clone(&log), silent });
    let client = client.with_retries(crate::Retries::NONE);
    (on(Get::new(&client, &["/things/", "a"])), log)
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

const PENDING: &str = r#"{"metadata":{"resourceVersion":"5","uid":"u"},"status":{"phase":"Pending"}}"#;
const RUNNING: &str = r#"{"metadata":{"resourceVersion":"9","uid":"u"},"status":{"phase":"Running"}}"#;
const OTHER: &str = r#"{"metadata":{"resourceVersion":"12","uid":"v"},"status":{"phase":"Pending"}}"#;
const MISSING: &str =
    r#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404}"#;
const EXPIRED: &str =
    r#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Expired","code":410}"#;
const NONE: &str = "";
const BOOKMARK: &str = "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"7\"}}}\n";
const MODIFIED: &str = concat!(
    r#"{"type":"MODIFIED","object":{"metadata":{"resourceVersion":"9","uid":"u"},"status":{"phase":"Running"}}}"#,
    "\n"
);
const DELETED: &str = concat!(
    r#"{"type":"DELETED","object":{"metadata":{"resourceVersion":"9","uid":"u"},"status":{"phase":"Pending"}}}"#,
    "\n"
);
const GONE: &str = "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"reason\":\"Expired\",\"code\":410}}\n";
const WATCH: &str = "/things?fieldSelector=metadata.name%3Da&watch=true&allowWatchBookmarks=true";

fn until_running(answers: &[(u16, &'static str)], expected: &[&str]) {
    let (wait, log) = server(answers, false);
    run(wait.path("{.status.phase}=Running")).unwrap();
    assert_eq!(*log.lock().unwrap(), expected, "{answers:?}");
}

fn watch_from(version: &str) -> String {
    format!("{WATCH}&resourceVersion={version}")
}

#[test]
fn what_is_gone_on_from() {
    let (from_5, from_7) = (watch_from("5"), watch_from("7"));
    let (from_5, from_7) = (from_5.as_str(), from_7.as_str());
    until_running(&[(200, RUNNING)], &["/things/a"]);
    until_running(&[(200, PENDING), (200, MODIFIED)], &["/things/a", from_5]);
    // The server ends a watch: another one begins at the last version.
    until_running(
        &[(200, PENDING), (200, BOOKMARK), (200, NONE), (200, MODIFIED)],
        &["/things/a", from_5, from_7, "sleep 800ms", from_7],
    );
    // A version that is too old, as an event or as a status: the object is read again.
    for expired in [(200, GONE), (410, EXPIRED)] {
        until_running(
            &[(200, PENDING), expired, (200, RUNNING)],
            &["/things/a", from_5, "sleep 800ms", "/things/a"],
        );
    }
    // A server that cannot be reached, or is not well, is asked again, later each time.
    until_running(
        &[(200, PENDING), (0, ""), (503, ""), (500, ""), (200, MODIFIED)],
        &["/things/a", from_5, "sleep 800ms", from_5, "sleep 1600ms", from_5, "sleep 3200ms", from_5],
    );
}

#[test]
fn what_ends_it() {
    let check = |answers: &[(u16, &'static str)], expected: fn(&Error) -> bool| {
        let (wait, _) = server(answers, false);
        let error = run(wait.path("{.status.phase}=Running")).map(|_| ()).unwrap_err();
        assert!(expected(&error), "{error}");
    };
    check(&[(404, MISSING)], Error::is_not_found);
    check(&[(200, PENDING), (200, DELETED)], Error::is_not_found);
    check(&[(0, "")], |it| it.kind() == ErrorKind::Lost);
    check(&[(503, "")], Error::is_service_unavailable);
    check(&[(200, PENDING), (403, "no")], Error::is_forbidden);
    let bad = "{\"type\":\"MODIFIED\",\"object\":{\"metadata\":3}}\n";
    check(&[(200, PENDING), (200, bad)], |it| it.raw_item().is_some());
    let (wait, _) = server(&[(200, PENDING)], false);
    assert_eq!(run(wait.path("{.status.fase}=x")).map(|_| ()).unwrap_err().kind(), ErrorKind::Request);
}

#[test]
fn the_deadline() {
    let (wait, log) = server(&[(200, PENDING), (200, "")], true);
    let error = run(wait.timeout(Duration::from_secs(90)).condition("Ready")).map(|_| ()).unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.to_string(), "timed out waiting for the condition on things/a");
    assert!(log.lock().unwrap().contains(&"sleep 90000ms".to_owned()));
}

#[test]
fn creation_and_deletion() {
    let added = concat!(r#"{"type":"ADDED","object":{"metadata":{"resourceVersion":"9","uid":"u"}}}"#, "\n");
    let (wait, log) = server(&[(404, MISSING), (200, added)], false);
    run(wait.created()).unwrap();
    assert_eq!(*log.lock().unwrap(), ["/things/a", WATCH]);
    for answers in [
        &[(404, MISSING)][..],
        &[(200, PENDING), (200, DELETED)],
        // Another object of that name: seen by a watch, or read after a version that was too old.
        &[(200, PENDING), (410, EXPIRED), (200, OTHER)],
        &[(200, PENDING), (410, EXPIRED), (404, MISSING)],
    ] {
        run(server(answers, false).0.deleted()).unwrap();
    }
    run(server(&[(200, OTHER)], false).0.gone(Some("u".into()))).unwrap();
}

#[test]
fn who_waits_may_be_moved_between_threads() {
    fn check<T: Send>(_: T) {}
    let wait = || server(&[], false).0;
    check(wait().until(|_| true));
    check(wait().condition("Ready"));
    check(wait().path("{.status.phase}"));
    check(wait().deleted());
    #[cfg(feature = "core-v1")]
    check(crate::drain::node(&Client::new(server_only()), "a").run());
    #[cfg(feature = "apps-v1")]
    check(
        crate::rollout::status(Get::<crate::api::apps::v1::Deployment>::new(
            &Client::new(server_only()),
            &["/x"],
        ))
        .finished(),
    );
}

#[cfg(any(feature = "apps-v1", feature = "core-v1"))]
fn server_only() -> Script {
    Script { answers: Mutex::default(), log: Arc::default(), silent: false }
}

#[test]
fn conditions() {
    let check = |condition: &str, object: &str, expected: bool| {
        let object: Thing = crate::json::from_slice(object.as_bytes()).unwrap();
        assert_eq!(Condition::of(condition).is_met(&object), expected, "{condition} {object:?}");
    };
    let ready =
        r#"{"status":{"conditions":[{"type":"A","status":"True"},{"type":"Ready","status":"False"}]}}"#;
    check("A", ready, true);
    check("a=true", ready, true);
    check("Ready", ready, false);
    check("Ready=False", ready, true);
    check("ready==false", ready, true);
    check("B", ready, false);
    check("A", "{}", false);
    let old = r#"{"metadata":{"generation":3},"status":{"observedGeneration":2,"conditions":[{"type":"A","status":"True"}]}}"#;
    check("A", old, false);
    check("A", &old.replace("\"observedGeneration\":2", "\"observedGeneration\":3"), true);
    let own = old.replace(r#""type":"A""#, r#""type":"A","observedGeneration":3"#);
    check("A", &own, true);
}
