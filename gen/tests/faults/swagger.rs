//! OpenAPI v2 documents: faults and notes name the places that people find in them, whenever they are found.

use std::fs;

use kubesdk_gen::Generator;
use serde_json::{Value, json};

/// An OpenAPI v2 document of a kind that is read and replaced.
fn dump() -> Value {
    let kind = json!({"group": "old.example.com", "version": "v1", "kind": "Thing"});
    let thing = || json!({"$ref": "#/definitions/com.example.old.v1.Thing"});
    json!({
        "swagger": "2.0",
        "info": {"title": "Old", "version": "v1"},
        "parameters": {"name-1": {"name": "name", "in": "path", "required": true, "type": "string"}},
        "paths": {"/apis/old.example.com/v1/things/{name}": {
            "parameters": [{"$ref": "#/parameters/name-1"}],
            "get": {
                "operationId": "readThing",
                "x-kubernetes-action": "get",
                "x-kubernetes-group-version-kind": kind,
                "responses": {"200": {"description": "OK", "schema": thing()}},
            },
            "put": {
                "operationId": "replaceThing",
                "x-kubernetes-action": "put",
                "x-kubernetes-group-version-kind": kind,
                "parameters": [
                    {"name": "body", "in": "body", "required": true, "schema": thing()},
                    {"name": "dryRun", "in": "query", "type": "string"},
                    {"name": "fieldManager", "in": "query", "type": "string"},
                    {"name": "fieldValidation", "in": "query", "type": "string"},
                ],
                "responses": {"200": {"description": "OK", "schema": thing()}},
            },
        }},
        "definitions": {"com.example.old.v1.Thing": {
            "type": "object",
            "properties": {
                "apiVersion": {"type": "string"},
                "kind": {"type": "string"},
                "sizes": {"type": "array", "items": {"type": "integer"}},
            },
            "x-kubernetes-group-version-kind": [kind],
        }},
    })
}

const THING: &str = "/definitions/com.example.old.v1.Thing";
const PATH: &str = "/paths/~1apis~1old.example.com~1v1~1things~1{name}";

/// What comes of an OpenAPI v2 document with another value at a pointer: faults or notes without the folder.
fn of_swagger(pointer: &str, value: Value) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("dump.json");
    let mut dump = dump();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = dump.pointer_mut(parent).unwrap_or_else(|| panic!("no {parent}"));
    match (parent.as_array_mut(), key.parse()) {
        (Some(items), Ok(number)) => {
            let number: usize = number;
            items.insert(number, value);
        }
        _ => parent[key.replace("~1", "/")] = value,
    }
    fs::write(&file, dump.to_string()).unwrap();
    let found = match Generator::new().swagger(&file).generate() {
        Ok(made) => made.notes,
        Err(error) => error.faults().to_vec(),
    };
    let place = folder.path().display().to_string();
    found.iter().map(|it| it.to_string().replace(&format!("{place}/"), "")).collect()
}

#[test]
fn what_is_wrong_with_openapi_v2_is_told_as_it_stands_there() {
    assert_eq!(of_swagger("/info/title", json!("x")), [""; 0]);
    let lost = || json!({"$ref": "#/definitions/lost"});
    let check = |pointer: &str, value: Value, place: &str, words: &[&str]| {
        let found = of_swagger(pointer, value);
        let start = format!("dump.json#{place}: ");
        let Some(found) = found.iter().find(|it| it.starts_with(&start)) else {
            panic!("{start} is missing: {found:#?}")
        };
        assert!(words.iter().all(|it| found.contains(it)), "{words:?}: {found}");
        assert!(!found.contains("/components/schemas") && !found.contains("openapi__v2"), "{found}");
    };
    let part = format!("{THING}/properties/part");
    check(&part, lost(), &format!("{part}/$ref"), &["lost"]);
    let described = json!({"$ref": "#/definitions/lost", "description": "Its part."});
    check(&part, described, &format!("{part}/$ref"), &["lost"]);
    let typed = json!({"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "heap"});
    check(&part, typed, &format!("{part}/x-kubernetes-list-type"), &["one of atomic, map, set"]);
    let tab = format!("{THING}/properties/a\tb");
    check(&tab, json!({"type": "string"}), &tab, &["has a control character in its name"]);

    let (get, put) = (format!("{PATH}/get"), format!("{PATH}/put"));
    let answer = format!("{get}/responses/200/schema");
    check(&answer, lost(), &format!("{answer}/$ref"), &["lost"]);
    let body = json!({"name": "body", "in": "body", "required": true, "schema": lost()});
    check(&format!("{put}/parameters/1"), body, &format!("{put}/parameters/1/schema/$ref"), &["lost"]);
    let more = json!({"name": "speed", "in": "query", "type": "string"});
    check(&format!("{put}/parameters/2"), more, &format!("{put}/parameters/2"), &["speed"]);
    check("/parameters/name-1/name", json!("other"), &get, &["the path parameter name", "both must name"]);
    let odd = "/parameters/name-1/x-kubernetes-odd";
    check(odd, json!(1), odd, &["x-kubernetes-odd"]);
    check(
        &format!("{get}/x-kubernetes-action"),
        json!("fly"),
        &format!("{get}/x-kubernetes-action"),
        &["fly"],
    );
    // What is found before.
    check("/swagger", json!("1.2"), "/swagger", &["expected an OpenAPI v2 document", "/openapi/v2"]);
    check(
        &format!("{PATH}/parameters/0/$ref"),
        json!("#/parameters/x"),
        &format!("{PATH}/parameters/0/$ref"),
        &["#/parameters/x"],
    );
}
