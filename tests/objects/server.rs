//! Raw requests of the SDK to a server, whose answers are held to the documented rule.

use std::collections::{BTreeMap, BTreeSet};

use kubesdk::core::http::header::ACCEPT;
use kubesdk::core::http::{HeaderName, HeaderValue, Method};
use kubesdk::{Client, Error, Request, json};
use kubesdk_test_cluster::Cluster;
use serde_json::Value;

use crate::coverage::Coverage;
use crate::documents::Documents;
use crate::fixtures::Call;
use crate::kinds::{Codec, codecs};
use crate::rule;

/// What stands for the administrator's bearer token in a fixture.
const TOKEN: &str = "${token}";

/// The schema of what `/version` answers, which has no kind.
const INFO: &str = "io.k8s.apimachinery.pkg.version.Info";

/// The schema of each line of a watch, which has none either.
const WATCH_EVENT: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent";

/// What tells an object from others, which nobody owns.
const NAMED: &[&str] = &["apiVersion", "kind", "metadata", "name", "namespace"];

/// The field manager that applies.
const MANAGER: &str = "objects-apply";

/// How often an update is tried that another has come before: the server keeps some objects itself.
const TRIES: usize = 5;

/// A server, and what it has been seen to send.
pub struct Server<'a> {
    /// What was seen of the documents.
    pub coverage: Coverage<'a>,
    /// The kinds that were.
    pub checked: BTreeSet<(&'static str, &'static str)>,
    client: Client,
    token: String,
    documents: &'a Documents,
    kinds: BTreeMap<(String, String), &'a str>,
    codecs: BTreeMap<(&'static str, &'static str), Codec>,
}

