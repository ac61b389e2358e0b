//! Reads a small object so many times, 32 at once, and says what that took; once means a process' first answer.

use benches_gauge::Work;
use kubesdk::Client;
use kubesdk::api::core::v1::Namespace;
use tokio::task::JoinSet;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let times: usize = std::env::args().nth(1).unwrap_or_default().parse()?;
    let client = Client::infer().await?;
    if times > 1 {
        get(&client, 320).await?;
    }
    let work = Work::begin()?;
    get(&client, times).await?;
    println!("{}", work.end(times)?);
    Ok(())
}

async fn get(client: &Client, times: usize) -> anyhow::Result<()> {
    if times == 1 {
        Namespace::cluster(client).get("default").await?;
        return Ok(());
    }
    let mut tasks: JoinSet<Result<(), kubesdk::Error>> = JoinSet::new();
    for _ in 0..32 {
        let client = client.clone();
        tasks.spawn(async move {
            for _ in 0..times / 32 {
                Namespace::cluster(&client).get("default").await?;
            }
            Ok(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(())
}
