//! Paths of operations: the template, and what a path of a resource says.

use std::collections::BTreeSet;

use crate::error::Error;
use crate::lower::{names, places};
use crate::read::ReadOperation;

/// What methods call their other arguments.
const OTHER_ARGUMENTS: &[&str] = &["body", "client", "method", "patch"];

/// A path of a resource, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ResourcePath<'a> {
    pub(crate) group: &'a str,
    pub(crate) version: &'a str,
    pub(crate) is_watch: bool,
    pub(crate) is_namespaced: bool,
    pub(crate) resource: &'a str,
    pub(crate) subresource: Option<&'a str>,
}

/// What a path says, nothing when it is not that of a resource.
pub(crate) fn resource(path: &str) -> Option<ResourcePath<'_>> {
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
    let is_word = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))
    };
    let is_resource = places::is_version(version)
        && (group.is_empty() || is_word(group))
        && is_word(resource)
        && subresource.is_none_or(is_word);
    is_resource.then_some(ResourcePath { group, version, is_watch, is_namespaced, resource, subresource })
}

/// Checks that the template is of literals and of the parameters that the operation has.
pub(crate) fn check(read: &ReadOperation) -> Result<(), Error> {
    let named = parameters(&read.path).ok_or_else(|| {
        Error::new(
            &read.place,
            format!("the path {} is not of literals and parameters in braces", read.path),
            "parameters are whole lower-case words, each there once; {path} stands at the end or nowhere",
        )
    })?;
    let documented: BTreeSet<&str> =
        read.parameters.iter().filter(|it| it.location == "path").map(|it| it.name.as_str()).collect();
    if let Some(name) = named.symmetric_difference(&documented).next() {
        let (there, missing) = if named.contains(name) {
            ("the path", "its list of parameters")
        } else {
            ("its list of parameters", "the path")
        };
        return Err(Error::new(
            &read.place.at("parameters"),
            format!("the operation names the path parameter {name} in {there} and not in {missing}"),
            "both must name the same parameters; report it to who serves the document",
        ));
    }
    Ok(())
}

/// The parameters of a template, nothing when it is malformed.
fn parameters(path: &str) -> Option<BTreeSet<&str>> {
    let is_literal = |c: char| c.is_ascii_alphanumeric() || "/-._~:@!$&'()*+,;=%".contains(c);
    let mut named = BTreeSet::new();
    let mut rest = path.strip_prefix('/').filter(|_| !path.contains("//"))?;
    while let Some((literal, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        let is_argument = names::is_identifier(name) && !OTHER_ARGUMENTS.contains(&name);
        let is_misplaced_path = name == "path" && !(after.is_empty() && literal.ends_with('/'));
        if !literal.chars().all(is_literal) || !is_argument || is_misplaced_path || !named.insert(name) {
            return None;
        }
        rest = after;
    }
    rest.chars().all(is_literal).then_some(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources() {
        let check = |path: &str, expected: Option<(bool, bool, &str, Option<&str>)>| {
            let found = resource(path).map(|it| (it.is_watch, it.is_namespaced, it.resource, it.subresource));
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
        check("/apis/apps/{version}/deployments", None);
        check("/api/v1/{resource}/{name}", None);
        check("/version/", None);
    }

    #[test]
    fn templates() {
        for (path, expected) in [
            ("/version/", Some(vec![])),
            ("/api/v1/namespaces/{namespace}/pods/{name}", Some(vec!["name", "namespace"])),
            ("/logs/{logpath}", Some(vec!["logpath"])),
            ("/proxy/{path}", Some(vec!["path"])),
            ("/proxy/{path}/more", None),
            ("/proxy-{path}", None),
            ("/a/{name}/{name}", None),
            ("/a/{name", None),
            ("/a/name}", None),
            ("/a/{na-me}", None),
            ("/a/{type}", None),
            ("/a/{body}", None),
            ("/a/`b`", None),
            ("a", None),
            ("/apis//v1", None),
        ] {
            let found = parameters(path).map(|it| it.into_iter().collect::<Vec<_>>());
            assert_eq!(found, expected, "{path}");
        }
    }
}
