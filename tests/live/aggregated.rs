//! An API server that another one passes on: Kubernetes' sample API server, its documents, and the code that is made of
//! them, which stands in `tests/user/wardle` and is called here. Beside it a group whose server is not there.

mod calls;

use std::path::PathBuf;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use kubesdk::Client;
use kubesdk_gen::{Form, Generator};
use kubesdk_generator::{Document, Manifests, Options, generate};
use kubesdk_test_cluster::{Cluster, Options as ClusterOptions};
use serde_json::Value;

use super::made::{differences, program};
use super::{root, run, small};

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

const PATHS: [&str; 3] =
    ["apis/wardle.example.com", "apis/wardle.example.com/v1alpha1", "apis/wardle.example.com/v1beta1"];

const PACKAGE: [&str; 4] = ["--crate", "wardle", "--kubesdk", "path = \"../../../sdk\""];

fn package() -> PathBuf {
    root().join("tests/user/wardle")
}

#[test]
fn what_stands_in_the_crate_is_what_the_documents_give() {
    let form = Form::Crate { name: PACKAGE[1].into(), kubesdk: PACKAGE[3].into() };
    let generator = Generator::new().openapi(root().join("tests/user/documents")).form(form);
    let again = "run `cargo run -p kubesdk-gen -- --openapi tests/user/documents --crate wardle \
                 --kubesdk 'path = \"../../../sdk\"' --out tests/user/wardle`";
    let made = generator.check(package()).unwrap_or_else(|error| panic!("{error}\n{again}"));
    assert!(made.extension.notes.is_empty(), "{:?}", made.extension.notes);
}

#[tokio::test]
async fn an_aggregated_server_is_called_by_its_code_and_one_that_is_down_stops_nothing() {
    let cluster = registered();
    let documents = documents(&cluster);

    // All that the server has, as an SDK of its own.
    let manifest = "[features]\n# generated features\n".to_owned();
    let manifests = Manifests { api: manifest.clone(), facade: manifest };
    let options = Options { deny_unknown: false, record: false };
    let output = generate(&documents, &manifests, &options).unwrap_or_else(|errors| panic!("{errors:#?}"));
    let endpoints = &output.files["sdk/api/src/wardle/v1alpha1/endpoints.rs"];
    for handle in ["FlundersInNamespace", "FlundersEverywhere", "FischersInCluster"] {
        assert!(endpoints.contains(&format!("pub struct {handle}")), "{handle}\n{endpoints}");
    }

    // What it has beyond kubesdk, as a user makes it.
    let place = tempfile::tempdir().expect("a folder");
    let out = place.path().join("wardle");
    let mut command = Command::new(program("kubesdk-gen"));
    command.arg("--server").args(PACKAGE).arg("--out").arg(&out).env("KUBECONFIG", cluster.kubeconfig());
    let said = run(&mut command);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    let differences = differences(&out, &package());
    assert!(differences.is_empty(), "{differences:?}: save what the server says in tests/user/documents");
    assert!(said.stderr.contains("absent.example.com"), "a group that is down is told: {}", said.stderr);

    let client = Client::from_kubeconfig(cluster.kubeconfig()).await.expect("a client");
    calls::flunders(&client).await;
    calls::fischers(&client).await;
    calls::the_other_version(&client).await;
    calls::functions(&client).await;
}

/// A cluster with the sample API server, both of its versions, and a group that is not there.
fn registered() -> Cluster {
    let options = ClusterOptions { sample_apiserver: true, ..small() };
    let cluster = Cluster::start(options).expect("the cluster starts");
    let manifest = std::fs::read_to_string(cluster.folder().join("sample-apiserver.yaml"));
    let manifest = manifest.expect("the supervisor says how the server is registered");
    let service = manifest.split("---\n").find(|it| it.contains("kind: APIService")).expect("it is there");
    let second = service.replace("v1alpha1", "v1beta1");
    for manifest in [&manifest, &second, ABSENT] {
        let applied = cluster.kubectl_with_input(&["apply", "-f", "-"], manifest).expect("kubectl runs");
        assert!(applied.status.success(), "{}", applied.stderr);
    }
    cluster
}

/// All documents that there are, once those of the sample API server are among them.
fn documents(cluster: &Cluster) -> Vec<Document> {
    let (mut documents, mut absent) = (Vec::new(), Vec::new());
    for path in index(cluster) {
        match raw(cluster, &format!("/openapi/v3/{path}")) {
            Some(text) => documents.push(Document { name: path.replace('/', "__") + ".json", text }),
            None => absent.push(path),
        }
    }
    assert!(absent.iter().all(|it| it.contains("absent.example.com")), "{absent:?}");
    documents
}

fn raw(cluster: &Cluster, path: &str) -> Option<String> {
    let output = cluster.kubectl(&["get", "--raw", path]).expect("kubectl runs");
    output.status.success().then_some(output.stdout)
}

/// The names of the documents, once those of the sample API server are among them.
fn index(cluster: &Cluster) -> Vec<String> {
    for _ in 0..600 {
        let index: Value =
            serde_json::from_str(&raw(cluster, "/openapi/v3").unwrap_or_default()).unwrap_or_default();
        let names: Vec<String> =
            index["paths"].as_object().into_iter().flatten().map(|it| it.0.clone()).collect();
        if PATHS.iter().all(|path| names.iter().any(|it| it == path)) {
            return names;
        }
        sleep(Duration::from_millis(100));
    }
    panic!("the server does not publish {PATHS:?}: {:?}", cluster.kubectl(&["get", "apiservices"]));
}
