//! Which module and name a definition gets: a pure function of its name, so that a spec bump moves nothing.

use super::names;
use crate::error::{Error, Place};
use crate::model::{ModulePath, TypeName};
use crate::rules::Rules;

/// `io.k8s.api.core.v1.Pod` is `core/v1` `Pod`; `io.k8s.apimachinery.pkg.version.Info` is `version` `Info`.
pub(super) fn type_name(place: &Place, definition: &str) -> Result<TypeName, Error> {
    let parts: Vec<&str> = definition.split('.').collect();
    let (module, name) = match parts.as_slice() {
        [.., group, version, name] if is_version(version) => (
            ModulePath {
                group: names::module(group),
                version: Some((*version).to_owned()),
                is_builtin: false,
            },
            *name,
        ),
        [.., group, name] => {
            (ModulePath { group: names::module(group), version: None, is_builtin: false }, *name)
        }
        _ => {
            return Err(Error::new(
                place,
                format!("the definition name {definition} has no package"),
                "names must look like io.k8s.api.apps.v1.Deployment",
            ));
        }
    };
    if name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(|c| c.is_ascii_alphanumeric()) {
        Ok(TypeName { module: usable(place, module)?, name: name.to_owned() })
    } else {
        Err(Error::new(
            place,
            format!("the definition name {definition} does not end in a Rust type name"),
            "names must look like io.k8s.api.apps.v1.Deployment; custom names are not supported yet",
        ))
    }
}

/// The module of an API group and version: `("", "v1")` is `core/v1`.
pub(super) fn module(rules: &Rules, place: &Place, group: &str, version: &str) -> Result<ModulePath, Error> {
    let version = Some(version.to_owned());
    Ok(ModulePath { version, ..group_module(rules, place, group)? })
}

/// The module of a group as a whole.
pub(super) fn group_module(rules: &Rules, place: &Place, group: &str) -> Result<ModulePath, Error> {
    let first = group.split('.').next().unwrap_or(group);
    let name = names::module(rules.group_module(group).unwrap_or(first));
    usable(place, ModulePath { group: name, version: None, is_builtin: false })
}

/// Names that a module of the crate's root cannot have: files of cargo's own, and crates that generated code names.
const RESERVED: &[&str] = &["kubesdk", "kubesdk_core", "lib", "main", "mod_", "std"];

/// The module, where generated code can declare one of its name.
fn usable(place: &Place, module: ModulePath) -> Result<ModulePath, Error> {
    if names::is_identifier(&module.group) && !RESERVED.contains(&module.group.as_str()) {
        return Ok(module);
    }
    Err(Error::new(
        place,
        format!("the module would be called {:?}, which generated code cannot declare", module.group),
        "a line in GROUP_MODULES of generator/src/rules.rs gives an API group another module",
    ))
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
        ] {
            let module = module(&Rules::default(), &Place::default(), group, "v1").expect("a module");
            assert_eq!(module.to_string(), expected);
        }
    }
}
