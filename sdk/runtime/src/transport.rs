//! Requests over HTTP. This file and its folder are the only ones that name `reqwest`.

mod fetch;

use std::error::Error as StdError;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::header::USER_AGENT;
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use kubesdk_core::{BodyStream, BoxFuture, Error, ErrorKind, Transport};

use self::fetch::Fetcher;
use crate::Config;
use crate::auth::{Access, Prepared};
use crate::tls::{self, TlsSetup};

/// How long a connection may take to come about, as client-go's dialer allows.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
/// A connection that says nothing for so long is asked whether it lives, as client-go does
/// (`HTTP2_READ_IDLE_TIMEOUT_SECONDS`)...
const PING_INTERVAL: Duration = Duration::from_secs(30);
/// ... and given up after so much silence (`HTTP2_PING_TIMEOUT_SECONDS`).
const PING_TIMEOUT: Duration = Duration::from_secs(15);

/// A server reached over HTTP.
pub(crate) struct Http {
    inner: Arc<Inner>,
}

struct Inner {
    server: Arc<str>,
    access: Access,
    user_agent: HeaderValue,
    proxy: Option<reqwest::Proxy>,
    /// The generation of the TLS set-up and the client that was made for it.
    client: Mutex<(u64, reqwest::Client)>,
}

impl Http {
    pub(crate) fn new(config: Config) -> Result<Self, Error> {
        let access = Access::open(&config, Arc::new(Fetcher))?;
        let proxy = config.proxy_url.as_ref().map(|url| proxy(url.expose())).transpose()?;
        let tls = access.tls();
        let client = Mutex::new((tls.generation, client(&tls, proxy.as_ref())?));
        let inner = Inner { server: config.server.into(), access, user_agent: user_agent()?, proxy, client };
        Ok(Http { inner: Arc::new(inner) })
    }
}

fn client(tls: &TlsSetup, proxy: Option<&reqwest::Proxy>) -> Result<reqwest::Client, Error> {
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls.config.clone())
        .connect_timeout(CONNECT_TIMEOUT)
        .http2_keep_alive_interval(PING_INTERVAL)
        .http2_keep_alive_timeout(PING_TIMEOUT)
        .http2_keep_alive_while_idle(true)
        // A redirect must not carry credentials to another host: it is an answer like any other.
        .redirect(reqwest::redirect::Policy::none())
        .referer(false);
    if let Some(proxy) = proxy {
        // Giving a proxy turns those of the environment off.
        builder = builder.proxy(proxy.clone());
    }
    builder.build().map_err(|cause| {
        Error::new(ErrorKind::Config, "the HTTP client cannot be set up").with_source(cause.without_url())
    })
}

fn user_agent() -> Result<HeaderValue, Error> {
    let (version, os, arch) = (env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
    HeaderValue::try_from(format!("kubesdk/{version} ({os}/{arch})")).map_err(|cause| {
        Error::new(ErrorKind::Config, "the user agent is no header value").with_source(cause)
    })
}

/// The proxy of a `proxy-url`. The URL may hold a password: no error shows it.
fn proxy(url: &str) -> Result<reqwest::Proxy, Error> {
    let refused = |why: &str| Error::new(ErrorKind::Config, format!("proxy-url {why}"));
    match url.split_once("://").map(|it| it.0) {
        Some("http" | "https") => {}
        Some(scheme) if scheme.starts_with("socks5") => {
            return Err(refused(
                "names a SOCKS proxy, which is not supported yet; use an http or https proxy",
            ));
        }
        _ => return Err(refused("must begin with http:// or https://")),
    }
    reqwest::Proxy::all(url).map_err(|_| refused("is not a URL; write it as http://HOST:PORT"))
}

impl Transport for Http {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'static, Result<http::Response<BodyStream>, Error>> {
        let inner = Arc::clone(&self.inner);
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let (prepared, response) = inner.ask(&head, &body).await?;
            let response = match response.status() {
                StatusCode::UNAUTHORIZED if inner.access.unauthorized(&prepared).await => {
                    inner.ask(&head, &body).await?.1
                }
                _ => response,
            };
            let mut answer = http::Response::new(());
            *answer.status_mut() = response.status();
            *answer.version_mut() = response.version();
            *answer.headers_mut() = response.headers().clone();
            let (chunks, server) = (Box::pin(response.bytes_stream()), Arc::clone(&inner.server));
            let body: BodyStream = Box::pin(Body { chunks, server });
            Ok(answer.map(|()| body))
        })
    }
}

