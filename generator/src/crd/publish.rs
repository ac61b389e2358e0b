//! The schemas of a kind and of its list as an API server publishes them.

use serde_json::{Map, Value, json};

use super::definition::{Definition, Version};

const CONVENTIONS: &str =
    "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md";
const OBJECT_META: &str = "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
const LIST_META: &str = "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta";

/// What is published of a schema, as it stands: all but `properties`, `items` and the like, which go deeper. What says
/// nothing (`false`, empty) is not published, as Go's `omitempty` has it.
const KEPT: [&str; 26] = [
    "description",
    "type",
    "format",
    "title",
    "default",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "multipleOf",
    "enum",
    "maxProperties",
    "minProperties",
    "required",
    "example",
    "externalDocs",
    "nullable",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-list-type",
    "x-kubernetes-map-type",
];

/// The schema of the kind.
pub(super) fn object(definition: &Definition, version: &Version) -> Value {
    let mut schema = schema(&version.schema);
    if let Some(members) = schema.as_object_mut() {
        let properties = members.entry("properties").or_insert_with(|| json!({}));
        properties["metadata"] = metadata();
        properties["apiVersion"] = api_version("APIVersion");
        properties["kind"] = kind("Kind");
        identify(members, definition, version, &definition.kind);
    }
    schema
}

/// The schema of its list.
pub(super) fn list(definition: &Definition, version: &Version, model: &str) -> Value {
    let items = json!({
        "type": "array",
        "description": format!("List of {}. More info: {CONVENTIONS}", definition.plural),
        "items": {"$ref": format!("#/components/schemas/{model}")},
    });
    let metadata = json!({
        "description": format!("Standard list metadata. More info: {CONVENTIONS}#types-kinds"),
        "allOf": [{"$ref": LIST_META}],
    });
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    let description = format!("{} is a list of {}", definition.list_kind, definition.kind);
    schema.insert("description".to_owned(), json!(description));
    schema.insert("required".to_owned(), json!(["items"]));
    let (version_of, kind) = (api_version("APIVersion"), kind("Kind"));
    let properties = json!({"apiVersion": version_of, "kind": kind, "items": items, "metadata": metadata});
    schema.insert("properties".to_owned(), properties);
    identify(&mut schema, definition, version, &definition.list_kind);
    Value::Object(schema)
}

fn identify(schema: &mut Map<String, Value>, definition: &Definition, version: &Version, kind: &str) {
    let it = json!([{"group": definition.group, "version": version.name, "kind": kind}]);
    schema.insert("x-kubernetes-group-version-kind".to_owned(), it);
    if !version.selectable.is_empty() {
        let paths: Vec<Value> = version.selectable.iter().map(|it| json!({"fieldPath": it})).collect();
        schema.insert("x-kubernetes-selectable-fields".to_owned(), Value::Array(paths));
    }
}

fn metadata() -> Value {
    json!({
        "description": format!("Standard object's metadata. More info: {CONVENTIONS}#metadata"),
        "allOf": [{"$ref": OBJECT_META}],
    })
}

/// The two texts begin with the Go name in kinds and with the JSON name in embedded resources, and end alike.
fn api_version(name: &str) -> Value {
    let more = match name {
        "APIVersion" => {
            " Servers should convert recognized schemas to the latest internal value, and may reject \
                         unrecognized values."
        }
        _ => "",
    };
    let text = format!(
        "{name} defines the versioned schema of this representation of an object.{more} More info: \
         {CONVENTIONS}#resources"
    );
    json!({"type": "string", "description": text})
}

fn kind(name: &str) -> Value {
    let text = match name {
        "Kind" => {
            "Kind is a string value representing the REST resource this object represents. Servers may infer this \
                   from the endpoint the client submits requests to. Cannot be updated. In CamelCase."
        }
        _ => "kind is a string value representing the type of this object. In CamelCase.",
    };
    json!({"type": "string", "description": format!("{text} More info: {CONVENTIONS}#types-kinds")})
}

/// A schema with what is only implied written out.
fn schema(schema: &Value) -> Value {
    let mut out = kept(schema);
    deeper(schema, &mut out, self::schema);
    if schema["x-kubernetes-int-or-string"] == true {
        int_or_string(&mut out);
    }
    if schema["x-kubernetes-embedded-resource"] == true {
        let properties = out.entry("properties").or_insert_with(|| json!({}));
        properties["apiVersion"] = api_version("apiVersion");
        properties["kind"] = kind("kind");
        properties["metadata"] = metadata();
        let required = out.entry("required").or_insert_with(|| json!([]));
        if let Some(required) = required.as_array_mut() {
            for name in ["kind", "apiVersion"] {
                if !required.iter().any(|it| it == name) {
                    required.push(json!(name));
                }
            }
        }
    }
    Value::Object(out)
}

/// A part that only validates: nothing is implied there.
fn nested(schema: &Value) -> Value {
    let mut out = kept(schema);
    deeper(schema, &mut out, nested);
    Value::Object(out)
}

fn kept(schema: &Value) -> Map<String, Value> {
    let mut out = Map::new();
    for (key, value) in schema.as_object().into_iter().flatten() {
        let says_nothing = match value {
            Value::Null => true,
            Value::Bool(value) => !value,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Number(_) | Value::Object(_) => false,
        };
        let is_flag = key.starts_with("x-kubernetes-") && value == true;
        let is_known = KEPT.contains(&key.as_str()) || is_flag || key == "x-kubernetes-validations";
        // A default says something even where it is `false` or empty.
        if is_known && (!says_nothing || key == "default" && !value.is_null()) {
            out.insert(key.clone(), value.clone());
        }
    }
    out
}

fn deeper(schema: &Value, out: &mut Map<String, Value>, child: fn(&Value) -> Value) {
    if let Some(properties) = schema["properties"].as_object().filter(|it| !it.is_empty()) {
        let properties = properties.iter().map(|(name, it)| (name.clone(), child(it))).collect();
        out.insert("properties".to_owned(), Value::Object(properties));
    }
    if schema["items"].is_object() {
        out.insert("items".to_owned(), child(&schema["items"]));
    }
    match &schema["additionalProperties"] {
        Value::Bool(value) => drop(out.insert("additionalProperties".to_owned(), Value::Bool(*value))),
        Value::Object(_) => {
            drop(out.insert("additionalProperties".to_owned(), child(&schema["additionalProperties"])));
        }
        _ => {}
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        if let Some(branches) = schema[key].as_array().filter(|it| !it.is_empty()) {
            out.insert(key.to_owned(), Value::Array(branches.iter().map(nested).collect()));
        }
    }
    if schema["not"].is_object() {
        out.insert("not".to_owned(), nested(&schema["not"]));
    }
}

/// `anyOf` says what an integer or a string is; where it says something else, `allOf` does in addition.
fn int_or_string(out: &mut Map<String, Value>) {
    let both = json!([{"type": "integer"}, {"type": "string"}]);
    let all_of = out.get("allOf").and_then(Value::as_array).and_then(|it| it.first()).map(|it| &it["anyOf"]);
    if out.get("anyOf") == Some(&both) || all_of == Some(&both) {
        return;
    }
    if out.get("anyOf").is_none() {
        out.insert("anyOf".to_owned(), both);
        return;
    }
    let all_of = out.entry("allOf").or_insert_with(|| json!([]));
    if let Some(branches) = all_of.as_array_mut() {
        branches.insert(0, json!({"anyOf": both}));
    }
}
