//! [`ConfigLoader`]: a configuration found as kubectl finds it, with what a program says instead.

use std::path::PathBuf;

use kubesdk_core::{ByteString, Error};

use super::environment::Environment;
use super::kubeconfig::{Kubeconfig, config_error};
use super::overrides::{Overrides, list};
use super::{Config, in_cluster, merge, resolve};
use crate::Secret;

/// Finds a configuration as `kubectl` does with the same environment and flags: each method is a flag of kubectl.
///
/// 1. The kubeconfig: the file that [`kubeconfig`](ConfigLoader::kubeconfig) names, or those that `KUBECONFIG` lists,
///    merged, or `~/.kube/config`.
/// 2. If that says nothing about a cluster: the pod that the program runs in.
///
/// A broken file is an error and never skipped. An empty text is the same as no call.
///
/// # Example
///
/// ```no_run
/// use kubesdk_runtime::ConfigLoader;
///
/// let config = ConfigLoader::new().context("staging").namespace("shop").impersonate("jane").load()?;
/// println!("{config}");
/// # Ok::<(), kubesdk_runtime::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct ConfigLoader {
    path: Option<PathBuf>,
    overrides: Overrides,
    environment: Option<Environment>,
}

/// Text that is not empty.
fn some(text: String) -> Option<String> {
    Some(text).filter(|it| !it.is_empty())
}

impl ConfigLoader {
    /// What the environment gives, with nothing said instead.
    pub fn new() -> Self {
        ConfigLoader::default()
    }

    /// With another environment than that of the process.
    #[cfg(test)]
    pub(super) fn in_environment(environment: Environment) -> Self {
        ConfigLoader { environment: Some(environment), ..ConfigLoader::default() }
    }

    /// The one kubeconfig file to read, which must be there: `--kubeconfig`.
    #[must_use]
    pub fn kubeconfig(mut self, path: impl Into<PathBuf>) -> Self {
        self.path = Some(path.into()).filter(|it| !it.as_os_str().is_empty());
        self
    }

    /// Name of the context to use instead of the current one: `--context`.
    #[must_use]
    pub fn context(mut self, name: impl Into<String>) -> Self {
        self.overrides.current_context = some(name.into());
        self
    }

    /// Name of the cluster to use instead of the context's: `--cluster`.
    #[must_use]
    pub fn cluster(mut self, name: impl Into<String>) -> Self {
        self.overrides.context.cluster = some(name.into());
        self
    }

    /// Name of the user to be instead of the context's: `--user`.
    #[must_use]
    pub fn user(mut self, name: impl Into<String>) -> Self {
        self.overrides.context.user = some(name.into());
        self
    }

    /// Namespace that is meant where none is named: `--namespace`.
    #[must_use]
    pub fn namespace(mut self, name: impl Into<String>) -> Self {
        self.overrides.context.namespace = some(name.into());
        self
    }

    /// URL of the API server: `--server`. The cluster's `tls-server-name` belongs to the other server and is dropped.
    #[must_use]
    pub fn server(mut self, url: impl Into<String>) -> Self {
        self.overrides.cluster.server = some(url.into());
        self
    }

    /// Name that the server's certificate must be for: `--tls-server-name`. The server is told it in the handshake (SNI),
    /// and over HTTP/2 as `:authority`. Through a proxy the server is told the host of its URL, and the name is checked.
    #[must_use]
    pub fn tls_server_name(mut self, name: impl Into<String>) -> Self {
        self.overrides.cluster.tls_server_name = some(name.into());
        self
    }

    /// PEM file of the authorities that may sign the server's certificate: `--certificate-authority`. Whatever the
    /// kubeconfig says about trust is dropped.
    #[must_use]
    pub fn certificate_authority(mut self, path: impl Into<String>) -> Self {
        self.overrides.cluster.certificate_authority = some(path.into());
        self
    }

    /// The same as PEM text.
    #[must_use]
    pub fn certificate_authority_data(mut self, pem: impl Into<ByteString>) -> Self {
        self.overrides.cluster.certificate_authority_data = Some(pem.into()).filter(|it| !it.is_empty());
        self
    }

    /// Whether any certificate of the server is believed: `--insecure-skip-tls-verify`. With `true` the kubeconfig's
    /// authorities are dropped.
    #[must_use]
    pub fn insecure_skip_tls_verify(mut self, skip: bool) -> Self {
        self.overrides.cluster.insecure_skip_tls_verify = skip;
        self
    }

    /// URL of the proxy to go through, `http`, `https` or `socks5`: `--proxy-url`.
    #[must_use]
    pub fn proxy_url(mut self, url: impl Into<Secret>) -> Self {
        self.overrides.cluster.proxy_url = Some(url.into()).filter(|it| !it.is_empty());
        self
    }

    /// Whether answers shall not be compressed: `--disable-compression`.
    #[must_use]
    pub fn disable_compression(mut self, disable: bool) -> Self {
        self.overrides.cluster.disable_compression = disable;
        self
    }

    /// Bearer token: `--token`. As with kubectl, a `tokenFile` of the user wins over it.
    #[must_use]
    pub fn token(mut self, token: impl Into<Secret>) -> Self {
        self.overrides.user.token = Some(token.into()).filter(|it| !it.is_empty());
        self
    }

    /// File that holds a bearer token and is read again while the program runs.
    #[must_use]
    pub fn token_file(mut self, path: impl Into<String>) -> Self {
        self.overrides.user.token_file = some(path.into());
        self
    }

