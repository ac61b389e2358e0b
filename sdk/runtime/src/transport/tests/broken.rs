//! Connections that go silent or end in the middle, over HTTP/1.1 (F1, F2).

use kubesdk_core::ErrorKind;

use super::server::{Server, Step};
use super::*;

const EVENTS: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\n{1}\n\r\n4\r\n{2}\n\r\n";

#[tokio::test]
async fn f1_silence_in_the_middle_of_a_watch_or_a_list() {
    for head in [EVENTS, "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{1}\n{2}\n"] {
        let server = Server::new([Step::Silence(head.into())]).await;
        let client = client(&server.url).with_idle_timeout(Duration::from_millis(50));
        let mut body = client.get("/x?watch=true").send().await.unwrap().into_body();
        let mut seen = Vec::new();
        let error = loop {
            match next(&mut body).await.unwrap() {
                Ok(chunk) => seen.extend_from_slice(&chunk),
                Err(error) => break error,
            }
        };
        assert_eq!((seen.as_slice(), error.kind()), (&b"{1}\n{2}\n"[..], ErrorKind::Timeout));
        assert!(next(&mut body).await.is_none());
    }
}

#[tokio::test]
async fn f1_silence_before_an_answer() {
    let server = Server::new([Step::Silence(vec![])]).await;
    let error = client(&server.url).get("/x").timeout(Duration::from_millis(50)).await.unwrap_err();
    assert!(error.is_timeout() && error.is_retryable(), "{error:?}");
}

/// The peer is gone and says nothing, as when a machine loses its power. TCP counts in seconds.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn f1_a_blackhole_over_http1() {
    let options = || TransportOptions::default().ping(Duration::from_secs(1), Duration::from_secs(3));
    // In the middle of a watch.
    let server = Server::new([Step::Blackhole(EVENTS.into())]).await;
    let client = client_with(&server.url, options());
    let mut body = client.get("/x?watch=true").send().await.unwrap().into_body();
    let watch = async {
        while let Some(chunk) = next(&mut body).await {
            chunk?;
        }
        Ok::<(), Error>(())
    };
    // Before the answer, and on a connection that was idle: what is safe is asked again on another.
    let empty = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
    let call = async |first: Step, method: http::Method| {
        let server = Server::new([first, Step::ok("{}"), Step::ok("{}")]).await;
        let client = client_with(&server.url, options());
        (client.call(method.clone(), "/x").await, client.call(method, "/x").await)
    };
    let (watch, unanswered, idle, changing) = tokio::join!(
        watch,
        call(Step::Blackhole(vec![]), http::Method::GET),
        call(Step::Blackhole(empty.to_vec()), http::Method::GET),
        call(Step::Blackhole(vec![]), http::Method::POST),
    );
    let error = watch.unwrap_err();
    assert!(error.kind() == ErrorKind::Timeout && error.to_string().contains("fell silent"), "{error:?}");
    assert_eq!((unanswered.0.unwrap(), unanswered.1.unwrap()), ("{}".into(), "{}".into()));
    assert_eq!((idle.0.unwrap(), idle.1.unwrap()), ("".into(), "{}".into()));
    let error = changing.0.unwrap_err();
    assert!(error.kind() == ErrorKind::Lost && !error.is_unprocessed(), "{error:?}");
    assert_eq!(changing.1.unwrap(), "{}");
}

#[tokio::test]
async fn f1_a_pooled_connection_that_died_meanwhile() {
    // The server closes it right after the answer; whether the client has noticed yet is a matter of chance.
    let closing = || Step::Close(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec());
    let server = Server::new([closing(), closing(), closing()]).await;
    let client = client(&server.url);
    for _ in 0..3 {
        client.get("/x").await.unwrap();
    }
}

#[tokio::test]
async fn f2_the_end_before_an_answer() {
    let parts =
        ["", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\ncontent-le", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n"];
    for part in parts {
        for step in [Step::Close(part.into()), Step::Reset(part.into())] {
            let server = Server::new([step.clone(), Step::ok("{}"), step]).await;
            let client = client(&server.url);
            // What is safe is asked again; what may have been acted on is not.
            assert_eq!(client.get("/x").await.unwrap(), "{}", "{part:?}");
            let error = client.post("/x").await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Lost, "{part:?}: {error:?}");
            assert!(error.is_retryable() && !error.is_unprocessed());
            assert_eq!(server.lines(), ["get /x", "get /x", "post /x"], "{part:?}");
        }
    }
}

#[tokio::test]
async fn f2_the_end_in_the_middle_of_an_answer() {
    let parts = [
        "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\n{}",
        EVENTS,
    ];
    for part in parts {
        for step in [Step::Close(part.into()), Step::Reset(part.into())] {
            let server = Server::new([step]).await;
            let error = client(&server.url).get("/x").await.unwrap_err();
            // A reset may overtake the head.
            assert!(matches!(error.kind(), ErrorKind::Body | ErrorKind::Lost), "{part:?}: {error:?}");
            assert!(error.is_retryable());
        }
    }
}

#[tokio::test]
async fn f2_the_end_after_the_last_event() {
    let server = Server::new([Step::Close([EVENTS, "0\r\n\r\n"].concat().into())]).await;
    assert_eq!(client(&server.url).get("/x?watch=true").await.unwrap(), "{1}\n{2}\n");
    // Without a length, the end of the connection is the end of the answer.
    let server = Server::new([Step::Close(b"HTTP/1.1 200 OK\r\n\r\n{1}\n".to_vec())]).await;
    assert_eq!(client(&server.url).get("/x?watch=true").await.unwrap(), "{1}\n");
}

#[tokio::test]
async fn what_broke_off_names_the_server() {
    let server = Server::new([Step::Close(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}".to_vec())]).await;
    let error = client(&server.url).get("/x").await.unwrap_err();
    let at = server.url.trim_start_matches("http://");
    assert!(error.to_string().starts_with(&format!("the answer of the server {at} broke off")), "{error}");
}
