//! Answers that are no success: which calls are made again, and what the error knows (F3, F5, F10).

use http::Method;

use super::server::{Server, Step};
use super::*;

const METHODS: [Method; 6] =
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

/// How often each method is sent when the first answer is this and the next a success.
async fn sent(code: u16, headers: &str) -> [usize; 6] {
    let mut times = [0; 6];
    for (method, times) in METHODS.into_iter().zip(&mut times) {
        let refusal = match method {
            Method::HEAD => Step::status(code, headers, ""),
            _ => Step::status(code, headers, "{}"),
        };
        let server = Server::new([refusal, Step::ok("")]).await;
        let outcome = client(&server.url).call(method, "/x").await;
        *times = server.asked().len();
        assert_eq!(outcome.is_ok(), *times == 2);
    }
    times
}

const ALL: [usize; 6] = [2; 6];
const SAFE: [usize; 6] = [2, 2, 1, 1, 1, 1];
const NONE: [usize; 6] = [1; 6];

#[tokio::test]
async fn f3_429_with_and_without_retry_after() {
    assert_eq!(sent(429, "retry-after: 0\r\n").await, ALL);
    assert_eq!(sent(429, "").await, ALL);
    assert_eq!(sent(429, "retry-after: Sun, 06 Nov 1994 08:49:37 GMT\r\n").await, ALL);
    assert_eq!(sent(429, "retry-after: Fri, 06 Nov 2190 08:49:37 GMT\r\n").await, NONE);
    assert_eq!(sent(429, "retry-after: 99999999999999999999\r\n").await, NONE);
    assert_eq!(sent(429, "retry-after: 3600\r\n").await, NONE);
}

#[tokio::test]
async fn f3_the_wait_that_is_asked_for_is_in_the_error() {
    let server = Server::new([Step::status(429, "retry-after: 3600\r\naudit-id: a-1\r\n", "")]).await;
    let error = client(&server.url).get("/x").await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(error.audit_id(), Some("a-1"));
    assert!(error.is_too_many_requests() && error.is_retryable());
}

#[tokio::test]
async fn f5_server_errors() {
    assert_eq!(sent(500, "retry-after: 0\r\n").await, SAFE);
    assert_eq!(sent(500, "").await, NONE);
    assert_eq!(sent(502, "").await, NONE);
    assert_eq!(sent(503, "").await, SAFE);
    assert_eq!(sent(503, "retry-after: 0\r\nconnection: close\r\n").await, SAFE);
    assert_eq!(sent(504, "").await, SAFE);
}

#[tokio::test]
async fn f5_a_resource_version_that_the_server_has_not_seen() {
    let body = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Timeout","code":504,
        "message":"Timeout: Too large resource version: 9, current: 1",
        "details":{"causes":[{"reason":"ResourceVersionTooLarge","message":"Too large resource version"}],
        "retryAfterSeconds":1}}"#;
    let refusal = || Step::status(504, "content-type: application/json\r\nretry-after: 0\r\n", body);
    let server = Server::new([refusal(), refusal(), Step::ok("{}")]).await;
    assert_eq!(client(&server.url).get("/x?resourceVersion=9").await.unwrap(), "{}");
    let server = Server::new(std::iter::repeat_n(refusal(), 11)).await;
    let error = client(&server.url).get("/x?resourceVersion=9").await.unwrap_err();
    assert!(error.is_resource_version_too_large() && error.is_timeout());
    assert_eq!(server.asked().len(), 11);
}

#[tokio::test]
async fn f10_errors_that_are_no_status() {
    let check = async |answer: Step, code: u16, words: &str, body: &[u8]| {
        let server = Server::new([answer]).await;
        let error = client(&server.url).get("/api/v1/pods").await.unwrap_err();
        assert_eq!((error.code(), error.body()), (Some(code), Some(body)));
        assert_eq!(error.to_string(), format!("Error from server {words} (get pods)"));
    };
    let not_found = "(NotFound): the server could not find the requested resource";
    let page = "404 page not found\n";
    check(Step::status(404, "content-type: text/plain\r\n", page), 404, not_found, page.as_bytes()).await;
    let html = "<html>502 Bad Gateway</html>";
    let bad_gateway = format!(
        "(InternalError): an error on the server ({html:?}) has prevented the request from succeeding"
    );
    check(Step::status(502, "content-type: text/html\r\n", html), 502, &bad_gateway, html.as_bytes()).await;
    check(Step::status(404, "", ""), 404, not_found, b"").await;
    let cut = r#"{"kind":"Status","apiVersion":"v1","reason":"Gone","#;
    check(Step::status(404, "content-type: application/json\r\n", cut), 404, not_found, cut.as_bytes()).await;
    // What breaks off is an error of the server all the same.
    let broken = "HTTP/1.1 404 Not Found\r\ncontent-length: 90\r\n\r\n{\"kind\":";
    check(Step::Close(broken.into()), 404, not_found, b"{\"kind\":").await;
}

#[tokio::test]
async fn f10_a_status_that_is_indented() {
    let body = "{\n  \"kind\": \"Status\",\n  \"apiVersion\": \"v1\",\n  \"status\": \"Failure\",\n  \
                \"message\": \"no\",\n  \"reason\": \"Forbidden\",\n  \"code\": 403\n}\n";
    let server = Server::new([Step::status(403, "content-type: application/json\r\n", body)]).await;
    let error = client(&server.url).get("/x").await.unwrap_err();
    assert_eq!(error.to_string(), "Error from server (Forbidden): no");
    assert!(error.status().is_some() && error.body().is_none());
}
