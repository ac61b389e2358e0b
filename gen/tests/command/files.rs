//! Sources that are files, choices among them, folders, and exit codes.

use super::bench::{Bench, crd};

const SUMMARY: &str = "\
shop.example.com/v1 in shop::v1: Depot, Widget; 6 types, 20 methods
shop.example.com/v1beta1 in shop::v1beta1: Widget; 3 types, 10 methods
tools.example.org/v2 in tools::v2: Hammer; 3 types, 10 methods
from kubesdk come 3 types; no feature of it is needed
  kubesdk::api::meta::v1::DeleteOptions
  kubesdk::api::meta::v1::ListMeta
  kubesdk::api::meta::v1::ObjectMeta
";

#[test]
fn a_folder_is_made_summed_up_and_left_when_it_is_right() {
    let bench = Bench::new();
    let said = bench.check("--crd crds --out src/api", 0, &["src/api"], &[]);
    // Nothing but the summary: progress is for terminals.
    assert_eq!(said.out, format!("{SUMMARY}src/api: 12 files, 12 changed\n"), "{said:?}");
    let made = bench.files("src/api");
    assert!(made["mod.rs"].contains("pub mod shop;") && made.contains_key("tools/v2/endpoints.rs"));
    let said = bench.check("--crd crds --out src/api", 0, &["src/api"], &[]);
    assert_eq!(said.out, format!("{SUMMARY}src/api: 12 files, all of them as they were\n"));
    assert_eq!(bench.files("src/api"), made);
    // Another choice replaces the folder as a whole.
    let line = "--crd crds --group tools.example.org --out src/api";
    bench.check(line, 0, &["src/api: 5 files, 8 changed"], &[]);
    assert!(bench.files("src/api").keys().all(|it| !it.contains("shop")));
}

#[test]
fn check_changes_nothing_and_ends_with_3_when_something_differs() {
    let bench = Bench::new();
    let stale = |err: &[&str]| {
        let before = bench.files("api");
        bench.check("--crd crds --out api --check", 3, &[], err);
        assert_eq!(bench.files("api"), before);
    };
    stale(&["error: api is not what would be generated:\n  mod.rs\n  shop.rs\n", "\n  and 2 more\n"]);
    assert!(!bench.path().join("api").exists());
    bench.check("--crd crds --out api", 0, &["api"], &[]);
    bench.check("--crd crds --out api --check", 0, &["api: 12 files, all of them as they were"], &[]);

    let types = bench.read("api/shop/v1/types.rs");
    bench.write("api/shop/v1/types.rs", &types.replace("size", "width"));
    stale(&["error: api is not what would be generated:\n  shop/v1/types.rs\n"]);
    bench.write("api/shop/v1/types.rs", &types);
    bench.write("api/mine.rs", "");
    stale(&["  mine.rs\n"]);
    // A fault is one with --check, too.
    bench.check("--crd none --out api --check", 1, &[], &["error: cannot read none"]);
}

#[test]
fn groups_and_kinds_are_chosen_by_pattern() {
    let bench = Bench::new();
    let check = |choice: &str, expected: &[&str]| {
        let said = bench.check(&format!("--crd crds --out api {choice}"), 0, &["api"], &[]);
        let made: Vec<&str> = said.out.lines().filter(|it| it.contains(" in ")).collect();
        let made: Vec<&str> = made.iter().map(|it| it.split(';').next().unwrap()).collect();
        assert_eq!(made, expected, "{choice}");
    };
    let (v1, v1beta1) =
        ("shop.example.com/v1 in shop::v1", "shop.example.com/v1beta1 in shop::v1beta1: Widget");
    let (both, hammer) = (format!("{v1}: Depot, Widget"), "tools.example.org/v2 in tools::v2: Hammer");
    check("", &[&both, v1beta1, hammer]);
    check("--group *.example.com", &[&both, v1beta1]);
    check("--group shop.example.com/v1", &[&both]);
    check("--group */v1beta1 --group tools.*", &[v1beta1, hammer]);
    check("--kind D*", &[&format!("{v1}: Depot")]);
    check("--kind Depot --kind *mmer", &[&format!("{v1}: Depot"), hammer]);
    check("--group shop* --kind Widget", &[&format!("{v1}: Widget"), v1beta1]);
    let offer = "choose from shop.example.com/v1 (Depot, Widget); shop.example.com/v1beta1 (Widget); ";
    for (choice, words) in [
        ("--group nobody", "the pattern nobody chooses no group-version"),
        ("--group tools* --kind Widget", "the pattern Widget chooses no kind of the chosen groups"),
    ] {
        bench.check(&format!("--crd crds --out none {choice}"), 1, &[], &[words, offer]);
    }
    bench.check("--crd crds --out none --group apps/v1", 1, &[], &["use kubesdk::api::apps::v1"]);
    assert!(!bench.path().join("none").exists());
}

