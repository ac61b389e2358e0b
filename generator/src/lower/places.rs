//! Which module and name a definition gets: a pure function of its name, so that a spec bump moves nothing.

use crate::error::{Error, Place};
use crate::model::{ModulePath, TypeName};
use crate::rules;

/// `io.k8s.api.core.v1.Pod` is `core/v1` `Pod`; `io.k8s.apimachinery.pkg.version.Info` is `version` `Info`.
pub(super) fn type_name(place: &Place, definition: &str) -> Result<TypeName, Error> {
    let parts: Vec<&str> = definition.split('.').collect();
    let (module, name) = match parts.as_slice() {
        [.., group, version, name] if is_version(version) => {
            (ModulePath { group: ident(group), version: Some((*version).to_owned()) }, *name)
        }
        [.., group, name] => (ModulePath { group: ident(group), version: None }, *name),
        _ => {
            return Err(Error::new(
                place,
                format!("the definition name {definition} has no package"),
                "names must look like io.k8s.api.apps.v1.Deployment",
            ));
        }
    };
    if name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(|c| c.is_ascii_alphanumeric()) {
        Ok(TypeName { module, name: name.to_owned() })
    } else {
        Err(Error::new(
            place,
            format!("the definition name {definition} does not end in a Rust type name"),
            "names must look like io.k8s.api.apps.v1.Deployment; custom names are not supported yet",
        ))
    }
}

/// The module of an API group and version: `("", "v1")` is `core/v1`.
pub(super) fn module(group: &str, version: &str) -> ModulePath {
    let by_rule = rules::GROUP_MODULES.iter().find(|(it, _)| *it == group).map(|(_, module)| *module);
    let first = group.split('.').next().unwrap_or(group);
    ModulePath { group: ident(by_rule.unwrap_or(first)), version: Some(version.to_owned()) }
}

/// The module of a group as a whole.
pub(super) fn group_module(group: &str) -> ModulePath {
    ModulePath { version: None, ..module(group, "") }
}

fn ident(group: &str) -> String {
    group.replace('-', "_").to_lowercase()
}

/// `v1`, `v1beta2`, `v2alpha1`.
pub(super) fn is_version(text: &str) -> bool {
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
        ] {
            assert_eq!(module(group, "v1").to_string(), expected);
        }
    }
}
