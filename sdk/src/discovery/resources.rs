//! What a server serves: groups, their versions, the resources of each, and what could not be told.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::aggregated;
use super::names::{GroupVersion, GroupVersionKind, GroupVersionResource};
use crate::{Error, Str};

/// All groups, versions and resources of a server, in the server's own order, which is that of priority.
///
/// What an aggregated API server did not tell is missing and stands in [`failed`](ServerResources::failed).
#[derive(Clone, Debug, Default)]
pub struct ServerResources {
    groups: Vec<Group>,
    failed: Vec<FailedGroupVersion>,
}

/// An API group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name; empty for the core API.
    pub name: Str,
    /// The version to use when there is no reason for another; empty when none could be read.
    pub preferred: Str,
    /// Its versions, the most preferred first, without those that failed.
    pub versions: Vec<Version>,
}

/// A version of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// `v1`, `v1beta1` ...
    pub name: Str,
    /// Its resources.
    pub resources: Vec<Arc<Resource>>,
}

/// Where objects of a kind are served, and what can be done with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// The group and version that serve it.
    pub group_version: GroupVersion,
    /// The plural name, which stands in URLs: `pods`.
    pub name: Str,
    /// The singular name, for people: `pod`; empty where the server gives none.
    pub singular: Str,
    /// What its objects are. The kind is empty where only subresources are served.
    pub kind: GroupVersionKind,
    /// Whether its objects are in namespaces.
    pub namespaced: bool,
    /// What can be done: `get`, `list`, `watch`, `create` ...
    pub verbs: Vec<Str>,
    /// Other names for people who type: `po`.
    pub short_names: Vec<Str>,
    /// What groups of resources it belongs to: `all`.
    pub categories: Vec<Str>,
    /// What is served below one object: `status`, `scale`, `log` ...
    pub subresources: Vec<Subresource>,
}

/// What is served below one object of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subresource {
    /// Its name: `status`.
    pub name: Str,
    /// What it answers with: `autoscaling/v1, Kind=Scale`; nothing for those that are no objects.
    pub kind: Option<GroupVersionKind>,
    /// What can be done.
    pub verbs: Vec<Str>,
}

/// A group and version that the server has and could not tell about: most often that of an aggregated API server that is
/// down.
#[derive(Clone, Debug)]
pub struct FailedGroupVersion {
    /// Which.
    pub group_version: GroupVersion,
    /// Why.
    pub error: Arc<Error>,
}

impl ServerResources {
    /// What aggregated discovery documents say (`apidiscovery.k8s.io/v2`, `APIGroupDiscoveryList`): those of `/api` and
    /// `/apis`, saved by somebody.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) when a document is none.
    ///
    /// # Example
    ///
    /// ```
    /// use kubesdk::discovery::ServerResources;
    ///
    /// let apis = br#"{"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "items": [{
    ///     "metadata": {"name": "apps"}, "versions": [{"version": "v1", "resources": [{
    ///         "resource": "deployments", "responseKind": {"kind": "Deployment"}, "scope": "Namespaced"}]}]}]}"#;
    /// let server = ServerResources::from_aggregated([&apis[..]])?;
    /// assert_eq!(server.resources().next().unwrap().kind.to_string(), "apps/v1, Kind=Deployment");
    /// # Ok::<(), kubesdk::Error>(())
    /// ```
    pub fn from_aggregated<'a>(documents: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, Error> {
        let mut all = ServerResources::default();
        for document in documents {
            all.extend(&aggregated::read("a document", document)?);
        }
        Ok(all)
    }

    /// The groups in order of priority.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// What could not be read. Everything else can be relied upon.
    pub fn failed(&self) -> &[FailedGroupVersion] {
        &self.failed
    }

    /// [`failed`](ServerResources::failed) in kubectl's words; nothing when all is there.
    pub fn incomplete(&self) -> Option<String> {
        let mut failed: Vec<_> = self.failed.iter().map(ToString::to_string).collect();
        failed.sort();
        let failed = failed.join(", ");
        (!failed.is_empty()).then(|| format!("unable to retrieve the complete list of server APIs: {failed}"))
    }

    /// Every resource of every version.
    pub fn resources(&self) -> impl Iterator<Item = &Arc<Resource>> {
        self.groups.iter().flat_map(|group| &group.versions).flat_map(|version| &version.resources)
    }

    /// Every resource once, in the preferred version of its group if that has it, else in the first that does: what
    /// `kubectl api-resources` lists.
    pub fn preferred(&self) -> Vec<&Arc<Resource>> {
        let mut chosen = Vec::new();
        for group in &self.groups {
            let mut best: BTreeMap<&Str, &Arc<Resource>> = BTreeMap::new();
            for version in &group.versions {
                for resource in &version.resources {
                    if !best.contains_key(&resource.name) || version.name == group.preferred {
                        best.insert(&resource.name, resource);
                    }
                }
            }
            let all = group.versions.iter().flat_map(|version| &version.resources);
            chosen.extend(all.filter(|it| best.get(&it.name).is_some_and(|best| Arc::ptr_eq(best, it))));
        }
        chosen
    }

    /// Adds a group. What is there already stays: names are unique in what a server says.
    pub(super) fn add(&mut self, group: Group) {
        let Some(known) = self.groups.iter_mut().find(|it| it.name == group.name) else {
            self.groups.push(group);
            return;
        };
        for version in group.versions {
            if known.versions.iter().all(|it| it.name != version.name) {
                known.versions.push(version);
            }
        }
        if known.preferred.is_empty() {
            known.preferred = group.preferred;
        }
    }

    pub(super) fn fail(&mut self, group_version: GroupVersion, error: Error) {
        self.failed.push(FailedGroupVersion { group_version, error: Arc::new(error) });
    }

    pub(super) fn extend(&mut self, more: &ServerResources) {
        for group in &more.groups {
            self.add(group.clone());
        }
        self.failed.extend(more.failed.iter().cloned());
    }
}

impl Version {
    /// A version of resources, each name once.
    pub(super) fn of(name: Str, resources: Vec<Resource>) -> Self {
        let mut once: Vec<Arc<Resource>> = Vec::with_capacity(resources.len());
        let mut names = std::collections::HashSet::new();
        for resource in resources {
            if names.insert(resource.name.clone()) {
                once.push(Arc::new(resource));
            }
        }
        Version { name, resources: once }
    }
}

impl Resource {
    /// Group, version and plural name.
    pub fn group_version_resource(&self) -> GroupVersionResource {
        self.group_version.resource(self.name.clone())
    }

    /// True when a verb is there.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # async fn example(mapper: kubesdk::discovery::RestMapper) -> Result<(), kubesdk::Error> {
    /// let pods = mapper.resource("po").await?;
    /// assert!(pods.supports("list") && pods.namespaced);
    /// # Ok(())
    /// # }
    /// ```
    pub fn supports(&self, verb: &str) -> bool {
        self.verbs.iter().any(|it| it == verb)
    }

    /// A subresource by its name.
    pub fn subresource(&self, name: &str) -> Option<&Subresource> {
        self.subresources.iter().find(|it| it.name == name)
    }

    /// The name with the group, as kubectl writes it: `deployments.apps`, `pods`.
    pub fn qualified_name(&self) -> String {
        match self.group_version.group.as_str() {
            "" => self.name.to_string(),
            group => format!("{}.{group}", self.name),
        }
    }
}

impl fmt::Display for FailedGroupVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.group_version, self.error)
    }
}
