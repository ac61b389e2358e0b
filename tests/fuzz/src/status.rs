//! Answers that are no success: never a panic, and what a `Status` says is what serde_json reads in it.

use kubesdk::core::http::header::CONTENT_TYPE;
use kubesdk::core::http::{HeaderMap, HeaderValue, StatusCode};
use kubesdk::{Error, ErrorKind};
use serde_json::Value;

use crate::json::has_twins;

const CODES: [u16; 12] = [304, 400, 401, 403, 404, 409, 410, 422, 429, 500, 503, 504];

/// Checks a body; the first byte says with which status code it comes.
pub fn check(bytes: &[u8]) {
    let Some((code, body)) = bytes.split_first() else { return };
    let code = CODES[usize::from(*code) % CODES.len()];
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    let status_code = StatusCode::from_u16(code).expect("a status code");
    let error = Error::api("GET", "/api/v1/pods", status_code, &headers, body);
    assert_eq!((error.kind(), error.code()), (ErrorKind::Api, Some(code)));
    assert!(!error.to_string().is_empty() && !format!("{error:?}").is_empty());
    let reason = error.status().and_then(|it| it.reason.as_deref()).unwrap_or_default();
    for (said, expected, its_code) in [
        (error.is_not_found(), "NotFound", 404),
        (error.is_conflict(), "Conflict", 409),
        (error.is_forbidden(), "Forbidden", 403),
        (error.is_unauthorized(), "Unauthorized", 401),
        (error.is_too_many_requests(), "TooManyRequests", 429),
    ] {
        // A reason that nobody knows leaves the say to the code, as in apimachinery.
        assert!(said || reason != expected, "{expected}: {error}");
        assert!(!said || reason == expected || code == its_code, "{expected}: {error}");
    }
    let Some(status) = error.status() else {
        assert!(error.body().is_some_and(|it| body.starts_with(it)), "neither a Status nor a body");
        return;
    };
    // serde_json refuses what we keep by rule, CBOR among it.
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return };
    if has_twins(body, &value) {
        return;
    }
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    assert_eq!(status.reason.as_deref().unwrap_or_default(), text("reason"));
    assert_eq!(status.message.as_deref().unwrap_or_default(), text("message"));
    assert_eq!(status.status.as_deref().unwrap_or_default(), text("status"));
    let details = status.details.as_ref();
    let name = value["details"]["name"].as_str().unwrap_or_default();
    assert_eq!(details.and_then(|it| it.name.as_deref()).unwrap_or_default(), name);
    let causes = value["details"]["causes"].as_array().map_or(0, Vec::len);
    assert_eq!(details.map_or(0, |it| it.causes.len()), causes);
}
