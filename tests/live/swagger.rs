//! The OpenAPI v2 document of a real server gives the API of its v3 documents, but for what v2 leaves out.

use kubesdk_generator::{Document, Surface, What, document_of_swagger};
use kubesdk_test_cluster::Cluster;
use serde_json::Value;

use super::small;

fn raw(cluster: &Cluster, path: &str) -> String {
    let output = cluster.kubectl(&["get", "--raw", path]).expect("kubectl runs");
    assert!(output.status.success(), "{path}: {}", output.stderr);
    output.stdout
}

#[test]
fn v2_gives_the_api_of_v3() {
    let cluster = Cluster::start(small()).expect("the cluster starts");
    let index: Value = serde_json::from_str(&raw(&cluster, "/openapi/v3")).expect("it is JSON");
    let paths = index["paths"].as_object().expect("it lists its documents").keys();
    let v3: Vec<Document> = paths
        .map(|path| Document {
            name: path.replace('/', "__") + ".json",
            text: raw(&cluster, &format!("/openapi/v3/{path}")),
        })
        .collect();
    let dump = Document { name: "swagger.json".to_owned(), text: raw(&cluster, "/openapi/v2") };
    let v2 = document_of_swagger(&dump).expect("the server's document is sound");
    let before = Surface::read(&v3).expect("the server's documents are sound");
    let diff = before.diff(&Surface::read(&[v2]).expect("the converted document is sound"));
    assert!(
        diff.changes.len() > 50,
        "defaults are missing in v2, so that structs are optional: {}",
        diff.changes.len()
    );
    for change in &diff.changes {
        // v2 has no defaults: `default: {}` says that a struct stands inline.
        let is_default = match &change.what {
            What::Retyped { before, after } => *after == format!("Option<Box<{before}>>"),
            _ => false,
        };
        assert!(is_default, "{change:?}");
    }
}
