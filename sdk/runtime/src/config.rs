//! Where the API server is, how it is trusted, and who asks.

mod in_cluster;
mod kubeconfig;

use std::path::Path;

use http::Uri;
use kubesdk_core::{Error, ErrorKind};

use crate::Secret;
use crate::auth::{Credentials, Impersonation};
use crate::tls::{Identity, Trust};

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
#[derive(Debug)]
pub struct Config {
    /// URL without a slash at its end.
    pub(crate) server: String,
    pub(crate) namespace: Option<String>,
    pub(crate) trust: Trust,
    pub(crate) tls_server_name: Option<String>,
    pub(crate) identity: Option<Identity>,
    pub(crate) credentials: Credentials,
    pub(crate) impersonation: Impersonation,
    /// May hold a password.
    pub(crate) proxy_url: Option<Secret>,
}

impl Config {
    /// An API server by its URL, trusted by the platform's roots and asked anonymously.
    ///
    /// The URL may have a base path, which stands before that of each request. A bare `host:port` means `http`, as
    /// with client-go.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] when that is not an `http` or `https` URL.
    pub fn new(server: impl AsRef<str>) -> Result<Self, Error> {
        Ok(Config {
            server: server_url(server.as_ref(), false)?,
            namespace: None,
            trust: Trust::default(),
            tls_server_name: None,
            identity: None,
            credentials: Credentials::default(),
            impersonation: Impersonation::default(),
            proxy_url: None,
        })
    }

    /// The configuration that the surroundings give, in client-go's order:
    ///
    /// 1. the kubeconfig files that `KUBECONFIG` lists, or `~/.kube/config` when it is unset, if they say anything;
    /// 2. the pod that the program runs in.
    ///
    /// A kubeconfig that is broken is an error and never skipped: a program must not talk to another cluster
    /// because of a slip of the pen.
    ///
    /// # Errors
    ///
    /// As [`Config::from_kubeconfig`]; [`ErrorKind::Config`] when neither is there.
    pub fn infer() -> Result<Self, Error> {
        let paths = kubeconfig::default_paths();
        if let Some(config) = kubeconfig::load(&paths, None)? {
            return Ok(config);
        }
        if in_cluster::available() {
            return Config::in_cluster();
        }
        let message = format!(
            "no configuration for a cluster: {}, and this is no pod of one; set KUBECONFIG to the path of a \
             kubeconfig",
            kubeconfig::nothing_in(&paths)
        );
        Err(Error::new(ErrorKind::Config, message))
    }

    /// A context by its name, whatever the current one is, in the kubeconfig files that `KUBECONFIG` lists, or
    /// `~/.kube/config` when it is unset.
    ///
    /// # Errors
    ///
    /// As [`Config::from_kubeconfig`]; [`ErrorKind::Config`] when the files say nothing or have no such context.
    pub fn infer_context(context: &str) -> Result<Self, Error> {
        let paths = kubeconfig::default_paths();
        kubeconfig::load(&paths, Some(context))?.ok_or_else(|| {
            let message = format!(
                "no configuration for the context \"{context}\": {}; set KUBECONFIG to the path of a kubeconfig",
                kubeconfig::nothing_in(&paths)
            );
            Error::new(ErrorKind::Config, message)
        })
    }

    /// The service account of the pod that the program runs in: `KUBERNETES_SERVICE_HOST` and
    /// `KUBERNETES_SERVICE_PORT`, and the files in `/var/run/secrets/kubernetes.io/serviceaccount`. The token's file
    /// is read again at most once a minute.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] when the program does not run in a pod or the CA cannot be read;
    /// [`ErrorKind::Credentials`] when the token cannot.
    pub fn in_cluster() -> Result<Self, Error> {
        in_cluster::load(&in_cluster::Surroundings::of_this_pod())
    }

    /// The current context of a kubeconfig file. Paths in it are relative to its folder.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] when the file cannot be read, is no kubeconfig, or its context leads nowhere;
    /// [`ErrorKind::Credentials`] when the user's credentials cannot be read or are of a kind that is not supported.
    pub fn from_kubeconfig(path: impl AsRef<Path>) -> Result<Self, Error> {
        kubeconfig::load_file(path.as_ref(), None)
    }

    /// A context of a kubeconfig file by its name, whatever the current one is.
    ///
    /// # Errors
    ///
    /// As [`Config::from_kubeconfig`].
    pub fn from_kubeconfig_context(path: impl AsRef<Path>, context: &str) -> Result<Self, Error> {
        kubeconfig::load_file(path.as_ref(), Some(context))
    }

    /// The same with a bearer token instead of whatever said who asks in a request.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<Secret>) -> Self {
        self.credentials = Credentials::Token(token.into());
        self
    }

    /// The same with another default namespace.
    #[must_use]
    pub fn with_default_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
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
}

/// A server's URL as it stands before paths. Without a scheme, what is to be said about TLS decides, as in
/// `client-go/rest/url_utils.go`.
fn server_url(server: &str, tls_is_configured: bool) -> Result<String, Error> {
    let text = server.trim();
    let whole = match text.contains("://") {
        true => text.to_owned(),
        false => format!("{}://{text}", if tls_is_configured { "https" } else { "http" }),
    };
    // The text is not shown: it may hold a password before an `@`.
    let refused = |why: &str| Error::new(ErrorKind::Config, format!("the server's URL {why}"));
    let example = "write it as https://HOST:PORT";
    let uri: Uri = whole.parse().map_err(|_| refused(&format!("is not a URL; {example}")))?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return Err(refused(&format!("must begin with http:// or https://; {example}")));
    }
    if uri.host().is_none_or(str::is_empty) {
        return Err(refused(&format!("names no host; {example}")));
    }
    if uri.authority().is_some_and(|it| it.as_str().contains('@')) {
        return Err(refused("must not hold a user or password; put them under `users`"));
    }
    if uri.query().is_some() || whole.contains('#') {
        return Err(refused("must not have a query or fragment; end it with the path"));
    }
    Ok(whole.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_urls() {
        let check =
            |text: &str, tls: bool, expected: Result<&str, &str>| match (server_url(text, tls), expected) {
                (Ok(url), Ok(expected)) => assert_eq!(url, expected),
                (Err(error), Err(expected)) => assert!(error.to_string().contains(expected), "{error}"),
                (found, expected) => panic!("{text}: {found:?} instead of {expected:?}"),
            };
        check("https://h:6443", true, Ok("https://h:6443"));
        check("https://h/base/path/", true, Ok("https://h/base/path"));
        check("https://[fd00::1]:443", true, Ok("https://[fd00::1]:443"));
        check("h:8080", false, Ok("http://h:8080"));
        check("h:6443", true, Ok("https://h:6443"));
        check("ftp://h", false, Err("must begin with http:// or https://"));
        check("https://", true, Err("is not a URL"));
        check("https://a:hunter2@h", true, Err("must not hold a user"));
        check("https://h/?a=b", true, Err("query"));
    }
}
