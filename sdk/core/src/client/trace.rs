//! What `tracing` is told of a call. The span is held and never entered: whatever a transport spawns while the call is
//! polled, a connection above all, outlives the call and must not inherit its span.

use std::time::Duration;

use http::StatusCode;
use tracing::{Span, field};

use crate::{Error, Request};

/// A span with the names of OpenTelemetry's HTTP conventions. The query is left out: selectors may be long.
pub(super) fn begin(request: &Request, server: &str) -> Span {
    tracing::debug_span!(
        "kubernetes call",
        "http.request.method" = request.method().as_str(),
        "url.path" = request.path(),
        "server.address" = server,
        "http.response.status_code" = field::Empty,
        "http.request.resend_count" = field::Empty,
        "error.type" = field::Empty,
    )
}

pub(super) fn answered(span: &Span, status: StatusCode) {
    span.record("http.response.status_code", status.as_u16());
}

pub(super) fn again(span: &Span, error: &Error, wait: Duration, count: u32) {
    span.record("http.request.resend_count", count);
    tracing::debug!(parent: span, %error, ?wait, count, "the call is made again");
}

pub(super) fn failed(span: &Span, error: &Error) {
    span.record("error.type", field::debug(error.kind()));
    tracing::debug!(parent: span, %error, "the call failed");
}
