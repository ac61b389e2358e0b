//! What documents without `x-kubernetes-*` imply: the actions of operations by their methods and paths, and the kinds of
//! resources by the schemas that they take and answer.

use std::collections::BTreeMap;

use openapiv3::{ReferenceOr, RequestBody, Schema, SchemaKind, StatusCode, Type};
use serde_json::json;

use super::extensions::{ACTION, KINDS};
use super::{ReadOperation, Spec};
use crate::error::Error;
use crate::lower::operations::path::{self, ResourcePath};

/// A resource by group, version and name.
type Resource = (String, String, String);

/// Says it where the documents do not.
pub(super) fn imply(spec: &mut Spec, reports: &mut Vec<Error>) {
    let kinds = kinds(spec);
    let mut lists = Vec::new();
    for read in &mut spec.operations {
        let Some(path) = path::resource(&read.path) else { continue };
        let resource = resource(&path);
        let Some((kind, _)) = kinds.get(&resource) else { continue };
        let is_silent = !read.operation.extensions.contains_key(ACTION);
        let Some(action) = action(read.method, &read.path, &path).filter(|_| is_silent) else { continue };
        let it = json!({"group": resource.0, "version": resource.1, "kind": kind});
        let message = format!(
            "the operation does not say what it does: by its method and path it is {action} of {kind}"
        );
        let help = "look at the method that is made of it; a server says it as x-kubernetes-action";
        reports.push(Error::new(&read.place, message, help));
        if action == "list" {
            lists.extend(answer(read).map(|name| (name.to_owned(), resource.clone())));
        }
        read.operation.extensions.insert(ACTION.to_owned(), json!(action));
        read.operation.extensions.entry(KINDS.to_owned()).or_insert(it);
    }
    let objects = kinds.into_iter().map(|(resource, (_, schema))| (schema, resource));
    for (name, (group, version, _)) in objects.chain(lists) {
        let Some(read) = spec.schemas.get_mut(&name) else { continue };
        if is_kind(&read.schema) && !read.schema.schema_data.extensions.contains_key(KINDS) {
            let it = json!([{"group": group, "version": version, "kind": last(&name)}]);
            read.schema.schema_data.extensions.insert(KINDS.to_owned(), it);
        }
    }
}

fn resource(path: &ResourcePath<'_>) -> Resource {
    (path.group.to_owned(), path.version.to_owned(), path.resource.to_owned())
}

/// The kinds of resources and their schemas, where operations on the resources themselves do not say them.
fn kinds(spec: &Spec) -> BTreeMap<Resource, (String, String)> {
    let mut kinds = BTreeMap::new();
    for read in &spec.operations {
        let Some(path) = path::resource(&read.path).filter(|it| it.subresource.is_none() && !it.is_watch)
        else {
            continue;
        };
        let schema = match (read.method, read.path.ends_with("{name}")) {
            ("get", true) => answer(read),
            ("put" | "post", _) => body(read).or_else(|| answer(read)),
            _ => None,
        };
        let said = read.operation.extensions.get(KINDS).and_then(|it| it["kind"].as_str());
        if let Some(schema) = schema {
            let kind = said.unwrap_or_else(|| last(schema)).to_owned();
            kinds.entry(resource(&path)).or_insert_with(|| (kind, schema.to_owned()));
        }
    }
    kinds
}

/// What an operation on a resource does.
fn action(method: &str, template: &str, path: &ResourcePath<'_>) -> Option<&'static str> {
    let is_one = template.ends_with("{name}") || path.subresource.is_some();
    Some(match (method, is_one) {
        ("get", _) if template.ends_with("{path}") => "connect",
        ("get", true) if path.is_watch => "watch",
        ("get", false) if path.is_watch => "watchlist",
        ("get", true) => "get",
        ("get", false) => "list",
        ("delete", true) => "delete",
        ("delete", false) => "deletecollection",
        ("put", _) => "put",
        ("post", _) => "post",
        ("patch", _) => "patch",
        _ => return None,
    })
}

fn answer(read: &ReadOperation) -> Option<&str> {
    let response = match read.operation.responses.responses.get(&StatusCode::Code(200))? {
        ReferenceOr::Item(response) => response,
        ReferenceOr::Reference { .. } => return None,
    };
    name(response.content.get("application/json")?.schema.as_ref()?)
}

fn body(read: &ReadOperation) -> Option<&str> {
    let Some(ReferenceOr::Item(RequestBody { content, .. })) = &read.operation.request_body else {
        return None;
    };
    name(content.get("application/json").or_else(|| content.get("*/*"))?.schema.as_ref()?)
}

fn name(schema: &ReferenceOr<Schema>) -> Option<&str> {
    match schema {
        ReferenceOr::Reference { reference } => reference.strip_prefix("#/components/schemas/"),
        ReferenceOr::Item(_) => None,
    }
}

/// `Widget` of `com.example.shop.v1.Widget`.
fn last(definition: &str) -> &str {
    definition.rsplit('.').next().unwrap_or(definition)
}

/// True for an object that says its version and kind.
fn is_kind(schema: &Schema) -> bool {
    match &schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => {
            ["apiVersion", "kind"].iter().all(|it| object.properties.contains_key(*it))
        }
        SchemaKind::Any(any) => ["apiVersion", "kind"].iter().all(|it| any.properties.contains_key(*it)),
        _ => false,
    }
}
