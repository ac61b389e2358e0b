//! A transport that gives up a server that falls silent, and counts what comes from it.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use kubesdk_core::{BodyStream, BoxFuture, Bytes, Error, ErrorKind, RequestBody, Transport, http};

/// How long a server may say nothing: kube-apiserver gives itself as long for an answer (`--request-timeout`).
const SILENCE: Duration = Duration::from_secs(60);

/// Brings answers whole: documents are wanted, no streams.
pub(super) struct Watched {
    pub(super) inner: Arc<dyn Transport>,
    /// How many bytes of bodies have come.
    pub(super) received: Arc<AtomicU64>,
}

impl Transport for Watched {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<BodyStream>, Error>> {
        let (answer, received) = (self.inner.send(request), Arc::clone(&self.received));
        Box::pin(async move {
            let (head, mut stream) = in_time(answer).await??.into_parts();
            let mut body = Vec::new();
            while let Some(chunk) =
                in_time(std::future::poll_fn(|context| stream.as_mut().poll_next(context))).await?
            {
                let chunk = chunk?;
                received.fetch_add(chunk.len() as u64, Ordering::Relaxed);
                body.extend_from_slice(&chunk);
            }
            Ok(http::Response::from_parts(head, Box::pin(Whole(Some(body.into()))) as BodyStream))
        })
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.inner.sleep(duration)
    }
}

/// A body that is here.
struct Whole(Option<Bytes>);

impl Stream for Whole {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

async fn in_time<T>(answer: impl Future<Output = T>) -> Result<T, Error> {
    tokio::time::timeout(SILENCE, answer).await.map_err(|_| {
        let message = format!("the server said nothing for {} s", SILENCE.as_secs());
        Error::new(ErrorKind::Timeout, message)
    })
}
