//! Where credentials are to be had that the kubeconfig does not hold: a program, or an OIDC provider.

use std::collections::BTreeMap;
use std::path::PathBuf;

use kubesdk_core::{Error, ErrorKind, RawJson};

use super::kubeconfig::{ExecConfig, User};
use crate::Secret;

/// A description; nothing has been run or asked yet.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Plugin {
    /// A program of the user's `exec` block. Its command is a name to look for in `PATH` or an absolute path.
    Exec {
        exec: ExecConfig,
        /// What the cluster's extension `client.authentication.k8s.io/exec` says to it.
        cluster_config: Option<RawJson>,
        /// Name of the user, for messages.
        user: String,
    },
    /// The `oidc` auth-provider, with its settings.
    Oidc {
        config: BTreeMap<String, Secret>,
        /// Name of the user, and the file that refreshed tokens are written to.
        user: String,
        file: Option<PathBuf>,
    },
}

impl Plugin {
    /// What a user asks for. Providers that client-go had once are errors that name what took their place.
    pub(super) fn of(
        user: &User,
        name: &str,
        cluster_config: Option<RawJson>,
    ) -> Result<Option<Plugin>, Error> {
        if let Some(exec) = &user.exec {
            return Ok(Some(Plugin::Exec { exec: exec.clone(), cluster_config, user: name.to_owned() }));
        }
        let Some(provider) = &user.auth_provider else { return Ok(None) };
        let kind = provider.name.as_deref().unwrap_or_default();
        let message = match kind {
            "oidc" => {
                let file = user.place.file().map(ToOwned::to_owned);
                let config = provider.config.clone();
                return Ok(Some(Plugin::Oidc { config, user: name.to_owned(), file }));
            }
            "gcp" => "The gcp auth plugin has been removed. Please use the \"gke-gcloud-auth-plugin\" \
                      kubectl/client-go credential plugin instead (`gcloud container clusters get-credentials` \
                      writes its `exec` block)"
                .to_owned(),
            "azure" => "The azure auth plugin has been removed. Please use the \"kubelogin\" \
                        kubectl/client-go credential plugin instead (`kubelogin convert-kubeconfig` writes its `exec` block)"
                .to_owned(),
            other => format!("no Auth Provider found for name \"{other}\"; use `exec` with a credential plugin"),
        };
        Err(Error::new(ErrorKind::Credentials, format!("user \"{name}\": {message}")))
    }
}
