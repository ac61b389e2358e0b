//! The configuration that a pod finds in its surroundings, as `client-go/rest/config.go` reads it.

use kubesdk_core::{Error, ErrorKind};

use super::Config;
use super::environment::Environment;
use super::kubeconfig::config_error;
use super::origin::Origin;
use super::overrides::Overrides;
use super::server_url::ServerUrl;
use crate::auth::{Credentials, Impersonation};
use crate::tls::{Material, Trust};

const HOST: &str = "KUBERNETES_SERVICE_HOST";
const PORT: &str = "KUBERNETES_SERVICE_PORT";
/// The port by its name, which stands in for [`PORT`] where only this one is set.
const PORT_HTTPS: &str = "KUBERNETES_SERVICE_PORT_HTTPS";

/// Whether this is a pod with a service account.
pub(super) fn available(environment: &Environment) -> bool {
    address(environment).is_some() && environment.service_account.join("token").is_file()
}

/// Host and port, and the variable that gave the port.
fn address(environment: &Environment) -> Option<(String, String)> {
    let host = environment.variable(HOST)?;
    let port = environment.variable(PORT).or_else(|| environment.variable(PORT_HTTPS))?;
    Some((host, port))
}

pub(super) fn load(environment: &Environment, overrides: &Overrides) -> Result<Config, Error> {
    let folder = &environment.service_account;
    let mut config = Config::at(server(environment)?);
    config.values.set("server", config.server.clone(), Origin::Environment(HOST));
    let token = folder.join("token");
    // A missing token is told now rather than with the first request.
    std::fs::metadata(&token).map_err(|cause| {
        let message = format!(
            "cannot read the token file {}: {cause}; check that the pod mounts its service account's token",
            token.display()
        );
        Error::new(ErrorKind::Credentials, message).with_source(cause)
    })?;
    config.values.set("tokenFile", token.display().to_string(), Origin::ServiceAccount(token.clone()));
    config.credentials = Credentials::TokenFile { path: token, token: None };
    let authority = folder.join("ca.crt");
    match std::fs::metadata(&authority) {
        Ok(_) => {
            let shown = authority.display().to_string();
            config.values.set("certificate-authority", shown, Origin::ServiceAccount(authority.clone()));
            config.trust = Trust::Roots(Material::File {
                path: authority,
                what: "the cluster's CA of this pod".to_owned(),
            });
        }
        // As client-go: a cluster whose certificate a public authority signed has no need of its own.
        Err(cause) => {
            let path = authority.display();
            tracing::error!(%path, %cause, "cannot read the cluster's CA: the platform's roots are used");
        }
    }
    put_in(&mut config, overrides)?;
    if config.namespace.is_none() {
        set_namespace(&mut config, environment);
    }
    Ok(config)
}

fn server(environment: &Environment) -> Result<String, Error> {
    let Some((host, port)) = address(environment) else {
        return Err(config_error(
            "unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be \
             defined: this is no pod of a cluster; use a kubeconfig instead"
                .to_owned(),
        ));
    };
    let host = match host.contains(':') && !host.starts_with('[') {
        true => format!("[{host}]"),
        false => host,
    };
    let url = ServerUrl::parse(&format!("https://{host}:{port}"), true);
    url.map(|it| it.url).map_err(|cause| config_error(format!("{HOST} and {PORT}: {cause}")))
}

/// What a program says instead. client-go takes the server, the token and the CA only; whoever asks for more means
/// it.
fn put_in(config: &mut Config, overrides: &Overrides) -> Result<(), Error> {
    let (cluster, user) = (&overrides.cluster, &overrides.user);
    if let Some(server) = &cluster.server {
        config.server = ServerUrl::parse(server, true)?.url;
        config.values.set("server", config.server.clone(), Origin::Override);
    }
    if let Some(credentials) = overrides.credentials() {
        config.credentials = credentials;
        config.values.set_token();
    }
    if let Some(path) = &cluster.certificate_authority {
        let what = "the certificate authority".to_owned();
        config.trust = Trust::Roots(Material::File { path: path.into(), what });
        config.values.set("certificate-authority", path, Origin::Override);
    }
    config.impersonation = Impersonation::from(user);
    if let Some(who) = &user.impersonate {
        config.values.set("as", who, Origin::Override);
    }
    config.proxy_url.clone_from(&cluster.proxy_url);
    config.disable_compression = cluster.disable_compression;
    if let Some(namespace) = &overrides.context.namespace {
        config.namespace = Some(namespace.clone());
        config.values.set("namespace", namespace, Origin::Override);
    }
    Ok(())
}

