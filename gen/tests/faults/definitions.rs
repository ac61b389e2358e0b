//! Definitions, the files that hold them, and the folder for the code.

use std::fs;
use std::path::Path;

use kubesdk_gen::{Error, Generator};

pub(crate) const SCHEMA: &str = "/spec/versions/0/schema/openAPIV3Schema";

/// A definition of `PLURAL.shop.example.com` with these properties of its schema.
fn crd(plural: &str, kind: &str, properties: &str) -> String {
    format!(
        "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: {plural}.shop.example.com}}
spec:
  group: shop.example.com
  scope: Namespaced
  names: {{plural: {plural}, kind: {kind}}}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties: {properties}
"
    )
}

pub(crate) fn widgets(properties: &str) -> String {
    crd("widgets", "Widget", properties)
}

/// Generates from a file of this text; nothing may be left beside it.
pub(crate) fn generated(text: &str) -> Result<String, Error> {
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = (folder.path().join("crds.yaml"), folder.path().join("out"));
    fs::write(&file, text).unwrap();
    let made = Generator::new().crds(&file).write(&out);
    assert_eq!(out.exists(), made.is_ok(), "{text}");
    made.map(|it| it.report())
}

/// The place of each fault without the folder, the words of the first and what to do about it.
pub(crate) fn check(text: &str, places: &[&str], message: &str, help: &str) {
    let error = generated(text).expect_err(text);
    let place = |it: &kubesdk_generator::Error| {
        let document = it.document.rsplit('/').next().unwrap_or_default();
        format!("{document}#{}", it.pointer)
    };
    let found: Vec<String> = error.faults().iter().map(place).collect();
    assert_eq!(found, places, "{error}");
    let first = &error.faults()[0];
    assert!(first.message.contains(message), "{first}");
    assert!(first.help.contains(help), "{first}");
}

#[test]
fn faults_of_definitions_name_file_document_pointer_and_remedy() {
    let sound = crd("gadgets", "Gadget", "{}");
    let second = |text: &str| format!("{sound}---\n{text}");
    assert!(generated(&second(&widgets("{spec: {type: object}}"))).is_ok());

    check("spec: [", &["crds.yaml#"], "this is no YAML", "templates must be rendered first");
    check(&second("a: {{ .Values.a }}"), &["crds.yaml, document 2#"], "this is no YAML", "rendered first");
    check(&second("a: &a [*a]"), &["crds.yaml, document 2#"], "this is no YAML", "correct it");

    let in_second = |pointer: &str| format!("crds.yaml, document 2#{SCHEMA}{pointer}");
    for (properties, pointer, message, help) in [
        ("{spec: {}}", "/properties/spec/type", "a field must have a type", "give its `type`"),
        (
            "{spec: {type: object, properties: {a: {type: array}}}}",
            "/properties/spec/properties/a/items",
            "an array must say what its items are",
            "give `items`",
        ),
        (
            "{spec: {type: string, anyOf: [{type: string}]}}",
            "/properties/spec/anyOf/0/type",
            "must not stand in a part that only validates",
            "move `type` out",
        ),
        (
            "{spec: {type: object, $ref: '#/definitions/Spec'}}",
            "/properties/spec/$ref",
            "`$ref` is not allowed",
            "write the schema out",
        ),
        // A schema that holds itself can only be written so.
        (
            "{spec: {type: object, properties: {spec: {type: object, $ref: '#/properties/spec'}}}}",
            "/properties/spec/properties/spec/$ref",
            "`$ref` is not allowed",
            "x-kubernetes-preserve-unknown-fields",
        ),
        // Found while properties become fields: the definition is named all the same.
        (
            "{spec: {type: object, properties: {\"a\\tb\": {type: string}}}}",
            "/properties/spec/properties/a\tb",
            "has a control character in its name",
            "leave the property out",
        ),
        (
            "{spec: {type: array, items: {type: string}, x-kubernetes-list-type: heap}}",
            "/properties/spec/x-kubernetes-list-type",
            "one of atomic, set, map",
            "correct it",
        ),
    ] {
        check(&second(&widgets(properties)), &[&in_second(pointer)], message, help);
    }

    let without = widgets("{}")
        .replace("    schema:\n      openAPIV3Schema:\n        type: object\n        properties: {}\n", "");
    check(&without, &[&format!("crds.yaml#{SCHEMA}")], "this version has no schema", "type: object");
}

