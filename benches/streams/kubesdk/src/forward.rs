//! So many bytes through a forwarded port, one way; or a local port, until standard input ends.

use anyhow::{Context, Result, ensure};
use benches_gauge::Work;
use futures_util::{AsyncReadExt, AsyncWriteExt};
use kubesdk::api::core::v1::Pod;
use kubesdk::core::verbs::PortForward;
use kubesdk::{Client, PortListener};
use serde_json::{Value, json};

const PIECE: usize = 64 << 10;

fn ports(client: &Client) -> PortForward {
    Pod::in_namespace(client, "default").port_forward("ports")
}

pub(crate) async fn down(client: &Client, port: u16, bytes: usize) -> Result<Value> {
    let work = Work::begin()?;
    let mut stream = ports(client).open(port).await?;
    let mut buffer = vec![0; PIECE];
    let mut left = bytes;
    while left > 0 {
        let count = stream.read(&mut buffer).await?;
        ensure!(count > 0, "{left} bytes did not come");
        left = left.checked_sub(count).context("more came")?;
    }
    work.end(bytes)
}

pub(crate) async fn up(client: &Client, port: u16, bytes: usize) -> Result<Value> {
    let work = Work::begin()?;
    let mut stream = ports(client).open(port).await?;
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

pub(crate) async fn listen(client: &Client, port: u16) -> Result<Value> {
    let listener = PortListener::bind(ports(client), port, ([127, 0, 0, 1], 0).into()).await?;
    println!("{}", json!({"address": listener.local_addr().to_string()}));
    let work = Work::begin()?;
    let until = tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
    tokio::select! {
        served = listener.serve(|error| eprintln!("{error}")) => served?,
        ended = until => drop(ended??),
    }
    work.end(0)
}
