//! What only validates as words of the documentation: bounds, patterns, values, and rules in CEL.

use openapiv3::{Schema, SchemaKind, Type};
use serde_json::Value;

use crate::read::extensions::VALIDATIONS;

/// Appends what the server checks as a list at the end of the description.
pub(super) fn add(schema: &mut Schema) {
    let mut lines = bounds(&schema.schema_kind);
    if let Some(Value::Array(rules)) = schema.schema_data.extensions.get(VALIDATIONS) {
        lines.extend(rules.iter().filter_map(rule));
    }
    if lines.is_empty() {
        return;
    }
    let description = schema.schema_data.description.get_or_insert_default();
    if !description.is_empty() {
        description.push_str("\n\n");
    }
    description.push_str("The server checks:");
    for line in lines {
        description.push_str("\n- ");
        description.push_str(&line);
    }
}

fn bounds(kind: &SchemaKind) -> Vec<String> {
    match kind {
        SchemaKind::Type(Type::String(it)) => {
            let pattern = it.pattern.as_ref().map(|it| format!("matches {}", code(it)));
            pattern.into_iter().chain(lengths(it.min_length, it.max_length, "characters")).collect()
        }
        SchemaKind::Type(Type::Integer(it)) => {
            let values = values(it.enumeration.iter().flatten());
            let least = bound("least", "more than", it.minimum, it.exclusive_minimum);
            let most = bound("most", "less than", it.maximum, it.exclusive_maximum);
            let multiple = it.multiple_of.map(|it| format!("a multiple of {it}"));
            [values, least, most, multiple].into_iter().flatten().collect()
        }
        SchemaKind::Type(Type::Number(it)) => {
            let values = values(it.enumeration.iter().flatten());
            let least = bound("least", "more than", it.minimum, it.exclusive_minimum);
            let most = bound("most", "less than", it.maximum, it.exclusive_maximum);
            let multiple = it.multiple_of.map(|it| format!("a multiple of {it}"));
            [values, least, most, multiple].into_iter().flatten().collect()
        }
        SchemaKind::Type(Type::Boolean(it)) => values(it.enumeration.iter().flatten()).into_iter().collect(),
        SchemaKind::Type(Type::Array(it)) => {
            let unique = it.unique_items.then(|| "no two elements are equal".to_owned());
            lengths(it.min_items, it.max_items, "elements").into_iter().chain(unique).collect()
        }
        SchemaKind::Type(Type::Object(it)) => lengths(it.min_properties, it.max_properties, "members"),
        _ => Vec::new(),
    }
}

fn lengths(least: Option<usize>, most: Option<usize>, what: &str) -> Vec<String> {
    let least = least.filter(|it| *it > 0).map(|it| format!("at least {it} {what}"));
    least.into_iter().chain(most.map(|it| format!("at most {it} {what}"))).collect()
}

fn bound<T: std::fmt::Display>(
    inclusive: &str,
    exclusive: &str,
    value: Option<T>,
    is_exclusive: bool,
) -> Option<String> {
    value.map(|it| if is_exclusive { format!("{exclusive} {it}") } else { format!("at {inclusive} {it}") })
}

fn values<T: std::fmt::Display>(values: impl Iterator<Item = T>) -> Option<String> {
    let values: Vec<String> = values.map(|it| format!("`{it}`")).collect();
    (!values.is_empty()).then(|| format!("one of {}", values.join(", ")))
}

/// A rule in CEL, with what it says when it is broken.
fn rule(rule: &Value) -> Option<String> {
    let code = code(rule["rule"].as_str()?);
    match rule["message"].as_str() {
        Some(message) => Some(format!("{code}: {}", words(message))),
        None => Some(code),
    }
}

fn code(text: &str) -> String {
    let words = words(text);
    if words.contains('`') { words } else { format!("`{words}`") }
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
