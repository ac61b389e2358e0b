//! What a context leads to: a server, how it is trusted, and who asks.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kubesdk_core::{Error, ErrorKind};

use super::document::{Cluster, User};
use super::errors::{config_error, credentials_error};
use super::merge::{Entry, Merged, find, names};
use super::some;
use crate::Secret;
use crate::auth::Credentials;
use crate::config::{Config, server_url};
use crate::tls::{Identity, Material, Pem, Trust};

impl Merged {
    /// What a context leads to; `files` is for messages.
    pub(super) fn resolve(self, files: &str, context: Option<&str>) -> Result<Config, Error> {
        let Some(wanted) = context.map(ToOwned::to_owned).or(self.current_context) else {
            return Err(config_error(format!(
                "the kubeconfig {files} names no current-context; choose one with \
                 `kubectl config use-context NAME` ({})",
                names(&self.contexts)
            )));
        };
        let known = names(&self.contexts);
        let context = find(self.contexts, &wanted).ok_or_else(|| {
            config_error(format!(
                "the kubeconfig {files} has no context \"{wanted}\"; choose an existing one ({known})"
            ))
        })?;
        let origin = format!("context \"{wanted}\" in {}", context.file.display());
        let cluster = some(context.value.cluster)
            .ok_or_else(|| config_error(format!("{origin} names no cluster; set its `cluster`")))?;
        let known = names(&self.clusters);
        let cluster = find(self.clusters, &cluster).ok_or_else(|| {
            let message = format!(
                "{origin} names the cluster \"{cluster}\", which does not exist ({known}); correct it"
            );
            config_error(message)
        })?;
        let user = match some(context.value.user) {
            None => None,
            Some(user) => {
                let known = names(&self.users);
                let message =
                    format!("{origin} names the user \"{user}\", which does not exist ({known}); correct it");
                Some(find(self.users, &user).ok_or_else(|| config_error(message))?)
            }
        };
        let mut config = cluster.resolve(user.as_ref().is_some_and(|it| it.value.has_certificate()))?;
        if let Some(user) = user {
            (config.identity, config.credentials) = user.resolve()?;
        }
        config.namespace = some(context.value.namespace);
        Ok(config)
    }
}

impl Entry<Cluster> {
    fn resolve(self, user_has_certificate: bool) -> Result<Config, Error> {
        let origin = format!("cluster \"{}\" in {}", self.name, self.file.display());
        let cluster = self.value;
        let insecure = cluster.insecure_skip_tls_verify.unwrap_or(false);
        let (data, file) = (some(cluster.certificate_authority_data), some(cluster.certificate_authority));
        let authority =
            pem("certificate-authority", data.as_deref(), file, &self.file, &origin, ErrorKind::Config)?;
        let trust = match (insecure, authority) {
            (true, Some(_)) => {
                return Err(config_error(format!(
                    "{origin} has both insecure-skip-tls-verify and a certificate authority; remove the first"
                )));
            }
            (true, None) => Trust::Anybody,
            (false, Some(authority)) => Trust::Roots(authority),
            (false, None) => Trust::Platform,
        };
        let server = some(cluster.server).ok_or_else(|| {
            config_error(format!("{origin} names no server; set its `server` to https://HOST:PORT"))
        })?;
        let tls = trust != Trust::Platform || user_has_certificate;
        let server = server_url(&server, tls).map_err(|cause| config_error(format!("{origin}: {cause}")))?;
        let mut config = Config::new(server)?;
        config.trust = trust;
        config.tls_server_name = some(cluster.tls_server_name);
        config.proxy_url = cluster.proxy_url.filter(|it| !it.is_empty());
        Ok(config)
    }
}

impl User {
    fn has_certificate(&self) -> bool {
        self.client_certificate.is_some() || self.client_certificate_data.is_some()
    }
}

impl Entry<User> {
    fn resolve(self) -> Result<(Option<Identity>, Credentials), Error> {
        let origin = format!("user \"{}\" in {}", self.name, self.file.display());
        let user = self.value;
        for (key, given) in [("exec", user.exec.is_some()), ("auth-provider", user.auth_provider.is_some())] {
            if given {
                return Err(credentials_error(format!(
                    "{origin} gets its credentials by `{key}`, which is not supported yet; use a user with a token, \
                     tokenFile or client certificate (`kubectl create token` makes a token)"
                )));
            }
        }
        if some(user.impersonate).is_some() {
            return Err(credentials_error(format!(
                "{origin} acts `as` another user, which is not supported yet; use that user's own credentials"
            )));
        }
        let kind = ErrorKind::Credentials;
        let data = some(user.client_certificate_data);
        let certificate = pem(
            "client-certificate",
            data.as_deref(),
            some(user.client_certificate),
            &self.file,
            &origin,
            kind,
        )?;
        let data = user.client_key_data.as_ref().map(Secret::expose).filter(|it| !it.is_empty());
        let key = pem("client-key", data, some(user.client_key), &self.file, &origin, kind)?;
        let missing = |has: &str, lacks: &str| {
            let message = format!("{origin} has a {has} without a {lacks}; add `{lacks}` or `{lacks}-data`");
            Err(credentials_error(message))
        };
        let identity = match (certificate, key) {
            (Some(certificate), Some(key)) => Some(Identity { certificate, key }),
            (None, None) => None,
            (Some(_), None) => return missing("client-certificate", "client-key"),
            (None, Some(_)) => return missing("client-key", "client-certificate"),
        };
        let token = user.token.filter(|it| !it.is_empty());
        let credentials = match (some(user.token_file), token, some(user.username)) {
            (token_file, token, Some(_)) if token_file.is_some() || token.is_some() => {
                return Err(credentials_error(format!(
                    "{origin} has both a token and a username; remove one of them"
                )));
            }
            // The file wins over the token, which is only what it held once.
            (Some(file), token, _) => Credentials::TokenFile { path: beside(&self.file, &file), token },
            (None, Some(token), _) => Credentials::Token(token),
            (None, None, Some(username)) => {
                Credentials::Basic { username, password: user.password.unwrap_or_default() }
            }
            (None, None, None) => Credentials::None,
        };
        Ok((identity, credentials))
    }
}

/// PEM text from `KEY-data` (base64), which wins, or from the file that `KEY` names.
fn pem(
    key: &str,
    data: Option<&str>,
    file: Option<String>,
    kubeconfig: &Path,
    origin: &str,
    kind: ErrorKind,
) -> Result<Option<Material>, Error> {
    if let Some(data) = data {
        let compact: String = data.split_ascii_whitespace().collect();
        // The cause is left out on purpose: it quotes what may be a key.
        let text = STANDARD.decode(compact).map_err(|_| {
            let message =
                format!("{key}-data of {origin} is not base64; encode the PEM file with `base64 -w0 FILE`");
            Error::new(kind, message)
        })?;
        return Ok(Some(Material::Inline(Pem { text, origin: format!("{key}-data of {origin}") })));
    }
    let Some(file) = file else { return Ok(None) };
    let material = Material::File { path: beside(kubeconfig, &file), what: format!("the {key} of {origin}") };
    // What cannot be read is told now, as client-go does, rather than when the client is made.
    material.read(kind)?;
    Ok(Some(material))
}

/// Paths in a kubeconfig are relative to its folder.
fn beside(kubeconfig: &Path, file: &str) -> PathBuf {
    kubeconfig.parent().unwrap_or(Path::new("")).join(file)
}
