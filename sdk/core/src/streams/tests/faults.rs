//! What real servers do seldom: frames that are cut anywhere, frames of one byte, refusals, other answers than frames.

use std::future::poll_fn;
use std::pin::Pin;

use futures_io::AsyncRead;

use super::processes::{V5, exec, port};
use super::server::{Answer, WIDE, run, server};
use crate::streams::Output;
use crate::verbs::{Attach, Exec, PortForward};
use crate::{Error, ErrorKind};

/// A frame of the server, which fits into seven bits of length.
fn frame(begin: u8, payload: &[u8]) -> Vec<u8> {
    assert!(payload.len() < 126);
    [&[begin, payload.len() as u8], payload].concat()
}

const WHOLE: u8 = 0x82;
const PING: u8 = 0x89;
const CLOSE: u8 = 0x88;

/// All that a server says to a command, and how much of it must have come for the end to be known.
fn conversation() -> (Vec<u8>, usize) {
    let said = [
        frame(WHOLE, b"\x01one "),
        frame(WHOLE, b"\x02err"),
        frame(PING, b"p"),
        frame(WHOLE, b"\x01"),
        // A message in three parts, with a ping between them.
        frame(0x02, b"\x01t"),
        frame(PING, b""),
        frame(0x00, b""),
        frame(0x80, b"wo"),
        frame(WHOLE, b"\xff\x01"),
        frame(WHOLE, b"\x03{\"status\":\"Success\"}"),
    ];
    let known = said.concat();
    let length = known.len();
    ([known, frame(CLOSE, b"\x03\xe8")].concat(), length)
}

fn is_whole(output: &Output) {
    assert_eq!(output.exit.code(), 0);
    assert_eq!(
        (output.stdout.as_slice(), output.stderr.as_slice()),
        (b"one two".as_slice(), b"err".as_slice())
    );
}

#[test]
fn frames_cut_at_every_byte() {
    let (said, _) = conversation();
    for at in 0..=said.len() {
        let (process, mut server) = exec(V5, WIDE);
        let (first, second) = said.split_at(at);
        server.raw(first);
        let mut second = Some(second);
        let output = run(process.output(), || {
            if let Some(second) = second.take() {
                server.raw(second);
            }
        });
        is_whole(&output.unwrap_or_else(|error| panic!("cut at {at}: {error}")));
    }
}

#[test]
fn connections_broken_off_at_every_byte() {
    let (said, known) = conversation();
    for at in 0..=said.len() {
        let (process, mut server) = exec(V5, WIDE);
        server.raw(&said[..at]);
        server.vanish();
        match run(process.output(), || ()) {
            Ok(output) if at >= known => is_whole(&output),
            Ok(_) => panic!("the end was not known at {at}"),
            Err(error) => {
                assert!(at < known, "broken off at {at}: {error}");
                assert!(matches!(error.kind(), ErrorKind::Body), "{error}");
            }
        }
    }
}

#[test]
fn frames_of_one_byte() {
    let (process, mut server) = exec(V5, WIDE);
    for byte in b"one two" {
        server.raw(&frame(WHOLE, &[1, *byte]));
    }
    // A message of which each byte is a frame.
    for (number, byte) in b"\x02err".iter().enumerate() {
        let begin = if number == 0 { 0x02 } else { 0x00 };
        server.raw(&frame(begin, &[*byte]));
    }
    server.raw(&frame(0x80, b""));
    for byte in b"{\"status\":\"Success\"}" {
        server.raw(&frame(WHOLE, &[3, *byte]));
    }
    server.raw(&frame(CLOSE, b"\x03\xe8"));
    is_whole(&run(process.output(), || ()).unwrap());
}

/// What exec, attach and port-forward say when the upgrade gets this answer.
fn refusals(code: u16, body: &'static str) -> [Error; 3] {
    let client = || server(Answer::Refuse(code, body), WIDE);
    let (exec, attach, forward) = (client(), client(), client());
    [
        run(Exec::new(&exec.0, &["/exec"]).command("x").open(), || ()).expect_err("refused"),
        run(Attach::new(&attach.0, &["/attach"]).stdout(true).open(), || ()).expect_err("refused"),
        run(PortForward::new(&forward.0, &["/portforward"]).open(80), || ()).expect_err("refused"),
    ]
}

#[test]
fn refusals_of_the_upgrade() {
    for (code, body, is) in [
        (401, "Unauthorized", Error::is_unauthorized as fn(&Error) -> bool),
        (
            403,
            r#"{"kind":"Status","status":"Failure","reason":"Forbidden","code":403,"message":"no"}"#,
            Error::is_forbidden,
        ),
        (403, "", Error::is_forbidden),
        (
            404,
            r#"{"kind":"Status","status":"Failure","reason":"NotFound","code":404,"message":"no"}"#,
            Error::is_not_found,
        ),
        (404, "404 page not found", Error::is_not_found),
        (
            500,
            r#"{"kind":"Status","status":"Failure","reason":"InternalError","code":500,"message":"no"}"#,
            Error::is_internal,
        ),
        (500, "", Error::is_internal),
    ] {
        for (error, resource) in refusals(code, body).iter().zip(["exec", "attach", "portforward"]) {
            assert!(is(error) && error.code() == Some(code), "{code}: {error:?}");
            let advice = format!("ask for the verb create on pods/{resource}");
            assert_eq!(error.to_string().contains(&advice), code == 403, "{error}");
        }
    }
}

#[test]
fn another_answer_in_place_of_a_frame() {
    for said in [
        r#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Expired","code":410}"#,
        "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n",
        "\0\0\0\0\0\0",
    ] {
        let (process, mut server) = exec(V5, WIDE);
        // What looks like the beginning of a frame is waited for until the connection ends.
        server.raw(said.as_bytes());
        server.vanish();
        let error = run(process.output(), || ()).expect_err("that is no frame");
        assert_eq!(error.kind(), ErrorKind::Body, "{error}");
        assert!(
            error.to_string().starts_with("the connection broke off: WebSocket protocol error"),
            "{error}"
        );
        let (mut stream, mut server) = port(WIDE);
        server.raw(said.as_bytes());
        server.vanish();
        let error = run(poll_fn(|it| Pin::new(&mut stream).poll_read(it, &mut [0; 8])), || ());
        assert_eq!(error.expect_err("that is no frame").kind(), std::io::ErrorKind::UnexpectedEof);
    }
}

/// A `Status` on its channel before anything else: the command could not begin, and nothing is waited for.
#[test]
fn a_status_in_place_of_output() {
    for (status, is) in [
        (
            r#"{"status":"Failure","reason":"NotFound","code":404,"message":"gone"}"#,
            Error::is_not_found as fn(&Error) -> bool,
        ),
        (
            r#"{"status":"Failure","reason":"InternalError","code":500,"message":"broken"}"#,
            Error::is_internal,
        ),
        (
            r#"{"status":"Failure","reason":"TooManyRequests","code":429,"message":"later"}"#,
            Error::is_too_many_requests,
        ),
    ] {
        let (process, mut server) = exec(V5, WIDE);
        server.send(format!("\u{3}{status}").as_bytes());
        server.raw(&frame(CLOSE, b"\x03\xe8"));
        let error = run(process.output(), || ()).expect_err("it did not run");
        assert!(is(&error), "{error:?}");
    }
}
