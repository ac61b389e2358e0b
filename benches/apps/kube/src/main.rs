//! Counts the objects of nine kinds and labels a config map: the application of `app-kubesdk`, on kube.

use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Node, Pod, Secret, Service};
use kube::api::{Api, ListParams, PostParams};
use kube::{Client, ResourceExt};

/// Another value makes cargo build this crate again, as an edit does.
const EDIT: Option<&str> = option_env!("KUBESDK_BENCH_EDIT");

macro_rules! names {
    ($client:ident, $($kind:ty),*) => {{
        let mut names = Vec::new();
        $(for object in Api::<$kind>::all($client.clone()).list(&ListParams::default().limit(500)).await? {
            names.push(object.name_any());
        })*
        names
    }};
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let client = Client::try_default().await?;
    let names =
        names!(client, Pod, Service, ConfigMap, Secret, Namespace, Node, Deployment, StatefulSet, Job);
    let maps = Api::<ConfigMap>::namespaced(client, "default");
    let mut map = maps.get("kube-root-ca.crt").await?;
    map.labels_mut().insert("edit".to_owned(), EDIT.unwrap_or("none").to_owned());
    maps.replace("kube-root-ca.crt", &PostParams::default(), &map).await?;
    println!("{} objects in the cluster", names.len());
    Ok(())
}
