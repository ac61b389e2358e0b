//! From what a configuration says about programs and identity providers to what is opened.

use std::path::PathBuf;
use std::sync::Arc;

use kubesdk_core::{Error, ErrorKind, RawJson};

use super::Fetch;
use super::exec::{self, Exec, InteractiveMode};
use super::oidc::{Oidc, Persist, Provider};
use crate::config::Plugin;
use crate::config::kubeconfig::{ExecConfig, Kubeconfig};
use crate::tls::Trust;
use crate::{Config, Secret};

/// Where credentials come from that a configuration does not hold.
#[derive(Debug)]
pub(super) enum Opened {
    Exec(Box<Exec>),
    Oidc(Box<Oidc>),
}

/// Opens the plugin of a configuration; it does not run and nobody is asked yet.
pub(super) fn open(plugin: &Plugin, config: &Config, fetch: Arc<dyn Fetch>) -> Result<Opened, Error> {
    match plugin {
        Plugin::Exec { exec, cluster_config, user } => {
            Exec::open(program(exec, cluster_config.as_ref(), user, config)?)
                .map(|it| Opened::Exec(Box::new(it)))
        }
        Plugin::Oidc { config, user, file } => {
            let provider = Provider::from_settings(config, &format!("user \"{user}\""))?;
            let kept =
                file.clone().map(|file| Arc::new(Kept { file, user: user.clone() }) as Arc<dyn Persist>);
            Oidc::open(provider, fetch, kept).map(|it| Opened::Oidc(Box::new(it)))
        }
    }
}

fn program(
    exec: &ExecConfig,
    cluster_config: Option<&RawJson>,
    user: &str,
    config: &Config,
) -> Result<exec::Plugin, Error> {
    let mode = exec.interactive_mode().unwrap_or_default();
    let interactive_mode = InteractiveMode::parse(mode).ok_or_else(|| {
        let message = format!(
            "interactiveMode of the exec plugin of user \"{user}\" is \"{mode}\"; set it to Never, IfAvailable or Always"
        );
        Error::new(ErrorKind::Credentials, message)
    })?;
    let cluster = match exec.provide_cluster_info {
        true => Some(cluster(config, cluster_config)?),
        false => None,
    };
    Ok(exec::Plugin {
        user: format!("user \"{user}\""),
        command: exec.command.clone().unwrap_or_default(),
        args: exec.args.clone(),
        env: exec.env.iter().map(|it| (it.name.clone(), it.value.clone())).collect(),
        api_version: exec.api_version.clone().unwrap_or_default(),
        interactive_mode,
        install_hint: exec.install_hint.clone().unwrap_or_default(),
        cluster,
        policy: config.exec_policy.clone(),
        stdin_unavailable: config.stdin_unavailable.clone(),
    })
}

/// What a plugin is told of the cluster (`ConfigToExecCluster` in `client-go/rest/exec.go`).
fn cluster(config: &Config, cluster_config: Option<&RawJson>) -> Result<exec::Cluster, Error> {
    let certificate_authority_data = match &config.trust {
        Trust::Roots(material) => material.read(ErrorKind::Config)?.text,
        Trust::Platform | Trust::Anybody => Vec::new(),
    };
    Ok(exec::Cluster {
        server: config.server.clone(),
        tls_server_name: config.tls_server_name.clone().unwrap_or_default(),
        insecure_skip_tls_verify: config.trust == Trust::Anybody,
        certificate_authority_data,
        proxy_url: config.proxy_url.clone(),
        disable_compression: config.disable_compression,
        config: cluster_config.cloned(),
    })
}

/// The kubeconfig that an identity provider's tokens came from, and go back to.
#[derive(Debug)]
struct Kept {
    file: PathBuf,
    user: String,
}

impl Persist for Kept {
    fn persist(&self, settings: &[(&str, Secret)]) -> Result<(), Error> {
        Kubeconfig::edit(&self.file, |document| {
            let user = document.users.iter_mut().find(|it| it.name == self.user);
            let Some(provider) = user.and_then(|it| it.value.auth_provider.as_mut()) else {
                let (user, file) = (&self.user, self.file.display());
                let message =
                    format!("{file} has no user \"{user}\" with an auth-provider any more; log in again");
                return Err(Error::new(ErrorKind::Config, message));
            };
            for (key, value) in settings {
                provider.config.insert((*key).to_owned(), value.clone());
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests;
