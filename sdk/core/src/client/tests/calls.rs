//! What a client does with answers, failures and silence.

use std::sync::Mutex;

use http::Method;

use super::*;
use crate::ErrorKind;

fn get() -> Request {
    Request::new(Method::GET, &["/x"]).unwrap()
}

fn lines(log: &Log) -> String {
    log.lock().unwrap().join(", ")
}

#[test]
fn bodies_are_collected_and_errors_are_typed() {
    let (client, _) = script(&[(200, &["ab", "", "cd"]), (200, &[]), (404, &["<html>"])]);
    assert_eq!(run(client.bytes(get())).unwrap(), "abcd");
    assert_eq!(run(client.bytes(get())).unwrap(), "");
    assert!(run(client.bytes(get())).unwrap_err().is_not_found());
}

#[test]
fn calls_are_made_again_after_the_wait_that_the_server_asks_for() {
    let busy = || answer(429, &[("retry-after", "2")], &[b"{}"]);
    let (client, log) = scripted([busy(), busy(), answer(200, &[], &[b"ok"])]);
    let call = client.post("/x").body("application/json", "{}");
    assert_eq!(run(call).unwrap(), "ok");
    assert_eq!(lines(&log), "POST /x, sleep 2s, POST /x, sleep 2s, POST /x");
}

#[test]
fn what_may_have_been_acted_on_is_not_sent_again() {
    let lost = || Scripted::Failure(Error::new(ErrorKind::Lost, "gone"));
    let (client, log) = scripted([lost(), lost(), answer(200, &[], &[])]);
    assert_eq!(run(client.post("/x")).unwrap_err().kind(), ErrorKind::Lost);
    assert!(run(client.get("/x")).is_ok());
    assert_eq!(lines(&log), "POST /x, GET /x, sleep 0s, GET /x");
}

#[test]
fn a_body_that_is_a_stream_is_sent_once() {
    let (client, log) = scripted([answer(429, &[("retry-after", "1")], &[])]);
    let body = Box::pin(Chunks { chunks: VecDeque::new(), endless: false });
    assert!(run(client.post("/x").send_stream(body)).is_err());
    assert_eq!(lines(&log), "POST /x");
}

#[test]
fn a_deadline_covers_the_head_and_the_body() {
    let (client, log) = scripted([Scripted::Silence, Scripted::Endless(response(200, &[], &[b"ab"]))]);
    let client = client.with_timeout(Duration::from_secs(5));
    let error = run(client.get("/x")).unwrap_err();
    assert!(error.is_timeout() && error.to_string().starts_with("GET /x was not answered within 5s"));
    let error = run(client.get("/x").timeout(Duration::from_secs(7))).unwrap_err();
    assert!(error.is_timeout() && error.to_string().contains("within 7s"), "{error}");
    assert_eq!(lines(&log), "sleep 5s, GET /x, sleep 7s, GET /x");
}

#[test]
fn a_deadline_that_a_wait_would_pass_ends_the_call_at_once() {
    let (client, log) = scripted([answer(429, &[("retry-after", "9")], &[])]);
    let error = run(client.get("/x").timeout(Duration::from_secs(5))).unwrap_err();
    assert!(error.is_too_many_requests());
    assert_eq!(lines(&log), "sleep 5s, GET /x");
}

#[test]
fn a_deadline_after_a_failure_tells_the_failure() {
    let lost = Scripted::Failure(Error::new(ErrorKind::Lost, "gone"));
    let (client, _) = scripted([lost, Scripted::Silence]);
    let error = run(client.get("/x").timeout(Duration::from_secs(5))).unwrap_err();
    let source = std::error::Error::source(&error).map(ToString::to_string);
    assert_eq!((error.kind(), source.as_deref()), (ErrorKind::Timeout, Some("gone")));
}

