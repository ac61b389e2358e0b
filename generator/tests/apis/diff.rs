//! Documents of record, each changed in one place, and the differences that are found.

use std::path::Path;

use kubesdk_generator::{ApiDiff, Document, Effect, Surface};
use serde_json::{Value, json};

const APPS: &str = "apis__apps__v1.json";
const LEASES: &str = "apis__coordination.k8s.io__v1beta1.json";
const STRATEGY: &str = "/components/schemas/io.k8s.api.apps.v1.DeploymentStrategy";
const SPEC: &str = "/components/schemas/io.k8s.api.apps.v1.DeploymentSpec";
const STATUS: &str = "/components/schemas/io.k8s.api.apps.v1.DeploymentStatus";
/// A change of the documents.
type Edit = dyn Fn(&mut [(&str, Value)]);

const CANDIDATE: &str = "/components/schemas/io.k8s.api.coordination.v1beta1.LeaseCandidateSpec";

/// A stable group-version and a beta one.
fn documents() -> Vec<(&'static str, Value)> {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs/v1.37");
    let read =
        |name| (name, serde_json::from_str(&std::fs::read_to_string(specs.join(name)).unwrap()).unwrap());
    vec![read(APPS), read(LEASES)]
}

fn surface(documents: &[(&str, Value)]) -> Surface {
    let document =
        |(name, value): &(&str, Value)| Document { name: (*name).to_owned(), text: value.to_string() };
    Surface::read(&documents.iter().map(document).collect::<Vec<_>>()).unwrap()
}

/// The member that a JSON pointer names, made where it is missing.
fn at<'a>(documents: &'a mut [(&str, Value)], document: &str, pointer: &str) -> &'a mut Value {
    let (_, root) = documents.iter_mut().find(|(name, _)| *name == document).unwrap();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    &mut root.pointer_mut(parent).unwrap_or_else(|| panic!("no {parent}"))[key.replace("~1", "/")]
}

fn remove(documents: &mut [(&str, Value)], document: &str, pointer: &str) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = at(documents, document, parent).as_object_mut().unwrap();
    assert!(parent.remove(&key.replace("~1", "/")).is_some(), "{pointer} was not there");
}

