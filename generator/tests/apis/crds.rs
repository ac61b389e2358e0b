//! CustomResourceDefinitions, each with one fault, and the errors that are given for it. That what is made of sound ones
//! is what a real server publishes stands in the live tests.

use kubesdk_generator::{Document, Manifests, Options, documents_of_crds, generate};
use serde_json::{Value, json};

fn widget() -> Value {
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.shop.example.com"},
        "spec": {
            "group": "shop.example.com",
            "scope": "Namespaced",
            "names": {"plural": "widgets", "kind": "Widget"},
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {
                "type": "object",
                "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer"}}}},
            }}}],
        },
    })
}

const SCHEMA: &str = "/spec/versions/0/schema/openAPIV3Schema";

fn document(name: &str, value: &Value) -> Document {
    Document { name: name.to_owned(), text: value.to_string() }
}

/// Sets a member and gives what is said: the places and the first words.
fn faults(pointer: &str, value: Value) -> Vec<String> {
    let mut crd = widget();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = crd.pointer_mut(parent).unwrap_or_else(|| panic!("no {parent}"));
    match value {
        Value::Null => drop(parent.as_object_mut().unwrap().remove(key)),
        value => parent[key] = value,
    }
    match documents_of_crds(&[document("w.yaml", &crd)]) {
        Ok(_) => Vec::new(),
        Err(errors) => {
            assert!(errors.iter().all(|it| it.document == "w.yaml" && !it.help.is_empty()), "{errors:?}");
            errors.iter().map(|it| format!("{}: {}", it.pointer, it.message)).collect()
        }
    }
}

#[test]
fn faults_of_a_definition_are_named_with_their_place() {
    let check = |pointer: &str, value: Value, expected: &[&str]| {
        assert_eq!(faults(pointer, value.clone()), expected, "{pointer} {value}");
    };
    check("/kind", json!("CustomResourceDefinition"), &[]);
    check("/kind", json!("Pod"), &["/kind: expected a CustomResourceDefinition, found \"Pod\""]);
    check(
        "/apiVersion",
        json!("apiextensions.k8s.io/v1beta1"),
        &["/apiVersion: apiextensions.k8s.io/v1beta1 is not served by Kubernetes 1.22 or later"],
    );
    check("/spec/group", Value::Null, &["/spec/group: expected a text, found nothing"]);
    check("/spec/names/kind", json!(7), &["/spec/names/kind: expected a text, found the number 7"]);
    check("/spec/scope", json!("Galaxy"), &["/spec/scope: expected Namespaced or Cluster, found \"Galaxy\""]);
    check("/spec/versions", json!([]), &["/spec/versions: expected a list of versions, found an array"]);
    check(
        "/metadata/name",
        json!("widget"),
        &["/metadata/name: the name must be widgets.shop.example.com, found \"widget\""],
    );
    check(
        "/spec/versions/0/schema",
        Value::Null,
        &["/spec/versions/0/schema/openAPIV3Schema: this version has no schema"],
    );
}

#[test]
fn faults_of_a_schema_are_named_with_their_place() {
    let check = |name: &str, schema: Value, expected: &[&str]| {
        let expected: Vec<String> = expected.iter().map(|it| format!("{SCHEMA}/properties/{it}")).collect();
        assert_eq!(faults(&format!("{SCHEMA}/properties/{name}"), schema.clone()), expected, "{schema}");
    };
    check("x", json!({"x-kubernetes-preserve-unknown-fields": true}), &[]);
    check(
        "x",
        json!({"x-kubernetes-int-or-string": true, "anyOf": [{"type": "integer"}, {"type": "string"}]}),
        &[],
    );
    check("x", json!({}), &["x/type: a field must have a type"]);
    check("x", json!(true), &["x: expected a schema, found a boolean"]);
    check(
        "x",
        json!({"type": "null"}),
        &["x/type: expected one of object, array, string, integer, number, boolean, \
        found \"null\""],
    );
    check(
        "x",
        json!({"type": "object", "$ref": "#/a"}),
        &["x/$ref: `$ref` is not allowed in a CustomResourceDefinition"],
    );
    check("x", json!({"type": "array"}), &["x/items: an array must say what its items are"]);
    check(
        "x",
        json!({"type": "array", "items": [{"type": "string"}]}),
        &["x/items: `items` must be one schema, not an array of them"],
    );
    check("x", json!({"type": "array", "items": {}}), &["x/items/type: items of an array must have a type"]);
    check(
        "x",
        json!({"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "string"}}),
        &["x/additionalProperties: `additionalProperties` and `properties` exclude each other"],
    );
    check(
        "x",
        json!({"type": "string", "anyOf": [{"type": "integer"}]}),
        &["x/anyOf/0/type: `type` must not stand in a part that only validates"],
    );
    check("x", json!({"type": "object", "oneOf": [{"properties": {"a": {"minLength": 1}}}]}), &[]);
    check("x", json!({"type": "string", "x-kubernetes-int-or-string": true}), &[]);
    check(
        "x",
        json!({"type": "object", "x-kubernetes-embedded-resource": true}),
        &["x/properties: an embedded resource must have properties"],
    );
    check(
        "metadata",
        json!({"type": "object", "properties": {"labels": {"type": "object"}}}),
        &["metadata: only name and generateName of metadata can be restricted"],
    );
}

#[test]
fn definitions_of_one_group_share_a_document() {
    let mut gadget = widget();
    gadget["metadata"]["name"] = json!("gadgets.shop.example.com");
    gadget["spec"]["names"] = json!({"plural": "gadgets", "kind": "Gadget", "listKind": "Gadgets"});
    gadget["spec"]["versions"]
        .as_array_mut()
        .unwrap()
        .push(json!({"name": "v0", "served": false, "storage": false,
        "schema": {"openAPIV3Schema": {"type": "object"}}}));
    let both = [document("a.yaml", &widget()), document("b.yaml", &gadget)];
    let documents = documents_of_crds(&both).unwrap();
    let names: Vec<&str> = documents.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["apis__shop.example.com__v1.json"]);
    let value: Value = serde_json::from_str(&documents[0].text).unwrap();
    let own = value["components"]["schemas"].as_object().unwrap().keys().filter(|it| it.starts_with("com."));
    assert!(own.eq(
        ["Gadget", "Gadgets", "Widget", "WidgetList"].map(|it| format!("com.example.shop.v1.{it}")).iter()
    ));

    let errors =
        documents_of_crds(&[document("a.yaml", &widget()), document("b.yaml", &widget())]).unwrap_err();
    assert_eq!(
        errors[0].to_string().lines().next(),
        Some("b.yaml#: widgets.shop.example.com is defined in a.yaml as well")
    );
}

/// The same pipeline makes code of them, with the operations that the server has.
#[test]
fn the_generator_takes_the_documents() {
    let mut crd = widget();
    crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"] = json!({});
    let documents = documents_of_crds(&[document("a.yaml", &crd)]).unwrap();
    let manifest = "[features]\n# generated features\n".to_owned();
    let manifests = Manifests { api: manifest.clone(), facade: manifest };
    let output = generate(&documents, &manifests, &Options { deny_unknown: false, record: false }).unwrap();
    assert_eq!(output.summary.operations, 8);
    let table = &output.files["sdk/api/operations.tsv"];
    let served = "readShopExampleComV1NamespacedWidget\tGET\t/apis/shop.example.com/v1/namespaces/{namespace}/widgets/\
                  {name}\t";
    assert!(table.contains(served), "{table}");
}
