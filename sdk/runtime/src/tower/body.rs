//! Bodies as tower's world has them (`http-body`), from and to core's.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use http_body::{Frame, SizeHint};
use kubesdk_core::{BodyStream, Error, ErrorKind, RequestBody};

use super::{BoxError, ours};

/// The body of a request or an answer, as an [`http_body::Body`].
pub struct Body {
    kind: Kind,
}

enum Kind {
    /// Nothing once it was taken.
    Bytes(Bytes),
    Stream(BodyStream),
}

impl From<RequestBody> for Body {
    fn from(body: RequestBody) -> Self {
        match body {
            RequestBody::Bytes(bytes) => Body::from(bytes),
            RequestBody::Stream(stream) => Body::from(stream),
        }
    }
}

impl From<Body> for RequestBody {
    fn from(body: Body) -> Self {
        match body.kind {
            Kind::Bytes(bytes) => RequestBody::Bytes(bytes),
            Kind::Stream(stream) => RequestBody::Stream(stream),
        }
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Body { kind: Kind::Bytes(bytes) }
    }
}

impl From<BodyStream> for Body {
    fn from(stream: BodyStream) -> Self {
        Body { kind: Kind::Stream(stream) }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        match &mut self.kind {
            Kind::Bytes(bytes) if bytes.is_empty() => Poll::Ready(None),
            Kind::Bytes(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Kind::Stream(stream) => {
                let chunk = ready!(stream.as_mut().poll_next(context));
                Poll::Ready(chunk.map(|it| it.map(Frame::data)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(&self.kind, Kind::Bytes(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Bytes(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Kind::Stream(_) => SizeHint::default(),
        }
    }
}

/// Any body as a stream, trailers left out.
pub(super) fn stream<B>(body: B) -> BodyStream
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    Box::pin(Frames(Box::pin(body)))
}

struct Frames<B>(Pin<Box<B>>);

impl<B> Stream for Frames<B>
where
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match ready!(self.0.as_mut().poll_frame(context)) {
                Some(Ok(frame)) => {
                    if let Ok(chunk) = frame.into_data() {
                        return Poll::Ready(Some(Ok(chunk)));
                    }
                }
                Some(Err(cause)) => {
                    let error = ours(cause.into(), ErrorKind::Body, "the answer of the service broke off");
                    return Poll::Ready(Some(Err(error)));
                }
                None => return Poll::Ready(None),
            }
        }
    }
}
