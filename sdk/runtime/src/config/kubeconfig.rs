//! A kubeconfig as a document: read, shown, changed and written back.
//!
//! What a document leads to is not decided here: see [`ConfigLoader`](super::ConfigLoader).

mod edit;
mod entries;
mod errors;
mod exec;
mod fields;
mod node;
mod write;

use std::fmt;
use std::path::Path;

use kubesdk_core::{Error, ErrorKind};

pub use entries::{Cluster, Context, Extension, Named, User};
pub(super) use errors::{config_error, unreadable};
pub use exec::{AuthProviderConfig, ExecConfig, ExecEnvVar};
pub use fields::{Place, UnknownKeys};

pub(super) use write::without_password;

use entries::{Entry, named};
use errors::not_yaml;
use fields::Fields;
use node::Placed;

/// A kubeconfig. What it says that this library has no field for is kept and written back; comments are not, as with
/// `kubectl config`.
///
/// `Debug` and [`Display`](fmt::Display) show what `kubectl config view` shows: no token, password or key.
///
/// # Example
///
/// ```
/// use kubesdk_runtime::kubeconfig::{Cluster, Context, Kubeconfig, Named, User};
///
/// let mut kubeconfig: Kubeconfig = "
/// clusters: [{name: one, cluster: {server: 'https://one:6443', owner: me}}]
/// ".parse()?;
/// kubeconfig.users.push(Named::new("u", User { token: Some("s3cr3t".into()), ..User::default() }));
/// kubeconfig.contexts.push(Named::new("c", Context {
///     cluster: Some("one".into()),
///     user: Some("u".into()),
///     ..Context::default()
/// }));
/// kubeconfig.current_context = Some("c".into());
/// assert!(kubeconfig.to_yaml()?.contains("owner: me"));
/// assert!(kubeconfig.to_string().contains("token: REDACTED"));
/// # Ok::<(), kubesdk_runtime::Error>(())
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct Kubeconfig {
    /// Name of the context that is meant where none is named.
    pub current_context: Option<String>,
    /// API servers.
    pub clusters: Vec<Named<Cluster>>,
    /// Clusters and users that belong together.
    pub contexts: Vec<Named<Context>>,
    /// Who asks.
    pub users: Vec<Named<User>>,
    /// What other programs keep here, by their names.
    pub extensions: Vec<Named<Extension>>,
    /// Other keys, `preferences` among them.
    pub unknown: UnknownKeys,
    /// Where `current-context` was read.
    pub place: Place,
}

impl Kubeconfig {
    /// Reads a file, YAML or JSON. Paths in it stay as they are. An empty file is an empty document.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] when the file cannot be read or is no kubeconfig.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let bytes =
            std::fs::read(path).map_err(|it| unreadable("the kubeconfig", path, it, ErrorKind::Config))?;
        Kubeconfig::from_bytes(&bytes, path)
    }

    /// The document in the bytes of a file.
    pub(super) fn from_bytes(bytes: &[u8], path: &Path) -> Result<Self, Error> {
        let text = std::str::from_utf8(bytes).map_err(|_| {
            let path = path.display();
            config_error(format!("the kubeconfig {path} is not UTF-8 text; save it as UTF-8"))
        })?;
        let mut document = Kubeconfig::from_text(text, path)?;
        document.clusters.iter_mut().for_each(|it| it.value.place().set_file(path));
        document.contexts.iter_mut().for_each(|it| it.value.place().set_file(path));
        document.users.iter_mut().for_each(|it| it.value.place().set_file(path));
        document.place.set_file(path);
        Ok(document)
    }

    fn from_text(text: &str, file: &Path) -> Result<Self, Error> {
        let root = Placed::from_text(text).map_err(|cause| not_yaml(file, text, &cause))?;
        let mut fields = Fields::of(root, file, String::new())?;
        let (kind, version) = (fields.text("kind")?, fields.text("apiVersion")?);
        if kind.is_some_and(|it| it != "Config") || version.is_some_and(|it| it != "v1") {
            let file = file.display();
            return Err(config_error(format!(
                "{file} is no kubeconfig: it must have `apiVersion: v1` and `kind: Config`, or neither"
            )));
        }
        let mut document = Kubeconfig {
            current_context: fields.text("current-context")?,
            clusters: named(&mut fields, "clusters", "cluster")?,
            contexts: named(&mut fields, "contexts", "context")?,
            users: named(&mut fields, "users", "user")?,
            extensions: entries::extensions(&mut fields)?,
            ..Kubeconfig::default()
        };
        (document.unknown, document.place) = fields.finish();
        Ok(document)
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Kubeconfig::default()
    }

    /// A cluster by its name.
    pub fn cluster(&self, name: &str) -> Option<&Cluster> {
        find(&self.clusters, name)
    }

    /// A context by its name.
    pub fn context(&self, name: &str) -> Option<&Context> {
        find(&self.contexts, name)
    }

    /// A user by their name.
    pub fn user(&self, name: &str) -> Option<&User> {
        find(&self.users, name)
    }

    /// Only the current context with its cluster and user, as `kubectl config view --minify` has it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] when no context is current, or one of the three is not there.
    pub fn minify(mut self) -> Result<Self, Error> {
        let name = self.current_context.clone().ok_or_else(|| {
            config_error("current-context must exist in order to minify; choose one".to_owned())
        })?;
        let lost =
            |what: &str, name: &str| config_error(format!("cannot locate {what} {name}; correct its name"));
        let context = self.context(&name).cloned().ok_or_else(|| lost("context", &name))?;
        if let Some(cluster) = context.cluster.as_deref() {
            self.cluster(cluster).ok_or_else(|| lost("cluster", cluster))?;
        }
        if let Some(user) = context.user.as_deref() {
            self.user(user).ok_or_else(|| lost("user", user))?;
        }
        self.contexts.retain(|it| it.name == name);
        self.clusters.retain(|it| Some(it.name.as_str()) == context.cluster.as_deref());
        self.users.retain(|it| Some(it.name.as_str()) == context.user.as_deref());
        Ok(self)
    }
}

fn find<'a, T>(entries: &'a [Named<T>], name: &str) -> Option<&'a T> {
    entries.iter().find(|it| it.name == name).map(|it| &it.value)
}

impl std::str::FromStr for Kubeconfig {
    type Err = Error;

    /// Reads a text, YAML or JSON. Relative paths in it are relative to the folder that the program runs in.
    fn from_str(text: &str) -> Result<Self, Error> {
        Kubeconfig::from_text(text, Path::new("(text)"))
    }
}

impl fmt::Display for Kubeconfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_redacted_yaml().map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Kubeconfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests;
