//! What a server serves: groups, versions and resources; its version and its health; and names, as people type them, to
//! the resources that they mean.
//!
//! - [`Discovery`] asks a server, each time again; what has not changed is not transferred again.
//! - [`ServerResources`] is what it said.
//! - [`RestMapper`] finds resources by what kubectl takes (`deploy`, `deployments.apps`, `Pod`, `all`), in a copy that is
//!   kept and asked for again when something is not in it; [`ResourceIndex`] does the same in what is at hand.
//!
//! ```no_run
//! use kubesdk::Client;
//! use kubesdk::discovery::RestMapper;
//!
//! # async fn example() -> Result<(), kubesdk::Error> {
//! let client = Client::infer().await?;
//! let mapper = RestMapper::new(&client);
//! let deployments = mapper.resource("deploy").await?;
//! assert_eq!(deployments.group_version_resource().to_string(), "apps/v1, Resource=deployments");
//! assert_eq!(deployments.kind.kind, "Deployment");
//! # Ok(())
//! # }
//! ```
//!
//! It is not for calling what was found: [`Request`] builds any call.

mod aggregated;
mod health;
mod index;
mod legacy;
mod mapping_error;
mod names;
mod resources;
mod rest_mapper;

use std::sync::Arc;

use futures_util::{StreamExt, future, stream};
use kubesdk_core::http::header::{ACCEPT, CONTENT_TYPE};
use kubesdk_core::http::{HeaderMap, HeaderValue, Method};
use kubesdk_core::{Bytes, Client, Object, Retries, json};
use kubesdk_runtime::Revalidated;

pub use self::health::{Health, HealthCheck, Probe};
pub use self::index::ResourceIndex;
pub use self::mapping_error::MappingError;
pub use self::names::{GroupVersion, GroupVersionKind, GroupVersionResource};
pub use self::resources::{FailedGroupVersion, Group, Resource, ServerResources, Subresource, Version};
pub use self::rest_mapper::RestMapper;

use self::legacy::LegacyGroup;
use crate::api::version::Info;
use crate::{Error, ErrorKind, Request};

/// How many documents of single versions are under way at a time.
const AT_ONCE: usize = 16;

/// Asks one API server what it serves. Clones share what is kept.
#[derive(Clone, Debug)]
pub struct Discovery {
    client: Client,
    accept: &'static str,
    api: Arc<Revalidated<Root>>,
    apis: Arc<Revalidated<Root>>,
}

/// What `/api` or `/apis` says.
#[derive(Debug)]
enum Root {
    /// Everything.
    Aggregated(ServerResources),
    /// The names of groups and versions alone.
    Legacy(Vec<LegacyGroup>),
}

impl Discovery {
    /// What this client's server serves.
    pub fn new(client: &Client) -> Self {
        Discovery {
            client: client.clone(),
            accept: aggregated::ACCEPT,
            api: Arc::default(),
            apis: Arc::default(),
        }
    }

    /// The same without aggregated documents: each version is asked for by itself, as servers before 1.27 need it.
    #[must_use]
    pub fn legacy(self) -> Self {
        Discovery { accept: "application/json", api: Arc::default(), apis: Arc::default(), ..self }
    }

    /// The same for the one server that answers, without what others of the same cluster serve, where they differ.
    #[must_use]
    pub fn without_peers(self) -> Self {
        Discovery {
            accept: aggregated::ACCEPT_WITHOUT_PEERS,
            api: Arc::default(),
            apis: Arc::default(),
            ..self
        }
    }

    /// All that the server serves: two requests, or one more for each version when the server does not aggregate.
    ///
    /// # Errors
    ///
    /// As [`Client::bytes`], and [`ErrorKind::Decode`]. That a single group cannot be read is no error: see
    /// [`ServerResources::failed`].
    pub async fn resources(&self) -> Result<ServerResources, Error> {
        let (core, groups) = future::try_join(self.core(), self.root(&self.apis, "/apis")).await?;
        let mut all = ServerResources::default();
        for root in core.iter().chain([&groups]) {
            match &**root {
                Root::Aggregated(resources) => all.extend(resources),
                Root::Legacy(groups) => self.each(groups, &mut all).await?,
            }
        }
        Ok(all)
    }

    /// The resources of one version of a group, from its own document.
    ///
    /// # Errors
    ///
    /// As [`Client::bytes`]: [`Error::is_not_found`] when the server has no such version, and 503 when an aggregated API
    /// server is down.
    pub async fn group_version(&self, group_version: &GroupVersion) -> Result<Version, Error> {
        version(&self.client, group_version).await
    }

