//! Tables of kubeconfigs, of what they lead to, and of what is wrong with them.

use std::path::PathBuf;

use kubesdk_core::ErrorKind;

use super::*;
use crate::tls::Material;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Folder(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// An environment whose `KUBECONFIG` lists files of this folder.
    fn environment(&self, files: &[&str]) -> Environment {
        let list = std::env::join_paths(files.iter().map(|it| self.path(it))).unwrap();
        let variables = [("KUBECONFIG", list)].into();
        Environment { variables, home: None, service_account: self.path("pod") }
    }

    fn loader(&self, files: &[&str]) -> ConfigLoader {
        ConfigLoader::in_environment(self.environment(files))
    }
}

/// A kubeconfig of one cluster and one user, given as flow mappings.
fn kubeconfig(cluster: &str, user: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Config\nunknown: {{a: [1]}}\nclusters:\n- name: c\n  cluster: {{{cluster}}}\n\
         users:\n- name: u\n  user: {{{user}}}\n\
         contexts:\n- name: x\n  context: {{cluster: c, user: u, namespace: shop}}\ncurrent-context: x\n"
    )
}

fn load_text(text: &str) -> Result<Config, Error> {
    let folder = Folder::new();
    folder.write("certs/ca.crt", "CA");
    folder.write("certs/key", "KEY");
    Config::from_kubeconfig(folder.write("config", text))
}

/// Who a configuration says asks, in a word.
fn who(config: &Config) -> String {
    match &config.credentials {
        Credentials::None => match &config.plugin {
            None => "nobody".to_owned(),
            Some(Plugin::Exec { exec, .. }) => format!("exec {}", exec.command.clone().unwrap_or_default()),
            Some(Plugin::Oidc { .. }) => "oidc".to_owned(),
        },
        Credentials::Token(token) => format!("token {}", token.expose()),
        Credentials::TokenFile { path, token } => {
            let name = path.file_name().unwrap().to_string_lossy();
            format!("file {name} {}", token.as_ref().map(Secret::expose).unwrap_or_default())
        }
        Credentials::Basic { username, password } => format!("basic {username}:{}", password.expose()),
    }
}

#[test]
fn users_and_clusters() {
    let check = |cluster: &str, user: &str, server: &str, expected: &str| {
        let config = load_text(&kubeconfig(cluster, user)).unwrap();
        assert_eq!((config.server(), who(&config).as_str()), (server, expected), "{cluster} {user}");
        assert_eq!(config.default_namespace(), "shop");
        for shown in [format!("{config:?}"), config.to_string()] {
            assert!(!shown.contains("hunter2"), "{shown}");
        }
    };
    let https = "server: 'https://h'";
    check("server: 'https://h:1/base/'", "", "https://h:1/base", "nobody");
    check(https, "token: hunter2", "https://h", "token hunter2");
    check(https, "tokenFile: token", "https://h", "file token ");
    check(https, "token: hunter2, tokenFile: token", "https://h", "file token hunter2");
    check(https, "username: a, password: hunter2", "https://h", "basic a:hunter2");
    check(https, "password: hunter2", "https://h", "nobody");
    check(https, "client-key-data: Q0E=", "https://h", "nobody");
    check("server: 'https://h', proxy-url: 'http://a:hunter2@p'", "", "https://h", "nobody");
    check("server: 'https://a:hunter2@h'", "token: t", "https://h", "basic a:hunter2");
    // Without a scheme it is plain HTTP, whatever is said about TLS, and over plain HTTP nobody says who they are.
    check("server: 'h:8080', certificate-authority: null", "token: hunter2", "http://h:8080", "nobody");
    check("server: 'h:6443', insecure-skip-tls-verify: true", "", "http://h:6443", "nobody");
    check("server: 'http://h'", "token: hunter2", "http://h", "nobody");
    let exec = "exec: {command: aws, apiVersion: client.authentication.k8s.io/v1beta1}";
    check(https, exec, "https://h", "exec aws");
    check(https, &format!("token: hunter2, {exec}"), "https://h", "token hunter2");
    check(https, "auth-provider: {name: oidc, config: {id-token: hunter2}}", "https://h", "oidc");
    check(
        https,
        &format!("client-certificate-data: Q0E=, client-key-data: Q0E=, {exec}"),
        "https://h",
        "nobody",
    );
}

