//! Code for users: what is chosen, and what is taken from kubesdk.

use std::fs;
use std::path::Path;

use kubesdk_generator::{Builtin, Document, Extension, Form, Wanted, documents_of_crds, generate_extension};
use serde_json::{Value, json};

fn builtin() -> Builtin {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sdk/api/model.json");
    Builtin::read(&fs::read_to_string(path).unwrap()).unwrap()
}

/// A kind of `shop.example.com/v1` with these properties of its spec.
fn crd(kind: &str, properties: Value) -> Document {
    let plural = format!("{}s", kind.to_lowercase());
    let value = json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("{plural}.shop.example.com")},
        "spec": {
            "group": "shop.example.com",
            "scope": "Namespaced",
            "names": {"plural": plural, "kind": kind},
            "versions": [{"name": "v1", "served": true, "storage": true, "subresources": {"status": {}, "scale": {}},
                "schema": {"openAPIV3Schema": {
                    "type": "object",
                    "properties": {"spec": {"type": "object", "properties": properties}},
                }}}],
        },
    });
    Document { name: format!("{plural}.yaml"), text: value.to_string() }
}

fn made(properties: Value, wanted: &Wanted) -> Extension {
    let documents = documents_of_crds(&[crd("Widget", properties), crd("Plant", json!({}))]).unwrap();
    generate_extension(&documents, &builtin(), wanted).unwrap_or_else(|it| panic!("{it:?}"))
}

/// What the field `x` of the spec is, and what was recognised.
fn field(schema: Value, wanted: &Wanted) -> (String, Vec<String>) {
    let made = made(json!({"x": schema}), wanted);
    let types = &made.files["shop/v1/types.rs"];
    let line = types.lines().find_map(|it| it.trim().strip_prefix("pub x: ")).unwrap();
    let found = made.taken.iter().filter(|it| !it.written_out.is_empty()).map(|it| it.path.clone());
    (line.trim_end_matches(',').to_owned(), found.collect())
}

fn selector() -> Value {
    let requirement = json!({"type": "object", "required": ["key", "operator"], "properties": {
        "key": {"type": "string"}, "operator": {"type": "string"},
        "values": {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "atomic"},
    }});
    json!({"type": "object", "description": "Which ones.", "x-kubernetes-map-type": "atomic", "properties": {
        "matchExpressions": {"type": "array", "items": requirement, "x-kubernetes-list-type": "atomic"},
        "matchLabels": {"type": "object", "additionalProperties": {"type": "string"}},
    }})
}

fn resources() -> Value {
    let quantity = json!({"anyOf": [{"type": "integer"}, {"type": "string"}], "x-kubernetes-int-or-string": true,
        "pattern": "^.*$"});
    let amounts = json!({"type": "object", "additionalProperties": quantity});
    json!({"type": "object", "properties": {
        "claims": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
            "items": {"type": "object", "required": ["name"],
                "properties": {"name": {"type": "string"}, "request": {"type": "string"}}}},
        "limits": amounts, "requests": amounts,
    }})
}

fn with(mut schema: Value, pointer: &str, value: Value) -> Value {
    *schema.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = value;
    schema
}

#[test]
fn structures_of_kubesdk_are_recognised() {
    let check = |schema: Value, expected: &str, found: &[&str]| {
        let (line, taken) = field(schema.clone(), &Wanted::default());
        assert_eq!(
            (line.as_str(), taken),
            (expected, found.iter().map(|it| (*it).to_owned()).collect()),
            "{schema}"
        );
    };
    let own = "Option<Box<WidgetSpecX>>";
    let label_selector = "kubesdk::api::meta::v1::LabelSelector";
    check(selector(), "Option<Box<meta::v1::LabelSelector>>", &[label_selector]);
    check(json!({"type": "array", "items": selector()}), "Vec<meta::v1::LabelSelector>", &[label_selector]);
    check(
        json!({"type": "object", "additionalProperties": selector()}),
        "Map<meta::v1::LabelSelector>",
        &[label_selector],
    );
    check(
        resources(),
        "Option<Box<core::v1::ResourceRequirements>>",
        &["kubesdk::api::core::v1::ResourceRequirements"],
    );
    check(
        json!({"type": "object", "properties": {"a": {"type": "string"}, "selector": selector()}}),
        own,
        &[label_selector],
    );
    // Something differs: the type, what is required, a name, how a list is merged.
    let expression = "/properties/matchExpressions/items";
    let labels = "/properties/matchLabels/additionalProperties/type";
    check(with(selector(), labels, json!("integer")), own, &[]);
    check(with(selector(), &format!("{expression}/required"), json!(["key"])), own, &[]);
    check(with(selector(), &format!("{expression}/properties/values"), json!({"type": "string"})), own, &[]);
    let atomic = with(resources(), "/properties/claims/x-kubernetes-list-map-keys", json!([]));
    check(with(atomic, "/properties/claims/x-kubernetes-list-type", json!("atomic")), own, &[]);
    // Too small to say what was meant: an HTTP header, or anything else; a secret's key, or one of a config map.
    check(
        json!({"type": "object", "required": ["name", "value"], "properties":
        {"name": {"type": "string"}, "value": {"type": "string"}}}),
        own,
        &[],
    );
    check(
        json!({"type": "object", "required": ["key"], "properties":
        {"key": {"type": "string"}, "name": {"type": "string"}, "optional": {"type": "boolean"}}}),
        own,
        &[],
    );
}