    /// The version of the server.
    ///
    /// # Errors
    ///
    /// As [`Client::bytes`].
    pub async fn version(&self) -> Result<Info, Error> {
        crate::api::server::version(&self.client).await
    }

    /// How the server is, with each of its checks. That it is not well is an answer, not an error.
    ///
    /// # Errors
    ///
    /// As [`Client::bytes`], when the answer is not about health: the user may not ask, or there is no such path.
    pub async fn health(&self, probe: Probe) -> Result<Health, Error> {
        let request = get(probe.path())?.query("verbose", "");
        // A server that is not well says so with a 5xx, which is the answer and no reason to ask again.
        let client = self.client.clone().with_retries(Retries::NONE);
        let said = match client.bytes(request).await {
            Ok(body) => Health::read(true, &String::from_utf8_lossy(&body)),
            Err(error) => {
                let said = error.body().filter(|_| error.code().is_some_and(|it| it >= 500));
                match said.and_then(|body| Health::read(false, &String::from_utf8_lossy(body))) {
                    Some(health) => Some(health),
                    None => return Err(error),
                }
            }
        };
        said.ok_or_else(|| {
            let message =
                format!("GET {}: expected lines of checks, `[+]NAME ok`; is it an API server?", probe.path());
            Error::new(ErrorKind::Decode, message)
        })
    }

    /// The core group; aggregated API servers have none.
    async fn core(&self) -> Result<Option<Arc<Root>>, Error> {
        match self.root(&self.api, "/api").await {
            Err(error) if error.is_not_found() => Ok(None),
            root => root.map(Some),
        }
    }

    async fn root(&self, kept: &Revalidated<Root>, path: &str) -> Result<Arc<Root>, Error> {
        let request = get(path)?.header(ACCEPT, HeaderValue::from_static(self.accept));
        let read = |headers: &HeaderMap, body: Bytes| {
            let media = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
            if aggregated::is(media) {
                return Ok(Root::Aggregated(aggregated::read(path, &body)?));
            }
            let groups = match path {
                "/api" => LegacyGroup::core(decode(path, &body)?),
                _ => LegacyGroup::list(decode(path, &body)?),
            };
            Ok(Root::Legacy(groups))
        };
        kept.get(&self.client, request, read).await
    }

    /// Asks for each version of groups, several at a time. One that fails is reported; that the server cannot be reached
    /// at all is an error.
    async fn each(&self, groups: &[LegacyGroup], all: &mut ServerResources) -> Result<(), Error> {
        let mut wanted = Vec::new();
        for group in groups {
            wanted.extend(group.versions.iter().map(|it| GroupVersion::new(group.name.clone(), it.clone())));
        }
        // An aggregated API server that is down is down for longer than it would be waited for.
        let client = &self.client.clone().with_retries(Retries::default().unasked(0));
        let answers = stream::iter(wanted).map(|it| async move {
            match version(client, &it).await {
                Ok(version) => Ok((it.group, version)),
                Err(error) => Err((it, error)),
            }
        });
        let mut answers = answers.buffered(AT_ONCE);
        let mut read: Vec<(crate::Str, Version)> = Vec::new();
        while let Some(answer) = answers.next().await {
            match answer {
                Ok(version) => read.push(version),
                Err((_, error)) if is_about_the_server(&error) => return Err(error),
                Err((group_version, error)) => all.fail(group_version, error),
            }
        }
        for group in groups {
            let mut versions: Vec<Version> = Vec::new();
            for (name, version) in &read {
                if *name == group.name && group.versions.contains(&version.name) {
                    versions.push(version.clone());
                }
            }
            all.add(Group { name: group.name.clone(), preferred: group.preferred.clone(), versions });
        }
        Ok(())
    }
}

/// The document of one version.
async fn version(client: &Client, group_version: &GroupVersion) -> Result<Version, Error> {
    let request = group_version.request()?;
    let path = request.path().to_owned();
    let body = client.bytes(request).await?;
    let list = decode(&path, &body)?;
    Ok(Version::of(group_version.version.clone(), legacy::resources(group_version, list)))
}

/// True for what says nothing of a single group.
fn is_about_the_server(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Config | ErrorKind::Credentials | ErrorKind::Connect | ErrorKind::Tls | ErrorKind::Lost
    )
}

fn get(path: &str) -> Result<Request, Error> {
    Request::new(Method::GET, &[path])
}

/// Reads a document of a place.
fn decode<T: Object + Default>(place: &str, body: &[u8]) -> Result<T, Error> {
    json::from_slice(body).map_err(|cause| {
        let message = format!("{place} is no discovery document of a Kubernetes API server: {cause}");
        Error::new(ErrorKind::Decode, message).with_source(cause)
    })
}