/// `effect subject: name` of each change without its meaning, as the text has them.
pub(crate) fn lines(diff: &ApiDiff) -> Vec<String> {
    let text = diff.to_text("a", "b");
    let changes = text.lines().filter(|it| it.starts_with("  "));
    changes
        .map(|it| it.split_once(": ").unwrap().0.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn each_change_is_found_and_judged() {
    let old = surface(&documents());
    let check = |change: &Edit, expected: &[&str]| {
        let mut changed = documents();
        change(&mut changed);
        assert_eq!(lines(&old.diff(&surface(&changed))), expected);
    };
    check(&|_| {}, &[]);
    check(
        &|it| remove(it, APPS, &format!("{SPEC}/properties/paused")),
        &["breaking field removed, DeploymentSpec.paused"],
    );
    check(
        &|it| {
            *at(it, APPS, &format!("{SPEC}/properties/pace")) = json!({"type": "integer", "format": "int32"})
        },
        &["compatible field added, DeploymentSpec.pace"],
    );
    check(
        &|it| {
            *at(it, APPS, &format!("{SPEC}/properties/pace")) = json!({"type": "string"});
            at(it, APPS, &format!("{SPEC}/required")).as_array_mut().unwrap().push(json!("pace"));
        },
        &["breaking field added, DeploymentSpec.pace"],
    );
    check(
        &|it| *at(it, APPS, &format!("{SPEC}/properties/paused/type")) = json!("string"),
        &["breaking field changed, DeploymentSpec.paused (Option<bool> -> Option<Str>)"],
    );
    check(
        &|it| at(it, APPS, &format!("{SPEC}/required")).as_array_mut().unwrap().push(json!("paused")),
        &[
            "breaking field changed, DeploymentSpec.paused (Option<bool> -> bool)",
            "breaking field required now, DeploymentSpec.paused",
        ],
    );
    check(
        &|it| {
            *at(it, APPS, &format!("{SPEC}/properties/paused/description")) =
                json!("Stop. Deprecated: use pace.");
        },
        &["compatible field deprecated, DeploymentSpec.paused"],
    );
    check(
        &|it| {
            let values = at(it, APPS, &format!("{STRATEGY}/properties/type/enum"));
            values.as_array_mut().unwrap().push(json!("BlueGreen"));
        },
        &["compatible value added, DeploymentStrategyType::BlueGreen"],
    );
    check(
        &|it| *at(it, APPS, &format!("{STRATEGY}/properties/type/enum")) = json!(["RollingUpdate"]),
        &["breaking value removed, DeploymentStrategyType::Recreate"],
    );
    check(
        &|it| {
            *at(it, APPS, &format!("{STATUS}/properties/conditions/x-kubernetes-list-type")) = json!("atomic")
        },
        &[
            "compatible field merged otherwise, DeploymentStatus.conditions (list-type map, list-map-keys type, \
           patch-strategy merge, patch-merge-key type -> list-type atomic, list-map-keys type, patch-strategy merge, \
           patch-merge-key type)",
        ],
    );
    check(
        &|it| remove(it, APPS, "/paths/~1apis~1apps~1v1~1deployments/get"),
        &["breaking operation removed, GET /apis/apps/v1/deployments"],
    );
    check(
        &|it| remove(it, LEASES, &format!("{CANDIDATE}/properties/binaryVersion")),
        &["exempt field removed, LeaseCandidateSpec.binaryVersion"],
    );
}

#[test]
fn a_whole_group_version_is_one_change() {
    let both = surface(&documents());
    let apps = surface(&documents()[..1]);
    let gone = both.diff(&apps);
    assert_eq!(lines(&gone), ["exempt group-version removed, coordination/v1beta1"]);
    assert!(!gone.is_breaking());
    let come = apps.diff(&both);
    assert_eq!(lines(&come), ["compatible group-version added, coordination/v1beta1"]);
    assert!(come.changes[0].meaning.contains("`coordination-v1beta1`"), "{}", come.changes[0].meaning);
    assert!(come.changes[0].meaning.contains("1 kinds: LeaseCandidate"), "{}", come.changes[0].meaning);
    let leases = surface(&documents()[1..]);
    assert!(both.diff(&leases).is_breaking());
}

#[test]
fn text_json_and_html_say_the_same() {
    let mut changed = documents();
    remove(&mut changed, APPS, &format!("{SPEC}/properties/paused"));
    *at(&mut changed, LEASES, &format!("{CANDIDATE}/properties/leaseName/type")) = json!("boolean");
    let diff = surface(&documents()).diff(&surface(&changed));
    let totals = "2 differences: 1 breaking, 1 that would be but are exempt (alpha and beta), 0 compatible";
    assert!(diff.to_text("a", "b").ends_with(&format!("{totals}\n")));
    let json: Value = serde_json::from_str(&diff.to_json("a", "<b>").unwrap()).unwrap();
    assert_eq!(json["after"], "<b>");
    assert_eq!(json["totals"], json!({"breaking": 1, "exempt": 1, "compatible": 0}));
    let lease = &json["changes"].as_array().unwrap()[1];
    assert_eq!(lease["what"], json!({"retyped": {"before": "Str", "after": "bool"}}));
    let html = diff.to_html("a", "<b>");
    assert!(html.contains("<title>API: a to &lt;b&gt;</title>") && html.contains(totals), "{html}");
    assert_eq!(html.matches("<tr data-effect=").count(), 2);
    assert_eq!(diff.count(Effect::Breaking), 1);
}

#[test]
fn broken_documents_are_told_with_their_place() {
    let broken = Document { name: "api.json".to_owned(), text: "{\"paths\": 1}".to_owned() };
    let errors = Surface::read(&[broken]).unwrap_err();
    assert!(errors[0].to_string().starts_with("api.json#"), "{}", errors[0]);
}
