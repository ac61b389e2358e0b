//! For every operation of the documents, the request that our method builds is what the document says: method,
//! path, query parameters, headers, body and its type, and the type of the answer.

mod documented;
mod full;
mod operations {
    //! Generated: every operation and the request that its method builds.
    include!("operations.rs");
}

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use documented::{Documented, documented, root};
use full::{Built, Full, built};
use kubesdk::core::{BodyStream, BoxFuture, RequestBody, Transport, http};
use kubesdk::{Client, Error, ErrorKind};
use serde_json::Value;

/// Nothing is sent here.
struct NoTransport;

impl Transport for NoTransport {
    fn send(
        &self,
        _: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<BodyStream>, Error>> {
        Box::pin(async { Err(Error::new(ErrorKind::Connect, "this client has no server")) })
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }
}

#[test]
fn every_operation_builds_the_request_of_its_document() {
    let documented = documented();
    let built = operations::all(&Client::new(NoTransport));
    let mut seen = BTreeSet::new();
    for built in &built {
        let operation = built.operation;
        let expected = documented.get(operation).unwrap_or_else(|| panic!("{operation} is in no document"));
        // Streams have a POST for SPDY; WebSocket begins with GET, and the server treats them alike.
        let is_stream = operation.starts_with("connect")
            && ["/exec", "/attach", "/portforward"].iter().any(|it| expected.path.ends_with(it));
        let method = if is_stream { "GET" } else { &expected.method };
        assert_eq!(built.request.method().as_str(), method, "{operation}");
        assert_eq!(built.request.path(), path(expected), "{operation}");
        let query: BTreeSet<String> = built.request.query_pairs().map(|(name, _)| name.to_owned()).collect();
        assert_eq!(query, expected.query, "{operation}");
        check_body(built, expected);
        check_answer(built, expected);
        assert!(seen.insert(operation), "{operation} is built twice");
    }
    let missing: Vec<&String> = documented
        .iter()
        .filter(|(id, it)| !it.is_watch && !seen.contains(id.as_str()))
        .map(|(id, _)| id)
        .collect();
    assert!(missing.is_empty(), "no method builds {missing:?}");
    assert_eq!((documented.len(), built.len()), (1202, 971));
    assert_eq!(documented.values().filter(|it| it.body_kind.is_some()).count(), 246);
}

/// The path of the document. The root of what is called through a proxy has its slash, without which the server would
/// send us there.
fn path(expected: &Documented) -> String {
    let path = expected.filled_path();
    if path.ends_with("/proxy") { path + "/" } else { path }
}

fn header(built: &Built, name: &str) -> Option<String> {
    built.request.headers().get(name).map(|it| it.to_str().unwrap().to_owned())
}

/// The media type is one of the document's; the body says the kind that its schema stands for.
fn check_body(built: &Built, expected: &Documented) {
    let operation = built.operation;
    let media = header(built, "content-type");
    match (&expected.bodies, &media, built.request.body_bytes()) {
        (Some(bodies), Some(media), Some(body)) => {
            assert!(
                bodies.contains(media) || bodies.contains("*/*"),
                "{operation}: {media} is none of {bodies:?}"
            );
            let Some((api_version, kind)) = &expected.body_kind else { return };
            let body: Value = serde_json::from_slice(body).unwrap();
            assert_eq!(
                (&body["apiVersion"], &body["kind"]),
                (&api_version[..].into(), &kind[..].into()),
                "{operation}"
            );
        }
        (None, None, None) => {}
        (expected, found, _) => panic!("{operation}: body {found:?}, documented {expected:?}"),
    }
}

/// What we accept is one of the document's media types; what we decode is the schema that it answers.
fn check_answer(built: &Built, expected: &Documented) {
    let operation = built.operation;
    let accept = header(built, "accept").unwrap_or_default();
    assert!(
        expected.answers.contains(&accept) || accept == "*/*",
        "{operation}: {accept} is none of {:?}",
        expected.answers
    );
    match (expected.answer.as_deref(), built.answer) {
        // A deletion answers the object or a `Status`; the verb decodes both.
        (Some("Status"), Some(_)) if expected.method == "DELETE" => {}
        (expected, found) => assert_eq!(found, expected, "{operation}"),
    }
}

#[test]
fn every_operation_stands_in_the_table() {
    let table = fs::read_to_string(root().join("sdk/api/operations.tsv")).unwrap();
    let documented = documented();
    let mut listed = BTreeSet::new();
    for line in table.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [id, method, path, served_by, rule @ ..] = columns.as_slice() else { panic!("{line}") };
        let expected = documented.get(*id).unwrap_or_else(|| panic!("{id} is in no document"));
        assert_eq!((*method, *path), (expected.method.as_str(), expected.path.as_str()), "{id}");
        assert!(served_by.contains("::"), "{id}");
        assert_eq!(rule.is_empty(), !expected.is_watch, "{id}: only watch paths are covered by a rule");
        listed.insert((*id).to_owned());
    }
    assert!(listed.iter().eq(documented.keys()), "the table and the documents differ");
}