/// The pod's own namespace: `POD_NAMESPACE`, else what the service account's folder says.
pub(super) fn set_namespace(config: &mut Config, environment: &Environment) {
    let path = environment.service_account.join("namespace");
    let (name, origin) = match environment.variable("POD_NAMESPACE") {
        Some(name) => (name, Origin::Environment("POD_NAMESPACE")),
        None => (std::fs::read_to_string(&path).unwrap_or_default(), Origin::ServiceAccount(path)),
    };
    let name = name.trim();
    if !name.is_empty() {
        config.values.set("namespace", name, origin);
        config.namespace = Some(name.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(host: &'static str, port: &'static str) -> (tempfile::TempDir, Environment) {
        let folder = tempfile::tempdir().unwrap();
        let variables = [(HOST, host.into()), (PORT, port.into())].into();
        let environment = Environment { variables, home: None, service_account: folder.path().to_owned() };
        (folder, environment)
    }

    fn load(environment: &Environment) -> Result<Config, Error> {
        super::load(environment, &Overrides::default())
    }

    #[test]
    fn a_pod_finds_its_server() {
        let hosts = [
            ("10.0.0.1", "https://10.0.0.1:443"),
            ("fd00::1", "https://[fd00::1]:443"),
            ("[fd00::1]", "https://[fd00::1]:443"),
            ("kubernetes.default.svc", "https://kubernetes.default.svc:443"),
        ];
        for (host, expected) in hosts {
            let (folder, mut environment) = pod(host, "443");
            std::fs::write(folder.path().join("token"), "t\n").unwrap();
            std::fs::write(folder.path().join("ca.crt"), "pem").unwrap();
            let config = load(&environment).unwrap();
            assert_eq!((config.server(), config.default_namespace()), (expected, "default"));
            assert!(
                matches!(&config.trust, Trust::Roots(Material::File { path, .. }) if path.ends_with("ca.crt"))
            );
            assert_eq!(config.origin("server"), Some(&Origin::Environment(HOST)));
            std::fs::write(folder.path().join("namespace"), "shop\n").unwrap();
            assert_eq!(load(&environment).unwrap().default_namespace(), "shop");
            environment.variables.insert("POD_NAMESPACE", "other".into());
            assert_eq!(load(&environment).unwrap().default_namespace(), "other");
            assert!(matches!(load(&environment).unwrap().credentials, Credentials::TokenFile { .. }));
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let (folder, environment) = pod("10.0.0.1", "443");
        assert!(!available(&environment));
        assert!(load(&environment).unwrap_err().to_string().contains("cannot read the token file"));
        std::fs::write(folder.path().join("token"), "t").unwrap();
        assert!(available(&environment));
        assert_eq!(load(&environment).unwrap().trust, Trust::Platform);
        let (_folder, environment) = pod("", "443");
        assert!(!available(&environment));
        assert!(load(&environment).unwrap_err().to_string().contains("KUBERNETES_SERVICE_HOST"));
        let (_folder, environment) = pod("h", "https");
        assert!(load(&environment).unwrap_err().to_string().contains("port that is no number"));
    }

    #[test]
    fn the_port_has_two_names() {
        let (folder, mut environment) = pod("h", "");
        std::fs::write(folder.path().join("token"), "t").unwrap();
        environment.variables.insert(PORT_HTTPS, "6443".into());
        assert_eq!(load(&environment).unwrap().server(), "https://h:6443");
        environment.variables.insert(PORT, "443".into());
        assert_eq!(load(&environment).unwrap().server(), "https://h:443");
    }
}
