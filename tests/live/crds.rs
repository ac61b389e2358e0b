//! What the generator makes of CustomResourceDefinitions is what a real server publishes for them, to the last word.

mod user;

use std::fs;
use std::thread::sleep;
use std::time::Duration;

use kubesdk_generator::{Document, documents_of_crds};
use kubesdk_test_cluster::Cluster;
use serde_json::Value;

use super::{root, small};

#[test]
fn definitions_become_the_documents_that_a_server_publishes() {
    let cluster = Cluster::start(small()).expect("the cluster starts");
    for file in ["shop.yaml", "corners.yaml"] {
        let path = root().join("tests/live/crds").join(file);
        let text = fs::read_to_string(&path).expect("the file is readable");
        let applied = cluster.kubectl_with_input(&["apply", "-f", "-"], &text).expect("kubectl runs");
        assert!(applied.status.success(), "{}", applied.stderr);
        let definitions: Vec<Value> = serde_saphyr::from_multiple(&text).expect("the file is YAML");
        let documents = definitions.iter().enumerate().map(|(number, value)| Document {
            name: format!("{file} (document {})", number + 1),
            text: value.to_string(),
        });
        for made in documents_of_crds(&documents.collect::<Vec<_>>()).expect("the definitions are sound") {
            let ours: Value = serde_json::from_str(&made.text).expect("it is JSON");
            let served = published(&cluster, &made.name, &ours);
            difference(&made.name, &served, &ours);
        }
    }
}

/// The server's document of a group-version, once it holds as many paths as it should: it follows a little later.
fn published(cluster: &Cluster, name: &str, ours: &Value) -> Value {
    let path = format!("/openapi/v3/{}", name.trim_end_matches(".json").replace("__", "/"));
    let paths = |it: &Value| it["paths"].as_object().map_or(0, serde_json::Map::len);
    let mut served = Value::Null;
    for _ in 0..600 {
        let output = cluster.kubectl(&["get", "--raw", &path]).expect("kubectl runs");
        served = serde_json::from_str(&output.stdout).unwrap_or_default();
        if paths(&served) == paths(ours) {
            break;
        }
        sleep(Duration::from_millis(100));
    }
    served
}

/// Fails with the deepest places that differ: the documents are too long to be shown.
fn difference(place: &str, served: &Value, ours: &Value) {
    match (served, ours) {
        (Value::Object(theirs), Value::Object(mine)) => {
            let names = |it: &serde_json::Map<String, Value>| it.keys().cloned().collect::<Vec<_>>();
            assert_eq!(names(theirs), names(mine), "{place}");
            for (name, value) in theirs {
                difference(&format!("{place}/{name}"), value, &mine[name]);
            }
        }
        (Value::Array(theirs), Value::Array(mine)) if theirs.len() == mine.len() => {
            for (number, (value, mine)) in theirs.iter().zip(mine).enumerate() {
                difference(&format!("{place}/{number}"), value, mine);
            }
        }
        _ => assert_eq!(served, ours, "{place}"),
    }
}
