//! A cheap handle over whatever carries requests to an API server.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;

use bytes::{Bytes, BytesMut};
use futures_core::Stream;

use crate::{Error, Request, Str};

/// A future on the heap.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The body of an answer as it arrives.
pub type BodyStream = Pin<Box<dyn Stream<Item = Result<Bytes, Error>> + Send>>;

/// Carries requests to an API server: `reqwest` in `kubesdk-runtime`, a script in tests, anybody's own.
pub trait Transport: Send + Sync + 'static {
    /// Sends a request in origin form (`/api/v1/pods?limit=1`) and gives the answer once its head is here. Answers
    /// that are no success are answers; an error means that there was none.
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'static, Result<http::Response<BodyStream>, Error>>;
}

/// An API server to talk to. Clones share everything.
#[derive(Clone)]
pub struct Client {
    transport: Arc<dyn Transport>,
    default_namespace: Str,
}

/// The most of an error's body that is read: `Status` objects are small.
const ERROR_BODY: usize = 1 << 20;

impl Client {
    /// A client over a transport.
    pub fn new(transport: impl Transport) -> Self {
        Client { transport: Arc::new(transport), default_namespace: "default".into() }
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

    /// Sends a request and gives the answer with its body still arriving.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::Api`] when the answer is no success, with the server's `Status` if it is one; otherwise what the
    /// transport says.
    pub fn send(&self, request: Request) -> BoxFuture<'static, Result<http::Response<BodyStream>, Error>> {
        let transport = Arc::clone(&self.transport);
        Box::pin(async move {
            let (method, path) = (request.method().clone(), request.path().to_owned());
            let response = transport.send(request.into_http()?).await?;
            if response.status().is_success() {
                return Ok(response);
            }
            let (head, body) = response.into_parts();
            let body = begin(body, ERROR_BODY).await;
            Err(Error::api(method.as_str(), &path, head.status, &head.headers, &body))
        })
    }

    /// Sends a request and gives the whole body of the answer.
    ///
    /// # Errors
    ///
    /// As [`Client::send`]; [`crate::ErrorKind::Body`] when the body breaks off.
    pub fn bytes(&self, request: Request) -> BoxFuture<'static, Result<Bytes, Error>> {
        let answer = self.send(request);
        Box::pin(async move { collect(answer.await?.into_body()).await })
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("default_namespace", &self.default_namespace).finish_non_exhaustive()
    }
}

/// The next chunk of a body.
pub(crate) async fn next_chunk(body: &mut BodyStream) -> Option<Result<Bytes, Error>> {
    std::future::poll_fn(|context: &mut Context<'_>| body.as_mut().poll_next(context)).await
}

/// What can be had of a body, up to a limit: an error without the rest is still the server's error.
async fn begin(mut body: BodyStream, limit: usize) -> BytesMut {
    let mut whole = BytesMut::new();
    while let Some(Ok(chunk)) = next_chunk(&mut body).await {
        whole.extend_from_slice(&chunk);
        if whole.len() > limit {
            break;
        }
    }
    whole
}

async fn collect(mut body: BodyStream) -> Result<Bytes, Error> {
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

#[cfg(test)]
pub(crate) mod tests {
    //! A transport that answers from a script, and a way to run a future without a runtime.

    use std::collections::VecDeque;
    use std::sync::Mutex;
    use std::task::{Poll, Waker};

    use super::*;

    /// Answers in order; remembers the URIs that were asked for.
    pub(crate) struct Script {
        answers: Mutex<VecDeque<(u16, Vec<Bytes>)>>,
        asked: Arc<Mutex<Vec<String>>>,
    }

    pub(crate) fn script(answers: &[(u16, &[&str])]) -> (Client, Arc<Mutex<Vec<String>>>) {
        let chunks =
            |chunks: &[&str]| chunks.iter().map(|it| Bytes::copy_from_slice(it.as_bytes())).collect();
        scripted(answers.iter().map(|(code, it)| (*code, chunks(it))).collect())
    }

    pub(crate) fn script_of_bytes(answers: &[(u16, &[&[u8]])]) -> (Client, Arc<Mutex<Vec<String>>>) {
        let chunks = |chunks: &[&[u8]]| chunks.iter().map(|it| Bytes::copy_from_slice(it)).collect();
        scripted(answers.iter().map(|(code, it)| (*code, chunks(it))).collect())
    }

    fn scripted(answers: VecDeque<(u16, Vec<Bytes>)>) -> (Client, Arc<Mutex<Vec<String>>>) {
        let asked = Arc::new(Mutex::new(Vec::new()));
        (Client::new(Script { answers: Mutex::new(answers), asked: Arc::clone(&asked) }), asked)
    }

    struct Chunks(VecDeque<Bytes>);
    impl Stream for Chunks {
        type Item = Result<Bytes, Error>;
        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            Poll::Ready(self.0.pop_front().map(Ok))
        }
    }

    impl Transport for Script {
        fn send(
            &self,
            request: http::Request<Bytes>,
        ) -> BoxFuture<'static, Result<http::Response<BodyStream>, Error>> {
            self.asked.lock().unwrap().push(format!("{} {}", request.method(), request.uri()));
            let (code, chunks) =
                self.answers.lock().unwrap().pop_front().expect("no more answers in the script");
            let body: BodyStream = Box::pin(Chunks(chunks.into()));
            Box::pin(async move { Ok(http::Response::builder().status(code).body(body).unwrap()) })
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

    #[test]
    fn bodies_are_collected_and_errors_are_typed() {
        let (client, _) = script(&[(200, &["ab", "", "cd"]), (200, &[]), (404, &["<html>"])]);
        let request = || Request::new(http::Method::GET, &["/x"]).unwrap();
        assert_eq!(run(client.bytes(request())).unwrap(), "abcd");
        assert_eq!(run(client.bytes(request())).unwrap(), "");
        assert!(run(client.bytes(request())).unwrap_err().is_not_found());
    }
}
