//! An HTTP proxy, with or without TLS, and a SOCKS5 one. Whatever host is asked for is this machine.

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::servers::{Log, read_head};

/// Starts an HTTP proxy and gives its port.
pub(crate) async fn http(log: &Log, acceptor: Option<TlsAcceptor>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a listener");
    let port = listener.local_addr().expect("an address").port();
    let log = log.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (log, acceptor) = (log.clone(), acceptor.clone());
            tokio::spawn(async move {
                match acceptor {
                    None => forward(stream, &log, "proxy").await,
                    Some(acceptor) => forward(acceptor.accept(stream).await?, &log, "proxy-tls").await,
                }
            });
        }
    });
    port
}

async fn forward(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    log: &Log,
    name: &str,
) -> std::io::Result<()> {
    let head = read_head(&mut stream).await?;
    let who = head.lines().find(|it| it.to_ascii_lowercase().starts_with("proxy-authorization:"));
    let who = who.and_then(|it| it.split_once(':')).map_or("nobody", |it| it.1.trim());
    let request = head.lines().next().unwrap_or_default();
    let mut parts = request.split(' ');
    let (method, target) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    log.add(format!("{name} {method} {target} as {who}"));
    if method == "CONNECT" {
        let mut upstream = here(target).await?;
        stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await?;
        return copy_bidirectional(&mut stream, &mut upstream).await.map(drop);
    }
    // The body was thrown away with the head: whoever answers does not look at it.
    let rest = target.split_once("://").map_or(target, |it| it.1);
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut upstream = here(authority).await?;
    let headers: String = head
        .lines()
        .skip(1)
        .filter(|it| !it.to_ascii_lowercase().starts_with("content-length"))
        .map(|it| format!("{it}\r\n"))
        .collect();
    upstream.write_all(format!("{method} /{path} HTTP/1.1\r\n{headers}").as_bytes()).await?;
    copy_bidirectional(&mut stream, &mut upstream).await.map(drop)
}

/// This machine, at the port of a `host:port`.
async fn here(authority: &str) -> std::io::Result<TcpStream> {
    let port = authority.rsplit_once(':').and_then(|it| it.1.parse().ok()).unwrap_or(80);
    TcpStream::connect(("127.0.0.1", port)).await
}

/// Starts a SOCKS5 proxy (RFC 1928, RFC 1929) and gives its port.
pub(crate) async fn socks(log: &Log) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a listener");
    let port = listener.local_addr().expect("an address").port();
    let log = log.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let log = log.clone();
            tokio::spawn(async move { socks_serve(stream, &log).await });
        }
    });
    port
}

async fn socks_serve(mut stream: TcpStream, log: &Log) -> std::io::Result<()> {
    let _version = stream.read_u8().await?;
    let methods = text(&mut stream).await?.into_bytes();
    let with_password = methods.contains(&2);
    stream.write_all(&[5, if with_password { 2 } else { 0 }]).await?;
    let mut who = "nobody".to_owned();
    if with_password {
        let _version = stream.read_u8().await?;
        let (user, password) = (text(&mut stream).await?, text(&mut stream).await?);
        who = format!("{user}:{password}");
        stream.write_all(&[1, 0]).await?;
    }
    let mut request = [0; 4];
    stream.read_exact(&mut request).await?;
    let host = match request[3] {
        1 => std::net::Ipv4Addr::from(stream.read_u32().await?).to_string(),
        4 => std::net::Ipv6Addr::from(stream.read_u128().await?).to_string(),
        _ => text(&mut stream).await?,
    };
    let port = stream.read_u16().await?;
    log.add(format!("socks {host}:{port} as {who}"));
    let mut upstream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 0]).await?;
    copy_bidirectional(&mut stream, &mut upstream).await.map(drop)
}

/// Bytes after one that says how many.
async fn text(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut bytes = vec![0; usize::from(stream.read_u8().await?)];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes.into_iter().map(char::from).collect())
}
