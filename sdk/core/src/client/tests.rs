//! A transport that answers from a script, a way to run a future without a runtime, and what a client makes of the
//! script.

mod calls;
mod tracing;

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;

use super::*;
use crate::{Error, Request};

/// What the script answers to a request.
pub(crate) enum Scripted {
    /// An answer with this body, chunk by chunk.
    Answer(http::Response<Vec<Result<Bytes, Error>>>),
    /// An answer whose body never ends after these chunks.
    Endless(http::Response<Vec<Result<Bytes, Error>>>),
    /// No answer.
    Failure(Error),
    /// Nothing at all.
    Silence,
}

/// What was asked for, `GET /x`, and how long was waited, `sleep 3s`, in order.
pub(crate) type Log = Arc<Mutex<Vec<String>>>;

struct Script {
    answers: Mutex<VecDeque<Scripted>>,
    log: Log,
}

pub(crate) fn script(answers: &[(u16, &[&str])]) -> (Client, Log) {
    scripted(
        answers.iter().map(|(code, chunks)| {
            answer(*code, &[], &chunks.iter().map(|it| it.as_bytes()).collect::<Vec<_>>())
        }),
    )
}

pub(crate) fn script_of_bytes(answers: &[(u16, &[&[u8]])]) -> (Client, Log) {
    scripted(answers.iter().map(|(code, chunks)| answer(*code, &[], chunks)))
}

pub(crate) fn answer(code: u16, headers: &[(&str, &str)], chunks: &[&[u8]]) -> Scripted {
    Scripted::Answer(response(code, headers, chunks))
}

pub(crate) fn response(
    code: u16,
    headers: &[(&str, &str)],
    chunks: &[&[u8]],
) -> http::Response<Vec<Result<Bytes, Error>>> {
    let mut response = http::Response::builder().status(code);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body(chunks.iter().map(|it| Ok(Bytes::copy_from_slice(it))).collect()).unwrap()
}

pub(crate) fn scripted(answers: impl IntoIterator<Item = Scripted>) -> (Client, Log) {
    let log = Log::default();
    let answers = Mutex::new(answers.into_iter().collect());
    (Client::new(Script { answers, log: Arc::clone(&log) }), log)
}

struct Chunks {
    chunks: VecDeque<Result<Bytes, Error>>,
    endless: bool,
}

impl Stream for Chunks {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.chunks.pop_front() {
            None if self.endless => Poll::Pending,
            chunk => Poll::Ready(chunk),
        }
    }
}

impl Transport for Script {
    fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<BodyStream>, Error>> {
        self.log.lock().unwrap().push(format!("{} {}", request.method(), request.uri()));
        let scripted = self.answers.lock().unwrap().pop_front().expect("no more answers in the script");
        let (response, endless) = match scripted {
            Scripted::Answer(response) => (response, false),
            Scripted::Endless(response) => (response, true),
            Scripted::Failure(error) => return Box::pin(async { Err(error) }),
            Scripted::Silence => return Box::pin(std::future::pending()),
        };
        let response = response.map(|it| Box::pin(Chunks { chunks: it.into(), endless }) as BodyStream);
        Box::pin(async { Ok(response) })
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.log.lock().unwrap().push(format!("sleep {}s", duration.as_secs()));
        Box::pin(async {})
    }
}

pub(crate) fn run<F: IntoFuture>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future.into_future());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
}
