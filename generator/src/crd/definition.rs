//! One CustomResourceDefinition: what it names, its versions, and the faults that an API server would refuse it for.

use serde_json::Value;

use super::place::{At, found};
use super::structural;
use crate::error::Place;
use crate::{Document, Error};

/// What is published of a definition.
pub(super) struct Definition {
    pub(super) place: Place,
    pub(super) group: String,
    pub(super) kind: String,
    pub(super) list_kind: String,
    pub(super) plural: String,
    pub(super) is_namespaced: bool,
    pub(super) versions: Vec<Version>,
}

/// One version of it.
pub(super) struct Version {
    pub(super) place: Place,
    pub(super) name: String,
    pub(super) served: bool,
    pub(super) has_status: bool,
    pub(super) has_scale: bool,
    /// JSON paths without the leading dot.
    pub(super) selectable: Vec<String>,
    /// Structural, as it is published.
    pub(super) schema: Value,
}

impl Definition {
    /// `widgets.example.com`.
    pub(super) fn name(&self) -> String {
        format!("{}.{}", self.plural, self.group)
    }

    pub(super) fn read(document: &Document) -> Result<Self, Vec<Error>> {
        let root = Place::root(&document.name);
        let value: Value = serde_json::from_str(&document.text).map_err(|cause| {
            vec![Error::new(&root, format!("this is not JSON: {cause}"), "convert the YAML to JSON first")]
        })?;
        let root = At::new(&value, root);
        kind(&root).map_err(|error| vec![error])?;
        let mut errors = Vec::new();
        let definition = definition(&root, &mut errors);
        match definition {
            Some(definition) if errors.is_empty() => Ok(definition),
            _ => Err(errors),
        }
    }
}

fn kind(root: &At<'_>) -> Result<(), Error> {
    let (version, kind) = (root.get("apiVersion"), root.get("kind"));
    match (version.value.as_str(), kind.value.as_str()) {
        (Some("apiextensions.k8s.io/v1"), Some("CustomResourceDefinition")) => Ok(()),
        (Some(old), Some("CustomResourceDefinition")) => Err(version.error(
            format!("{old} is not served by Kubernetes 1.22 or later"),
            "convert the definition to apiextensions.k8s.io/v1: each version has its own schema there",
        )),
        (_, _) => Err(kind.error(
            format!("expected a CustomResourceDefinition, found {}", found(kind.value)),
            "leave out what is no CustomResourceDefinition",
        )),
    }
}

fn definition(root: &At<'_>, errors: &mut Vec<Error>) -> Option<Definition> {
    let spec = root.get("spec");
    let names = spec.get("names");
    let mut text = |at: At<'_>, help: &str| at.text(help).map_err(|error| errors.push(error)).ok();
    let group = text(spec.get("group"), "give the API group, `example.com`");
    let plural = text(names.get("plural"), "give the plural, lower-case, `widgets`");
    let kind = text(names.get("kind"), "give the kind in CamelCase, `Widget`");
    let mut sound = |at: At<'_>, is_sound: fn(&str) -> bool, help: &str| {
        if at.value.as_str().is_some_and(|it| !it.is_empty() && !is_sound(it)) {
            errors.push(at.error(format!("{} is no name that Kubernetes takes here", found(at.value)), help));
        }
    };
    sound(spec.get("group"), is_group, "a group is a domain with a dot in lower case: `shop.example.com`");
    sound(
        names.get("plural"),
        is_label,
        "it has lower-case letters, digits and `-`, and begins with a letter: `widgets`",
    );
    for member in ["kind", "listKind"] {
        let help = "it has letters, digits and `-`, and begins with a letter: `Widget`";
        sound(names.get(member), |it| is_label(&it.to_ascii_lowercase()), help);
    }
    let scope = spec.get("scope");
    let is_namespaced = match scope.value.as_str() {
        Some("Namespaced") => true,
        Some("Cluster") => false,
        _ => {
            let message = format!("expected Namespaced or Cluster, found {}", found(scope.value));
            errors.push(scope.error(message, "say whether objects stand in namespaces"));
            false
        }
    };
    let preserve = spec.get("preserveUnknownFields");
    if *preserve.value == Value::Bool(true) {
        let help =
            "set `x-kubernetes-preserve-unknown-fields: true` in the schemas that keep what they do not name";
        errors.push(preserve.error("it must be false since apiextensions.k8s.io/v1", help));
    }
    let versions = versions(&spec.get("versions"), errors);
    let (group, plural, kind) = (group?, plural?, kind?);
    let metadata = root.get("metadata").get("name");
    let expected = format!("{plural}.{group}");
    if metadata.value.as_str() != Some(&expected) {
        let message = format!("the name must be {expected}, found {}", found(metadata.value));
        errors.push(metadata.error(message, "name the definition PLURAL.GROUP"));
    }
    let list_kind = names.get("listKind").value.as_str().filter(|it| !it.is_empty()).map(str::to_owned);
    let list_kind = list_kind.unwrap_or_else(|| format!("{kind}List"));
    Some(Definition { place: root.place.clone(), group, kind, list_kind, plural, is_namespaced, versions })
}

