//! Whether lists and maps say soundly how server-side apply merges them.

use serde_json::Value;

use super::place::{At, found};
use crate::Error;

const LIST_TYPE: &str = "x-kubernetes-list-type";
const KEYS: &str = "x-kubernetes-list-map-keys";
const MAP_TYPE: &str = "x-kubernetes-map-type";

/// Notes what one schema says wrongly. What servers accept of definitions that are older than a rule is not asked for.
pub(super) fn check(at: &At<'_>, errors: &mut Vec<Error>) {
    for (key, values, ty) in
        [(LIST_TYPE, &["atomic", "set", "map"][..], "array"), (MAP_TYPE, &["atomic", "granular"], "object")]
    {
        let said = at.get(key);
        if said.is_null() {
            continue;
        }
        if !said.value.as_str().is_some_and(|it| values.contains(&it)) {
            let message = format!("expected one of {}, found {}", values.join(", "), found(said.value));
            errors.push(said.error(message, "correct it"));
        }
        if at.value["type"] != ty {
            let message = format!("`{key}` stands beside the type {ty} alone");
            errors.push(said.error(message, format!("set `type: {ty}`, or leave `{key}` out")));
        }
    }
    let (keys, is_map) = (at.get(KEYS), at.value[LIST_TYPE] == "map");
    let has_keys = keys.items().next().is_some();
    if has_keys && !is_map {
        errors.push(
            keys.error("the keys are those of a list that is a map", format!("set `{LIST_TYPE}: map`")),
        );
    }
    if is_map && !has_keys {
        let help = "name the properties of the items that tell them apart";
        errors.push(keys.error("a list that is a map has keys", help));
    }
    if is_map {
        elements(at, &keys, errors);
    }
}

fn elements(at: &At<'_>, keys: &At<'_>, errors: &mut Vec<Error>) {
    let items = at.get("items");
    if items.value["type"] != "object" {
        let message = "the elements of a list that is a map are objects";
        errors.push(items.get("type").error(message, format!("set `type: object`, or `{LIST_TYPE}: set`")));
        return;
    }
    let mut known: Vec<&str> = Vec::new();
    for key in keys.items() {
        let Some(name) = key.value.as_str() else {
            errors.push(key.error(format!("expected a text, found {}", found(key.value)), "name a property"));
            continue;
        };
        if known.contains(&name) {
            errors.push(key.error(format!("the key `{name}` stands here twice"), "leave one of them"));
        }
        known.push(name);
        let property = items.get("properties").get(name);
        match &property.value["type"] {
            _ if property.is_null() => {
                let message = format!("the items have no property `{name}`");
                errors.push(key.error(message, "name one of the properties that they have"));
            }
            Value::String(ty) if ty == "array" || ty == "object" => {
                let message = format!("a key is a scalar, found {ty}");
                errors.push(property.get("type").error(message, "choose another key"));
            }
            _ => {}
        }
    }
}
