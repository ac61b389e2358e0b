//! The configuration that a pod finds in its surroundings, as `client-go/rest/config.go` reads it.

use std::path::PathBuf;

use kubesdk_core::{Error, ErrorKind};

use super::{Config, server_url};
use crate::auth::Credentials;
use crate::tls::{Material, Trust};

/// Where the kubelet puts token, CA and namespace.
const FOLDER: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// What is read, so that a test can bring its own.
pub(super) struct Surroundings {
    host: String,
    port: String,
    namespace: String,
    folder: PathBuf,
}

impl Surroundings {
    pub(super) fn of_this_pod() -> Self {
        let variable = |name| std::env::var(name).unwrap_or_default();
        Surroundings {
            host: variable("KUBERNETES_SERVICE_HOST"),
            port: variable("KUBERNETES_SERVICE_PORT"),
            namespace: variable("POD_NAMESPACE"),
            folder: PathBuf::from(FOLDER),
        }
    }

    fn say_something(&self) -> bool {
        !self.host.is_empty() && !self.port.is_empty() && self.folder.join("token").is_file()
    }
}

/// Whether this is a pod with a service account.
pub(super) fn available() -> bool {
    Surroundings::of_this_pod().say_something()
}

pub(super) fn load(found: &Surroundings) -> Result<Config, Error> {
    if found.host.is_empty() || found.port.is_empty() {
        let message = "this is no pod of a cluster: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be \
                       defined; use a kubeconfig instead";
        return Err(Error::new(ErrorKind::Config, message));
    }
    let host = match found.host.contains(':') && !found.host.starts_with('[') {
        true => format!("[{}]", found.host),
        false => found.host.clone(),
    };
    let mut config = Config::new(server_url(&format!("https://{host}:{}", found.port), true)?)?;
    let what = "the cluster's CA of this pod's service account".to_owned();
    config.trust = Trust::Roots(Material::File { path: found.folder.join("ca.crt"), what });
    config.credentials = Credentials::TokenFile { path: found.folder.join("token"), token: None };
    config.namespace = namespace(found);
    Ok(config)
}

fn namespace(found: &Surroundings) -> Option<String> {
    let file = || std::fs::read_to_string(found.folder.join("namespace")).unwrap_or_default();
    let name = if found.namespace.is_empty() { file() } else { found.namespace.clone() };
    Some(name.trim().to_owned()).filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::Access;

    fn pod(host: &str, port: &str) -> (tempfile::TempDir, Surroundings) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_owned();
        let found =
            Surroundings { host: host.into(), port: port.into(), namespace: String::new(), folder: path };
        (folder, found)
    }

    #[test]
    fn a_pod_finds_its_server() {
        for (host, expected) in [("10.0.0.1", "https://10.0.0.1:443"), ("fd00::1", "https://[fd00::1]:443")] {
            let (folder, mut found) = pod(host, "443");
            std::fs::write(folder.path().join("token"), "t\n").unwrap();
            std::fs::write(folder.path().join("ca.crt"), "pem").unwrap();
            let config = load(&found).unwrap();
            assert_eq!((config.server(), config.default_namespace()), (expected, "default"));
            std::fs::write(folder.path().join("namespace"), "shop\n").unwrap();
            assert_eq!(load(&found).unwrap().default_namespace(), "shop");
            found.namespace = "other".to_owned();
            assert_eq!(load(&found).unwrap().default_namespace(), "other");
            let config = load(&found).unwrap();
            let token = Credentials::TokenFile { path: folder.path().join("token"), token: None };
            assert_eq!(config.credentials, token);
            assert!(
                matches!(&config.trust, Trust::Roots(Material::File { path, .. }) if path.ends_with("ca.crt"))
            );
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let (folder, found) = pod("10.0.0.1", "443");
        assert!(!found.say_something());
        let opened = || Access::open(&load(&found).unwrap()).unwrap_err().to_string();
        assert!(opened().contains("ca.crt"));
        std::fs::write(folder.path().join("token"), "t").unwrap();
        assert!(found.say_something());
        let (_folder, found) = pod("", "443");
        assert!(load(&found).unwrap_err().to_string().contains("KUBERNETES_SERVICE_HOST"));
    }
}