#[test]
fn certificates_come_from_data_and_from_files_beside_the_kubeconfig() {
    let config =
        load_text(&kubeconfig("server: 'https://h', certificate-authority: certs/../certs/ca.crt", ""));
    let Trust::Roots(Material::File { path, what }) = config.unwrap().trust else { panic!("no file") };
    assert!(path.is_absolute() && path.ends_with("certs/ca.crt"), "{path:?}");
    assert!(what.starts_with("the certificate-authority of cluster \"c\" in /"), "{what}");
    let config = load_text(&kubeconfig("server: 'https://h', certificate-authority-data: \"Q0\\nE=\"", ""));
    let Trust::Roots(Material::Inline(pem)) = config.unwrap().trust else { panic!("no text") };
    assert_eq!(pem.text, b"CA");
    assert!(pem.origin.starts_with("certificate-authority-data of cluster \"c\""), "{}", pem.origin);
    let user = "client-certificate-data: Q0E=, client-key: certs/key";
    let config = load_text(&kubeconfig("server: 'https://h'", user)).unwrap();
    let identity = config.identity.unwrap();
    assert!(matches!(identity.certificate, Material::Inline(_)));
    assert!(matches!(identity.key, Material::File { .. }));
}

#[test]
fn impersonation_and_exec_are_described() {
    let user = "as: jane, as-uid: '7', as-groups: [dev], as-user-extra: {scope: [a, b]}, \
                exec: {command: bin/plugin, args: [x], env: [{name: A, value: hunter2}], \
                apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, provideClusterInfo: true}";
    let cluster = "server: 'https://h', \
                   extensions: [{name: client.authentication.k8s.io/exec, extension: {a: [1, b]}}]";
    let config = load_text(&kubeconfig(cluster, user)).unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
    assert_eq!(config.impersonation.user, "jane");
    assert_eq!(
        (config.impersonation.uid.as_str(), config.impersonation.groups.as_slice()),
        ("7", &["dev".to_owned()][..])
    );
    assert_eq!(config.impersonation.extra, [("scope".to_owned(), vec!["a".to_owned(), "b".to_owned()])]);
    let Some(Plugin::Exec { exec, cluster_config, user }) = config.plugin else { panic!("no plugin") };
    assert!(exec.command.as_deref().is_some_and(|it| it.starts_with('/') && it.ends_with("/bin/plugin")));
    assert_eq!(cluster_config.unwrap().as_str(), "{\"a\":[1,\"b\"]}");
    assert_eq!((user.as_str(), exec.interactive_mode()), ("u", Some("Never")));
    assert_eq!((exec.args, exec.env[0].value.expose()), (vec!["x".to_owned()], "hunter2"));
}

