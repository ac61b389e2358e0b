//! Laws of discovery and mapping, on servers made up at random out of a few names, so that they collide.

use kubesdk::discovery::{MappingError, Resource, ResourceIndex, ServerResources};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use super::server::Server;

const GROUPS: [&str; 5] = ["", "apps", "app", "apps.example.com", "v1"];
const VERSIONS: [&str; 3] = ["v1", "v2", "v1beta1"];
const NAMES: [&str; 6] = ["pods", "pod", "deployments", "deploy", "foos", "v1"];
const KINDS: [&str; 4] = ["Pod", "pod", "Deployment", ""];
const SHORT: [&str; 4] = ["po", "pods", "deploy", "Po"];

fn resource() -> impl Strategy<Value = Value> {
    let names = (select(&NAMES[..]), select(&KINDS[..]), btree_set(select(&SHORT[..]), 0..3));
    let below = btree_set(select(&["status", "scale", "log"][..]), 0..3);
    (names, below, any::<bool>(), select(&["", "all"][..])).prop_map(
        |((singular, kind, short), below, scope, category)| {
            let below: Vec<Value> = below
                .iter()
                .map(|it| {
                    json!({"subresource": it, "verbs": ["get"],
                "responseKind": {"group": "", "version": "", "kind": "Scale"}})
                })
                .collect();
            json!({
                "singularResource": if kind == "Pod" { "" } else { singular }, "shortNames": short,
                "responseKind": {"group": "", "version": "", "kind": kind}, "verbs": ["get"],
                "scope": if scope { "Namespaced" } else { "Cluster" }, "subresources": below,
                "categories": if category.is_empty() { json!([]) } else { json!([category]) },
            })
        },
    )
}

/// An aggregated document of groups, each with its versions in some order.
fn document() -> impl Strategy<Value = Value> {
    let resources = || {
        btree_map(select(&NAMES[..]), resource(), 0..4).prop_map(|named| {
            let named = named.into_iter().map(|(name, mut it)| {
                it["resource"] = json!(name);
                it
            });
            named.collect::<Vec<_>>()
        })
    };
    let versions = btree_map(select(&VERSIONS[..]), resources(), 1..4).prop_map(|versions| {
        versions.into_iter().map(|(name, it)| json!({"version": name, "resources": it})).collect::<Vec<_>>()
    });
    btree_map(select(&GROUPS[..]), versions.prop_shuffle(), 0..5).prop_map(|groups| {
        let groups = groups.into_iter().map(|(name, it)| json!({"metadata": {"name": name}, "versions": it}));
        json!({"kind": "APIGroupDiscoveryList", "items": groups.collect::<Vec<_>>()})
    })
}

/// The same server as it was before documents were aggregated.
fn legacy(document: &Value) -> Value {
    let mut documents = Map::new();
    let mut groups = Vec::new();
    for group in document["items"].as_array().into_iter().flatten() {
        let name = group["metadata"]["name"].as_str().expect("a name");
        let mut versions = Vec::new();
        for version in group["versions"].as_array().into_iter().flatten() {
            let version_name = version["version"].as_str().expect("a name");
            versions.push(json!({"version": version_name}));
            let base = if name.is_empty() { "/api".to_owned() } else { format!("/apis/{name}") };
            let list = json!({"kind": "APIResourceList", "resources": resources_of(version)});
            documents.insert(format!("{base}/{version_name}"), list);
        }
        if name.is_empty() {
            let versions: Vec<&Value> = versions.iter().map(|it| &it["version"]).collect();
            documents.insert("/api".to_owned(), json!({"kind": "APIVersions", "versions": versions}));
        } else {
            groups.push(json!({"name": name, "preferredVersion": versions[0], "versions": versions}));
        }
    }
    documents.insert("/apis".to_owned(), json!({"kind": "APIGroupList", "groups": groups}));
    Value::Object(documents)
}

fn resources_of(version: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    for it in version["resources"].as_array().into_iter().flatten() {
        let namespaced = it["scope"] == "Namespaced";
        all.push(
            json!({"name": it["resource"], "singularName": it["singularResource"], "namespaced": namespaced,
            "kind": it["responseKind"]["kind"], "verbs": it["verbs"], "shortNames": it["shortNames"],
            "categories": it["categories"]}),
        );
        for below in it["subresources"].as_array().into_iter().flatten() {
            let name = format!(
                "{}/{}",
                it["resource"].as_str().expect("text"),
                below["subresource"].as_str().expect("text")
            );
            all.push(json!({"name": name, "namespaced": namespaced, "kind": "Scale", "verbs": ["get"]}));
        }
    }
    all
}

