//! Runs a command so many times, one after the other.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use benches_gauge::{Work, median};
use k8s_openapi::api::core::v1::Pod;
use kube::Client;
use kube::api::{Api, AttachParams};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;

pub(crate) async fn exec(client: Client, times: usize) -> Result<Value> {
    let pods = Api::<Pod>::namespaced(client, "default");
    for _ in 0..3 {
        once(&pods).await?;
    }
    let (mut first, mut exit) = (Vec::new(), Vec::new());
    let work = Work::begin()?;
    for _ in 0..times {
        let taken = once(&pods).await?;
        first.push(taken.0);
        exit.push(taken.1);
    }
    let mut taken = work.end(times)?;
    taken["first"] = json!(median(first));
    taken["exit"] = json!(median(exit));
    Ok(taken)
}

/// How long until the first byte of a command's output, and until its end.
async fn once(pods: &Api<Pod>) -> Result<(Duration, Duration)> {
    let start = Instant::now();
    let mut process = pods.exec("busy", ["echo", "x"], &AttachParams::default()).await?;
    let mut stdout = process.stdout().context("no output")?;
    let status = process.take_status().context("no status")?;
    ensure!(stdout.read(&mut [0; 64]).await? > 0, "no byte");
    let first = start.elapsed();
    let status = status.await.context("no end")?;
    ensure!(status.status.as_deref() == Some("Success"), "it failed: {status:?}");
    Ok((first, start.elapsed()))
}
