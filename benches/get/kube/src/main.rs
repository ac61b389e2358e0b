//! Reads a small object so many times, 32 at once, and says what that took; once means a process' first answer.

use benches_gauge::Work;
use k8s_openapi::api::core::v1::Namespace;
use kube::Client;
use kube::api::Api;
use tokio::task::JoinSet;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let times: usize = std::env::args().nth(1).unwrap_or_default().parse()?;
    let namespaces = Api::<Namespace>::all(Client::try_default().await?);
    if times > 1 {
        get(&namespaces, 320).await?;
    }
    let work = Work::begin()?;
    get(&namespaces, times).await?;
    println!("{}", work.end(times)?);
    Ok(())
}

async fn get(namespaces: &Api<Namespace>, times: usize) -> anyhow::Result<()> {
    if times == 1 {
        namespaces.get("default").await?;
        return Ok(());
    }
    let mut tasks: JoinSet<Result<(), kube::Error>> = JoinSet::new();
    for _ in 0..32 {
        let namespaces = namespaces.clone();
        tasks.spawn(async move {
            for _ in 0..times / 32 {
                namespaces.get("default").await?;
            }
            Ok(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(())
}
