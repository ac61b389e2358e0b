//! What flows between a command and its caller.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::Poll;

use futures_io::{AsyncRead, AsyncWrite};
use tungstenite::Message;
use tungstenite::protocol::CloseFrame;

use super::super::heartbeat::PATIENCE;
use super::server::{Answer, Pipe, Server, WIDE, run, server};
use crate::streams::{Exit, PortStream, Process};
use crate::verbs::{Exec, PortForward};
use crate::{Error, ErrorKind};

pub(super) const V5: &str = "v5.channel.k8s.io";
const V4: &str = "v4.channel.k8s.io";
const SUCCESS: &[u8] = b"\x03{\"metadata\":{},\"status\":\"Success\"}";

pub(super) fn exec(protocol: &'static str, pipe: Pipe) -> (Process, Server) {
    let (client, _, server) = server(Answer::Switch(protocol), pipe);
    let exec = Exec::new(&client, &["/exec"]).command("x").stdin(true).stdout(true).stderr(true);
    (run(exec.open(), || ()).unwrap(), server)
}

pub(super) fn port(pipe: Pipe) -> (PortStream, Server) {
    let (client, _, server) = server(Answer::Switch(V4), pipe);
    (run(PortForward::new(&client, &["/portforward"]).open(80), || ()).unwrap(), server)
}

fn close(server: &mut Server) {
    server.frame(Message::Close(Some(CloseFrame { code: 1000.into(), reason: "".into() })));
}

#[test]
fn outputs_and_the_exit_come_in_pieces_of_any_size() {
    for piece in [1, 2, 3, 7, usize::MAX] {
        let (process, mut server) = exec(V5, Pipe { capacity: 1 << 20, piece });
        let large = vec![b'x'; 200_000];
        for message in
            [b"\x01".as_slice(), b"", b"\x01one ", b"\x02err", b"\x01two", b"\x09unknown", b"\x04odd"]
        {
            server.send(message);
        }
        server.send(&[b"\x01", large.as_slice()].concat());
        let (first, second) = SUCCESS.split_at(9);
        server.send(first);
        server.send(&[b"\x03", second].concat());
        close(&mut server);
        let output = run(process.output(), || ()).unwrap();
        assert_eq!(output.exit, Exit::from_code(0));
        assert_eq!(output.stdout, [b"one two", large.as_slice()].concat());
        assert_eq!(output.stderr, b"err");
    }
}

#[test]
fn fragments_of_a_message_are_one() {
    let (process, mut server) = exec(V5, WIDE);
    server.raw(b"\x02\x03\x01ab\x89\x00\x00\x01c\x80\x02de");
    server.send(SUCCESS);
    close(&mut server);
    assert_eq!(run(process.output(), || ()).unwrap().stdout, b"abcde");
    assert!(std::iter::from_fn(|| server.next()).any(|it| matches!(it, Message::Pong(_))));
}

fn ended(last: &str) -> Result<Exit, Error> {
    let (mut process, mut server) = exec(V5, WIDE);
    (process.stdout, process.stderr) = (None, None);
    if !last.is_empty() {
        server.send(format!("\u{3}{last}").as_bytes());
    }
    close(&mut server);
    run(process.wait(), || ())
}

