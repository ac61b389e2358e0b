//! The API server at a local address, as `kubectl proxy` has it there: who connects speaks plain HTTP and is the user of
//! the client, so that programs without TLS or credentials reach it. Feature `proxy`.

mod address;
mod filter;
mod forwarded;
mod path;
mod pump;
mod relay;
#[cfg(unix)]
mod socket;
#[cfg(test)]
mod tests;

use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr};
#[cfg(unix)]
use std::path::Path;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use kubesdk_core::{Client, Error, ErrorKind, Transport};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

pub use filter::ProxyFilter;
use path::Prefix;
use relay::Relay;

/// Serves an API server's paths at a local address, with the client's credentials, to whoever reaches that address: it
/// should be one of the loopback.
///
/// What is sent and answered passes as it comes, streams and changes of protocol too: nothing is sent again, no answer is
/// an error. The [`ProxyFilter`] says what is refused; its defaults, `kubectl proxy`'s own, keep pages of browsers and
/// commands in containers out. As kubectl does, it adds `X-Forwarded-For` and no other header, and answers 403 to what
/// the filter refuses, 404 to what is not below [`api_prefix`](Self::api_prefix), 500 where the API server cannot be
/// reached. Where the server of the configuration has a base path, that is put before each path
/// (`--append-server-path`).
///
/// # Example
///
/// ```no_run
/// # async fn example(client: kubesdk_runtime::Client) -> Result<(), kubesdk_runtime::Error> {
/// use kubesdk_runtime::ProxyServer;
///
/// // Port 0 takes one that is free.
/// let server = ProxyServer::bind(&client, ([127, 0, 0, 1], 0).into()).await?;
/// println!("Starting to serve on {}", server.address());
/// server.serve(|error| eprintln!("{error}")).await
/// # }
/// ```
#[derive(Debug)]
pub struct ProxyServer {
    listener: Listener,
    address: String,
    local: Option<SocketAddr>,
    client: Client,
    prefix: Prefix,
    filter: ProxyFilter,
}

#[derive(Debug)]
enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(socket::Socket),
}

impl ProxyServer {
    /// Listens at an address. Nothing is asked of the API server yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] when the address cannot be listened at.
    pub async fn bind(client: &Client, address: SocketAddr) -> Result<Self, Error> {
        let fault = |error: io::Error| {
            let message = format!("cannot listen at {address}: {error}; choose another port, or 0 for any");
            Error::new(ErrorKind::Config, message).with_source(error)
        };
        let listener = TcpListener::bind(address).await.map_err(fault)?;
        let local = listener.local_addr().map_err(fault)?;
        Ok(ProxyServer::new(client, Listener::Tcp(listener), local.to_string(), Some(local)))
    }

    /// Listens at a Unix socket that its owner alone can open. A socket that is there already is replaced; the file goes
    /// with the server.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] when there is something else at the path, or the socket cannot be made.
    #[cfg(unix)]
    pub async fn bind_unix(client: &Client, path: impl AsRef<Path>) -> Result<Self, Error> {
        let socket = socket::Socket::bind(path.as_ref())?;
        let address = path.as_ref().display().to_string();
        Ok(ProxyServer::new(client, Listener::Unix(socket), address, None))
    }

    fn new(client: &Client, listener: Listener, address: String, local: Option<SocketAddr>) -> Self {
        let (prefix, filter) = (Prefix::new("/"), ProxyFilter::default());
        ProxyServer { listener, address, local, client: client.clone(), prefix, filter }
    }

    /// Serves the API below this prefix, `/` by default. By kubectl's rule a prefix that begins with `/api` chooses what
    /// is served and stays in the path (`/api/` serves the core group alone); any other is taken off: with `/custom/`
    /// pods are at `/custom/api/v1/pods`.
    #[must_use]
    pub fn api_prefix(mut self, prefix: &str) -> Self {
        self.prefix = Prefix::new(prefix);
        self
    }

    /// What is refused; [`ProxyFilter::default`] by default.
    #[must_use]
    pub fn filter(mut self, filter: ProxyFilter) -> Self {
        self.filter = filter;
        self
    }

    /// Where it listens, with the port that was chosen; the path of a Unix socket.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The same as an address; nothing for a Unix socket.
    pub fn local_addr(&self) -> Option<SocketAddr> {
        self.local
    }

    /// Serves until it is dropped, and all connections end with it. `failed` hears why a connection or a call came to
    /// nothing; the others go on.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] when nothing can be accepted any more.
    pub async fn serve(self, failed: impl Fn(Error) + Send + Sync + 'static) -> Result<(), Error> {
        let transport: &Arc<dyn Transport> = self.client.transport();
        let relay = Arc::new(Relay::new(Arc::clone(transport), self.prefix, self.filter, failed));
        let mut connections = JoinSet::new();
        loop {
            let accepted = poll_fn(|context| {
                while let Poll::Ready(Some(_)) = connections.poll_join_next(context) {}
                self.listener.poll_accept(context)
            });
            let accepted = accepted.await.map_err(|error| {
                Error::new(ErrorKind::Config, format!("{} accepts no more: {error}", self.address))
            })?;
            let relay = Arc::clone(&relay);
            match accepted {
                Accepted::Tcp(stream, peer) => connections.spawn(connection(relay, stream, Some(peer))),
                #[cfg(unix)]
                Accepted::Unix(stream) => connections.spawn(connection(relay, stream, None)),
            };
        }
    }
}

/// A connection that was accepted.
enum Accepted {
    Tcp(tokio::net::TcpStream, IpAddr),
    #[cfg(unix)]
    Unix(tokio::net::UnixStream),
}

impl Listener {
    fn poll_accept(&self, context: &mut Context<'_>) -> Poll<io::Result<Accepted>> {
        match self {
            Listener::Tcp(listener) => {
                listener.poll_accept(context).map_ok(|(stream, peer)| Accepted::Tcp(stream, peer.ip()))
            }
            #[cfg(unix)]
            Listener::Unix(socket) => socket.poll_accept(context).map_ok(Accepted::Unix),
        }
    }
}

/// One connection to its end, also as what it may change to.
async fn connection<S>(relay: Arc<Relay>, stream: S, peer: Option<IpAddr>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let switched = relay::Switched::default();
    let service = service_fn(|request| relay.answer(request, peer, &switched));
    let serving = http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades();
    if let Err(error) = serving.await {
        relay.connection_failed(error);
    }
    if let Some((caller, server)) = switched.take() {
        pump::pump(caller, server).await;
    }
}
