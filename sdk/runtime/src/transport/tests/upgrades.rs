//! Connections that change their protocol, and answers that do not.

use std::future::poll_fn;

use http::HeaderValue;
use http::header::UPGRADE;
use kubesdk_core::{DuplexStream, RawCall};

use super::server::{Server, Step};
use super::*;

const SWITCHING: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n";

fn upgrade(client: &Client) -> RawCall {
    client.get("/exec").header(UPGRADE, HeaderValue::from_static("echo"))
}

async fn echo(stream: &mut DuplexStream, text: &[u8]) -> Vec<u8> {
    let written = poll_fn(|it| stream.as_mut().poll_write(it, text)).await.unwrap();
    assert_eq!(written, text.len());
    poll_fn(|it| stream.as_mut().poll_flush(it)).await.unwrap();
    let mut back = vec![0; 64];
    let length = poll_fn(|it| stream.as_mut().poll_read(it, &mut back)).await.unwrap();
    back.truncate(length);
    back
}

#[tokio::test]
async fn bytes_flow_both_ways_and_one_side_can_end() {
    let server = Server::new([Step::Echo(SWITCHING.to_vec())]).await;
    let answer = upgrade(&client(&server.url)).upgrade().await.unwrap();
    assert_eq!(answer.headers().get(UPGRADE).unwrap(), "echo");
    let mut stream = answer.into_body();
    assert_eq!(echo(&mut stream, b"hello").await, b"hello");
    poll_fn(|it| stream.as_mut().poll_close(it)).await.unwrap();
    let end = poll_fn(|it| stream.as_mut().poll_read(it, &mut [0; 8])).await.unwrap();
    assert_eq!(end, 0);
    let asked = &server.asked()[0];
    assert!(asked.contains("connection: upgrade\r\n") && asked.contains("authorization: bearer"), "{asked}");
}

#[tokio::test]
async fn a_refusal_is_the_servers_error_and_is_not_asked_again() {
    let status = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403,
        "message":"pods \"a\" is forbidden"}"#;
    for (step, words) in [
        (Step::status(403, "", status), "Error from server (Forbidden): pods \"a\" is forbidden"),
        (Step::status(503, "", ""), "Error from server (ServiceUnavailable): the server is currently unable"),
        (Step::ok(""), "Error from server: the server responded with the status code 200 but did not"),
        (Step::Close(vec![]), "the connection to the server"),
    ] {
        let server = Server::new([step]).await;
        let error = upgrade(&client(&server.url)).upgrade().await.err().expect("no upgrade");
        assert!(error.to_string().starts_with(words), "{error}");
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn a_server_of_http2_is_asked_over_http1() {
    let server = super::h2_server::H2::new(|_, _| ()).await;
    let answer = upgrade(&client(&server.url)).upgrade().await.unwrap();
    assert_eq!(echo(&mut answer.into_body(), b"hello").await, b"hello");
}
