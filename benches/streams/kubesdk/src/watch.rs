//! Watches pods until the server ends the watch; each event is dropped.

use anyhow::Result;
use benches_gauge::Work;
use kubesdk::Client;
use kubesdk::api::core::v1::Pod;
use serde_json::Value;

pub(crate) async fn watch(client: &Client) -> Result<Value> {
    let work = Work::begin()?;
    let mut events = Pod::everywhere(client).watch().resource_version("0").await?;
    let mut count = 0;
    while let Some(event) = events.next().await {
        event?;
        count += 1;
    }
    work.end(count)
}
