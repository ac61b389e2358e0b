//! Custom resource definitions as operators have them: some 2,000 lines of YAML each, from a seed.
//!
//! A spec of sections that nest up to four levels, with lists and maps of objects, enums, quantities, bounds, defaults
//! and rules, a label selector and a pod's resources written out, conditions in the status; half of the lines are
//! descriptions, as controller-gen writes them.

use fastrand::Rng;
use serde_json::{Map, Value, json};

/// How many lines of YAML a definition has, some dozens more or less.
pub(super) const LINES: usize = 2_000;

/// How many kinds share a group, as those of one operator do.
const KINDS_OF_GROUP: usize = 10;

/// How deep objects stand in a section.
const DEPTH: usize = 3;

const WORDS: &[&str] = &[
    "access",
    "address",
    "agent",
    "alert",
    "archive",
    "backend",
    "backup",
    "batch",
    "bucket",
    "budget",
    "cache",
    "channel",
    "class",
    "client",
    "cluster",
    "config",
    "connection",
    "credential",
    "deadline",
    "delay",
    "disk",
    "endpoint",
    "event",
    "export",
    "filter",
    "gateway",
    "health",
    "history",
    "host",
    "image",
    "index",
    "ingest",
    "interval",
    "job",
    "journal",
    "key",
    "label",
    "leader",
    "level",
    "limit",
    "listener",
    "log",
    "mode",
    "monitor",
    "network",
    "node",
    "offset",
    "owner",
    "peer",
    "plugin",
    "policy",
    "pool",
    "port",
    "probe",
    "profile",
    "proxy",
    "queue",
    "quota",
    "rate",
    "region",
    "replica",
    "report",
    "reserve",
    "retention",
    "retry",
    "role",
    "route",
    "rule",
    "scale",
    "schedule",
    "schema",
    "scope",
    "secret",
    "selector",
    "server",
    "session",
    "shard",
    "signal",
    "source",
    "stage",
    "status",
    "storage",
    "strategy",
    "stream",
    "subject",
    "sync",
    "target",
    "tenant",
    "threshold",
    "timeout",
    "token",
    "topic",
    "trace",
    "traffic",
    "trigger",
    "update",
    "user",
    "version",
    "volume",
    "weight",
    "window",
    "worker",
    "zone",
];

/// The definition of one number, with its file name, as YAML.
pub(super) fn definition(number: usize) -> anyhow::Result<(String, String)> {
    let mut random = Rng::with_seed(number as u64);
    let group = format!("operator{}.example.com", number / KINDS_OF_GROUP);
    let kind = format!("{}{}{number}", capital(word(&mut random)), capital(word(&mut random)));
    let singular = kind.to_lowercase();
    let plural = format!("{singular}s");
    let mut sections = Map::new();
    // What stands around the sections, and half of one: the last goes over.
    let mut lines = 500;
    while lines < LINES {
        let section = object(&mut random, DEPTH);
        lines += serde_saphyr::to_string(&section)?.lines().count() + 1;
        sections.insert(name(&mut random), section);
    }
    let schema = json!({
        "description": sentences(&mut random, 1),
        "type": "object",
        "required": ["spec"],
        "properties": {
            "apiVersion": {"type": "string", "description": sentences(&mut random, 3)},
            "kind": {"type": "string", "description": sentences(&mut random, 3)},
            "metadata": {"type": "object"},
            "spec": {"description": sentences(&mut random, 1), "type": "object", "properties": sections},
            "status": status(&mut random),
        },
    });
    let definition = json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": format!("{plural}.{group}"),
            "annotations": {"controller-gen.kubebuilder.io/version": "v0.21.0"},
        },
        "spec": {
            "group": group,
            "names": {
                "plural": plural, "singular": singular, "kind": kind, "listKind": format!("{kind}List"),
                "categories": ["all"], "shortNames": [format!("x{number}")],
            },
            "scope": if random.u8(0..5) == 0 { "Cluster" } else { "Namespaced" },
            "versions": [{
                "name": "v1",
                "served": true,
                "storage": true,
                "schema": {"openAPIV3Schema": schema},
                "subresources": {"status": {}},
                "additionalPrinterColumns": [
                    {"name": "Ready", "type": "string", "jsonPath": ".status.conditions[?(@.type==\"Ready\")].status"},
                    {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
                ],
            }],
        },
    });
    Ok((format!("{group}_{plural}.yaml"), serde_saphyr::to_string(&definition)?))
}

fn object(random: &mut Rng, depth: usize) -> Value {
    let fields = random.usize(3..9);
    let names: Vec<String> = (0..fields).map(|_| name(random)).collect();
    let properties: Map<String, Value> = names.iter().map(|it| (it.clone(), field(random, depth))).collect();
    let mut object = described(random, json!({"type": "object", "properties": properties}));
    if random.bool() {
        object["required"] = json!([names.first()]);
    }
    object
}

