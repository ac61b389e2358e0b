//! The operations as the documents have them, read here on their own, as plain JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// An operation as the document has it.
pub struct Documented {
    pub method: String,
    pub path: String,
    pub query: BTreeSet<String>,
    /// Media types of the body, of operations that take one.
    pub bodies: Option<BTreeSet<String>>,
    /// `apiVersion` and `kind` of the body's schema, where it stands for exactly one.
    pub body_kind: Option<(String, String)>,
    /// Media types of the first success.
    pub answers: BTreeSet<String>,
    /// The last word of the name of the schema that the first success answers.
    pub answer: Option<String>,
    pub is_watch: bool,
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

pub fn documented() -> BTreeMap<String, Documented> {
    let mut out = BTreeMap::new();
    for entry in fs::read_dir(root().join("specs/v1.37")).unwrap() {
        let document: Value = serde_json::from_slice(&fs::read(entry.unwrap().path()).unwrap()).unwrap();
        let Some(paths) = document.get("paths").and_then(Value::as_object) else { continue };
        for (path, item) in paths {
            let operations = item.as_object().unwrap().iter().filter(|(name, _)| *name != "parameters");
            for (method, operation) in operations {
                let id = operation["operationId"].as_str().unwrap();
                let documented = read(&document, path, item, method, operation);
                assert!(out.insert(id.to_owned(), documented).is_none(), "{id} is there twice");
            }
        }
    }
    out
}

fn read(document: &Value, path: &str, item: &Value, method: &str, operation: &Value) -> Documented {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let parameters = list(&item["parameters"]).into_iter().chain(list(&operation["parameters"]));
    let query = parameters.filter(|it| it["in"] == "query");
    let body = operation.pointer("/requestBody/content").and_then(Value::as_object);
    // `DeleteOptions` is a kind of every group-version: it goes without one.
    let body_schema = body
        .filter(|_| method != "delete")
        .and_then(|it| it.values().find_map(|it| it["schema"]["$ref"].as_str()));
    let success = ["200", "201", "202"].into_iter().find_map(|code| operation["responses"].get(code));
    // The logs of the server document none.
    let content = success.and_then(|it| it["content"].as_object());
    let answer = content.and_then(|it| it.get("application/json")?["schema"]["$ref"].as_str());
    Documented {
        method: method.to_uppercase(),
        path: path.to_owned(),
        query: query.map(|it| it["name"].as_str().unwrap().to_owned()).collect(),
        bodies: body.map(|it| it.keys().cloned().collect()),
        body_kind: body_schema.and_then(|it| only_kind(document, it)),
        answers: content.map(|it| it.keys().cloned().collect()).unwrap_or_default(),
        answer: answer.and_then(|it| it.rsplit('.').next()).map(str::to_owned),
        is_watch: operation["x-kubernetes-action"].as_str().is_some_and(|it| it.starts_with("watch")),
    }
}

fn only_kind(document: &Value, reference: &str) -> Option<(String, String)> {
    let schema = document.pointer(reference.strip_prefix('#').unwrap()).unwrap();
    let [kind] = schema["x-kubernetes-group-version-kind"].as_array()?.as_slice() else { return None };
    let part = |name: &str| kind[name].as_str().unwrap();
    let api_version = match part("group") {
        "" => part("version").to_owned(),
        group => format!("{group}/{}", part("version")),
    };
    Some((api_version, part("kind").to_owned()))
}

impl Documented {
    /// The path with every parameter filled in by its own name in capitals.
    pub fn filled_path(&self) -> String {
        let mut out = String::new();
        for (number, part) in self.path.split(['{', '}']).enumerate() {
            if number % 2 == 1 { out.push_str(&part.to_uppercase()) } else { out.push_str(part) }
        }
        out
    }
}
