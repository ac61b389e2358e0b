//! Lists all pods of a cluster in one answer and says what that took.

use benches_gauge::Work;
use kubesdk::Client;
use kubesdk::api::core::v1::Pod;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let client = Client::infer().await?;
    let work = Work::begin()?;
    let list = Pod::everywhere(&client).list().await?;
    println!("{}", work.end(list.items.len())?);
    Ok(())
}
