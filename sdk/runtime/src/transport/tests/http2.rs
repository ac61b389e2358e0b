//! Connections of HTTP/2 that die, leave, refuse or are full (F1, F13).

use std::sync::atomic::{AtomicUsize, Ordering};

use h2::Reason;
use kubesdk_core::ErrorKind;

use super::h2_server::{H2, STREAMS};
use super::*;

#[tokio::test]
async fn f1_a_blackhole_in_the_middle_of_a_watch_or_a_list() {
    let server = H2::new(|asked, _| {
        asked.begin("{1}\n");
        asked.goes_deaf = true;
    })
    .await;
    for path in ["/x?watch=true", "/x"] {
        let mut body = client_with(&server.url, quick()).get(path).send().await.unwrap().into_body();
        assert_eq!(next(&mut body).await.unwrap().unwrap(), "{1}\n");
        // The ping that nobody answers.
        let error = next(&mut body).await.unwrap().unwrap_err();
        assert!(error.is_retryable(), "{error:?}");
        assert!(matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Body), "{error:?}");
    }
}

#[tokio::test]
async fn f1_a_blackhole_under_an_idle_connection() {
    let server = H2::new(|asked, _| {
        asked.answer("{}");
        asked.goes_deaf = asked.connection == 1;
    })
    .await;
    let client = client_with(&server.url, quick());
    assert_eq!(client.get("/x").await.unwrap(), "{}");
    assert_eq!(client.get("/x").await.unwrap(), "{}");
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn f1_a_blackhole_before_an_answer_and_an_unsafe_call() {
    let server = H2::new(|asked, _| asked.goes_deaf = true).await;
    let error = client_with(&server.url, quick()).post("/x").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Lost);
    assert!(!error.is_unprocessed(), "{error:?}");
}

#[tokio::test]
async fn f13_a_server_that_leaves_finishes_what_it_has_and_is_reached_again() {
    let server = H2::new(|asked, connection| {
        asked.answer("{}");
        connection.graceful_shutdown();
    })
    .await;
    let client = client(&server.url);
    for _ in 0..3 {
        assert_eq!(client.post("/x").await.unwrap(), "{}");
    }
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn f13_a_connection_that_fails_breaks_its_calls_off() {
    let server = H2::new(|asked, connection| match asked.path.as_str() {
        "/watch" => asked.begin("{1}\n"),
        _ => connection.abrupt_shutdown(Reason::INTERNAL_ERROR),
    })
    .await;
    let client = client(&server.url);
    let mut body = client.get("/watch?watch=true").send().await.unwrap().into_body();
    assert_eq!(next(&mut body).await.unwrap().unwrap(), "{1}\n");
    assert_eq!(client.post("/x").await.unwrap_err().kind(), ErrorKind::Lost);
    assert_eq!(next(&mut body).await.unwrap().unwrap_err().kind(), ErrorKind::Body);
}

#[tokio::test]
async fn f13_a_refused_stream_is_sent_again_whatever_its_method() {
    let refusals = AtomicUsize::new(0);
    let server = H2::new(move |asked, _| match refusals.fetch_add(1, Ordering::Relaxed) {
        1 => asked.answer("{}"),
        _ => asked.respond.send_reset(Reason::REFUSED_STREAM),
    })
    .await;
    let client = client(&server.url);
    assert_eq!(client.post("/x").await.unwrap(), "{}");
    let error = client.post("/y").await.unwrap_err();
    assert!(error.is_unprocessed() && error.kind() == ErrorKind::Lost, "{error:?}");
    // Once and three times more: the server does not say when.
    assert_eq!(server.asked().iter().filter(|it| *it == "POST /y").count(), 4);
}

#[tokio::test]
async fn f13_a_stream_that_is_reset_for_another_reason_is_not() {
    let server = H2::new(|asked, _| asked.respond.send_reset(Reason::INTERNAL_ERROR)).await;
    let error = client(&server.url).post("/x").await.unwrap_err();
    assert!(!error.is_unprocessed() && error.kind() == ErrorKind::Lost, "{error:?}");
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn f13_one_watch_more_than_a_connection_carries() {
    let server = H2::new(|asked, _| match asked.path.as_str() {
        "/watch" => asked.begin("{1}\n"),
        _ => asked.answer("{}"),
    })
    .await;
    let options = TransportOptions::default().streams_per_connection(STREAMS as usize);
    let client = client_with(&server.url, options);
    let mut watches = Vec::new();
    for _ in 0..3 * STREAMS {
        let mut body = client.get("/watch?watch=true").send().await.unwrap().into_body();
        assert_eq!(next(&mut body).await.unwrap().unwrap(), "{1}\n");
        watches.push(body);
    }
    assert_eq!(server.connections(), 3);
    // Places are given back: another round needs no more connections, nor do calls one after the other.
    watches.truncate(2);
    for _ in 0..3 * STREAMS {
        client.get("/x").await.unwrap();
    }
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn f15_answers_that_nobody_reads_stop_no_others() {
    // As much as fits into a stream's window, so often that it is more than HTTP libraries allow a connection.
    let server = H2::new(|asked, _| match asked.path.as_str() {
        "/large" => asked.begin(Box::leak("x".repeat(3 << 20).into_boxed_str())),
        _ => asked.answer("{}"),
    })
    .await;
    let client = client(&server.url);
    let mut unread = Vec::new();
    for _ in 1..STREAMS {
        unread.push(client.get("/large").send().await.unwrap().into_body());
    }
    assert_eq!(client.get("/x").timeout(Duration::from_secs(60)).await.unwrap(), "{}");
    assert_eq!(server.connections(), 1);
}
