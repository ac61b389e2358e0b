//! Operations to endpoint methods: each path is taken apart once, each action becomes one verb of core.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{ParameterSchemaOrContent, ReferenceOr, StatusCode};

use super::{docs, names, places, schemas};
use crate::error::{Error, Place};
use crate::model::{CoreType, Handle, Method, Module, ModulePath, Scope, Served, Type, TypeName, Verb};
use crate::read::{ReadOperation, Spec, extensions};
use crate::rules::{self, parameters};

const DELETE_OPTIONS: &str = "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions";
const WATCH_RULE: &str = "deprecated /watch/ path: `watch` on the list path";

/// Lowers every operation and says what serves each.
pub(super) fn lower(
    spec: &Spec,
    modules: &mut BTreeMap<ModulePath, Module>,
    reports: &mut Vec<Error>,
    errors: &mut Vec<Error>,
) -> BTreeMap<String, Served> {
    let mut pass = Pass { spec, modules, reports, served: BTreeMap::new(), kinds: main_kinds(spec) };
    for read in &spec.operations {
        if let Err(error) = pass.operation(read) {
            errors.push(error);
        }
    }
    check_rules(spec, errors);
    let served = pass.served;
    for module in modules.values_mut() {
        module.handles.sort_by(|a, b| (&a.kind, a.scope).cmp(&(&b.kind, b.scope)));
    }
    served
}

/// Rules about operations that the documents no longer have are stale; documents of other servers may lack the
/// whole group, so a rule counts only where its group-version is there.
fn check_rules(spec: &Spec, errors: &mut Vec<Error>) {
    let ids: BTreeSet<&str> =
        spec.operations.iter().filter_map(|it| it.operation.operation_id.as_deref()).collect();
    if !ids.contains("getCoreV1APIResources") {
        return;
    }
    let named = rules::METHOD_NAMES.iter().map(|(id, _)| id).chain(rules::ANSWERED_BY_STATUS);
    for id in named.filter(|id| !ids.contains(**id)) {
        errors.push(Error::new(
            &Place::root("rules"),
            format!("the rule for the operation {id} no longer applies"),
            "remove it from generator/src/rules.rs",
        ));
    }
}

/// A path of a resource, taken apart.
#[derive(Debug, PartialEq, Eq)]
struct ResourcePath<'a> {
    group: &'a str,
    version: &'a str,
    is_watch: bool,
    is_namespaced: bool,
    resource: &'a str,
    subresource: Option<&'a str>,
}

