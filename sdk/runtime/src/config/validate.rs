//! What client-go finds wrong with the entries that a context leads to, in the words of
//! `tools/clientcmd/validation.go`, and what to do about it.

use std::fs::File;
use std::path::Path;

use super::kubeconfig::{Cluster, ExecConfig, User};
use super::overrides::Chosen;
use crate::Secret;

/// Everything that is wrong, for one message.
pub(super) fn problems(chosen: &Chosen) -> Vec<String> {
    let mut problems = Vec::new();
    if !chosen.context_exists && !chosen.context_name.is_empty() {
        problems.push(format!(
            "context was not found for specified context: {} (choose one with `kubectl config use-context NAME`)",
            chosen.context_name
        ));
    }
    of_user(&chosen.user, &chosen.user_name, &mut problems);
    of_cluster(&chosen.cluster, &chosen.cluster_name, &mut problems);
    problems
}

fn of_cluster(cluster: &Cluster, name: &str, problems: &mut Vec<String>) {
    if cluster.server.is_none() {
        problems.push(match name {
            "" => "default cluster has no server defined".to_owned(),
            name => format!("no server found for cluster \"{name}\" (set its `server` to https://HOST:PORT)"),
        });
    }
    if let Some(Err(why)) = cluster.proxy_url.as_ref().map(check_proxy) {
        problems.push(format!("invalid 'proxy-url' for cluster \"{name}\": {why}"));
    }
    if cluster.certificate_authority.is_some() && cluster.certificate_authority_data.is_some() {
        problems.push(format!(
            "certificate-authority-data and certificate-authority are both specified for {name} (remove one of them)"
        ));
    }
    readable("certificate-authority", cluster.certificate_authority.as_deref(), name, problems);
}

fn of_user(user: &User, name: &str, problems: &mut Vec<String>) {
    if user.client_certificate.is_some() || user.client_certificate_data.is_some() {
        if user.client_certificate.is_some() && user.client_certificate_data.is_some() {
            problems.push(format!(
                "client-certificate-data and client-certificate are both specified for {name} (remove one of them)"
            ));
        }
        if user.client_key.is_some() && user.client_key_data.is_some() {
            problems.push(format!(
                "client-key-data and client-key are both specified for {name} (remove one of them)"
            ));
        }
        if user.client_key.is_none() && user.client_key_data.is_none() {
            problems.push(format!(
                "client-key-data or client-key must be specified for {name} to use the clientCert authentication method"
            ));
        }
        readable("client-certificate", user.client_certificate.as_deref(), name, problems);
        readable("client-key", user.client_key.as_deref(), name, problems);
    }
    if let Some(exec) = &user.exec {
        if user.auth_provider.is_some() {
            problems.push(format!(
                "authProvider cannot be provided in combination with an exec plugin for {name} (remove `auth-provider`)"
            ));
        }
        of_exec(exec, name, problems);
    }
    if user.token.is_some() && (user.username.is_some() || user.password.is_some()) {
        problems.push(format!(
            "more than one authentication method found for {name}; found [token basicAuth], only one is allowed"
        ));
    }
    let without_user = user.impersonate_uid.is_some()
        || !user.impersonate_groups.is_empty()
        || !user.impersonate_user_extra.is_empty();
    if without_user && user.impersonate.is_none() {
        problems.push(format!(
            "requesting uid, groups or user-extra for {name} without impersonating a user (set `as`)"
        ));
    }
}

fn of_exec(exec: &ExecConfig, name: &str, problems: &mut Vec<String>) {
    let mut missing = |what: &str| {
        problems.push(format!("{what} must be specified for {name} to use exec authentication plugin"));
    };
    if exec.command.is_none() {
        missing("command");
    }
    match exec.api_version.as_deref() {
        None => missing("apiVersion"),
        Some("client.authentication.k8s.io/v1" | "client.authentication.k8s.io/v1beta1") => {}
        Some(other) => problems.push(format!(
            "exec plugin: invalid apiVersion \"{other}\" for {name} (use client.authentication.k8s.io/v1, or \
             v1beta1 if the plugin is old; v1alpha1 is gone)"
        )),
    }
    if exec.env.iter().any(|it| it.name.is_empty()) {
        problems.push(format!(
            "env variable name must be specified for {name} to use exec authentication plugin"
        ));
    }
    match exec.interactive_mode() {
        None => problems.push(format!(
            "interactiveMode must be specified for {name} to use exec authentication plugin (Never, \
             IfAvailable or Always)"
        )),
        Some("Never" | "IfAvailable" | "Always") => {}
        Some(other) => problems.push(format!(
            "invalid interactiveMode for {name}: \"{other}\" (use Never, IfAvailable or Always)"
        )),
    }
}

fn readable(key: &str, path: Option<&str>, name: &str, problems: &mut Vec<String>) {
    let Some(path) = path else { return };
    if let Err(cause) = File::open(Path::new(path)) {
        problems.push(format!("unable to read {key} {path} for {name} due to {cause}"));
    }
}

/// Whether a proxy's URL has a scheme that client-go knows. The URL may hold a password: no word of it is returned.
pub(super) fn check_proxy(url: &Secret) -> Result<(), String> {
    let url = url.expose();
    let has_control = url.bytes().any(|it| it < b' ' || it == 0x7f);
    let scheme = url.split_once(':').map(|it| it.0.to_ascii_lowercase());
    match scheme.as_deref() {
        _ if has_control => Err("it has a control character; remove it".to_owned()),
        Some("http" | "https" | "socks5") => Ok(()),
        _ => {
            Err("unsupported scheme, must be http, https, or socks5 (write it as http://HOST:PORT)"
                .to_owned())
        }
    }
}
