//! Runs a command so many times, one after the other.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use benches_gauge::{Work, median};
use kubesdk::Client;
use kubesdk::api::core::v1::Pod;
use serde_json::{Value, json};

pub(crate) async fn exec(client: &Client, times: usize) -> Result<Value> {
    for _ in 0..3 {
        once(client).await?;
    }
    let (mut first, mut exit) = (Vec::new(), Vec::new());
    let work = Work::begin()?;
    for _ in 0..times {
        let taken = once(client).await?;
        first.push(taken.0);
        exit.push(taken.1);
    }
    let mut taken = work.end(times)?;
    taken["first"] = json!(median(first));
    taken["exit"] = json!(median(exit));
    Ok(taken)
}

/// How long until the first byte of a command's output, and until its end.
async fn once(client: &Client) -> Result<(Duration, Duration)> {
    let start = Instant::now();
    let exec = Pod::in_namespace(client, "default").exec("busy").command("echo").command("x");
    let mut process = exec.stdout(true).stderr(true).open().await?;
    let mut stdout = process.stdout.take().context("no output")?;
    stdout.next().await.context("no byte")??;
    let first = start.elapsed();
    ensure!(process.wait().await?.success(), "it failed");
    Ok((first, start.elapsed()))
}
