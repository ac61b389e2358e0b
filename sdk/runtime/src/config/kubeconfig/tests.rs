//! Documents: what is read, kept, shown and written.

use std::os::unix::fs::PermissionsExt;

use super::*;

const WHOLE: &str = "\
apiVersion: v1
kind: Config
preferences: {colors: true}
future: [1, 18446744073709551615, -2, 1.5, null, 'yes', \"a\\nb\"]
extensions: [{name: tool, extension: {nested: {deep: hunter2-no}}, more: 1}]
clusters:
- name: one
  note: kept
  cluster:
    server: https://one
    certificate-authority-data: Q0E=
    proxy-url: http://me:hunter2@proxy
    owner: {team: a}
    extensions: [{name: x, extension: 7}]
users:
- name: me
  user:
    token: hunter2
    password: hunter2
    client-key-data: S0VZ
    client-certificate: certs/crt
    as-user-extra: {scope: [a]}
    secret-of-tomorrow: hunter2
    exec: {command: p, env: [{name: A, value: b, hint: c}], unknown: hunter2, apiVersion: v9}
    auth-provider: {name: oidc, config: {refresh-token: hunter2}}
contexts:
- name: c
  context: {cluster: one, user: me, namespace: ns, color: red}
current-context: c
";

#[test]
fn what_is_read_is_written() {
    let document: Kubeconfig = WHOLE.parse().unwrap();
    let again: Kubeconfig = document.to_yaml().unwrap().parse().unwrap();
    assert_eq!(document, again);
    let json: Kubeconfig =
        serde_json::to_string(&document.to_node(write::Style::Whole)).unwrap().parse().unwrap();
    assert_eq!(document, json);
    assert_eq!(document.unknown.names().collect::<Vec<_>>(), ["preferences", "future"]);
    assert_eq!(document.clusters[0].unknown.names().collect::<Vec<_>>(), ["note"]);
    assert_eq!(document.cluster("one").unwrap().place.line("server"), Some(10));
    let extension = &document.extensions[0];
    assert_eq!(extension.value.to_json().as_str(), "{\"nested\":{\"deep\":\"hunter2-no\"}}");
    assert_eq!(Extension::from_json(&extension.value.to_json()).unwrap(), extension.value);
}

#[test]
fn nothing_secret_is_shown() {
    let document: Kubeconfig = WHOLE.replace("hunter2-no", "x").parse().unwrap();
    let clusters = &document.clusters;
    for shown in [document.to_string(), format!("{document:?} {:?} {clusters:?}", document.users)] {
        assert!(!shown.contains("hunter2") && !shown.contains("S0VZ") && !shown.contains("KEY"), "{shown}");
    }
    let shown = document.to_string();
    for part in
        ["token: REDACTED", "client-key-data: DATA+OMITTED", "http://REDACTED@proxy", "team: a", "certs/crt"]
    {
        assert!(shown.contains(part), "{shown}");
    }
}

#[test]
fn yaml_is_read_as_go_reads_it() {
    let check = |text: &str, expected: Result<&str, &str>| match (text.parse::<Kubeconfig>(), expected) {
        (Ok(found), Ok(expected)) => {
            assert_eq!(found.current_context.unwrap_or_default(), expected, "{text}")
        }
        (Err(error), Err(expected)) => assert!(error.to_string().contains(expected), "{text}: {error}"),
        (found, expected) => panic!("{text}: {found:?} instead of {expected:?}"),
    };
    check("", Ok(""));
    check("null", Ok(""));
    check("\u{feff}current-context: a\r\n", Ok("a"));
    check("current-context: a\n---\ncurrent-context: b\n", Ok("a"));
    check("---\n# c\ncurrent-context: a\n...\n", Ok("a"));
    check("current-context: a\ncurrent-context: b\n", Ok("b"));
    check("{\n\t\"current-context\": \"a\"\n}\n", Ok("a"));
    check("x: &a b\ncurrent-context: *a\n", Ok("b"));
    check("CURRENT-CONTEXT: a\n", Ok(""));
    check("clusters: [null, {name: a, cluster: null}]\nusers:\n", Ok(""));
    check("clusters: [null, {name: ''}]\n", Err("`clusters[1]` is a second entry for the cluster \"\""));
    check(
        "current-context: 7\n",
        Err("line 1: `current-context` must be text (put it in quotes), not a number"),
    );
    check("current-context: yes\n", Err("not true or false"));
    check("clusters: [{cluster: {insecure-skip-tls-verify: yes}}]\n", Ok(""));
    check(
        "clusters: [{cluster: {insecure-skip-tls-verify: 'true'}}]\n",
        Err("must be true or false, not text"),
    );
    check("clusters: {a: b}\n", Err("`clusters` must be a list, not a map"));
    check("- a\n", Err("line 1: the document must be a map, not a list"));
    check("a:\n\tb: c\n", Err("line 2"));
    check("kind: Pod\n", Err("is no kubeconfig"));
    check("apiVersion: v2\n", Err("is no kubeconfig"));
    check("users: [{name: a, user: {token: 'x}}]\n", Err("quotes"));
    check(
        "users: [{name: a, user: {as-user-extra: {k: v}}}]\n",
        Err("`users[0].user.as-user-extra.k` must be a list"),
    );
    check("contexts: [{name: a}, {name: a}]\n", Err("second entry for the context \"a\"; remove one"));
}

#[test]
fn minified_is_what_one_context_needs() {
    let mut document: Kubeconfig = WHOLE.parse().unwrap();
    document.clusters.push(Named::new("two", Cluster::default()));
    document.users.push(Named::new("other", User::default()));
    let small = document.clone().minify().unwrap();
    assert_eq!((small.clusters.len(), small.users.len(), small.contexts.len()), (1, 1, 1));
    document.contexts[0].value.user = Some("nobody".to_owned());
    assert!(document.clone().minify().unwrap_err().to_string().contains("cannot locate user nobody"));
    document.current_context = None;
    assert!(document.minify().unwrap_err().to_string().contains("current-context must exist"));
}

#[test]
fn a_file_is_changed_as_a_whole_and_keeps_its_permissions() {
    let folder = tempfile::tempdir().unwrap();
    let (path, link) = (folder.path().join("new/config"), folder.path().join("link"));
    let mode = || std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    let choose = |it: &mut Kubeconfig| {
        it.current_context = Some(format!("{}+", it.current_context.clone().unwrap_or_default()));
        Ok(())
    };
    Kubeconfig::edit(&path, choose).unwrap();
    assert_eq!(mode(), 0o600);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink(&path, &link).unwrap();
    Kubeconfig::edit(&link, choose).unwrap();
    assert_eq!(mode(), 0o640);
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(Kubeconfig::read(&path).unwrap().current_context.as_deref(), Some("++"));
    let refuse = |_: &mut Kubeconfig| Err(config_error("no".to_owned()));
    assert_eq!(Kubeconfig::edit(&path, refuse).unwrap_err().to_string(), "no");
    std::fs::write(folder.path().join("new/config.lock"), "").unwrap();
    let error = Kubeconfig::edit(&path, choose).unwrap_err().to_string();
    assert!(error.contains("is being changed by another program; if none is, remove "), "{error}");
    let names: Vec<_> =
        std::fs::read_dir(folder.path().join("new")).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(
        Kubeconfig::read(folder.path()).unwrap_err().to_string().starts_with("cannot read the kubeconfig /")
    );
}
