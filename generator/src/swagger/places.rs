//! Places of v3 documents as places of the v2 documents that they were made of: what `operations` and `schemas` do, the
//! other way round. A place that v2 does not have is the nearest one around it.

use serde_json::Value;

use super::operations::METHODS;
use crate::error::Place;

/// Where in a v2 document stands what a pointer into its v3 document names.
pub(crate) fn place(root: &Value, pointer: &str) -> String {
    let keys: Vec<String> =
        pointer.split('/').skip(1).map(|it| it.replace("~1", "/").replace("~0", "~")).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let mut walk = Walk::from(root, &[]);
    match keys.as_slice() {
        ["components", "schemas", name, rest @ ..] => {
            if walk.steps(&["definitions", name]) {
                walk.schema(rest);
            }
        }
        ["components", ..] => walk.along(&["definitions"]),
        ["paths", path, rest @ ..] => {
            if walk.steps(&["paths", path]) {
                walk.path(rest);
            }
        }
        rest => walk.along(rest),
    }
    walk.place.pointer
}

/// Words about a v3 document as words about the v2 document.
pub(crate) fn words(text: &str) -> String {
    text.replace("#/components/schemas/", "#/definitions/")
}

/// Somewhere in a v2 document.
#[derive(Clone)]
struct Walk<'a> {
    root: &'a Value,
    at: &'a Value,
    place: Place,
}

impl<'a> Walk<'a> {
    /// As far as these keys lead.
    fn from(root: &'a Value, keys: &[&str]) -> Self {
        let mut walk = Walk { root, at: root, place: Place::root("") };
        walk.steps(keys);
        walk
    }

    /// Goes to a member or an item, if it is there.
    fn step(&mut self, key: &str) -> bool {
        let next = match self.at {
            Value::Object(members) => members.get(key),
            Value::Array(items) => key.parse().ok().and_then(|number: usize| items.get(number)),
            _ => None,
        };
        let Some(next) = next else { return false };
        *self = Walk { root: self.root, at: next, place: self.place.at(key) };
        true
    }

    /// Goes as far as the keys lead; true at the last one.
    fn steps(&mut self, keys: &[&str]) -> bool {
        keys.iter().all(|key| self.step(key))
    }

    /// Goes as far as the keys lead, wherever that is.
    fn along(&mut self, keys: &[&str]) {
        self.steps(keys);
    }

    fn either(&mut self, key: &str, other: &str) {
        if !self.step(key) {
            self.step(other);
        }
    }

    /// Goes on to what is meant, where a reference to another part of the document stands.
    fn follow(&mut self) {
        let target = self.at["$ref"].as_str().and_then(|it| it.strip_prefix("#/"));
        if let Some((kind, name)) = target.and_then(|it| it.split_once('/'))
            && matches!(kind, "parameters" | "responses")
        {
            *self = Walk::from(self.root, &[kind, name]);
        }
    }

    fn schema(&mut self, keys: &[&str]) {
        match keys {
            // Beside others a reference stands in `allOf`.
            ["allOf", ..] if self.step("$ref") => {}
            ["nullable", ..] => self.either("x-nullable", "type"),
            ["format", ..] => self.either("format", "type"),
            ["anyOf", rest @ ..] if self.at["type"].is_array() => self.types(rest),
            ["properties", name, rest @ ..] => {
                if self.steps(&["properties", name]) {
                    self.schema(rest);
                }
            }
            [key @ ("items" | "additionalProperties" | "not"), rest @ ..] => {
                if self.step(key) {
                    self.schema(rest);
                }
            }
            [key @ ("allOf" | "anyOf" | "oneOf"), number, rest @ ..] => {
                if self.steps(&[key, number]) {
                    self.schema(rest);
                }
            }
            others => self.along(others),
        }
    }

    /// `["string", "null", "integer"]`, of which v3 has a branch for each type.
    fn types(&mut self, keys: &[&str]) {
        let types = self.at["type"].as_array().into_iter().flatten().enumerate();
        let mut types = types.filter(|(_, it)| *it != "null").map(|(number, _)| number.to_string());
        self.step("type");
        let branch = keys.first().and_then(|it| it.parse().ok());
        if let Some(number) = branch.and_then(|it| types.nth(it)) {
            self.step(&number);
        }
    }

    fn path(&mut self, keys: &[&str]) {
        match keys {
            ["parameters", number, rest @ ..] => self.parameter(number, rest),
            [method, rest @ ..] if METHODS.contains(method) => {
                let shared = self.clone();
                if self.step(method) {
                    self.operation(rest, shared);
                }
            }
            others => self.along(others),
        }
    }

    /// `shared` is the path of the operation.
    fn operation(&mut self, keys: &[&str], shared: Walk<'a>) {
        match keys {
            ["parameters", number, rest @ ..] => self.parameter(number, rest),
            ["requestBody", rest @ ..] => {
                let own = self.parameters(true).into_iter().next_back();
                if let Some(body) = own.or_else(|| shared.parameters(true).into_iter().next_back()) {
                    *self = body;
                    self.content(rest);
                }
            }
            ["responses", code, rest @ ..] => {
                if self.steps(&["responses", code]) {
                    self.follow();
                    self.content(rest);
                }
            }
            others => self.along(others),
        }
    }

