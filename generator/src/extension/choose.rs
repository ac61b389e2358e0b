//! Which operations are wanted: those of the chosen groups and kinds that kubesdk does not have.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Wanted;
use crate::Document;
use crate::builtin::Builtin;
use crate::error::{Error, Place};
use crate::lower::operations::{kinds, path};
use crate::lower::places::is_version;
use crate::read::{ReadOperation, Spec};

impl Wanted {
    /// Whether a group or a group-version, `shop.example.com/v1`, is one of those that the patterns choose.
    pub fn has_group(&self, group_version: &str) -> bool {
        let group = group_version.split('/').next().unwrap_or_default();
        let is_it = |pattern: &String| matches(pattern, group) || matches(pattern, group_version);
        self.groups.is_empty() || self.groups.iter().any(is_it)
    }

    /// False when a document is known to have nothing of the chosen groups, by its paths, or by its name if they cannot be
    /// read.
    pub(super) fn may_have_of(&self, document: &Document) -> bool {
        let named = document.name.strip_suffix(".json").and_then(|it| it.strip_prefix("apis__"));
        let value: Value = serde_json::from_str(&document.text).unwrap_or_default();
        let group_version = |path: &str| -> Option<String> {
            let segments: Vec<&str> = path.strip_prefix("/apis/")?.split('/').take(2).collect();
            Some(segments.join("/"))
        };
        match (value["paths"].as_object(), named) {
            (Some(paths), _) => paths.keys().filter_map(|it| group_version(it)).any(|it| self.has_group(&it)),
            (None, Some(named)) => self.has_group(&named.replacen("__", "/", 1)),
            (None, None) => true,
        }
    }
}

/// Keeps the wanted operations.
pub(super) fn choose(spec: &mut Spec, builtin: &Builtin, wanted: &Wanted) -> Result<(), Vec<Error>> {
    let mut choice = Choice::new(builtin, wanted);
    // What is wrong with kinds is said when those that were chosen are lowered.
    let kinds = kinds::find(spec, &mut Vec::new());
    let keep: Vec<bool> = spec.operations.iter().map(|it| choice.wants(it, &kinds)).collect();
    choice.faults()?;
    let mut keep = keep.into_iter();
    spec.operations.retain(|_| keep.next().unwrap_or(false));
    Ok(())
}

struct Choice<'a> {
    builtin: &'a Builtin,
    wanted: &'a Wanted,
    /// Kinds by group-version: all that kubesdk does not have.
    there: BTreeMap<String, BTreeSet<String>>,
    /// The patterns that chose something.
    used: BTreeSet<&'a str>,
    /// True when a resource was chosen.
    any: bool,
}

impl<'a> Choice<'a> {
    fn new(builtin: &'a Builtin, wanted: &'a Wanted) -> Self {
        Choice { builtin, wanted, there: BTreeMap::new(), used: BTreeSet::new(), any: false }
    }

    fn wants(&mut self, read: &ReadOperation, kinds: &kinds::Kinds<'_>) -> bool {
        let Some(path) = path::resource(&read.path) else { return self.wants_function(&read.path) };
        let group_version = group_version(path.group, path.version);
        if self.builtin.group_version(&group_version).is_some() {
            return false;
        }
        let kind = kinds.get(&path).map(|it| it.kind.clone()).unwrap_or_default();
        let wants = self.wants_group(path.group, &group_version) && self.wants_kind(&kind);
        self.there.entry(group_version).or_default().insert(kind);
        self.any |= wants;
        wants
    }

    /// What a group-version has beside its kinds: nobody who names kinds wants it.
    fn wants_function(&mut self, path: &str) -> bool {
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        self.wanted.kinds.is_empty()
            && match segments.as_slice() {
                ["apis", group] => !self.builtin.has_group(group) && self.wants_group(group, group),
                ["apis", group, version] if is_version(version) => {
                    let group_version = group_version(group, version);
                    self.builtin.group_version(&group_version).is_none()
                        && self.wants_group(group, &group_version)
                }
                _ => false,
            }
    }

    fn wants_group(&mut self, group: &str, group_version: &str) -> bool {
        let is_it = |pattern: &str| matches(pattern, group) || matches(pattern, group_version);
        wants(&self.wanted.groups, is_it, &mut self.used)
    }

    fn wants_kind(&mut self, kind: &str) -> bool {
        wants(&self.wanted.kinds, |pattern| matches(pattern, kind), &mut self.used)
    }

    /// Patterns that chose nothing, each with what there is to choose from.
    fn faults(&self) -> Result<(), Vec<Error>> {
        let fault = |what: &str, pattern: &str, message: String, help: String| {
            Error::new(&Place::root(what).at(pattern), message, help)
        };
        let mut errors = Vec::new();
        for pattern in self.wanted.groups.iter().filter(|it| !self.used.contains(it.as_str())) {
            let (message, help) = match self.builtin.group_version(pattern) {
                Some(module) => (
                    format!("kubesdk has {pattern} already"),
                    format!("use kubesdk::api::{}", super::rust_path(module)),
                ),
                None => (format!("the pattern {pattern} chooses no group-version"), self.offer()),
            };
            errors.push(fault("groups", pattern, message, help));
        }
        for pattern in self.wanted.kinds.iter().filter(|it| !self.used.contains(it.as_str())) {
            let message = format!("the pattern {pattern} chooses no kind of the chosen groups");
            errors.push(fault("kinds", pattern, message, self.offer()));
        }
        if errors.is_empty() && !self.any {
            let message = "no resource is chosen".to_owned();
            errors.push(Error::new(&Place::root("groups"), message, self.offer()));
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    fn offer(&self) -> String {
        if self.there.is_empty() {
            return "the documents have nothing that kubesdk does not have: give those of the server, or the \
                    definitions, that have it"
                .to_owned();
        }
        let there = self.there.iter().map(|(group_version, kinds)| {
            let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
            format!("{group_version} ({})", kinds.join(", "))
        });
        format!("choose from {}", there.collect::<Vec<_>>().join("; "))
    }
}

/// Whether any pattern, or none at all, takes something; the patterns that do are remembered.
fn wants<'a>(patterns: &'a [String], is_it: impl Fn(&str) -> bool, used: &mut BTreeSet<&'a str>) -> bool {
    let mut wants = patterns.is_empty();
    for pattern in patterns.iter().filter(|it| is_it(it)) {
        used.insert(pattern);
        wants = true;
    }
    wants
}

fn group_version(group: &str, version: &str) -> String {
    if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") }
}

/// Whether a text is as a pattern says, in which `*` stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(text) = text.strip_prefix(start) else { return false };
    let mut starts = (0..=text.len()).filter(|at| text.is_char_boundary(*at));
    starts.any(|at| text.get(at..).is_some_and(|text| matches(rest, text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, text, expected) in [
            ("Widget", "Widget", true),
            ("Widget", "Widgets", false),
            ("*", "", true),
            ("*.example.com", "shop.example.com", true),
            ("*.example.com", "example.com", false),
            ("shop.*/v1*", "shop.example.com/v1beta1", true),
            ("shop.*/v1", "shop.example.com/v1beta1", false),
            ("*ä*", "xäy", true),
            ("", "x", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
