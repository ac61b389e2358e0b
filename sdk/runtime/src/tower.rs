//! Tower's services and a client's transport, each as the other: a client over anybody's HTTP stack, and anybody's
//! layers around ours. Feature `tower`.
//!
//! Layers here are below everything that the client does: they see each attempt of a call, without its credentials.

mod body;

use std::error::Error as StdError;
use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use kubesdk_core::{BodyStream, BoxFuture, Error, ErrorKind, RequestBody, Transport, UpgradeAnswer};
use tower_service::Service;

pub use body::Body;

use crate::Client;

type BoxError = Box<dyn StdError + Send + Sync>;

/// A client's transport as a service.
#[derive(Clone)]
pub struct TransportService {
    transport: Arc<dyn Transport>,
}

impl TransportService {
    /// The transport of a client, [`kubesdk_core::Client::transport`], as a service.
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        TransportService { transport }
    }
}

impl Service<http::Request<Body>> for TransportService {
    type Response = http::Response<Body>;
    type Error = Error;
    type Future = BoxFuture<'static, Result<Self::Response, Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let answer = self.transport.send(request.map(RequestBody::from));
        Box::pin(async move { Ok(answer.await?.map(Body::from)) })
    }
}

impl fmt::Debug for TransportService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportService").finish_non_exhaustive()
    }
}

/// A service as a transport: `hyper-util`'s client, a mock of `tower-test`, ours with layers around it.
///
/// It is cloned for each call. Requests are in origin form (`/api/v1/pods`): a service that wants a whole URL needs a
/// layer that makes it one. An [`Error`] that comes out of the service stays what it is; any other means that the
/// connection was lost. Waiting is tokio's.
pub struct ServiceTransport<S> {
    service: Mutex<S>,
    upgrades: Option<Arc<dyn Transport>>,
}

impl<S> ServiceTransport<S> {
    /// A service as a transport. It cannot upgrade connections.
    pub fn new(service: S) -> Self {
        ServiceTransport { service: Mutex::new(service), upgrades: None }
    }

    /// The same, whose upgrades go to another transport.
    #[must_use]
    pub fn with_upgrades(mut self, transport: Arc<dyn Transport>) -> Self {
        self.upgrades = Some(transport);
        self
    }
}

impl<S> fmt::Debug for ServiceTransport<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceTransport").finish_non_exhaustive()
    }
}

impl<S, B> Transport for ServiceTransport<S>
where
    S: Service<http::Request<Body>, Response = http::Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<BoxError>,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<BodyStream>, Error>> {
        let mut service = self.service.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Box::pin(async move {
            let lost = |cause: S::Error| ours(cause.into(), ErrorKind::Lost, "the service failed");
            poll_fn(|context| service.poll_ready(context)).await.map_err(lost)?;
            let answer = service.call(request.map(Body::from)).await.map_err(lost)?;
            Ok(answer.map(body::stream))
        })
    }

    fn upgrade(&self, request: http::Request<()>) -> BoxFuture<'static, Result<UpgradeAnswer, Error>> {
        match &self.upgrades {
            Some(transport) => transport.upgrade(request),
            None => {
                let message =
                    format!("{} needs a connection upgrade, which a tower service cannot do", request.uri());
                Box::pin(async move { Err(Error::new(ErrorKind::Request, message)) })
            }
        }
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// An error of a service, which may be one of ours on its way back.
fn ours(cause: BoxError, kind: ErrorKind, what: &str) -> Error {
    match cause.downcast::<Error>() {
        Ok(error) => *error,
        Err(cause) => Error::new(kind, format!("{what}: {cause}")).with_source(cause),
    }
}

impl Client {
    /// The same client with layers around its transport. Upgrades pass them by.
    ///
    /// # Example
    ///
    /// ```
    /// # fn example(client: kubesdk_runtime::Client) {
    /// use kubesdk_runtime::tower::TransportService;
    ///
    /// let client = client.layered(|service: TransportService| {
    ///     // tower::ServiceBuilder::new().concurrency_limit(8).service(service)
    ///     service
    /// });
    /// # }
    /// ```
    #[must_use]
    pub fn layered<S, B>(self, layers: impl FnOnce(TransportService) -> S) -> Self
    where
        S: Service<http::Request<Body>, Response = http::Response<B>> + Clone + Send + 'static,
        S::Future: Send,
        S::Error: Into<BoxError>,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let inner = Arc::clone(self.transport());
        let service = layers(TransportService::new(Arc::clone(&inner)));
        self.map(|it| it.with_transport(ServiceTransport::new(service).with_upgrades(inner)))
    }
}

#[cfg(test)]
mod tests;