impl Inner {
    /// Sends a request once.
    async fn ask(&self, head: &Parts, body: &Bytes) -> Result<(Prepared, reqwest::Response), Error> {
        let mut headers = head.headers.clone();
        let prepared = self.access.prepare(&mut headers).await?;
        headers.entry(USER_AGENT).or_insert_with(|| self.user_agent.clone());
        let (server, path) = (&self.server, head.uri.path_and_query().map_or("/", |it| it.as_str()));
        let client = self.client(&prepared.tls)?;
        let mut call = client.request(head.method.clone(), format!("{server}{path}")).headers(headers);
        if !body.is_empty() {
            call = call.body(body.clone());
        }
        let response = call.send().await.map_err(|cause| describe(cause, server))?;
        Ok((prepared, response))
    }

    /// The client for a TLS set-up. Connections of an earlier one stay with whoever reads from them.
    fn client(&self, tls: &TlsSetup) -> Result<reqwest::Client, Error> {
        let mut current = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if current.0 != tls.generation {
            *current = (tls.generation, client(tls, self.proxy.as_ref())?);
        }
        Ok(current.1.clone())
    }
}

type Chunks = Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send>>;

/// The body of an answer, its errors being ours.
struct Body {
    chunks: Chunks,
    server: Arc<str>,
}

impl Stream for Body {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let polled = self.chunks.as_mut().poll_next(context);
        polled.map(|chunk| chunk.map(|chunk| chunk.map_err(|cause| broken_off(cause, &self.server))))
    }
}

fn broken_off(cause: reqwest::Error, server: &str) -> Error {
    let cause = cause.without_url();
    if cause.is_timeout() {
        let message = format!("the server {} fell silent in the middle of an answer", authority(server));
        return Error::new(ErrorKind::Timeout, message).with_source(cause);
    }
    let message = format!("the answer of the server {} broke off: {}", authority(server), root(&cause));
    Error::new(ErrorKind::Body, message).with_source(cause)
}

/// Words for a request that brought no answer, as kubectl's where kubectl has some.
fn describe(cause: reqwest::Error, server: &str) -> Error {
    let cause = cause.without_url();
    let at = authority(server);
    let (kind, message) = if cause.is_timeout() {
        (
            ErrorKind::Timeout,
            format!("the server {at} did not answer in time; check that it is reachable from here"),
        )
    } else if let Some(tls) = find_tls(&cause) {
        (ErrorKind::Connect, tls::explain(tls, at))
    } else if refused(&cause) {
        let question = "did you specify the right host or port?";
        (ErrorKind::Connect, format!("The connection to the server {at} was refused - {question}"))
    } else if cause.is_connect() {
        (ErrorKind::Connect, format!("Unable to connect to the server {at}: {}", root(&cause)))
    } else if cause.is_builder() {
        (ErrorKind::Request, format!("the request to the server {at} is not valid: {}", root(&cause)))
    } else {
        (ErrorKind::Connect, format!("the connection to the server {at} was lost: {}", root(&cause)))
    };
    Error::new(kind, message).with_source(cause)
}

/// Host and port of a server's URL.
fn authority(server: &str) -> &str {
    let rest = server.split_once("://").map_or(server, |it| it.1);
    rest.split_once('/').map_or(rest, |it| it.0)
}

fn chain<'a>(error: &'a reqwest::Error) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    let first: &'a (dyn StdError + 'static) = error;
    std::iter::successors(Some(first), |it: &&'a (dyn StdError + 'static)| (**it).source())
}

/// The innermost cause, which is the one that says something.
fn root(error: &reqwest::Error) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}

fn refused(error: &reqwest::Error) -> bool {
    let mut causes = chain(error).filter_map(|it| it.downcast_ref::<io::Error>());
    causes.any(|it| it.kind() == io::ErrorKind::ConnectionRefused)
}

