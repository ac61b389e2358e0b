//! What a client tells about its calls, under the names that client-go gives them (`component-base`
//! `metrics/prometheus/restclient`), so that dashboards fit both.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::Method;

use crate::Str;

/// Takes what a client tells about its calls. Each method is named after the Prometheus metric that client-go feeds
/// with it (`rest_client_` before it), and does nothing unless it is written. They are called on the way of a call
/// and must not block.
///
/// `host` is the server as `host:port`, empty for a client over a transport of one's own that was given no
/// [`with_server_name`](crate::Client::with_server_name).
pub trait Metrics: Send + Sync + 'static {
    /// `rest_client_requests_total{code,method,host}`: an answer came, or none (client-go's `<error>`). Each attempt
    /// counts.
    fn requests_total(&self, code: Option<u16>, method: &Method, host: &str) {
        let _ = (code, method, host);
    }

    /// `rest_client_request_retries_total{code,verb,host}`: the same of attempts after the first.
    fn request_retries_total(&self, code: Option<u16>, method: &Method, host: &str) {
        let _ = (code, method, host);
    }

    /// `rest_client_request_duration_seconds{verb,host}`: a call ended, its body read, all attempts included. Watches
    /// and followed logs are counted up to their first byte.
    fn request_duration_seconds(&self, duration: Duration, method: &Method, host: &str) {
        let _ = (duration, method, host);
    }

    /// `rest_client_request_size_bytes{verb,host}`: the body of a request that has one of a known length.
    fn request_size_bytes(&self, bytes: u64, method: &Method, host: &str) {
        let _ = (bytes, method, host);
    }

    /// `rest_client_response_size_bytes{verb,host}`: the body of an answer, decompressed.
    fn response_size_bytes(&self, bytes: u64, method: &Method, host: &str) {
        let _ = (bytes, method, host);
    }

    /// `rest_client_rate_limiter_duration_seconds{verb,host}`: a call waited for the client's own rate limit.
    fn rate_limiter_duration_seconds(&self, duration: Duration, method: &Method, host: &str) {
        let _ = (duration, method, host);
    }
}

/// Measures one call.
pub(super) struct Meter {
    metrics: Arc<dyn Metrics>,
    method: Method,
    host: Str,
    start: Instant,
    received: u64,
    timed: bool,
}

impl Meter {
    pub(super) fn begin(metrics: &Arc<dyn Metrics>, method: &Method, host: &Str, start: Instant) -> Self {
        let (metrics, method, host) = (Arc::clone(metrics), method.clone(), host.clone());
        Meter { metrics, method, host, start, received: 0, timed: false }
    }

    pub(super) fn attempted(&self, code: Option<u16>, again: bool, body: Option<usize>) {
        self.metrics.requests_total(code, &self.method, &self.host);
        if again {
            self.metrics.request_retries_total(code, &self.method, &self.host);
        }
        if let Some(bytes) = body {
            self.metrics.request_size_bytes(bytes as u64, &self.method, &self.host);
        }
    }

    pub(super) fn throttled(&self, wait: Duration) {
        self.metrics.rate_limiter_duration_seconds(wait, &self.method, &self.host);
    }

    pub(super) fn received(&mut self, bytes: usize) {
        self.received += bytes as u64;
    }

    /// The call is over as far as its duration goes.
    pub(super) fn took(&mut self) {
        if !std::mem::replace(&mut self.timed, true) {
            self.metrics.request_duration_seconds(self.start.elapsed(), &self.method, &self.host);
        }
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        self.took();
        if self.received > 0 {
            self.metrics.response_size_bytes(self.received, &self.method, &self.host);
        }
    }
}
