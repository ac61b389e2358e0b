//! Every kind that a server holds, with as many fields as its validation allows: created from fixtures, read back,
//! decoded, encoded, compared, put back without a change, read as CBOR, and applied.

use std::collections::BTreeSet;
use std::io::Write;

use kubesdk::core::http::Method;
use kubesdk_test_cluster::{Cluster, Options};
use serde_json::Value;

use crate::coverage::{Coverage, Name, unreachable};
use crate::documents::Documents;
use crate::fixtures::{Call, Step, fixtures};
use crate::rule::difference;
use crate::server::Server;

/// What cannot be applied as it was created, with the reason.
const NOT_APPLIED: &[(&str, &str)] = &[
    (
        "/api/v1/namespaces/objects/pods/full",
        "its runtime class and its tolerations have added to what may not change",
    ),
    (
        "/apis/certificates.k8s.io/v1/certificatesigningrequests/full",
        "the server puts the old request in place of every later one, which owns nothing of it then",
    ),
];

/// The share of stable properties, in percent, below which the fixtures have lost something.
const FLOOR: f64 = 97.5;

/// A wide cluster without controllers, which would change what is read back. It is the test's own and ends with it:
/// the fixtures set statuses, cluster-wide kinds and gated fields, which nobody else's cluster should bear.
#[tokio::test]
async fn objects_of_every_kind_come_back() {
    let options = Options {
        wide: true,
        without_controller_manager: true,
        without_scheduler: true,
        ..Options::default()
    };
    let cluster = Cluster::start(options).expect("the cluster starts");
    let documents = Documents::read();
    let mut run =
        Run { server: Server::new(&cluster, &documents).await, documents: &documents, failures: Vec::new() };
    for (name, steps) in fixtures() {
        for step in steps {
            let outcome = match step {
                Step::Object(object) => run.object(object).await,
                Step::Request(call) => run.server.call(call).await.map(drop),
            };
            run.note(&name, outcome);
        }
    }
    run.everything_else().await;
    let Run { server, failures, .. } = run;
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
    report(&server.coverage);
    let kinds = documents.kinds();
    let known = kinds.keys().map(|(api_version, kind)| (api_version.as_str(), kind.as_str()));
    let never: BTreeSet<_> = known.filter(|kind| !server.checked.contains(kind)).collect();
    // Nothing answers with these.
    assert_eq!(never, BTreeSet::from([("policy/v1", "Eviction"), ("v1", "Binding")]), "kinds never seen");
}

struct Run<'a> {
    server: Server<'a>,
    documents: &'a Documents,
    failures: Vec<String>,
}

impl Run<'_> {
    fn note(&mut self, place: &str, outcome: Result<(), String>) {
        if let Err(error) = outcome {
            self.failures.push(format!("{place}: {error}"));
        }
    }

    /// Creates an object, puts its status, reads it back, and puts back what the SDK writes of it.
    async fn object(&mut self, object: Value) -> Result<(), String> {
        let template = self.documents.collection(&object)?;
        let collection = filled(&template, &object);
        let create = Call::new(Method::POST, &collection).query("fieldValidation", "Strict");
        self.server.call(create.body(object.clone())).await?;
        let item = format!("{template}/{{name}}");
        if !self.documents.has_path(&item) {
            return Ok(()); // A review is answered and not stored.
        }
        let path = filled(&item, &object);
        if let Some(status) = object.get("status")
            && self.documents.has_path(&format!("{item}/status"))
        {
            self.server.put(&path, "/status", |stored, _| stored["status"] = status.clone()).await?;
        }
        self.put_back(&path).await?;
        self.server.read_as_cbor(&path).await?;
        if NOT_APPLIED.iter().any(|(it, _)| *it == path) {
            return Ok(());
        }
        let mut applied = object;
        if self.documents.has_path(&format!("{item}/status")) {
            applied["status"].take();
        }
        self.server.apply(&path, &applied).await
    }

    /// What the SDK writes of an object changes nothing when it is put in its place.
    async fn put_back(&mut self, path: &str) -> Result<(), String> {
        let mut read = Value::Null;
        let put = self.server.put(path, "", |stored, written| read = std::mem::replace(stored, written));
        let mut answer = put.await?;
        // Who set a field and when is not what it is: the server counts its own defaults to whoever comes next.
        for own in ["managedFields", "resourceVersion"] {
            read["metadata"][own].take();
            answer["metadata"][own].take();
        }
        match difference(&read, &answer) {
            Some(difference) => Err(format!("{path} is another after it was put back, at {difference}")),
            None => Ok(()),
        }
    }

    /// What needs no fixture: every list and what it lists first, in every version; every path without a parameter.
    async fn everything_else(&mut self) {
        for (path, action) in self.documents.plain_reads() {
            let outcome = self.server.call(Call::new(Method::GET, &path)).await;
            let first = outcome.as_ref().ok().and_then(|it| it.get("items")?.get(0)).cloned();
            self.note(&path, outcome.map(drop));
            if let Some(item) = first.filter(|_| action == "list")
                && let Some(template) = self.documents.item_of(&path)
            {
                let path = filled(&template, &item);
                let outcome = self.server.call(Call::new(Method::GET, &path)).await;
                self.note(&path, outcome.map(drop));
            }
        }
    }
}

/// A path with the namespace and the name of an object.
fn filled(template: &str, object: &Value) -> String {
    let metadata = |name: &str| object["metadata"][name].as_str();
    let namespace = metadata("namespace").unwrap_or_default();
    template.replace("{namespace}", namespace).replace("{name}", metadata("name").unwrap_or_default())
}

/// Says the share of stable properties that were seen, past the test harness, and holds the rest against the list of
/// reasons; `cargo test -- --nocapture` shows the rest by name.
fn report(coverage: &Coverage<'_>) {
    let (missing, count) = coverage.missing();
    let seen = count - missing.len();
    let share = 100.0 * seen as f64 / count as f64;
    let line = format!("{seen} of {count} stable properties were set and seen back: {share:.1} %");
    // The line is a courtesy: a closed standard error is no reason to fail.
    let _ = writeln!(std::io::stderr(), "objects: {line}; the others stand in tests/objects/unreachable.tsv");
    let reasons = unreachable();
    let reason = |(schema, property): &Name| {
        let all = || reasons.get(&(schema.clone(), "*".to_owned()));
        reasons.get(&(schema.clone(), property.clone())).or_else(all)
    };
    for name in &missing {
        println!("{}.{}: {}", name.0, name.1, reason(name).map_or("NO REASON", |it| it));
    }
    let unexplained: Vec<_> = missing.iter().filter(|it| reason(it).is_none()).collect();
    assert!(
        unexplained.is_empty(),
        "set these in tests/objects/fixtures, or say in unreachable.tsv why not: {unexplained:?}"
    );
    let is_missing = |(schema, property): &Name| {
        missing.iter().any(|it| it.0 == *schema && (property == "*" || it.1 == *property))
    };
    let stale: Vec<_> = reasons.keys().filter(|it| !is_missing(it)).collect();
    assert!(
        stale.is_empty(),
        "these are seen, or in no document: take them out of unreachable.tsv: {stale:?}"
    );
    assert!(share >= FLOOR, "{line}, less than {FLOOR} %");
}