#[test]
fn a_watch_has_no_deadline_once_it_has_begun() {
    let (client, _) = scripted([Scripted::Endless(response(200, &[], &[b"ab"]))]);
    let call = client.get("/x?watch=true").timeout(Duration::from_secs(5));
    let mut body = run(call.send()).unwrap().into_body();
    assert_eq!(run(next_chunk(&mut body)).unwrap().unwrap(), "ab");
    let mut next = std::pin::pin!(next_chunk(&mut body));
    assert!(next.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
}

#[test]
fn silence_in_an_answer_is_noticed_where_that_is_asked_for() {
    let (client, log) = scripted([Scripted::Endless(response(200, &[], &[b"ab", b"cd"]))]);
    let client = client.with_idle_timeout(Duration::from_secs(90));
    let mut body = run(client.get("/x?watch=true").send()).unwrap().into_body();
    assert_eq!(run(next_chunk(&mut body)).unwrap().unwrap(), "ab");
    assert_eq!(run(next_chunk(&mut body)).unwrap().unwrap(), "cd");
    let error = run(next_chunk(&mut body)).unwrap().unwrap_err();
    assert_eq!(error.to_string(), "nothing came for 90s of the answer to GET /x");
    assert!(error.is_timeout() && run(next_chunk(&mut body)).is_none());
    assert_eq!(lines(&log), "GET /x?watch=true, sleep 90s");
}

#[test]
fn a_rate_limit_spreads_calls() {
    let (client, log) = script(&[(200, &[]), (200, &[]), (200, &[])]);
    let client = client.with_rate_limit(0.01, 2);
    (0..3).for_each(|_| drop(run(client.get("/x")).unwrap()));
    assert_eq!(lines(&log), "GET /x, GET /x, sleep 99s, GET /x");
}

#[test]
fn warnings_are_handed_over() {
    let (client, _) = scripted([answer(200, &[("warning", r#"299 - "old""#)], &[])]);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&seen);
    let client = client.with_warnings(move |it: &Warning| into.lock().unwrap().push(it.text.clone()));
    run(client.get("/x")).unwrap();
    assert_eq!(*seen.lock().unwrap(), ["old"]);
}

/// Writes down what it is told, durations left out.
struct Told(Log);

impl Metrics for Told {
    fn requests_total(&self, code: Option<u16>, method: &Method, host: &str) {
        self.0.lock().unwrap().push(format!("total {code:?} {method} {host}"));
    }

    fn request_retries_total(&self, code: Option<u16>, _: &Method, _: &str) {
        self.0.lock().unwrap().push(format!("retry {code:?}"));
    }

    fn request_duration_seconds(&self, _: Duration, _: &Method, _: &str) {
        self.0.lock().unwrap().push("duration".to_owned());
    }

    fn request_size_bytes(&self, bytes: u64, _: &Method, _: &str) {
        self.0.lock().unwrap().push(format!("sent {bytes}"));
    }

    fn response_size_bytes(&self, bytes: u64, _: &Method, _: &str) {
        self.0.lock().unwrap().push(format!("received {bytes}"));
    }

    fn rate_limiter_duration_seconds(&self, wait: Duration, _: &Method, _: &str) {
        self.0.lock().unwrap().push(format!("limited {}", if wait.is_zero() { "never" } else { "once" }));
    }
}

#[test]
fn metrics_are_told_of_each_attempt_and_of_the_whole() {
    let lost = Scripted::Failure(Error::new(ErrorKind::Lost, "gone").unprocessed());
    let (client, _) = scripted([lost, answer(200, &[], &[b"ab", b"c"])]);
    let told = Log::default();
    let client = client.with_server_name("h:1").with_metrics(Told(Arc::clone(&told)));
    run(client.put("/x").body("application/json", "12345")).unwrap();
    let expected =
        "total None PUT h:1, sent 5, total Some(200) PUT h:1, retry Some(200), sent 5, duration, received 3";
    assert_eq!(lines(&told), expected);

    let (client, _) = script(&[(200, &[]), (200, &[])]);
    let told = Log::default();
    let client = client.with_rate_limit(0.01, 1).with_metrics(Told(Arc::clone(&told)));
    (0..2).for_each(|_| drop(run(client.get("/x")).unwrap()));
    let expected =
        "limited never, total Some(200) GET , duration, limited once, total Some(200) GET , duration";
    assert_eq!(lines(&told).replace("sent 0, ", ""), expected);
}

#[test]
fn upgrades_that_a_transport_cannot_do_say_so() {
    let (client, _) = script(&[]);
    let error = run(client.get("/x").upgrade()).err().expect("no upgrade");
    assert_eq!(error.kind(), ErrorKind::Request);
}
