//! What a program says instead of the kubeconfig, with client-go's precedence (`getContext`, `getAuthInfo` and
//! `getCluster` in `tools/clientcmd/client_config.go`).

use kubesdk_core::Error;

use super::kubeconfig::{Cluster, Context, Kubeconfig, User, config_error};
use crate::auth::Credentials;

/// Values that win over those of the kubeconfig.
#[derive(Clone, Debug, Default)]
pub(super) struct Overrides {
    /// Name of the context to use.
    pub(super) current_context: Option<String>,
    /// Names of cluster and user, and the namespace.
    pub(super) context: Context,
    pub(super) cluster: Cluster,
    pub(super) user: User,
}

/// The entries that a context leads to, overrides put in.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    pub(super) context_name: String,
    pub(super) context_exists: bool,
    pub(super) context: Context,
    pub(super) cluster_name: String,
    /// Whether anything says something about the cluster.
    pub(super) cluster_exists: bool,
    pub(super) cluster: Cluster,
    pub(super) user_name: String,
    pub(super) user_exists: bool,
    pub(super) user: User,
}

impl Overrides {
    /// What the document gives with these overrides. A name that an override gives must exist.
    pub(super) fn choose(
        &self,
        document: &Kubeconfig,
        default_server: Option<&str>,
    ) -> Result<Chosen, Error> {
        let wanted = self.current_context.as_ref().or(document.current_context.as_ref());
        let context_name = wanted.cloned().unwrap_or_default();
        let context = document.context(&context_name);
        let named = context.cloned().unwrap_or_default();
        let context_exists = context.is_some();
        let merged = Context {
            cluster: over(&self.context.cluster, named.cluster),
            user: over(&self.context.user, named.user),
            namespace: over(&self.context.namespace, named.namespace),
            ..named
        };
        let user_name = merged.user.clone().unwrap_or_default();
        let user = document.user(&user_name);
        let cluster_name = merged.cluster.clone().unwrap_or_default();
        let cluster = document.cluster(&cluster_name);
        let missing = |what: &str, name: &str, known: Vec<&str>| {
            Err(config_error(format!(
                "{what} \"{name}\" does not exist; choose an existing one ({})",
                list(&known)
            )))
        };
        if self.context.user.is_some() && user.is_none() {
            return missing(
                "auth info",
                &user_name,
                document.users.iter().map(|it| it.name.as_str()).collect(),
            );
        }
        if self.current_context.is_some() && !context_exists {
            return missing(
                "context",
                &context_name,
                document.contexts.iter().map(|it| it.name.as_str()).collect(),
            );
        }
        if self.context.cluster.is_some() && cluster.is_none() {
            return missing(
                "cluster",
                &cluster_name,
                document.clusters.iter().map(|it| it.name.as_str()).collect(),
            );
        }
        let mut chosen = Chosen {
            context_name,
            context_exists,
            context: merged,
            cluster_exists: cluster.is_some()
                || self.cluster != Cluster::default()
                || default_server.is_some(),
            cluster_name,
            cluster: self.over_cluster(cluster.cloned().unwrap_or_default()),
            user_exists: user.is_some(),
            user_name,
            user: self.over_user(user.cloned().unwrap_or_default()),
        };
        if chosen.cluster.server.is_none() {
            chosen.cluster.server = default_server.map(ToOwned::to_owned);
        }
        Ok(chosen)
    }

    fn over_cluster(&self, found: Cluster) -> Cluster {
        let new = &self.cluster;
        let mut cluster = Cluster {
            server: over(&new.server, found.server),
            tls_server_name: found.tls_server_name,
            insecure_skip_tls_verify: found.insecure_skip_tls_verify,
            certificate_authority: found.certificate_authority,
            certificate_authority_data: found.certificate_authority_data,
            proxy_url: new.proxy_url.clone().or(found.proxy_url),
            disable_compression: new.disable_compression || found.disable_compression,
            extensions: found.extensions,
            unknown: found.unknown,
            place: found.place,
        };
        // The way to trust the server is one thing: whoever says part of it says all of it.
        if new.insecure_skip_tls_verify
            || new.certificate_authority.is_some()
            || new.certificate_authority_data.is_some()
        {
            cluster.insecure_skip_tls_verify = new.insecure_skip_tls_verify;
            cluster.certificate_authority.clone_from(&new.certificate_authority);
            cluster.certificate_authority_data.clone_from(&new.certificate_authority_data);
        }
        // Another server has another name.
        if new.server.is_some() || new.tls_server_name.is_some() {
            cluster.tls_server_name.clone_from(&new.tls_server_name);
        }
        cluster
    }

    fn over_user(&self, found: User) -> User {
        let new = &self.user;
        let mut user = User {
            token: new.token.clone().or(found.token),
            token_file: over(&new.token_file, found.token_file),
            impersonate: over(&new.impersonate, found.impersonate),
            impersonate_uid: over(&new.impersonate_uid, found.impersonate_uid),
            impersonate_groups: match new.impersonate_groups.is_empty() {
                true => found.impersonate_groups,
                false => new.impersonate_groups.clone(),
            },
            username: over(&new.username, found.username),
            password: new.password.clone().or(found.password),
            ..found
        };
        user.impersonate_user_extra.extend(new.impersonate_user_extra.clone());
        if new.client_key.is_some() || new.client_key_data.is_some() {
            user.client_key.clone_from(&new.client_key);
            user.client_key_data.clone_from(&new.client_key_data);
        }
        if new.client_certificate.is_some() || new.client_certificate_data.is_some() {
            user.client_certificate.clone_from(&new.client_certificate);
            user.client_certificate_data.clone_from(&new.client_certificate_data);
        }
        user
    }

    /// The credentials that a program gives by themselves, without a kubeconfig.
    pub(super) fn credentials(&self) -> Option<Credentials> {
        match (&self.user.token, &self.user.token_file) {
            (token, Some(path)) => Some(Credentials::TokenFile { path: path.into(), token: token.clone() }),
            (Some(token), None) => Some(Credentials::Token(token.clone())),
            (None, None) => None,
        }
    }
}

fn over(new: &Option<String>, found: Option<String>) -> Option<String> {
    new.clone().or(found)
}

/// Names in words.
pub(super) fn list(names: &[&str]) -> String {
    match names {
        [] => "there is none".to_owned(),
        some => format!("there is {}", some.join(", ")),
    }
}
