//! Lists all pods of a cluster in one answer and says what that took: `plain` or, as by default, compressed.

use benches_gauge::Work;
use kubesdk::api::core::v1::Pod;
use kubesdk::{Client, ConfigLoader};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let plain = std::env::args().nth(1).is_some_and(|way| way == "plain");
    let client = Client::from_config(ConfigLoader::new().disable_compression(plain).load()?)?;
    let work = Work::begin()?;
    let list = Pod::everywhere(&client).list().await?;
    println!("{}", work.end(list.items.len())?);
    Ok(())
}
