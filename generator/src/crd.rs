//! CustomResourceDefinitions to the documents that an API server would publish for them: the same pipeline then makes
//! code of either.
//!
//! It follows `apiextensions-apiserver/pkg/controller/openapi/builder` of Kubernetes 1.37. `builtin.json` beside it
//! holds what every such document has: the schemas of `meta/v1` and the query parameters, as a 1.37 server says them.

mod definition;
mod merged;
mod operations;
mod place;
mod publish;
mod structural;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use self::definition::{Definition, Version};
use crate::error::Place;
use crate::{Document, Error, Origins, Published, parallel, sorted};

/// Reads CustomResourceDefinitions (`apiextensions.k8s.io/v1`) as JSON, one a document, and gives the `/openapi/v3`
/// documents of their group-versions. Versions that are not served have none.
///
/// # Errors
///
/// Every fault that was found, at least one: what is no definition, schemas that are not structural, two definitions of
/// one name, with the document, a JSON pointer into it and the remedy.
///
/// # Example
///
/// ```
/// use kubesdk_generator::{Document, documents_of_crds};
///
/// let crd = r#"{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
///     "metadata": {"name": "widgets.example.com"},
///     "spec": {"group": "example.com", "scope": "Namespaced", "names": {"plural": "widgets", "kind": "Widget"},
///         "versions": [{"name": "v1", "served": true, "storage": true,
///             "schema": {"openAPIV3Schema": {"type": "object"}}}]}}"#;
/// let documents = documents_of_crds(&[Document { name: "widgets.yaml".into(), text: crd.into() }])?;
/// assert_eq!(documents[0].name, "apis__example.com__v1.json");
/// # Ok::<(), Vec<kubesdk_generator::Error>>(())
/// ```
pub fn documents_of_crds(crds: &[Document]) -> Result<Vec<Document>, Vec<Error>> {
    read_crds(crds).map(|it| it.documents)
}

/// As [`documents_of_crds`], with where everything comes from, so that what is wrong with a document can be told of the
/// definition.
///
/// # Errors
///
/// As those of [`documents_of_crds`].
pub fn read_crds(crds: &[Document]) -> Result<Published, Vec<Error>> {
    let (definitions, errors) = definitions(crds);
    let builtin: Value = match serde_json::from_str(include_str!("crd/builtin.json")) {
        Ok(builtin) => builtin,
        Err(cause) => {
            return Err(vec![Error::new(&Place::root("builtin.json"), cause.to_string(), "restore it")]);
        }
    };
    if !errors.is_empty() {
        return Err(sorted(errors));
    }
    let (mut documents, mut origins) = (BTreeMap::new(), Origins::default());
    for mut definition in definitions {
        for mut version in std::mem::take(&mut definition.versions) {
            if version.served {
                let group_version = (definition.group.clone(), version.name.clone());
                let parts = documents.entry(group_version).or_default();
                add(parts, &definition, &mut version, &builtin, &mut origins);
            }
        }
    }
    let documents = documents.into_iter().map(|((group, version), parts)| parts.document(&group, &version));
    Ok(Published { documents: documents.collect(), origins })
}

/// The definitions that are sound, and what is wrong with the others.
fn definitions(crds: &[Document]) -> (Vec<Definition>, Vec<Error>) {
    let mut errors = Vec::new();
    let mut definitions: Vec<Definition> = Vec::new();
    let (mut resources, mut kinds) = (BTreeMap::new(), BTreeMap::new());
    for read in parallel::map(crds, Definition::read) {
        let definition = match read {
            Ok(definition) => definition,
            Err(faults) => {
                errors.extend(faults);
                continue;
            }
        };
        if let Some(first) = resources.insert(definition.name(), definition.place.document.clone()) {
            let message = format!("{} is defined in {first} as well", definition.name());
            let help = "give one definition of each resource, with all its versions";
            errors.push(Error::new(&definition.place, message, help));
            continue;
        }
        for (member, kind) in [("kind", &definition.kind), ("listKind", &definition.list_kind)] {
            let first = kinds.insert((definition.group.clone(), kind.clone()), definition.name());
            if let Some(first) = first {
                let place = definition.place.at("spec").at("names").at(member);
                let message = format!("{kind} of {} is a kind of {first} as well", definition.group);
                errors.push(Error::new(&place, message, "give each kind of a group a name of its own"));
            }
        }
        definitions.push(definition);
    }
    (definitions, errors)
}

/// A document as it grows.
#[derive(Default)]
struct Parts {
    paths: Map<String, Value>,
    schemas: Map<String, Value>,
}

impl Parts {
    fn document(self, group: &str, version: &str) -> Document {
        let info = json!({"title": "Kubernetes CRD Swagger", "version": "v0.1.0"});
        let (paths, schemas) = (self.paths, self.schemas);
        let text =
            json!({"openapi": "3.0.0", "info": info, "paths": paths, "components": {"schemas": schemas}});
        Document { name: document_name(group, version), text: text.to_string() }
    }
}

fn document_name(group: &str, version: &str) -> String {
    format!("apis__{group}__{version}.json")
}

fn add(
    parts: &mut Parts,
    definition: &Definition,
    version: &mut Version,
    builtin: &Value,
    origins: &mut Origins,
) {
    let model = model_name(&definition.group, &version.name, &definition.kind);
    let list = model_name(&definition.group, &version.name, &definition.list_kind);
    let document = Place::root(&document_name(&definition.group, &version.name));
    let (schemas, place) = (document.at("components").at("schemas"), &version.place);
    origins.add(&schemas.at(&list), definition.place.at("spec").at("names"), Value::Null);
    parts.schemas.insert(list, publish::list(definition, version, &model));
    parts.schemas.insert(model.clone(), publish::object(definition, version));
    for (name, schema) in builtin["schemas"].as_object().into_iter().flatten() {
        if version.has_scale || !name.starts_with("io.k8s.api.autoscaling.") {
            parts.schemas.insert(name.clone(), schema.clone());
        }
    }
    let mut paths = Map::new();
    operations::add(&mut paths, definition, version, builtin);
    for path in paths.keys() {
        origins.add(&document.at("paths").at(path), place.clone(), Value::Null);
    }
    parts.paths.extend(paths);
    let place = place.at("schema").at("openAPIV3Schema");
    origins.add(&schemas.at(&model), place, std::mem::take(&mut version.schema));
}

/// `com.example.shop.v1.Widget`.
fn model_name(group: &str, version: &str, kind: &str) -> String {
    let reversed: Vec<&str> = group.rsplit('.').collect();
    format!("{}.{version}.{kind}", reversed.join("."))
}
