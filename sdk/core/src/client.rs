//! A cheap handle over whatever carries requests to an API server: every call goes through here.

mod body;
mod budget;
mod call;
mod metrics;
mod race;
mod rate_limit;
mod raw;
mod retries;
pub(crate) mod retry_after;
mod settings;
#[cfg(test)]
pub(crate) mod tests;
mod trace;
mod transport;
mod warnings;

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

pub(crate) use body::next_chunk;
pub use metrics::Metrics;
pub use raw::RawCall;
pub use retries::Retries;
pub(crate) use retries::random;
pub use transport::{
    BodyStream, BoxFuture, Duplex, DuplexStream, RequestBody, Transport, UpgradeAnswer, UpgradeBody,
};
pub use warnings::{LogWarnings, Warning, WarningHandler};

use settings::Settings;

use crate::{Error, Request, Str};

/// An API server to talk to. Clones share everything.
///
/// Every call, generated or raw, is made again where that is safe ([`Retries`]), ends at its deadline
/// ([`with_timeout`](Self::with_timeout)), and is told to the handler of warnings, to `tracing` (a span of the level
/// `DEBUG` that closes when the answer's body ends or is dropped) and to [`Metrics`]. All of that is done here, around
/// any [`Transport`].
#[derive(Clone)]
pub struct Client {
    transport: Arc<dyn Transport>,
    settings: Arc<Settings>,
    default_namespace: Str,
}

impl Client {
    /// A client over a transport.
    pub fn new(transport: impl Transport) -> Self {
        let settings = Arc::new(Settings::default());
        Client { transport: Arc::new(transport), settings, default_namespace: "default".into() }
    }

    /// The same client with another default namespace.
    #[must_use]
    pub fn with_default_namespace(mut self, namespace: impl Into<Str>) -> Self {
        self.default_namespace = namespace.into();
        self
    }

    /// The namespace that the configuration names, `default` if it names none.
    pub fn default_namespace(&self) -> &str {
        &self.default_namespace
    }

    /// The same client over another transport: its settings, its namespace, other connections.
    #[must_use]
    pub fn with_transport(mut self, transport: impl Transport) -> Self {
        self.transport = Arc::new(transport);
        self
    }

    /// What carries the requests.
    pub fn transport(&self) -> &Arc<dyn Transport> {
        &self.transport
    }

    /// Sends a request and gives the answer with its body still arriving.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api) when the answer is no success, with the server's `Status` if it is
    /// one; [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) when the deadline passes; otherwise what the transport
    /// says.
    pub fn send(&self, request: Request) -> BoxFuture<'static, Result<http::Response<BodyStream>, Error>> {
        Box::pin(call::send(self.clone(), request, None))
    }

    /// Sends a request whose body is a stream. A stream cannot be sent twice: such a call is never made again.
    ///
    /// # Errors
    ///
    /// As [`Client::send`].
    pub fn send_stream(
        &self,
        request: Request,
        body: BodyStream,
    ) -> BoxFuture<'static, Result<http::Response<BodyStream>, Error>> {
        Box::pin(call::send(self.clone(), request, Some(body)))
    }

    /// Sends a request and gives the whole body of the answer.
    ///
    /// # Errors
    ///
    /// As [`Client::send`]; [`ErrorKind::Body`](crate::ErrorKind::Body) when the body breaks off.
    pub fn bytes(&self, request: Request) -> BoxFuture<'static, Result<Bytes, Error>> {
        let client = self.clone();
        Box::pin(async move { body::collect(call::send(client, request, None).await?.into_body()).await })
    }

    /// Asks for a change of protocol (`101 Switching Protocols`) and gives the stream of bytes that it makes of the
    /// connection. The headers that name the protocol are the caller's, `Upgrade` above all.
    ///
    /// # Errors
    ///
    /// As [`Client::send`]; an answer other than 101 is an error, with the server's `Status` if it is one.
    pub fn upgrade(
        &self,
        request: Request,
    ) -> BoxFuture<'static, Result<http::Response<DuplexStream>, Error>> {
        Box::pin(call::upgrade(self.clone(), request))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("default_namespace", &self.default_namespace).finish_non_exhaustive()
    }
}
