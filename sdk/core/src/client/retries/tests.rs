//! Which calls are made again, a line for each, and the waits.

use http::{HeaderMap, HeaderValue, StatusCode};

use super::*;

fn answer(code: u16, retry_after: &'static str) -> Error {
    let mut headers = HeaderMap::new();
    if !retry_after.is_empty() {
        headers.insert("retry-after", HeaderValue::from_static(retry_after));
    }
    Error::api("GET", "/x", StatusCode::from_u16(code).unwrap(), &headers, b"")
}

fn waits(error: &Error, safety: Safety, random: f64) -> Vec<f64> {
    let mut attempts = Attempts::default();
    let mut next = || Retries::default().next(error, safety, &mut attempts, random, || true);
    std::iter::from_fn(|| next().map(|it| it.as_secs_f64())).take(20).collect()
}

#[test]
fn only_what_is_safe_is_made_again() {
    let lost = || Error::new(ErrorKind::Lost, "");
    let eviction = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"TooManyRequests","code":429,
        "details":{"causes":[{"reason":"DisruptionBudget"}],"retryAfterSeconds":10}}"#;
    let eviction =
        Error::api("POST", "/x", StatusCode::TOO_MANY_REQUESTS, &HeaderMap::new(), eviction.as_bytes());
    // The error, and how often a safe and an unsafe call is made again.
    for (error, safe, unsafe_) in [
        (answer(429, "1"), 10, 10),
        (answer(429, ""), 3, 3),
        (answer(429, "60"), 10, 10),
        (answer(429, "61"), 0, 0),
        (answer(429, "99999999999999999999"), 0, 0),
        (answer(429, "Sun, 06 Nov 1994 08:49:37 GMT"), 10, 10),
        (answer(429, "Fri, 06 Nov 2190 08:49:37 GMT"), 0, 0),
        (answer(429, "soon"), 3, 3),
        (eviction, 0, 0),
        (answer(500, "1"), 10, 0),
        (answer(500, ""), 0, 0),
        (answer(502, ""), 0, 0),
        (answer(502, "1"), 10, 0),
        (answer(503, ""), 3, 0),
        (answer(503, "1"), 10, 0),
        (answer(504, ""), 3, 0),
        (answer(504, "1"), 10, 0),
        (answer(404, "1"), 0, 0),
        (answer(409, "1"), 0, 0),
        (lost(), 3, 0),
        (lost().unprocessed(), 3, 3),
        (Error::new(ErrorKind::Connect, ""), 0, 0),
        (Error::new(ErrorKind::Timeout, ""), 0, 0),
        (Error::new(ErrorKind::Body, ""), 0, 0),
        (Error::new(ErrorKind::Tls, ""), 0, 0),
    ] {
        assert_eq!(waits(&error, Safety::Safe, 0.0).len(), safe, "safe: {error:?}");
        assert_eq!(waits(&error, Safety::Unsafe, 0.0).len(), unsafe_, "unsafe: {error:?}");
        assert_eq!(waits(&error, Safety::Once, 0.0).len(), 0, "once: {error:?}");
    }
}

#[test]
fn waits_are_asked_for_or_grow() {
    assert_eq!(waits(&answer(429, "10"), Safety::Safe, 0.0)[..2], [10.0, 10.0]);
    assert_eq!(waits(&answer(429, "10"), Safety::Safe, 0.5)[0], 10.5);
    assert_eq!(waits(&answer(503, ""), Safety::Safe, 0.0), [0.3, 0.6, 1.2]);
    assert_eq!(waits(&answer(503, ""), Safety::Safe, 1.0), [0.6, 1.2, 2.4]);
}

#[test]
fn an_empty_budget_ends_what_nobody_asked_for() {
    let next = |error: &Error| {
        Retries::default().next(error, Safety::Safe, &mut Attempts::default(), 0.0, || false).is_some()
    };
    assert!(!next(&answer(503, "")));
    assert!(next(&answer(503, "1")));
    let none = Retries::NONE.next(&answer(429, "0"), Safety::Safe, &mut Attempts::default(), 0.0, || true);
    assert_eq!(none, None);
}

#[test]
fn randomness_stays_in_its_range_and_differs() {
    let drawn: Vec<f64> = (0..100).map(|_| random()).collect();
    assert!(drawn.iter().all(|it| (0.0..1.0).contains(it)));
    assert!(drawn.iter().any(|it| *it != drawn[0]));
}
