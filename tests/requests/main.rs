//! For every operation of the documents, the request that our method builds is what the document says: method,
//! path, query parameters, body and media types. The documents are read here on their own, as plain JSON.

mod operations {
    //! Generated: every operation and the request that its method builds.
    include!("operations.rs");
}

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use kubesdk::api::meta::v1::DeleteOptions;
use kubesdk::core::verbs::{
    Attach, Create, CreateOrStatus, Delete, DeleteCollection, Exec, Fetch, FetchText, Get, List, Logs, Patch,
    PortForward, Proxy, Replace,
};
use kubesdk::core::{BodyStream, BoxFuture, Bytes, Transport, http};
use kubesdk::{Client, Error, ErrorKind, Request};
use serde_json::Value;

/// The request that the method of an operation builds when every parameter is set.
pub struct Built {
    operation: &'static str,
    request: Request,
}

/// What the generated list calls for each operation.
pub fn built(operation: &'static str, request: Result<Request, Error>) -> Built {
    match request {
        Ok(request) => Built { operation, request },
        Err(error) => panic!("{operation}: {error}"),
    }
}

/// Sets every parameter that a verb has, each by its own method.
pub trait Full {
    /// The request with all of them.
    fn full(self) -> Result<Request, Error>;
}

impl<T> Full for Get<T> {
    fn full(self) -> Result<Request, Error> {
        self.pretty(true).request()
    }
}

impl<T> Full for Fetch<T> {
    fn full(self) -> Result<Request, Error> {
        self.request()
    }
}

impl Full for FetchText {
    fn full(self) -> Result<Request, Error> {
        self.request()
    }
}

impl<L> Full for List<L> {
    fn full(self) -> Result<Request, Error> {
        let list = self
            .allow_watch_bookmarks(true)
            .continue_token("c")
            .fields("f")
            .labels("l")
            .limit(1)
            .pretty(true);
        let list = list.resource_version("1").resource_version_match("Exact").send_initial_events(true);
        // `watch` is the verb Watch: it has no method of its own here.
        list.shard_selector("s").timeout_seconds(1).query("watch", "false").request()
    }
}

macro_rules! full_write {
    ($($verb:ident)*) => {$(
        impl<T> Full for $verb<T> {
            fn full(self) -> Result<Request, Error> {
                self.dry_run().field_manager("m").field_validation("Strict").pretty(true).request()
            }
        }
    )*};
}
full_write! { Create CreateOrStatus Replace }

impl<T> Full for Patch<T> {
    fn full(self) -> Result<Request, Error> {
        self.dry_run().field_manager("m").field_validation("Strict").force().pretty(true).request()
    }
}

impl<T> Full for Delete<T, DeleteOptions> {
    fn full(self) -> Result<Request, Error> {
        let delete = self.dry_run().grace_period_seconds(1).orphan_dependents(true).pretty(true);
        let delete = delete.ignore_store_read_error_with_cluster_breaking_potential(true);
        delete.propagation_policy("Orphan").options(&DeleteOptions::default()).request()
    }
}

impl<L> Full for DeleteCollection<L, DeleteOptions> {
    fn full(self) -> Result<Request, Error> {
        let delete = self.dry_run().grace_period_seconds(1).orphan_dependents(true).pretty(true);
        let delete = delete.ignore_store_read_error_with_cluster_breaking_potential(true);
        let delete = delete.continue_token("c").fields("f").labels("l").limit(1).resource_version("1");
        let delete = delete.resource_version_match("Exact").send_initial_events(true).shard_selector("s");
        delete.timeout_seconds(1).propagation_policy("Orphan").options(&DeleteOptions::default()).request()
    }
}

impl Full for Logs {
    fn full(self) -> Result<Request, Error> {
        let logs =
            self.container("c").follow().insecure_skip_tls_verify_backend().limit_bytes(1).pretty(true);
        logs.previous().since_seconds(1).stream_name("All").tail_lines(1).timestamps().request()
    }
}

impl Full for Exec {
    fn full(self) -> Result<Request, Error> {
        self.command("ls").container("c").stderr(true).stdin(true).stdout(true).tty(true).request()
    }
}

impl Full for Attach {
    fn full(self) -> Result<Request, Error> {
        self.container("c").stderr(true).stdin(true).stdout(true).tty(true).request()
    }
}

impl Full for PortForward {
    fn full(self) -> Result<Request, Error> {
        self.ports("80").request()
    }
}

impl Full for Proxy {
    fn full(self) -> Result<Request, Error> {
        self.path("p").request()
    }
}

