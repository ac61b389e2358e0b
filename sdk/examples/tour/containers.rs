//! Commands in a container, and files copied into it.

use std::io::Write;
use std::path::PathBuf;

use kubesdk::api::apps::v1::Deployment;
use kubesdk::api::core::v1::Pod;
use kubesdk::core::verbs::Exec;
use kubesdk::{Client, ContainerFiles};

use crate::Outcome;

/// As `kubectl exec deployment/NAME -- COMMAND`: with its output and its exit code.
pub(crate) async fn exec(client: &Client, deployment: &str, command: Vec<String>) -> Outcome {
    let exec = container(client, deployment).await?;
    let output = command.into_iter().fold(exec, Exec::command).output().await?;
    std::io::stdout().write_all(&output.stdout)?;
    std::io::stderr().write_all(&output.stderr)?;
    if !output.exit.success() {
        eprintln!("command terminated with exit code {}", output.exit.code());
    }
    Ok(u8::try_from(output.exit.code()).unwrap_or(1))
}

/// As `kubectl cp FILE POD:TARGET`.
pub(crate) async fn copy(client: &Client, file: PathBuf, deployment: &str, target: String) -> Outcome {
    let files = ContainerFiles::of(container(client, deployment).await?);
    files.copy_to(file, target).await?;
    Ok(0)
}

/// A running pod of a Deployment.
async fn container(client: &Client, deployment: &str) -> Result<Exec, Box<dyn std::error::Error>> {
    let namespace = client.default_namespace();
    let found = Deployment::in_namespace(client, namespace).get(deployment).await?;
    let labels: Vec<String> =
        found.spec.selector.match_labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let pods = Pod::in_namespace(client, namespace);
    let running = pods.list().labels(labels.join(",")).fields("status.phase=Running").await?;
    let name = running.items.into_iter().find_map(|pod| pod.metadata.name);
    let name = name.ok_or_else(|| format!("no pod of the deployment {deployment} runs"))?;
    Ok(pods.exec(&name))
}
