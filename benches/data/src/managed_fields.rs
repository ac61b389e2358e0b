//! `metadata.managedFields` as a server keeps it: which manager set which fields, from the object itself.

use serde_json::{Map, Value, json};

/// The entry of a manager that set `fields`.
pub(crate) fn entry(manager: &str, time: &str, fields: &Value, subresource: Option<&str>) -> Value {
    let mut entry = json!({
        "manager": manager,
        "operation": "Update",
        "apiVersion": "v1",
        "time": time,
        "fieldsType": "FieldsV1",
        "fieldsV1": owned(fields),
    });
    if let (Some(name), Some(entry)) = (subresource, entry.as_object_mut()) {
        entry.insert("subresource".to_owned(), name.into());
    }
    entry
}

/// Takes the entries out of an object.
pub(crate) fn remove(object: &mut Value) {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.shift_remove("managedFields");
    }
}

/// `f:` before each name, `k:` with the keys before each item of a list that has some, nothing below a leaf.
fn owned(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (format!("f:{name}"), owned(value))).collect()
        }
        Value::Array(items) if items.iter().all(|item| keys(item).is_some()) => {
            items.iter().map(|item| (keys(item).unwrap_or_default(), owned_item(item))).collect()
        }
        _ => json!({}),
    }
}

fn owned_item(item: &Value) -> Value {
    let mut fields = Map::new();
    fields.insert(".".to_owned(), json!({}));
    if let Value::Object(owned) = owned(item) {
        fields.extend(owned);
    }
    Value::Object(fields)
}

/// The keys by which the server tells the items of a list apart.
fn keys(item: &Value) -> Option<String> {
    let names: &[&str] = match item {
        _ if item.get("containerPort").is_some() => &["containerPort", "protocol"],
        _ if item.get("mountPath").is_some() => &["mountPath"],
        _ if item.get("lastTransitionTime").is_some() => &["type"],
        // The list of a pod's containers' statuses has no keys.
        _ if item.get("restartCount").is_some() => &["none"],
        _ if item.get("ip").is_some() => &["ip"],
        _ if item.get("uid").is_some() => &["uid"],
        _ => &["name"],
    };
    let keys: Option<Map<String, Value>> =
        names.iter().map(|name| Some(((*name).to_owned(), item.get(*name)?.clone()))).collect();
    Some(format!("k:{}", Value::Object(keys?)))
}