/// Nothing is sent here.
struct NoTransport;

impl Transport for NoTransport {
    fn send(&self, _: http::Request<Bytes>) -> BoxFuture<'static, Result<http::Response<BodyStream>, Error>> {
        Box::pin(async { Err(Error::new(ErrorKind::Connect, "this client has no server")) })
    }
}

/// An operation as the document has it.
struct Documented {
    method: String,
    path: String,
    query: BTreeSet<String>,
    bodies: Option<BTreeSet<String>>,
    is_watch: bool,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

fn documented() -> BTreeMap<String, Documented> {
    let mut out = BTreeMap::new();
    for entry in fs::read_dir(root().join("specs/v1.37")).unwrap() {
        let document: Value = serde_json::from_slice(&fs::read(entry.unwrap().path()).unwrap()).unwrap();
        let Some(paths) = document.get("paths").and_then(Value::as_object) else { continue };
        for (path, item) in paths {
            for (method, operation) in
                item.as_object().unwrap().iter().filter(|(name, _)| *name != "parameters")
            {
                let id = operation["operationId"].as_str().unwrap().to_owned();
                let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
                let parameters = list(&item["parameters"]).into_iter().chain(list(&operation["parameters"]));
                let query = parameters.filter(|it| it["in"] == "query");
                let query = query.map(|it| it["name"].as_str().unwrap().to_owned()).collect();
                let content = operation.pointer("/requestBody/content").and_then(Value::as_object);
                let bodies = content.map(|it| it.keys().cloned().collect());
                let is_watch =
                    operation["x-kubernetes-action"].as_str().is_some_and(|it| it.starts_with("watch"));
                let documented =
                    Documented { method: method.to_uppercase(), path: path.clone(), query, bodies, is_watch };
                assert!(out.insert(id.clone(), documented).is_none(), "{id} is there twice");
            }
        }
    }
    out
}

fn filled(path: &str) -> String {
    let mut out = String::new();
    for (number, part) in path.split(['{', '}']).enumerate() {
        if number % 2 == 1 { out.push_str(&part.to_uppercase()) } else { out.push_str(part) }
    }
    out
}

#[test]
fn every_operation_builds_the_request_of_its_document() {
    let documented = documented();
    let built = operations::all(&Client::new(NoTransport));
    let mut seen = BTreeSet::new();
    for Built { operation, request } in &built {
        let expected = documented.get(*operation).unwrap_or_else(|| panic!("{operation} is in no document"));
        assert_eq!(request.method().as_str(), expected.method, "{operation}");
        assert_eq!(request.path(), filled(&expected.path), "{operation}");
        let query: BTreeSet<String> = request.query_pairs().map(|(name, _)| name.to_owned()).collect();
        assert_eq!(query, expected.query, "{operation}");
        let media = request.headers().get("content-type").map(|it| it.to_str().unwrap().to_owned());
        match (&expected.bodies, &media) {
            (Some(bodies), Some(media)) => {
                assert!(
                    bodies.contains(media) || bodies.contains("*/*"),
                    "{operation}: {media} is none of {bodies:?}"
                );
                assert!(request.body_bytes().is_some(), "{operation} has no body");
            }
            (None, None) => {}
            (expected, found) => panic!("{operation}: body {found:?}, documented {expected:?}"),
        }
        assert!(seen.insert(*operation), "{operation} is built twice");
    }
    let missing: Vec<&String> = documented
        .iter()
        .filter(|(id, it)| !it.is_watch && !seen.contains(id.as_str()))
        .map(|(id, _)| id)
        .collect();
    assert!(missing.is_empty(), "no method builds {missing:?}");
    assert_eq!((documented.len(), built.len()), (1202, 971));
}

#[test]
fn every_operation_stands_in_the_table() {
    let table = fs::read_to_string(root().join("sdk/api/operations.tsv")).unwrap();
    let documented = documented();
    let mut listed = BTreeSet::new();
    for line in table.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [id, method, path, served_by, rule @ ..] = columns.as_slice() else { panic!("{line}") };
        let expected = documented.get(*id).unwrap_or_else(|| panic!("{id} is in no document"));
        assert_eq!((*method, *path), (expected.method.as_str(), expected.path.as_str()), "{id}");
        assert!(served_by.contains("::"), "{id}");
        assert_eq!(rule.is_empty(), !expected.is_watch, "{id}: only watch paths are covered by a rule");
        listed.insert((*id).to_owned());
    }
    assert!(listed.iter().eq(documented.keys()), "the table and the documents differ");
}
