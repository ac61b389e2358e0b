//! A future and a deadline.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use super::BoxFuture;

/// The future's output, or nothing when the deadline comes first.
pub(super) async fn race<T>(
    deadline: Option<&mut BoxFuture<'static, ()>>,
    future: impl Future<Output = T>,
) -> Option<T> {
    let Some(deadline) = deadline else { return Some(future.await) };
    let mut future = pin!(future);
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => deadline.as_mut().poll(context).map(|()| None),
    })
    .await
}
