//! What a manager owns after YAML and after a typed object was applied, beside what kubectl would own.

use kubesdk::api::core::v1::ConfigMap;
use kubesdk::api::meta::v1::ObjectMeta;
use kubesdk::core::verbs::PatchBody;
use kubesdk::discovery::RestMapper;
use kubesdk::manifest::Manifest;
use kubesdk::{Client, map};
use kubesdk_test_cluster::Cluster;
use serde_json::Value;

use super::said;

const OURS: &str =
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME, labels: {a: b}}\ndata: {c: d, e: ''}\n";

pub async fn yaml_owns_what_kubectl_would_own(cluster: &Cluster, client: &Client) {
    let text = |name: &str| OURS.replace("NAME", name);
    let manifest = Manifest::from_yaml(&text("by-yaml")).expect("a manifest");
    let made = manifest.apply(client, &RestMapper::new(client), "tester").await.remove(0).expect("applied");
    let typed = ConfigMap {
        metadata: ObjectMeta {
            name: Some("by-type".into()),
            labels: map([("a", "b")]),
            ..Default::default()
        },
        data: map([("c", "d"), ("e", "")]),
        ..Default::default()
    };
    let maps = ConfigMap::in_namespace(client, client.default_namespace());
    let patch = maps.patch("by-type", PatchBody::apply(&typed)).field_manager("tester");
    patch.await.expect("applied");
    let flags = ["apply", "--server-side", "--field-manager", "tester", "-f", "-"];
    let output = cluster.kubectl_with_input(&flags, &text("by-kubectl")).expect("kubectl runs");
    assert!(output.status.success(), "{}", output.stderr);
    let owned = |name: &str| {
        let json = said(cluster, &["get", "cm", name, "--show-managed-fields", "-o", "json"]);
        let object: Value = serde_json::from_str(&json).expect("JSON");
        let mut managed = object["metadata"]["managedFields"].clone();
        managed[0]["time"] = Value::Null;
        managed
    };
    assert_eq!(made.name, "by-yaml");
    assert_eq!(owned("by-yaml"), owned("by-kubectl"));
    assert_eq!(owned("by-type"), owned("by-kubectl"));
    assert_eq!(owned("by-type").as_array().expect("managers").len(), 1);
}
