//! The entries of a kubeconfig: clusters, contexts and users, field by field as `client-go/tools/clientcmd/api/v1`.

use std::collections::BTreeMap;

use kubesdk_core::{ByteString, Error, RawJson};

use super::exec::{AuthProviderConfig, ExecConfig};
use super::fields::{Fields, Place, UnknownKeys, texts};
use super::node::{Node, Placed};
use crate::Secret;

/// An entry with the name that others call it by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Named<T> {
    /// What contexts, `current-context` or a program call it.
    pub name: String,
    /// The entry itself.
    pub value: T,
    /// What else stands beside the name.
    pub unknown: UnknownKeys,
}

impl<T> Named<T> {
    /// An entry of that name.
    pub fn new(name: impl Into<String>, value: T) -> Self {
        Named { name: name.into(), value, unknown: UnknownKeys::default() }
    }
}

/// Where a cluster's API server is and how it is trusted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cluster {
    /// URL of the API server, `https://HOST:PORT`, with or without a path.
    pub server: Option<String>,
    /// Name that the server's certificate must be for, if not the URL's host.
    pub tls_server_name: Option<String>,
    /// Whether any certificate is believed. Whoever stands between can then read and change everything.
    pub insecure_skip_tls_verify: bool,
    /// Path of a PEM file of the authorities that may sign the server's certificate.
    pub certificate_authority: Option<String>,
    /// The same as PEM text instead of a path.
    pub certificate_authority_data: Option<ByteString>,
    /// URL of the proxy to go through, `http`, `https` or `socks5`; it may hold a password.
    pub proxy_url: Option<Secret>,
    /// Whether answers shall not be compressed.
    pub disable_compression: bool,
    /// What other programs keep here, by their names.
    pub extensions: Vec<Named<Extension>>,
    /// Other keys.
    pub unknown: UnknownKeys,
    /// Where this was read.
    pub place: Place,
}

/// A cluster and a user that belong together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context {
    /// Name of the cluster.
    pub cluster: Option<String>,
    /// Name of the user.
    pub user: Option<String>,
    /// Namespace that is meant where none is named.
    pub namespace: Option<String>,
    /// What other programs keep here, by their names.
    pub extensions: Vec<Named<Extension>>,
    /// Other keys.
    pub unknown: UnknownKeys,
    /// Where this was read.
    pub place: Place,
}

/// How somebody says who they are. `Debug` shows no secret.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct User {
    /// Path of a PEM file of the client certificate.
    pub client_certificate: Option<String>,
    /// The same as PEM text instead of a path.
    pub client_certificate_data: Option<ByteString>,
    /// Path of a PEM file of the private key.
    pub client_key: Option<String>,
    /// The same as PEM text instead of a path.
    pub client_key_data: Option<ByteString>,
    /// Bearer token.
    pub token: Option<Secret>,
    /// Path of a file that holds a bearer token, read again while the program runs. It wins over `token`.
    pub token_file: Option<String>,
    /// User whom requests shall act as.
    pub impersonate: Option<String>,
    /// UID to act as.
    pub impersonate_uid: Option<String>,
    /// Groups to act as.
    pub impersonate_groups: Vec<String>,
    /// Further attributes to act with.
    pub impersonate_user_extra: BTreeMap<String, Vec<String>>,
    /// User name for basic authentication.
    pub username: Option<String>,
    /// Password for basic authentication.
    pub password: Option<Secret>,
    /// A way of authentication that is built into the client: OIDC.
    pub auth_provider: Option<AuthProviderConfig>,
    /// A program that gives credentials.
    pub exec: Option<ExecConfig>,
    /// What other programs keep here, by their names.
    pub extensions: Vec<Named<Extension>>,
    /// Other keys.
    pub unknown: UnknownKeys,
    /// Where this was read.
    pub place: Place,
}

/// What another program keeps in a kubeconfig: any JSON. `Debug` does not show it.
#[derive(Clone, Debug, PartialEq)]
pub struct Extension(pub(super) Placed);

impl Default for Extension {
    fn default() -> Self {
        Extension(Placed::from(Node::Null))
    }
}

impl Extension {
    /// The value as JSON.
    pub fn to_json(&self) -> RawJson {
        self.0.to_json()
    }

