//! The committed code is what the generator makes of the committed documents, byte for byte, whatever their order.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use kubesdk_generator::{Document, Manifests, Options, Output, generate};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

fn documents() -> Vec<Document> {
    let mut documents = Vec::new();
    for entry in fs::read_dir(root().join("specs/v1.37")).expect("the documents of record") {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name.ends_with(".json") && name != "source.json" {
            documents.push(Document { name, text: fs::read_to_string(&path).unwrap() });
        }
    }
    documents.sort_by(|a, b| a.name.cmp(&b.name));
    documents
}

fn run(documents: &[Document]) -> Output {
    let read = |path: &str| fs::read_to_string(root().join(path)).unwrap();
    let manifests = Manifests { api: read("sdk/api/Cargo.toml"), facade: read("sdk/Cargo.toml") };
    match generate(documents, &manifests, &Options { deny_unknown: true, record: true }) {
        Ok(output) => output,
        Err(errors) => panic!("{errors:#?}"),
    }
}

#[test]
fn the_committed_code_is_up_to_date() {
    let output = run(&documents());
    let stale: Vec<&String> = output
        .files
        .iter()
        .filter(|(path, text)| fs::read(root().join(path)).ok().as_deref() != Some(text.as_bytes()))
        .map(|(path, _)| path)
        .collect();
    assert!(stale.is_empty(), "run `cargo xtask regenerate`: {stale:?}");
    let mut found = Vec::new();
    collect(&root().join("sdk/api/src"), &mut found);
    for path in found {
        let relative = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
        assert!(output.files.contains_key(&relative), "{relative} is not generated any more");
    }
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { collect(&path, found) } else { found.push(path) }
    }
}

#[test]
fn nothing_is_skipped() {
    let summary = run(&documents()).summary;
    assert_eq!((summary.documents, summary.schemas, summary.operations), (65, 862, 1202));
}

#[test]
fn the_order_of_documents_and_of_their_members_does_not_matter() {
    let mut shuffled = documents();
    shuffled.reverse();
    let half = shuffled.len() / 2;
    shuffled.rotate_left(half);
    for document in &mut shuffled {
        document.text = reversed(&serde_json::from_str(&document.text).unwrap());
    }
    let (expected, found) = (run(&documents()).files, run(&shuffled).files);
    let differ: BTreeMap<_, _> =
        expected.iter().filter(|(path, text)| found.get(*path) != Some(text)).collect();
    assert!(differ.is_empty(), "{:?}", differ.keys());
}

/// The same JSON with the members of every object in descending order.
fn reversed(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .rev()
                .map(|(name, value)| {
                    format!("{}:{}", serde_json::Value::from(name.as_str()), reversed(value))
                })
                .collect();
            format!("{{{}}}", members.join(","))
        }
        serde_json::Value::Array(items) => {
            format!("[{}]", items.iter().map(reversed).collect::<Vec<_>>().join(","))
        }
        other => other.to_string(),
    }
}
