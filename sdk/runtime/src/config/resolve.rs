//! What the entries of a context lead to: a server, how it is trusted, and who asks
//! (`DirectClientConfig.ClientConfig` in `client-go/tools/clientcmd/client_config.go`).

use std::path::{Path, PathBuf};

use kubesdk_core::{ByteString, Error, ErrorKind};

use super::kubeconfig::{Cluster, Kubeconfig, Place, User, config_error};
use super::overrides::{Chosen, Overrides, list};
use super::plugin::Plugin;
use super::server_url::ServerUrl;
use super::values::Values;
use super::{Config, validate};
use crate::auth::{Credentials, Impersonation};
use crate::tls::{Identity, Material, Pem, Trust};

/// The cluster extension that an exec plugin is told.
const EXEC_EXTENSION: &str = "client.authentication.k8s.io/exec";

/// What a document and overrides give; nothing if they name no cluster at all, which is no error yet: it may be a
/// pod.
pub(super) fn resolve(
    document: &Kubeconfig,
    overrides: &Overrides,
    default_server: Option<&str>,
) -> Result<Option<Config>, Error> {
    let chosen = overrides.choose(document, default_server)?;
    let mut problems = validate::problems(&chosen);
    if !chosen.cluster_exists {
        // kubectl goes on to localhost:8080; where a name leads nowhere, that is told instead.
        let known: Vec<&str> = document.clusters.iter().map(|it| it.name.as_str()).collect();
        let lost = (!chosen.cluster_name.is_empty()).then(|| {
            format!(
                "cluster \"{}\" does not exist (choose an existing one: {})",
                chosen.cluster_name,
                list(&known)
            )
        });
        problems.pop();
        match lost {
            Some(lost) => problems.push(lost),
            None if problems.is_empty() => return Ok(None),
            None => {}
        }
    }
    if !problems.is_empty() {
        return Err(invalid(&chosen, &problems));
    }
    config(chosen, overrides).map(Some)
}

fn invalid(chosen: &Chosen, problems: &[String]) -> Error {
    let what = match problems {
        [one] => one.clone(),
        many => format!("[{}]", many.join(", ")),
    };
    let places = [&chosen.context.place, &chosen.cluster.place, &chosen.user.place];
    let mut files: Vec<String> =
        places.iter().filter_map(|it| it.file()).map(|it| it.display().to_string()).collect();
    files.dedup();
    let files = if files.is_empty() { String::new() } else { format!("; see {}", files.join(", ")) };
    config_error(format!("invalid configuration: {what}{files}"))
}

fn config(chosen: Chosen, overrides: &Overrides) -> Result<Config, Error> {
    let (cluster, user) = (&chosen.cluster, &chosen.user);
    let cluster_at = at("cluster", &chosen.cluster_name, &cluster.place);
    let user_at = at("user", &chosen.user_name, &user.place);
    // What is said about TLS does not make it https: kubectl asks before it has looked at that.
    let server = ServerUrl::parse(cluster.server.as_deref().unwrap_or_default(), false)
        .map_err(|cause| config_error(format!("{cluster_at}: {cause}")))?;
    let mut config = Config::at(server.url);
    config.namespace.clone_from(&chosen.context.namespace);
    config.proxy_url.clone_from(&cluster.proxy_url);
    config.disable_compression = cluster.disable_compression;
    config.impersonation = Impersonation::from(user);
    // Over plain HTTP nobody says who they are: whoever listens would know it.
    if server.is_https {
        config.trust = trust(cluster, &cluster_at)?;
        config.tls_server_name.clone_from(&cluster.tls_server_name);
        config.identity = identity(user, &user_at);
        config.credentials = credentials(user, &user_at)?;
        let plugin = Plugin::of(user, &chosen.user_name, cluster_extension(cluster))?;
        // Whoever has other credentials does not ask a plugin for more.
        if matches!(config.credentials, Credentials::None) && config.identity.is_none() {
            config.plugin = plugin;
        }
        if !chosen.user_exists && !chosen.user_name.is_empty() && *user == User::default() {
            tracing::warn!(
                user = chosen.user_name,
                "the kubeconfig has no such user: requests are anonymous"
            );
        }
    }
    if let Some((username, password)) = server.user {
        config.credentials = Credentials::Basic { username, password };
        config.plugin = None;
    }
    config.values = Values::of_entries(&chosen, overrides, &config.server);
    Ok(config)
}

/// An entry as messages call it.
fn at(what: &str, name: &str, place: &Place) -> String {
    match place.file() {
        Some(file) => format!("{what} \"{name}\" in {}", file.display()),
        None => format!("{what} \"{name}\""),
    }
}

impl From<&User> for Impersonation {
    fn from(user: &User) -> Self {
        let extra = user.impersonate_user_extra.iter().map(|(key, values)| (key.clone(), values.clone()));
        Impersonation {
            user: user.impersonate.clone().unwrap_or_default(),
            uid: user.impersonate_uid.clone().unwrap_or_default(),
            groups: user.impersonate_groups.clone(),
            extra: extra.collect(),
        }
    }
}

fn trust(cluster: &Cluster, at: &str) -> Result<Trust, Error> {
    let authority = material(
        "certificate-authority",
        cluster.certificate_authority_data.as_ref(),
        cluster.certificate_authority.as_deref(),
        at,
    );
    match (cluster.insecure_skip_tls_verify, authority) {
        (true, Some(_)) => Err(config_error(format!(
            "{at}: specifying a root certificates file with the insecure flag is not allowed; remove \
             insecure-skip-tls-verify"
        ))),
        (true, None) => Ok(Trust::Anybody),
        (false, Some(authority)) => Ok(Trust::Roots(authority)),
        (false, None) => Ok(Trust::Platform),
    }
}

/// A key without a certificate says nothing, as in client-go.
fn identity(user: &User, at: &str) -> Option<Identity> {
    let (data, file) = (user.client_certificate_data.as_ref(), user.client_certificate.as_deref());
    let certificate = material("client-certificate", data, file, at)?;
    let key = material("client-key", user.client_key_data.as_ref(), user.client_key.as_deref(), at)?;
    Some(Identity { certificate, key })
}

fn material(key: &str, data: Option<&ByteString>, file: Option<&str>, at: &str) -> Option<Material> {
    if let Some(data) = data {
        return Some(Material::Inline(Pem { text: data.to_vec(), origin: format!("{key}-data of {at}") }));
    }
    Some(Material::File { path: PathBuf::from(file?), what: format!("the {key} of {at}") })
}

fn credentials(user: &User, at: &str) -> Result<Credentials, Error> {
    let file = user.token_file.as_deref().map(Path::new);
    let username = user.username.as_ref();
    match (file, &user.token, username) {
        (file, token, Some(_)) if file.is_some() || token.is_some() => Err(Error::new(
            ErrorKind::Credentials,
            format!("{at}: username/password or bearer token may be set, but not both; remove one of them"),
        )),
        (Some(path), token, _) => Ok(Credentials::TokenFile { path: path.to_owned(), token: token.clone() }),
        (None, Some(token), _) => Ok(Credentials::Token(token.clone())),
        (None, None, Some(username)) => Ok(Credentials::Basic {
            username: username.clone(),
            password: user.password.clone().unwrap_or_default(),
        }),
        (None, None, None) => Ok(Credentials::None),
    }
}

fn cluster_extension(cluster: &Cluster) -> Option<kubesdk_core::RawJson> {
    cluster.extensions.iter().find(|it| it.name == EXEC_EXTENSION).map(|it| it.value.to_json())
}