/// A DNS label that begins with a letter (RFC 1035).
fn is_label(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase()) && is_part(text)
}

/// A domain of at least two parts.
fn is_group(text: &str) -> bool {
    text.contains('.') && text.len() <= 253 && text.split('.').all(is_part)
}

/// A DNS label (RFC 1123).
fn is_part(text: &str) -> bool {
    let is_plain = |it: &u8| it.is_ascii_lowercase() || it.is_ascii_digit() || *it == b'-';
    (1..=63).contains(&text.len())
        && text.as_bytes().iter().all(is_plain)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn versions(versions: &At<'_>, errors: &mut Vec<Error>) -> Vec<Version> {
    let mut all: Vec<Version> = Vec::new();
    for at in versions.items() {
        let Some(version) = version(&at, errors) else { continue };
        if all.iter().any(|it| it.name == version.name) {
            let message = format!("the version {} stands here twice", version.name);
            errors.push(at.error(message, "leave one of them"));
        } else {
            all.push(version);
        }
    }
    if versions.items().next().is_none() {
        let message = format!("expected a list of versions, found {}", found(versions.value));
        errors.push(versions.error(message, "give at least one version with its schema"));
    }
    let stored: Vec<At<'_>> = versions.items().filter(|it| it.value["storage"] == true).collect();
    match stored.as_slice() {
        [_] => {}
        [] if all.is_empty() => {}
        [] => {
            let help = "set `storage: true` in the version that objects are stored in";
            errors.push(versions.error("no version is the one that is stored", help));
        }
        [first, others @ ..] => {
            for other in others {
                let message = format!("two versions are stored, here and at {}", first.place.pointer);
                errors.push(other.get("storage").error(message, "set `storage: true` in one version alone"));
            }
        }
    }
    all
}

fn version(at: &At<'_>, errors: &mut Vec<Error>) -> Option<Version> {
    let name = at.get("name").text("name the version, `v1`").map_err(|error| errors.push(error)).ok();
    if let Some(name) = name.as_ref().filter(|it| !is_label(it)) {
        let help = "it has lower-case letters, digits and `-`, and begins with a letter: `v1`";
        errors.push(at.get("name").error(format!("\"{name}\" is no name that Kubernetes takes here"), help));
    }
    let schema = at.get("schema").get("openAPIV3Schema");
    if schema.is_null() {
        let help = "schemas are required since apiextensions.k8s.io/v1; `type: object` with \
                    `x-kubernetes-preserve-unknown-fields: true` takes everything";
        errors.push(schema.error("this version has no schema", help));
        return None;
    }
    let before = errors.len();
    structural::check(&schema, errors);
    let subresources = at.get("subresources");
    let paths = at.get("selectableFields");
    let selectable = paths.items().filter_map(|it| it.value["jsonPath"].as_str().map(str::to_owned));
    let selectable = selectable.map(|it| it.trim_start_matches('.').to_owned()).collect();
    if errors.len() > before {
        return None;
    }
    Some(Version {
        place: at.place.clone(),
        name: name?,
        served: at.get("served").value.as_bool().unwrap_or(false),
        has_status: !subresources.get("status").is_null(),
        has_scale: !subresources.get("scale").is_null(),
        selectable,
        schema: schema.value.clone(),
    })
}
