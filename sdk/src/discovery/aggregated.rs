//! Aggregated discovery documents: everything in one (`apidiscovery.k8s.io/v2`). They are in no OpenAPI document, so their
//! types are written by hand.

use kubesdk_core::object::Kind;
use kubesdk_core::plain_object;

use super::decode;
use super::names::{GroupVersion, GroupVersionKind};
use super::resources::{Group, Resource, ServerResources, Subresource, Version};
use crate::api::meta::v1::ObjectMeta;
use crate::{Error, ErrorKind, Str};

/// What is asked for first: an older server answers with what comes after the comma. The server wants the parameters in
/// this order (client-go `discovery/discovery_client.go`).
pub(super) const ACCEPT: &str =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

/// The same for what this one server serves itself, without what its peers know.
pub(super) const ACCEPT_WITHOUT_PEERS: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList;\
     profile=nopeer,application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

#[derive(Clone, Default)]
struct APIGroupDiscoveryList {
    items: Vec<APIGroupDiscovery>,
}

plain_object! {
    APIGroupDiscoveryList,
    Some(Kind { api_version: "apidiscovery.k8s.io/v2", kind: "APIGroupDiscoveryList" }),
    [0 "items" items]
}

#[derive(Clone, Default)]
struct APIGroupDiscovery {
    metadata: ObjectMeta,
    versions: Vec<APIVersionDiscovery>,
}

plain_object! { APIGroupDiscovery, None, [0 "metadata" metadata, 1 "versions" versions] }

#[derive(Clone, Default)]
struct APIVersionDiscovery {
    freshness: Str,
    resources: Vec<APIResourceDiscovery>,
    version: Str,
}

plain_object! {
    APIVersionDiscovery, None, [0 "freshness" freshness, 1 "resources" resources, 2 "version" version]
}

#[derive(Clone, Default)]
struct APIResourceDiscovery {
    categories: Vec<Str>,
    resource: Str,
    response_kind: ResponseKind,
    scope: Str,
    short_names: Vec<Str>,
    singular_resource: Str,
    subresources: Vec<APISubresourceDiscovery>,
    verbs: Vec<Str>,
}

plain_object! {
    APIResourceDiscovery, None,
    [0 "categories" categories, 1 "resource" resource, 2 "responseKind" response_kind, 3 "scope" scope,
     4 "shortNames" short_names, 5 "singularResource" singular_resource, 6 "subresources" subresources,
     7 "verbs" verbs]
}

#[derive(Clone, Default)]
struct APISubresourceDiscovery {
    response_kind: ResponseKind,
    subresource: Str,
    verbs: Vec<Str>,
}

plain_object! {
    APISubresourceDiscovery, None, [0 "responseKind" response_kind, 1 "subresource" subresource, 2 "verbs" verbs]
}

#[derive(Clone, Default)]
struct ResponseKind {
    group: Str,
    kind: Str,
    version: Str,
}

plain_object! { ResponseKind, None, [0 "group" group, 1 "kind" kind, 2 "version" version] }

/// True when an answer's media type is that of such a document; proxies may reorder its parameters.
pub(super) fn is(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    if !parts.next().is_some_and(|it| it.eq_ignore_ascii_case("application/json")) {
        return false;
    }
    let parameters: Vec<&str> = parts.collect();
    ["g=apidiscovery.k8s.io", "v=v2", "as=APIGroupDiscoveryList"].iter().all(|it| parameters.contains(it))
}

/// Reads the document of a place.
pub(super) fn read(place: &str, document: &[u8]) -> Result<ServerResources, Error> {
    let list: APIGroupDiscoveryList = decode(place, document)?;
    let mut all = ServerResources::default();
    for group in list.items {
        let name = group.metadata.name.unwrap_or_default();
        let mut versions: Vec<Version> = Vec::with_capacity(group.versions.len());
        for version in group.versions {
            let group_version = GroupVersion::new(name.clone(), version.version.clone());
            if version.freshness == "Stale" {
                let message = format!("stale GroupVersion discovery: {group_version}");
                all.fail(group_version, Error::new(ErrorKind::Api, message));
                continue;
            }
            let resources = version.resources.into_iter().filter(|it| is_name(&it.resource));
            let resources = resources.map(|it| resource(&group_version, it)).collect();
            if versions.iter().all(|it| it.name != version.version) {
                versions.push(Version::of(version.version, resources));
            }
        }
        let preferred = versions.first().map(|it| it.name.clone()).unwrap_or_default();
        all.add(Group { name, preferred, versions });
    }
    Ok(all)
}

/// What is no segment of a path names nothing that could be asked for.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains('/')
}

fn resource(enclosing: &GroupVersion, it: APIResourceDiscovery) -> Resource {
    let subresources = it.subresources.into_iter().filter(|it| !it.subresource.is_empty());
    let subresources = subresources.map(|it| Subresource {
        name: it.subresource,
        kind: Some(kind(enclosing, it.response_kind)).filter(|it| !it.kind.is_empty()),
        verbs: it.verbs,
    });
    Resource {
        group_version: enclosing.clone(),
        name: it.resource,
        singular: it.singular_resource,
        kind: kind(enclosing, it.response_kind),
        namespaced: it.scope == "Namespaced",
        verbs: it.verbs,
        short_names: it.short_names,
        categories: it.categories,
        subresources: subresources.collect(),
    }
}

/// What is left out is that of the enclosing group and version.
fn kind(enclosing: &GroupVersion, it: ResponseKind) -> GroupVersionKind {
    let or = |own: Str, enclosing: &Str| if own.is_empty() { enclosing.clone() } else { own };
    GroupVersionKind {
        group: or(it.group, &enclosing.group),
        version: or(it.version, &enclosing.version),
        kind: it.kind,
    }
}
