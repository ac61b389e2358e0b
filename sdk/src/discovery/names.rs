//! How the parts of the API are named: group and version, and a kind or a resource in one.

use std::fmt;

use kubesdk_core::http::Method;

use crate::{Error, Request, Str};

/// A version of an API group; the group of the core API has an empty name.
///
/// # Example
///
/// ```
/// use kubesdk::discovery::GroupVersion;
///
/// let apps = GroupVersion::of("apps/v1");
/// assert_eq!((apps.group.as_str(), apps.version.as_str()), ("apps", "v1"));
/// assert_eq!(GroupVersion::of("v1"), GroupVersion::new("", "v1"));
/// assert_eq!(apps.to_string(), "apps/v1");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupVersion {
    /// `apps`, `rbac.authorization.k8s.io` ...; empty for the core API.
    pub group: Str,
    /// `v1`, `v1beta1` ...
    pub version: Str,
}

impl GroupVersion {
    /// A version of a group.
    pub fn new(group: impl Into<Str>, version: impl Into<Str>) -> Self {
        GroupVersion { group: group.into(), version: version.into() }
    }

    /// What an `apiVersion` says: `v1` or `apps/v1`.
    pub fn of(api_version: &str) -> Self {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        GroupVersion::new(group, version)
    }

    /// A kind in it.
    pub fn kind(&self, kind: impl Into<Str>) -> GroupVersionKind {
        GroupVersionKind { group: self.group.clone(), version: self.version.clone(), kind: kind.into() }
    }

    /// A resource in it.
    pub fn resource(&self, resource: impl Into<Str>) -> GroupVersionResource {
        let (group, version) = (self.group.clone(), self.version.clone());
        GroupVersionResource { group, version, resource: resource.into() }
    }

    /// Asks for its own document, `/api/v1` or `/apis/apps/v1`. The names come from the server, and must not lead
    /// elsewhere.
    pub(super) fn request(&self) -> Result<Request, Error> {
        let (group, version) = (self.group.as_str(), self.version.as_str());
        match group {
            "" => Request::new(Method::GET, &["/api/", version]),
            group => Request::new(Method::GET, &["/apis/", group, "/", version]),
        }
    }
}

impl fmt::Display for GroupVersion {
    /// As an `apiVersion` says it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.group.is_empty() {
            write!(f, "{}/", self.group)?;
        }
        f.write_str(&self.version)
    }
}

/// What an object says that it is: `apiVersion` and `kind`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupVersionKind {
    /// The API group; empty for the core API.
    pub group: Str,
    /// The version.
    pub version: Str,
    /// `Pod`, `Deployment` ...
    pub kind: Str,
}

impl GroupVersionKind {
    /// Group and version without the kind.
    pub fn group_version(&self) -> GroupVersion {
        GroupVersion { group: self.group.clone(), version: self.version.clone() }
    }
}

impl fmt::Display for GroupVersionKind {
    /// As client-go writes it: `apps/v1, Kind=Deployment`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, Kind={}", self.group_version(), self.kind)
    }
}

/// What stands in a URL: group, version and the plural name of a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupVersionResource {
    /// The API group; empty for the core API.
    pub group: Str,
    /// The version.
    pub version: Str,
    /// `pods`, `deployments` ...
    pub resource: Str,
}

impl GroupVersionResource {
    /// Group and version without the resource.
    pub fn group_version(&self) -> GroupVersion {
        GroupVersion { group: self.group.clone(), version: self.version.clone() }
    }
}

impl fmt::Display for GroupVersionResource {
    /// As client-go writes it: `apps/v1, Resource=deployments`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, Resource={}", self.group_version(), self.resource)
    }
}
