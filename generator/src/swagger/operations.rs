//! Paths of v2 as those of v3: bodies are no parameters any more, and media types stand with what they are of.

use serde_json::{Map, Value, json};

use super::{Conversion, schemas};
use crate::Error;
use crate::error::Place;

/// The HTTP methods that OpenAPI v2 has.
pub(super) const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

/// What an operation keeps as it is, beside extensions.
const KEPT: [&str; 5] = ["description", "operationId", "summary", "tags", "deprecated"];

/// What a parameter has as a schema in v3.
const OF_SCHEMAS: [&str; 9] =
    ["type", "format", "items", "default", "enum", "uniqueItems", "pattern", "minimum", "maximum"];

/// The parameters of a path or an operation: the body apart.
#[derive(Clone, Default)]
struct Parameters {
    others: Vec<Value>,
    body: Option<Value>,
}

impl Conversion<'_> {
    /// A path with its operations.
    pub(super) fn path(&mut self, item: &Value, place: &Place) -> Value {
        let mut new = Map::new();
        let shared = self.parameters(&item["parameters"], &place.at("parameters"));
        for (key, value) in item.as_object().into_iter().flatten() {
            if METHODS.contains(&key.as_str()) {
                let operation = self.operation(value, shared.body.as_ref(), &place.at(key));
                new.insert(key.clone(), operation);
            } else if key.starts_with("x-") || key == "$ref" {
                new.insert(key.clone(), value.clone());
            }
        }
        if !shared.others.is_empty() {
            new.insert("parameters".to_owned(), Value::Array(shared.others));
        }
        Value::Object(new)
    }

    fn operation(&mut self, operation: &Value, shared_body: Option<&Value>, place: &Place) -> Value {
        let mut new = Map::new();
        for (key, value) in operation.as_object().into_iter().flatten() {
            if KEPT.contains(&key.as_str()) || key.starts_with("x-") {
                new.insert(key.clone(), value.clone());
            }
        }
        let own = self.parameters(&operation["parameters"], &place.at("parameters"));
        if !own.others.is_empty() {
            new.insert("parameters".to_owned(), Value::Array(own.others));
        }
        if let Some(body) = own.body.as_ref().or(shared_body) {
            let content = content(&self.media(operation, "consumes"), &body["schema"]);
            let mut request = json!({"content": content});
            if body["required"] == true {
                request["required"] = json!(true);
            }
            new.insert("requestBody".to_owned(), request);
        }
        let produces = self.media(operation, "produces");
        let mut responses = Map::new();
        for (code, response) in operation["responses"].as_object().into_iter().flatten() {
            let at = place.at("responses").at(code);
            let response = self.target(response, "#/responses/", "responses", &at);
            let mut answer = json!({"description": response["description"].as_str().unwrap_or_default()});
            if response["schema"].is_object() {
                answer["content"] = content(&produces, &response["schema"]);
            }
            responses.insert(code.clone(), answer);
        }
        new.insert("responses".to_owned(), Value::Object(responses));
        Value::Object(new)
    }

    fn parameters(&mut self, parameters: &Value, place: &Place) -> Parameters {
        let mut all = Parameters::default();
        for (number, parameter) in parameters.as_array().into_iter().flatten().enumerate() {
            let at = place.at(&number.to_string());
            let parameter = self.target(parameter, "#/parameters/", "parameters", &at);
            match parameter["in"].as_str() {
                Some("body") => all.body = Some(parameter),
                Some("path" | "query" | "header") => all.others.push(moved(&parameter)),
                other => {
                    let message = format!(
                        "the parameter {} is in {}, expected path, query, header or body",
                        parameter["name"],
                        other.unwrap_or("no place")
                    );
                    self.errors.push(Error::new(
                        &at,
                        message,
                        "Kubernetes has no others; report it to who serves it",
                    ));
                }
            }
        }
        all
    }

    /// What a reference leads to, or what stands there itself.
    fn target(&mut self, value: &Value, prefix: &str, key: &str, place: &Place) -> Value {
        let Some(reference) = value["$ref"].as_str() else { return value.clone() };
        match reference.strip_prefix(prefix).and_then(|name| self.root[key].get(name)) {
            Some(target) => target.clone(),
            None => {
                let message = format!("the reference {reference} leads nowhere, expected a name of `{key}`");
                self.errors.push(Error::new(&place.at("$ref"), message, "give the whole document"));
                json!({"in": "query", "name": ""})
            }
        }
    }

    /// The media types of an operation, or those of the document.
    fn media(&self, operation: &Value, key: &str) -> Vec<String> {
        let texts = |value: &Value| -> Vec<String> {
            value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let own = texts(&operation[key]);
        let all = if own.is_empty() { texts(&self.root[key]) } else { own };
        if all.is_empty() { vec!["application/json".to_owned()] } else { all }
    }
}

/// The same schema in each media type.
fn content(media: &[String], schema: &Value) -> Value {
    let schema = schemas::convert(schema);
    Value::Object(media.iter().map(|it| (it.clone(), json!({"schema": schema}))).collect())
}

/// A parameter whose type is a schema.
fn moved(parameter: &Value) -> Value {
    let (mut new, mut schema) = (Map::new(), Map::new());
    for (key, value) in parameter.as_object().into_iter().flatten() {
        match key.as_str() {
            key if OF_SCHEMAS.contains(&key) => drop(schema.insert(key.to_owned(), value.clone())),
            "collectionFormat" => {}
            key => drop(new.insert(key.to_owned(), value.clone())),
        }
    }
    new.insert("schema".to_owned(), schemas::convert(&Value::Object(schema)));
    Value::Object(new)
}
