//! Names, as people type them, to the resources that they mean: kubectl's rules over what a server said.

use std::collections::HashMap;
use std::sync::Arc;

use super::mapping_error::{MappingError, typed};
use super::names::{GroupVersionKind, GroupVersionResource};
use super::resources::{Resource, ServerResources};

/// Finds resources by their names, short names, kinds and categories.
///
/// The rules are kubectl's: `v1` of the core API first, then the groups in the server's order, in each the preferred
/// version first. Better than there: a version that is named counts for short names too, a kind needs no group, a group
/// that is written in full comes before one that begins so, and guessed names (`podlists`) lead nowhere.
///
/// # Example
///
/// ```
/// use kubesdk::discovery::{ResourceIndex, ServerResources};
///
/// let apis = br#"{"items": [{"metadata": {"name": "apps"}, "versions": [{"version": "v1", "resources": [{
///     "resource": "deployments", "singularResource": "deployment", "shortNames": ["deploy"],
///     "responseKind": {"kind": "Deployment"}, "scope": "Namespaced", "verbs": ["get", "list"]}]}]}]}"#;
/// let index = ResourceIndex::new(ServerResources::from_aggregated([&apis[..]])?);
/// for name in ["deploy", "deployments", "deployment", "Deployment", "deployments.apps", "deploy.v1.apps"] {
///     assert_eq!(index.resource(name)?.name, "deployments");
/// }
/// assert!(index.resource("deploy.v2.apps").unwrap_err().is_no_match());
/// # Ok::<(), kubesdk::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct ResourceIndex {
    server: ServerResources,
    /// All that have a kind, by priority; the maps hold positions in it, in ascending order.
    ranked: Vec<Arc<Resource>>,
    names: HashMap<String, Vec<usize>>,
    short_names: HashMap<String, Vec<usize>>,
    kinds: HashMap<String, Vec<usize>>,
}

/// One way to read what was typed.
#[derive(Clone, Copy)]
struct Wish<'a> {
    name: &'a str,
    version: &'a str,
    group: &'a str,
}

impl ResourceIndex {
    /// An index over what a server said.
    pub fn new(server: ServerResources) -> Self {
        let mut index = ResourceIndex { ranked: ranked(&server), server, ..ResourceIndex::default() };
        for (rank, resource) in index.ranked.iter().enumerate() {
            let kind = &resource.kind.kind;
            // Servers that give no singular name mean the kind in lower case.
            let singular =
                if resource.singular.is_empty() { kind.as_str() } else { resource.singular.as_str() };
            put(&mut index.names, resource.name.to_lowercase(), rank);
            put(&mut index.names, singular.to_lowercase(), rank);
            put(&mut index.kinds, kind.to_string(), rank);
            put(&mut index.kinds, kind.to_lowercase(), rank);
            for short in &resource.short_names {
                put(&mut index.short_names, short.to_string(), rank);
            }
        }
        index
    }

    /// What the server said.
    pub fn server(&self) -> &ServerResources {
        &self.server
    }

    /// The resource that a name means: plural, singular or short, or a kind; with a group, or version and group, behind
    /// dots (`deployments.apps`, `deploy.v1.apps`; `pods.v1.` for the core API). A group may be given by its beginning.
    ///
    /// # Errors
    ///
    /// [`MappingError::NoMatch`]; [`MappingError::Ambiguous`] when several resources of one version have the name.
    pub fn resource(&self, name: &str) -> Result<&Arc<Resource>, MappingError> {
        let candidates = self.candidates(name);
        self.choose(name, &candidates)
    }

    /// All that a name can mean, the most preferred first: other versions, and other groups that have it too.
    pub fn candidates(&self, name: &str) -> Vec<&Arc<Resource>> {
        let mut parts = name.splitn(3, '.');
        let first = parts.next().unwrap_or_default();
        let exact = match (parts.next(), parts.next()) {
            (Some(version), Some(group)) => Some(Wish { name: first, version, group }),
            _ => None,
        };
        let (name, group) = name.split_once('.').unwrap_or((name, ""));
        let loose = Wish { name, version: "", group };
        let wishes = || exact.into_iter().chain([loose]);
        let found = wishes().map(|it| self.named(it)).find(|it| !it.is_empty());
        found.or_else(|| wishes().map(|it| self.of_kind(it)).find(|it| !it.is_empty())).unwrap_or_default()
    }

    /// All resources of what kubectl takes for a list of types: names behind commas, and categories (`all`), each
    /// resource once.
    ///
    /// # Errors
    ///
    /// As [`ResourceIndex::resource`], for the first name that leads nowhere.
    pub fn resources(&self, names: &str) -> Result<Vec<&Arc<Resource>>, MappingError> {
        let mut all: Vec<&Arc<Resource>> = Vec::new();
        for name in names.split(',') {
            let category = self.category(name);
            let found = if category.is_empty() { vec![self.resource(name)?] } else { category };
            for resource in found {
                if !all.iter().any(|it| Arc::ptr_eq(it, resource)) {
                    all.push(resource);
                }
            }
        }
        Ok(all)
    }

