//! Rust names of fields, variants, handles and modules.

use heck::{ToSnakeCase, ToUpperCamelCase};

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
pub(crate) fn field(wire: &str) -> String {
    let words: String =
        whole_acronyms(wire).chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    let mut name = words.to_snake_case();
    if name.starts_with(|c: char| c.is_ascii_digit()) || name.is_empty() {
        name.insert(0, '_');
    }
    if KEYWORDS.contains(&name.as_str()) {
        name.push('_');
    }
    name
}

/// A property as a part of the name of what stands in it, cased as it is: `clusterIP` is `ClusterIP`. What is not of
/// ASCII letters and digits, small at first, gets a hash behind it, so that no two properties are one part; so does
/// what ends as if it had one.
pub(crate) fn part(wire: &str) -> String {
    let is_plain =
        wire.starts_with(|c: char| c.is_ascii_lowercase()) && wire.chars().all(|c| c.is_ascii_alphanumeric());
    let ends_like_hash = |rest: &str| {
        let end = rest.len().checked_sub(4).and_then(|it| rest.get(it..));
        end.is_some_and(|it| it.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
    };
    match (is_plain, wire.get(..1), wire.get(1..)) {
        (true, Some(first), Some(rest)) if !ends_like_hash(rest) => first.to_ascii_uppercase() + rest,
        _ => format!(
            "{}{}",
            field(wire).to_upper_camel_case(),
            super::given::hash(wire).get(..4).unwrap_or_default()
        ),
    }
}

/// Cases an acronym in the plural as a word, which case conversion would tear apart: `clusterIPs` is `clusterIps`.
fn whole_acronyms(text: &str) -> String {
    let mut out: Vec<char> = text.chars().collect();
    for end in 0..out.len() {
        let follows = |at: usize| out.get(at).is_some_and(char::is_ascii_lowercase);
        if out.get(end) != Some(&'s') || follows(end + 1) {
            continue;
        }
        let length = out[..end].iter().rev().take_while(|c| c.is_ascii_uppercase()).count();
        if length > 1 {
            out[end + 1 - length..end].iter_mut().for_each(|c| c.make_ascii_lowercase());
        }
    }
    out.into_iter().collect()
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

/// The name of a type of anything: its words in CamelCase; empty where there are none.
pub(super) fn type_name(text: &str) -> String {
    let words: String = text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    let name = words.to_upper_camel_case();
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("Type{name}") } else { name }
}

/// The name of a kind in the plural, cased as the kind is: `Pod` and `pods` give `Pods`.
pub(super) fn plural(kind: &str, resource: &str) -> String {
    let lower = kind.to_lowercase();
    let shared = lower.bytes().zip(resource.bytes()).take_while(|(a, b)| a == b).count();
    let head = kind.get(..shared).unwrap_or("");
    let tail = resource.get(shared..).unwrap_or("");
    if head.is_empty() || tail.contains('-') {
        format!("{head}{}", tail.to_upper_camel_case())
    } else {
        format!("{head}{tail}")
    }
}

/// The module name of an API group or of a definition's package: `flow-control` is `flow_control`.
pub(super) fn module(group: &str) -> String {
    let text = group.to_lowercase();
    let mut name: String = text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, '_');
    }
    if KEYWORDS.contains(&name.as_str()) {
        name.push('_');
    }
    name
}

/// True when generated code can use the name as it is.
pub(super) fn is_identifier(name: &str) -> bool {
    name.contains(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name != "Self"
        && !KEYWORDS.contains(&name)
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
            ("IDsOfGPUs", "ids_of_gpus"),
            ("wwids", "wwids"),
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
