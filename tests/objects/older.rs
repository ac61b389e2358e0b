//! The SDK, made from the newest documents, against older servers: every stable kind that they serve is created, listed,
//! patched and watched. Each builds its Kubernetes when it first runs, some ten minutes: so they are asked for,
//! `cargo test -p kubesdk-tests --test objects older -- --ignored`.

use std::collections::BTreeMap;

use kubesdk::Client;
use kubesdk::core::http::Method;
use kubesdk::core::verbs::PatchBody;
use kubesdk_test_cluster::{Cluster, Options};
use serde_json::{Value, json};

use crate::documents::Documents;
use crate::fixtures::{Call, Step, fixtures};
use crate::methods::{Methods, methods};
use crate::server::Server;

/// What a patch sets, and must be seen in its answer and in the watch.
const LABEL: &str = "kubesdk.example/older";

/// What is patched in place of the fixture's object, with the reason why that cannot be.
const PLAIN: &[(&str, &str)] = &[(
    r#"{"apiVersion": "apps/v1", "kind": "ControllerRevision", "metadata": {"name": "plain", "namespace": "objects"},
        "revision": 1, "data": {"is": "plain"}}"#,
    "the server reads the number 2^53 + 1 of the fixture's data as a float, and refuses the other number",
)];

/// The kinds that came later, with the first Kubernetes that serves them.
const LATER: &[((&str, &str), &str)] = &[
    (("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicy"), "1.36"),
    (("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicyBinding"), "1.36"),
    (("certificates.k8s.io/v1", "ClusterTrustBundle"), "1.37"),
    (("certificates.k8s.io/v1", "PodCertificateRequest"), "1.37"),
    (("resource.k8s.io/v1", "DeviceTaintRule"), "1.37"),
    (("storagemigration.k8s.io/v1", "StorageVersionMigration"), "1.37"),
];

/// What is invalid before a Kubernetes, with the fields dropped that it does not know: kind, name, the first that takes
/// it, and the reason.
const INVALID: &[((&str, &str), &str, &str)] = &[
    (
        ("Pod", "full"),
        "1.35",
        "a toleration with the operator Gt, which is a value that the server does not know",
    ),
    (
        ("ResourceSlice", "full-partitions"),
        "1.35",
        "counters of a set that stands in another slice of the pool",
    ),
    (
        ("ResourceSlice", "full-devices"),
        "1.36",
        "lists came to attributes of devices: where they are dropped, an attribute is left without a value",
    ),
];

/// A kind that can be listed.
struct Resource {
    kind: Kind,
    /// Of all namespaces.
    collection: String,
    can_create: bool,
}

/// `apiVersion` and `kind`.
type Kind = (String, String);

/// The namespace, if any, and the name of an object.
type Place = (String, String);

#[tokio::test]
#[ignore = "builds Kubernetes 1.34"]
async fn older_1_34() {
    check("1.34").await;
}

#[tokio::test]
#[ignore = "builds Kubernetes 1.35"]
async fn older_1_35() {
    check("1.35").await;
}

#[tokio::test]
#[ignore = "builds Kubernetes 1.36"]
async fn older_1_36() {
    check("1.36").await;
}

