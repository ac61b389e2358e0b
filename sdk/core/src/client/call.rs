//! One call from its beginning to its end: its attempts, its deadline, and what is told about it.

use std::time::{Duration, Instant};

use http::header::CONNECTION;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use tracing::Span;

use super::body::{self, Observed};
use super::metrics::Meter;
use super::race::race;
use super::retries::{self, Attempts, Safety};
use super::{BodyStream, BoxFuture, Client, DuplexStream, RequestBody, UpgradeBody, trace, warnings};
use crate::{Error, ErrorKind, Request};

/// The most of an error's body that is read: `Status` objects are small.
const ERROR_BODY: usize = 1 << 20;

/// Sends a request, again where that is safe, and gives an answer that is a success.
pub(super) async fn send(
    client: Client,
    request: Request,
    stream: Option<BodyStream>,
) -> Result<http::Response<BodyStream>, Error> {
    let safety = match request.method() {
        _ if stream.is_some() => Safety::Once,
        &Method::GET | &Method::HEAD | &Method::OPTIONS => Safety::Safe,
        _ => Safety::Unsafe,
    };
    let open_ended = request.is_open_ended();
    let mut call = Call::begin(client, request);
    let mut deadline = call.deadline();
    let mut body = stream.map(RequestBody::Stream);
    let once = |client: &Client, request: &Request| {
        let bytes = || RequestBody::Bytes(request.body_bytes().cloned().unwrap_or_default());
        let body = body.take().unwrap_or_else(bytes);
        let sent = request.to_http().map(|it| client.transport.send(it.map(|()| body)));
        let any_status = request.takes_any_status();
        async move {
            let answer = sent?.await?;
            Ok(if any_status || answer.status().is_success() { Ok(answer) } else { Err(answer) })
        }
    };
    let answer = race(deadline.as_mut(), call.attempts(safety, once)).await;
    let answer = answer.unwrap_or_else(|| Err(call.too_late()))?;
    Ok(call.observe(answer, deadline, open_ended))
}

/// Asks for another protocol and gives the connection.
pub(super) async fn upgrade(client: Client, request: Request) -> Result<http::Response<DuplexStream>, Error> {
    let request = match request.headers().contains_key(CONNECTION) {
        true => request,
        false => request.header(CONNECTION, HeaderValue::from_static("Upgrade")),
    };
    let mut call = Call::begin(client, request);
    let mut deadline = call.deadline();
    let once = |client: &Client, request: &Request| {
        let sent = request.to_http().map(|it| client.transport.upgrade(it));
        async move {
            let (head, body) = sent?.await?.into_parts();
            Ok(match body {
                UpgradeBody::Switched(stream) => Ok(http::Response::from_parts(head, stream)),
                UpgradeBody::Refused(body) => Err(http::Response::from_parts(head, body)),
            })
        }
    };
    // A command that runs twice is not safe, although its method is GET.
    let answer = race(deadline.as_mut(), call.attempts(Safety::Unsafe, once)).await;
    answer.unwrap_or_else(|| Err(call.too_late()))
}

struct Call {
    client: Client,
    request: Request,
    span: Span,
    meter: Option<Meter>,
    start: Instant,
    timeout: Option<Duration>,
    /// Why the attempt before this one failed.
    last: Option<Error>,
}

/// A success, or an answer that is none.
type Outcome<T> = Result<http::Response<T>, http::Response<BodyStream>>;

impl Call {
    fn begin(client: Client, request: Request) -> Self {
        let settings = &client.settings;
        let (span, start) = (trace::begin(&request, &settings.server), Instant::now());
        let timeout = request.deadline().or(settings.timeout);
        let meter = settings.metrics.as_ref();
        let meter = meter.map(|it| Meter::begin(it, request.method(), &settings.server, start));
        settings.budget.deposit();
        Call { request, span, meter, start, timeout, last: None, client }
    }