fn resource_path(path: &str) -> Option<ResourcePath<'_>> {
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    let (group, version, rest) = match segments.as_slice() {
        ["api", version, rest @ ..] => ("", *version, rest),
        ["apis", group, version, rest @ ..] => (*group, *version, rest),
        _ => return None,
    };
    let (is_watch, rest) = match rest {
        ["watch", rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let (is_namespaced, rest) = match rest {
        ["namespaces", "{namespace}", rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let (resource, subresource) = match rest {
        [resource] | [resource, "{name}"] => (*resource, None),
        [resource, "{name}", subresource] | [resource, "{name}", subresource, "{path}"] => {
            (*resource, Some(*subresource))
        }
        _ => return None,
    };
    Some(ResourcePath { group, version, is_watch, is_namespaced, resource, subresource })
}

/// The kind that a resource is of and whether it lives in namespaces, by group, version and resource.
type Kinds = BTreeMap<(String, String, String), (String, bool)>;

fn main_kinds(spec: &Spec) -> Kinds {
    let mut kinds = Kinds::new();
    for read in &spec.operations {
        let Some(path) = resource_path(&read.path) else { continue };
        let Some(kind) = extensions::operation_kind(&read.operation) else { continue };
        if path.subresource.is_some() || path.is_watch {
            continue;
        }
        let key = (path.group.to_owned(), path.version.to_owned(), path.resource.to_owned());
        let entry = kinds.entry(key).or_insert((kind.kind, false));
        entry.1 |= path.is_namespaced;
    }
    kinds
}

struct Pass<'a> {
    spec: &'a Spec,
    modules: &'a mut BTreeMap<ModulePath, Module>,
    reports: &'a mut Vec<Error>,
    served: BTreeMap<String, Served>,
    kinds: Kinds,
}

impl Pass<'_> {
    fn operation(&mut self, read: &ReadOperation) -> Result<(), Error> {
        let Some(id) = read.operation.operation_id.clone() else {
            return Err(Error::new(
                &read.place,
                "the operation has no operationId",
                "every operation must have one",
            ));
        };
        match (extensions::action(&read.operation), resource_path(&read.path)) {
            (Some("watch" | "watchlist"), Some(path)) => self.covered_watch(read, &id, &path),
            (Some(action), Some(path)) => self.resource(read, &id, action, &path),
            (None, _) => self.function(read, &id),
            (Some(_), None) => Err(Error::new(
                &read.place,
                format!("the path {} is not that of a resource", read.path),
                "resource paths are /api/V/... and /apis/G/V/...; teach resource_path() the new shape",
            )),
        }
    }

    fn covered_watch(
        &mut self,
        read: &ReadOperation,
        id: &str,
        path: &ResourcePath<'_>,
    ) -> Result<(), Error> {
        let owner = self.handle(read, path)?;
        self.serve(read, id, format!("{owner}::watch"), Some(WATCH_RULE));
        Ok(())
    }

    fn resource(
        &mut self,
        read: &ReadOperation,
        id: &str,
        action: &str,
        path: &ResourcePath<'_>,
    ) -> Result<(), Error> {
        let verb = self.verb(read, id, action)?;
        let name = method_name(id, action, path.subresource, &verb);
        let owner = self.handle(read, path)?;
        self.serve(read, id, format!("{owner}::{name}"), None);
        let method = Method {
            operations: vec![(id.to_owned(), read.method)],
            name,
            http: read.method,
            path: read.path.clone(),
            doc: self.doc(read),
            verb,
        };
        let item = self.item_of(read, &method.verb)?;
        let Some(methods) = self.methods(path) else { return Ok(()) };
        if let Some(item) = item {
            let watch = Method {
                name: "watch".to_owned(),
                doc: "Watches the objects: what is added, modified and deleted, as it happens.".to_owned(),
                verb: Verb::Watch(item),
                operations: Vec::new(),
                ..method.clone()
            };
            methods.push(watch);
        }
        // One method serves all HTTP methods of `connect`.
        let is_connect = action == "connect";
        match methods.iter_mut().find(|it| is_connect && it.name == method.name) {
            Some(known) => known.operations.push((id.to_owned(), read.method)),
            None => methods.push(method),
        }
        methods.sort_by(|a, b| (&a.path, &a.name).cmp(&(&b.path, &b.name)));
        Ok(())
    }

    /// The item type of what `list` answers; nothing for other verbs.
    fn item_of(&self, read: &ReadOperation, verb: &Verb) -> Result<Option<Type>, Error> {
        let Verb::List(list) = verb else { return Ok(None) };
        let item = match list {
            Type::Struct(name) => self.modules.get(&name.module).and_then(|module| {
                let list = module.structs.iter().find(|it| it.name == name.name)?;
                list.list_of.clone()
            }),
            _ => None,
        };
        item.map(|item| Some(Type::Struct(item))).ok_or_else(|| {
            Error::new(
                &read.place.at("responses"),
                "a list operation does not answer a list",
                "its schema must have a kind ending in List, metadata, and items of one schema",
            )
        })
    }

    fn function(&mut self, read: &ReadOperation, id: &str) -> Result<(), Error> {
        self.parameters(read, &[parameters::NONE])?;
        let (module, name) = function_name(read, id);
        let verb = match self.answer(read)? {
            Some(ty) => Verb::Fetch(ty),
            None => Verb::FetchText,
        };
        let method = Method {
            operations: vec![(id.to_owned(), read.method)],
            name: name.clone(),
            http: read.method,
            path: read.path.clone(),
            doc: self.doc(read),
            verb,
        };
        let owner = module.to_string().replace('/', "::");
        self.serve(read, id, format!("{owner}::{name}"), None);
        self.modules.entry(module).or_default().functions.push(method);
        Ok(())
    }

    fn serve(&mut self, read: &ReadOperation, id: &str, by: String, rule: Option<&'static str>) {
        self.served.insert(id.to_owned(), Served { http: read.method, path: read.path.clone(), by, rule });
    }

    fn doc(&self, read: &ReadOperation) -> String {
        let fallback = format!("`{} {}`.", read.method.to_uppercase(), read.path);
        let text = read.operation.description.as_deref().unwrap_or_default();
        let mut sentence = text.trim().trim_end_matches('.').to_owned();
        if let Some(first) = sentence.get(..1).map(str::to_uppercase) {
            sentence.replace_range(..1, &first);
            sentence.push('.');
        }
        docs::rustdoc(Some(&sentence), &fallback)
    }

    /// Makes the handle if it is not there yet, and gives `core::v1::PodsInNamespace`.
    fn handle(&mut self, read: &ReadOperation, path: &ResourcePath<'_>) -> Result<String, Error> {
        let key = (path.group.to_owned(), path.version.to_owned(), path.resource.to_owned());
        let Some((kind, in_namespaces)) = self.kinds.get(&key) else {
            return Err(Error::new(
                &read.place,
                format!("no operation says which kind the resource {} is of", path.resource),
                "the documents must hold the resource itself beside its subresources",
            ));
        };
        let path_of_module = places::module(path.group, path.version);
        let scope = scope(path.is_namespaced, *in_namespaces);
        let suffix = match scope {
            Scope::Cluster => "InCluster",
            Scope::Everywhere => "Everywhere",
            Scope::Namespace => "InNamespace",
        };
        let name = format!("{}{suffix}", names::plural(kind, path.resource));
        let kind = TypeName { module: path_of_module.clone(), name: kind.clone() };
        let module = self.modules.entry(path_of_module.clone()).or_default();
        if !module.structs.iter().any(|it| it.name == kind.name) {
            return Err(Error::new(
                &read.place,
                format!("the kind {} of {} has no schema in its group-version", kind.name, path.resource),
                "the documents must define the kinds that they serve",
            ));
        }
        if !module.handles.iter().any(|it| it.name == name) {
            let resource = path.resource.to_owned();
            module.handles.push(Handle { name: name.clone(), kind, resource, scope, methods: Vec::new() });
        }
        Ok(format!("{}::{name}", path_of_module.to_string().replace('/', "::")))
    }

    fn methods(&mut self, path: &ResourcePath<'_>) -> Option<&mut Vec<Method>> {
        let key = (path.group.to_owned(), path.version.to_owned(), path.resource.to_owned());
        let (_, in_namespaces) = self.kinds.get(&key)?;
        let scope = scope(path.is_namespaced, *in_namespaces);
        let module = self.modules.get_mut(&places::module(path.group, path.version))?;
        module.api_version = Some(match path.group {
            "" => path.version.to_owned(),
            group => format!("{group}/{}", path.version),
        });
        let handle =
            module.handles.iter_mut().find(|it| it.resource == path.resource && it.scope == scope)?;
        Some(&mut handle.methods)
    }

    fn verb(&mut self, read: &ReadOperation, id: &str, action: &str) -> Result<Verb, Error> {
        let check = |pass: &mut Self, sets: &[&'static [&'static str]]| pass.parameters(read, sets);
        Ok(match action {
            "get" => match check(self, &[parameters::GET, parameters::LOGS])? {
                parameters::LOGS => Verb::Logs,
                _ => Verb::Get(self.typed_answer(read)?),
            },
            "list" => {
                check(self, &[parameters::LIST])?;
                Verb::List(self.typed_answer(read)?)
            }
            "post" | "put" => {
                check(self, &[parameters::WRITE])?;
                let (body, answer) = (self.body(read)?, self.typed_answer(read)?);
                match action {
                    "put" => Verb::Replace { body, answer },
                    _ if rules::ANSWERED_BY_STATUS.contains(&id) => Verb::CreateOrStatus { body, answer },
                    _ => Verb::Create { body, answer },
                }
            }
            "patch" => {
                check(self, &[parameters::PATCH])?;
                Verb::Patch(self.typed_answer(read)?)
            }
            "delete" | "deletecollection" => {
                let options = schemas::reference(self.spec, &read.place, DELETE_OPTIONS)?;
                if action == "delete" {
                    check(self, &[parameters::DELETE])?;
                    Verb::Delete { answer: self.own_type(read, false)?, options }
                } else {
                    check(self, &[parameters::DELETE_COLLECTION])?;
                    Verb::DeleteCollection { answer: self.own_type(read, true)?, options }
                }
            }
            "connect" => {
                const SETS: &[&[&str]] =
                    &[parameters::EXEC, parameters::ATTACH, parameters::PORT_FORWARD, parameters::PROXY];
                match check(self, SETS)? {
                    parameters::EXEC => Verb::Exec,
                    parameters::ATTACH => Verb::Attach,
                    parameters::PORT_FORWARD => Verb::PortForward,
                    _ => Verb::Proxy(read.path.ends_with("{path}")),
                }
            }
            other => {
                return Err(Error::new(
                    &read.place.at("x-kubernetes-action"),
                    format!("the action {other} is unknown"),
                    "teach the generator which verb of core it is (generator/src/lower/operations.rs)",
                ));
            }
        })
    }

    /// The set of parameters that the operation has; unknown ones are reported, each with its place.
    fn parameters(
        &mut self,
        read: &ReadOperation,
        sets: &[&'static [&'static str]],
    ) -> Result<&'static [&'static str], Error> {
        let mut found = BTreeSet::new();
        for parameter in &read.parameters {
            let data = parameter.parameter_data_ref();
            match parameter {
                openapiv3::Parameter::Query { .. } => {
                    found.insert(data.name.as_str());
                }
                openapiv3::Parameter::Path { .. }
                    if matches!(data.format, ParameterSchemaOrContent::Schema(_)) => {}
                _ => {
                    return Err(Error::new(
                        &read.place.at("parameters"),
                        format!("the parameter {} is neither in the path nor in the query", data.name),
                        "Kubernetes has no others; teach the generator if this is right",
                    ));
                }
            }
        }
        // The set that shares most with what was found; ties go to the first.
        let mut best: &'static [&'static str] = parameters::NONE;
        let mut most = None;
        for set in sets {
            let shared = set.iter().filter(|it| found.contains(*it)).count();
            let strange = found.len().abs_diff(shared) + set.len().abs_diff(shared);
            if most.is_none_or(|most| strange < most) {
                most = Some(strange);
                best = set;
            }
        }
        for name in found.iter().filter(|it| !best.contains(it)) {
            self.reports.push(Error::new(
                &read.place.at("parameters"),
                format!("the query parameter {name} is unknown"),
                format!(
                    "it can be given as .query({name:?}, value); core's verb must learn it to offer more"
                ),
            ));
        }
        for name in best.iter().filter(|it| !found.contains(**it)) {
            self.reports.push(Error::new(
                &read.place.at("parameters"),
                format!("the query parameter {name} is missing"),
                "this server does not know it; the method offers it all the same",
            ));
        }
        Ok(best)
    }

    fn body(&self, read: &ReadOperation) -> Result<Type, Error> {
        let place = read.place.at("requestBody");
        let content = match &read.operation.request_body {
            Some(ReferenceOr::Item(body)) => &body.content,
            _ => {
                return Err(Error::new(
                    &place,
                    "the operation has no body",
                    "a write must say what it takes",
                ));
            }
        };
        let media = content.get("application/json").or_else(|| content.get("*/*"));
        match media.and_then(|it| it.schema.as_ref()) {
            Some(ReferenceOr::Reference { reference }) => schemas::reference(self.spec, &place, reference),
            _ => Err(Error::new(
                &place,
                "the body has no $ref for JSON",
                "a write must name the schema it takes",
            )),
        }
    }

    /// The schema of the first success, nothing for an answer that is text or has no body.
    fn answer(&self, read: &ReadOperation) -> Result<Option<Type>, Error> {
        for code in [200, 201, 202] {
            let response = read.operation.responses.responses.get(&StatusCode::Code(code));
            let Some(ReferenceOr::Item(response)) = response else { continue };
            let Some(media) = response.content.get("application/json") else { continue };
            let place = read.place.at("responses").at(&code.to_string());
            return match &media.schema {
                Some(ReferenceOr::Reference { reference }) => {
                    schemas::reference(self.spec, &place, reference).map(Some)
                }
                _ => Ok(None),
            };
        }
        Ok(None)
    }

    fn typed_answer(&self, read: &ReadOperation) -> Result<Type, Error> {
        self.answer(read)?.ok_or_else(|| {
            Error::new(
                &read.place.at("responses"),
                "no success answers JSON of a named schema",
                "the operation must say what it answers",
            )
        })
    }

    /// The object, or its list, that DELETE answers when it does not answer a `Status`.
    fn own_type(&self, read: &ReadOperation, is_list: bool) -> Result<Type, Error> {
        let wrong = || {
            Error::new(
                &read.place,
                "the kind of the deleted objects is not known",
                "the resource must have a kind with a schema, and a list when it is deleted as a collection",
            )
        };
        let path = resource_path(&read.path).ok_or_else(wrong)?;
        let key = (path.group.to_owned(), path.version.to_owned(), path.resource.to_owned());
        let (kind, _) = self.kinds.get(&key).ok_or_else(wrong)?;
        let name = if is_list { format!("{kind}List") } else { kind.clone() };
        let module = places::module(path.group, path.version);
        let exists = self.modules.get(&module).is_some_and(|it| it.structs.iter().any(|it| it.name == name));
        match self.answer(read)? {
            // The documents name the object itself for some kinds; then that is the type.
            Some(Type::Struct(answer)) if !is_list => Ok(Type::Struct(answer)),
            Some(Type::Core(CoreType::Status)) | Some(Type::Struct(_)) if exists => {
                Ok(Type::Struct(TypeName { module, name }))
            }
            _ => Err(wrong()),
        }
    }
}

