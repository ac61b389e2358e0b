//! One request through the proxy: what comes is looked at, sent, and its answer handed back as it comes.

use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use http::header::{CONNECTION, CONTENT_TYPE, HeaderName, LOCATION};
use http::{HeaderValue, Request, Response, StatusCode, Uri};
use http_body::{Body as _, Frame};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use kubesdk_core::{BodyStream, DuplexStream, Error, ErrorKind, RequestBody, Transport, UpgradeBody};

use super::address::authority;
use super::filter::ProxyFilter;
use super::forwarded::{asks_to_switch, forward, strip};
use super::path::{Asked, Prefix};

/// What all connections share.
pub(super) struct Relay {
    transport: Arc<dyn Transport>,
    prefix: Prefix,
    filter: ProxyFilter,
    failed: Box<dyn Fn(Error) + Send + Sync>,
}

/// The two ends of a connection that changes its protocol once its answer is written.
#[derive(Default)]
pub(super) struct Switched(Mutex<Option<(OnUpgrade, DuplexStream)>>);

impl Switched {
    fn put(&self, caller: OnUpgrade, server: DuplexStream) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((caller, server));
    }

    pub(super) fn take(&self) -> Option<(OnUpgrade, DuplexStream)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Relay {
    pub(super) fn new(
        transport: Arc<dyn Transport>,
        prefix: Prefix,
        filter: ProxyFilter,
        failed: impl Fn(Error) + Send + Sync + 'static,
    ) -> Self {
        Relay { transport, prefix, filter, failed: Box::new(failed) }
    }

    /// The caller's connection broke off, or what came on it is not HTTP.
    pub(super) fn connection_failed(&self, error: hyper::Error) {
        let message = format!("a connection to the proxy broke off: {error}");
        (self.failed)(Error::new(ErrorKind::Body, message).with_source(error));
    }

    pub(super) async fn answer(
        &self,
        mut request: Request<Incoming>,
        peer: Option<IpAddr>,
        switched: &Switched,
    ) -> Result<Response<Body>, Infallible> {
        let query = request.uri().query().map(|it| format!("?{it}")).unwrap_or_default();
        let (path, decoded) = match self.prefix.ask(request.uri().path()) {
            Asked::Pass { path, decoded } => (path, decoded),
            Asked::Moved(path) => return Ok(moved(&format!("{path}{query}"))),
            Asked::Nothing => return Ok(says(StatusCode::NOT_FOUND, "404 page not found")),
        };
        if !self.filter.accepts(request.method().as_str(), &decoded, &authority(&request)) {
            return Ok(says(StatusCode::FORBIDDEN, "Forbidden"));
        }
        let Ok(uri) = format!("{path}{query}").parse::<Uri>() else {
            return Ok(says(StatusCode::BAD_REQUEST, "400 Bad Request"));
        };
        *request.uri_mut() = uri;
        forward(request.headers_mut(), peer);
        let answer = match asks_to_switch(request.headers()) {
            true => self.switch(request, switched).await,
            false => self.send(request).await,
        };
        Ok(answer.unwrap_or_else(|error| {
            let answer = says(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string());
            (self.failed)(error);
            answer
        }))
    }

    async fn send(&self, mut request: Request<Incoming>) -> Result<Response<Body>, Error> {
        strip(request.headers_mut());
        let (head, body) = request.into_parts();
        let body = match body.is_end_stream() {
            true => RequestBody::Bytes(Bytes::new()),
            false => RequestBody::Stream(Box::pin(Arriving(body))),
        };
        let mut answer = self.transport.send(Request::from_parts(head, body)).await?;
        strip(answer.headers_mut());
        Ok(answer.map(Body::Stream))
    }

    async fn switch(
        &self,
        mut request: Request<Incoming>,
        switched: &Switched,
    ) -> Result<Response<Body>, Error> {
        let caller = hyper::upgrade::on(&mut request);
        request.headers_mut().insert(CONNECTION, HeaderValue::from_static("Upgrade"));
        let (mut head, body) = self.transport.upgrade(request.map(|_| ())).await?.into_parts();
        match body {
            UpgradeBody::Switched(server) => {
                switched.put(caller, server);
                Ok(Response::from_parts(head, Body::Text(Bytes::new())))
            }
            UpgradeBody::Refused(body) if head.status.as_u16() >= 400 => {
                strip(&mut head.headers);
                Ok(Response::from_parts(head, Body::Stream(body)))
            }
            UpgradeBody::Refused(_) => {
                let message = format!("invalid upgrade response: status code {}", head.status.as_u16());
                Err(Error::new(ErrorKind::Protocol, message))
            }
        }
    }
}

/// What the proxy says itself, as Go's servers say it.
fn says(status: StatusCode, text: &str) -> Response<Body> {
    let mut answer = Response::new(Body::Text(format!("{text}\n").into()));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    let no_sniff = HeaderName::from_static("x-content-type-options");
    answer.headers_mut().insert(no_sniff, HeaderValue::from_static("nosniff"));
    answer
}

fn moved(to: &str) -> Response<Body> {
    match HeaderValue::from_str(to) {
        Ok(to) => {
            let mut answer = Response::new(Body::Text(Bytes::new()));
            *answer.status_mut() = StatusCode::TEMPORARY_REDIRECT;
            answer.headers_mut().insert(LOCATION, to);
            answer
        }
        Err(_) => says(StatusCode::NOT_FOUND, "404 page not found"),
    }
}

/// The body of an answer.
pub(super) enum Body {
    /// Nothing once it was taken.
    Text(Bytes),
    Stream(BodyStream),
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        match &mut *self {
            Body::Text(text) if text.is_empty() => Poll::Ready(None),
            Body::Text(text) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(text))))),
            Body::Stream(stream) => stream.as_mut().poll_next(context).map_ok(Frame::data),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Body::Text(text) if text.is_empty())
    }

    fn size_hint(&self) -> http_body::SizeHint {
        match self {
            Body::Text(text) => http_body::SizeHint::with_exact(text.len() as u64),
            Body::Stream(_) => http_body::SizeHint::default(),
        }
    }
}

/// The body of a request, trailers left out.
struct Arriving(Incoming);

impl Stream for Arriving {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match ready!(Pin::new(&mut self.0).poll_frame(context)) {
                Some(Ok(frame)) => {
                    if let Ok(piece) = frame.into_data() {
                        return Poll::Ready(Some(Ok(piece)));
                    }
                }
                Some(Err(cause)) => {
                    let message = format!("the caller's body broke off: {cause}");
                    return Poll::Ready(Some(Err(Error::new(ErrorKind::Body, message).with_source(cause))));
                }
                None => return Poll::Ready(None),
            }
        }
    }
}