fn index(document: &Value) -> ResourceIndex {
    let text = document.to_string();
    ResourceIndex::new(ServerResources::from_aggregated([text.as_bytes()]).expect("a document"))
}

/// What leads to one of several is that one, or is said to be ambiguous with that one among others.
fn leads_to(
    found: Result<&std::sync::Arc<Resource>, MappingError>,
    to: &Resource,
    what: &str,
) -> Result<(), TestCaseError> {
    match found {
        Ok(it) => prop_assert_eq!(&**it, to, "{}", what),
        Err(error) => prop_assert!(error.candidates().iter().any(|it| **it == *to), "{what}: {error}"),
    }
    Ok(())
}

proptest! {
    #[test]
    fn every_resource_is_found_and_leads_back(document in document()) {
        let index = index(&document);
        for it in index.server().resources() {
            let gvr = it.group_version_resource();
            if it.kind.kind.is_empty() {
                prop_assert!(index.get(&gvr).is_none());
                continue;
            }
            prop_assert_eq!(index.get(&gvr), Some(it));
            leads_to(index.of_object(&it.kind), it, "its kind")?;
            let full = format!("{}.{}.{}", it.name, it.group_version.version, it.group_version.group);
            // `pods.v1.` is any group's, as for kubectl.
            if !it.group_version.group.is_empty() || it.group_version.version == "v1" {
                leads_to(index.resource(&full), it, &full)?;
            }
            prop_assert!(index.candidates(&it.name).contains(&it), "{full} is not what its name can mean");
        }
    }

    #[test]
    fn the_first_candidate_is_in_the_preferred_version(document in document(), name in select(&NAMES[..])) {
        let index = index(&document);
        let Some(first) = index.candidates(name).into_iter().next() else { return Ok(()) };
        let groups = index.server().groups();
        let group = groups.iter().find(|it| it.name == first.group_version.group).expect("its group");
        let preferred = index.candidates(name).into_iter().any(|it| {
            it.group_version.group == group.name && it.group_version.version == group.preferred
        });
        let is_first_of_all = first.group_version.to_string() == "v1";
        prop_assert!(!preferred || is_first_of_all || first.group_version.version == group.preferred);
    }

    #[test]
    fn names_of_any_kind_lead_somewhere_or_nowhere(
        document in document(),
        parts in vec(prop_oneof![select(&NAMES[..]), select(&GROUPS[..]), select(&VERSIONS[..]), select(&KINDS[..]),
            select(&SHORT[..]), select(&["", ".", ",", "/", "ä", "İ"][..])], 0..5),
    ) {
        let index = index(&document);
        let name = parts.join(".");
        match index.resource(&name) {
            Ok(found) => prop_assert!(index.candidates(&name).contains(&found)),
            Err(error) => prop_assert_eq!(error.is_no_match(), index.candidates(&name).is_empty()),
        }
        if let Ok(found) = index.resources(&parts.join(",")) {
            prop_assert!(!found.is_empty());
        }
    }

    #[test]
    fn legacy_documents_say_what_aggregated_ones_say(document in document()) {
        let aggregated = index(&document);
        let discovery = Server::new(&legacy(&document)).discovery();
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let legacy = runtime.block_on(discovery.resources()).expect("documents");
        prop_assert!(legacy.incomplete().is_none(), "{:?}", legacy.incomplete());
        let sorted = |server: &ServerResources| {
            let mut all: Vec<_> = server.resources().map(|it| format!("{it:?}")).collect();
            all.sort();
            all
        };
        prop_assert_eq!(sorted(&legacy), sorted(aggregated.server()));
        prop_assert_eq!(legacy.preferred().len(), aggregated.server().preferred().len());
        for name in NAMES {
            let found = |index: &ResourceIndex| index.resource(name).ok().map(|it| it.group_version_resource());
            prop_assert_eq!(found(&ResourceIndex::new(legacy.clone())), found(&aggregated), "{}", name);
        }
    }
}
