//! From a kubeconfig to what a plugin is told, and back to the kubeconfig.

use std::path::Path;

use bytes::Bytes;
use kubesdk_core::BoxFuture;

use super::*;
use crate::tls::TlsSetup;

#[derive(Debug)]
struct NoFetch;
impl Fetch for NoFetch {
    fn fetch(
        &self,
        _: &TlsSetup,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'static, Result<http::Response<Bytes>, Error>> {
        panic!("{} is asked", request.uri());
    }
}

/// A kubeconfig of one cluster and one user, given as flow mappings.
fn load(folder: &Path, cluster: &str, user: &str) -> Config {
    let path = folder.join("config");
    let text = format!(
        "clusters: [{{name: c, cluster: {{server: 'https://h:1', {cluster}}}}}]\nusers: [{{name: u, user: {{{user}}}}}]\n\
         contexts: [{{name: x, context: {{cluster: c, user: u}}}}]\ncurrent-context: x\n"
    );
    std::fs::write(&path, text).unwrap();
    Config::from_kubeconfig(path).unwrap()
}

fn opened(config: &Config) -> Result<Opened, Error> {
    open(config.plugin.as_ref().expect("a plugin"), config, Arc::new(NoFetch))
}

#[test]
fn an_exec_block_becomes_a_program() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ca.crt"), "CA").unwrap();
    let cluster = "tls-server-name: other, certificate-authority: ca.crt, disable-compression: true, \
                   extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: a}}]";
    let user = "exec: {command: bin/plug, args: [x], env: [{name: A, value: hunter2}], installHint: hint, \
                apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, provideClusterInfo: true}";
    let config = load(folder.path(), cluster, user).without_stdin("used by me");
    assert!(!format!("{:?}", opened(&config)).contains("hunter2"));
    let Some(Plugin::Exec { exec, cluster_config, user }) = &config.plugin else { panic!("no plugin") };
    let found = program(exec, cluster_config.as_ref(), user, &config).unwrap();
    let expected = exec::Plugin {
        user: "user \"u\"".into(),
        command: folder.path().join("bin/plug").display().to_string(),
        args: vec!["x".into()],
        env: vec![("A".into(), "hunter2".into())],
        api_version: "client.authentication.k8s.io/v1".into(),
        interactive_mode: InteractiveMode::Never,
        install_hint: "hint".into(),
        cluster: Some(exec::Cluster {
            server: "https://h:1".into(),
            tls_server_name: "other".into(),
            certificate_authority_data: b"CA".to_vec(),
            disable_compression: true,
            config: Some(r#"{"audience":"a"}"#.parse().unwrap()),
            ..exec::Cluster::default()
        }),
        policy: crate::ExecPolicy::AllowAll,
        stdin_unavailable: Some("used by me".into()),
    };
    assert_eq!(found, expected);
}

#[test]
fn refreshed_tokens_go_back_to_the_kubeconfig() {
    let folder = tempfile::tempdir().unwrap();
    let user = "auth-provider: {name: oidc, config: {idp-issuer-url: 'https://idp', client-id: c, refresh-token: hunter2}}";
    let config = load(folder.path(), "", user);
    assert!(matches!(opened(&config), Ok(Opened::Oidc(_))));
    let kept = Kept { file: folder.path().join("config"), user: "u".into() };
    kept.persist(&[("id-token", "new".into())]).unwrap();
    let document = std::fs::read_to_string(&kept.file).unwrap();
    assert!(document.contains("id-token: new") && document.contains("refresh-token: hunter2"), "{document}");
    let lost = Kept { user: "v".into(), ..kept };
    assert!(lost.persist(&[]).unwrap_err().to_string().contains("has no user \"v\""));
}
