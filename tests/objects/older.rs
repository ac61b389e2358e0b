//! The SDK, made from the newest documents, against older servers: every stable kind that they serve is created, listed,
//! patched and watched. Each builds its Kubernetes when it first runs, some ten minutes: so they are asked for,
//! `cargo test -p kubesdk-tests --test objects older -- --ignored`.

use std::collections::BTreeMap;

use kubesdk::core::http::Method;
use kubesdk_test_cluster::{Cluster, Options};
use serde_json::{Value, json};

use crate::documents::Documents;
use crate::fixtures::{Call, Step, fixtures};
use crate::server::Server;

/// What a patch sets, and must be seen in its answer and in the watch.
const LABEL: &str = "kubesdk.example/older";

/// What no patch can change, with the reason.
const NOT_PATCHED: &[(&str, &str)] = &[(
    "ControllerRevision",
    "the server reads the number 2^53 + 1 of its data as a float, and refuses the other number",
)];

/// A kind that can be listed.
struct Resource {
    api_version: String,
    kind: String,
    /// Of all namespaces.
    collection: String,
    can_create: bool,
    can_patch: bool,
    can_watch: bool,
}

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
    let documents = Documents::read();
    let mut server = Server::new(&cluster, &documents).await;
    let resources = stable(&cluster);
    let (created, mut failures) = create(&mut server, &documents, &resources).await;
    for resource in &resources {
        let Resource { api_version, kind, .. } = resource;
        if let Err(error) =
            used(&mut server, resource, created.get(&(api_version.clone(), kind.clone()))).await
        {
            failures.push(format!("{api_version} {kind}: {error}"));
        }
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
    assert!(resources.len() > 50, "only {} stable kinds", resources.len());
}

/// Creates what the fixtures have of these kinds; gives the path of one object of each.
async fn create(
    server: &mut Server<'_>,
    documents: &Documents,
    resources: &[Resource],
) -> (BTreeMap<(String, String), String>, Vec<String>) {
    let (mut created, mut failures) = (BTreeMap::new(), Vec::new());
    for (file, steps) in fixtures() {
        for step in steps {
            let Step::Object(object) = step else { continue };
            let part = |name: &str| object[name].as_str().unwrap_or_default().to_owned();
            let kind = (part("apiVersion"), part("kind"));
            if !resources.iter().any(|it| it.can_create && (&it.api_version, &it.kind) == (&kind.0, &kind.1))
            {
                continue; // Reviews, which are not stored, and what this server does not know.
            }
            let metadata = |name: &str| object["metadata"][name].as_str().unwrap_or_default();
            let template = documents.collection(&object).expect("the documents of record have the kind");
            let collection = template.replace("{namespace}", metadata("namespace"));
            let path = format!("{collection}/{}", metadata("name"));
            // Fields that this server does not know yet are dropped: that is what a newer client meets.
            match server.call(Call::new(Method::POST, &collection).body(object.clone())).await {
                Ok(_) => drop(created.entry(kind).or_insert(path)),
                Err(error) => failures.push(format!("{file}: {error}")),
            }
        }
    }
    (created, failures)
}

/// Lists a kind, and patches and watches an object of it.
async fn used(server: &mut Server<'_>, resource: &Resource, object: Option<&String>) -> Result<(), String> {
    let list = server.call(Call::new(Method::GET, &resource.collection)).await?;
    let Some(path) = object else {
        return if resource.can_create { Err("no fixture made one".to_owned()) } else { Ok(()) };
    };
    let is_patched = resource.can_patch && NOT_PATCHED.iter().all(|(kind, _)| *kind != resource.kind);
    if is_patched {
        let body = json!({"metadata": {"labels": {LABEL: "yes"}}});
        let patched = server.call(Call::new(Method::PATCH, path).body(body)).await?;
        if patched["metadata"]["labels"][LABEL] != "yes" {
            return Err(format!("the answer to the patch is without it: {patched}"));
        }
    }
    if resource.can_watch && is_patched {
        let since = list["metadata"]["resourceVersion"].as_str().unwrap_or_default().to_owned();
        let watch = Call::new(Method::GET, &resource.collection).query("watch", "true");
        server.call(watch.query("resourceVersion", &since).query("timeoutSeconds", "1")).await?;
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
                    api_version: version.to_owned(),
                    kind: resource["kind"].as_str().expect("a kind").to_owned(),
                    collection: format!("{root}/{name}"),
                    can_create: can("create"),
                    can_patch: can("patch"),
                    can_watch: can("watch"),
                });
            }
        }
    }
    out
}
