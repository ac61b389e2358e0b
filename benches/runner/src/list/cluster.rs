//! A control plane with the pods of the list in it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use kubesdk::api::core::v1::{Namespace, Pod, PodList, PodStatus, ServiceAccount};
use kubesdk::api::meta::v1::ObjectMeta;
use kubesdk::{Client, Error, json};
use kubesdk_test_cluster::{Cluster, Options};
use tokio::task::JoinSet;

/// A cluster that ends with the value. No controller is there to miss the pods' owners and nodes.
pub(crate) struct Filled {
    cluster: Cluster,
    pods: usize,
}

/// As many as a server takes without queueing.
const AT_ONCE: usize = 16;

impl Filled {
    /// Starts a cluster and creates the pods of a file with their status.
    pub(crate) fn start(pods: &Path) -> Result<Self> {
        let list: PodList = json::from_slice(&std::fs::read(pods)?)?;
        let count = list.items.len();
        let options =
            Options { without_controller_manager: true, without_scheduler: true, ..Options::default() };
        let cluster = Cluster::start(options)?;
        println!("  creating {count} pods");
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(async {
            let client = Client::from_kubeconfig(&cluster.kubeconfig()).await?;
            fill(&client, list).await
        })?;
        Ok(Filled { cluster, pods: count })
    }

    pub(crate) fn kubeconfig(&self) -> PathBuf {
        self.cluster.kubeconfig()
    }

    pub(crate) fn pods(&self) -> usize {
        self.pods
    }

    /// As the server writes one.
    pub(crate) fn size_of_a_pod(&self) -> Result<f64> {
        let path = "/api/v1/pods?limit=100";
        let answer = self.cluster.kubectl(&["get", "--raw", path])?;
        Ok(answer.stdout.len() as f64 / self.pods.min(100) as f64)
    }
}

async fn fill(client: &Client, list: PodList) -> Result<()> {
    let first = list.items.first().context("no pods")?;
    let namespace = first.metadata.namespace.clone().context("a pod without a namespace")?;
    let account = first.spec.service_account_name.clone().context("a pod without an account")?;
    let named = |name| ObjectMeta { name: Some(name), ..Default::default() };
    Namespace::cluster(client)
        .create(&Namespace { metadata: named(namespace.clone()), ..Default::default() })
        .await?;
    let accounts = ServiceAccount::in_namespace(client, &namespace);
    accounts.create(&ServiceAccount { metadata: named(account), ..Default::default() }).await?;
    let mut running: JoinSet<Result<(), Error>> = JoinSet::new();
    for (number, mut pod) in list.items.into_iter().enumerate() {
        // Two of so many random names can be equal.
        let start = pod.metadata.generate_name.as_deref().unwrap_or_default();
        pod.metadata.name = Some(format!("{start}{number:05}").into());
        if running.len() >= AT_ONCE
            && let Some(done) = running.join_next().await
        {
            done??;
        }
        let pods = Pod::in_namespace(client, &namespace);
        running.spawn(async move {
            let (pod, status) = without_servers_fields(pod);
            let mut pod = pods.create(&pod).await?;
            pod.status = status;
            let name = pod.metadata.name.clone().unwrap_or_default();
            pods.replace_status(&name, &pod).field_manager("kubelet").await.map(drop)
        });
    }
    while let Some(done) = running.join_next().await {
        done??;
    }
    Ok(())
}

/// What a client may create, and the status that a kubelet adds.
fn without_servers_fields(mut pod: Pod) -> (Pod, PodStatus) {
    pod.metadata.uid = None;
    pod.metadata.resource_version = None;
    pod.metadata.creation_timestamp = None;
    pod.metadata.generation = None;
    pod.metadata.managed_fields = Vec::new();
    let status = std::mem::take(&mut pod.status);
    (pod, status)
}
