//! The OpenAPI v2 document of a real server gives the API of its v3 documents, and custom resources the same code, but for
//! what v2 leaves out.

use std::thread::sleep;
use std::time::Duration;

use kubesdk_gen::Generator;
use kubesdk_generator::{Document, Surface, What, document_of_swagger};
use kubesdk_test_cluster::Cluster;
use serde_json::Value;

use super::{root, small};

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
    custom_resources_are_those_of_v3(&cluster);
}

fn custom_resources_are_those_of_v3(cluster: &Cluster) {
    let user = root().join("tests/user");
    for file in ["widgets.yaml", "depots.yaml"] {
        let path = user.join("crds").join(file).display().to_string();
        let applied = cluster.kubectl(&["apply", "-f", &path]).expect("kubectl runs");
        assert!(applied.status.success(), "{}", applied.stderr);
    }
    // The server publishes them a little later.
    let made = (0..600).find_map(|_| {
        let dump = Document { name: "swagger.json".to_owned(), text: raw(cluster, "/openapi/v2") };
        let made = Generator::new().swagger_documents([dump]).groups(["shop.example.com"]).generate().ok();
        let made = made.filter(|it| it.group_versions.iter().flat_map(|it| &it.kinds).count() == 3);
        if made.is_none() {
            sleep(Duration::from_millis(100));
        }
        made
    });
    let made = made.expect("the server publishes three kinds");
    let mut different = Vec::new();
    for (name, text) in &made.files {
        let v3 =
            std::fs::read_to_string(user.join("widgets/src/api").join(name)).expect("v3 gives it as well");
        assert_eq!(v3.lines().count(), text.lines().count(), "{name}");
        let lines = v3.lines().zip(text.lines()).filter(|(v3, v2)| v3 != v2);
        different.extend(lines.map(|(v3, v2)| format!("{} -> {}", v3.trim(), v2.trim())));
    }
    // What may be null has no type in v2.
    assert_eq!(different, ["pub note: Option<Str>, -> pub note: Option<RawJson>,"]);
}
