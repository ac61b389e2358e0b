//! A scripted server of HTTP/2 over TLS; who speaks HTTP/1.1 to it gets an echo.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use h2::server::{Connection, SendResponse};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::server::head;

pub(super) type H2Connection = Connection<TlsStream<TcpStream>, Bytes>;

/// What the server does with a request.
pub(super) struct Asked {
    pub(super) path: String,
    pub(super) respond: SendResponse<Bytes>,
    /// Streams are kept open here.
    pub(super) open: Arc<Mutex<Vec<h2::SendStream<Bytes>>>>,
    /// The number of the connection, from 1.
    pub(super) connection: usize,
    /// Whether the connection is served any further after this request: no reading, no pings.
    pub(super) goes_deaf: bool,
}

impl Asked {
    /// A whole answer.
    pub(super) fn answer(&mut self, body: &'static str) {
        let mut stream = self.respond.send_response(http::Response::new(()), false).unwrap();
        stream.send_data(Bytes::from_static(body.as_bytes()), true).unwrap();
    }

    /// The beginning of an answer that never ends.
    pub(super) fn begin(&mut self, body: &'static str) {
        let mut stream = self.respond.send_response(http::Response::new(()), false).unwrap();
        stream.send_data(Bytes::from_static(body.as_bytes()), false).unwrap();
        self.open.lock().unwrap().push(stream);
    }
}

pub(super) struct H2 {
    pub(super) url: String,
    connections: Arc<AtomicUsize>,
    asked: Arc<Mutex<Vec<String>>>,
}

/// The most streams of a connection.
pub(super) const STREAMS: u32 = 5;

impl H2 {
    /// Each request is given to `script` with its connection.
    pub(super) async fn new(script: impl Fn(&mut Asked, &mut H2Connection) + Send + Sync + 'static) -> Self {
        let config = server_config();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let (script, connections, asked) = (Arc::new(script), Arc::<AtomicUsize>::default(), Arc::default());
        let (count, log) = (Arc::clone(&connections), Arc::clone(&asked));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, script) = (acceptor.clone(), Arc::clone(&script));
                let (count, log) = (Arc::clone(&count), Arc::clone(&log));
                tokio::spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else { return };
                    match stream.get_ref().1.alpn_protocol() {
                        Some(b"h2") => serve(stream, &*script, &count, &log).await,
                        _ => echo(stream).await,
                    }
                });
            }
        });
        H2 { url, connections, asked }
    }

    /// How many connections were used.
    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Method and path of the requests that came.
    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// A server of HTTP/2 and HTTP/1.1, with a certificate that nobody signed.
pub(super) fn server_config() -> rustls::ServerConfig {
    let key = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let private = rustls::pki_types::PrivateKeyDer::try_from(key.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider);
    let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let mut config = config.with_single_cert(vec![key.cert.der().clone()], private).unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}

async fn serve(
    stream: TlsStream<TcpStream>,
    script: &(dyn Fn(&mut Asked, &mut H2Connection) + Send + Sync),
    count: &AtomicUsize,
    log: &Mutex<Vec<String>>,
) {
    let mut builder = h2::server::Builder::new();
    let Ok(mut connection) = builder.max_concurrent_streams(STREAMS).handshake(stream).await else { return };
    let open = Arc::new(Mutex::new(Vec::new()));
    let mut number = None;
    while let Some(Ok((request, respond))) = connection.accept().await {
        // Connections that lost the race for the first request are not counted.
        let number = *number.get_or_insert_with(|| count.fetch_add(1, Ordering::Relaxed) + 1);
        let path = request.uri().path().to_owned();
        log.lock().unwrap().push(format!("{} {path}", request.method()));
        let open = Arc::clone(&open);
        let mut asked = Asked { path, respond, open, connection: number, goes_deaf: false };
        script(&mut asked, &mut connection);
        if asked.goes_deaf {
            // What was answered still leaves; then nobody reads, and no ping comes back.
            let flush = std::future::poll_fn(|it| connection.poll_closed(it));
            let _ = tokio::time::timeout(std::time::Duration::from_millis(20), flush).await;
            std::future::pending::<()>().await;
        }
    }
}

async fn echo(mut stream: TlsStream<TcpStream>) {
    head(&mut stream).await.unwrap();
    stream.write_all(b"HTTP/1.1 101 X\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n").await.unwrap();
    let (mut read, mut write) = tokio::io::split(stream);
    tokio::io::copy(&mut read, &mut write).await.unwrap();
}
