//! What the walks compute, believed by a real API server: patches between two objects, what typed apply owns, and what
//! is extracted of it.

mod apply;
mod patches;

use kubesdk::Client;
use kubesdk::core::{Object, json};
use kubesdk_test_cluster::Cluster;

/// One cluster for all of it: nothing here disturbs the rest.
#[tokio::test]
async fn the_walks_say_what_the_server_does() {
    let cluster = Cluster::start(super::small()).expect("the cluster starts");
    let client = Client::from_kubeconfig(cluster.kubeconfig()).await.expect("a client");
    patches::make_the_second_object_of_the_first(&client).await;
    apply::owns_what_is_sent(&client).await;
    apply::is_undone_by_extraction(&client).await;
}

fn object<T: Object + Default>(text: &str) -> T {
    json::from_slice(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"))
}