#[test]
fn the_last_word_is_an_exit_or_an_error() {
    let failed = |code: &str| {
        format!(
            r#"{{"status":"Failure","reason":"NonZeroExitCode","message":"command terminated",
            "details":{{"causes":[{{"reason":"ExitCode","message":"{code}"}}]}}}}"#
        )
    };
    for (code, signal) in [(0, None), (3, None), (126, None), (127, None), (137, Some(9)), (255, None)] {
        let exit = ended(&failed(&code.to_string())).unwrap();
        assert_eq!((exit.code(), exit.signal()), (code, signal));
    }
    assert_eq!(ended(&failed("many")).unwrap_err().kind(), ErrorKind::Decode);
    let error = ended(r#"{"status":"Failure","reason":"InternalError","code":500,"message":"no shell"}"#)
        .unwrap_err();
    assert!(error.is_internal());
    assert_eq!(error.to_string(), "Error from server (InternalError): no shell");
    assert_eq!(ended(r#"{"status":"Succ"#).unwrap_err().kind(), ErrorKind::Decode);
    let error = ended("").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Body);
    assert_eq!(error.to_string(), "the connection ended before the server said how the command did");
}

#[test]
fn a_connection_that_breaks_off_says_why() {
    let cases: [(&[u8], &str); 5] = [
        (b"", "WebSocket protocol error: Connection reset without closing handshake"),
        (b"\x88\x06\x03\xf3gone", "it was closed with the code 1011: \"gone\""),
        (b"\x81\x02\x01a", "it sent text where bytes were expected"),
        (b"\x82\x82\0\0\0\0\x01a", "WebSocket protocol error: Received a masked frame from server"),
        (b"\x82\x7f\0\0\0\0\x40\0\0\0\x01", "Space limit exceeded: Message too long: 1073741824 > 4194304"),
    ];
    for (bytes, reason) in cases {
        let (mut process, mut server) = exec(V5, WIDE);
        server.raw(bytes);
        server.vanish();
        let mut stdout = process.stdout.take().unwrap();
        let error = run(stdout.read_to_end(), || ()).unwrap_err();
        assert_eq!(error.to_string(), format!("the connection broke off: {reason}"));
        let error = run(process.wait(), || ()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Body);
        assert!(error.to_string().ends_with(reason), "{error}");
    }
}

#[test]
fn input_arrives_and_ends() {
    for piece in [1, 5, usize::MAX] {
        let (mut process, mut server) = exec(V5, Pipe { capacity: 1 << 20, piece });
        let mut stdin = process.stdin.take().unwrap();
        let input = vec![b'i'; 100_000];
        run(stdin.write_all(&input), || ()).unwrap();
        let mut arrived = Vec::new();
        while let Some(message) = server.data() {
            assert_eq!(message[0], 0);
            assert!(message.len() <= (32 << 10) + 1);
            arrived.extend_from_slice(&message[1..]);
        }
        assert_eq!(arrived, input);
        run(stdin.close(), || ()).unwrap();
        assert_eq!(server.data().as_deref(), Some([255, 0].as_slice()));
        assert_eq!(server.data(), None);
    }
}

#[test]
fn input_that_is_dropped_ends() {
    let (mut process, mut server) = exec(V5, WIDE);
    drop(process.stdin.take());
    assert_eq!(server.data().as_deref(), Some([255, 0].as_slice()));
}

#[test]
fn an_old_server_cannot_be_told_that_input_ends() {
    let (mut process, mut server) = exec(V4, WIDE);
    let error = run(process.stdin.take().unwrap().close(), || ()).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::Unsupported);
    assert_eq!(server.data(), None);
}