#[test]
fn what_is_wrong_is_named() {
    let check = |text: &str, expected: &[&str]| {
        let error = load_text(text).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("hunter2"), "{shown}");
        for part in expected {
            assert!(error.to_string().contains(part), "{error}\nlacks {part}");
        }
    };
    let of = |cluster: &str, user: &str| kubeconfig(&format!("server: 'https://h', {cluster}"), user);
    check("", &["/config is empty"]);
    check("# nothing\n", &["is empty"]);
    check("apiVersion: v1\nkind: Config\n", &["is empty"]);
    check("contexts:\n- name: a\n- name: b\n", &["names no current-context", "use-context", "a, b"]);
    check("current-context: yy\n", &["context was not found for specified context: yy"]);
    check("contexts: [{name: yy}]\ncurrent-context: yy\n", &["context \"yy\" that names no cluster"]);
    let dangling = "contexts: [{name: yy, context: {cluster: z}}]\ncurrent-context: yy\n";
    check(dangling, &["cluster \"z\" does not exist"]);
    check(&kubeconfig("", ""), &["no server found for cluster \"c\"", "set its `server`", "/config"]);
    check(&kubeconfig("server: 'ftp://h'", ""), &["cluster \"c\"", "must begin with http:// or https://"]);
    check(
        &of("insecure-skip-tls-verify: true, certificate-authority-data: Q0E=", ""),
        &[
            "cluster \"c\"",
            "root certificates file with the insecure flag",
            "remove insecure-skip-tls-verify",
        ],
    );
    check(
        &of("certificate-authority-data: '!'", ""),
        &["line 6", "`clusters[0].cluster.certificate-authority-data`", "base64"],
    );
    check(
        &of("certificate-authority-data: Q0E=, certificate-authority: certs/ca.crt", ""),
        &["both specified for c", "remove one"],
    );
    check(
        &of("certificate-authority: nowhere", ""),
        &["unable to read certificate-authority /", "nowhere for c"],
    );
    check(&of("proxy-url: 'ftp://a:hunter2@p'", ""), &["proxy-url", "http, https, or socks5"]);
    check(&of("proxy-url: 'p:1'", ""), &["invalid 'proxy-url' for cluster \"c\""]);
    check(&of("", "client-key-data: 'hunter2!'"), &["`users[0].user.client-key-data`", "base64"]);
    check(
        &of("", "client-certificate-data: Q0E="),
        &["client-key-data or client-key must be specified for u"],
    );
    check(&of("", "token: hunter2, username: a"), &["more than one authentication method found for u"]);
    check(
        &of("", "tokenFile: t, username: a"),
        &["username/password or bearer token may be set, but not both"],
    );
    check(&of("", "as-groups: [a]"), &["without impersonating a user"]);
    check(
        &of("", "exec: {command: aws}"),
        &["apiVersion must be specified for u", "interactiveMode must be"],
    );
    let exec = |rest: &str| {
        of("", &format!("exec: {{command: a, apiVersion: client.authentication.k8s.io/{rest}}}"))
    };
    check(&exec("v1alpha1"), &["invalid apiVersion", "v1alpha1 is gone"]);
    check(&exec("v1, interactiveMode: Sometimes"), &["invalid interactiveMode for u: \"Sometimes\""]);
    check(
        &exec("v1, interactiveMode: Never, env: [{value: hunter2}]"),
        &["env variable name must be specified"],
    );
    check(&of("", "auth-provider: {name: gcp}"), &["user \"u\"", "gke-gcloud-auth-plugin"]);
    check(&of("", "auth-provider: {name: azure}"), &["user \"u\"", "kubelogin"]);
    check(&of("", "auth-provider: {name: other}"), &["no Auth Provider found for name \"other\""]);
    let both =
        "exec: {command: a, apiVersion: client.authentication.k8s.io/v1beta1}, auth-provider: {name: oidc}";
    check(&of("", both), &["authProvider cannot be provided in combination with an exec plugin for u"]);
    check(
        &of("", "token: t")
            .replace("user: u,", "user: u2,")
            .replace("name: u\n", "name: u2\n")
            .replace("token: t", "as-uid: a"),
        &["u2"],
    );
}

#[test]
fn a_user_that_is_not_there_is_nobody() {
    let config =
        load_text(&kubeconfig("server: 'https://h'", "token: t").replace("user: u,", "user: v,")).unwrap();
    assert_eq!(who(&config), "nobody");
}

