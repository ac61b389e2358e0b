//! The OpenAPI documents of a real server: transferred once, followed when they change.

use std::fs;

use kubesdk::openapi::Entry;
use kubesdk::{Client, OpenApi};
use kubesdk_test_cluster::Cluster;
use serde_json::Value;

pub(crate) async fn come_once(cluster: &Cluster, client: &Client) {
    let folder = tempfile::tempdir().expect("a folder");
    let openapi = OpenApi::new(client).with_folder(folder.path());
    let index = openapi.index().await.expect("an index");
    for (path, entry) in index.iter() {
        let document = openapi.fetch(entry).await.unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(document.hash, entry.hash, "{path}");
        assert!(document.hash.is_some(), "{path}");
        assert_eq!(openapi.document(path).await.expect("the same again"), document);
    }
    let count = index.iter().count();
    assert!(count > 30, "{count} documents");
    let files = fs::read_dir(folder.path()).expect("the folder").count();
    let hashes: std::collections::BTreeSet<_> = index.iter().map(|(_, it)| it.hash.clone()).collect();
    assert_eq!(files, hashes.len());
    let raw = cluster.kubectl(&["get", "--raw", "/openapi/v3/apis/apps/v1"]).expect("kubectl runs").stdout;
    assert_eq!(openapi.document("apis/apps/v1").await.expect("the document").body, raw.as_bytes());

    // A hash of long ago leads to the document of today.
    let old = Entry {
        url: "/openapi/v3/apis/apps/v1?hash=0123456789ABCDEF".into(),
        hash: Some("0123456789ABCDEF".into()),
    };
    assert_eq!(openapi.fetch(&old).await.expect("the document").body, raw.as_bytes());
    let unknown = Entry { url: "/openapi/v3/apis/nothing.example.com/v1".into(), hash: None };
    assert!(openapi.fetch(&unknown).await.is_err(), "a document of a group that is not there");

    let v2 = openapi.v2().await.expect("the document");
    assert_eq!(serde_json::from_slice::<Value>(&v2).expect("JSON")["swagger"], "2.0");
    assert_eq!(openapi.v2().await.expect("the same again"), v2);
}

/// The documents of our definitions come, by an index that the server says is another one.
pub(crate) async fn follow_a_change(client: &Client) {
    let openapi = OpenApi::new(client);
    for _ in 0..100 {
        if let Ok(document) = openapi.document("apis/discovery.kubesdk.test/v1beta1").await {
            let document: Value = serde_json::from_slice(&document.body).expect("JSON");
            assert!(document["paths"]["/apis/discovery.kubesdk.test/v1beta1/gadgets"].is_object());
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    panic!("the document of the definitions does not come within twenty seconds");
}