    fn deadline(&self) -> Option<BoxFuture<'static, ()>> {
        self.timeout.map(|it| self.client.transport.sleep(it))
    }

    async fn attempts<T, F, A>(&mut self, safety: Safety, mut once: F) -> Result<http::Response<T>, Error>
    where
        F: FnMut(&Client, &Request) -> A,
        A: Future<Output = Result<Outcome<T>, Error>>,
    {
        let mut attempts = Attempts::default();
        loop {
            self.throttle().await;
            let outcome = once(&self.client, &self.request).await;
            let error = match outcome {
                Ok(Ok(answer)) => {
                    self.answered(answer.status(), answer.headers(), &attempts);
                    return Ok(answer);
                }
                Ok(Err(answer)) => {
                    self.answered(answer.status(), answer.headers(), &attempts);
                    self.refusal(answer).await
                }
                Err(error) => {
                    self.attempted(None, &attempts);
                    error
                }
            };
            let Some(wait) = self.wait(&error, safety, &mut attempts) else {
                trace::failed(&self.span, &error);
                return Err(error);
            };
            trace::again(&self.span, &error, wait, attempts.count());
            self.last = Some(error);
            self.client.transport.sleep(wait).await;
        }
    }

    /// How long to wait before the next attempt, if there is one and the deadline allows it.
    fn wait(&self, error: &Error, safety: Safety, attempts: &mut Attempts) -> Option<Duration> {
        let settings = &self.client.settings;
        let may_spend = || settings.budget.withdraw(Instant::now());
        let wait = settings.retries.next(error, safety, attempts, retries::random(), may_spend)?;
        let left = self.timeout.map(|it| it.saturating_sub(self.start.elapsed()));
        left.is_none_or(|left| wait < left).then_some(wait)
    }

    async fn throttle(&self) {
        let Some(limit) = &self.client.settings.rate_limit else { return };
        let wait = limit.reserve(Instant::now());
        if !wait.is_zero() {
            self.client.transport.sleep(wait).await;
        }
        if let Some(meter) = &self.meter {
            meter.throttled(wait);
        }
    }

    fn answered(&self, status: StatusCode, headers: &HeaderMap, attempts: &Attempts) {
        self.attempted(Some(status.as_u16()), attempts);
        trace::answered(&self.span, status);
        warnings::hand_over(headers, &*self.client.settings.warnings);
    }

    fn attempted(&self, code: Option<u16>, attempts: &Attempts) {
        if let Some(meter) = &self.meter {
            let size = self.request.body_bytes().map(|it| it.len());
            meter.attempted(code, !attempts.is_first(), size);
        }
    }

    async fn refusal(&self, answer: http::Response<BodyStream>) -> Error {
        let (head, body) = answer.into_parts();
        let body = body::begin(body, ERROR_BODY).await;
        let (method, path) = (self.request.method(), self.request.path());
        Error::api(method.as_str(), path, head.status, &head.headers, &body)
    }

    fn too_late(&mut self) -> Error {
        let (method, path) = (self.request.method(), self.request.path());
        let timeout = self.timeout.unwrap_or_default();
        let error = deadline_passed(&format!("{method} {path}"), timeout);
        trace::failed(&self.span, &error);
        match self.last.take() {
            Some(last) => error.with_source(last),
            None => error,
        }
    }

    /// The answer with a body that keeps the deadline, and the call open until it ends.
    fn observe(
        self,
        answer: http::Response<BodyStream>,
        deadline: Option<BoxFuture<'static, ()>>,
        open_ended: bool,
    ) -> http::Response<BodyStream> {
        let idle = self.request.idle().or(self.client.settings.idle_timeout);
        let mut meter = self.meter;
        if open_ended && let Some(meter) = &mut meter {
            meter.took();
        }
        let deadline = deadline.filter(|_| !open_ended);
        if deadline.is_none() && idle.is_none() && meter.is_none() && self.span.is_disabled() {
            return answer;
        }
        let what = format!("{} {}", self.request.method(), self.request.path());
        let (transport, timeout) = (self.client.transport, self.timeout.unwrap_or_default());
        answer.map(|body| {
            let observed = Observed::new(body, what, self.span, meter);
            Box::pin(observed.until(deadline, timeout).idle(idle, transport)) as BodyStream
        })
    }
}

pub(super) fn deadline_passed(what: &str, timeout: Duration) -> Error {
    let message = format!(
        "{what} was not answered within {timeout:?}; check that the server is well, or allow more time"
    );
    Error::new(ErrorKind::Timeout, message)
}
