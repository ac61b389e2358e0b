//! A kubeconfig as text: whole, or with what is secret left out.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kubesdk_core::{ByteString, Error};

use super::entries::{Cluster, Context, Extension, Named, User};
use super::exec::{AuthProviderConfig, ExecConfig, ExecEnvVar};
use super::fields::UnknownKeys;
use super::node::{Node, Placed};
use super::{Kubeconfig, config_error};
use crate::Secret;

/// What kubectl shows instead of secrets and of long data.
const REDACTED: &str = "REDACTED";
const OMITTED: &str = "DATA+OMITTED";

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Style {
    Whole,
    /// As `kubectl config view`: for people.
    Redacted,
}

impl Kubeconfig {
    /// The whole document, secrets included, as YAML for a file.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](kubesdk_core::ErrorKind::Config) when it holds what YAML cannot say.
    pub fn to_yaml(&self) -> Result<String, Error> {
        yaml(&self.to_node(Style::Whole))
    }

    /// What may be shown to people, as `kubectl config view` has it: tokens, passwords and values of unknown keys of
    /// users are `REDACTED`, certificates and keys `DATA+OMITTED`. Arguments and variables of exec plugins are shown;
    /// secrets do not belong there.
    ///
    /// # Errors
    ///
    /// As [`Kubeconfig::to_yaml`].
    pub fn to_redacted_yaml(&self) -> Result<String, Error> {
        yaml(&self.to_node(Style::Redacted))
    }

    pub(super) fn to_node(&self, style: Style) -> Placed {
        let mut map = Map::new(style);
        map.text("apiVersion", Some("v1"));
        map.put("clusters", named(&self.clusters, "cluster", style, cluster));
        map.put("contexts", named(&self.contexts, "context", style, context));
        map.put("current-context", text(self.current_context.as_deref().unwrap_or_default()));
        map.extensions(&self.extensions);
        map.text("kind", Some("Config"));
        map.put("users", named(&self.users, "user", style, user));
        map.finish(&self.unknown)
    }
}

fn yaml(node: &Placed) -> Result<String, Error> {
    // A long token stays on one line: folded text would gain spaces in other readers.
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    serde_saphyr::to_string_with_options(node, options)
        .map_err(|_| config_error("the kubeconfig cannot be written as YAML".to_owned()))
}

fn named<T>(entries: &[Named<T>], key: &str, style: Style, write: fn(&T, Style) -> Placed) -> Placed {
    let items = entries.iter().map(|entry| {
        let mut map = Map::new(style);
        map.put(key, write(&entry.value, style));
        map.put("name", text(&entry.name));
        map.finish(&entry.unknown)
    });
    Placed::from(Node::List(items.collect()))
}

fn cluster(cluster: &Cluster, style: Style) -> Placed {
    let mut map = Map::new(style);
    map.text("certificate-authority", cluster.certificate_authority.as_deref());
    map.data("certificate-authority-data", cluster.certificate_authority_data.as_ref());
    map.flag("disable-compression", cluster.disable_compression);
    map.extensions(&cluster.extensions);
    map.flag("insecure-skip-tls-verify", cluster.insecure_skip_tls_verify);
    match (style, cluster.proxy_url.as_ref().map(Secret::expose)) {
        (Style::Redacted, Some(url)) => map.text("proxy-url", Some(&without_password(url))),
        (_, url) => map.text("proxy-url", url),
    }
    map.text("server", cluster.server.as_deref());
    map.text("tls-server-name", cluster.tls_server_name.as_deref());
    map.finish(&cluster.unknown)
}

/// A URL whose user and password, if it has any, are not shown.
pub(in crate::config) fn without_password(url: &str) -> String {
    match url.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?.1))) {
        Some((scheme, rest)) => format!("{scheme}://{REDACTED}@{rest}"),
        None if url.contains('@') => REDACTED.to_owned(),
        None => url.to_owned(),
    }
}

fn context(context: &Context, style: Style) -> Placed {
    let mut map = Map::new(style);
    map.text("cluster", context.cluster.as_deref());
    map.extensions(&context.extensions);
    map.text("namespace", context.namespace.as_deref());
    map.text("user", context.user.as_deref());
    map.finish(&context.unknown)
}

