//! Schemas of v2 as those of v3.

use serde_json::{Map, Value, json};

use super::members;

/// The schema with its references where v3 has them.
pub(super) fn convert(schema: &Value) -> Value {
    let Some(old) = schema.as_object() else { return schema.clone() };
    let mut new = Map::new();
    for (key, value) in old {
        match key.as_str() {
            "$ref" => drop(new.insert(key.clone(), reference(value))),
            "properties" => {
                let properties = members(value, |(name, it)| (name.clone(), convert(it)));
                new.insert(key.clone(), Value::Object(properties));
            }
            "items" | "additionalProperties" | "not" => drop(new.insert(key.clone(), convert(value))),
            "allOf" | "anyOf" | "oneOf" => {
                let branches = value.as_array().into_iter().flatten().map(convert).collect();
                new.insert(key.clone(), branches);
            }
            "type" => ty(value, &mut new),
            "x-nullable" => drop(new.insert("nullable".to_owned(), value.clone())),
            // A name alone, which v3 writes as an object; Kubernetes does not use it.
            "discriminator" => {}
            _ => drop(new.insert(key.clone(), value.clone())),
        }
    }
    // Beside a reference v3 passes over what v2 heeds.
    match new.len() {
        1 => Value::Object(new),
        _ => match new.remove("$ref") {
            Some(reference) => {
                new.insert("allOf".to_owned(), json!([{"$ref": reference}]));
                Value::Object(new)
            }
            None => Value::Object(new),
        },
    }
}

/// `["string", "null"]` is a string that may be null, and `file` is what v3 calls a string of bytes.
fn ty(value: &Value, schema: &mut Map<String, Value>) {
    let types: Vec<&Value> = match value {
        Value::Array(types) => types.iter().filter(|it| *it != "null").collect(),
        one => vec![one],
    };
    if value.as_array().is_some_and(|it| it.iter().any(|it| it == "null")) {
        schema.insert("nullable".to_owned(), json!(true));
    }
    match types.as_slice() {
        [file] if *file == "file" => {
            schema.insert("type".to_owned(), json!("string"));
            schema.insert("format".to_owned(), json!("binary"));
        }
        [one] => drop(schema.insert("type".to_owned(), (*one).clone())),
        several => {
            let branches: Vec<Value> = several.iter().map(|it| json!({"type": it})).collect();
            schema.insert("anyOf".to_owned(), Value::Array(branches));
        }
    }
}

fn reference(value: &Value) -> Value {
    match value.as_str().and_then(|it| it.strip_prefix("#/definitions/")) {
        Some(name) => json!(format!("#/components/schemas/{name}")),
        None => value.clone(),
    }
}
