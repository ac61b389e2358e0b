//! Tables of kubeconfigs and of what is wrong with them.

use super::*;
use crate::auth::Credentials;
use crate::tls::{Material, Trust};

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Folder(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
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
    folder.write("token", "from-file\n");
    let path = folder.write("config", text);
    load_file(&path, None)
}

/// What a request would say about who asks.
fn header(config: &Config) -> Option<String> {
    match &config.credentials {
        Credentials::None => None,
        Credentials::Token(token) => Some(token.expose().to_owned()),
        Credentials::TokenFile { path, .. } => Some(std::fs::read_to_string(path).unwrap().trim().to_owned()),
        Credentials::Basic { username, password } => Some(format!("{username}:{}", password.expose())),
    }
}

#[test]
fn users_and_clusters() {
    let check = |cluster: &str, user: &str, server: &str, expected: Option<&str>| {
        let folder = Folder::new();
        folder.write("token", "from-file\n");
        let config = load_file(&folder.write("config", &kubeconfig(cluster, user)), None).unwrap();
        assert_eq!(config.server(), server);
        assert_eq!(header(&config).as_deref(), expected);
        assert_eq!(config.default_namespace(), "shop");
        assert!(!format!("{config:?}").contains("hunter2"), "{config:?}");
    };
    check("server: 'https://h:1/base/'", "", "https://h:1/base", None);
    check("server: 'https://h'", "token: hunter2", "https://h", Some("hunter2"));
    check("server: 'https://h'", "tokenFile: token", "https://h", Some("from-file"));
    check("server: 'https://h'", "token: hunter2, tokenFile: token", "https://h", Some("from-file"));
    check("server: 'https://h'", "username: a, password: hunter2", "https://h", Some("a:hunter2"));
    check("server: 'h:8080', certificate-authority: null", "", "http://h:8080", None);
    check("server: 'h:6443', insecure-skip-tls-verify: true", "", "https://h:6443", None);
    check("server: 'https://h', proxy-url: 'http://a:hunter2@p'", "", "https://h", None);
}

#[test]
fn certificates_come_from_data_and_from_files_beside_the_kubeconfig() {
    let by_file =
        load_text(&kubeconfig("server: 'https://h', certificate-authority: certs/ca.crt", "")).unwrap();
    let Trust::Roots(Material::File { path, what }) = by_file.trust else { panic!("no file") };
    assert!(path.ends_with("certs/ca.crt"));
    assert!(what.starts_with("the certificate-authority of cluster \"c\""), "{what}");
    let cluster = "server: 'https://h', certificate-authority-data: Q0E=, certificate-authority: nowhere";
    let Trust::Roots(Material::Inline(pem)) = load_text(&kubeconfig(cluster, "")).unwrap().trust else {
        panic!("no roots")
    };
    assert_eq!(pem.text, b"CA");
    assert!(pem.origin.starts_with("certificate-authority-data of cluster \"c\""), "{}", pem.origin);
    let user = "client-certificate-data: Q0E=, client-key: certs/key";
    let config = load_text(&kubeconfig("server: 'https://h'", user)).unwrap();
    assert!(!format!("{config:?}").contains("75, 69, 89"), "{config:?}");
    let identity = config.identity.unwrap();
    assert!(matches!(&identity.certificate, Material::Inline(pem) if pem.text == b"CA"), "{identity:?}");
    assert!(
        matches!(&identity.key, Material::File { path, .. } if path.ends_with("certs/key")),
        "{identity:?}"
    );
}