/// The TLS error inside: `io::Error` hides what it wraps from `source`, and may wrap another.
fn find_tls(error: &reqwest::Error) -> Option<&rustls::Error> {
    chain(error).find_map(|it| {
        let mut inner = it;
        while let Some(wrapped) = inner.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            inner = wrapped;
        }
        inner.downcast_ref::<rustls::Error>()
    })
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::Client;

    /// A server on the loopback interface that gives one answer; what it was asked comes back.
    async fn serve(answer: &'static str) -> (String, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = Vec::new();
            while !asked.ends_with(b"\r\n\r\n") && !asked.starts_with(&[0x16]) {
                let mut some = [0; 1024];
                let length = stream.read(&mut some).await.unwrap();
                asked.extend_from_slice(&some[..length]);
            }
            stream.write_all(answer.as_bytes()).await.unwrap();
            String::from_utf8_lossy(&asked).to_ascii_lowercase()
        });
        (address.to_string(), asked)
    }

    fn client(server: &str) -> Client {
        let mut config = Config::new(server).unwrap().with_token("hunter2");
        config.trust = crate::tls::Trust::Anybody;
        Client::from_config(config).unwrap()
    }

    async fn get(client: &Client) -> Result<Bytes, Error> {
        let request = kubesdk_core::Request::new(http::Method::GET, &["/api/v1/pods"]).unwrap();
        client.bytes(request.query("limit", "1")).await
    }

    #[tokio::test]
    async fn a_request_carries_base_path_token_and_user_agent() {
        let (address, asked) = serve("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
        assert_eq!(get(&client(&format!("http://{address}/base/"))).await.unwrap(), "{}");
        let asked = asked.await.unwrap();
        assert!(asked.starts_with("get /base/api/v1/pods?limit=1 http/1.1\r\n"), "{asked}");
        assert!(asked.contains("authorization: bearer hunter2\r\n"), "{asked}");
        assert!(asked.contains(&format!("user-agent: kubesdk/{} (", env!("CARGO_PKG_VERSION"))), "{asked}");
        assert!(!asked.contains("accept-encoding"), "{asked}");
    }

    #[tokio::test]
    async fn redirects_are_answers() {
        let answer = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
        let (address, _asked) = serve(answer).await;
        assert_eq!(get(&client(&format!("http://{address}"))).await.unwrap_err().code(), Some(302));
    }

    #[tokio::test]
    async fn a_refused_connection_is_worded_as_kubectl_words_it() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let error = get(&client(&format!("https://{address}"))).await.unwrap_err();
        let expected = format!(
            "The connection to the server {address} was refused - did you specify the right host or port?"
        );
        assert_eq!((error.kind(), error.to_string()), (ErrorKind::Connect, expected));
    }

    #[tokio::test]
    async fn what_goes_wrong_on_the_way_is_told() {
        let (address, _asked) = serve("HTTP/1.1 400 Bad Request\r\n\r\n").await;
        let error = get(&client(&format!("https://{address}"))).await.unwrap_err();
        assert!(error.to_string().contains("does not speak TLS"), "{error}");
        let (address, _asked) = serve("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}").await;
        let error = get(&client(&format!("http://{address}"))).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Body);
        assert!(
            error.to_string().contains(&format!("the answer of the server {address} broke off")),
            "{error}"
        );
        assert!(!format!("{error:?}").contains("hunter2"));
    }

    #[test]
    fn proxies_are_checked_without_being_shown() {
        let check = |url: &str, expected: &str| {
            let error = proxy(url).unwrap_err();
            assert!(
                error.to_string().contains(expected) && !error.to_string().contains("hunter2"),
                "{error}"
            );
        };
        check("socks5://a:hunter2@p:1", "SOCKS proxy, which is not supported yet");
        check("p:1", "must begin with http:// or https://");
        check("http://", "is not a URL");
        assert!(proxy("http://a:hunter2@p:1").is_ok());
    }

    #[test]
    fn the_authority_of_a_url() {
        assert_eq!(authority("https://h:6443/base"), "h:6443");
        assert_eq!(authority("http://[::1]:1"), "[::1]:1");
    }
}