fn field(random: &mut Rng, depth: usize) -> Value {
    let of_objects = depth > 0;
    let schema = match random.u8(0..100) {
        0..14 if of_objects => return object(random, depth - 1),
        14..22 if of_objects => {
            let mut items = object(random, depth - 1);
            items["properties"]["name"] = json!({"type": "string", "description": sentences(random, 1)});
            items["required"] = json!(["name"]);
            json!({"type": "array", "items": items, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]})
        }
        22..24 if of_objects => json!({"type": "object", "additionalProperties": object(random, depth - 1)}),
        24..26 => label_selector(random),
        26..28 => resources(random),
        28..40 => json!({"type": "integer", "format": "int32", "minimum": 0, "default": random.u8(0..60)}),
        40..43 => json!({"type": "integer", "format": "int64"}),
        43..55 => json!({"type": "boolean"}),
        55..61 => {
            json!({"type": "string", "enum": ["Always", "Never", capital(word(random))], "default": "Always"})
        }
        61..65 => quantity(),
        65..70 => json!({"type": "object", "additionalProperties": {"type": "string"}}),
        70..76 => {
            json!({"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set", "maxItems": 64})
        }
        76..78 => json!({"type": "string", "format": "date-time"}),
        78..79 => json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true}),
        79..86 => {
            json!({"type": "string", "minLength": 1, "maxLength": 253, "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"})
        }
        86..88 => json!({
            "type": "string",
            "x-kubernetes-validations": [{"rule": "self == oldSelf", "message": "the value cannot be changed"}],
        }),
        _ => json!({"type": "string"}),
    };
    described(random, schema)
}

fn quantity() -> Value {
    json!({
        "anyOf": [{"type": "integer"}, {"type": "string"}],
        "pattern": "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$",
        "x-kubernetes-int-or-string": true,
    })
}

/// `meta/v1` `LabelSelector`, as definitions write it out.
fn label_selector(random: &mut Rng) -> Value {
    let mut texts = || json!({"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "atomic", "description": sentences(random, 2)});
    let requirement = json!({
        "type": "object",
        "required": ["key", "operator"],
        "properties": {"key": {"type": "string"}, "operator": {"type": "string"}, "values": texts()},
    });
    json!({
        "type": "object",
        "properties": {
            "matchExpressions": {"type": "array", "items": requirement, "x-kubernetes-list-type": "atomic"},
            "matchLabels": {"type": "object", "additionalProperties": {"type": "string"}, "description": sentences(random, 2)},
        },
        "x-kubernetes-map-type": "atomic",
    })
}

/// `core/v1` `ResourceRequirements`.
fn resources(random: &mut Rng) -> Value {
    let claim = json!({
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "description": sentences(random, 1)},
            "request": {"type": "string", "description": sentences(random, 1)},
        },
    });
    let claims = json!({
        "type": "array",
        "items": claim,
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["name"],
        "description": sentences(random, 2),
    });
    let mut amounts =
        || json!({"type": "object", "additionalProperties": quantity(), "description": sentences(random, 1)});
    json!({"type": "object", "properties": {"claims": claims, "limits": amounts(), "requests": amounts()}})
}

fn status(random: &mut Rng) -> Value {
    let mut condition = Map::new();
    for (name, schema) in [
        ("lastTransitionTime", json!({"type": "string", "format": "date-time"})),
        ("message", json!({"type": "string", "maxLength": 32768})),
        ("observedGeneration", json!({"type": "integer", "format": "int64", "minimum": 0})),
        (
            "reason",
            json!({"type": "string", "minLength": 1, "maxLength": 1024, "pattern": "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"}),
        ),
        ("status", json!({"type": "string", "enum": ["True", "False", "Unknown"]})),
        ("type", json!({"type": "string", "maxLength": 316})),
    ] {
        condition.insert(name.to_owned(), described(random, schema));
    }
    let required = ["lastTransitionTime", "message", "reason", "status", "type"];
    let condition = json!({"type": "object", "required": required, "properties": condition});
    let conditions = json!({
        "type": "array",
        "items": condition,
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["type"],
    });
    let properties = json!({
        "conditions": described(random, conditions),
        "observedGeneration": {"type": "integer", "format": "int64", "description": sentences(random, 1)},
        "phase": {"type": "string", "enum": ["Pending", "Ready", "Failed"], "description": sentences(random, 1)},
        "members": {"type": "array", "items": object(random, 1)},
    });
    described(random, json!({"type": "object", "properties": properties}))
}

fn described(random: &mut Rng, mut schema: Value) -> Value {
    let count = random.usize(1..4);
    schema["description"] = Value::String(sentences(random, count));
    schema
}

fn sentences(random: &mut Rng, count: usize) -> String {
    let sentence = |random: &mut Rng| {
        let words: Vec<&str> = (0..random.usize(6..14)).map(|_| word(random)).collect();
        format!("{} is the {}.", capital(word(random)), words.join(" "))
    };
    (0..count).map(|_| sentence(random)).collect::<Vec<_>>().join("\n")
}

fn word(random: &mut Rng) -> &'static str {
    WORDS[random.usize(0..WORDS.len())]
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    format!("{}{rest}", first.to_uppercase())
}

/// The name of a field, of one to three words.
fn name(random: &mut Rng) -> String {
    let more = (0..random.usize(0..3)).map(|_| capital(word(random))).collect::<String>();
    format!("{}{more}", word(random))
}