#[test]
fn what_is_wrong_is_named() {
    let check = |text: &str, expected: &[&str]| {
        let error = load_text(text).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("hunter2"), "{shown}");
        for part in expected.iter().chain(&["config"]) {
            assert!(error.to_string().contains(part), "{error}\nlacks {part}");
        }
    };
    let of = |cluster: &str, user: &str| kubeconfig(&format!("server: 'https://h', {cluster}"), user);
    check("", &["is empty"]);
    check("# nothing\n", &["is empty"]);
    check("apiVersion: v1\nkind: Config\n", &["is empty"]);
    check("contexts:\n- name: a\n- name: b\n", &["names no current-context", "use-context", "a, b"]);
    check("current-context: y\n", &["no context \"y\"", "there is none"]);
    check("contexts: [{name: y}]\ncurrent-context: y\n", &["context \"y\"", "names no cluster"]);
    let dangling = "contexts: [{name: y, context: {cluster: z}}]\ncurrent-context: y\n";
    check(dangling, &["cluster \"z\", which does not exist"]);
    check(&of("", "").replace("user: u,", "user: v,"), &["user \"v\", which does not exist", "there is u"]);
    check(&kubeconfig("", ""), &["cluster \"c\"", "names no server"]);
    check(&kubeconfig("server: 'ftp://h'", ""), &["cluster \"c\"", "must begin with http:// or https://"]);
    check(&of("insecure-skip-tls-verify: true, certificate-authority-data: Q0E=", ""), &["remove the first"]);
    check(&of("certificate-authority-data: '!'", ""), &["certificate-authority-data", "is not base64"]);
    check(&of("certificate-authority: nowhere", ""), &["certificate-authority of cluster \"c\"", "nowhere"]);
    check(&of("", "client-key-data: 'hunter2!'"), &["client-key-data of user \"u\"", "is not base64"]);
    check(&of("", "client-key-data: Q0E="), &["client-key without a client-certificate"]);
    check(&of("", "client-certificate-data: Q0E="), &["client-certificate without a client-key"]);
    check(&of("", "token: hunter2, username: a"), &["both a token and a username"]);
    check(
        &of("", "exec: {command: aws}"),
        &["user \"u\"", "`exec`", "not supported yet", "kubectl create token"],
    );
    check(&of("", "auth-provider: {name: gcp}"), &["user \"u\"", "`auth-provider`", "not supported yet"]);
    check(&of("", "as: root"), &["user \"u\"", "`as`", "not supported yet"]);
    check("clusters: [{name: a}, {name: a}]\n", &["two entries for the cluster \"a\""]);
    check("users:\n- name: u\n  user:\n    token: [hunter2]\n", &["line 4", "`token`", "indentation"]);
    check("users:\n- name: u\n  user:\n   token: \"hunter2\n", &["line ", "quotes"]);
}

#[test]
fn the_first_file_wins_and_keeps_its_own_folder() {
    let folder = Folder::new();
    folder.write("one/token", "first");
    folder.write("two/token", "second");
    let server = |name: &str| format!("server: 'https://{name}'");
    let one = folder.write("one/config", &kubeconfig(&server("one"), "tokenFile: token"));
    let more = "- name: y\n  context: {cluster: d, user: u}\ncurrent-context: y\n";
    let two = kubeconfig(&server("two"), "token: hunter2").replace("name: c\n", "name: d\n");
    let two = folder.write("two/config", &two.replace("current-context: x\n", more));
    let missing = folder.0.path().join("missing");
    let load_context = |paths: &[&PathBuf], context: Option<&str>| {
        load(&paths.iter().map(|it| (*it).clone()).collect::<Vec<_>>(), context)
    };
    let load_all = |paths: &[&PathBuf]| load_context(paths, None);
    let config = load_all(&[&missing, &one, &two]).unwrap().unwrap();
    assert_eq!((config.server(), header(&config).as_deref()), ("https://one", Some("first")));
    let config = load_context(&[&one, &two], Some("y")).unwrap().unwrap();
    assert_eq!(config.server(), "https://two");
    let error = load_context(&[&one, &two], Some("z")).unwrap_err().to_string();
    assert!(error.contains("has no context \"z\""), "{error}");
    std::fs::write(&one, std::fs::read_to_string(&one).unwrap().replace("current-context: x", "")).unwrap();
    let config = load_all(&[&one, &two]).unwrap().unwrap();
    assert_eq!((config.server(), header(&config).as_deref()), ("https://two", Some("first")));
    assert!(load_all(&[&missing]).unwrap().is_none());
    let broken = folder.write("broken", "clusters: 7\n");
    assert!(load_all(&[&broken, &one]).is_err());
}

#[test]
fn a_missing_file_is_named() {
    let error = load_file(Path::new("nowhere/config"), None).unwrap_err();
    assert!(error.to_string().starts_with("cannot read the kubeconfig nowhere/config"), "{error}");
}
