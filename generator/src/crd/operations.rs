//! The operations of a custom resource as an API server publishes them.

use serde_json::{Map, Value, json};

use super::definition::{Definition, Version};
use super::model_name;

const META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1";

/// One operation before it is written.
struct Operation {
    method: &'static str,
    /// `x-kubernetes-action`.
    action: &'static str,
    /// The first word of its id and of its description.
    verb: &'static str,
    answer: String,
    body: Option<String>,
}

/// Adds the paths of one version.
pub(super) fn add(
    paths: &mut Map<String, Value>,
    definition: &Definition,
    version: &Version,
    builtin: &Value,
) {
    let of = Resource { definition, version, builtin };
    let root = format!("/apis/{}/{}", definition.group, version.name);
    let plural = &definition.plural;
    let collection = match definition.is_namespaced {
        true => format!("{root}/namespaces/{{namespace}}/{plural}"),
        false => format!("{root}/{plural}"),
    };
    if definition.is_namespaced {
        let all = of.list();
        let mut written = of.written(&all, "");
        written["operationId"] = json!(format!("{}ForAllNamespaces", of.id("list", "", "")));
        paths.insert(format!("{root}/{plural}"), of.path(vec![(all, written)], false, false));
    }
    let list = vec![of.list(), of.create(), of.delete_collection()];
    paths.insert(collection.clone(), of.item(list, "", false));
    let (kind, scale) = (of.kind(), "io.k8s.api.autoscaling.v1.Scale".to_owned());
    let mut one = of.object(&kind);
    one.push(of.delete());
    paths.insert(format!("{collection}/{{name}}"), of.item(one, "", true));
    if version.has_status {
        paths.insert(format!("{collection}/{{name}}/status"), of.item(of.object(&kind), "status", true));
    }
    if version.has_scale {
        paths.insert(format!("{collection}/{{name}}/scale"), of.item(of.object(&scale), "scale", true));
    }
}

struct Resource<'a> {
    definition: &'a Definition,
    version: &'a Version,
    builtin: &'a Value,
}

impl Resource<'_> {
    fn kind(&self) -> String {
        model_name(&self.definition.group, &self.version.name, &self.definition.kind)
    }

    fn list(&self) -> Operation {
        let answer = model_name(&self.definition.group, &self.version.name, &self.definition.list_kind);
        Operation { method: "get", action: "list", verb: "list", answer, body: None }
    }

    fn create(&self) -> Operation {
        let body = Some(self.kind());
        Operation { method: "post", action: "post", verb: "create", answer: self.kind(), body }
    }

    fn delete_collection(&self) -> Operation {
        let (verb, answer) = ("deletecollection", format!("{META}.Status"));
        Operation { method: "delete", action: verb, verb, answer, body: None }
    }

    fn delete(&self) -> Operation {
        let (answer, body) = (format!("{META}.Status"), Some(format!("{META}.DeleteOptions")));
        Operation { method: "delete", action: "delete", verb: "delete", answer, body }
    }

    /// What objects and subresources have alike.
    fn object(&self, of: &str) -> Vec<Operation> {
        let answer = || of.to_owned();
        vec![
            Operation { method: "get", action: "get", verb: "read", answer: answer(), body: None },
            Operation {
                method: "put",
                action: "put",
                verb: "replace",
                answer: answer(),
                body: Some(answer()),
            },
            Operation {
                method: "patch",
                action: "patch",
                verb: "patch",
                answer: answer(),
                body: Some(format!("{META}.Patch")),
            },
        ]
    }

    fn item(&self, operations: Vec<Operation>, subresource: &str, has_name: bool) -> Value {
        let written = operations.into_iter().map(|it| {
            let written = self.written(&it, subresource);
            (it, written)
        });
        self.path(written.collect(), self.definition.is_namespaced, has_name)
    }

    /// A path with its operations. What all of them take stands once, at the path.
    fn path(&self, operations: Vec<(Operation, Value)>, has_namespace: bool, has_name: bool) -> Value {
        let mut common = vec![self.builtin["parameters"]["pretty"].clone()];
        if has_namespace {
            common.push(self.builtin["parameters"]["namespace"].clone());
        }
        if has_name {
            common.push(json!({
                "name": "name",
                "in": "path",
                "description": format!("name of the {}", self.definition.kind),
                "required": true,
                "schema": {"type": "string", "uniqueItems": true},
            }));
        }
        let is_alone = operations.len() == 1;
        let mut path = Map::new();
        for (operation, mut written) in operations {
            let own = self.parameters(operation.action);
            if is_alone {
                common.extend(own);
            } else {
                written["parameters"] = Value::Array(own);
            }
            path.insert(operation.method.to_owned(), written);
        }
        common.sort_by_key(|it| it["name"].as_str().map(str::to_owned));
        path.insert("parameters".to_owned(), Value::Array(common));
        Value::Object(path)
    }

    fn parameters(&self, action: &str) -> Vec<Value> {
        let action = if action == "deletecollection" { "list" } else { action };
        let names =
            self.builtin["actions"][action].as_array().into_iter().flatten().filter_map(Value::as_str);
        names.map(|it| self.builtin["parameters"][it].clone()).collect()
    }

    fn written(&self, operation: &Operation, subresource: &str) -> Value {
        let Definition { group, kind, .. } = self.definition;
        let mut out = json!({
            "tags": [format!("{}_{}", valid(trimmed(group), false), valid(&self.version.name, false))],
            "description": self.description(operation.verb, subresource),
            "operationId": self.id(operation.verb, self.namespaced(), subresource),
            "responses": responses(operation),
            "x-kubernetes-action": operation.action,
            "x-kubernetes-group-version-kind": {"group": group, "version": self.version.name, "kind": kind},
        });
        if let Some(body) = &operation.body {
            out["requestBody"] = request_body(operation, body);
        }
        out
    }

    fn namespaced(&self) -> &'static str {
        if self.definition.is_namespaced { "Namespaced" } else { "" }
    }

    /// `readShopExampleComV1NamespacedWidgetStatus`.
    fn id(&self, verb: &str, namespaced: &str, subresource: &str) -> String {
        let (prefix, rest) = match verb {
            // The longest verb that is known is `delete`: the rest is taken for the beginning of the name.
            "deletecollection" => ("delete", "collection"),
            verb => (verb, ""),
        };
        let group = valid(trimmed(&self.definition.group), true);
        let version = valid(&self.version.name, true);
        let mut subresource = subresource.to_owned();
        if let Some(first) = subresource.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let name = valid(&format!("{rest}{namespaced}{}{subresource}", self.definition.kind), true);
        format!("{prefix}{group}{version}{name}")
    }

    fn description(&self, verb: &str, subresource: &str) -> String {
        let kind = &self.definition.kind;
        let sub = if subresource.is_empty() { String::new() } else { format!(" {subresource} of") };
        match verb {
            "list" => format!("list objects of kind {kind}"),
            "read" | "replace" => format!("{verb}{sub} the specified {kind}"),
            "patch" => format!("partially update{sub} the specified {kind}"),
            "deletecollection" => format!("delete collection of {kind}"),
            verb => format!("{verb}{}{kind}", article(kind)),
        }
    }
}

