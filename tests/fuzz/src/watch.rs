//! Watches in pieces: however the bytes of an answer are cut, the same events come of them.

use std::collections::VecDeque;
use std::future::pending;
use std::pin::{Pin, pin};
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_core::Stream;
use kubesdk_api::core::v1::Pod;
use kubesdk_core::http::{self, Response};
use kubesdk_core::verbs::Watch;
use kubesdk_core::{BodyStream, BoxFuture, Bytes, Client, Error, RequestBody, Transport};

/// Checks the body of a watch, JSON or CBOR: whole, in pieces of a size that the first byte says, and byte by byte.
pub fn check(bytes: &[u8]) {
    let Some((size, body)) = bytes.split_first() else { return };
    let whole = events(body, body.len().max(1));
    assert_eq!(whole, events(body, usize::from(*size) + 1), "the size of the pieces made a difference");
    assert_eq!(whole, events(body, 1), "pieces of one byte made a difference");
    // An item of CBOR may be one byte.
    assert!(whole.len() <= body.len(), "{} events of {} bytes", whole.len(), body.len());
}

/// What comes of a body; of an error all that is told about it.
fn events(body: &[u8], piece: usize) -> Vec<String> {
    let pieces = body.chunks(piece).map(Bytes::copy_from_slice).collect();
    let client = Client::new(Server { pieces: Mutex::new(pieces) });
    let mut stream = run(Watch::<Pod>::new(&client, &["/api/v1/pods"]).into_future()).expect("a success");
    let mut seen = Vec::new();
    while let Some(event) = run(stream.next()) {
        seen.push(match event {
            Ok(event) => format!("{event:?}"),
            Err(error) => {
                let (raw, name) = (error.raw_item(), error.raw_item_name());
                format!("{error:?} {raw:?} {name:?} {:?} {}", error.body(), error.is_expired())
            }
        });
    }
    assert!(run(stream.next()).is_none(), "something came after the end");
    seen
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    for _ in 0..1_000 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
    panic!("it does not end");
}

struct Pieces(VecDeque<Bytes>);

impl Stream for Pieces {
    type Item = Result<Bytes, Error>;
    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop_front().map(Ok))
    }
}

struct Server {
    pieces: Mutex<VecDeque<Bytes>>,
}

impl Transport for Server {
    fn send(&self, _: http::Request<RequestBody>) -> BoxFuture<'static, Result<Response<BodyStream>, Error>> {
        let pieces = std::mem::take(&mut *self.pieces.lock().unwrap_or_else(PoisonError::into_inner));
        Box::pin(async { Ok(Response::new(Box::pin(Pieces(pieces)) as BodyStream)) })
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(pending())
    }
}
