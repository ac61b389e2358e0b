//! Where the API server is, how it is trusted, and who asks.

mod environment;
mod in_cluster;
pub mod kubeconfig;
mod loader;
mod merge;
mod origin;
mod overrides;
mod plugin;
mod resolve;
pub(crate) mod server_url;
mod validate;
mod values;

use std::fmt;
use std::path::Path;

use kubesdk_core::Error;

use crate::auth::{Credentials, ExecPolicy, Impersonation};
use crate::tls::{Identity, Trust};
use crate::{Secret, TransportOptions};
use environment::Environment;
pub use loader::ConfigLoader;
pub use origin::Origin;
use overrides::Overrides;
pub(crate) use plugin::Plugin;
use server_url::ServerUrl;
use values::Values;

/// What a [`Client`](crate::Client) is made of. `Debug` shows no token, password or key.
///
/// # Example
///
/// ```
/// use kubesdk_runtime::Config;
///
/// let config = Config::new("https://10.0.0.1:6443/clusters/one/")?.with_token("s3cr3t");
/// assert_eq!(config.server(), "https://10.0.0.1:6443/clusters/one");
/// assert_eq!(config.default_namespace(), "default");
/// assert!(!format!("{config:?}").contains("s3cr3t"));
/// # Ok::<(), kubesdk_runtime::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    /// URL without a slash at its end.
    pub(crate) server: String,
    pub(crate) namespace: Option<String>,
    pub(crate) trust: Trust,
    pub(crate) tls_server_name: Option<String>,
    pub(crate) identity: Option<Identity>,
    pub(crate) credentials: Credentials,
    pub(crate) impersonation: Impersonation,
    /// Where credentials are to be had if there are none above.
    pub(crate) plugin: Option<Plugin>,
    pub(crate) exec_policy: ExecPolicy,
    /// Why plugins must not read standard input.
    pub(crate) stdin_unavailable: Option<String>,
    /// May hold a password.
    pub(crate) proxy_url: Option<Secret>,
    pub(crate) disable_compression: bool,
    pub(crate) transport: TransportOptions,
    values: Values,
}

impl Config {
    /// An API server by its URL, trusted by the platform's roots and asked anonymously.
    ///
    /// The URL may have a base path, which stands before that of each request; a user and a password before its host
    /// are sent as basic authentication. A bare `host:port` means `http`, as with client-go.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](kubesdk_core::ErrorKind::Config) when that is not an `http` or `https` URL.
    pub fn new(server: impl AsRef<str>) -> Result<Self, Error> {
        let server = ServerUrl::parse(server.as_ref(), false)?;
        let mut config = Config::at(server.url);
        config.values.set("server", config.server.clone(), Origin::Override);
        if let Some((username, password)) = server.user {
            config.credentials = Credentials::Basic { username, password };
        }
        Ok(config)
    }

    /// A server whose URL has been checked.
    fn at(server: String) -> Self {
        Config {
            server,
            namespace: None,
            trust: Trust::default(),
            tls_server_name: None,
            identity: None,
            credentials: Credentials::default(),
            impersonation: Impersonation::default(),
            plugin: None,
            exec_policy: ExecPolicy::default(),
            stdin_unavailable: None,
            proxy_url: None,
            disable_compression: false,
            transport: TransportOptions::default(),
            values: Values::default(),
        }
    }

    /// The configuration that the surroundings give, in kubectl's order:
    ///
    /// 1. the kubeconfig files that `KUBECONFIG` lists, or `~/.kube/config` when it is unset, if they lead to one;
    /// 2. the pod that the program runs in.
    ///
    /// A kubeconfig that is broken is an error and never skipped: a program must not talk to another cluster
    /// because of a slip of the pen. [`ConfigLoader`] does the same with values that win over those found.
    ///
    /// # Errors
    ///
    /// As [`ConfigLoader::load`].
    pub fn infer() -> Result<Self, Error> {
        ConfigLoader::new().load()
    }

    /// A context by its name, whatever the current one is, in the kubeconfig files that `KUBECONFIG` lists, or
    /// `~/.kube/config` when it is unset.
    ///
    /// # Errors
    ///
    /// As [`ConfigLoader::load`]; one of them is that the files have no such context.
    pub fn infer_context(context: &str) -> Result<Self, Error> {
        ConfigLoader::new().context(context).load()
    }

