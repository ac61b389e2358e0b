//! Discovery as it was before documents were aggregated: the groups in one document, the resources of each version in
//! another.

use super::aggregated::is_name;
use super::names::{GroupVersion, GroupVersionKind};
use super::resources::{Resource, Subresource};
use crate::Str;
use crate::api::meta::v1::{APIGroupList, APIResource, APIResourceList, APIVersions};

/// A group as `/api` and `/apis` list it.
#[derive(Clone, Debug)]
pub(super) struct LegacyGroup {
    pub(super) name: Str,
    pub(super) preferred: Str,
    pub(super) versions: Vec<Str>,
}

impl LegacyGroup {
    /// The core group, which has a document of its own form; it may be empty at an aggregated server.
    pub(super) fn core(versions: APIVersions) -> Vec<Self> {
        let Some(preferred) = versions.versions.first().cloned() else { return Vec::new() };
        vec![LegacyGroup { name: Str::default(), preferred, versions: versions.versions }]
    }

    pub(super) fn list(groups: APIGroupList) -> Vec<Self> {
        let groups = groups.groups.into_iter().map(|group| {
            let versions: Vec<Str> = group.versions.into_iter().map(|it| it.version).collect();
            let said = group.preferred_version.version;
            let preferred =
                if said.is_empty() { versions.first().cloned().unwrap_or_default() } else { said };
            LegacyGroup { name: group.name, preferred, versions }
        });
        groups.collect()
    }
}

/// The resources of a version; subresources, which stand beside them as `pods/status`, below their own.
pub(super) fn resources(enclosing: &GroupVersion, list: APIResourceList) -> Vec<Resource> {
    let (parents, below): (Vec<_>, Vec<_>) =
        list.resources.into_iter().filter(|it| !it.name.is_empty()).partition(|it| is_name(&it.name));
    let mut all: Vec<Resource> = parents.into_iter().map(|it| resource(enclosing, it)).collect();
    for it in below {
        let Some((parent, name)) = it.name.split_once('/') else { continue };
        if parent.is_empty() || name.is_empty() {
            continue;
        }
        let kind = Some(kind(enclosing, &it)).filter(|it| !it.kind.is_empty());
        let subresource = Subresource { name: name.into(), kind, verbs: it.verbs };
        match all.iter_mut().find(|it| it.name == parent) {
            Some(parent) => parent.subresources.push(subresource),
            // A server may serve what is below and nothing above, as metrics are served.
            None => all.push(Resource {
                group_version: enclosing.clone(),
                name: parent.into(),
                singular: Str::default(),
                kind: enclosing.kind(""),
                namespaced: it.namespaced,
                verbs: Vec::new(),
                short_names: Vec::new(),
                categories: Vec::new(),
                subresources: vec![subresource],
            }),
        }
    }
    all
}

fn resource(enclosing: &GroupVersion, it: APIResource) -> Resource {
    Resource {
        group_version: enclosing.clone(),
        kind: kind(enclosing, &it),
        name: it.name,
        singular: it.singular_name,
        namespaced: it.namespaced,
        verbs: it.verbs,
        short_names: it.short_names,
        categories: it.categories,
        subresources: Vec::new(),
    }
}

/// What is left out is that of the enclosing group and version.
fn kind(enclosing: &GroupVersion, it: &APIResource) -> GroupVersionKind {
    let or = |own: &Option<Str>, enclosing: &Str| {
        own.clone().filter(|it| !it.is_empty()).unwrap_or_else(|| enclosing.clone())
    };
    GroupVersionKind {
        group: or(&it.group, &enclosing.group),
        version: or(&it.version, &enclosing.version),
        kind: it.kind.clone(),
    }
}
