//! Bodies of answers as they arrive: collected, or watched until they end.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use tracing::Span;

use super::call::deadline_passed;
use super::metrics::Meter;
use super::{BodyStream, BoxFuture, Transport, trace};
use crate::{Error, ErrorKind};

/// The next chunk of a body.
pub(crate) async fn next_chunk(body: &mut BodyStream) -> Option<Result<Bytes, Error>> {
    std::future::poll_fn(|context: &mut Context<'_>| body.as_mut().poll_next(context)).await
}

/// What can be had of a body, up to a limit: an error without the rest is still the server's error.
pub(super) async fn begin(mut body: BodyStream, limit: usize) -> BytesMut {
    let mut whole = BytesMut::new();
    while let Some(Ok(chunk)) = next_chunk(&mut body).await {
        whole.extend_from_slice(&chunk);
        if whole.len() > limit {
            break;
        }
    }
    whole
}

/// All of a body.
pub(super) async fn collect(mut body: BodyStream) -> Result<Bytes, Error> {
    let Some(first) = next_chunk(&mut body).await.transpose()? else { return Ok(Bytes::new()) };
    // Most answers are one chunk: it is kept as it is.
    let Some(second) = next_chunk(&mut body).await.transpose()? else { return Ok(first) };
    let mut whole = BytesMut::from(first);
    whole.extend_from_slice(&second);
    while let Some(chunk) = next_chunk(&mut body).await {
        whole.extend_from_slice(&chunk?);
    }
    Ok(whole.freeze())
}

/// A body whose call ends with it: the span closes and the metrics are told when it ends or is dropped.
pub(super) struct Observed {
    body: BodyStream,
    what: String,
    span: Span,
    meter: Option<Meter>,
    deadline: Option<(BoxFuture<'static, ()>, Duration)>,
    idle: Option<Idle>,
    ended: bool,
}

/// How long nothing may come, and the wait that has begun.
struct Idle {
    transport: Arc<dyn Transport>,
    longest: Duration,
    wait: Option<BoxFuture<'static, ()>>,
}

impl Observed {
    pub(super) fn new(body: BodyStream, what: String, span: Span, meter: Option<Meter>) -> Self {
        Observed { body, what, span, meter, deadline: None, idle: None, ended: false }
    }

    pub(super) fn until(mut self, deadline: Option<BoxFuture<'static, ()>>, timeout: Duration) -> Self {
        self.deadline = deadline.map(|it| (it, timeout));
        self
    }

    pub(super) fn idle(mut self, longest: Option<Duration>, transport: Arc<dyn Transport>) -> Self {
        self.idle = longest.map(|longest| Idle { transport, longest, wait: None });
        self
    }

    fn poll_limits(&mut self, context: &mut Context<'_>) -> Poll<Error> {
        if let Some((deadline, timeout)) = &mut self.deadline
            && deadline.as_mut().poll(context).is_ready()
        {
            return Poll::Ready(deadline_passed(&self.what, *timeout));
        }
        if let Some(Idle { transport, longest, wait }) = &mut self.idle
            && wait.get_or_insert_with(|| transport.sleep(*longest)).as_mut().poll(context).is_ready()
        {
            let message = format!("nothing came for {longest:?} of the answer to {}", self.what);
            return Poll::Ready(Error::new(ErrorKind::Timeout, message));
        }
        Poll::Pending
    }

    /// The call is over: nothing that it holds is kept any longer.
    fn end(&mut self, error: Option<&Error>) {
        if let Some(error) = error {
            trace::failed(&self.span, error);
        }
        self.ended = true;
        self.span = Span::none();
        (self.meter, self.deadline, self.idle) = (None, None, None);
    }
}

impl Stream for Observed {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let item = match self.body.as_mut().poll_next(context) {
            Poll::Ready(item) => item,
            Poll::Pending => match self.poll_limits(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(error) => Some(Err(error)),
            },
        };
        match &item {
            Some(Ok(chunk)) => {
                if let Some(meter) = &mut self.meter {
                    meter.received(chunk.len());
                }
                if let Some(idle) = &mut self.idle {
                    idle.wait = None;
                }
            }
            Some(Err(error)) => self.end(Some(error)),
            None => self.end(None),
        }
        Poll::Ready(item)
    }
}
