//! Kubeconfig files: reading, merging as client-go merges, and what the current context leads to.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kubesdk_core::{Error, ErrorKind};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{Config, server_url};
use crate::Secret;
use crate::credentials::{Credentials, TokenFile};
use crate::tls::{Identity, Pem, Trust};

/// The files that are read when none is named: those of `KUBECONFIG`, else `~/.kube/config`.
pub(super) fn default_paths() -> Vec<PathBuf> {
    match std::env::var_os("KUBECONFIG").filter(|it| !it.is_empty()) {
        Some(list) => std::env::split_paths(&list).filter(|it| !it.as_os_str().is_empty()).collect(),
        None => std::env::home_dir().map(|home| home.join(".kube").join("config")).into_iter().collect(),
    }
}

/// A context of several files merged, the current one by default; nothing if none exists or says anything.
pub(super) fn load(paths: &[PathBuf], context: Option<&str>) -> Result<Option<Config>, Error> {
    let mut merged = Merged::default();
    for path in paths {
        match std::fs::read_to_string(path) {
            Ok(text) => merged.add(path, &text)?,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {}
            Err(cause) => return Err(unreadable("the kubeconfig", path, cause, ErrorKind::Config)),
        }
    }
    if merged.is_empty() { Ok(None) } else { merged.resolve(&list(paths), context).map(Some) }
}

/// A context of one file, the current one by default.
pub(super) fn load_file(path: &Path, context: Option<&str>) -> Result<Config, Error> {
    let text = std::fs::read_to_string(path)
        .map_err(|cause| unreadable("the kubeconfig", path, cause, ErrorKind::Config))?;
    let mut merged = Merged::default();
    merged.add(path, &text)?;
    if merged.is_empty() {
        return Err(config_error(format!(
            "the kubeconfig {} is empty; it must have `clusters`, `contexts` and `current-context`",
            path.display()
        )));
    }
    merged.resolve(&path.display().to_string(), context)
}

/// Where was looked, in words, when nothing was found.
pub(super) fn nothing_in(paths: &[PathBuf]) -> String {
    match paths.is_empty() {
        true => "no kubeconfig (neither KUBECONFIG nor a home folder is set)".to_owned(),
        false => format!("nothing in {}", list(paths)),
    }
}

/// Paths in words.
fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|it| it.display().to_string()).collect::<Vec<_>>().join(", ")
}

/// The file as it stands on disk; unknown keys are passed over, `null` is nothing.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct File {
    clusters: Option<Vec<NamedCluster>>,
    contexts: Option<Vec<NamedContext>>,
    users: Option<Vec<NamedUser>>,
    current_context: Option<String>,
}

#[derive(Deserialize)]
struct NamedCluster {
    name: String,
    #[serde(default)]
    cluster: Option<Cluster>,
}

#[derive(Deserialize)]
struct NamedContext {
    name: String,
    #[serde(default)]
    context: Option<ContextEntry>,
}