#[test]
fn sources_may_be_several_and_of_all_kinds() {
    let bench = Bench::new();
    let documents = format!("{}/../tests/user/documents", env!("CARGO_MANIFEST_DIR"));
    bench.write("dump.json", DUMP);
    let shop = crd("shop.example.com", "Widget", &["v1"]);
    let line = [
        "--crd",
        "-",
        "--crd",
        "crds/tools.yml",
        "--openapi",
        &documents,
        "--swagger",
        "dump.json",
        "--out",
        "api",
    ];
    bench.run_with(&line, &shop).expect(
        0,
        &[
            "shop.example.com/v1 in shop::v1: Widget; 3 types, 10 methods\n",
            "tools.example.org/v2 in tools::v2: Hammer; 3 types, 10 methods\n",
            "wardle.example.com/v1alpha1 in wardle::v1alpha1: Fischer, Flunder; 6 types, 19 methods\n",
            "old.example.com/v1 in old::v1: Thing; 2 types, 1 method\n",
        ],
        &[],
    );
    assert!(bench.read("api/old/v1/types.rs").contains("    pub part: Option<Box<Part>>,"));
    // What is no definition is passed over, and told.
    let more = format!("kind: Namespace\n---\n{shop}---\nkind: Service\n");
    let said = bench.run_with(&["--crd", "-", "--out", "api"], &more);
    said.expect(
        0,
        &["api: 5 files"],
        &["note: standard input: passed over, as they define no kind: Namespace, Service\n"],
    );
}

#[test]
fn documents_of_several_servers_are_put_together() {
    let bench = Bench::new();
    let folder = format!("{}/../tests/user/documents", env!("CARGO_MANIFEST_DIR"));
    let name = "apis__wardle.example.com__v1beta1.json";
    let text = std::fs::read_to_string(format!("{folder}/{name}")).unwrap();
    // Both have what every server has, each in its own version, and one group.
    for (server, title) in [("a", "1"), ("b", "2")] {
        let core =
            format!("{{\"openapi\": \"3.0.0\", \"info\": {{\"title\": \"{title}\"}}, \"paths\": {{}}}}");
        for file in ["api__v1.json", "apis__apps__v1.json", "version.json", "openid__v1__jwks.json"] {
            bench.write(&format!("{server}/{file}"), &core);
        }
        bench.write(&format!("{server}/{name}"), &text);
    }
    let line = "--openapi a --openapi b --crd crds --out api";
    bench.check(line, 0, &["wardle.example.com/v1beta1 in wardle::v1beta1: Flunder; "], &[]);
    bench.write(&format!("b/{name}"), &text.replace("\"v1beta1\"", "\"v1beta2\""));
    let words = format!("error: a/{name} and b/{name} are about the same group-version, and differ: ");
    bench.check(line, 1, &[], &[&words]);
    bench.write(&format!("b/{name}"), "{");
    bench.check("--openapi b --out api", 1, &[], &[&format!("\nb/{name}#: ")]);
    bench.write("b/apis__shop.example.com__v1.json", &text);
    let words = "b/apis__shop.example.com__v1.json and crds/shop.yaml, document ";
    bench.check("--openapi b --crd crds --out api", 1, &[], &[words]);
}

/// An OpenAPI v2 document of one kind.
pub(crate) const DUMP: &str = r##"{"swagger": "2.0", "info": {"title": "Old", "version": "v1"}, "paths": {
    "/apis/old.example.com/v1/things/{name}": {
        "parameters": [{"name": "name", "in": "path", "required": true, "type": "string"}],
        "get": {"operationId": "readThing", "produces": ["application/json"], "x-kubernetes-action": "get",
            "x-kubernetes-group-version-kind": {"group": "old.example.com", "version": "v1", "kind": "Thing"},
            "responses": {"200": {"description": "OK", "schema": {"$ref": "#/definitions/com.example.old.v1.Thing"}}}}}},
    "definitions": {
        "com.example.old.v1.Part": {"type": "object", "properties": {"size": {"type": "integer"}}},
        "com.example.old.v1.Thing": {"type": "object",
            "properties": {"apiVersion": {"type": "string"}, "kind": {"type": "string"},
                "part": {"$ref": "#/definitions/com.example.old.v1.Part", "description": "Its part."}},
            "x-kubernetes-group-version-kind": [{"group": "old.example.com", "version": "v1", "kind": "Thing"}]}}}"##;

