//! Words and predicates of errors, a line for each.

use super::*;

fn api(method: &str, code: u16, media: &str, body: &str) -> Error {
    let mut headers = HeaderMap::new();
    headers.insert("audit-id", http::HeaderValue::from_static("1-2-3"));
    if !media.is_empty() {
        headers.insert("content-type", http::HeaderValue::from_str(media).unwrap());
    }
    let path = "/apis/apps/v1/namespaces/n/deployments/web";
    Error::api(method, path, StatusCode::from_u16(code).unwrap(), &headers, body.as_bytes())
}

fn failure(code: u16, rest: &str) -> Error {
    let body = format!(r#"{{"kind":"Status","apiVersion":"v1","status":"Failure","code":{code},{rest}}}"#);
    api("GET", code, "application/json", &body)
}

#[test]
fn a_status_is_worded_as_kubectl_words_it() {
    let check = |rest: &str, expected: &str| assert_eq!(failure(422, rest).to_string(), expected);
    check(r#""message":"m","reason":"Forbidden""#, "Error from server (Forbidden): m");
    check(r#""message":"m""#, "Error from server: m");
    check(r#""reason":"Expired""#, "Error from server (Expired): no reason given");
    check(
        r#""message":"Unauthorized","reason":"Unauthorized""#,
        "error: You must be logged in to the server (Unauthorized)",
    );
    check(r#""message":"m","reason":"Invalid""#, "The request is invalid: m");
    check(r#""message":"m","reason":"Invalid","details":{}"#, "The request is invalid: m");
    check(
        r#""message":"m","reason":"Invalid","details":{"kind":"Pod","name":"web"}"#,
        r#"The Pod "web" is invalid"#,
    );
    check(
        r#""message":"m","reason":"Invalid","details":{"kind":"Pod","name":"web","causes":[
           {"field":"spec","message":"bad"},{"field":"spec","message":"bad"}]}"#,
        r#"The Pod "web" is invalid: spec: bad"#,
    );
    check(
        r#""reason":"Invalid","details":{"kind":"Pod","name":"web","causes":[
           {"field":"a","message":"x"},{"field":"b","message":"y"}]}"#,
        "The Pod \"web\" is invalid: \n* a: x\n* b: y",
    );
}

#[test]
fn the_whole_status_is_kept() {
    let error = failure(
        403,
        r#""message":"m","reason":"Forbidden","details":{"kind":"pods","retryAfterSeconds":3,
           "causes":[{"reason":"X","message":"y","field":"z"}]}"#,
    );
    let details = error.status().and_then(|it| it.details.as_ref()).expect("details");
    assert_eq!(details.causes[0].field.as_deref(), Some("z"));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3)));
    assert_eq!(error.audit_id(), Some("1-2-3"));
    assert!(error.is_forbidden() && !error.is_not_found() && error.body().is_none());
    assert!(format!("{error:?}").contains("1-2-3"));
}

