//! What a client needs of whatever carries its requests: three calls.

use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use futures_io::{AsyncRead, AsyncWrite};

use crate::{Error, ErrorKind};

/// A future on the heap.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A body as it arrives, or as it is sent.
pub type BodyStream = Pin<Box<dyn Stream<Item = Result<Bytes, Error>> + Send>>;

/// The body of a request.
pub enum RequestBody {
    /// All of it; empty for none.
    Bytes(Bytes),
    /// Piece by piece, of a length that nobody knows yet.
    Stream(BodyStream),
}

impl From<Bytes> for RequestBody {
    fn from(bytes: Bytes) -> Self {
        RequestBody::Bytes(bytes)
    }
}

/// A connection that carries bytes both ways. The traits are those of `futures-io`: they are small, belong to no
/// runtime, and `tokio-util` and others turn them into a runtime's own.
pub trait Duplex: AsyncRead + AsyncWrite + Send {}

impl<T: AsyncRead + AsyncWrite + Send> Duplex for T {}

/// A connection that changed its protocol, as a stream of bytes both ways.
pub type DuplexStream = Pin<Box<dyn Duplex>>;

/// What came of asking for another protocol.
pub enum UpgradeBody {
    /// The connection, from here on the caller's (101).
    Switched(DuplexStream),
    /// The body of an answer that did not change the protocol.
    Refused(BodyStream),
}

/// The answer to [`Transport::upgrade`].
pub type UpgradeAnswer = http::Response<UpgradeBody>;

/// Carries requests to an API server: `reqwest` in `kubesdk-runtime`, a script in tests, anybody's own.
///
/// Requests come in origin form (`/api/v1/pods?limit=1`). What the server is, how it is trusted and who asks is the
/// transport's business; deadlines, calls made again and all that is told about calls are the client's.
pub trait Transport: Send + Sync + 'static {
    /// Sends a request and gives the answer once its head is here. Answers that are no success are answers; an error
    /// means that there was none. Its kind says how far the request came:
    /// [`Connect`](ErrorKind::Connect) and [`Error::unprocessed`] are promises that the server did not act on it.
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<BodyStream>, Error>>;

    /// Sends a request that asks for another protocol, on a connection of its own.
    fn upgrade(&self, request: http::Request<()>) -> BoxFuture<'static, Result<UpgradeAnswer, Error>> {
        let message = format!("{} needs a connection upgrade, which this transport cannot do", request.uri());
        Box::pin(async move { Err(Error::new(ErrorKind::Request, message)) })
    }

    /// Waits.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}