    /// The parameters of a path or an operation: the bodies, or those that are none.
    fn parameters(&self, bodies: bool) -> Vec<Self> {
        let mut list = self.clone();
        let number = if list.step("parameters") { list.at.as_array().map_or(0, Vec::len) } else { 0 };
        let all = (0..number).map(|number| {
            let mut walk = list.clone();
            walk.step(&number.to_string());
            walk.follow();
            walk
        });
        all.filter(|it| (it.at["in"] == "body") == bodies).collect()
    }

    /// A parameter that is no body; v3 has its type in a schema.
    fn parameter(&mut self, number: &str, keys: &[&str]) {
        let found = number.parse().ok().and_then(|it: usize| self.parameters(false).into_iter().nth(it));
        match found {
            Some(found) => *self = found,
            None => return self.along(&["parameters"]),
        }
        match keys {
            ["schema", rest @ ..] => self.schema(rest),
            others => self.along(others),
        }
    }

    /// A body or an answer, which v3 has for each media type.
    fn content(&mut self, keys: &[&str]) {
        match keys {
            ["content", _, "schema", rest @ ..] => {
                if self.step("schema") {
                    self.schema(rest);
                }
            }
            others => self.along(others),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn places_of_v3_are_those_of_v2() {
        let root = json!({
            "swagger": "2.0",
            "info": {"title": "x"},
            "parameters": {"name-1": {"name": "name", "in": "path", "type": "string"}, "body-1": {"in": "body", "schema": {}}},
            "responses": {"gone": {"description": "Gone", "schema": {"type": "string"}}},
            "paths": {"/a/{b}": {
                "parameters": [{"in": "body", "schema": {"type": "object"}}, {"$ref": "#/parameters/name-1"}],
                "get": {
                    "parameters": [{"in": "body", "schema": {"items": {"type": "file"}}}, {"name": "q", "in": "query", "type": "x"}],
                    "responses": {"200": {"schema": {"type": "object", "x-a": [1]}}, "410": {"$ref": "#/responses/gone"}},
                },
                "put": {"parameters": [{"$ref": "#/parameters/body-1"}], "consumes": ["a/b"], "responses": {}},
                "post": {},
            }},
            "definitions": {"A": {"properties": {
                "allOf": {"$ref": "#/definitions/B", "description": "b"},
                "types": {"type": ["null", "string", "integer"]},
                "file": {"type": "file", "x-nullable": true},
                "list": {"items": {"allOf": [{}, {"additionalProperties": {"enum": [1, 2]}}]}},
            }}},
        });
        for (pointer, expected) in [
            ("", ""),
            ("/paths", "/paths"),
            ("/openapi", ""),
            ("/info/title", "/info/title"),
            ("/components", "/definitions"),
            ("/components/schemas/B", "/definitions"),
            ("/components/schemas/A/required", "/definitions/A"),
            ("/components/schemas/A/properties/allOf", "/definitions/A/properties/allOf"),
            ("/components/schemas/A/properties/allOf/allOf/0/$ref", "/definitions/A/properties/allOf/$ref"),
            ("/components/schemas/A/properties/types/nullable", "/definitions/A/properties/types/type"),
            ("/components/schemas/A/properties/types/anyOf", "/definitions/A/properties/types/type"),
            ("/components/schemas/A/properties/types/anyOf/1/type", "/definitions/A/properties/types/type/2"),
            ("/components/schemas/A/properties/file/format", "/definitions/A/properties/file/type"),
            ("/components/schemas/A/properties/file/nullable", "/definitions/A/properties/file/x-nullable"),
            (
                "/components/schemas/A/properties/list/items/allOf/1/additionalProperties/enum/1",
                "/definitions/A/properties/list/items/allOf/1/additionalProperties/enum/1",
            ),
            ("/paths/~1b", "/paths"),
            ("/paths/~1a~1{b}/parameters/0/schema/type", "/parameters/name-1/type"),
            ("/paths/~1a~1{b}/parameters/1", "/paths/~1a~1{b}/parameters"),
            ("/paths/~1a~1{b}/trace", "/paths/~1a~1{b}"),
            ("/paths/~1a~1{b}/get/operationId", "/paths/~1a~1{b}/get"),
            ("/paths/~1a~1{b}/get/parameters/0/name", "/paths/~1a~1{b}/get/parameters/1/name"),
            ("/paths/~1a~1{b}/get/parameters/0/schema/type", "/paths/~1a~1{b}/get/parameters/1/type"),
            (
                "/paths/~1a~1{b}/get/requestBody/content/a~1b/schema/items/format",
                "/paths/~1a~1{b}/get/parameters/0/schema/items/type",
            ),
            ("/paths/~1a~1{b}/get/responses/200/content/a~1b", "/paths/~1a~1{b}/get/responses/200"),
            (
                "/paths/~1a~1{b}/get/responses/200/content/a~1b/schema/x-a/0",
                "/paths/~1a~1{b}/get/responses/200/schema/x-a/0",
            ),
            ("/paths/~1a~1{b}/get/responses/410/content/a~1b/schema/type", "/responses/gone/schema/type"),
            ("/paths/~1a~1{b}/put/requestBody/content/a~1b", "/parameters/body-1"),
            (
                "/paths/~1a~1{b}/post/requestBody/content/a~1b/schema/type",
                "/paths/~1a~1{b}/parameters/0/schema/type",
            ),
        ] {
            assert_eq!(place(&root, pointer), expected, "{pointer}");
        }
    }
}
