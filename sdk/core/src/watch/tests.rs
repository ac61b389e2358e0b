//! Watches answered from a script: the same events however the bytes are cut, and faults by their numbers in
//! the peers' list of them: F4 (410 in every form), F6 (initial events refused or without an end), F8 (one bad object), F14 (frames of
//! one byte), F15 (what a frame costs), F16 (order and versions across watches).

mod statuses;

use std::time::Duration;

use bytes::Bytes;

use super::*;
use crate::client::tests::{Scripted, answer, response, run, script, script_of_bytes, scripted};
use crate::verbs::{Get, Watch};
use crate::{Client, ErrorKind, Status, Str, cbor};

const FRAMES: &str = concat!(
    r#"{"type":"ADDED","object":{"kind":"Status","apiVersion":"v1","message":"a"}}"#,
    "\n",
    r#"{"type":"MODIFIED","object":{"message":1}}"#,
    "\n\n",
    r#"{"type":"BOOKMARK","object":{"message":"b"}}"#,
    "\n",
    r#"{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","reason":"Expired","code":410,"message":"old"}}"#,
    "\n"
);

fn told(event: Result<WatchEvent<Status>, Error>) -> String {
    match event {
        Ok(WatchEvent::Added(it)) => format!("added {}", it.message.unwrap()),
        Ok(WatchEvent::Bookmark(it)) => format!("bookmark {}", it.message.unwrap()),
        Ok(other) => format!("{other:?}"),
        Err(error) => format!("{:?} expired={}", error.kind(), error.is_expired()),
    }
}

fn events(client: &Client) -> Vec<String> {
    let mut stream = run(Watch::<Status>::new(client, &["/x"])).unwrap();
    let mut seen = Vec::new();
    while let Some(event) = run(stream.next()) {
        seen.push(told(event));
    }
    assert!(run(stream.next()).is_none(), "the end is the end");
    seen
}

fn seen(chunks: &[&[u8]]) -> Vec<String> {
    events(&script_of_bytes(&[(200, chunks)]).0)
}

/// The same as a sequence of CBOR items, each with the tag that says so, as the server writes them.
fn as_cbor() -> Vec<u8> {
    let frames = FRAMES.lines().filter(|line| !line.is_empty());
    frames.flat_map(|line| cbor::to_vec(&frame::Parts::of(line))).collect()
}

#[test]
fn f14_frames_cut_anywhere_are_the_same_events() {
    let expected = ["added a", "Decode expired=false", "bookmark b", "Api expired=true"];
    for body in [FRAMES.as_bytes(), &as_cbor()] {
        for cut in 0..=body.len() {
            let (head, tail) = body.split_at(cut);
            assert_eq!(seen(&[head, tail]), expected, "cut at {cut}");
            assert_eq!(seen(&[head, b"", tail]), expected, "cut at {cut} with nothing between");
        }
        let bytes: Vec<&[u8]> = body.chunks(1).collect();
        assert_eq!(seen(&bytes), expected, "byte by byte");
    }
}