    /// The resources of a category, each in its preferred version, in the server's order; empty when there is none.
    pub fn category(&self, category: &str) -> Vec<&Arc<Resource>> {
        let mut members: Vec<&Arc<Resource>> = Vec::new();
        for it in self.server.resources().filter(|it| it.categories.iter().any(|it| it == category)) {
            let best = self
                .ranked
                .iter()
                .find(|best| best.name == it.name && best.group_version.group == it.group_version.group);
            if let Some(best) = best
                && !members.iter().any(|it| Arc::ptr_eq(it, best))
            {
                members.push(best);
            }
        }
        members
    }

    /// The resource of a group and version.
    pub fn get(&self, resource: &GroupVersionResource) -> Option<&Arc<Resource>> {
        let ranks = self.names.get(&resource.resource.to_lowercase()).into_iter().flatten();
        let mut found = ranks.filter_map(|rank| self.ranked.get(*rank));
        found.find(|it| it.group_version_resource() == *resource)
    }

    /// Where objects of a kind are served: what an object with this `apiVersion` and `kind` belongs to.
    ///
    /// # Errors
    ///
    /// [`MappingError::NoMatch`]; [`MappingError::Ambiguous`] when several resources have this kind.
    pub fn of_object(&self, kind: &GroupVersionKind) -> Result<&Arc<Resource>, MappingError> {
        let ranks = self.kinds.get(kind.kind.as_str()).into_iter().flatten();
        let found = ranks.filter_map(|rank| self.ranked.get(*rank)).filter(|it| it.kind == *kind);
        self.choose(&typed(kind), &found.collect::<Vec<_>>())
    }

    /// Resources by their own names, else by short ones. What a server calls so comes before what others call so.
    fn named(&self, wish: Wish<'_>) -> Vec<&Arc<Resource>> {
        let found = self.pick(self.names.get(&wish.name.to_lowercase()), wish, true);
        if found.is_empty() { self.pick(self.short_names.get(wish.name), wish, true) } else { found }
    }

    fn of_kind(&self, wish: Wish<'_>) -> Vec<&Arc<Resource>> {
        self.pick(self.kinds.get(wish.name), wish, false)
    }

    /// Those of version and group. A group may be given by its beginning, unless there is one of the very name or the
    /// version is given too.
    fn pick(&self, ranks: Option<&Vec<usize>>, wish: Wish<'_>, by_beginning: bool) -> Vec<&Arc<Resource>> {
        let all: Vec<&Arc<Resource>> = ranks
            .into_iter()
            .flatten()
            .filter_map(|rank| self.ranked.get(*rank))
            .filter(|it| wish.version.is_empty() || it.group_version.version == wish.version)
            .collect();
        if wish.group.is_empty() {
            return all;
        }
        let in_groups = |matches: &dyn Fn(&str) -> bool| -> Vec<&Arc<Resource>> {
            all.iter().copied().filter(|it| matches(&it.group_version.group)).collect()
        };
        let exact = in_groups(&|group| group == wish.group);
        if !exact.is_empty() || !wish.version.is_empty() || !by_beginning {
            return exact;
        }
        in_groups(&|group| group.starts_with(wish.group))
    }

    /// The first, unless the next has the same claim.
    fn choose<'a>(
        &self,
        name: &str,
        candidates: &[&'a Arc<Resource>],
    ) -> Result<&'a Arc<Resource>, MappingError> {
        match candidates {
            [] => Err(MappingError::NoMatch { name: name.to_owned(), failed: self.server.failed().to_vec() }),
            [first, second, ..] if first.group_version == second.group_version => {
                let candidates = candidates.iter().copied().map(Arc::clone).collect();
                Err(MappingError::Ambiguous { name: name.to_owned(), candidates })
            }
            [first, ..] => Ok(first),
        }
    }
}

/// Everything that has a kind, by priority (client-go `restmapper/discovery.go`).
fn ranked(server: &ServerResources) -> Vec<Arc<Resource>> {
    let mut ranked = Vec::new();
    for (place, group) in server.groups().iter().enumerate() {
        for version in &group.versions {
            let is_first = group.name.is_empty() && version.name == "v1";
            let rank = (!is_first, place, version.name != group.preferred);
            ranked
                .extend(version.resources.iter().filter(|it| !it.kind.kind.is_empty()).map(|it| (rank, it)));
        }
    }
    // Stable: what has the same rank stays in the server's order.
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, resource)| Arc::clone(resource)).collect()
}

fn put(map: &mut HashMap<String, Vec<usize>>, name: String, rank: usize) {
    let ranks = map.entry(name).or_default();
    if ranks.last() != Some(&rank) {
        ranks.push(rank);
    }
}