#[test]
fn the_first_file_wins_and_keeps_its_own_folder() {
    let folder = Folder::new();
    let server = |name: &str| format!("server: 'https://{name}'");
    let one = kubeconfig(&server("one"), "tokenFile: token");
    folder.write("one/config", &one);
    let more = "- name: yy\n  context: {cluster: d, user: u}\ncurrent-context: yy\n";
    let two = kubeconfig(&server("two"), "token: hunter2").replace("name: c\n", "name: d\n");
    folder.write("two/config", &two.replace("current-context: x\n", more));
    let check = |files: &[&str], context: &str, expected: Result<(&str, &str), &str>| {
        let loaded = folder.loader(files).context(context).load();
        match (loaded, expected) {
            (Ok(config), Ok((server, folder))) => {
                assert_eq!(config.server(), server);
                assert!(
                    matches!(&config.credentials, Credentials::TokenFile { path, .. } if path.ends_with(folder))
                );
            }
            (Err(error), Err(expected)) => assert!(error.to_string().contains(expected), "{error}"),
            (found, expected) => panic!("{found:?} instead of {expected:?}"),
        }
    };
    check(&["missing", "one/config", "two/config", "one/config"], "", Ok(("https://one", "one/token")));
    check(&["one/config", "two/config"], "yy", Ok(("https://two", "one/token")));
    check(&["one/config", "two/config"], "z", Err("context \"z\" does not exist"));
    folder.write("one/config", &one.replace("current-context: x", ""));
    check(&["one/config", "two/config"], "", Ok(("https://two", "one/token")));
    check(&["missing"], "", Err("no configuration has been provided"));
    check(&["missing"], "x", Err("context \"x\" does not exist"));
    folder.write("broken", "clusters: 7\n");
    check(&["one/config", "broken"], "x", Err("`clusters` must be a list, not a number"));
    let error = folder.loader(&["one/config"]).kubeconfig(folder.path("missing")).load().unwrap_err();
    assert!(error.to_string().starts_with("cannot read the kubeconfig /"), "{error}");
}