/// A schema of the documents of record as tools for definitions write it out: no references, no descriptions, no enums,
/// metadata as an object of which nothing is said.
fn written_out(schema: &Value, schemas: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let reference = members.get("$ref").or_else(|| schema.pointer("/allOf/0/$ref"));
            if let Some(name) = reference.and_then(Value::as_str) {
                let name = name.rsplit('/').next().unwrap();
                if name.ends_with(".ObjectMeta") {
                    return json!({"type": "object"});
                }
                if name.ends_with(".Quantity") || name.ends_with(".IntOrString") {
                    return json!({"x-kubernetes-int-or-string": true});
                }
                return written_out(&schemas[name], schemas);
            }
            let dropped = ["description", "enum", "default", "format", "x-kubernetes-unions"];
            let is_kept = |key: &str| {
                let is_format = key == "format" && members.get("type") != Some(&json!("string"));
                !key.starts_with("x-kubernetes-patch") && (is_format || !dropped.contains(&key))
            };
            let is_kept =
                |key: &str, value: &Value| is_kept(key) || value.is_object() || *value == json!("date-time");
            let kept = members.iter().filter(|(key, value)| is_kept(key, value));
            kept.map(|(key, value)| (key.clone(), written_out(value, schemas))).collect()
        }
        Value::Array(items) => items.iter().map(|it| written_out(it, schemas)).collect(),
        other => other.clone(),
    }
}

#[test]
fn what_people_embed_is_recognised_as_tools_write_it_out() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs/v1.37/api__v1.json");
    let document: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let schemas = &document["components"]["schemas"];
    for name in [
        "core.v1.Affinity",
        "core.v1.Container",
        "core.v1.ContainerPort",
        "core.v1.EnvFromSource",
        "core.v1.EnvVar",
        "core.v1.ObjectReference",
        "core.v1.PersistentVolumeClaimSpec",
        "core.v1.PodSecurityContext",
        "core.v1.PodSpec",
        "core.v1.PodTemplateSpec",
        "core.v1.Probe",
        "core.v1.ServicePort",
        "core.v1.Toleration",
        "core.v1.TopologySpreadConstraint",
        "core.v1.Volume",
    ] {
        let schema = written_out(&schemas[format!("io.k8s.api.{name}")], schemas);
        let path = name.replace('.', "::");
        let (line, taken) = field(schema, &Wanted::default());
        assert_eq!(line, format!("Option<Box<{path}>>"));
        assert_eq!(taken, [format!("kubesdk::api::{path}")]);
    }
}

#[test]
fn structures_can_be_ones_own() {
    let wanted = Wanted { own_structures: true, ..Wanted::default() };
    assert_eq!(field(selector(), &wanted), ("Option<Box<WidgetSpecX>>".to_owned(), Vec::new()));
}

#[test]
fn what_comes_from_kubesdk_is_said() {
    let made = made(json!({"x": selector()}), &Wanted::default());
    let taken: Vec<(&str, usize)> =
        made.taken.iter().map(|it| (it.path.as_str(), it.written_out.len())).collect();
    assert_eq!(
        taken,
        [
            ("kubesdk::api::autoscaling::v1::Scale", 0),
            ("kubesdk::api::meta::v1::DeleteOptions", 0),
            ("kubesdk::api::meta::v1::LabelSelector", 1),
            ("kubesdk::api::meta::v1::ListMeta", 0),
            ("kubesdk::api::meta::v1::ObjectMeta", 0),
        ]
    );
    let at = "apis__shop.example.com__v1.json#/components/schemas/com.example.shop.v1.Widget/properties/spec/properties/x";
    assert_eq!(made.taken[2].written_out, [at]);
    assert!(made.features.iter().eq(["autoscaling-v1"]));
    let files: Vec<&str> = made.files.keys().map(String::as_str).collect();
    assert_eq!(files, ["mod.rs", "shop.rs", "shop/v1.rs", "shop/v1/endpoints.rs", "shop/v1/types.rs"]);
    let group_version = &made.group_versions[0];
    assert_eq!(group_version.kinds, ["Plant", "Widget"]);
    assert_eq!((group_version.module.as_str(), group_version.types), ("shop::v1", 5));
    assert!(made.notes.is_empty(), "{:?}", made.notes);
}

