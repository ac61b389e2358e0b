//! Counts the objects of nine kinds and labels a config map: the application of `app-kube`, on kubesdk.

use kubesdk::Client;
use kubesdk::api::apps::v1::{Deployment, StatefulSet};
use kubesdk::api::batch::v1::Job;
use kubesdk::api::core::v1::{ConfigMap, Namespace, Node, Pod, Secret, Service};

/// Another value makes cargo build this crate again, as an edit does.
const EDIT: Option<&str> = option_env!("KUBESDK_BENCH_EDIT");

macro_rules! names {
    ($names:ident, $($handle:expr),*) => {
        $(for object in $handle.list().limit(500).await?.items {
            $names.push(object.metadata.name.unwrap_or_default());
        })*
    };
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let client = Client::infer().await?;
    let mut names = Vec::new();
    names!(
        names,
        Pod::everywhere(&client),
        Service::everywhere(&client),
        ConfigMap::everywhere(&client),
        Secret::everywhere(&client),
        Namespace::cluster(&client),
        Node::cluster(&client),
        Deployment::everywhere(&client),
        StatefulSet::everywhere(&client),
        Job::everywhere(&client)
    );
    let maps = ConfigMap::in_namespace(&client, "default");
    let mut map = maps.get("kube-root-ca.crt").await?;
    map.metadata.labels.insert("edit", EDIT.unwrap_or("none").into());
    maps.replace("kube-root-ca.crt", &map).await?;
    println!("{} objects in the cluster", names.len());
    Ok(())
}
