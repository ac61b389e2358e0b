//! An API server that another one passes on: Kubernetes' sample API server, its documents, and the code that is made of
//! them. Beside it a group whose server is not there.

use std::thread::sleep;
use std::time::Duration;

use kubesdk_generator::{Document, Manifests, Options, generate};
use kubesdk_test_cluster::{Cluster, Options as ClusterOptions};
use serde_json::Value;

use super::small;

/// A group that nobody serves.
const ABSENT: &str = "apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1.absent.example.com}
spec:
  group: absent.example.com
  version: v1
  insecureSkipTLSVerify: true
  groupPriorityMinimum: 1000
  versionPriority: 15
  service: {name: absent, namespace: wardle, port: 1}
---
apiVersion: v1
kind: Service
metadata: {name: absent, namespace: wardle}
spec: {type: ExternalName, externalName: localhost, ports: [{port: 1}]}
";

const PATH: &str = "apis/wardle.example.com/v1alpha1";

fn raw(cluster: &Cluster, path: &str) -> Option<String> {
    let output = cluster.kubectl(&["get", "--raw", path]).expect("kubectl runs");
    output.status.success().then_some(output.stdout)
}

/// The names of the documents, once that of the sample API server is among them.
fn index(cluster: &Cluster) -> Vec<String> {
    for _ in 0..600 {
        let index: Value =
            serde_json::from_str(&raw(cluster, "/openapi/v3").unwrap_or_default()).unwrap_or_default();
        let names: Vec<String> =
            index["paths"].as_object().into_iter().flatten().map(|it| it.0.clone()).collect();
        if names.iter().any(|it| it == PATH) {
            return names;
        }
        sleep(Duration::from_millis(100));
    }
    panic!("the server does not publish {PATH}: {:?}", cluster.kubectl(&["get", "apiservices"]));
}

#[test]
fn an_aggregated_server_has_its_code_and_one_that_is_down_stops_nothing() {
    let options = ClusterOptions { sample_apiserver: true, ..small() };
    let cluster = Cluster::start(options).expect("the cluster starts");
    let manifest = cluster.folder().join("sample-apiserver.yaml");
    let applied =
        cluster.kubectl(&["apply", "-f", manifest.to_str().expect("it is text")]).expect("kubectl runs");
    assert!(applied.status.success(), "{}", applied.stderr);
    let applied = cluster.kubectl_with_input(&["apply", "-f", "-"], ABSENT).expect("kubectl runs");
    assert!(applied.status.success(), "{}", applied.stderr);

    let (mut documents, mut absent) = (Vec::new(), Vec::new());
    for path in index(&cluster) {
        match raw(&cluster, &format!("/openapi/v3/{path}")) {
            Some(text) => documents.push(Document { name: path.replace('/', "__") + ".json", text }),
            None => absent.push(path),
        }
    }
    assert!(absent.iter().all(|it| it.contains("absent.example.com")), "{absent:?}");
    let manifest = "[features]\n# generated features\n".to_owned();
    let manifests = Manifests { api: manifest.clone(), facade: manifest };
    let output = generate(&documents, &manifests, &Options { deny_unknown: false, record: false })
        .unwrap_or_else(|errors| panic!("{errors:#?}"));
    let endpoints = &output.files["sdk/api/src/wardle/v1alpha1/endpoints.rs"];
    for handle in ["FlundersInNamespace", "FlundersEverywhere", "FischersInCluster"] {
        assert!(endpoints.contains(&format!("pub struct {handle}")), "{handle}\n{endpoints}");
    }
    let types = &output.files["sdk/api/src/wardle/v1alpha1/types.rs"];
    for field in [
        "    pub spec: FlunderSpec,",
        "    pub metadata: meta::v1::ObjectMeta,",
        "    pub disallowed_flunders: Vec<Str>,",
    ] {
        assert!(types.contains(field), "{field}\n{types}");
    }
    // What the generated path is, the server answers.
    let flunder = r#"{"apiVersion":"wardle.example.com/v1alpha1","kind":"Flunder","metadata":{"name":"one"},"spec":{"reference":"two"}}"#;
    let created = cluster.kubectl_with_input(&["create", "-f", "-"], flunder).expect("kubectl runs");
    assert!(created.status.success(), "{}", created.stderr);
    let answer = raw(&cluster, "/apis/wardle.example.com/v1alpha1/namespaces/default/flunders/one");
    assert!(answer.is_some_and(|it| it.contains(r#""reference":"two""#)));
}
