//! Custom resource definitions with deep schemas and free-form fields.

use serde_json::{Map, Value, json};

use crate::managed_fields;
use crate::random::Random;

/// How deep the schema of a spec is below its root.
const DEPTH: usize = 4;

pub(crate) fn definition(random: &mut Random) -> Value {
    let (plural, kind) = (format!("{}s{}", random.word(), random.suffix(3)), capital(random.word()));
    let group = format!("{}.example.com", random.words(1));
    let spec = json!({
        "group": group,
        "names": {
            "plural": plural,
            "singular": plural,
            "shortNames": [random.suffix(3)],
            "kind": kind,
            "listKind": format!("{kind}List"),
            "categories": ["all"],
        },
        "scope": if random.chance(80) { "Namespaced" } else { "Cluster" },
        "versions": [version("v1alpha1", false, random), version("v1", true, random)],
        "conversion": {"strategy": "None"},
    });
    let time = random.time();
    json!({
        "metadata": {
            "name": format!("{plural}.{group}"),
            "uid": random.uid(),
            "resourceVersion": random.number(10_000_000, 99_999_999).to_string(),
            "generation": 1,
            "creationTimestamp": time,
            "annotations": {"controller-gen.kubebuilder.io/version": "v0.21.0"},
            "managedFields": [managed_fields::entry("pipeline", &time, &json!({"spec": {"group": ""}}), None)],
        },
        "spec": spec,
        "status": {
            "conditions": [
                {"type": "NamesAccepted", "status": "True", "lastTransitionTime": time, "reason": "NoConflicts", "message": "no conflicts found"},
                {"type": "Established", "status": "True", "lastTransitionTime": time, "reason": "InitialNamesAccepted", "message": "the initial names have been accepted"},
            ],
            "acceptedNames": {"plural": plural, "singular": plural, "kind": kind, "listKind": format!("{kind}List")},
            "storedVersions": ["v1"],
        },
    })
}

fn version(name: &str, stored: bool, random: &mut Random) -> Value {
    json!({
        "name": name,
        "served": true,
        "storage": stored,
        "schema": {"openAPIV3Schema": {
            "description": sentence(random),
            "type": "object",
            "properties": {
                "apiVersion": {"type": "string"},
                "kind": {"type": "string"},
                "metadata": {"type": "object"},
                "spec": schema(random, DEPTH),
                "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
            },
        }},
        "subresources": {"status": {}},
        "additionalPrinterColumns": [{"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}],
    })
}

fn schema(random: &mut Random, depth: usize) -> Value {
    let choice = if depth == 0 {
        random.number(2, 7)
    } else if depth == DEPTH {
        0
    } else {
        random.number(0, 7)
    };
    match choice {
        0 => {
            let names: Vec<String> = (0..random.number(3, 7)).map(|_| camel(random)).collect();
            let fields: Map<String, Value> =
                names.iter().map(|name| (name.clone(), schema(random, depth - 1))).collect();
            json!({"description": sentence(random), "type": "object", "required": [names[0]], "properties": fields})
        }
        1 => json!({
            "description": sentence(random),
            "type": "array",
            "items": schema(random, depth - 1),
            "maxItems": 16,
            "x-kubernetes-list-type": "atomic",
        }),
        2 => {
            json!({"description": sentence(random), "type": "integer", "format": "int32", "minimum": 0, "default": 3})
        }
        3 => json!({
            "description": sentence(random),
            "type": "object",
            "additionalProperties": {"type": "string"},
            "default": {random.word(): random.words(2), "nested": {"weights": [0.5, 1, 2.25e3]}},
        }),
        4 => json!({
            "description": sentence(random),
            "anyOf": [{"type": "integer"}, {"type": "string"}],
            "x-kubernetes-int-or-string": true,
        }),
        5 => json!({
            "description": sentence(random),
            "type": "string",
            "enum": [capital(random.word()), capital(random.word())],
        }),
        _ => json!({
            "description": sentence(random),
            "type": "string",
            "maxLength": 253,
            "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
        }),
    }
}

fn sentence(random: &mut Random) -> String {
    let words = random.words(12).replace('-', " ");
    format!("{} {} is the \"{}\"\nof it.", capital(random.word()), words, random.words(2))
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    format!("{}{rest}", first.to_uppercase())
}

fn camel(random: &mut Random) -> String {
    format!("{}{}{}", random.word(), capital(random.word()), capital(random.word()))
}
