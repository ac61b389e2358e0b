//! What runs in pods to show what arrives: `echo_server 8080 8443+tls` answers at each port.
//!
//! | path | answer |
//! |---|---|
//! | `/count` | how many bytes the body had |
//! | `/mirror` | the body, while it arrives |
//! | `/zeros/N` | so many bytes |
//! | `/status/N` | an empty answer of that status, or `the target's own N` |
//! | `/moved` | 302 to `/elsewhere` |
//! | `/ws` | after the handshake of WebSocket, each byte as it came |
//! | anything else | method, path and query, and the headers, a line each |

use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;

use base64::Engine;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::header::{
    CONNECTION, CONTENT_LENGTH, LOCATION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    UPGRADE,
};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

type Fault = Box<dyn Error + Send + Sync>;
type Body = BoxBody<Bytes, Fault>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Fault> {
    let mut all = tokio::task::JoinSet::new();
    for argument in std::env::args().skip(1) {
        let (port, tls) = match argument.strip_suffix("+tls") {
            Some(port) => (port.parse::<u16>()?, Some(acceptor()?)),
            None => (argument.parse::<u16>()?, None),
        };
        let listener = TcpListener::bind(("0.0.0.0", port)).await?;
        all.spawn(serve(listener, tls));
    }
    println!("ready");
    all.join_all().await;
    Ok(())
}

async fn serve(listener: TcpListener, tls: Option<TlsAcceptor>) {
    while let Ok((stream, _)) = listener.accept().await {
        let tls = tls.clone();
        tokio::spawn(async move {
            match tls {
                None => connection(stream).await,
                Some(tls) => match tls.accept(stream).await {
                    Ok(stream) => connection(stream).await,
                    Err(error) => eprintln!("{error}"),
                },
            }
        });
    }
}

async fn connection(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
    let http = hyper::server::conn::http1::Builder::new();
    let service = service_fn(|request| async { Ok::<_, Infallible>(answer(request).await) });
    if let Err(error) = http.serve_connection(TokioIo::new(stream), service).with_upgrades().await {
        eprintln!("{error}");
    }
}

async fn answer(request: Request<Incoming>) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let number = |text: &str| text.parse::<usize>().unwrap_or(0);
    match path.split('/').skip(1).collect::<Vec<_>>().as_slice() {
        ["count"] => text(StatusCode::OK, format!("{}\n", count(request.into_body()).await)),
        ["mirror"] => Response::new(request.into_body().map_err(Into::into).boxed()),
        ["zeros", count] => zeros(number(count)),
        ["status", code] => {
            let status = StatusCode::from_bytes(code.as_bytes()).unwrap_or(StatusCode::BAD_REQUEST);
            text(status, format!("the target's own {code}\n"))
        }
        ["moved"] => {
            let mut answer = text(StatusCode::FOUND, String::new());
            answer.headers_mut().insert(LOCATION, hyper::header::HeaderValue::from_static("/elsewhere"));
            answer
        }
        ["ws"] => web_socket(request),
        _ => text(StatusCode::OK, shown(&request)),
    }
}

fn text(status: StatusCode, text: String) -> Response<Body> {
    let mut answer = Response::new(Full::new(Bytes::from(text)).map_err(|never| match never {}).boxed());
    *answer.status_mut() = status;
    answer
}

/// What arrived.
fn shown(request: &Request<Incoming>) -> String {
    let mut lines: Vec<String> = request
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    lines.sort();
    format!("{} {}\n{}\n", request.method(), request.uri(), lines.join("\n"))
}

async fn count(mut body: Incoming) -> usize {
    let mut count = 0;
    while let Some(Ok(frame)) = body.frame().await {
        count += frame.data_ref().map_or(0, Bytes::len);
    }
    count
}

fn zeros(count: usize) -> Response<Body> {
    const PIECE: usize = 64 << 10;
    let piece = Bytes::from(vec![0; PIECE]);
    let sizes = (0..count).step_by(PIECE).map(move |at| PIECE.min(count - at));
    let frames = sizes.map(move |size| Ok(Frame::data(piece.slice(..size))));
    let mut answer = Response::new(StreamBody::new(futures_util::stream::iter(frames)).boxed());
    answer.headers_mut().insert(CONTENT_LENGTH, count.into());
    answer
}

/// Changes the protocol, and gives back each byte: whoever asks sees its own frames.
fn web_socket(mut request: Request<Incoming>) -> Response<Body> {
    let Some(key) = request.headers().get(SEC_WEBSOCKET_KEY).cloned() else {
        return text(StatusCode::BAD_REQUEST, "WebSocket alone\n".to_owned());
    };
    let mut answer = text(StatusCode::SWITCHING_PROTOCOLS, String::new());
    let headers = answer.headers_mut();
    if let Some(protocol) = request.headers().get(SEC_WEBSOCKET_PROTOCOL)
        && let Some(first) = protocol.to_str().ok().and_then(|it| it.split(',').next())
        && let Ok(first) = first.parse()
    {
        headers.insert(SEC_WEBSOCKET_PROTOCOL, first);
    }
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let Ok(stream) = upgraded.await else { return };
        let (mut read, mut write) = tokio::io::split(TokioIo::new(stream));
        // Whoever leaves has seen all that was sent back.
        let _ = tokio::io::copy(&mut read, &mut write).await;
    });
    headers.insert(CONNECTION, hyper::header::HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, hyper::header::HeaderValue::from_static("websocket"));
    if let Ok(accept) = accepted(key.as_bytes()).parse() {
        headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    }
    answer
}

/// The answer to a key (RFC 6455, 4.2.2).
fn accepted(key: &[u8]) -> String {
    let text = [key, b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"].concat();
    let digest = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, &text);
    base64::engine::general_purpose::STANDARD.encode(digest)
}

/// TLS with a certificate that nobody knows: the API server does not look at it.
fn acceptor() -> Result<TlsAcceptor, Fault> {
    let made = rcgen::generate_simple_self_signed(["echo".to_owned()])?;
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der())?;
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