impl<'a> Server<'a> {
    /// As the administrator.
    pub async fn new(cluster: &Cluster, documents: &'a Documents) -> Server<'a> {
        let kubeconfig = std::fs::read_to_string(cluster.token_kubeconfig()).expect("the kubeconfig");
        let token = kubeconfig.lines().find_map(|it| it.trim().strip_prefix("token: ")).expect("a token");
        Server {
            coverage: Coverage::new(documents),
            checked: BTreeSet::new(),
            client: Client::from_kubeconfig(cluster.kubeconfig()).await.expect("a client"),
            token: token.to_owned(),
            documents,
            kinds: documents.kinds(),
            codecs: codecs(),
        }
    }

    /// Sends a call and checks the answer; gives it as it came.
    pub async fn call(&mut self, call: Call) -> Result<Value, String> {
        let place = format!("{} {}", call.method, call.path);
        let fails = call.fails;
        let is_watch = call.query.get("watch").is_some_and(|it| it == "true");
        match (self.send(call).await, fails) {
            (Ok(text), None) if is_watch => self.watched(&text),
            (Ok(text), None) => self.check(&text).map(|(answer, _)| answer),
            (Err(error), Some(code)) if error.code() == Some(code) => self.refused(&error),
            (Ok(_), Some(code)) => Err(format!("expected {code}, found success")),
            (Err(error), _) => Err(error.to_string()),
        }
        .map_err(|error| format!("{place}: {error}"))
    }

    /// Reads an object, changes it by itself and what the SDK writes of it, and puts it to a subresource.
    pub async fn put(
        &mut self,
        path: &str,
        subresource: &str,
        mut change: impl FnMut(&mut Value, Value),
    ) -> Result<Value, String> {
        let mut last = String::new();
        for _ in 0..TRIES {
            let text = self.send(Call::new(Method::GET, path)).await.map_err(|it| format!("{path}: {it}"))?;
            let (mut stored, written) = self.check(&text).map_err(|error| format!("{path}: {error}"))?;
            change(&mut stored, written);
            let put = Call::new(Method::PUT, format!("{path}{subresource}"));
            match self.send(put.query("fieldValidation", "Strict").body(stored)).await {
                Ok(text) => return self.check(&text).map(|(answer, _)| answer),
                Err(error) if error.is_conflict() => last = error.to_string(),
                Err(error) => return Err(error.to_string()),
            }
        }
        Err(last)
    }

    /// Reads an object as JSON and as CBOR, which must be the same.
    pub async fn read_as_cbor(&mut self, path: &str) -> Result<(), String> {
        let mut last = String::new();
        for _ in 0..TRIES {
            let text = self.send(Call::new(Method::GET, path)).await.map_err(|error| error.to_string())?;
            let (answer, written) = self.check(&text)?;
            let request = Request::new(Method::GET, &[path]).map_err(|error| error.to_string())?;
            let request = request.header(ACCEPT, HeaderValue::from_static("application/cbor"));
            let bytes = self.client.bytes(request).await.map_err(|error| format!("as CBOR: {error}"))?;
            if bytes.starts_with(b"{") {
                return Err("the server answers JSON".to_owned());
            }
            let part = |name: &str| answer[name].as_str().unwrap_or_default();
            let found = self.codecs[&(part("apiVersion"), part("kind"))].written_of_cbor(&bytes)?;
            match rule::difference(&written, &found) {
                None => return Ok(()),
                Some(difference) => last = format!("{path} as CBOR differs at {difference}"),
            }
            if found["metadata"]["resourceVersion"] == written["metadata"]["resourceVersion"] {
                break; // Nobody has changed it in between.
            }
        }
        Err(last)
    }

    /// Applies an object, and reads from the answer what is owned for it: what was sent must come back.
    pub async fn apply(&mut self, path: &str, object: &Value) -> Result<(), String> {
        let part = |name: &str| object[name].as_str().unwrap_or_default();
        let codec = &self.codecs[&(part("apiVersion"), part("kind"))];
        let sent = codec.applied(object.to_string().as_bytes())?;
        let request = Request::new(Method::PATCH, &[path]).map_err(|error| error.to_string())?;
        let request = request.query("fieldManager", MANAGER).query("force", "true");
        let request = request.body("application/apply-patch+yaml", sent.to_string());
        let answer = self.client.bytes(request).await.map_err(|error| format!("apply {path}: {error}"))?;
        let owned = codec.owned(&answer, MANAGER)?;
        let is_name_alone =
            sent.as_object().is_some_and(|it| it.keys().all(|it| NAMED.contains(&it.as_str())))
                && sent["metadata"]
                    .as_object()
                    .is_some_and(|it| it.keys().all(|it| NAMED.contains(&it.as_str())));
        if owned.is_null() && is_name_alone {
            return Ok(()); // Names are nobody's.
        }
        match rule::difference(&sent, &owned) {
            Some(difference) => {
                Err(format!("{path}: what is owned differs from what was sent at {difference}"))
            }
            None => Ok(()),
        }
    }

    async fn send(&self, call: Call) -> Result<Vec<u8>, Error> {
        let is_patch = call.method == Method::PATCH;
        let mut request = Request::new(call.method, &[&call.path])?;
        for (name, value) in call.query {
            request = request.query(name, value);
        }
        for (name, value) in call.headers {
            let name: HeaderName = name.parse().expect("the name of a header");
            request = request.header(name, HeaderValue::from_str(&value).expect("the value of a header"));
        }
        if let Some(body) = call.body {
            let media = if is_patch { "application/merge-patch+json" } else { "application/json" };
            request = request.body(media, body.to_string().replace(TOKEN, &self.token));
        }
        self.client.bytes(request).await.map(|body| body.to_vec())
    }

    /// Decodes and encodes an answer, and compares; gives it as it came and as the SDK writes it.
    fn check(&mut self, text: &[u8]) -> Result<(Value, Value), String> {
        let answer: Value = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        let part = |name: &str| answer[name].as_str().unwrap_or_default();
        let (kind, schema) = match (part("apiVersion"), part("kind")) {
            ("", "") => (("", "Info"), INFO),
            // The versions of the core group come without their own.
            ("", kind) => (("v1", kind), ""),
            kind => (kind, ""),
        };
        let codec = self.codecs.get(&kind).ok_or(format!("no document has the kind {kind:?}"))?;
        let schema = match schema {
            "" => self.kinds[&(kind.0.to_owned(), kind.1.to_owned())],
            schema => schema,
        };
        let written = checked(self.documents, codec, schema, text, &answer)?;
        self.checked.insert(codec.kind);
        self.coverage.add(schema, &answer)?;
        Ok((answer, written))
    }

    /// Each line is an event, and its object a kind of its own.
    fn watched(&mut self, text: &[u8]) -> Result<Value, String> {
        let mut count = 0;
        for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let event: Value = serde_json::from_slice(line).map_err(|error| error.to_string())?;
            checked(self.documents, &self.codecs[&("", "WatchEvent")], WATCH_EVENT, line, &event)?;
            self.coverage.add(WATCH_EVENT, &event)?;
            self.check(event["object"].to_string().as_bytes())?;
            count += 1;
        }
        if count == 0 { Err("no events".to_owned()) } else { Ok(Value::Null) }
    }

    /// The `Status` of an error has been decoded already: what the SDK writes of it must hold what there is.
    fn refused(&mut self, error: &Error) -> Result<Value, String> {
        let status = error.status().ok_or("the answer is no Status")?;
        self.check(&json::to_vec(status)).map(|(answer, _)| answer)
    }
}

fn checked(
    documents: &Documents,
    codec: &Codec,
    schema: &str,
    text: &[u8],
    answer: &Value,
) -> Result<Value, String> {
    let written = codec.round(text)?;
    match rule::difference(&rule::expected(documents, schema, answer), &written) {
        Some(difference) => Err(format!("differs at {difference}")),
        None => Ok(written),
    }
}
