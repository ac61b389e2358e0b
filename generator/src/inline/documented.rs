//! What is no type as words of the documentation: bounds, patterns, values, rules in CEL, and what selectors may name.

use openapiv3::{ReferenceOr, Schema, SchemaKind, Type};
use serde_json::Value;

use crate::read::extensions::{SELECTABLE_FIELDS, VALIDATIONS};

/// Appends what the server checks as a list at the end of the description, and before it what field selectors may name.
pub(super) fn add(schema: &mut Schema) {
    let fields = schema.schema_data.extensions.get(SELECTABLE_FIELDS).and_then(selectable);
    if let Some(fields) = fields.filter(|_| !is_list(schema)) {
        paragraph(schema, &fields);
    }
    let mut lines = bounds(&schema.schema_kind);
    if let Some(Value::Array(rules)) = schema.schema_data.extensions.get(VALIDATIONS) {
        lines.extend(rules.iter().filter_map(rule));
    }
    if lines.is_empty() {
        return;
    }
    paragraph(schema, &format!("The server checks:\n- {}", lines.join("\n- ")));
}

/// What `None` is for a property that is not required and may be null, where it has a default that is not null.
pub(super) fn add_null(schema: &mut Schema) {
    let data = &schema.schema_data;
    let Some(default) = data.default.as_ref().filter(|it| data.nullable && !it.is_null()) else { return };
    let default = default.to_string();
    let default = match default.len() {
        0..=60 => format!("the default, {},", code(&default)),
        _ => "the default".to_owned(),
    };
    paragraph(
        schema,
        &format!(
            "Null is not {default} that the server sets where the field is left out, as `None` is: a JSON patch sets null."
        ),
    );
}

fn paragraph(schema: &mut Schema, text: &str) {
    let description = schema.schema_data.description.get_or_insert_default();
    if !description.is_empty() {
        description.push_str("\n\n");
    }
    description.push_str(text);
}

/// Servers say of lists what they say of the objects.
fn is_list(schema: &Schema) -> bool {
    let SchemaKind::Type(Type::Object(object)) = &schema.schema_kind else { return false };
    let is_meta = |it: &ReferenceOr<Schema>| matches!(it, ReferenceOr::Reference { reference } if reference.ends_with(".meta.v1.ListMeta"));
    match object.properties.get("metadata") {
        Some(ReferenceOr::Item(metadata)) => {
            matches!(&metadata.schema_kind, SchemaKind::AllOf { all_of } if all_of.iter().any(is_meta))
        }
        Some(ReferenceOr::Reference { reference }) => reference.ends_with(".meta.v1.ListMeta"),
        None => false,
    }
}

fn selectable(fields: &Value) -> Option<String> {
    let paths: Vec<String> =
        fields.as_array()?.iter().filter_map(|it| it["fieldPath"].as_str()).map(code).collect();
    let paths = match paths.as_slice() {
        [] => return None,
        [one] => one.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    };
    Some(format!("Field selectors may name {paths}, beside what they name of every kind."))
}

fn bounds(kind: &SchemaKind) -> Vec<String> {
    match kind {
        SchemaKind::Type(Type::String(it)) => {
            let pattern = it.pattern.as_ref().map(|it| format!("matches {}", code(it)));
            pattern.into_iter().chain(lengths(it.min_length, it.max_length, "character")).collect()
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
            lengths(it.min_items, it.max_items, "element").into_iter().chain(unique).collect()
        }
        SchemaKind::Type(Type::Object(it)) => lengths(it.min_properties, it.max_properties, "member"),
        _ => Vec::new(),
    }
}

fn lengths(least: Option<usize>, most: Option<usize>, what: &str) -> Vec<String> {
    let counted = |count: usize| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let least = least.filter(|it| *it > 0).map(|it| format!("at least {}", counted(it)));
    least.into_iter().chain(most.map(|it| format!("at most {}", counted(it)))).collect()
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

/// A rule in CEL, with what is said when it is broken: a message, an expression that makes one (which goes first, if it
/// can be evaluated), the reason and the field that the error names, where that is not what holds the rule.
fn rule(rule: &Value) -> Option<String> {
    let text = |key: &str| rule[key].as_str().filter(|it| !it.is_empty());
    let mut line = code(text("rule")?);
    if let Some(message) = text("message") {
        line.push_str(": ");
        line.push_str(&words(message));
    }
    let more = [
        text("messageExpression").map(|it| format!("the message is {}", code(it))),
        text("reason").map(|it| format!("the reason is `{it}`")),
        text("fieldPath").map(|it| format!("the error names {}", code(it))),
        (rule["optionalOldSelf"] == true).then(|| "`oldSelf` is optional".to_owned()),
    ];
    let more: Vec<String> = more.into_iter().flatten().collect();
    if !more.is_empty() {
        line.push_str(&format!(" ({})", more.join("; ")));
    }
    Some(line)
}

fn code(text: &str) -> String {
    let words = words(text);
    if words.contains('`') { words } else { format!("`{words}`") }
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
