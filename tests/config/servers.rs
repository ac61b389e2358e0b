//! Servers that write down what reaches them, and what stands for them in cases.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::certificates::{Certificates, Pair};
use crate::proxies;

/// What reached servers and proxies, a line each.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<BTreeSet<String>>>);

impl Log {
    pub(crate) fn add(&self, line: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(line);
    }

    /// What has been written since the last time.
    pub(crate) fn take(&self) -> BTreeSet<String> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// All servers, for as long as the value lives.
pub(crate) struct World {
    pub(crate) log: Log,
    pub(crate) certificates: tempfile::TempDir,
    values: Vec<(&'static str, String)>,
    _runtime: tokio::runtime::Runtime,
}

impl World {
    pub(crate) fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let certificates = Arc::new(Certificates::new());
        let folder = tempfile::tempdir().expect("a folder");
        certificates.write(folder.path());
        let log = Log::default();
        let values = runtime.block_on(start(&certificates, folder.path(), &log));
        World { log, certificates: folder, values, _runtime: runtime }
    }

    /// Puts another server in the place of the one over TLS, `https://127.0.0.1:PORT`.
    pub(crate) fn stands_for(&mut self, server: &str) {
        let port = server.rsplit(':').next().unwrap_or_default();
        for (name, value) in &mut self.values {
            match *name {
                "https" => server.clone_into(value),
                "https-port" => port.clone_into(value),
                _ => {}
            }
        }
    }

    /// A text with `{https}` and the others put in.
    pub(crate) fn put_in(&self, text: &str) -> String {
        self.values
            .iter()
            .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }
}

async fn start(certificates: &Arc<Certificates>, folder: &Path, log: &Log) -> Vec<(&'static str, String)> {
    let tls = |pair: &Pair| TlsAcceptor::from(Arc::new(certificates.server_config(pair)));
    let server =
        |name, acceptor| Server { name, log: log.clone(), certificates: Arc::clone(certificates), acceptor };
    let http = server("http", None).listen("127.0.0.1:0").await;
    let https = server("https", Some(tls(&certificates.server))).listen("127.0.0.1:0").await;
    let https6 = server("https", Some(tls(&certificates.server))).listen("[::1]:0").await;
    let leaf = server("leaf", Some(tls(&certificates.leaf))).listen("127.0.0.1:0").await;
    let proxy = proxies::http(log, None).await;
    let proxy_tls = proxies::http(log, Some(tls(&certificates.server))).await;
    let socks = proxies::socks(log).await;
    let ca = |pair: &Pair| format!("certificate-authority-data: {}", STANDARD.encode(&pair.certificate));
    let jane = &certificates.clients[0].1;
    vec![
        ("http", format!("http://127.0.0.1:{http}")),
        ("http-port", http.to_string()),
        ("https", format!("https://127.0.0.1:{https}")),
        ("https-port", https.to_string()),
        ("https6", format!("https://[::1]:{https6}")),
        ("https6-port", https6.to_string()),
        ("leaf", format!("https://127.0.0.1:{leaf}")),
        ("proxy", format!("127.0.0.1:{proxy}")),
        ("proxy-tls", format!("127.0.0.1:{proxy_tls}")),
        ("socks", format!("127.0.0.1:{socks}")),
        ("ca", ca(&certificates.ca)),
        ("other-ca", ca(&certificates.other_ca)),
        ("leaf-ca", ca(&certificates.leaf)),
        ("jane-crt", STANDARD.encode(&jane.certificate)),
        ("jane-key", STANDARD.encode(&jane.key)),
        ("folder", folder.display().to_string()),
    ]
}

struct Server {
    name: &'static str,
    log: Log,
    certificates: Arc<Certificates>,
    acceptor: Option<TlsAcceptor>,
}

impl Server {
    async fn listen(self, address: &str) -> u16 {
        let listener = TcpListener::bind(address).await.expect("a listener");
        let port = listener.local_addr().expect("an address").port();
        let server = Arc::new(self);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = Arc::clone(&server);
                tokio::spawn(async move { server.serve(stream).await });
            }
        });
        port
    }

    async fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let Some(acceptor) = &self.acceptor else { return self.answer(stream, String::new()).await };
        let stream = acceptor.accept(stream).await?;
        let connection = stream.get_ref().1;
        let name = connection.server_name().unwrap_or("-").to_owned();
        let client = connection.peer_certificates().and_then(|it| it.first());
        let client = client.map_or("nobody", |it| self.certificates.client_of(it));
        let about = format!(" name={name} certificate={client}");
        self.answer(stream, about).await
    }

    async fn answer(
        &self,
        mut stream: impl AsyncRead + AsyncWrite + Unpin,
        about: String,
    ) -> std::io::Result<()> {
        let head = read_head(&mut stream).await?;
        if head.is_empty() {
            return stream.write_all(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n").await;
        }
        let mut lines = head.lines();
        let request = lines.next().unwrap_or_default().trim_end_matches(" HTTP/1.1").to_owned();
        let mut told: Vec<String> = lines.filter_map(told).collect();
        told.sort();
        self.log.add(format!("{}{about} {request} {}", self.name, told.join(" ")));
        let body = "{\"kind\":\"TokenRequest\",\"apiVersion\":\"authentication.k8s.io/v1\",\"metadata\":{},\
                    \"spec\":{\"audiences\":[]},\"status\":{\"token\":\"made\",\
                    \"expirationTimestamp\":\"2030-01-01T00:00:00Z\"}}";
        let answer = format!(
            "HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await
    }
}

/// A header that counts: who asks, as whom, and whom.
fn told(line: &str) -> Option<String> {
    let (name, value) = line.split_once(':')?;
    let name = name.to_ascii_lowercase();
    let counts = ["authorization", "host"].contains(&name.as_str()) || name.starts_with("impersonate-");
    counts.then(|| format!("{name}={}", value.trim()))
}

/// The first byte of a client that speaks TLS.
const TLS_HANDSHAKE: u8 = 0x16;

/// The head of a request and, thrown away, its body.
pub(crate) async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> std::io::Result<String> {
    let mut head = vec![stream.read_u8().await?];
    if head == [TLS_HANDSHAKE] {
        return Ok(String::new());
    }
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let length = head
        .lines()
        .find_map(|it| it.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await?;
    Ok(head)
}
