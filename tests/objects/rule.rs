//! The documented rule of what is written for what was read, told from the documents alone: null and absent are the
//! default, optional fields go without an empty array or map, required fields and structs whose default is an empty
//! object are always written, `apiVersion` and `kind` stand where a kind stands and not in the items of a list.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::documents::{Documents, Shape};

/// Go's zero time, which stands for no time.
pub const ZERO_TIME: &str = "0001-01-01T00:00:00Z";

/// What must be written for `value`, read as a struct of this schema.
pub fn expected(documents: &Documents, schema: &str, value: &Value) -> Value {
    Rule { documents }.object(schema, value, true)
}

/// Where two values differ first, and how; numbers are equal by value, `1` and `1.0`.
pub fn difference(expected: &Value, found: &Value) -> Option<String> {
    match (expected, found) {
        (Value::Object(a), Value::Object(b)) => {
            let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            names.into_iter().find_map(|name| match (a.get(name), b.get(name)) {
                (Some(a), Some(b)) => Some(format!(".{name}{}", difference(a, b)?)),
                (a, b) => Some(format!(".{name}: expected {a:?}, found {b:?}")),
            })
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => a
            .iter()
            .zip(b)
            .enumerate()
            .find_map(|(index, (a, b))| Some(format!("[{index}]{}", difference(a, b)?))),
        (Value::Number(a), Value::Number(b)) if a.is_f64() != b.is_f64() => {
            (a.as_f64() != b.as_f64()).then(|| format!(": expected {a}, found {b}"))
        }
        _ => (expected != found).then(|| format!(": expected {expected}, found {found}")),
    }
}

struct Rule<'a> {
    documents: &'a Documents,
}

impl Rule<'_> {
    fn object(&self, name: &str, value: &Value, with_kind: bool) -> Value {
        let mut out = Map::new();
        let kind = self.documents.kind(name);
        if let Some((api_version, kind)) = kind.as_ref().filter(|_| with_kind) {
            out.insert("apiVersion".to_owned(), json!(api_version));
            out.insert("kind".to_owned(), json!(kind));
        }
        let is_list = kind.is_some_and(|(_, kind)| kind.ends_with("List"));
        for property in self.documents.properties(name) {
            let with_kind = !(is_list && property.name == "items");
            let given = value.get(property.name).filter(|it| !it.is_null());
            let written = match given {
                Some(value) => self.value(property.schema, value, with_kind),
                None if property.is_always_written => self.default(property.schema, with_kind),
                None => continue,
            };
            let is_empty = match self.documents.shape(property.schema) {
                Shape::Array(_) => written.as_array().is_some_and(Vec::is_empty),
                Shape::Map(_) => written.as_object().is_some_and(Map::is_empty),
                Shape::Time | Shape::MicroTime => written.is_null(),
                _ => false,
            };
            if property.is_always_written || !is_empty {
                out.insert(property.name.to_owned(), written);
            }
        }
        Value::Object(out)
    }

    /// What is written for a value that may be null where it stands, in an array, say.
    fn value(&self, schema: &Value, value: &Value, with_kind: bool) -> Value {
        match (self.documents.shape(schema), value) {
            (Shape::Any, value) => value.clone(),
            (_, Value::Null) => self.default(schema, with_kind),
            (Shape::Object(name), value) => self.object(name, value, with_kind),
            (Shape::Array(items), Value::Array(it)) => {
                it.iter().map(|it| self.value(items, it, with_kind)).collect()
            }
            (Shape::Map(values), Value::Object(it)) => {
                it.iter().map(|(key, it)| (key.clone(), self.value(values, it, true))).collect()
            }
            (Shape::Time | Shape::MicroTime, Value::String(it)) if it == ZERO_TIME => Value::Null,
            (Shape::MicroTime, Value::String(it)) => json!(six_digits(it)),
            (Shape::Quantity, Value::Number(it)) => json!(it.to_string()),
            (Shape::Quantity, Value::String(it)) if it.is_empty() => json!("0"),
            (Shape::Bytes, Value::String(it)) => json!(it.replace(['\r', '\n'], "")),
            _ => value.clone(),
        }
    }

    fn default(&self, schema: &Value, with_kind: bool) -> Value {
        match self.documents.shape(schema) {
            Shape::Object(name) => self.object(name, &Value::Null, with_kind),
            Shape::Array(_) => json!([]),
            Shape::Map(_) => json!({}),
            Shape::Any | Shape::Time | Shape::MicroTime => Value::Null,
            Shape::Quantity => json!("0"),
            Shape::String(_) | Shape::Bytes => json!(""),
            Shape::Bool => json!(false),
            Shape::Int32 | Shape::Int64 | Shape::Float | Shape::IntOrString => json!(0),
        }
    }
}

/// A time in UTC with at least six digits of a fraction.
fn six_digits(time: &str) -> String {
    let (whole, fraction) =
        time.trim_end_matches('Z').split_once('.').unwrap_or((time.trim_end_matches('Z'), ""));
    format!("{whole}.{fraction:0<6}Z")
}
