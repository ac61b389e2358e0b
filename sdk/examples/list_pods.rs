//! Counts the pods of a cluster, as client-go's well-known example does: with the pod's own service account when it
//! runs in a cluster, else with `--kubeconfig PATH`, `KUBECONFIG` or `~/.kube/config`.
//!
//! ```text
//! cargo run --example list_pods -- --kubeconfig PATH
//! ```

use std::process::ExitCode;

use kubesdk::api::core::v1::Pod;
use kubesdk::{Client, Error};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let kubeconfig = match kubeconfig(std::env::args().skip(1)) {
        Ok(path) => path,
        Err(usage) => {
            eprintln!("{usage}");
            return ExitCode::from(2);
        }
    };
    match count(kubeconfig).await {
        Ok(count) => {
            println!("There are {count} pods in the cluster");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn count(kubeconfig: Option<String>) -> Result<usize, Error> {
    let client = connect(kubeconfig).await?;
    let pods = Pod::everywhere(&client).list().limit(500).all().await?;
    Ok(pods.items.len())
}

async fn connect(kubeconfig: Option<String>) -> Result<Client, Error> {
    match (Client::in_cluster().await, kubeconfig) {
        (Ok(client), _) => Ok(client),
        (Err(_), Some(path)) => Client::from_kubeconfig(path).await,
        (Err(_), None) => Client::infer().await,
    }
}

fn kubeconfig(mut arguments: impl Iterator<Item = String>) -> Result<Option<String>, String> {
    let Some(first) = arguments.next() else { return Ok(None) };
    let path = match first.split_once('=') {
        Some(("--kubeconfig", path)) => Some(path.to_owned()),
        None if first == "--kubeconfig" => arguments.next(),
        _ => None,
    };
    match (path.filter(|it| !it.is_empty()), arguments.next()) {
        (Some(path), None) => Ok(Some(path)),
        _ => Err("usage: list_pods [--kubeconfig PATH]".to_owned()),
    }
}
