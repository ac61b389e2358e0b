//! Documents of several servers: what one name means in two of them.
//!
//! A group that an aggregated server serves has a document of that server, with its own version of Kubernetes' types, and
//! perhaps with names that another server uses otherwise. Each document is whole in itself, so a schema can get another
//! name in one of them.

use serde_json::Value;

use crate::Document;
use crate::error::{Error, Place};
use crate::lower::given;

/// A name that is another schema in a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Clash {
    pub(super) document: String,
    pub(super) name: String,
}

/// True for the schemas of Kubernetes' own packages: those of two servers are versions of one type.
pub(super) fn is_kubernetes(name: &str) -> bool {
    ["io.k8s.api.", "io.k8s.apimachinery.", "io.k8s.apiextensions-apiserver.", "io.k8s.kube-aggregator."]
        .iter()
        .any(|package| name.starts_with(package))
}

/// A clash that no other name solves: two documents of one name.
pub(super) fn error(clash: &Clash) -> Error {
    let place = Place::root(&clash.document).at("components").at("schemas").at(&clash.name);
    let message = format!("{} is two schemas", clash.name);
    Error::new(&place, message, "give each document once, under a name of its own")
}

/// The documents with other names in place of those that clash: a hash of the document stands behind them.
pub(super) fn told_apart(documents: &[Document], clashes: &[Clash]) -> Vec<Document> {
    let renamed = documents.iter().map(|document| {
        let names: Vec<&str> =
            clashes.iter().filter(|it| it.document == document.name).map(|it| it.name.as_str()).collect();
        match serde_json::from_str::<Value>(&document.text) {
            Ok(mut value) if !names.is_empty() => {
                rename(&mut value, &names, &document.name);
                Document { name: document.name.clone(), text: value.to_string() }
            }
            _ => document.clone(),
        }
    });
    renamed.collect()
}

/// What a schema of a document is called where another document has its name.
pub(super) fn other_name(name: &str, document: &str) -> String {
    format!("{name}{}", given::hash(document).get(..4).unwrap_or_default())
}

fn rename(document: &mut Value, names: &[&str], file: &str) {
    if let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        for name in names {
            if let Some(schema) = schemas.remove(*name) {
                schemas.insert(other_name(name, file), schema);
            }
        }
    }
    references(document, names, file);
}

fn references(value: &mut Value, names: &[&str], file: &str) {
    const REFERENCE: &str = "#/components/schemas/";
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let name = value.as_str().and_then(|it| it.strip_prefix(REFERENCE));
                match name.filter(|it| key == "$ref" && names.contains(it)) {
                    Some(name) => *value = Value::String(format!("{REFERENCE}{}", other_name(name, file))),
                    None => references(value, names, file),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|it| references(it, names, file)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