    /// A value from JSON.
    ///
    /// # Errors
    ///
    /// [`kubesdk_core::ErrorKind::Config`] when it is nested too deeply.
    pub fn from_json(json: &RawJson) -> Result<Self, Error> {
        let placed = Placed::from_text(json.as_str());
        placed.map(Extension).map_err(|_| {
            let message = "the extension of a kubeconfig is nested too deeply; make it flatter";
            Error::new(kubesdk_core::ErrorKind::Config, message)
        })
    }
}

/// What is read from a map.
pub(super) trait Entry: Sized + Default {
    fn read(fields: Fields<'_>) -> Result<Self, Error>;
    fn place(&mut self) -> &mut Place;
}

/// A list of `{name: NAME, KEY: {...}}`; two entries of one name are an error, as in client-go.
pub(super) fn named<T: Entry>(
    fields: &mut Fields<'_>,
    list: &str,
    key: &str,
) -> Result<Vec<Named<T>>, Error> {
    let mut all: Vec<Named<T>> = Vec::new();
    for mut fields in fields.maps(list)? {
        let name = fields.text("name")?.unwrap_or_default();
        let value = T::read(fields.entry(key)?)?;
        if all.iter().any(|it| it.name == name) {
            return Err(fields.twice(key, &name));
        }
        all.push(Named { name, value, unknown: fields.finish().0 });
    }
    Ok(all)
}

pub(super) fn extensions(fields: &mut Fields<'_>) -> Result<Vec<Named<Extension>>, Error> {
    let mut all: Vec<Named<Extension>> = Vec::new();
    for mut fields in fields.maps("extensions")? {
        let name = fields.text("name")?.unwrap_or_default();
        let value = fields.any("extension").map(Extension).unwrap_or_default();
        if all.iter().any(|it| it.name == name) {
            return Err(fields.twice("extension", &name));
        }
        all.push(Named { name, value, unknown: fields.finish().0 });
    }
    Ok(all)
}

impl Entry for Cluster {
    fn read(mut fields: Fields<'_>) -> Result<Self, Error> {
        let mut cluster = Cluster {
            server: fields.text("server")?,
            tls_server_name: fields.text("tls-server-name")?,
            insecure_skip_tls_verify: fields.flag("insecure-skip-tls-verify")?,
            certificate_authority: fields.text("certificate-authority")?,
            certificate_authority_data: fields.bytes("certificate-authority-data")?,
            proxy_url: fields.secret("proxy-url")?,
            disable_compression: fields.flag("disable-compression")?,
            extensions: extensions(&mut fields)?,
            ..Cluster::default()
        };
        (cluster.unknown, cluster.place) = fields.finish();
        Ok(cluster)
    }

    fn place(&mut self) -> &mut Place {
        &mut self.place
    }
}

impl Entry for Context {
    fn read(mut fields: Fields<'_>) -> Result<Self, Error> {
        let mut context = Context {
            cluster: fields.text("cluster")?,
            user: fields.text("user")?,
            namespace: fields.text("namespace")?,
            extensions: extensions(&mut fields)?,
            ..Context::default()
        };
        (context.unknown, context.place) = fields.finish();
        Ok(context)
    }

    fn place(&mut self) -> &mut Place {
        &mut self.place
    }
}

impl Entry for User {
    fn read(mut fields: Fields<'_>) -> Result<Self, Error> {
        let extra = fields.map("as-user-extra")?.map(|it| it.into_map(texts)).transpose()?;
        let mut user = User {
            client_certificate: fields.text("client-certificate")?,
            client_certificate_data: fields.bytes("client-certificate-data")?,
            client_key: fields.text("client-key")?,
            client_key_data: fields.bytes("client-key-data")?,
            token: fields.secret("token")?,
            token_file: fields.text("tokenFile")?,
            impersonate: fields.text("as")?,
            impersonate_uid: fields.text("as-uid")?,
            impersonate_groups: fields.texts("as-groups")?,
            impersonate_user_extra: extra.unwrap_or_default(),
            username: fields.text("username")?,
            password: fields.secret("password")?,
            auth_provider: fields.map("auth-provider")?.map(AuthProviderConfig::read).transpose()?,
            exec: fields.map("exec")?.map(ExecConfig::read).transpose()?,
            extensions: extensions(&mut fields)?,
            ..User::default()
        };
        (user.unknown, user.place) = fields.finish();
        Ok(user)
    }

    fn place(&mut self) -> &mut Place {
        &mut self.place
    }
}
