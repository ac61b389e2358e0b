//! The proxy between callers that write HTTP by hand and a transport that says what came.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode};
use kubesdk_core::{
    BodyStream, BoxFuture, Client, DuplexStream, Error, ErrorKind, RequestBody, Transport, UpgradeAnswer,
    UpgradeBody,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::net::{TcpStream, UnixStream};
use tokio::task::JoinHandle;

use super::*;
use crate::transport::duplex::Connection;

/// Answers each request with what it got, and keeps what lives.
#[derive(Clone, Default)]
struct Mirror {
    /// How many bodies and connections are open.
    alive: Arc<()>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Mirror {
    fn heard<B>(&self, request: &http::Request<B>) -> String {
        let mut lines: Vec<String> = request
            .headers()
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();
        lines.sort();
        let heard = format!("{} {} {lines:?}", request.method(), request.uri());
        self.asked.lock().unwrap().push(heard.clone());
        heard
    }
}

/// What was heard, then a body, then nothing for ever where it is `endless`.
struct Reply {
    heard: Option<Bytes>,
    body: Option<BodyStream>,
    endless: bool,
    _alive: Arc<()>,
}

impl futures_core::Stream for Reply {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: std::pin::Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(first) = self.heard.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        let endless = self.endless;
        match &mut self.body {
            Some(body) => body.as_mut().poll_next(context),
            None if endless => Poll::Pending,
            None => Poll::Ready(None),
        }
    }
}

impl Transport for Mirror {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<Response<BodyStream>, Error>> {
        let (heard, alive) = (self.heard(&request), Arc::clone(&self.alive));
        Box::pin(async move {
            let path = request.uri().path().to_owned();
            if path == "/unreachable" {
                return Err(Error::new(ErrorKind::Connect, "nobody is there"));
            }
            let body = match request.into_body() {
                RequestBody::Bytes(_) => None,
                RequestBody::Stream(body) => Some(body),
            };
            let reply = Reply { heard: Some(heard.into()), body, endless: path == "/endless", _alive: alive };
            let mut answer = Response::new(Box::pin(reply) as BodyStream);
            if path == "/teapot" {
                *answer.status_mut() = StatusCode::IM_A_TEAPOT;
            }
            answer.headers_mut().insert("connection", HeaderValue::from_static("x-own"));
            answer.headers_mut().insert("x-own", HeaderValue::from_static("1"));
            answer.headers_mut().insert("x-seen", HeaderValue::from_static("1"));
            Ok(answer)
        })
    }

    fn upgrade(&self, request: http::Request<()>) -> BoxFuture<'static, Result<UpgradeAnswer, Error>> {
        let (heard, alive) = (self.heard(&request), Arc::clone(&self.alive));
        Box::pin(async move {
            let status = match request.uri().path() {
                "/refused" => StatusCode::CONFLICT,
                "/ignored" => StatusCode::OK,
                _ => StatusCode::SWITCHING_PROTOCOLS,
            };
            let mut answer = Response::new(());
            *answer.status_mut() = status;
            if status != StatusCode::SWITCHING_PROTOCOLS {
                let reply = Reply { heard: Some(heard.into()), body: None, endless: false, _alive: alive };
                let body: BodyStream = Box::pin(reply);
                return Ok(answer.map(|()| UpgradeBody::Refused(body)));
            }
            answer.headers_mut().insert("connection", HeaderValue::from_static("Upgrade"));
            answer.headers_mut().insert("upgrade", HeaderValue::from_static("echo"));
            let (ours, theirs) = duplex(100);
            tokio::spawn(async move {
                let (mut read, mut write) = tokio::io::split(theirs);
                let _ = tokio::io::copy(&mut read, &mut write).await;
                drop(alive);
            });
            let stream: DuplexStream = Box::pin(Connection(ours));
            Ok(answer.map(|()| UpgradeBody::Switched(stream)))
        })
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

struct Served {
    mirror: Mirror,
    address: SocketAddr,
    serving: JoinHandle<Result<(), Error>>,
}

async fn serve(change: impl FnOnce(ProxyServer) -> ProxyServer) -> Served {
    let mirror = Mirror::default();
    let client = Client::new(mirror.clone());
    let server = change(ProxyServer::bind(&client, ([127, 0, 0, 1], 0).into()).await.unwrap());
    let address = server.local_addr().unwrap();
    Served { mirror, address, serving: tokio::spawn(server.serve(|_| {})) }
}

impl Served {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// What comes back for a request, its connection closed after it.
    async fn ask(&self, head: &str, body: &str) -> String {
        let mut stream = self.connect().await;
        let request = format!("{head}\r\nConnection: close\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut said = String::new();
        stream.read_to_string(&mut said).await.unwrap();
        said
    }

    /// Nothing that the proxy opened is open any more.
    async fn nothing_is_left(&self) {
        while Arc::strong_count(&self.mirror.alive) > 2 {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn what_comes_passes_with_who_asks() {
    let served = serve(|it| it).await;
    let said = served.ask("GET /api/v1/pods?watch=1&x=%2F HTTP/1.1\r\nHost: localhost:1\r\nAccept: a/b\r\nX-Forwarded-For: 10.0.0.1\r\nKeep-Alive: 5", "").await;
    assert!(said.starts_with("HTTP/1.1 200 OK\r\n"), "{said}");
    let heard = r#"GET /api/v1/pods?watch=1&x=%2F ["accept: a/b", "x-forwarded-for: 10.0.0.1, 127.0.0.1"]"#;
    assert!(said.contains(heard), "{said}");
    assert!(said.contains("x-seen: 1") && !said.contains("x-own"), "{said}");
    let said = served.ask("POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5", "hello").await;
    assert!(
        said.contains(r#""content-length: 5", "x-forwarded-for: 127.0.0.1"]"#) && said.contains("hello"),
        "{said}"
    );
    let chunked = "POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked";
    let said = served.ask(chunked, "5\r\nhello\r\n0\r\n\r\n").await;
    assert!(said.contains(r#"POST /x ["x-forwarded-for: 127.0.0.1"]"#) && said.contains("hello"), "{said}");
    let said = served.ask("GET /teapot HTTP/1.1\r\nHost: localhost", "").await;
    assert!(said.starts_with("HTTP/1.1 418 "), "{said}");
    let said = served.ask("GET /unreachable HTTP/1.1\r\nHost: localhost", "").await;
    assert!(said.starts_with("HTTP/1.1 500 ") && said.ends_with("\r\n\r\nnobody is there\n"), "{said}");
}

#[tokio::test]
async fn what_is_refused_is_never_sent() {
    let served = serve(|it| it.api_prefix("/custom")).await;
    for (head, expected) in [
        ("GET /custom/api HTTP/1.1\r\nHost: evil.example", "403 Forbidden"),
        ("GET http://evil.example/custom/api HTTP/1.1\r\nHost: localhost", "403 Forbidden"),
        ("GET /custom/api HTTP/1.0", "403 Forbidden"),
        ("POST /custom/api/v1/namespaces/a/pods/b/exec HTTP/1.1\r\nHost: localhost", "403 Forbidden"),
        ("POST /custom/api/v1/namespaces/a/pods/b/%65xec HTTP/1.1\r\nHost: localhost", "403 Forbidden"),
        (
            "POST /custom/api/v1/namespaces/a/pods/b/attach?x HTTP/1.1\r\nHost: localhost\r\nUpgrade: x",
            "403 Forbidden",
        ),
        ("GET /api HTTP/1.1\r\nHost: localhost", "404 Not Found"),
        (
            "GET /custom/a//b?x=1 HTTP/1.1\r\nHost: localhost",
            "307 Temporary Redirect\r\nlocation: /custom/a/b?x=1",
        ),
        ("GET /custom/../api HTTP/1.1\r\nHost: localhost", "307 Temporary Redirect\r\nlocation: /api"),
        ("GET /custom HTTP/1.1\r\nHost: localhost", "307 Temporary Redirect\r\nlocation: /custom/"),
    ] {
        let said = served.ask(head, "").await;
        let version = if head.contains("HTTP/1.0") { "HTTP/1.0" } else { "HTTP/1.1" };
        assert!(said.starts_with(&format!("{version} {expected}")), "{head}: {said}");
    }
    assert_eq!(served.mirror.asked.lock().unwrap().as_slice(), [] as [String; 0]);
    let said = served.ask("GET /custom/x%20y\\exec HTTP/1.1\r\nHost: localhost", "").await;
    assert!(said.contains("GET /x%20y%5Cexec ["), "{said}");
}

#[tokio::test]
async fn another_protocol_passes_both_ways() {
    let served = serve(|it| it).await;
    let head = "GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";
    let mut stream = served.connect().await;
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut said = vec![0; 5000];
    let length = stream.read(&mut said).await.unwrap();
    let answer = String::from_utf8_lossy(&said[..length]).into_owned();
    assert!(answer.starts_with("HTTP/1.1 101 ") && answer.contains("upgrade: echo"), "{answer}");
    for _ in 0..3 {
        stream.write_all(&[7; 5000]).await.unwrap();
        stream.read_exact(&mut said).await.unwrap();
        assert_eq!(said, [7; 5000]);
    }
    let heard = served.mirror.asked.lock().unwrap().pop().unwrap();
    assert_eq!(heard, r#"GET /a ["connection: Upgrade", "upgrade: echo", "x-forwarded-for: 127.0.0.1"]"#);
    drop(stream);
    served.nothing_is_left().await;
    for (path, code) in [("/refused", "409"), ("/ignored", "500")] {
        let mut stream = served.connect().await;
        stream.write_all(head.replace("/a", path).as_bytes()).await.unwrap();
        let length = stream.read(&mut said).await.unwrap();
        let answer = String::from_utf8_lossy(&said[..length]).into_owned();
        assert!(answer.starts_with(&format!("HTTP/1.1 {code} ")), "{answer}");
    }
}

/// A stream that a caller leaves ends; all others end with the server.
#[tokio::test]
async fn nothing_is_left_behind() {
    let served = serve(|it| it).await;
    let endless = "GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let upgrade = "GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";
    let mut streams = Vec::new();
    for head in [endless, upgrade, endless] {
        let mut stream = served.connect().await;
        stream.write_all(head.as_bytes()).await.unwrap();
        assert!(stream.read(&mut [0; 5000]).await.unwrap() > 0);
        streams.push(stream);
    }
    assert_eq!(Arc::strong_count(&served.mirror.alive), 2 + 3);
    streams.pop();
    while Arc::strong_count(&served.mirror.alive) > 2 + 2 {
        tokio::task::yield_now().await;
    }
    served.serving.abort();
    while Arc::strong_count(&served.mirror.alive) > 1 {
        tokio::task::yield_now().await;
    }
    for mut stream in streams {
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
    }
    TcpStream::connect(served.address).await.unwrap_err();
}

#[tokio::test]
async fn a_socket_is_its_owners_and_goes_with_the_server() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kube");
    let client = Client::new(Mirror::default());
    let stale = ProxyServer::bind_unix(&client, &path).await.unwrap();
    let server = ProxyServer::bind_unix(&client, &path).await.unwrap();
    drop(stale);
    assert_eq!(server.address(), path.to_str().unwrap());
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let serving = tokio::spawn(server.serve(|_| {}));
    let mut stream = UnixStream::connect(&path).await.unwrap();
    stream.write_all(b"GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).await.unwrap();
    assert!(said.contains("GET /a []"), "{said}");
    serving.abort();
    assert!(serving.await.unwrap_err().is_cancelled());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    std::fs::write(&path, "mine").unwrap();
    let error = ProxyServer::bind_unix(&client, &path).await.unwrap_err();
    assert!(error.to_string().contains("something that is no socket"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), b"mine");
}
