//! `reqwest` clients for the TLS set-up that is valid: made when it changes, while whoever reads from a connection of
//! the earlier one goes on.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kubesdk_core::{Error, ErrorKind};

use super::TransportOptions;
use super::pool::{Permit, Pool};
use super::target::Resolver;
use crate::tls::TlsSetup;

/// How much of an answer may wait for its reader, in bytes (`golang.org/x/net/http2`, `transportDefaultStreamFlow`).
const STREAM_WINDOW: u32 = 4 << 20;
/// The same for all answers of a connection (`transportDefaultConnFlow`).
const CONNECTION_WINDOW: u32 = 1 << 30;

pub(super) struct Clients {
    way: Way,
    current: Mutex<Current>,
}

/// How the server is reached.
pub(super) struct Way {
    pub(super) options: TransportOptions,
    pub(super) proxy: Option<reqwest::Proxy>,
    pub(super) resolver: Option<Arc<Resolver>>,
}

struct Current {
    tls: Arc<TlsSetup>,
    pool: Pool<reqwest::Client>,
    /// For upgrades, made when the first is asked for.
    upgrades: Option<reqwest::Client>,
}

impl Clients {
    pub(super) fn new(tls: Arc<TlsSetup>, way: Way) -> Result<Self, Error> {
        // What cannot be set up is an error of the configuration, not of the first call.
        let pool = Pool::new(way.options.streams_per_connection, way.client(&tls)?);
        let current = Mutex::new(Current { tls, pool, upgrades: None });
        Ok(Clients { way, current })
    }

    /// A client whose connection has room for another stream.
    pub(super) fn stream(&self, tls: &Arc<TlsSetup>) -> Result<(reqwest::Client, Permit), Error> {
        let mut current = self.current(tls)?;
        current.pool.take(|| self.way.client(tls))
    }

    /// A client of HTTP/1.1, the version that can change to another protocol.
    pub(super) fn upgrade(&self, tls: &Arc<TlsSetup>) -> Result<reqwest::Client, Error> {
        let mut current = self.current(tls)?;
        if let Some(client) = &current.upgrades {
            return Ok(client.clone());
        }
        let client = self.way.http1_client(tls)?;
        current.upgrades = Some(client.clone());
        Ok(client)
    }

    fn current(&self, tls: &Arc<TlsSetup>) -> Result<MutexGuard<'_, Current>, Error> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        // A request that was prepared before the change and comes late must not bring the earlier set-up back.
        if current.tls.generation < tls.generation {
            let pool = Pool::new(self.way.options.streams_per_connection, self.way.client(tls)?);
            *current = Current { tls: Arc::clone(tls), pool, upgrades: None };
        }
        Ok(current)
    }
}

impl Way {
    fn client(&self, tls: &TlsSetup) -> Result<reqwest::Client, Error> {
        match self.options.http1_only {
            true => self.http1_client(tls),
            false => build(self.builder(), tls.config.clone()),
        }
    }

    fn http1_client(&self, tls: &TlsSetup) -> Result<reqwest::Client, Error> {
        let mut config = tls.config.clone();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        build(self.builder().http1_only(), config)
    }

    fn builder(&self) -> reqwest::ClientBuilder {
        let options = &self.options;
        let mut builder = reqwest::Client::builder()
            .connect_timeout(options.connect_timeout)
            // A redirect must not carry credentials to another host: it is an answer like any other.
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            // The one layer that makes calls again is core's.
            .retry(reqwest::retry::never())
            // What nobody reads must not keep other streams of the connection waiting: each has a window of its own, and
            // that of the connection is never the limit, as with Go's client.
            .http2_initial_stream_window_size(STREAM_WINDOW)
            .http2_initial_connection_window_size(CONNECTION_WINDOW)
            // The environment's proxies are read by Go's rules, in `proxy`.
            .no_proxy();
        builder = match options.ping_interval {
            // TCP counts in seconds, and finds a peer dead after as long as HTTP/2 does.
            Some(interval) => builder
                .http2_keep_alive_interval(interval)
                .http2_keep_alive_timeout(options.ping_timeout)
                .http2_keep_alive_while_idle(true)
                .tcp_keepalive(interval)
                .tcp_keepalive_interval(options.ping_timeout / 3)
                .tcp_keepalive_retries(3),
            None => builder.tcp_keepalive(None),
        };
        #[cfg(target_os = "linux")]
        {
            builder = builder.tcp_user_timeout(options.ping_interval.map(|it| it + options.ping_timeout));
        }
        if let Some(resolver) = &self.resolver {
            builder = builder.dns_resolver(Arc::clone(resolver));
        }
        match &self.proxy {
            Some(proxy) => builder.proxy(proxy.clone()),
            None => builder,
        }
    }
}

fn build(builder: reqwest::ClientBuilder, config: rustls::ClientConfig) -> Result<reqwest::Client, Error> {
    builder.tls_backend_preconfigured(config).build().map_err(|cause| {
        Error::new(ErrorKind::Config, "the HTTP client cannot be set up").with_source(cause.without_url())
    })
}
