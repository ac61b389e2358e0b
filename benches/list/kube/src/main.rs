//! Lists all pods of a cluster in one answer and says what that took; with the feature `gzip` compressed.

use benches_gauge::Work;
use k8s_openapi::api::core::v1::Pod;
use kube::Client;
use kube::api::{Api, ListParams};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let pods = Api::<Pod>::all(Client::try_default().await?);
    let work = Work::begin()?;
    let list = pods.list(&ListParams::default()).await?;
    println!("{}", work.end(list.items.len())?);
    Ok(())
}
