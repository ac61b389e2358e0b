//! What methods and functions are called.

use crate::lower::{names, places};
use crate::model::{ModulePath, Verb};
use crate::read::{ReadOperation, Spec};
use crate::rules::Rules;

/// The method of an operation on a resource: `get`, `replace_status`, `exec`.
pub(super) fn method(
    rules: &Rules,
    id: &str,
    action: &str,
    subresource: Option<&str>,
    verb: &Verb,
) -> String {
    let action = match action {
        "post" => "create",
        "put" => "replace",
        "deletecollection" => "delete_collection",
        other => other,
    };
    let name = match subresource {
        None => action.to_owned(),
        Some(subresource) => {
            let words = rules.subresource_words(subresource);
            let words = words.map_or_else(|| names::field(subresource), str::to_owned);
            match verb {
                Verb::Proxy(true) => format!("{words}_path"),
                Verb::Proxy(false) | Verb::Exec | Verb::Attach | Verb::PortForward => words,
                _ => format!("{action}_{words}"),
            }
        }
    };
    rules.method_name(id, &name).map_or(name, str::to_owned)
}

/// Where an operation without a kind goes and what it is called there.
pub(super) fn function(spec: &Spec, rules: &Rules, read: &ReadOperation, id: &str) -> (ModulePath, String) {
    let segments: Vec<&str> = read.path.trim_matches('/').split('/').collect();
    let server = ModulePath { group: "server".to_owned(), version: None, is_builtin: false };
    match segments.as_slice() {
        ["api"] => (places::group_module(spec, rules, ""), "versions".to_owned()),
        ["apis"] => (server, "api_groups".to_owned()),
        ["api", version] if places::is_version(version) => {
            (places::module(spec, rules, "", version), "resources".to_owned())
        }
        ["apis", group] => (places::group_module(spec, rules, group), "group".to_owned()),
        ["apis", group, version] if places::is_version(version) => {
            (places::module(spec, rules, group, version), "resources".to_owned())
        }
        ["version"] => (server, "version".to_owned()),
        ["openid", "v1", "jwks"] => (server, "jwks".to_owned()),
        [".well-known", "openid-configuration"] => (server, "openid_configuration".to_owned()),
        ["logs"] => (server, "log_files".to_owned()),
        ["logs", _] => (server, "log_file".to_owned()),
        _ => (server, names::field(id)),
    }
}