#[test]
fn overrides_win_with_client_gos_precedence() {
    let folder = Folder::new();
    let cluster = "server: 'https://h', tls-server-name: name, certificate-authority-data: Q0E=";
    folder.write("config", &kubeconfig(cluster, "token: one, as: joe, as-groups: [a]"));
    folder.write(
        "file",
        &kubeconfig(
            cluster,
            "tokenFile: token, exec: {command: a, apiVersion: client.authentication.k8s.io/v1beta1}",
        ),
    );
    let load = || folder.loader(&["config"]);
    let check = |loader: ConfigLoader, expected: fn(&Config)| expected(&loader.load().unwrap());
    check(load().token("two"), |it| assert_eq!(who(it), "token two"));
    check(folder.loader(&["file"]).token("two"), |it| assert_eq!(who(it), "file token two"));
    check(load().server("https://other"), |it| {
        assert_eq!((it.server(), it.tls_server_name.as_deref()), ("https://other", None));
        assert!(matches!(it.trust, Trust::Roots(_)));
        assert_eq!(it.origin("server"), Some(&Origin::Override));
    });
    check(load().server("https://other").tls_server_name("new"), |it| {
        assert_eq!(it.tls_server_name.as_deref(), Some("new"));
    });
    check(load().insecure_skip_tls_verify(true), |it| assert_eq!(it.trust, Trust::Anybody));
    check(load().namespace("other"), |it| assert_eq!(it.default_namespace(), "other"));
    check(load().namespace(""), |it| assert_eq!(it.default_namespace(), "shop"));
    check(load().impersonate("jane").impersonate_group("b").impersonate_extra("k", "v"), |it| {
        assert_eq!((it.impersonation.user.as_str(), it.impersonation.groups.len()), ("jane", 1));
        assert_eq!(it.impersonation.extra.len(), 1);
    });
    check(load().proxy_url("http://p").disable_compression(true), |it| {
        assert!(it.proxy_url.is_some() && it.disable_compression);
    });
    let refused = |loader: ConfigLoader, expected: &str| {
        let error = loader.load().unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    refused(load().cluster("z"), "cluster \"z\" does not exist");
    refused(load().user("z"), "auth info \"z\" does not exist");
    refused(load().basic("a", "b"), "more than one authentication method");
    refused(load().certificate_authority("/nowhere/ca"), "unable to read certificate-authority /nowhere/ca");
    check(folder.loader(&[]).server("https://only").token("t"), |it| {
        assert_eq!((it.server(), who(it).as_str()), ("https://only", "token t"));
    });
}

#[test]
fn a_pod_is_assumed_where_no_kubeconfig_leads_anywhere() {
    let folder = Folder::new();
    folder.write("pod/token", "t");
    folder.write("pod/namespace", "pods-own");
    folder.write("config", &kubeconfig("server: 'https://h'", "token: one").replace(", namespace: shop", ""));
    folder.write("empty", "");
    folder.write("unchosen", "contexts: [{name: a}]\n");
    folder.write("dangling", "contexts: [{name: a, context: {cluster: z}}]\ncurrent-context: a\n");
    let mut environment = folder.environment(&["missing", "empty"]);
    environment.variables.insert("KUBERNETES_SERVICE_HOST", "10.0.0.1".into());
    environment.variables.insert("KUBERNETES_SERVICE_PORT", "443".into());
    let load = |file: &str| ConfigLoader::in_environment(environment.clone()).kubeconfig(file);
    let check = |loader: ConfigLoader, server: &str, namespace: &str| {
        let config = loader.load().unwrap();
        assert_eq!((config.server(), config.default_namespace()), (server, namespace));
    };
    check(load(""), "https://10.0.0.1:443", "pods-own");
    check(load(folder.path("unchosen").to_str().unwrap()), "https://10.0.0.1:443", "pods-own");
    // The kubeconfig wins, and the namespace that it does not name is the pod's.
    check(load(folder.path("config").to_str().unwrap()), "https://h", "pods-own");
    check(load("").namespace("n"), "https://10.0.0.1:443", "n");
    let config = load("").token("t2").impersonate("jane").load().unwrap();
    assert_eq!((who(&config).as_str(), config.impersonation.user.as_str()), ("token t2", "jane"));
    let error = load(folder.path("dangling").to_str().unwrap()).load().unwrap_err().to_string();
    assert!(error.contains("cluster \"z\" does not exist"), "{error}");
    let mut master = environment.clone();
    master.variables.insert("KUBERNETES_MASTER", "https://master".into());
    check(ConfigLoader::in_environment(master.clone()), "https://10.0.0.1:443", "pods-own");
    master.variables.remove("KUBERNETES_SERVICE_HOST");
    check(ConfigLoader::in_environment(master), "https://master", "default");
}

#[test]
fn every_value_says_where_it_came_from() {
    let folder = Folder::new();
    let path = folder.write(
        "config",
        &kubeconfig("server: 'https://h', proxy-url: 'http://a:hunter2@p'", "token: hunter2"),
    );
    let config = folder.loader(&["config"]).impersonate("jane").load().unwrap();
    let path = path.display();
    let expected = format!(
        "cluster: c  # context \"x\": cluster, {path}:12\n\
         user: u  # context \"x\": user, {path}:12\n\
         namespace: shop  # context \"x\": namespace, {path}:12\n\
         server: https://h  # cluster \"c\": server, {path}:6\n\
         proxy-url: http://REDACTED@p  # cluster \"c\": proxy-url, {path}:6\n\
         token: REDACTED  # user \"u\": token, {path}:9\n\
         as: jane  # override\n"
    );
    assert_eq!(config.to_string(), expected);
    assert!(
        config
            .with_token("x")
            .with_default_namespace("n")
            .to_string()
            .ends_with("as: jane  # override\ntoken: REDACTED  # override\nnamespace: n  # override\n")
    );
}

#[test]
fn a_missing_file_is_named() {
    let error = Config::from_kubeconfig("nowhere/config").unwrap_err();
    assert!(error.to_string().starts_with("cannot read the kubeconfig nowhere/config"), "{error}");
    assert_eq!(error.kind(), ErrorKind::Config);
}