#[test]
fn f2_a_watch_that_breaks_off_says_so() {
    assert_eq!(seen(&[br#"{"type":"ADD"#]), ["Body expired=false"]);
    assert_eq!(seen(&[b"\n"]), [] as [&str; 0]);
    let whole = as_cbor();
    let events = seen(&[&whole]);
    for len in 1..whole.len() {
        // Every event before the cut, and that it broke off, unless it is between two of them.
        let seen = seen(&[&whole[..len]]);
        let (last, before) = seen.split_last().unwrap();
        assert_eq!(before, &events[..before.len()], "{len}");
        assert!(last == "Body expired=false" || *last == events[before.len()], "{len}: {last}");
    }
    let first = cbor::to_vec(&frame::Parts::of(FRAMES.lines().next().unwrap()));
    let broken = [&first[..], &[0xa1, 0xff], &first].concat();
    assert_eq!(seen(&[&broken]), ["added a", "Decode expired=false"], "nothing follows what is no CBOR");
}

#[test]
fn f2_what_the_transport_says_is_the_last() {
    let frame = FRAMES.lines().next().unwrap();
    let mut response = response(200, &[], &[frame.as_bytes(), b"\n{\"type\""]);
    response.body_mut().push(Err(Error::new(ErrorKind::Lost, "reset by peer")));
    response.body_mut().push(Ok(Bytes::from_static(b"more\n")));
    let (client, _) = scripted([Scripted::Answer(response)]);
    assert_eq!(events(&client), ["added a", "Lost expired=false"]);
}

/// An object with metadata.
#[derive(Clone, Default)]
struct Thing {
    metadata: Metadata,
    size: i32,
}
#[derive(Clone, Default)]
struct Metadata {
    annotations: crate::Map<Str>,
    name: Str,
    resource_version: Str,
}
crate::plain_object! { Thing, None, [0 "metadata" metadata, 1 "size" size] }
crate::plain_object! {
    Metadata, None, [0 "annotations" annotations, 1 "name" name, 2 "resourceVersion" resource_version]
}

fn things(body: &str) -> Vec<Result<WatchEvent<Thing>, Error>> {
    let (client, _) = script(&[(200, &[body])]);
    let mut stream = run(Watch::<Thing>::new(&client, &["/x"])).unwrap();
    std::iter::from_fn(|| run(stream.next())).collect()
}

#[test]
fn f8_one_bad_object_has_its_bytes_and_its_name_and_the_others_come() {
    let bad = r#"{"metadata":{"name":"web","namespace":"shop"},"size":"large"}"#;
    let events = things(&format!(
        "{{\"type\":\"ADDED\",\"object\":{{\"size\":1}}}}\n{{\"type\":\"MODIFIED\",\"object\":{bad}}}\n\
         {{\"type\":\"MOD\nno JSON at all\n[]\n{{\"type\":\"ADDED\",\"object\":{{\"size\":2}}}}\n"
    ));
    let (first, last) = (events.first().unwrap().as_ref().unwrap(), events.last().unwrap().as_ref().unwrap());
    assert_eq!((events.len(), first.object().size, last.object().size), (6, 1, 2));
    let error = events[1].as_ref().unwrap_err();
    assert_eq!(error.raw_item().unwrap().as_str(), bad);
    assert_eq!(error.raw_item_name().as_deref(), Some("shop/web"));
    for (at, line) in [(2, "{\"type\":\"MOD"), (3, "no JSON at all"), (4, "[]")] {
        let error = events[at].as_ref().unwrap_err();
        assert_eq!((error.kind(), error.raw_item()), (ErrorKind::Decode, None));
        assert_eq!(error.body(), Some(line.as_bytes()));
    }
}

#[test]
fn f6_the_end_of_the_initial_events_is_an_event_of_its_own() {
    let check = |annotations: &str, expected: bool| {
        let body = format!(
            "{{\"type\":\"BOOKMARK\",\"object\":{{\"metadata\":{{\"resourceVersion\":\"7\",\"annotations\":{annotations}}}}}}}\n"
        );
        let events = things(&body);
        let event = events[0].as_ref().unwrap();
        assert_eq!(matches!(event, WatchEvent::InitialEventsEnd(_)), expected, "{annotations}");
        assert_eq!(event.resource_version(), Some("7"));
    };
    check(r#"{"k8s.io/initial-events-end":"true"}"#, true);
    check(r#"{"a":"b","k8s.io/initial-events-end":"true","z":"y"}"#, true);
    check(r#"{"k8s.io/initial-events-end":"false"}"#, false);
    check(r#"{"initial-events-end":"true"}"#, false);
    check("null", false);
    check("{}", false);
    // The mark is one of bookmarks.
    let events = things(
        "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}}}}\n",
    );
    assert!(matches!(events[0], Ok(WatchEvent::Added(_))));
}

/// The script does not wait, so a silent answer is at its limit at once; the log says what the limit was.
#[test]
fn f1_a_silent_watch_ends_at_its_limit() {
    let check = |client: fn(Client) -> Client, change: fn(Watch<Status>) -> Watch<Status>, expected: &str| {
        let (script, log) = scripted([Scripted::Endless(response(200, &[], &[]))]);
        let mut stream = run(change(Watch::new(&client(script), &["/x"]))).unwrap();
        let error = run(stream.next()).unwrap().unwrap_err();
        assert!(error.is_timeout() && run(stream.next()).is_none(), "{error}");
        let log = log.lock().unwrap();
        assert_eq!(log.last().unwrap(), expected, "{log:?}");
    };
    check(|it| it, |it| it.timeout_seconds(100), "sleep 130s");
    check(|it| it, |it| it.timeout_seconds(100).idle_timeout(Duration::from_secs(9)), "sleep 9s");
    check(|it| it, |it| it.timeout_seconds(0).idle_timeout(Duration::from_secs(9)), "sleep 9s");
    let with = |it: Client| it.with_idle_timeout(Duration::from_secs(7));
    check(with, |it| it.timeout_seconds(100), "sleep 7s");
    check(with, |it| it.idle_timeout(Duration::from_secs(9)), "sleep 9s");
}

#[test]
fn a_watch_asks_for_bookmarks_and_for_an_end() {
    for _ in 0..20 {
        let (client, log) = script(&[(200, &[])]);
        run(Watch::<Status>::new(&client, &["/x"])).unwrap();
        let log = log.lock().unwrap();
        let seconds = log[0].strip_prefix("GET /x?watch=true&allowWatchBookmarks=true&timeoutSeconds=");
        let seconds: u32 = seconds.expect("what is asked").parse().unwrap();
        assert!((300..600).contains(&seconds), "{seconds}");
    }
    let get = Get::<Status>::new(&Client::new(Never), &["/api/v1/pods/", "web"]);
    let expected = "/api/v1/pods?fieldSelector=metadata.name%3Dweb&watch=true&allowWatchBookmarks=true";
    assert_eq!(get.watch().request().unwrap().uri(), expected);
    assert!(Get::<Status>::new(&Client::new(Never), &["/x/", "a/b"]).watch().request().is_err());
}

struct Never;

impl crate::Transport for Never {
    fn send(
        &self,
        _: http::Request<crate::RequestBody>,
    ) -> crate::BoxFuture<'static, Result<http::Response<BodyStream>, Error>> {
        Box::pin(std::future::pending())
    }
    fn sleep(&self, _: Duration) -> crate::BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

/// The frames of a body in pieces of a size, and how many bytes were looked at for them.
fn scanned(body: &[u8], size: usize) -> (usize, usize) {
    let pieces: Vec<&[u8]> = body.chunks(size).collect();
    let (client, _) = script_of_bytes(&[(200, &pieces)]);
    let mut stream = run(Watch::<Status>::new(&client, &["/x"])).unwrap();
    let mut count = 0;
    while let Some(event) = run(stream.next()) {
        event.unwrap();
        count += 1;
    }
    (count, stream.frames.scanned)
}

#[test]
fn f15_each_byte_is_looked_at_once() {
    let large = format!("{{\"type\":\"ADDED\",\"object\":{{\"message\":\"{}\"}}}}\n", "x".repeat(3 << 20));
    let small = "{\"type\":\"ADDED\",\"object\":{\"message\":\"x\"}}\n".repeat(2000);
    let one = cbor::to_vec(&frame::Parts::of(large.trim_end()));
    for (body, frames) in [(large.as_bytes(), 1), (small.as_bytes(), 2000), (&one, 1)] {
        for size in [7, 1000, 65_536, body.len()] {
            assert_eq!(scanned(body, size), (frames, body.len()), "pieces of {size}");
        }
    }
}

#[test]
fn f15_a_frame_that_no_server_sends_is_the_end() {
    let frame = |len: usize| {
        let frame = format!("{{\"type\":\"ADDED\",\"object\":{{\"message\":\"{}\"}}}}", "x".repeat(len - 41));
        frame + "\n"
    };
    let most = frame(frames::LONGEST + 1);
    let more = frame(frames::LONGEST + 2);
    for size in [1 << 20, usize::MAX] {
        let pieces: Vec<&[u8]> = most.as_bytes().chunks(size).collect();
        assert!(seen(&pieces)[0].starts_with("added x"));
        let mut pieces: Vec<&[u8]> = more.as_bytes().chunks(size).collect();
        pieces.push(most.as_bytes());
        assert_eq!(seen(&pieces), ["Body expired=false"]);
    }
}

#[test]
fn f16_events_come_in_their_order_with_the_versions_to_go_on_from() {
    let event = |kind: &str, version: u32| {
        format!("{{\"type\":\"{kind}\",\"object\":{{\"metadata\":{{\"resourceVersion\":\"{version}\"}}}}}}\n")
    };
    let kinds = ["ADDED", "MODIFIED", "DELETED", "BOOKMARK"];
    let body: String = (0..400).map(|it| event(kinds[it as usize % 4], it)).collect();
    let versions: Vec<_> = things(&body)
        .iter()
        .map(|it| it.as_ref().unwrap().resource_version().unwrap().parse::<u32>().unwrap())
        .collect();
    assert_eq!(versions, (0..400).collect::<Vec<_>>());
}
