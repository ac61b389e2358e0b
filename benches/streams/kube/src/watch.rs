//! Watches pods until the server ends the watch; each event is dropped.

use anyhow::Result;
use benches_gauge::Work;
use futures_util::TryStreamExt;
use k8s_openapi::api::core::v1::Pod;
use kube::Client;
use kube::api::{Api, WatchParams};
use serde_json::Value;

pub(crate) async fn watch(client: Client) -> Result<Value> {
    let pods = Api::<Pod>::all(client);
    let work = Work::begin()?;
    let mut events = Box::pin(pods.watch(&WatchParams::default(), "0").await?);
    let mut count = 0;
    while events.try_next().await?.is_some() {
        count += 1;
    }
    work.end(count)
}