    /// PEM file of the client certificate: `--client-certificate`.
    #[must_use]
    pub fn client_certificate(mut self, path: impl Into<String>) -> Self {
        self.overrides.user.client_certificate = some(path.into());
        self
    }

    /// PEM file of the client certificate's key: `--client-key`.
    #[must_use]
    pub fn client_key(mut self, path: impl Into<String>) -> Self {
        self.overrides.user.client_key = some(path.into());
        self
    }

    /// User name and password for basic authentication: `--username` and `--password`.
    #[must_use]
    pub fn basic(mut self, username: impl Into<String>, password: impl Into<Secret>) -> Self {
        self.overrides.user.username = some(username.into());
        self.overrides.user.password = Some(password.into()).filter(|it| !it.is_empty());
        self
    }

    /// User to act as: `--as`.
    #[must_use]
    pub fn impersonate(mut self, user: impl Into<String>) -> Self {
        self.overrides.user.impersonate = some(user.into());
        self
    }

    /// UID to act as: `--as-uid`. A user must be named too.
    #[must_use]
    pub fn impersonate_uid(mut self, uid: impl Into<String>) -> Self {
        self.overrides.user.impersonate_uid = some(uid.into());
        self
    }

    /// One more group to act as: `--as-group`. A user must be named too.
    #[must_use]
    pub fn impersonate_group(mut self, group: impl Into<String>) -> Self {
        self.overrides.user.impersonate_groups.push(group.into());
        self
    }

    /// One more value of an attribute to act with: `--as-user-extra KEY=VALUE`. A user must be named too.
    #[must_use]
    pub fn impersonate_extra(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.overrides.user.impersonate_user_extra.entry(key.into()).or_default().push(value.into());
        self
    }

    /// The kubeconfig alone: all files merged, relative paths made absolute, nothing put in. `kubectl config view`
    /// shows it. No file is no error: the document is empty then.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](kubesdk_core::ErrorKind::Config) when a file is broken, or the one that was named is not
    /// there.
    pub fn document(&self) -> Result<Kubeconfig, Error> {
        self.read(&self.environment())
    }

    /// The configuration.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](kubesdk_core::ErrorKind::Config) when a file is broken, an entry is missing or
    /// contradicts itself, or there is no configuration at all;
    /// [`ErrorKind::Credentials`](kubesdk_core::ErrorKind::Credentials) when what says who asks contradicts itself or
    /// is of a kind that is gone.
    pub fn load(&self) -> Result<Config, Error> {
        let environment = self.environment();
        let document = self.read(&environment)?;
        let master = environment.variable("KUBERNETES_MASTER");
        let found = resolve::resolve(&document, &self.overrides, master.as_deref())?;
        let pod = in_cluster::available(&environment);
        let mut config = match found {
            Some(config) if !(pod && self.is_default(&document, &config)) => config,
            _ if pod => in_cluster::load(&environment, &self.overrides)?,
            _ => return Err(self.nothing(&environment, &document)),
        };
        if config.namespace.is_none() && pod {
            in_cluster::set_namespace(&mut config, &environment);
        }
        Ok(config)
    }

    fn environment(&self) -> Environment {
        self.environment.clone().unwrap_or_else(Environment::of_this_process)
    }

    fn read(&self, environment: &Environment) -> Result<Kubeconfig, Error> {
        match &self.path {
            Some(path) => merge::load_file(path),
            None => merge::load(&environment.kubeconfig_paths()),
        }
    }

    /// Whether all that is known is `KUBERNETES_MASTER`, which a pod wins over.
    fn is_default(&self, document: &Kubeconfig, config: &Config) -> bool {
        document.is_empty()
            && matches!(config.origin("server"), Some(super::Origin::Environment(_)))
            && self.overrides.user == super::kubeconfig::User::default()
    }

    fn nothing(&self, environment: &Environment, document: &Kubeconfig) -> Error {
        if !document.is_empty() {
            return leads_nowhere(&self.places(environment), document);
        }
        config_error(format!(
            "invalid configuration: no configuration has been provided: nothing in {}, and this is no \
             pod of a cluster; set KUBECONFIG to the path of a kubeconfig",
            self.places(environment)
        ))
    }

    /// Where was looked, in words.
    fn places(&self, environment: &Environment) -> String {
        let paths = self.path.clone().map_or_else(|| environment.kubeconfig_paths(), |it| vec![it]);
        match paths.is_empty() {
            true => "no file (KUBECONFIG names none, or there is no home folder)".to_owned(),
            false => paths.iter().map(|it| it.display().to_string()).collect::<Vec<_>>().join(", "),
        }
    }
}

/// A document that names no cluster.
pub(super) fn leads_nowhere(files: &str, document: &Kubeconfig) -> Error {
    if document.is_empty() {
        return config_error(format!(
            "the kubeconfig {files} is empty; it must have `clusters`, `contexts` and `current-context`"
        ));
    }
    let known: Vec<&str> = document.contexts.iter().map(|it| it.name.as_str()).collect();
    let known = list(&known);
    let what = match document.current_context.as_deref() {
        None => "names no current-context".to_owned(),
        Some(name) => format!("has a context \"{name}\" that names no cluster"),
    };
    config_error(format!(
        "invalid configuration: no cluster is chosen: the kubeconfig {files} {what}; choose another context with \
         `kubectl config use-context NAME` ({known})"
    ))
}
