//! What a server is called: in the handshake, and in the head of a request.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::HeaderValue;
use http::header::UPGRADE;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::server::head;
use super::*;

type Log = Arc<Mutex<Vec<String>>>;

/// A server that writes down what it is called; the port it has.
async fn server(address: &str) -> (u16, Log) {
    let (listener, log) = (TcpListener::bind(address).await.unwrap(), Log::default());
    let (port, heard) = (listener.local_addr().unwrap().port(), Arc::clone(&log));
    let acceptor = TlsAcceptor::from(Arc::new(super::h2_server::server_config()));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, heard) = (acceptor.clone(), Arc::clone(&heard));
            tokio::spawn(async move { answer(acceptor, stream, &heard).await });
        }
    });
    (port, log)
}

async fn answer(acceptor: TlsAcceptor, stream: TcpStream, heard: &Mutex<Vec<String>>) -> Option<()> {
    let mut stream = acceptor.accept(stream).await.ok()?;
    let connection = stream.get_ref().1;
    let name = connection.server_name().unwrap_or("-").to_owned();
    let tell = |host: &str| heard.lock().unwrap().push(format!("{name} {host}"));
    if connection.alpn_protocol() != Some(b"h2") {
        let head = head(&mut stream).await?;
        tell(head.lines().find_map(|it| it.strip_prefix("host: "))?);
        return stream.write_all(b"HTTP/1.1 404 X\r\ncontent-length: 0\r\n\r\n").await.ok();
    }
    let mut connection = h2::server::handshake(stream).await.ok()?;
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        assert!(!request.headers().contains_key(http::header::HOST), "{request:?}");
        tell(request.uri().authority()?.as_str());
        let answer = respond.send_response(http::Response::new(()), false);
        answer.unwrap().send_data(Bytes::from_static(b"ok"), true).unwrap();
    }
    Some(())
}

fn client_of(url: &str, name: &str, options: TransportOptions, proxy: Option<&str>) -> Client {
    let mut config = Config::new(url).unwrap().with_transport(options);
    config.trust = crate::tls::Trust::Anybody;
    config.tls_server_name = Some(name.to_owned());
    config.proxy_url = proxy.map(crate::Secret::from);
    crate::Client::from_config(config).unwrap().into()
}

/// What kubectl sends for each is compared by `tests/config`.
#[tokio::test]
async fn the_server_is_called_by_its_tls_server_name() {
    let check = async |address: &str, host: &str, name: &str, expected: [&str; 3]| {
        let (port, log) = server(address).await;
        let url = format!("https://{host}:{port}");
        let client = client_of(&url, name, TransportOptions::default(), None);
        assert_eq!(client.get("/x").await.unwrap(), "ok");
        let upgrade = client.get("/x").header(UPGRADE, HeaderValue::from_static("echo")).upgrade().await;
        assert!(upgrade.err().expect("nobody changes protocols here").is_not_found());
        let old = client_of(&url, name, TransportOptions::default().http1_only(true), None);
        assert!(old.get("/x").await.unwrap_err().is_not_found());
        let expected = expected.map(|it| format!("{it}:{port}"));
        assert_eq!(*log.lock().unwrap(), expected, "{host} {name}");
    };
    // HTTP/2, an upgrade, HTTP/1.1.
    let v4 = "127.0.0.1:0";
    check(v4, "127.0.0.1", "api.test", ["api.test api.test", "api.test 127.0.0.1", "api.test 127.0.0.1"])
        .await;
    check(v4, "localhost", "api.test", ["api.test api.test", "api.test localhost", "api.test localhost"])
        .await;
    check(v4, "localhost", "LocalHost", ["localhost localhost"; 3]).await;
    check(v4, "localhost", "10.0.0.1", ["- localhost"; 3]).await;
    check("[::1]:0", "[::1]", "api.test", ["api.test api.test", "api.test [::1]", "api.test [::1]"]).await;
}

/// A proxy is asked for the server itself, and nobody for the other name.
#[tokio::test]
async fn through_a_proxy_the_server_is_called_by_its_host() {
    let (port, log) = server("127.0.0.1:0").await;
    let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy_url = format!("http://{}", proxy.local_addr().unwrap());
    let asked = tokio::spawn(async move {
        let (mut stream, _) = proxy.accept().await.unwrap();
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n\r\n") {
            line.push(stream.read_u8().await.unwrap());
        }
        let mut upstream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        tokio::spawn(async move { copy_bidirectional(&mut stream, &mut upstream).await });
        String::from_utf8(line).unwrap()
    });
    let url = format!("https://localhost:{port}");
    let client = client_of(&url, "api.test", TransportOptions::default(), Some(&proxy_url));
    assert_eq!(client.get("/x").await.unwrap(), "ok");
    let asked = asked.await.unwrap();
    assert!(asked.starts_with(&format!("CONNECT localhost:{port} ")), "{asked}");
    assert_eq!(*log.lock().unwrap(), [format!("localhost localhost:{port}")]);
}