/// As Kubernetes has it: by the first letter, whatever the sound.
fn article(noun: &str) -> &'static str {
    match noun.chars().next() {
        Some('A' | 'E' | 'I' | 'O' | 'U' | 'a' | 'e' | 'i' | 'o' | 'u') => " an ",
        _ => " a ",
    }
}

fn trimmed(group: &str) -> &str {
    group.strip_suffix(".k8s.io").unwrap_or(group)
}

/// A name as a part of an operation id: letters, digits and `_`, capitals after what is left out.
fn valid(text: &str, capitalize: bool) -> String {
    let mut out = String::new();
    let mut capital = capitalize;
    for (at, c) in text.chars().enumerate() {
        if c.is_alphabetic() || c == '_' || at > 0 && c.is_numeric() {
            if std::mem::take(&mut capital) {
                out.extend(c.to_uppercase());
            } else {
                out.push(c);
            }
        } else {
            capital = true;
        }
    }
    out
}

fn content(of: &str, media_types: &[&str]) -> Value {
    let reference = json!({"schema": {"$ref": format!("#/components/schemas/{of}")}});
    media_types.iter().map(|it| ((*it).to_owned(), reference.clone())).collect::<Map<_, _>>().into()
}

fn request_body(operation: &Operation, body: &str) -> Value {
    let media_types: &[&str] = match operation.method {
        "patch" => {
            &["application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json"]
        }
        _ => &["application/json", "application/yaml"],
    };
    let content = content(body, media_types);
    match operation.action {
        "delete" => json!({"content": content}),
        _ => json!({"content": content, "required": true}),
    }
}

fn responses(operation: &Operation) -> Value {
    let more: &[(&str, &str)] = match operation.action {
        "post" => &[("201", "Created"), ("202", "Accepted")],
        "put" => &[("201", "Created")],
        "delete" => &[("202", "Accepted")],
        _ => &[],
    };
    let mut out = Map::new();
    for (code, description) in [("200", "OK")].iter().chain(more) {
        let content = content(&operation.answer, &["application/json", "application/yaml"]);
        out.insert((*code).to_owned(), json!({"description": description, "content": content}));
    }
    out.insert("401".to_owned(), json!({"description": "Unauthorized"}));
    Value::Object(out)
}
