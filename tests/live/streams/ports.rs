//! Forwarded ports.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;

use kubesdk::core::futures_io::{AsyncRead, AsyncWrite};
use kubesdk::streams::PortStream;
use kubesdk::{Client, ErrorKind, PortListener};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::pods;

async fn open(client: &Client, port: u16) -> PortStream {
    pods(client).port_forward("ports").open(port).await.expect("a connection")
}

async fn read(stream: &mut PortStream) -> io::Result<Vec<u8>> {
    let mut buffer = vec![0; 64 << 10];
    let length = poll_fn(|context| Pin::new(&mut *stream).poll_read(context, &mut buffer)).await?;
    buffer.truncate(length);
    Ok(buffer)
}

async fn write(stream: &mut PortStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        let written = poll_fn(|context| Pin::new(&mut *stream).poll_write(context, bytes)).await?;
        bytes = &bytes[written..];
    }
    poll_fn(|context| Pin::new(&mut *stream).poll_flush(context)).await
}

/// Sends pieces and gets each of them back.
async fn echo(stream: &mut PortStream, pieces: usize) {
    let piece: Vec<u8> = (0..50_000_u32).map(|it| it as u8).collect();
    for _ in 0..pieces {
        write(stream, &piece).await.expect("it is written");
        let mut back = Vec::new();
        while back.len() < piece.len() {
            let more = read(stream).await.expect("it is read");
            assert!(!more.is_empty(), "the connection ended");
            back.extend(more);
        }
        assert!(back == piece);
    }
}

pub(super) async fn many_connections(client: &Client) {
    let mut all = JoinSet::new();
    for _ in 0..20 {
        let client = client.clone();
        all.spawn(async move { echo(&mut open(&client, 9000).await, 10).await });
    }
    all.join_all().await;
}

pub(super) async fn a_reset_leaves_others_alone(client: &Client) {
    let mut good = open(client, 9000).await;
    echo(&mut good, 1).await;
    for _ in 0..3 {
        let mut bad = open(client, 9001).await;
        write(&mut bad, b"x").await.expect("it is written");
        let end = read(&mut bad).await;
        assert!(end.as_ref().is_ok_and(Vec::is_empty) || end.is_err(), "{end:?}");
        echo(&mut good, 1).await;
    }
}

pub(super) async fn nobody_listens(client: &Client) {
    let error = read(&mut open(client, 9).await).await.expect_err("nobody listens");
    assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
    assert!(error.to_string().contains("error forwarding port 9"), "{error}");
}

/// A local port is the pod's: for several callers at once, one of whom leaves early, until it is dropped.
pub(super) async fn a_local_port(client: &Client) {
    let forward = || pods(client).port_forward("ports");
    let listener = PortListener::bind(forward(), 9000, ([127, 0, 0, 1], 0).into()).await.expect("a port");
    let address = listener.local_addr();
    let error = PortListener::bind(forward(), 9000, address).await.expect_err("the port is taken");
    assert_eq!(error.kind(), ErrorKind::Config);
    let serving = tokio::spawn(listener.serve(|error| panic!("{error}")));
    let mut all = JoinSet::new();
    for number in 0..5_u8 {
        all.spawn(async move {
            let mut caller = TcpStream::connect(address).await.expect("a connection");
            if number == 0 {
                return;
            }
            let mut back = [0; 1000];
            for _ in 0..10 {
                caller.write_all(&[number; 1000]).await.expect("it is written");
                caller.read_exact(&mut back).await.expect("it is read");
                assert_eq!(back, [number; 1000]);
            }
        });
    }
    all.join_all().await;
    let mut caller = TcpStream::connect(address).await.expect("a connection");
    caller.write_all(b"x").await.expect("it is written");
    caller.read_exact(&mut [0]).await.expect("it is read");
    serving.abort();
    assert!(serving.await.expect_err("it was ended").is_cancelled());
    assert!(!matches!(caller.read(&mut [0]).await, Ok(1..)), "the connection goes on");
    TcpStream::connect(address).await.expect_err("nobody listens any more");
}