    /// The service account of the pod that the program runs in: `KUBERNETES_SERVICE_HOST` and
    /// `KUBERNETES_SERVICE_PORT`, and the files in `/var/run/secrets/kubernetes.io/serviceaccount`. The token's file
    /// is read again while the program runs.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](kubesdk_core::ErrorKind::Config) when the program does not run in a pod;
    /// [`ErrorKind::Credentials`](kubesdk_core::ErrorKind::Credentials) when the token cannot be read.
    pub fn in_cluster() -> Result<Self, Error> {
        in_cluster::load(&Environment::of_this_process(), &Overrides::default())
    }

    /// The current context of a kubeconfig file. Paths in it are relative to its folder.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](kubesdk_core::ErrorKind::Config) when the file cannot be read, is no kubeconfig, or its
    /// context leads nowhere; [`ErrorKind::Credentials`](kubesdk_core::ErrorKind::Credentials) when the user's
    /// credentials contradict each other or are of a kind that is gone.
    pub fn from_kubeconfig(path: impl AsRef<Path>) -> Result<Self, Error> {
        Config::from_file(path.as_ref(), &Overrides::default())
    }

    /// A context of a kubeconfig file by its name, whatever the current one is.
    ///
    /// # Errors
    ///
    /// As [`Config::from_kubeconfig`].
    pub fn from_kubeconfig_context(path: impl AsRef<Path>, context: &str) -> Result<Self, Error> {
        let context = Some(context.to_owned()).filter(|it| !it.is_empty());
        Config::from_file(path.as_ref(), &Overrides { current_context: context, ..Overrides::default() })
    }

    fn from_file(path: &Path, overrides: &Overrides) -> Result<Self, Error> {
        let document = merge::load_file(path)?;
        let found = resolve::resolve(&document, overrides, None)?;
        found.ok_or_else(|| loader::leads_nowhere(&path.display().to_string(), &document))
    }

    /// What a kubeconfig that the program made or changed leads to: its current context. Relative paths in it are
    /// relative to the file that it was read from.
    ///
    /// # Errors
    ///
    /// As [`Config::from_kubeconfig`].
    pub fn from_document(document: &kubeconfig::Kubeconfig) -> Result<Self, Error> {
        let document = merge::located(document.clone());
        let found = resolve::resolve(&document, &Overrides::default(), None)?;
        found.ok_or_else(|| loader::leads_nowhere("(text)", &document))
    }

    /// The same with other rules for connections.
    #[must_use]
    pub fn with_transport(mut self, options: TransportOptions) -> Self {
        self.transport = options;
        self
    }

    /// The same with a bearer token instead of whatever said who asks in a request.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<Secret>) -> Self {
        self.credentials = Credentials::Token(token.into());
        self.plugin = None;
        self.values.set_token();
        self
    }

    /// The same with a say in which programs may run as credential plugins.
    #[must_use]
    pub fn with_exec_policy(mut self, policy: ExecPolicy) -> Self {
        self.exec_policy = policy;
        self
    }

    /// The same for a program that reads standard input itself: credential plugins do not get it, and one that must
    /// have it is an error with this reason (`used by my-program to read manifests`).
    #[must_use]
    pub fn without_stdin(mut self, reason: impl Into<String>) -> Self {
        self.stdin_unavailable = Some(reason.into());
        self
    }

    /// The same with another default namespace.
    #[must_use]
    pub fn with_default_namespace(mut self, namespace: impl Into<String>) -> Self {
        let namespace = namespace.into();
        self.values.set("namespace", namespace.clone(), Origin::Override);
        self.namespace = Some(namespace);
        self
    }

    /// The server's URL, without a slash at its end.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The namespace that the context or pod names, `default` if it names none.
    pub fn default_namespace(&self) -> &str {
        self.namespace.as_deref().unwrap_or("default")
    }

    /// Where a value came from, by its key in a kubeconfig: `server`, `namespace`, `token` ... Nothing if it is not
    /// set.
    ///
    /// # Example
    ///
    /// ```
    /// use kubesdk_runtime::{Config, Origin};
    ///
    /// let config = Config::new("https://10.0.0.1:6443")?;
    /// assert_eq!(config.origin("server"), Some(&Origin::Override));
    /// assert_eq!(config.to_string(), "server: https://10.0.0.1:6443  # override\n");
    /// # Ok::<(), kubesdk_runtime::Error>(())
    /// ```
    pub fn origin(&self, key: &str) -> Option<&Origin> {
        self.values.origin(key)
    }
}

/// The configuration value by value, each with where it came from; secrets are `REDACTED`.
impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.values.fmt(f)
    }
}

#[cfg(test)]
mod tests;
