//! A service below a client, and a layer around one.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

/// Answers the path, after so many failures.
#[derive(Clone, Default)]
struct Echo {
    calls: Arc<AtomicUsize>,
    failures: usize,
}

impl Service<http::Request<Body>> for Echo {
    type Response = http::Response<Body>;
    type Error = std::io::Error;
    type Future = BoxFuture<'static, Result<Self::Response, std::io::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), std::io::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let fails = self.calls.fetch_add(1, Ordering::Relaxed) < self.failures;
        Box::pin(async move {
            if fails {
                return Err(std::io::Error::other("gone"));
            }
            Ok(http::Response::new(Body::from(Bytes::from(request.uri().to_string()))))
        })
    }
}

/// Counts the calls that pass.
#[derive(Clone)]
struct Counted<S> {
    inner: S,
    calls: Arc<AtomicUsize>,
}

impl<S: Service<http::Request<Body>>> Service<http::Request<Body>> for Counted<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: http::Request<Body>) -> S::Future {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.inner.call(request)
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_carries_calls_and_its_failures_are_lost_connections() {
    let echo = Echo { failures: 2, ..Echo::default() };
    let client = Client::new(ServiceTransport::new(echo.clone()));
    let error = client.post("/x").await.unwrap_err();
    assert_eq!((error.kind(), error.to_string()), (ErrorKind::Lost, "the service failed: gone".to_owned()));
    // Safe calls are made again, around any transport.
    assert_eq!(client.get("/x?y=z").await.unwrap(), "/x?y=z");
    assert_eq!(echo.calls.load(Ordering::Relaxed), 3);
    assert_eq!(client.get("/x").upgrade().await.err().map(|it| it.kind()), Some(ErrorKind::Request));
}

#[tokio::test]
async fn layers_stand_around_a_transport_and_errors_pass_them() {
    let calls = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&calls);
    let client = Client::new(ServiceTransport::new(Echo::default()));
    let client =
        client.map(|it| it.with_default_namespace("n")).layered(|inner| Counted { inner, calls: count });
    assert_eq!(client.get("/x").await.unwrap(), "/x");
    assert_eq!((calls.load(Ordering::Relaxed), client.default_namespace()), (1, "n"));

    let nobody = crate::Config::new("http://127.0.0.1:1").unwrap();
    let client = Client::from_config(nobody).unwrap().layered(|it| it);
    assert_eq!(client.post("/x").await.unwrap_err().kind(), ErrorKind::Connect);
}