#[test]
fn a_crate_names_kubesdk_with_the_features_that_it_needs() {
    let form = Form::Crate { name: "shop".into(), kubesdk: "version = \"0.1.0\"".into() };
    let made = made(json!({}), &Wanted { form, ..Wanted::default() });
    assert!(made.files["Cargo.toml"].ends_with(
        "[dependencies]\nkubesdk = { version = \"0.1.0\", default-features = false, features = [\"autoscaling-v1\"] }\n"
    ));
    assert!(
        made.files["src/lib.rs"].contains("#![forbid(unsafe_code)]\n\n#[rustfmt::skip]\npub mod shop;\n")
    );
    assert!(made.files.keys().all(|it| it == "Cargo.toml" || it.starts_with("src/")));
}

/// The kinds that patterns choose, or the faults.
fn chosen(groups: &[&str], kinds: &[&str]) -> Result<Vec<String>, Vec<String>> {
    let texts = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect();
    let wanted = Wanted { groups: texts(groups), kinds: texts(kinds), ..Wanted::default() };
    let documents = documents_of_crds(&[crd("Widget", json!({})), crd("Plant", json!({}))]).unwrap();
    match generate_extension(&documents, &builtin(), &wanted) {
        Ok(made) => Ok(made.group_versions.into_iter().flat_map(|it| it.kinds).collect()),
        Err(errors) => Err(errors.iter().map(|it| format!("{}: {}", it.message, it.help)).collect()),
    }
}

#[test]
fn groups_and_kinds_are_chosen_by_patterns() {
    let check = |groups: &[&str], kinds: &[&str], expected: &[&str]| {
        assert_eq!(chosen(groups, kinds).unwrap(), expected, "{groups:?} {kinds:?}");
    };
    check(&[], &[], &["Plant", "Widget"]);
    check(&["*.example.com"], &["W*"], &["Widget"]);
    check(&["shop.example.com/v1"], &["*t"], &["Plant", "Widget"]);
    check(&[], &["Plant"], &["Plant"]);
    let fails = |groups: &[&str], kinds: &[&str], expected: &[&str]| {
        assert_eq!(chosen(groups, kinds).unwrap_err(), expected, "{groups:?} {kinds:?}");
    };
    let there = "choose from shop.example.com/v1 (Plant, Widget)";
    fails(&["shop"], &[], &[&format!("the pattern shop chooses no group-version: {there}")]);
    fails(&[], &["Cat"], &[&format!("the pattern Cat chooses no kind of the chosen groups: {there}")]);
    fails(&["apps/v1"], &[], &["kubesdk has apps/v1 already: use kubesdk::api::apps::v1"]);
}

/// The documents of record have nothing that the SDK does not have.
#[test]
fn kubernetes_itself_is_not_made_again() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs/v1.37");
    let name = "apis__apps__v1.json";
    let text = fs::read_to_string(folder.join(name)).unwrap();
    let errors = generate_extension(&[Document { name: name.into(), text }], &builtin(), &Wanted::default())
        .unwrap_err();
    assert_eq!(errors[0].message, "no resource is chosen");
}

#[test]
fn faults_of_groups_that_are_not_chosen_stop_nothing() {
    let mut documents = documents_of_crds(&[crd("Widget", json!({}))]).unwrap();
    let document = |name: &str, text: &str| Document { name: name.into(), text: text.into() };
    // No JSON; a path that is a reference.
    documents.push(document("apis__bad.example.com__v1.json", "{"));
    let reference = r##"{"paths": {"/apis/worse.example.com/v1/": {"$ref": "#/paths/x"}}}"##;
    documents.push(document("worse.json", reference));
    let places = |groups: &[&str]| {
        let wanted =
            Wanted { groups: groups.iter().map(|it| (*it).to_owned()).collect(), ..Wanted::default() };
        match generate_extension(&documents, &builtin(), &wanted) {
            Ok(made) => made.group_versions.into_iter().filter_map(|it| it.api_version).collect(),
            Err(errors) => errors.into_iter().map(|it| it.document).collect::<Vec<_>>(),
        }
    };
    let (bad, worse) = ("apis__bad.example.com__v1.json", "worse.json");
    assert_eq!(places(&["shop.example.com"]), ["shop.example.com/v1"]);
    assert_eq!(places(&["shop.*", "worse.example.com"]), [worse]);
    assert_eq!(places(&["shop.*", "bad.example.com/v1"]), [bad]);
    assert_eq!(places(&["*.example.com"]), [bad, worse]);
    assert_eq!(places(&[]), [bad, worse]);
}
