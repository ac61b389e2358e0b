//! CustomResourceDefinitions to the documents that an API server would publish for them: the same pipeline then makes
//! code of either.
//!
//! It follows `apiextensions-apiserver/pkg/controller/openapi/builder` of Kubernetes 1.37. `builtin.json` beside it
//! holds what every such document has: the schemas of `meta/v1` and the query parameters, as a 1.37 server says them.

mod definition;
mod operations;
mod place;
mod publish;
mod structural;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use self::definition::{Definition, Version};
use crate::error::Place;
use crate::{Document, Error, sorted};

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
    let mut errors = Vec::new();
    let mut definitions: Vec<Definition> = Vec::new();
    for crd in crds {
        match Definition::read(crd) {
            Ok(definition) => match definitions.iter().find(|it| it.name() == definition.name()) {
                None => definitions.push(definition),
                Some(first) => errors.push(twice(&definition, first)),
            },
            Err(faults) => errors.extend(faults),
        }
    }
    let builtin: Value = match serde_json::from_str(include_str!("crd/builtin.json")) {
        Ok(builtin) => builtin,
        Err(cause) => {
            return Err(vec![Error::new(&Place::root("builtin.json"), cause.to_string(), "restore it")]);
        }
    };
    if !errors.is_empty() {
        return Err(sorted(errors));
    }
    let mut documents = BTreeMap::new();
    for definition in &definitions {
        for version in definition.versions.iter().filter(|it| it.served) {
            let group_version = (definition.group.clone(), version.name.clone());
            add(documents.entry(group_version).or_default(), definition, version, &builtin);
        }
    }
    Ok(documents.into_iter().map(|((group, version), parts)| parts.document(&group, &version)).collect())
}

fn twice(second: &Definition, first: &Definition) -> Error {
    let message = format!("{} is defined in {} as well", second.name(), first.place.document);
    Error::new(&second.place, message, "give one definition of each resource, with all its versions")
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
        Document { name: format!("apis__{group}__{version}.json"), text: text.to_string() }
    }
}

fn add(parts: &mut Parts, definition: &Definition, version: &Version, builtin: &Value) {
    let model = model_name(&definition.group, &version.name, &definition.kind);
    let list = model_name(&definition.group, &version.name, &definition.list_kind);
    parts.schemas.insert(list, publish::list(definition, version, &model));
    parts.schemas.insert(model, publish::object(definition, version));
    for (name, schema) in builtin["schemas"].as_object().into_iter().flatten() {
        if version.has_scale || !name.starts_with("io.k8s.api.autoscaling.") {
            parts.schemas.insert(name.clone(), schema.clone());
        }
    }
    operations::add(&mut parts.paths, definition, version, builtin);
}

/// `com.example.shop.v1.Widget`.
fn model_name(group: &str, version: &str, kind: &str) -> String {
    let reversed: Vec<&str> = group.rsplit('.').collect();
    format!("{}.{version}.{kind}", reversed.join("."))
}
