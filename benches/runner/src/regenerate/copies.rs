//! Documents of group-versions under other names, as if a server had many more groups of the same kinds.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use kubesdk_generator::Document;
use serde_json::Value;

/// Groups without copies. Rules of the generator name types of the first two, which copies would not have; batch is
/// the one stable group with an alpha type in it, by a rule as well.
const LEFT_OUT: &[&str] = &["apiextensions.k8s.io", "apiregistration.k8s.io", "batch"];

/// A copy of each document of a group-version: its group, types, paths and operations have the number in their names.
/// What all groups share (`io.k8s.apimachinery...`) keeps its name.
pub(super) fn copies(record: &[Document], number: usize) -> Result<Vec<Document>> {
    let renaming = Renaming { number, groups: groups(record) };
    let mut copies = Vec::new();
    for document in record {
        let Some(group) = group(&document.name).filter(|group| !LEFT_OUT.contains(&group.as_str())) else {
            continue;
        };
        let parsed: Value =
            serde_json::from_str(&document.text).with_context(|| format!("{} is not JSON", document.name))?;
        copies.push(Document {
            name: format!("copy{number}__{}", document.name),
            text: serde_json::to_string_pretty(&renaming.value(parsed, &group, ""))?,
        });
    }
    Ok(copies)
}

/// The group of a group-version's document: `apis__apps__v1.json` is of `apps`, `api__v1.json` of the core group.
fn group(name: &str) -> Option<String> {
    let parts: Vec<&str> = name.trim_end_matches(".json").split("__").collect();
    match parts.as_slice() {
        ["api", _] => Some(String::new()),
        ["apis", group, _] => Some((*group).to_owned()),
        _ => None,
    }
}

fn groups(record: &[Document]) -> BTreeSet<String> {
    let groups = record.iter().filter_map(|document| group(&document.name));
    groups.filter(|group| !LEFT_OUT.contains(&group.as_str())).collect()
}

struct Renaming {
    number: usize,
    groups: BTreeSet<String>,
}

impl Renaming {
    fn value(&self, value: Value, group: &str, key: &str) -> Value {
        match value {
            Value::Object(members) => {
                // The kinds of types that all groups share stay as they are: they are one type.
                let shared = |name: &str| name.starts_with("io.k8s.apimachinery.");
                let members = members.into_iter().map(|(name, member)| {
                    let kept = shared(&name);
                    let renamed = self.name(&name, group);
                    (renamed, if kept { member } else { self.value(member, group, &name) })
                });
                Value::Object(members.collect())
            }
            Value::Array(items) => {
                Value::Array(items.into_iter().map(|item| self.value(item, group, key)).collect())
            }
            Value::String(text) => Value::String(match key {
                "group" if self.groups.contains(&text) => self.group(&text),
                "operationId" => format!("{text}Copy{}", self.number),
                "$ref" => self.name(&text, group),
                _ => text,
            }),
            other => other,
        }
    }

    /// The name of a schema, a reference to one, or a path.
    fn name(&self, name: &str, group: &str) -> String {
        let version = name.strip_prefix("/api/").map(|rest| ("/apis/".to_owned(), rest));
        let in_group = || name.strip_prefix(&format!("/apis/{group}/"));
        if let Some((start, rest)) = version.filter(|_| group.is_empty()) {
            return format!("{start}{}/{rest}", self.group(group));
        }
        if let Some(rest) = in_group() {
            return format!("/apis/{}/{rest}", self.group(group));
        }
        match name.split_once("io.k8s.api.").map(|(start, rest)| (start, rest.split_once('.'))) {
            Some((start, Some((package, rest)))) => {
                format!("{start}io.k8s.api.{package}x{}.{rest}", self.number)
            }
            _ => name.to_owned(),
        }
    }

    /// `apps` is `appsx2`, `rbac.authorization.k8s.io` is `rbacx2.authorization.k8s.io`.
    fn group(&self, group: &str) -> String {
        let (label, rest) = group.split_at(group.find('.').unwrap_or(group.len()));
        let label = match group {
            "" => "core",
            // Its types are in another package than its first label says.
            "internal.apiserver.k8s.io" => "apiserverinternal",
            _ => label,
        };
        format!("{label}x{}{rest}", self.number)
    }
}