#[derive(Deserialize)]
struct NamedUser {
    name: String,
    #[serde(default)]
    user: Option<User>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct Cluster {
    server: Option<String>,
    tls_server_name: Option<String>,
    insecure_skip_tls_verify: Option<bool>,
    certificate_authority: Option<String>,
    certificate_authority_data: Option<String>,
    proxy_url: Option<Secret>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ContextEntry {
    cluster: Option<String>,
    user: Option<String>,
    namespace: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct User {
    client_certificate: Option<String>,
    client_certificate_data: Option<String>,
    client_key: Option<String>,
    client_key_data: Option<Secret>,
    token: Option<Secret>,
    #[serde(rename = "tokenFile")]
    token_file: Option<String>,
    username: Option<String>,
    password: Option<Secret>,
    #[serde(rename = "as")]
    impersonate: Option<String>,
    exec: Option<IgnoredAny>,
    auth_provider: Option<IgnoredAny>,
}

/// An entry and the file that it stands in.
struct Entry<T> {
    name: String,
    file: PathBuf,
    value: T,
}

/// Several files as one: the first that names something wins, whole entries at a time
/// (`client-go/tools/clientcmd/loader.go`).
#[derive(Default)]
struct Merged {
    clusters: Vec<Entry<Cluster>>,
    contexts: Vec<Entry<ContextEntry>>,
    users: Vec<Entry<User>>,
    current_context: Option<String>,
}

impl Merged {
    fn add(&mut self, path: &Path, text: &str) -> Result<(), Error> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            return Ok(());
        }
        let file: Option<File> =
            serde_saphyr::from_str(text).map_err(|cause| not_yaml(path, text, &cause))?;
        let file = file.unwrap_or_default();
        let clusters = file.clusters.unwrap_or_default().into_iter();
        let clusters = clusters.map(|it| (it.name, it.cluster.unwrap_or_default())).collect();
        let contexts = file.contexts.unwrap_or_default().into_iter();
        let contexts = contexts.map(|it| (it.name, it.context.unwrap_or_default())).collect();
        let users = file.users.unwrap_or_default().into_iter();
        let users = users.map(|it| (it.name, it.user.unwrap_or_default())).collect();
        merge(&mut self.clusters, path, "cluster", clusters)?;
        merge(&mut self.contexts, path, "context", contexts)?;
        merge(&mut self.users, path, "user", users)?;
        self.current_context = self.current_context.take().or(some(file.current_context));
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.clusters.is_empty()
            && self.contexts.is_empty()
            && self.users.is_empty()
            && self.current_context.is_none()
    }

    /// What a context leads to; `files` is for messages.
    fn resolve(self, files: &str, context: Option<&str>) -> Result<Config, Error> {
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

fn merge<T>(into: &mut Vec<Entry<T>>, path: &Path, what: &str, new: Vec<(String, T)>) -> Result<(), Error> {
    let before = into.len();
    for (name, value) in new {
        match into.iter().position(|it| it.name == name) {
            None => into.push(Entry { name, file: path.to_owned(), value }),
            Some(at) if at < before => {}
            Some(_) => {
                let file = path.display();
                return Err(config_error(format!(
                    "{file} has two entries for the {what} \"{name}\"; remove one"
                )));
            }
        }
    }
    Ok(())
}

fn find<T>(entries: Vec<Entry<T>>, name: &str) -> Option<Entry<T>> {
    entries.into_iter().find(|it| it.name == name)
}

fn names<T>(entries: &[Entry<T>]) -> String {
    match entries {
        [] => "there is none".to_owned(),
        some => format!("there is {}", some.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(", ")),
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
            (Some(file), _, _) => Credentials::TokenFile(TokenFile::new(beside(&self.file, &file))),
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
) -> Result<Option<Pem>, Error> {
    if let Some(data) = data {
        let compact: String = data.split_ascii_whitespace().collect();
        // The cause is left out on purpose: it quotes what may be a key.
        let text = STANDARD.decode(compact).map_err(|_| {
            let message =
                format!("{key}-data of {origin} is not base64; encode the PEM file with `base64 -w0 FILE`");
            Error::new(kind, message)
        })?;
        return Ok(Some(Pem { text, origin: format!("{key}-data of {origin}") }));
    }
    let Some(file) = file else { return Ok(None) };
    let path = beside(kubeconfig, &file);
    let text = std::fs::read(&path)
        .map_err(|cause| unreadable(&format!("the {key} of {origin}, the file"), &path, cause, kind))?;
    Ok(Some(Pem { text, origin: path.display().to_string() }))
}

/// Paths in a kubeconfig are relative to its folder.
fn beside(kubeconfig: &Path, file: &str) -> PathBuf {
    kubeconfig.parent().unwrap_or(Path::new("")).join(file)
}

fn some(text: Option<String>) -> Option<String> {
    text.filter(|it| !it.is_empty())
}

fn config_error(message: String) -> Error {
    Error::new(ErrorKind::Config, message)
}

fn credentials_error(message: String) -> Error {
    Error::new(ErrorKind::Credentials, message)
}

fn unreadable(what: &str, path: &Path, cause: std::io::Error, kind: ErrorKind) -> Error {
    let message =
        format!("cannot read {what} {}: {cause}; check the path and that you may read it", path.display());
    Error::new(kind, message).with_source(cause)
}

/// The place of a YAML error and the key that stands there. The cause itself is left out, for it quotes values and
/// lines of the file, which hold tokens and keys.
fn not_yaml(path: &Path, text: &str, cause: &serde_saphyr::Error) -> Error {
    let location = cause.location();
    let line = location.map(|it| it.line());
    let key =
        line.and_then(|it| text.lines().nth(usize::try_from(it).ok()?.checked_sub(1)?)).and_then(key_of);
    let place: &dyn Display = match &line {
        Some(line) => line,
        None => &"unknown",
    };
    let key = key.map(|it| format!(" (at `{it}`)")).unwrap_or_default();
    config_error(format!(
        "the kubeconfig {}, line {place}{key}: this is not the YAML of a kubeconfig; check the indentation, the quotes \
         and that the value is of the right type",
        path.display()
    ))
}

/// The key of a line `  - key: value`, if it is one.
fn key_of(line: &str) -> Option<&str> {
    let key = line.trim_start_matches([' ', '-']).split_once(':')?.0;
    let known = key.len() <= 40 && key.bytes().all(|it| it.is_ascii_alphabetic() || it == b'-');
    (known && !key.is_empty()).then_some(key)
}

#[cfg(test)]
mod tests;