#[test]
fn versions_and_definitions_that_exclude_each_other_are_refused() {
    let twice = format!("{}---\n{}", widgets("{}"), widgets("{}"));
    let help = "one definition of each resource";
    check(&twice, &["crds.yaml, document 2#"], "widgets.shop.example.com is defined in", help);
    let kinds = format!("{}---\n{}", widgets("{}"), crd("widgetses", "Widget", "{}"));
    let places = ["crds.yaml, document 2#/spec/names/kind", "crds.yaml, document 2#/spec/names/listKind"];
    check(&kinds, &places, "Widget of shop.example.com is a kind of widgets", "a name of its own");

    let version = |name: &str, storage: &str| {
        format!(
            "  - {{name: {name}, served: true, storage: {storage}, schema: {{openAPIV3Schema: {{type: object}}}}}}\n"
        )
    };
    let more = |name: &str, storage: &str| widgets("{}") + &version(name, storage);
    assert!(generated(&more("v2", "false")).is_ok());
    let place = ["crds.yaml#/spec/versions/1"];
    check(&more("v1", "false"), &place, "the version v1 stands here twice", "leave one");
    let place = ["crds.yaml#/spec/versions/1/storage"];
    check(&more("v2", "true"), &place, "two versions are stored", "in one version alone");
    for (from, to, pointer, help) in [
        ("group: shop.example.com", "group: shop", "/spec/group", "a domain with a dot"),
        ("group: shop.example.com", "group: Shop.example.com", "/spec/group", "in lower case"),
        ("kind: Widget}", "kind: my widget}", "/spec/names/kind", "begins with a letter"),
        (
            "kind: Widget}",
            "kind: Widget, listKind: 3Widgets}",
            "/spec/names/listKind",
            "begins with a letter",
        ),
        ("name: v1", "name: V1", "/spec/versions/0/name", "`v1`"),
        ("name: v1", "name: 1.0", "/spec/versions/0/name", "name the version"),
    ] {
        let text = widgets("{}").replace(from, to);
        let error = generated(&text).expect_err(to);
        let fault = error.faults().iter().find(|it| it.pointer == pointer);
        assert!(fault.is_some_and(|it| it.help.contains(help)), "{to}: {error}");
    }
    let kept = widgets("{}").replace("  scope:", "  preserveUnknownFields: true\n  scope:");
    let help = "x-kubernetes-preserve-unknown-fields: true";
    check(&kept, &["crds.yaml#/spec/preserveUnknownFields"], "must be false since", help);
    let none = widgets("{}").replace("storage: true", "storage: false");
    check(&none, &["crds.yaml#/spec/versions"], "no version is the one that is stored", "storage: true");
}

#[test]
fn what_is_told_of_definitions_names_them() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("w.yaml");
    let selector = "{type: object, properties: {matchLabels: {type: object, additionalProperties: {type: string}}, \
        matchExpressions: {type: array, items: {type: object, required: [key, operator], properties: {key: {type: \
        string}, operator: {type: string}, values: {type: array, items: {type: string}}}}}}}";
    let union = "{type: object, properties: {a: {type: string}}, anyOf: [{required: [a]}]}";
    let spec = format!("{{spec: {{type: object, properties: {{selector: {selector}, union: {union}}}}}}}");
    fs::write(&file, widgets(&spec)).unwrap();
    let made = Generator::new().crds(&file).generate().unwrap();
    let name = file.display();
    let at = |property: &str| format!("{SCHEMA}/properties/spec/properties/{property}");
    let written: Vec<&String> = made.taken.iter().flat_map(|it| &it.written_out).collect();
    assert!(written.contains(&&format!("{name}#{}", at("selector"))), "{written:?}");
    let notes: Vec<String> = made.notes.iter().map(|it| format!("{}#{}", it.document, it.pointer)).collect();
    assert_eq!(notes, [format!("{name}#{}", at("union/anyOf"))]);
}

#[test]
fn sources_and_folders_are_named() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    fs::write(at("w.yaml"), widgets("{}")).unwrap();
    fs::create_dir_all(at("empty")).unwrap();
    fs::create_dir_all(at("mine")).unwrap();
    fs::write(at("mine/main.rs"), "fn main() {}").unwrap();
    let said = |source: &Path, out: &Path| Generator::new().crds(source).write(out).unwrap_err().to_string();
    let check = |source: &str, out: &str, words: &[&str]| {
        let error = said(&at(source), &at(out));
        assert!(words.iter().all(|it| error.contains(it)), "{error}");
    };
    check("none.yaml", "out", &["cannot read", "none.yaml", "check the path"]);
    check("empty", "out", &["empty holds no CustomResourceDefinition", "kubectl get crds -o yaml"]);
    check("w.yaml", "w.yaml", &["cannot read", "w.yaml", "name a folder"]);
    check("w.yaml", "w.yaml/api", &["cannot read", "w.yaml/api", "name a folder that can be read"]);
    // Nobody writes there, whoever asks: tests may run as root.
    let above = "check that the folder above it may be written to";
    check("w.yaml", "/proc/kubesdk-gen", &["cannot write /proc/kubesdk-gen", "is as it was", above]);
    check("w.yaml", "mine", &["mine holds what was not generated: main.rs", "name a folder of its own"]);
    assert_eq!(fs::read_to_string(at("mine/main.rs")).unwrap(), "fn main() {}");
    assert!(!at("mine/mod.rs").exists() && !at("out").exists());
}