#[test]
fn a_crate_is_made_and_structures_may_be_ones_own() {
    let bench = Bench::new();
    bench.check("--crd crds --crate shop-api --out shop", 0, &["shop: 13 files, 13 changed"], &[]);
    let manifest = bench.read("shop/Cargo.toml");
    let version =
        format!("kubesdk = {{ version = \"{}\", default-features = false", env!("CARGO_PKG_VERSION"));
    assert!(manifest.contains("name = \"shop-api\"") && manifest.contains(&version), "{manifest}");
    assert!(bench.read("shop/src/lib.rs").contains("pub mod shop;"));
    // What cargo makes beside it is nobody's fault.
    bench.write("shop/Cargo.lock", "");
    bench.write("shop/target/debug/x", "");
    let line = ["--crd", "crds", "--crate", "shop-api", "--kubesdk", "path = \"../sdk\"", "--out", "shop"];
    bench.run(&line).expect(0, &["shop: 13 files, 1 changed"], &[]);
    assert!(bench.read("shop/Cargo.toml").contains("kubesdk = { path = \"../sdk\", "));
    assert!(bench.path().join("shop/target/debug/x").exists());

    let selector = "{type: object, properties: {matchLabels: {type: object, additionalProperties: {type: string}}, \
        matchExpressions: {type: array, items: {type: object, required: [key, operator], properties: {key: {type: \
        string}, operator: {type: string}, values: {type: array, items: {type: string}}}}}}}";
    let text = crd("shop.example.com", "Widget", &["v1"]).replace("{type: integer}", selector);
    bench.write("w.yaml", &text);
    let taken = "kubesdk::api::meta::v1::LabelSelector, written out at w.yaml#/spec/versions/0/schema/";
    bench.check("--crd w.yaml --out api", 0, &[taken], &[]);
    let said = bench.check("--crd w.yaml --out api --own-structures", 0, &["from kubesdk come 3 types"], &[]);
    assert!(!said.out.contains("LabelSelector"), "{said:?}");
    assert!(bench.read("api/shop/v1/types.rs").contains("pub struct WidgetSpecSize"));
}

#[test]
fn faults_end_with_1_and_wrong_calls_with_2_and_nothing_is_touched() {
    let bench = Bench::new();
    bench.write("bad.yaml", &crd("shop.example.com", "Widget", &["v1"]).replace("integer", "array"));
    bench.write("mine/main.rs", "fn main() {}");
    let place = "bad.yaml#/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/size/items: ";
    for (line, words) in [
        ("--crd bad.yaml --out mine", &["error: 1 fault; nothing was written\n", place, "\n  help: "][..]),
        ("--crd none.yaml --out out", &["error: cannot read none.yaml", "check the path"]),
        ("--openapi crds --out out", &["error: crds holds no documents (*.json)"]),
        ("--openapi none --out out", &["error: cannot read none"]),
        ("--swagger none --out out", &["error: cannot read none"]),
        (
            "--swagger bad.yaml --out out",
            &["bad.yaml#: this is not JSON", "give what /openapi/v2 serves as JSON"],
        ),
        (
            "--crd crds --out mine",
            &["error: mine holds what was not generated: main.rs; nothing was written: name a folder"],
        ),
        ("--crd crds --out .", &["cannot be replaced while one stands in it", "from there"]),
        ("--crd crds --out bad.yaml/api", &["error: cannot read bad.yaml/api: ", "name a folder"]),
        ("--crd crds --out bad.yaml", &["error: cannot read bad.yaml", "name a folder"]),
        ("--kubeconfig none --out out", &["error: ", "none"]),
    ] {
        bench.check(line, 1, &[], words);
    }
    assert_eq!(
        bench.files("mine").into_iter().collect::<Vec<_>>(),
        [("main.rs".into(), "fn main() {}".into())]
    );
    for (text, words) in
        [("a: [", "standard input#: this is no YAML"), ("", "standard input holds no CustomRes")]
    {
        bench.run_with(&["--crd", "-", "--out", "out"], text).expect(1, &[], &[words]);
    }

    for (line, words) in [
        ("--out out", "--server"),
        ("--crd crds", "--out <DIR>"),
        ("--crd crds --out out --kubesdk x", "--crate <NAME>"),
        ("--crd crds --out out --all", "unexpected argument '--all'"),
        ("--crd crds --out out --out more", "cannot be used multiple times"),
    ] {
        bench.check(line, 2, &[], &["error: ", words, "--help"]);
    }
    assert!(!bench.path().join("out").exists());
    bench.check("--help", 0, &["Ends with 0 when the folder holds what it should, 1 for a fault"], &[]);
    bench.check("--version", 0, &[concat!("kubesdk-gen ", env!("CARGO_PKG_VERSION"))], &[]);
}
