//! A file into a container and out of it.

use anyhow::Result;
use benches_gauge::Work;
use kubesdk::api::core::v1::Pod;
use kubesdk::{Client, ContainerFiles};
use serde_json::Value;

fn files(client: &Client) -> ContainerFiles {
    ContainerFiles::of(Pod::in_namespace(client, "default").exec("busy"))
}

pub(crate) async fn into(client: &Client, file: &str, path: &str) -> Result<Value> {
    let work = Work::begin()?;
    let copied = files(client).copy_to(file, path).await?;
    work.end(usize::try_from(copied.bytes)?)
}

pub(crate) async fn out(client: &Client, path: &str, file: &str) -> Result<Value> {
    let work = Work::begin()?;
    let copied = files(client).copy_from(path, file).await?;
    work.end(usize::try_from(copied.bytes)?)
}
