//! Rust names of fields, variants and handles, and the check that no two things share one.

use std::collections::BTreeMap;

use heck::{ToSnakeCase, ToUpperCamelCase};

use crate::error::{Error, Place};
use crate::model::{Module, ModulePath};
use crate::rules;

/// Keywords of edition 2024, strict and reserved.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield",
];

/// The field name of a property: `clusterIPs` is `cluster_ips`, `type` is `type_`, `$ref` is `ref_`,
/// `x-kubernetes-list-type` is `x_kubernetes_list_type`.
pub(super) fn field(wire: &str) -> String {
    let mut text = wire.to_owned();
    for (plural, word) in rules::PLURAL_ACRONYMS {
        text = replace_word(&text, plural, word);
    }
    let mut name = text.to_snake_case();
    if name.starts_with(|c: char| c.is_ascii_digit()) || name.is_empty() {
        name.insert(0, '_');
    }
    if KEYWORDS.contains(&name.as_str()) {
        name.push('_');
    }
    name
}

/// Replaces `word` where no lower-case letter goes on after it.
fn replace_word(text: &str, word: &str, by: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let (before, from) = rest.split_at(at);
        let after = from.get(word.len()..).unwrap_or("");
        out.push_str(before);
        out.push_str(if after.starts_with(|c: char| c.is_ascii_lowercase()) { word } else { by });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The variant name of an enum value: `IfNotPresent` stays, `*` is `All`, the empty string is `Empty`,
/// `SIGRTMIN+1` is `SigrtminPlus1`.
pub(super) fn variant(value: &str) -> String {
    match value {
        "" => return "Empty".to_owned(),
        "*" => return "All".to_owned(),
        _ => {}
    }
    let mut spaced = String::new();
    let mut previous = ' ';
    for c in value.chars() {
        match c {
            '+' => spaced.push_str(" plus "),
            '-' if previous.is_ascii_digit() || is_signal(value) => spaced.push_str(" minus "),
            c if c.is_ascii_alphanumeric() => spaced.push(c),
            _ => spaced.push(' '),
        }
        previous = c;
    }
    let name = spaced.to_upper_camel_case();
    if name.starts_with(|c: char| c.is_ascii_digit()) || name == "Self" || name.is_empty() {
        format!("V{name}")
    } else {
        name
    }
}

/// In `SIGRTMAX-1` the hyphen is a minus, in `my-value` it is none.
fn is_signal(value: &str) -> bool {
    value.starts_with("SIGRT")
}

/// The name of a kind in the plural, cased as the kind is: `Pod` and `pods` give `Pods`.
pub(super) fn plural(kind: &str, resource: &str) -> String {
    let lower = kind.to_lowercase();
    let shared = lower.bytes().zip(resource.bytes()).take_while(|(a, b)| a == b).count();
    let head = kind.get(..shared).unwrap_or("");
    let tail = resource.get(shared..).unwrap_or("");
    if head.is_empty() { resource.to_upper_camel_case() } else { format!("{head}{tail}") }
}

/// Two things of one name in one namespace of Rust are an error that names both.
pub(super) fn check_clashes(modules: &BTreeMap<ModulePath, Module>, errors: &mut Vec<Error>) {
    let mut clash = |path: &ModulePath, name: &str, first: &str, second: &str| {
        errors.push(Error::new(
            &Place::root(&path.to_string()),
            format!("{first} and {second} both get the Rust name {name}"),
            "add a rule that renames one of them (generator/src/rules.rs)",
        ));
    };
    for (path, module) in modules {
        let mut types: BTreeMap<&str, String> = BTreeMap::new();
        let structs =
            module.structs.iter().map(|it| (it.name.as_str(), format!("the schema {}", it.definition)));
        let enums = module.enums.iter().map(|it| (it.name.as_str(), "an enum".to_owned()));
        let handles =
            module.handles.iter().map(|it| (it.name.as_str(), format!("the handle of {}", it.resource)));
        for (name, what) in structs.chain(enums).chain(handles) {
            if let Some(first) = types.insert(name, what.clone()) {
                clash(path, name, &first, &what);
            }
        }
        for strukt in &module.structs {
            let mut fields: BTreeMap<&str, &str> = BTreeMap::new();
            for field in &strukt.fields {
                if let Some(first) = fields.insert(&field.name, &field.wire) {
                    clash(path, &format!("{}.{}", strukt.name, field.name), first, &field.wire);
                }
            }
        }
        for item in &module.enums {
            let mut variants: BTreeMap<&str, &str> = BTreeMap::from([("Other", "the unknown values")]);
            for variant in &item.variants {
                if let Some(first) = variants.insert(&variant.name, &variant.value) {
                    clash(path, &format!("{}::{}", item.name, variant.name), first, &variant.value);
                }
            }
        }
        let handles = module.handles.iter().map(|it| (it.name.as_str(), &it.methods));
        for (owner, methods) in handles.chain([("", &module.functions)]) {
            let mut names: BTreeMap<&str, &str> = BTreeMap::new();
            for method in methods {
                let operation = method.operations.first().map_or("", |(id, _)| id.as_str());
                if let Some(first) = names.insert(&method.name, operation) {
                    clash(path, &format!("{owner}::{}", method.name), first, operation);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields() {
        for (wire, expected) in [
            ("imagePullPolicy", "image_pull_policy"),
            ("clusterIPs", "cluster_ips"),
            ("clusterIP", "cluster_ip"),
            ("nonResourceURLs", "non_resource_urls"),
            ("podCIDRs", "pod_cidrs"),
            ("type", "type_"),
            ("$ref", "ref_"),
            ("x-kubernetes-list-type", "x_kubernetes_list_type"),
            ("APIVersion", "api_version"),
            ("fsGroup", "fs_group"),
            ("targetWWNs", "target_wwns"),
            ("9p", "_9p"),
            ("continue", "continue_"),
        ] {
            assert_eq!(field(wire), expected, "{wire}");
        }
    }

    #[test]
    fn variants() {
        for (value, expected) in [
            ("IfNotPresent", "IfNotPresent"),
            ("TCP", "Tcp"),
            ("", "Empty"),
            ("*", "All"),
            ("s/mime", "SMime"),
            ("SIGRTMIN+1", "SigrtminPlus1"),
            ("SIGRTMAX-1", "SigrtmaxMinus1"),
            ("SIGRTMAX", "Sigrtmax"),
            ("cert sign", "CertSign"),
            ("kubernetes.io/tls", "KubernetesIoTls"),
            ("1.1", "V11"),
            ("Self", "VSelf"),
        ] {
            assert_eq!(variant(value), expected, "{value}");
        }
    }

    #[test]
    fn plurals() {
        for (kind, resource, expected) in [
            ("Pod", "pods", "Pods"),
            ("Endpoints", "endpoints", "Endpoints"),
            ("NetworkPolicy", "networkpolicies", "NetworkPolicies"),
            ("IPAddress", "ipaddresses", "IPAddresses"),
            ("Widget", "gadgets", "Gadgets"),
        ] {
            assert_eq!(plural(kind, resource), expected);
        }
    }
}