fn user(user: &User, style: Style) -> Placed {
    let mut map = Map::new(style);
    map.text("as", user.impersonate.as_deref());
    map.texts("as-groups", &user.impersonate_groups);
    map.text("as-uid", user.impersonate_uid.as_deref());
    if !user.impersonate_user_extra.is_empty() {
        let extra = user.impersonate_user_extra.iter().map(|(key, values)| (key.clone(), texts(values)));
        map.put("as-user-extra", Placed::from(Node::Map(extra.collect())));
    }
    if let Some(provider) = &user.auth_provider {
        map.put("auth-provider", auth_provider(provider, style));
    }
    map.text("client-certificate", user.client_certificate.as_deref());
    map.data("client-certificate-data", user.client_certificate_data.as_ref());
    map.text("client-key", user.client_key.as_deref());
    map.data("client-key-data", user.client_key_data.as_ref());
    if let Some(plugin) = &user.exec {
        map.put("exec", exec(plugin, style));
    }
    map.extensions(&user.extensions);
    map.secret("password", user.password.as_ref());
    map.secret("token", user.token.as_ref());
    map.text("tokenFile", user.token_file.as_deref());
    map.text("username", user.username.as_deref());
    map.finish_redacted(&user.unknown)
}

fn exec(exec: &ExecConfig, style: Style) -> Placed {
    let mut map = Map::new(style);
    map.text("apiVersion", exec.api_version.as_deref());
    map.texts("args", &exec.args);
    map.text("command", exec.command.as_deref());
    if !exec.env.is_empty() {
        let variables = exec.env.iter().map(|it| variable(it, style));
        map.put("env", Placed::from(Node::List(variables.collect())));
    }
    map.text("installHint", exec.install_hint.as_deref());
    map.text("interactiveMode", exec.interactive_mode.as_deref());
    map.flag("provideClusterInfo", exec.provide_cluster_info);
    map.finish_redacted(&exec.unknown)
}

fn variable(variable: &ExecEnvVar, style: Style) -> Placed {
    let mut map = Map::new(style);
    map.put("name", text(&variable.name));
    map.put("value", text(variable.value.expose()));
    map.finish_redacted(&variable.unknown)
}

fn auth_provider(provider: &AuthProviderConfig, style: Style) -> Placed {
    let mut map = Map::new(style);
    let shown = |value: &Secret| match style {
        Style::Whole => text(value.expose()),
        Style::Redacted => text(REDACTED),
    };
    let config = provider.config.iter().map(|(key, value)| (key.clone(), shown(value)));
    map.put("config", Placed::from(Node::Map(config.collect())));
    map.text("name", provider.name.as_deref());
    map.finish_redacted(&provider.unknown)
}

fn text(value: &str) -> Placed {
    Placed::from(Node::Text(value.to_owned()))
}

fn texts(values: &[String]) -> Placed {
    Placed::from(Node::List(values.iter().map(|it| text(it)).collect()))
}

/// A map that leaves out what is not set.
struct Map {
    entries: Vec<(String, Placed)>,
    style: Style,
}

impl Map {
    fn new(style: Style) -> Self {
        Map { entries: Vec::new(), style }
    }

    fn put(&mut self, key: &str, value: Placed) {
        self.entries.push((key.to_owned(), value));
    }

    fn text(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value.filter(|it| !it.is_empty()) {
            self.put(key, text(value));
        }
    }

    fn texts(&mut self, key: &str, values: &[String]) {
        if !values.is_empty() {
            self.put(key, texts(values));
        }
    }

    fn flag(&mut self, key: &str, value: bool) {
        if value {
            self.put(key, Placed::from(Node::Bool(true)));
        }
    }

    fn secret(&mut self, key: &str, value: Option<&Secret>) {
        let Some(value) = value.filter(|it| !it.is_empty()) else { return };
        self.text(key, Some(if self.style == Style::Redacted { REDACTED } else { value.expose() }));
    }

    fn data(&mut self, key: &str, value: Option<&ByteString>) {
        let Some(value) = value.filter(|it| !it.is_empty()) else { return };
        match self.style {
            Style::Whole => self.text(key, Some(&STANDARD.encode(value))),
            Style::Redacted => self.text(key, Some(OMITTED)),
        }
    }

    fn extensions(&mut self, extensions: &[Named<Extension>]) {
        if !extensions.is_empty() {
            let write = |it: &Extension, _| it.0.clone();
            self.put("extensions", named(extensions, "extension", self.style, write));
        }
    }

    fn finish(mut self, unknown: &UnknownKeys) -> Placed {
        self.entries.extend(unknown.0.iter().cloned());
        Placed::from(Node::Map(self.entries))
    }

    /// The same where what is unknown may be secret.
    fn finish_redacted(mut self, unknown: &UnknownKeys) -> Placed {
        if self.style == Style::Whole {
            return self.finish(unknown);
        }
        unknown.names().for_each(|key| self.put(key, text(REDACTED)));
        Placed::from(Node::Map(self.entries))
    }
}
