//! Definitions that the generator refuses (`gen/tests/faults/refused.tsv`) are refused by a server, for the same reason,
//! and what the generator takes (`taken.txt`) is taken.

use std::fs;

use kubesdk_generator::{Document, documents_of_crds};
use kubesdk_test_cluster::{Cluster, Output};
use serde_json::{Value, json};

use super::definitions_in;
use crate::root;

pub(super) fn by_both(cluster: &Cluster) {
    let lines = |name: &str| {
        let text = fs::read_to_string(root().join("gen/tests/faults").join(name)).expect("it is readable");
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let refused = lines("refused.tsv");
    let crds: Vec<Value> = refused.iter().map(|it| definition(it)).collect();
    let said = dry_run(cluster, &crds);
    let answers: Vec<&str> = said.stderr.lines().collect();
    assert_eq!((answers.len(), said.stdout.as_str()), (crds.len(), ""), "{}", said.stderr);
    for ((line, crd), answer) in refused.iter().zip(crds).zip(answers) {
        let words = line.rsplit('\t').next().unwrap_or_default();
        assert!(answer.contains(words), "{line}: {answer}");
        let errors = documents_of_crds(&[Document { name: "a.yaml".into(), text: crd.to_string() }]);
        assert!(errors.is_err(), "{line}");
    }
    let taken: Vec<Value> = lines("taken.txt").iter().map(|it| definition(it)).collect();
    let said = dry_run(cluster, &taken);
    assert_eq!((said.stdout.lines().count(), said.stderr.as_str()), (taken.len(), ""));
}

fn dry_run(cluster: &Cluster, crds: &[Value]) -> Output {
    let list = json!({"apiVersion": "v1", "kind": "List", "items": crds});
    let arguments = ["create", "--dry-run=server", "--validate=false", "-f", "-"];
    cluster.kubectl_with_input(&arguments, &list.to_string()).expect("kubectl runs")
}

/// The schema that a line begins with, in a definition of its own.
fn definition(line: &str) -> Value {
    let schema = line.split('\t').next().unwrap_or_default();
    let read = |text: &str| serde_saphyr::from_str::<Value>(text).expect("it is YAML");
    let whole = match schema.strip_prefix("root ") {
        Some(root) => read(root),
        None => json!({"type": "object", "properties": {"spec": read(schema)}}),
    };
    let mut crd = definitions_in("opens.yaml").remove(0);
    crd["spec"]["versions"].as_array_mut().expect("versions").truncate(1);
    crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"] = whole;
    let number = line.bytes().fold(7_u32, |hash, it| hash.wrapping_mul(31).wrapping_add(it.into()));
    crd["spec"]["names"] = json!({"plural": format!("r{number}"), "kind": format!("R{number}")});
    crd["metadata"]["name"] = format!("r{number}.shapes.example.com").into();
    crd
}
