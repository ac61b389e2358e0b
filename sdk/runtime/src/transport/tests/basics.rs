//! What a request carries, and what goes wrong before there is a connection.

use kubesdk_core::{ErrorKind, Request};
use tokio::net::TcpListener;

use super::server::{Server, Step};
use super::*;

#[tokio::test]
async fn a_request_carries_base_path_token_and_user_agent() {
    let server = Server::new([Step::ok("{}")]).await;
    let options = TransportOptions::default().user_agent_prefix("me/1");
    let client = client_with(&format!("{}/base/", server.url), options);
    let request = Request::new(http::Method::GET, &["/api/v1/pods"]).unwrap().query("limit", "1");
    assert_eq!(client.bytes(request).await.unwrap(), "{}");
    let asked = &server.asked()[0];
    assert!(asked.starts_with("get /base/api/v1/pods?limit=1 http/1.1\r\n"), "{asked}");
    assert!(asked.contains("authorization: bearer hunter2\r\n"), "{asked}");
    assert!(asked.contains(&format!("user-agent: me/1 kubesdk/{} (", env!("CARGO_PKG_VERSION"))), "{asked}");
}

#[tokio::test]
async fn bodies_are_sent_whole_or_as_they_come() {
    let server = Server::new([Step::ok(""), Step::Close(b"HTTP/1.1 200 OK\r\n\r\n".to_vec())]).await;
    let client = client(&server.url);
    client.post("/x").body("text/plain", "12345").await.unwrap();
    let body: BodyStream = Box::pin(Once(Some(Bytes::from_static(b"12345"))));
    client.post("/x").send_stream(body).await.unwrap();
    let asked = server.asked();
    assert!(asked[0].contains("content-length: 5\r\n"), "{asked:?}");
    assert!(asked[1].contains("transfer-encoding: chunked\r\n"), "{asked:?}");
}

struct Once(Option<Bytes>);

impl futures_core::Stream for Once {
    type Item = Result<Bytes, Error>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.take().map(Ok))
    }
}

#[tokio::test]
async fn redirects_are_answers() {
    let server = Server::new([Step::status(302, "location: http://127.0.0.1:1/\r\n", "")]).await;
    assert_eq!(client(&server.url).get("/x").await.unwrap_err().code(), Some(302));
}

#[tokio::test]
async fn a_refused_connection_is_worded_as_kubectl_words_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = client(&format!("https://{address}")).get("/x").await.unwrap_err();
    let expected = format!(
        "The connection to the server {address} was refused - did you specify the right host or port?"
    );
    assert_eq!((error.kind(), error.to_string()), (ErrorKind::Connect, expected));
    assert!(error.is_unprocessed() && error.is_retryable());
}

#[tokio::test]
async fn a_server_without_tls_is_told() {
    let server = Server::new([Step::Close(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec())]).await;
    let error = client(&server.url.replace("http:", "https:")).get("/x").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls);
    assert!(error.to_string().contains("does not speak TLS"), "{error}");
    assert!(!format!("{error:?}").contains("hunter2"));
}