async fn check(version: &str) {
    let options = Options {
        wide: true,
        without_controller_manager: true,
        without_scheduler: true,
        kubernetes: Some(version.to_owned()),
        ..Options::default()
    };
    let cluster = Cluster::start(options).expect("the cluster starts");
    let client = Client::from_kubeconfig(cluster.kubeconfig()).await.expect("a client");
    let documents = Documents::read();
    let mut server = Server::new(&cluster, &documents).await;
    let methods: BTreeMap<_, _> = methods().into_iter().map(|it| (it.kind, it)).collect();
    let resources = stable(&cluster);
    let served =
        |kind: &(&str, &str)| resources.iter().any(|it| (it.kind.0.as_str(), it.kind.1.as_str()) == *kind);
    let missing: Vec<_> = methods.keys().filter(|it| !served(it)).collect();
    let later: Vec<_> = LATER.iter().filter(|(_, since)| version < *since).map(|(kind, _)| kind).collect();
    assert_eq!(missing, later, "the stable kinds that {version} does not serve");
    let (created, mut failures) = create(&client, &methods, version).await;
    for Resource { kind, collection, can_create } in &resources {
        // Whatever it has: nothing of it is lost.
        let mut outcome = server.call(Call::new(Method::GET, collection)).await.map(drop);
        if *can_create && outcome.is_ok() {
            outcome = match (methods.get(&(kind.0.as_str(), kind.1.as_str())), created.get(kind)) {
                (Some(methods), Some(place)) => used(&client, methods, place).await,
                (None, _) => Err("the SDK has no methods for it".to_owned()),
                (_, None) => Err("no fixture made one".to_owned()),
            };
        }
        failures.extend(outcome.err().map(|error| format!("{} {}: {error}", kind.0, kind.1)));
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

/// Creates what the fixtures have of stable kinds; gives the last object of each.
async fn create(
    client: &Client,
    methods: &BTreeMap<(&str, &str), Methods>,
    version: &str,
) -> (BTreeMap<Kind, Place>, Vec<String>) {
    let (mut created, mut failures) = (BTreeMap::new(), Vec::new());
    let steps = fixtures().into_iter().flat_map(|(file, steps)| {
        steps.into_iter().filter_map(move |step| match step {
            Step::Object(object) => Some((file.clone(), object)),
            Step::Request(_) => None,
        })
    });
    let plain = PLAIN.iter().map(|(text, _)| ("plain".to_owned(), serde_json::from_str(text).unwrap()));
    for (file, object) in steps.chain(plain) {
        let part = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let kind = (part(&object, "apiVersion"), part(&object, "kind"));
        let named = (kind.0.as_str(), kind.1.as_str());
        let Some(methods) = methods.get(&named) else { continue };
        if LATER.iter().any(|(it, since)| *it == named && version < *since) {
            continue;
        }
        let place = (part(&object["metadata"], "namespace"), part(&object["metadata"], "name"));
        let is_invalid = INVALID.iter().any(|(it, since, _)| *it == (named.1, &place.1) && version < *since);
        // Fields that this server does not know yet are dropped: that is what a newer client meets.
        match (methods.create)(client, &place.0, object.to_string().as_bytes()).await {
            Ok(_) if is_invalid => failures.push(format!("{file}: {} is valid now", place.1)),
            Ok(_) => drop(created.insert(kind, place)),
            Err(error) if is_invalid && error.is_invalid() => {}
            Err(error) => failures.push(format!("{file}: {error}")),
        }
    }
    (created, failures)
}

/// Lists a kind, patches an object of it, and watches for that.
async fn used(client: &Client, methods: &Methods, place: &Place) -> Result<(), String> {
    let (namespace, name) = place;
    let list = (methods.list)(client).await.map_err(|error| format!("list: {error}"))?;
    let is_it = |object: &Value| {
        let metadata = &object["metadata"];
        metadata["name"] == *name && metadata["namespace"].as_str().unwrap_or_default() == namespace
    };
    if !list["items"].as_array().is_some_and(|items| items.iter().any(is_it)) {
        return Err(format!("the list is without {namespace} {name}: {list}"));
    }
    let label = json!({"metadata": {"labels": {LABEL: "yes"}}}).to_string();
    let body = PatchBody::Merge(label.parse().expect("JSON"));
    let patched = (methods.patch)(client, namespace, name, body).await;
    let patched = patched.map_err(|error| format!("patch: {error}"))?;
    if !is_it(&patched) || patched["metadata"]["labels"][LABEL] != "yes" {
        return Err(format!("the answer to the patch is without it: {patched}"));
    }
    let since = list["metadata"]["resourceVersion"].as_str().unwrap_or_default();
    let watched = (methods.watch)(client, since, LABEL).await.map_err(|error| format!("watch: {error}"))?;
    if !is_it(&watched) {
        return Err(format!("the watch is without the patch: {watched}"));
    }
    Ok(())
}

/// The stable kinds of a server, as its discovery says, which is read by kubectl: the SDK is what is tested.
fn stable(cluster: &Cluster) -> Vec<Resource> {
    let raw = |path: &str| -> Value {
        let output = cluster.kubectl(&["get", "--raw", path]).expect("kubectl runs");
        assert!(output.status.success(), "{path}: {}", output.stderr);
        serde_json::from_str(&output.stdout).expect("discovery is JSON")
    };
    let groups = raw("/apis");
    let versions = groups["groups"].as_array().into_iter().flatten().flat_map(|group| {
        group["versions"].as_array().into_iter().flatten().filter_map(|it| it["groupVersion"].as_str())
    });
    let is_stable = |version: &&str| !version.contains("alpha") && !version.contains("beta");
    let mut out = Vec::new();
    for version in std::iter::once("v1").chain(versions.filter(is_stable)) {
        let root = if version == "v1" { "/api/v1".to_owned() } else { format!("/apis/{version}") };
        for resource in raw(&root)["resources"].as_array().into_iter().flatten() {
            let name = resource["name"].as_str().expect("a name");
            let can =
                |verb: &str| resource["verbs"].as_array().is_some_and(|all| all.iter().any(|it| it == verb));
            if !name.contains('/') && can("list") {
                out.push(Resource {
                    kind: (version.to_owned(), resource["kind"].as_str().expect("a kind").to_owned()),
                    collection: format!("{root}/{name}"),
                    can_create: can("create"),
                });
            }
        }
    }
    out
}
