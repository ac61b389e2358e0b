//! Forwarded ports.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use kubesdk::core::futures_io::{AsyncRead, AsyncWrite};
use kubesdk::streams::PortStream;
use kubesdk::{Client, ErrorKind, PortListener};
use kubesdk_test_cluster::Cluster;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
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

/// Several ports: what happens on one of them leaves the connections of the other alone, and is heard of.
pub(super) async fn several_local_ports(client: &Client) {
    let forward = || pods(client).port_forward("ports");
    let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
    let mut addresses = Vec::new();
    let mut serving = JoinSet::new();
    let (heard, mut faults) = mpsc::unbounded_channel();
    for port in [9000, 9001, 9] {
        let listener = PortListener::bind(forward(), port, anywhere).await.expect("a port");
        addresses.push(listener.local_addr());
        let heard = heard.clone();
        serving.spawn(listener.serve(move |error| {
            let _ = heard.send((port, error));
        }));
    }
    let mut good = TcpStream::connect(addresses[0]).await.expect("a connection");
    for _ in 0..3 {
        for address in &addresses[1..] {
            let mut bad = TcpStream::connect(address).await.expect("a connection");
            let _ = bad.write_all(b"x").await;
            assert!(!matches!(bad.read(&mut [0]).await, Ok(1..)), "nobody answers");
        }
        good.write_all(b"good").await.expect("it is written");
        good.read_exact(&mut [0; 4]).await.expect("it is read");
    }
    let (_, error) = loop {
        let fault = faults.recv().await.expect("somebody serves");
        assert_ne!(fault.0, 9000, "{}", fault.1);
        if fault.0 == 9 {
            break fault;
        }
    };
    assert!(error.to_string().contains("error forwarding port 9"), "{error}");
}

/// The API server is killed and comes again: connections end and are heard of, the local port goes on.
pub(super) async fn a_server_that_restarts(cluster: &Cluster, client: &Client) {
    let forward = pods(client).port_forward("ports");
    let listener = PortListener::bind(forward, 9000, ([127, 0, 0, 1], 0).into()).await.expect("a port");
    let address = listener.local_addr();
    let (heard, mut faults) = mpsc::unbounded_channel();
    let serving = tokio::spawn(listener.serve(move |error| {
        let _ = heard.send(error);
    }));
    let mut first = TcpStream::connect(address).await.expect("a connection");
    first.write_all(b"x").await.expect("it is written");
    first.read_exact(&mut [0]).await.expect("it is read");
    cluster.component("apiserver").expect("the API server").signal("KILL").expect("it is killed");
    assert!(!matches!(first.read(&mut [0]).await, Ok(1..)), "the connection goes on");
    let error = faults.recv().await.expect("the end is heard of");
    assert_eq!(error.kind(), ErrorKind::Body, "{error}");
    for _ in 0..300 {
        let mut next = TcpStream::connect(address).await.expect("the local port is there");
        if next.write_all(b"x").await.is_ok() && matches!(next.read(&mut [0]).await, Ok(1)) {
            serving.abort();
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("no connection after the server came again");
}
