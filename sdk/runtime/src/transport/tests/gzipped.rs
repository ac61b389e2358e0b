//! Compressed answers over a connection (F7); the decoder itself is tested beside it.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use http::HeaderValue;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use kubesdk_core::ErrorKind;

use super::server::{Server, Step};
use super::*;

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(1));
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn answer(body: &[u8]) -> Step {
    Step::status(200, "content-encoding: gzip\r\n", body)
}

#[tokio::test]
async fn f7_one_member_is_asked_for_and_decoded() {
    let server = Server::new([answer(&gzip("hello"))]).await;
    let response = client(&server.url).get("/x").send().await.unwrap();
    assert!(response.headers().get(CONTENT_ENCODING).is_none());
    assert_eq!(next(&mut response.into_body()).await.unwrap().unwrap(), "hello");
    assert!(server.asked()[0].contains("accept-encoding: gzip\r\n"));
}

#[tokio::test]
async fn f7_a_member_for_each_flush_of_a_watch() {
    let chunk = |text: &str| {
        let packed = gzip(text);
        [format!("{:x}\r\n", packed.len()).as_bytes(), &packed, b"\r\n"].concat()
    };
    let head = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    let server = Server::new([Step::Silence([head, chunk("{1}\n"), chunk("{2}\n")].concat())]).await;
    let mut body = client(&server.url).get("/x?watch=true").send().await.unwrap().into_body();
    assert_eq!(next(&mut body).await.unwrap().unwrap(), "{1}\n");
    // Nothing follows, and the event is here all the same.
    assert_eq!(next(&mut body).await.unwrap().unwrap(), "{2}\n");
}

#[tokio::test]
async fn f7_cuts_and_junk() {
    let whole = gzip("hello");
    for body in [&whole[..whole.len() - 3], &[&whole, &b"junk and more"[..]].concat()] {
        let server = Server::new([answer(body)]).await;
        let error = client(&server.url).get("/x").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Body);
        assert!(error.to_string().starts_with("the compressed answer "), "{error}");
    }
}

#[tokio::test]
async fn f7_what_the_caller_asked_for_stays_as_it_is() {
    let packed = gzip("hello");
    let server = Server::new([answer(&packed)]).await;
    let call = client(&server.url).get("/x").header(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    assert_eq!(call.await.unwrap(), packed);
}

#[tokio::test]
async fn f7_compression_can_be_declined() {
    let server = Server::new([Step::ok("hello")]).await;
    let mut config = Config::new(&server.url).unwrap();
    config.disable_compression = true;
    crate::Client::from_config(config).unwrap().get("/x").await.unwrap();
    assert!(!server.asked()[0].contains("accept-encoding"));
}

#[tokio::test]
async fn f7_a_status_may_be_compressed() {
    let status = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403}"#;
    let server = Server::new([Step::status(403, "content-encoding: gzip\r\n", gzip(status))]).await;
    assert!(client(&server.url).get("/x").await.unwrap_err().is_forbidden());
}
