//! Statuses of the server at each point of a watch: as its answer, in place of a frame, and within an event.

use super::*;

/// A status of the server, or a page of a proxy, as the answer to the watch: is it expired, and what is it?
#[test]
fn f4_statuses_are_looked_at_before_frames() {
    let check = |code: u16, body: &str, expired: bool, kind: ErrorKind| {
        // More than one answer: what is safe is asked again.
        let answers: Vec<_> = (0..20).map(|_| answer(code, &[], &[body.as_bytes()])).collect();
        let (client, _) = scripted(answers);
        let error = run(Watch::<Status>::new(&client, &["/x"])).unwrap_err();
        assert_eq!((error.is_expired(), error.kind(), error.code()), (expired, kind, Some(code)), "{body}");
    };
    let status = |reason: &str, code: u16| {
        format!(
            r#"{{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"{reason}","code":{code}}}"#
        )
    };
    check(410, &status("Expired", 410), true, ErrorKind::Api);
    check(410, &status("Gone", 410), true, ErrorKind::Api);
    check(410, &status("", 410), true, ErrorKind::Api);
    check(410, "", true, ErrorKind::Api);
    check(410, "gone\n", true, ErrorKind::Api);
    check(410, &status("Expired", 410).replace(',', ",\n  "), true, ErrorKind::Api);
    check(429, &status("TooManyRequests", 429), false, ErrorKind::Api);
    check(500, &status("InternalError", 500), false, ErrorKind::Api);
    check(502, "<html>bad gateway</html>", false, ErrorKind::Api);
    // What would be a frame is none if the answer is no success.
    check(403, FRAMES, false, ErrorKind::Api);
}

/// The same at each place of a stream: in place of a frame, or within an ERROR event.
#[test]
fn f4_statuses_within_the_stream() {
    let check = |status: &str, expected: &str| {
        for frame in [format!("{status}\n"), format!("{{\"type\":\"ERROR\",\"object\":{status}}}\n")] {
            for before in 0..3 {
                let added = "{\"type\":\"ADDED\",\"object\":{\"message\":\"a\"}}\n".repeat(before);
                let mut all = vec!["added a"; before];
                all.push(expected);
                assert_eq!(seen(&[added.as_bytes(), frame.as_bytes()]), all, "{frame}");
            }
        }
    };
    let expired = "Api expired=true";
    check(r#"{"kind":"Status","apiVersion":"v1","reason":"Expired","code":410}"#, expired);
    check(r#"{"kind":"Status","apiVersion":"v1","reason":"Gone","code":410}"#, expired);
    check(r#"{"kind":"Status","apiVersion":"v1","reason":"Expired"}"#, expired);
    check(r#"{"kind":"Status","apiVersion":"v1","reason":"Gone"}"#, expired);
    check(r#"{"kind":"Status","apiVersion":"v1","code":410}"#, expired);
    check(r#"{"kind":"Status","apiVersion":"v1","reason":"SomethingNew","code":410}"#, expired);
    check(
        r#"{"kind":"Status","apiVersion":"v1","reason":"TooManyRequests","code":429}"#,
        "Api expired=false",
    );
    check(r#"{"kind":"Status","apiVersion":"v1","reason":"InternalError","code":500}"#, "Api expired=false");
    check(r#"{"kind":"Status","apiVersion":"v1","reason":"Timeout","code":504}"#, "Api expired=false");
}

#[test]
fn f4_an_error_that_is_no_status_is_kept() {
    let (client, _) =
        script(&[(200, &["{\"type\":\"ERROR\",\"object\":{\"kind\":\"Pod\",\"code\":\"x\"}}\n"])]);
    let mut stream = run(Watch::<Status>::new(&client, &["/x"])).unwrap();
    let error = run(stream.next()).unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.raw_item().unwrap().as_str(), r#"{"kind":"Pod","code":"x"}"#);
}

#[test]
fn f6_a_server_that_cannot_begin_with_what_exists_says_so() {
    let invalid = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Invalid","code":422}"#;
    let (client, log) = script(&[(422, &[invalid])]);
    let error = run(Watch::<Status>::new(&client, &["/x"]).timeout_seconds(60).initial_events()).unwrap_err();
    assert!(error.is_invalid());
    let asked = "GET /x?watch=true&timeoutSeconds=60&sendInitialEvents=true\
                 &resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
    assert_eq!(*log.lock().unwrap(), [asked]);
}
