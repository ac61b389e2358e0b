//! So many bytes through a forwarded port, one way; or a local port, until standard input ends.

use anyhow::{Context, Result, ensure};
use benches_gauge::Work;
use k8s_openapi::api::core::v1::Pod;
use kube::Client;
use kube::api::Api;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

const PIECE: usize = 64 << 10;

fn pods(client: Client) -> Api<Pod> {
    Api::namespaced(client, "default")
}

pub(crate) async fn down(client: Client, port: u16, bytes: usize) -> Result<Value> {
    let work = Work::begin()?;
    let mut forwarder = pods(client).portforward("ports", &[port]).await?;
    let mut stream = forwarder.take_stream(port).context("no stream")?;
    let mut buffer = vec![0; PIECE];
    let mut left = bytes;
    while left > 0 {
        let count = stream.read(&mut buffer).await?;
        ensure!(count > 0, "{left} bytes did not come");
        left = left.checked_sub(count).context("more came")?;
    }
    work.end(bytes)
}

pub(crate) async fn up(client: Client, port: u16, bytes: usize) -> Result<Value> {
    let work = Work::begin()?;
    let mut forwarder = pods(client).portforward("ports", &[port]).await?;
    let mut stream = forwarder.take_stream(port).context("no stream")?;
    let piece = vec![7; PIECE];
    let mut left = bytes;
    while left > 0 {
        let count = left.min(PIECE);
        stream.write_all(&piece[..count]).await?;
        left -= count;
    }
    stream.flush().await?;
    ensure!(stream.read(&mut [0]).await? == 1, "no answer");
    work.end(bytes)
}

/// As kube-rs' own example `pod_portforward_bind` does it.
pub(crate) async fn listen(client: Client, port: u16) -> Result<Value> {
    let pods = pods(client);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", json!({"address": listener.local_addr()?.to_string()}));
    let work = Work::begin()?;
    let mut until =
        tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
    loop {
        let (local, _) = tokio::select! {
            accepted = listener.accept() => accepted?,
            ended = &mut until => {
                ended??;
                return work.end(0);
            }
        };
        let pods = pods.clone();
        tokio::spawn(async move {
            if let Err(error) = carry(&pods, port, local).await {
                eprintln!("{error}");
            }
        });
    }
}

async fn carry(pods: &Api<Pod>, port: u16, mut local: TcpStream) -> Result<()> {
    let mut forwarder = pods.portforward("ports", &[port]).await?;
    let mut stream = forwarder.take_stream(port).context("no stream")?;
    copy_bidirectional(&mut local, &mut stream).await?;
    drop(stream);
    forwarder.join().await?;
    Ok(())
}
