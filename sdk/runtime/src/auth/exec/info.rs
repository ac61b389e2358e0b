//! What a plugin is told: the environment variable `KUBERNETES_EXEC_INFO`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kubesdk_core::{Error, ErrorKind, RawJson};
use serde::{Serialize, Serializer};

use crate::Secret;

/// The cluster that credentials are for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Cluster {
    pub(crate) server: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) tls_server_name: String,
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) insecure_skip_tls_verify: bool,
    /// PEM text.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "base64")]
    pub(crate) certificate_authority_data: Vec<u8>,
    /// May hold a password.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "expose")]
    pub(crate) proxy_url: Option<Secret>,
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) disable_compression: bool,
    /// What the cluster's extension `client.authentication.k8s.io/exec` says; `null` without one, as in client-go.
    pub(crate) config: Option<RawJson>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExecCredential<'a> {
    kind: &'a str,
    api_version: &'a str,
    spec: Spec<'a>,
}

#[derive(Serialize)]
struct Spec<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cluster: Option<&'a Cluster>,
    interactive: bool,
}

/// The variable's value.
pub(super) fn render(
    api_version: &str,
    cluster: Option<&Cluster>,
    interactive: bool,
) -> Result<String, Error> {
    let spec = Spec { cluster, interactive };
    serde_json::to_string(&ExecCredential { kind: "ExecCredential", api_version, spec }).map_err(|cause| {
        let message = format!("what the exec plugin is told cannot be written as JSON: {cause}");
        Error::new(ErrorKind::Credentials, message).with_source(cause)
    })
}

fn base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&STANDARD.encode(bytes))
}

fn expose<S: Serializer>(secret: &Option<Secret>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.as_ref().map(Secret::expose).unwrap_or_default())
}

fn is_false(flag: &bool) -> bool {
    !flag
}
