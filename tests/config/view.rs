//! A kubeconfig shown by us and by `kubectl config view --minify`.

use std::process::Command;

use kubesdk::ConfigLoader;
use serde_json::Value;

use crate::run::Programs;

const ONE: &str = "\
apiVersion: v1
kind: Config
preferences: {colors: true}
clusters:
- name: c
  cluster:
    server: https://h
    certificate-authority-data: Q0E=
    tls-server-name: name
    proxy-url: http://proxy:3128
    disable-compression: true
    extensions: [{name: e, extension: {a: [1, 'yes', {b: c}]}}]
- name: other
  cluster: {server: https://other, certificate-authority: ca.crt}
users:
- name: u
  user:
    token: hunter2
    tokenFile: tokens/one
    client-certificate: certs/u.crt
    client-key-data: aHVudGVyMg==
    as: jane
    as-uid: '7'
    as-groups: [dev]
    as-user-extra: {scope: [a, b]}
    exec: {command: bin/plugin, args: [x], env: [{name: A, value: b}], apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, installHint: get it}
current-context: x
";

const TWO: &str = "\
contexts:
- name: x
  context: {cluster: c, user: u, namespace: shop}
- name: z
  context: {cluster: other, user: basic}
clusters: [{name: c, cluster: {server: https://loses}}]
users: [{name: basic, user: {username: me, password: hunter2}}]
current-context: z
";

#[test]
fn a_merged_kubeconfig_is_shown_as_kubectl_shows_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    std::fs::create_dir(path("sub")).expect("a folder is made");
    std::fs::write(path("one"), ONE).expect("a file is written");
    std::fs::write(path("sub/two"), TWO).expect("a file is written");
    let kubectl = Programs::kubectl();
    let check = |name: &str, context: &str| {
        // One file: `ConfigLoader` reads the environment of this process, which a test cannot change.
        let merged = path(name);
        let mut document = ConfigLoader::new().kubeconfig(&merged).document().expect("a document");
        document.current_context = Some(context.to_owned());
        let document = document.minify().expect("the context is there");
        let mut command = Command::new(&kubectl);
        command.args(["config", "view", "--minify", "-o", "json", "--context", context]);
        let output = command.env_clear().env("KUBECONFIG", &merged).output().expect("kubectl runs");
        let theirs: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let ours: Value =
            serde_saphyr::from_str(&document.to_redacted_yaml().expect("YAML")).expect("a value");
        assert_eq!(said(ours), said(theirs));
        assert!(!document.to_string().contains("hunter2"));
    };
    std::fs::write(path("both"), whole(&path("one"), &path("sub/two"))).expect("a file is written");
    check("both", "x");
    check("both", "z");
}

/// Both files merged by us, as one file.
fn whole(one: &std::path::Path, two: &std::path::Path) -> String {
    let read = |path| ConfigLoader::new().kubeconfig(path).document().expect("a document");
    let mut merged = read(one.to_owned());
    merged.merge(read(two.to_owned()));
    merged.to_yaml().expect("YAML")
}

/// Without what says nothing: `null`, `false`, empty lists and maps; kubectl prints some of them, we do not.
fn said(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().map(|(key, value)| (key, said(value)));
            Value::Object(members.filter(|it| !says_nothing(&it.1)).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(said).collect()),
        other => other,
    }
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}
