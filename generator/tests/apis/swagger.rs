//! OpenAPI v2 documents: what they become, and the errors of those that are none. That a server's v2 gives the model of
//! its v3 stands in the live tests.

use kubesdk_generator::{Document, Manifests, Options, document_of_swagger, generate, read_swagger};
use serde_json::{Value, json};

const NAME: &str = "#/definitions/com.example.shop.v1.";

fn dump() -> Value {
    let parameter =
        |name: &str, of: &str| json!({"name": name, "in": of, "type": "string", "uniqueItems": true});
    let of_name = |name: &str| json!({"$ref": format!("{NAME}{name}")});
    let kind = json!({"group": "shop.example.com", "version": "v1", "kind": "Widget"});
    let answer = |name: &str| json!({"200": {"description": "OK", "schema": of_name(name)}});
    let text = || json!({"type": "string"});
    json!({
        "swagger": "2.0",
        "info": {"title": "Kubernetes", "version": "v1.10"},
        "produces": ["application/json"],
        "parameters": {
            "name-1": {"name": "name", "in": "path", "required": true, "type": "string"},
            "body-1": {"name": "body", "in": "body", "required": true, "schema": of_name("Widget")},
        },
        "paths": {"/apis/shop.example.com/v1/widgets/{name}": {
            "parameters": [{"$ref": "#/parameters/name-1"}, parameter("pretty", "query")],
            "get": {
                "operationId": "readShopExampleComV1Widget",
                "produces": ["application/json", "application/yaml"],
                "responses": answer("Widget"),
                "x-kubernetes-action": "get",
                "x-kubernetes-group-version-kind": kind,
            },
            "put": {
                "operationId": "replaceShopExampleComV1Widget",
                "consumes": ["*/*"],
                "parameters": [
                    {"$ref": "#/parameters/body-1"},
                    parameter("dryRun", "query"),
                    parameter("fieldManager", "query"),
                    parameter("fieldValidation", "query"),
                ],
                "responses": answer("Widget"),
                "x-kubernetes-action": "put",
                "x-kubernetes-group-version-kind": kind,
            },
        }},
        "definitions": {
            "com.example.shop.v1.Widget": {
                "type": "object",
                "properties": {
                    "apiVersion": text(),
                    "kind": text(),
                    "part": {"$ref": format!("{NAME}Part"), "description": "Its part."},
                    "parts": {"type": "array", "items": of_name("Part")},
                    "names": {"type": "object", "additionalProperties": text()},
                    "perhaps": {"type": ["string", "null"]},
                    "also": {"type": "string", "x-nullable": true},
                    "either": {"type": ["integer", "string"]},
                    "file": {"type": "file"},
                },
                "x-kubernetes-group-version-kind": [kind],
            },
            "com.example.shop.v1.Part": {"type": "object", "properties": {"size": {"type": "integer", "format": "int32"}}},
        },
    })
}

fn convert(value: &Value) -> Result<Document, Vec<String>> {
    let document = Document { name: "dump.json".into(), text: value.to_string() };
    document_of_swagger(&document).map_err(|errors| {
        assert!(errors.iter().all(|it| it.document == "dump.json" && !it.help.is_empty()), "{errors:?}");
        errors.iter().map(|it| format!("{}: {}", it.pointer, it.message)).collect()
    })
}

#[test]
fn a_dump_becomes_code() {
    let document = convert(&dump()).unwrap();
    let manifest = "[features]\n# generated features\n".to_owned();
    let manifests = Manifests { api: manifest.clone(), facade: manifest };
    let output = generate(&[document], &manifests, &Options { deny_unknown: false, record: false }).unwrap();
    let types = &output.files["sdk/api/src/shop/v1/types.rs"];
    for field in [
        "    /// Its part.\n    pub part: Option<Box<Part>>,",
        "    pub parts: Vec<Part>,",
        "    pub names: Map<Str>,",
        "    pub perhaps: Option<Str>,",
        "    pub also: Option<Str>,",
        "    pub either: Option<IntOrString>,",
        "    pub file: Option<Str>,",
        "    pub size: Option<i32>,",
    ] {
        assert!(types.contains(field), "{field}\n{types}");
    }
    let endpoints = &output.files["sdk/api/src/shop/v1/endpoints.rs"];
    for method in
        ["pub fn get(&self, name: &str) -> Get<Widget>", "pub fn replace(&self, name: &str, body: &Widget)"]
    {
        assert!(endpoints.contains(method), "{method}\n{endpoints}");
    }
}

#[test]
fn faults_are_named_with_their_place() {
    let check = |pointer: &str, value: Value, expected: &str| {
        let mut dump = dump();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        dump.pointer_mut(parent).unwrap_or_else(|| panic!("no {parent}"))[key] = value;
        assert_eq!(convert(&dump).unwrap_err(), [expected], "{pointer}");
    };
    let operation = "/paths/~1apis~1shop.example.com~1v1~1widgets~1{name}/put";
    check("/swagger", json!("1.2"), "/swagger: expected an OpenAPI v2 document, `\"swagger\": \"2.0\"`");
    check("/paths", json!([]), "/paths: `paths` is missing or no object");
    check("/definitions", Value::Null, "/definitions: `definitions` is missing or no object");
    check(
        &format!("{operation}/parameters"),
        json!([{"$ref": "#/parameters/lost"}]),
        &format!(
            "{operation}/parameters/0/$ref: the reference #/parameters/lost leads nowhere, expected a name of `parameters`"
        ),
    );
    check(
        &format!("{operation}/parameters"),
        json!([{"name": "a", "in": "formData", "type": "string"}]),
        &format!(
            "{operation}/parameters/0: the parameter \"a\" is in formData, expected path, query, header or body"
        ),
    );
    check(
        &format!("{operation}/responses"),
        json!({"200": {"$ref": "#/responses/lost"}}),
        &format!(
            "{operation}/responses/200/$ref: the reference #/responses/lost leads nowhere, expected a name of `responses`"
        ),
    );
    let document = Document { name: "dump.json".into(), text: "swagger: 2.0".into() };
    let errors = document_of_swagger(&document).unwrap_err();
    assert!(errors[0].message.starts_with("this is not JSON"), "{errors:?}");
    let v3 = Document { name: "v3.json".into(), text: r#"{"openapi": "3.0.0"}"#.into() };
    let errors = document_of_swagger(&v3).unwrap_err();
    assert!(errors.iter().any(|it| it.help.contains("OpenAPI v3 already")), "{errors:?}");
}

#[test]
fn several_are_read_at_once_and_named_by_their_number() {
    let given = |name: &str, text: String| Document { name: name.into(), text };
    let sound = [given("b.json", dump().to_string()), given("a.json", dump().to_string())];
    let published = read_swagger(&sound).unwrap();
    let names: Vec<&str> = published.documents.iter().map(|it| it.name.as_str()).collect();
    // Names of types may depend on those of documents: not on where a file stands.
    assert_eq!(names, ["openapi__v2__0.json", "openapi__v2__1.json"]);
    assert_eq!(published.documents[0].text, published.documents[1].text);
    let errors = read_swagger(&[given("b.json", "{}".into()), given("a.json", "{".into())]).unwrap_err();
    let places: Vec<String> = errors.iter().map(|it| format!("{}#{}", it.document, it.pointer)).collect();
    assert_eq!(places, ["a.json#", "b.json#/definitions", "b.json#/paths", "b.json#/swagger"]);
}
