//! The two blocks of a user that name a way to get credentials: `exec` and `auth-provider`.

use std::collections::BTreeMap;

use kubesdk_core::Error;

use super::fields::{Fields, UnknownKeys, secret};
use crate::Secret;

/// A program that prints credentials: a plugin of the API group `client.authentication.k8s.io`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExecConfig {
    /// Program to run. With a slash in it, it is a path relative to the kubeconfig; else it is looked for in `PATH`.
    pub command: Option<String>,
    /// Its arguments.
    pub args: Vec<String>,
    /// Its environment, beside that of this process.
    pub env: Vec<ExecEnvVar>,
    /// `client.authentication.k8s.io/v1` or `client.authentication.k8s.io/v1beta1`.
    pub api_version: Option<String>,
    /// What is said to somebody who does not have the program.
    pub install_hint: Option<String>,
    /// Whether the program is told which cluster it is for.
    pub provide_cluster_info: bool,
    /// `Never`, `IfAvailable` or `Always`: whether the program may ask the user. With `v1beta1` it may be left out,
    /// which means `IfAvailable`.
    pub interactive_mode: Option<String>,
    /// Other keys.
    pub unknown: UnknownKeys,
}

/// A variable of a plugin's environment. `Debug` does not show its value, which may be secret.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExecEnvVar {
    /// Name of the variable.
    pub name: String,
    /// Its value.
    pub value: Secret,
    /// Other keys.
    pub unknown: UnknownKeys,
}

/// A way of authentication that is built into the client. Only `oidc` is left of them; `gcp` and `azure` became
/// programs for `exec`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AuthProviderConfig {
    /// Which one.
    pub name: Option<String>,
    /// Its settings, some of which are secret.
    pub config: BTreeMap<String, Secret>,
    /// Other keys.
    pub unknown: UnknownKeys,
}

impl ExecConfig {
    pub(super) fn read(mut fields: Fields<'_>) -> Result<Self, Error> {
        let mut exec = ExecConfig {
            command: fields.text("command")?,
            args: fields.texts("args")?,
            env: fields.maps("env")?.into_iter().map(ExecEnvVar::read).collect::<Result<_, _>>()?,
            api_version: fields.text("apiVersion")?,
            install_hint: fields.text("installHint")?,
            provide_cluster_info: fields.flag("provideClusterInfo")?,
            interactive_mode: fields.text("interactiveMode")?,
            unknown: UnknownKeys::default(),
        };
        exec.unknown = fields.finish().0;
        Ok(exec)
    }

    /// The interactive mode, or what its absence means; nothing where it must not be absent.
    pub(crate) fn interactive_mode(&self) -> Option<&str> {
        let default = match self.api_version.as_deref() {
            Some("client.authentication.k8s.io/v1beta1" | "client.authentication.k8s.io/v1alpha1") => {
                Some("IfAvailable")
            }
            _ => None,
        };
        self.interactive_mode.as_deref().or(default)
    }
}

impl ExecEnvVar {
    fn read(mut fields: Fields<'_>) -> Result<Self, Error> {
        let mut variable = ExecEnvVar {
            name: fields.text("name")?.unwrap_or_default(),
            value: fields.secret("value")?.unwrap_or_default(),
            unknown: UnknownKeys::default(),
        };
        variable.unknown = fields.finish().0;
        Ok(variable)
    }
}

impl AuthProviderConfig {
    pub(super) fn read(mut fields: Fields<'_>) -> Result<Self, Error> {
        let mut provider = AuthProviderConfig {
            name: fields.text("name")?,
            config: fields.map("config")?.map(|it| it.into_map(secret)).transpose()?.unwrap_or_default(),
            unknown: UnknownKeys::default(),
        };
        provider.unknown = fields.finish().0;
        Ok(provider)
    }
}
