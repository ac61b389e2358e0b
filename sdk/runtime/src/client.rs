//! A core client whose transport is HTTP.

use std::ops::Deref;
use std::path::Path;

use kubesdk_core::{Error, Transport};

use crate::Config;
use crate::transport::{Http, server_name};

/// An API server to talk to. Clones share connections and credentials.
///
/// It is a [`kubesdk_core::Client`] by [`Deref`]: generated endpoints take it as it is.
///
/// # Example
///
/// ```no_run
/// # async fn example() -> Result<(), kubesdk_runtime::Error> {
/// use kubesdk_runtime::Client;
///
/// let client = Client::infer().await?;
/// assert_eq!(client.default_namespace(), "default");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    inner: kubesdk_core::Client,
}

impl Client {
    /// A client of the configuration that the surroundings give: see [`Config::infer`].
    ///
    /// # Errors
    ///
    /// As [`Config::infer`] and [`Client::from_config`].
    pub async fn infer() -> Result<Self, Error> {
        Client::from_config(Config::infer()?)
    }

    /// A client of the pod that the program runs in: see [`Config::in_cluster`].
    ///
    /// # Errors
    ///
    /// As [`Config::in_cluster`] and [`Client::from_config`].
    pub async fn in_cluster() -> Result<Self, Error> {
        Client::from_config(Config::in_cluster()?)
    }

    /// A client of a kubeconfig's current context: see [`Config::from_kubeconfig`].
    ///
    /// # Errors
    ///
    /// As [`Config::from_kubeconfig`] and [`Client::from_config`].
    pub async fn from_kubeconfig(path: impl AsRef<Path>) -> Result<Self, Error> {
        Client::from_config(Config::from_kubeconfig(path)?)
    }

    /// A client of a configuration. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`kubesdk_core::ErrorKind::Config`] when the server's URL, a certificate or a proxy's URL is not valid;
    /// [`kubesdk_core::ErrorKind::Credentials`] when a client certificate and its key are not.
    pub fn from_config(config: Config) -> Result<Self, Error> {
        let namespace = config.default_namespace().to_owned();
        let server = server_name(config.server()).to_owned();
        let inner = kubesdk_core::Client::new(Http::new(config)?);
        Ok(Client { inner: inner.with_default_namespace(namespace).with_server_name(server) })
    }

    /// The same client, changed by the `with_` methods of [`kubesdk_core::Client`].
    ///
    /// # Example
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), kubesdk_runtime::Error> {
    /// use std::time::Duration;
    /// use kubesdk_runtime::Client;
    ///
    /// let client = Client::infer().await?;
    /// let client = client.map(|it| it.with_timeout(Duration::from_secs(10)).with_rate_limit(50.0, 100));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn map(self, change: impl FnOnce(kubesdk_core::Client) -> kubesdk_core::Client) -> Self {
        Client { inner: change(self.inner) }
    }
}

impl Client {
    /// A client over a transport of one's own: a script in a test, another HTTP library.
    pub fn new(transport: impl Transport) -> Self {
        Client { inner: kubesdk_core::Client::new(transport) }
    }
}

impl Deref for Client {
    type Target = kubesdk_core::Client;

    fn deref(&self) -> &kubesdk_core::Client {
        &self.inner
    }
}

impl From<Client> for kubesdk_core::Client {
    fn from(client: Client) -> Self {
        client.inner
    }
}