#[test]
fn what_arrived_is_read_although_nothing_can_be_written() {
    let (mut process, mut server) = exec(V5, WIDE);
    let mut stdin = process.stdin.take().unwrap();
    server.send(b"\x01out");
    server.send(b"\x03{\"status\":\"Success\"}");
    server.vanish();
    assert_eq!(run(stdin.write_all(b"late"), || ()).unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    // The connection ended without a close, but all was said before.
    let output = run(process.output(), || ()).unwrap();
    assert_eq!((output.stdout.as_slice(), output.exit.code()), (b"out".as_slice(), 0));
}

#[test]
fn sizes_of_a_terminal() {
    let (process, mut server) = exec(V5, WIDE);
    let resizer = process.resizer();
    for (columns, rows) in [(0, 0), (0, 24), (80, 0)] {
        assert_eq!(run(resizer.resize(columns, rows), || ()).unwrap_err().kind(), ErrorKind::Request);
    }
    assert_eq!(server.data(), None);
    run(resizer.resize(80, 24), || ()).unwrap();
    assert_eq!(server.data().unwrap(), b"\x04{\"Width\":80,\"Height\":24}\n");
}

/// Both directions are busy, the pipe is narrow, and the command gives back what it gets.
#[test]
fn both_directions_at_once() {
    let (mut process, mut server) = exec(V5, Pipe { capacity: 300, piece: 100 });
    let (mut stdin, mut stdout) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
    let input: Vec<u8> = (0..1_000_000_u32).map(|it| it as u8).collect();
    let (mut written, mut read) = (0, Vec::new());
    let mut buffer = vec![0; 1000];
    let both = poll_fn(|context| {
        while written < input.len() {
            match Pin::new(&mut stdin).poll_write(context, &input[written..]) {
                Poll::Ready(count) => written += count.unwrap(),
                Poll::Pending => break,
            }
        }
        while read.len() < input.len() {
            match Pin::new(&mut stdout).poll_read(context, &mut buffer) {
                Poll::Ready(count) => read.extend_from_slice(&buffer[..count.unwrap()]),
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(())
    });
    run(both, || {
        if server.flush()
            && let Some(mut message) = server.data()
        {
            message[0] = 1;
            server.send(&message);
        }
    });
    assert!(read == input);
}

#[test]
fn a_stream_that_nobody_reads_holds_the_connection_and_a_dropped_one_does_not() {
    let (mut process, mut server) = exec(V5, Pipe { capacity: 100_000, piece: usize::MAX });
    let mut stderr = process.stderr.take().unwrap();
    let mut sent = 0;
    // Standard output is asked for and not read: after 64 KiB here and what the pipe holds the server has to wait.
    for _ in 0..100 {
        if server.flush() {
            server.send(&[b"\x01".as_slice(), &[0; 32 << 10]].concat());
            sent += 32 << 10;
        }
        let polled = run(
            poll_fn(|context| {
                Poll::Ready(Pin::new(&mut stderr).poll_read(context, &mut [0; 8]).is_pending())
            }),
            || (),
        );
        assert!(polled);
    }
    assert!((64 << 10..=300_000).contains(&sent), "{sent}");
    process.stdout = None;
    let mut error = false;
    let mut buffer = [0; 8];
    let read = run(poll_fn(|context| Pin::new(&mut stderr).poll_read(context, &mut buffer)), || {
        if server.flush() && !error {
            server.send(b"\x02err");
            error = true;
        }
    });
    assert_eq!(read.unwrap(), 3);
}

#[test]
fn a_peer_that_is_silent_is_given_up() {
    let (mut process, mut server) = exec(V5, WIDE);
    let stdout = process.stdout.as_mut().unwrap();
    let mut ticks = 0;
    let error = run(stdout.next(), || {
        server.tick();
        ticks += 1;
    });
    assert_eq!(ticks, PATIENCE + 1);
    let words = "the connection broke off: nothing came from it for a minute, not even answers to pings";
    assert_eq!(error.unwrap().unwrap_err().to_string(), words);
    let pings = std::iter::from_fn(|| server.next()).filter(|it| matches!(it, Message::Ping(_))).count();
    assert_eq!(pings, PATIENCE as usize);
}

#[test]
fn a_peer_that_answers_pings_is_waited_for() {
    let (mut process, mut server) = exec(V5, WIDE);
    let stdout = process.stdout.as_mut().unwrap();
    let mut ticks = 0;
    let piece = run(stdout.next(), || {
        while server.next().is_some() {}
        server.flush();
        server.tick();
        ticks += 1;
        if ticks == PATIENCE * 4 {
            server.send(b"\x01late");
        }
    });
    assert_eq!(piece.unwrap().unwrap(), b"late".as_slice());
}

/// The server stands before input that the command does not read, and sees no pings behind it.
#[test]
fn a_peer_that_holds_our_input_is_waited_for() {
    let (mut process, mut server) = exec(V5, WIDE);
    let mut stdin = process.stdin.take().unwrap();
    run(stdin.write_all(b"input"), || ()).unwrap();
    let stdout = process.stdout.as_mut().unwrap();
    let mut ticks = 0;
    let piece = run(stdout.next(), || {
        server.tick();
        ticks += 1;
        if ticks == PATIENCE * 4 {
            server.send(b"\x01late");
        }
    });
    assert_eq!(piece.unwrap().unwrap(), b"late".as_slice());
}

#[test]
fn nothing_is_left_when_all_is_dropped() {
    let (mut process, mut server) = exec(V5, WIDE);
    let parts = (process.stdin.take(), process.stdout.take(), process.stderr.take(), process.resizer());
    drop(process);
    assert!(!server.is_left());
    drop(parts);
    assert_eq!(server.data().as_deref(), Some([255, 0].as_slice()));
    assert!(matches!(server.next(), Some(Message::Close(_))));
    assert!(server.is_left());
}

#[test]
fn a_port_is_a_stream_both_ways() {
    let (mut stream, mut server) = port(Pipe { capacity: 1000, piece: 1 });
    for message in [b"\0P\0".as_slice(), b"\x01P\0", b"\0hello"] {
        server.send(message);
    }
    let mut buffer = [0; 16];
    let read = run(poll_fn(|it| Pin::new(&mut stream).poll_read(it, &mut buffer)), || ()).unwrap();
    assert_eq!(&buffer[..read], b"hello");
    assert_eq!(run(poll_fn(|it| Pin::new(&mut stream).poll_write(it, b"back")), || ()).unwrap(), 4);
    run(poll_fn(|it| Pin::new(&mut stream).poll_close(it)), || ()).unwrap();
    assert_eq!(server.data().unwrap(), b"\0back");
    close(&mut server);
    assert_eq!(run(poll_fn(|it| Pin::new(&mut stream).poll_read(it, &mut buffer)), || ()).unwrap(), 0);
}

#[test]
fn a_port_that_is_not_reached_says_why() {
    let (mut stream, mut server) = port(WIDE);
    for message in [b"\0P\0".as_slice(), b"\x01P\0", b"\x01error forwarding port 80"] {
        server.send(message);
    }
    close(&mut server);
    let error = run(poll_fn(|it| Pin::new(&mut stream).poll_read(it, &mut [0; 8])), || ()).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (io::ErrorKind::ConnectionRefused, "error forwarding port 80")
    );
}
