//! Which module and name a definition gets: a pure function of its name, so that a spec bump moves nothing.

use super::names;
use crate::model::ModulePath;
use crate::read::Spec;
use crate::rules::Rules;

/// A definition's name, taken apart.
pub(super) struct Parts<'a> {
    pub(super) definition: &'a str,
    /// `io.k8s.api.core`.
    pub(super) package: &'a str,
    pub(super) version: Option<&'a str>,
    pub(super) name: &'a str,
}

/// The package of definitions whose names have none.
const NO_PACKAGE: &str = "definitions";

/// `io.k8s.api.core.v1.Pod` is `Pod` of `v1` of `io.k8s.api.core`; `io.k8s.apimachinery.pkg.version.Info` is `Info` of
/// `io.k8s.apimachinery.pkg.version`.
pub(super) fn parts(definition: &str) -> Parts<'_> {
    let (before, name) = definition.rsplit_once('.').unwrap_or((NO_PACKAGE, definition));
    let (package, version) = match before.rsplit_once('.') {
        Some((package, version)) if is_version(version) => (package, Some(version)),
        _ => (before, None),
    };
    let package = if package.is_empty() { NO_PACKAGE } else { package };
    Parts { definition, package, version, name }
}

/// The module of an API group and version: `("", "v1")` is `core/v1`.
pub(super) fn module(spec: &Spec, rules: &Rules, group: &str, version: &str) -> ModulePath {
    ModulePath { version: Some(version.to_owned()), ..group_module(spec, rules, group) }
}

/// The module of a group as a whole: that of its definitions, or its first label.
pub(super) fn group_module(spec: &Spec, rules: &Rules, group: &str) -> ModulePath {
    let first = group.split('.').next().unwrap_or(group);
    let by_rule = rules.group_module(group).map(usable);
    let group =
        by_rule.or_else(|| spec.names.group(group).map(str::to_owned)).unwrap_or_else(|| usable(first));
    ModulePath { group, version: None, is_builtin: false }
}

/// Names that a module of the crate's root cannot have: files of cargo's own, and crates that generated code names.
const RESERVED: &[&str] = &["kubesdk", "kubesdk_core", "lib", "main", "mod_", "std"];

/// The name as that of a module that generated code can declare.
pub(super) fn usable(name: &str) -> String {
    let module = names::module(name);
    match names::is_identifier(&module) && !RESERVED.contains(&module.as_str()) {
        true => module,
        false => format!("{module}_"),
    }
}

/// `v1`, `v1beta2`, `v2alpha1`.
pub(crate) fn is_version(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('v') else { return false };
    let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let qualifier = digits.trim_end_matches(|c: char| c.is_ascii_digit());
    rest.len() > digits.len()
        && (digits.is_empty() || (matches!(qualifier, "alpha" | "beta") && digits.len() > qualifier.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        for (text, expected) in [
            ("v1", true),
            ("v2beta12", true),
            ("v1alpha3", true),
            ("v", false),
            ("v1beta", false),
            ("version", false),
            ("v1gamma1", false),
            ("1", false),
        ] {
            assert_eq!(is_version(text), expected, "{text}");
        }
    }

    #[test]
    fn groups() {
        for (group, expected) in [
            ("", "core/v1"),
            ("apps", "apps/v1"),
            ("rbac.authorization.k8s.io", "rbac/v1"),
            ("internal.apiserver.k8s.io", "apiserverinternal/v1"),
            ("my-group.example.com", "my_group/v1"),
            ("3d.example.com", "_3d/v1"),
            ("type.example.com", "type_/v1"),
            ("std.example.com", "std_/v1"),
        ] {
            let module = module(&Spec::default(), &Rules::default(), group, "v1");
            assert_eq!(module.to_string(), expected);
        }
    }
}