#[test]
fn what_is_no_status_is_worded_as_kubectl_words_it_and_kept() {
    let check = |method: &str, code: u16, media: &str, body: &str, expected: &str| {
        let error = api(method, code, media, body);
        assert_eq!(error.to_string(), format!("Error from server{expected}"));
        assert_eq!(error.body(), Some(body.as_bytes()));
        assert!(error.status().is_none());
    };
    let place = "(get deployments.apps web)";
    check(
        "GET",
        502,
        "text/html",
        "<b>bad\n</b>\n",
        &format!(
            r#" (InternalError): an error on the server ("<b>bad\n</b>") has prevented the request from succeeding {place}"#
        ),
    );
    let not_found = format!(" (NotFound): the server could not find the requested resource {place}");
    check("GET", 404, "text/plain", "404 page not found", &not_found);
    check("GET", 404, "", "", &not_found);
    check("GET", 404, "application/json", r#"{"kind":"Status","stat"#, &not_found);
    check("GET", 403, "text/plain; charset=utf-8", "no\n", &format!(" (Forbidden): no {place}"));
    check("GET", 403, "application/json", "{", &format!(" (Forbidden): unknown {place}"));
    let conflict = "the server reported a conflict (post deployments.apps web)";
    check("POST", 409, "", "", &format!(" (AlreadyExists): {conflict}"));
    check(
        "GET",
        302,
        "",
        "",
        &format!(
            ": the server responded with the status code 302 but did not return more information {place}"
        ),
    );
}

#[test]
fn places_are_named_as_kubectl_names_them() {
    let check = |path: &str, expected: &str| {
        let error = Error::api("GET", path, StatusCode::NOT_FOUND, &HeaderMap::new(), b"");
        let words = "Error from server (NotFound): the server could not find the requested resource";
        assert_eq!(error.to_string(), format!("{words}{expected}"), "{path}");
    };
    check("/healthz", " (get /healthz)");
    check("/", " (get /)");
    check("/api", " (get /api)");
    check("/apis/apps/v1", " (get /apis/apps/v1)");
    check("/api/v1/pods", " (get pods)");
    check("/base/api/v1/nodes/n", " (get nodes n)");
    check("/api/v1/namespaces/n", " (get namespaces n)");
    check("/api/v1/namespaces/n/status", " (get namespaces n)");
    check("/api/v1/namespaces/n/pods/p/log", " (get pods p)");
    check("/apis/batch/v1/namespaces/n/jobs", " (get jobs.batch)");
}

#[test]
fn predicates_ask_the_reason_and_then_the_code() {
    // A reason that is known wins over the code.
    let gone = failure(410, r#""reason":"Expired""#);
    assert!(gone.is_expired() && !gone.is_gone());
    let odd = failure(404, r#""reason":"Conflict""#);
    assert!(odd.is_conflict() && !odd.is_not_found());
    // One that is not leaves it to the code.
    assert!(failure(404, r#""reason":"Mystery""#).is_not_found());
    assert!(api("POST", 409, "", "").is_already_exists());
    assert!(api("PUT", 409, "", "").is_conflict());
    assert!(api("GET", 410, "", "").is_expired());
    for (code, predicate) in [
        (400, Error::is_bad_request as fn(&Error) -> bool),
        (401, Error::is_unauthorized),
        (405, Error::is_method_not_allowed),
        (406, Error::is_not_acceptable),
        (413, Error::is_too_large),
        (415, Error::is_unsupported_media_type),
        (422, Error::is_invalid),
        (429, Error::is_too_many_requests),
        (500, Error::is_internal),
        (503, Error::is_service_unavailable),
        (504, Error::is_timeout),
    ] {
        assert!(predicate(&api("GET", code, "", "")), "{code}");
        assert!(!predicate(&api("GET", 418, "", "")), "{code}");
    }
    let late = failure(
        504,
        r#""reason":"Timeout","details":{"causes":[{"reason":"ResourceVersionTooLarge"}],"retryAfterSeconds":1}"#,
    );
    assert!(late.is_resource_version_too_large() && late.is_retryable());
    assert!(failure(500, r#""reason":"ServerTimeout""#).is_server_timeout());
}

#[test]
fn what_may_succeed_later() {
    let check = |error: Error, retryable: bool, unprocessed: bool| {
        assert_eq!((error.is_retryable(), error.is_unprocessed()), (retryable, unprocessed), "{error:?}");
    };
    check(Error::new(ErrorKind::Connect, ""), true, true);
    check(Error::new(ErrorKind::Lost, ""), true, false);
    check(Error::new(ErrorKind::Lost, "").unprocessed(), true, true);
    check(Error::new(ErrorKind::Tls, ""), false, true);
    check(Error::new(ErrorKind::Decode, ""), false, false);
    check(api("GET", 429, "", ""), true, false);
    check(api("GET", 500, "", ""), false, false);
    check(api("GET", 502, "", ""), true, false);
    check(failure(500, r#""reason":"ServerTimeout""#), true, false);
    check(failure(500, r#""reason":"InternalError","details":{"retryAfterSeconds":1}"#), true, false);
    check(api("GET", 404, "", ""), false, false);
}

mod properties {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    /// A `Status` as a server may send it: any member may be missing or null.
    fn status() -> impl Strategy<Value = Value> {
        let text = || prop_oneof![Just(Value::Null), Just(json!("")), "\\PC{0,20}".prop_map(Value::from)];
        const REASONS: [&str; 7] =
            ["NotFound", "Conflict", "Invalid", "Forbidden", "Expired", "TooManyRequests", "Novel"];
        let reason = prop_oneof![2 => prop::sample::select(&REASONS[..]).prop_map(Value::from), 1 => text()];
        let cause = (text(), text(), text()).prop_map(
            |(field, message, reason)| json!({"field": field, "message": message, "reason": reason}),
        );
        let seconds = prop_oneof![Just(Value::Null), (0..100i32).prop_map(Value::from)];
        let details = (text(), text(), prop::collection::vec(cause, 0..4), seconds).prop_map(
            |(name, kind, causes, seconds)| json!({"name": name, "kind": kind, "causes": causes, "retryAfterSeconds": seconds}),
        );
        let details = prop_oneof![Just(Value::Null), details];
        (reason, text(), details).prop_map(|(reason, message, details)| {
            json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "message": message,
                   "details": details, "more": [1, {"a": null}]})
        })
    }

    fn is_text(found: Option<&str>, sent: &Value) -> bool {
        found.unwrap_or_default() == sent.as_str().unwrap_or_default()
    }

    proptest! {
        #[test]
        fn what_a_status_says_is_kept_and_worded(sent in status(), code in 400u16..600) {
            let error = api("GET", code, "application/json", &sent.to_string());
            let status = error.status().expect("a Status");
            prop_assert!(is_text(status.reason.as_deref(), &sent["reason"]));
            prop_assert!(is_text(status.message.as_deref(), &sent["message"]));
            let details = status.details.as_deref();
            prop_assert!(is_text(details.and_then(|it| it.name.as_deref()), &sent["details"]["name"]));
            let causes = sent["details"]["causes"].as_array().cloned().unwrap_or_default();
            let found = details.map(|it| it.causes.as_slice()).unwrap_or_default();
            prop_assert_eq!(found.len(), causes.len());
            for (found, sent) in found.iter().zip(&causes) {
                prop_assert!(is_text(found.field.as_deref(), &sent["field"]));
                prop_assert!(is_text(found.message.as_deref(), &sent["message"]));
            }
            prop_assert_eq!((error.kind(), error.code()), (ErrorKind::Api, Some(code)));
            prop_assert!(!error.to_string().is_empty());
            prop_assert!(error.is_not_found() || sent["reason"] != "NotFound");
            prop_assert!(error.is_expired() || sent["reason"] != "Expired");
        }

        /// Whatever stands there is an error of the server with that code, and its beginning is kept.
        #[test]
        fn what_is_damaged_is_an_error_of_the_server_all_the_same(
            sent in status(),
            at in any::<prop::sample::Index>(),
            byte in any::<u8>(),
            code in 400u16..600,
        ) {
            let mut body = sent.to_string().into_bytes();
            let at = at.index(body.len());
            body[at] = byte;
            for body in [&body[..], &body[..at]] {
                let status_code = StatusCode::from_u16(code).expect("a code");
                let error = Error::api("GET", "/x", status_code, &HeaderMap::new(), body);
                prop_assert_eq!((error.kind(), error.code()), (ErrorKind::Api, Some(code)));
                let kept = error.body().is_some_and(|it| body.starts_with(it));
                prop_assert!(error.status().is_some() || kept);
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }
}