fn scope(is_namespaced_path: bool, in_namespaces: bool) -> Scope {
    match (is_namespaced_path, in_namespaces) {
        (true, _) => Scope::Namespace,
        (false, true) => Scope::Everywhere,
        (false, false) => Scope::Cluster,
    }
}

fn method_name(id: &str, action: &str, subresource: Option<&str>, verb: &Verb) -> String {
    if let Some((_, name)) = rules::METHOD_NAMES.iter().find(|(it, _)| *it == id) {
        return (*name).to_owned();
    }
    let action = match action {
        "post" => "create",
        "put" => "replace",
        "deletecollection" => "delete_collection",
        other => other,
    };
    let Some(subresource) = subresource else { return action.to_owned() };
    let words = rules::SUBRESOURCE_WORDS.iter().find(|(it, _)| *it == subresource);
    let words = words.map_or_else(|| names::field(subresource), |(_, words)| (*words).to_owned());
    match verb {
        Verb::Proxy(true) => format!("{words}_path"),
        Verb::Proxy(false) | Verb::Exec | Verb::Attach | Verb::PortForward => words,
        _ => format!("{action}_{words}"),
    }
}

/// Where an operation without a kind goes and what it is called there.
fn function_name(read: &ReadOperation, id: &str) -> (ModulePath, String) {
    let segments: Vec<&str> = read.path.trim_matches('/').split('/').collect();
    let server = ModulePath { group: "server".to_owned(), version: None };
    match segments.as_slice() {
        ["api"] => (places::group_module(""), "versions".to_owned()),
        ["apis"] => (server, "api_groups".to_owned()),
        ["api", version] => (places::module("", version), "resources".to_owned()),
        ["apis", group] => (places::group_module(group), "group".to_owned()),
        ["apis", group, version] => (places::module(group, version), "resources".to_owned()),
        ["version"] => (server, "version".to_owned()),
        ["openid", "v1", "jwks"] => (server, "jwks".to_owned()),
        [".well-known", "openid-configuration"] => (server, "openid_configuration".to_owned()),
        ["logs"] => (server, "log_files".to_owned()),
        ["logs", _] => (server, "log_file".to_owned()),
        _ => (server, names::field(id)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        let check = |path: &str, expected: Option<(bool, bool, &str, Option<&str>)>| {
            let found =
                resource_path(path).map(|it| (it.is_watch, it.is_namespaced, it.resource, it.subresource));
            assert_eq!(found, expected, "{path}");
        };
        check("/api/v1/pods", Some((false, false, "pods", None)));
        check("/api/v1/namespaces", Some((false, false, "namespaces", None)));
        check("/api/v1/namespaces/{name}/status", Some((false, false, "namespaces", Some("status"))));
        check("/api/v1/namespaces/{namespace}/pods/{name}", Some((false, true, "pods", None)));
        check(
            "/api/v1/namespaces/{namespace}/pods/{name}/proxy/{path}",
            Some((false, true, "pods", Some("proxy"))),
        );
        check("/apis/apps/v1/watch/deployments", Some((true, false, "deployments", None)));
        check("/apis/apps/v1/", None);
        check("/version/", None);
    }
}
