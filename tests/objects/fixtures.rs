//! The fixtures: `fixtures/<apiVersion>/<Kind>.json`, each a list of steps that are taken in order.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use kubesdk::core::http::Method;
use serde_json::Value;

use crate::documents::root;

/// What others name comes first; the rest follows by name.
const FIRST: &[&str] = &[
    "v1/Node",
    "v1/Namespace",
    "v1/ServiceAccount",
    "rbac.authorization.k8s.io_v1/ClusterRole",
    "rbac.authorization.k8s.io_v1/ClusterRoleBinding",
    "rbac.authorization.k8s.io_v1/Role",
    "rbac.authorization.k8s.io_v1/RoleBinding",
    "node.k8s.io_v1/RuntimeClass",
    "scheduling.k8s.io_v1/PriorityClass",
    "v1/Pod",
];

/// One step of a fixture.
pub enum Step {
    /// An object: it is created, its status is put, and it is read back.
    Object(Value),
    /// Any request; its answer is checked as what it says it is.
    Request(Call),
}

/// A request: `{"request": "METHOD path?query", "headers": {}, "body": {}, "fails": 404}`.
pub struct Call {
    /// The method.
    pub method: Method,
    /// The path.
    pub path: String,
    /// The query, as it is before it is encoded.
    pub query: BTreeMap<String, String>,
    /// Whom it is made as, for the most part.
    pub headers: BTreeMap<String, String>,
    /// The body; a merge patch where the method is PATCH.
    pub body: Option<Value>,
    /// The HTTP status code that the server must refuse it with.
    pub fails: Option<u16>,
}

/// The steps of every file, with the file's name, in order.
pub fn fixtures() -> Vec<(String, Vec<Step>)> {
    let folder = root().join("tests/objects/fixtures");
    let mut files: Vec<(usize, String)> = Vec::new();
    for group in entries(&folder) {
        for file in entries(&folder.join(&group)) {
            let name = format!("{group}/{}", file.strip_suffix(".json").expect("a JSON file"));
            let place = FIRST.iter().position(|it| *it == name).unwrap_or(FIRST.len());
            files.push((place, name));
        }
    }
    files.sort();
    let steps = |name: &str| {
        let text = fs::read(folder.join(format!("{name}.json"))).expect("the file is there");
        let steps: Vec<Value> =
            serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        steps.into_iter().map(Step::read).collect()
    };
    files.into_iter().map(|(_, name)| (name.clone(), steps(&name))).collect()
}

fn entries(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    names.map(|it| it.unwrap().file_name().into_string().unwrap()).collect()
}

impl Step {
    fn read(mut step: Value) -> Step {
        let Some(request) = step.get("request").and_then(Value::as_str) else { return Step::Object(step) };
        let (method, uri) = request.split_once(' ').expect("a method and a path");
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let headers = step["headers"].as_object().into_iter().flatten();
        Step::Request(Call {
            method: method.parse().expect("a method"),
            path: path.to_owned(),
            query: pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            headers: headers.map(|(name, it)| (name.clone(), it.as_str().unwrap().to_owned())).collect(),
            fails: step["fails"].as_u64().map(|code| code as u16),
            body: step.get_mut("body").map(Value::take),
        })
    }
}

impl Call {
    /// A request of a path alone.
    pub fn new(method: Method, path: impl Into<String>) -> Call {
        let (query, headers) = (BTreeMap::new(), BTreeMap::new());
        Call { method, path: path.into(), query, headers, body: None, fails: None }
    }

    /// With a parameter of the query.
    pub fn query(mut self, name: &str, value: &str) -> Call {
        self.query.insert(name.to_owned(), value.to_owned());
        self
    }

    /// With a body.
    pub fn body(mut self, body: Value) -> Call {
        self.body = Some(body);
        self
    }
}
