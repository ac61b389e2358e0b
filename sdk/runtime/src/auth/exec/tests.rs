//! Plugins of every habit, as shell scripts: what they are told, what they say, and what goes wrong with them.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::*;

const V1: &str = "client.authentication.k8s.io/v1";

/// A folder with scripts in it. What a script appends to `$RUNS` tells how often it ran.
struct Scripts(tempfile::TempDir);

impl Scripts {
    fn new() -> Self {
        Scripts(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, body: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn runs(&self) -> usize {
        std::fs::read_to_string(self.0.path().join("runs")).unwrap_or_default().lines().count()
    }

    fn plugin(&self, path: &Path) -> Plugin {
        Plugin {
            user: "user \"u\"".to_owned(),
            command: path.display().to_string(),
            api_version: V1.to_owned(),
            env: vec![("RUNS".to_owned(), self.0.path().join("runs").display().to_string().as_str().into())],
            ..Plugin::default()
        }
    }
}

/// A script that counts and prints a document.
fn says(status: &str) -> String {
    format!(
        "echo run >> $RUNS\necho '{{\"apiVersion\":\"{V1}\",\"kind\":\"ExecCredential\",\"status\":{status}}}'"
    )
}

fn header(answer: &Answer) -> &str {
    answer.authorization.as_ref().map(|it| it.to_str().unwrap()).unwrap_or_default()
}

#[tokio::test]
async fn a_plugin_runs_once_and_again_when_its_answer_has_expired_or_is_refused() {
    let scripts = Scripts::new();
    let path = scripts.write("plug", &says(r#"{"token":"hunter'$(wc -l < $RUNS | tr -d " ")'","expirationTimestamp":"2026-01-01T00:00:00Z"}"#));
    let mut exec = Exec::open(scripts.plugin(&path)).unwrap();
    exec.now = || SystemTime::UNIX_EPOCH;
    let (one, two, three) = tokio::join!(exec.current(), exec.current(), exec.current());
    for answer in [one, two, three] {
        assert_eq!(header(&answer.unwrap()), "Bearer hunter1");
    }
    assert_eq!(scripts.runs(), 1, "single flight");
    // Those that were refused at the same time share one more run.
    let (one, two) = tokio::join!(exec.renewed(1), exec.renewed(1));
    assert_eq!((header(&one.unwrap()), header(&two.unwrap())), ("Bearer hunter2", "Bearer hunter2"));
    exec.now = SystemTime::now;
    assert_eq!(header(&exec.current().await.unwrap()), "Bearer hunter3", "it has expired in the meantime");
    assert!(!format!("{exec:?}").contains("hunter"), "{exec:?}");
}

#[tokio::test]
async fn a_plugin_is_told_what_it_asked_for() {
    let scripts = Scripts::new();
    let out = scripts.0.path().join("told");
    let body = format!(
        "printf '%s|%s|%s' \"$0\" \"$*\" \"$KUBERNETES_EXEC_INFO\" > {}\n{}",
        out.display(),
        says(r#"{"token":"t"}"#)
    );
    let path = scripts.write("plug", &body);
    let cluster = Cluster {
        server: "https://h:6443".to_owned(),
        tls_server_name: "name".to_owned(),
        insecure_skip_tls_verify: true,
        certificate_authority_data: b"CA".to_vec(),
        proxy_url: Some("http://p".into()),
        disable_compression: true,
        config: Some(r#"{"audience":"06e3fbd18de8"}"#.parse().unwrap()),
    };
    let check = async |cluster: Option<Cluster>, spec: &str| {
        let plugin = Plugin { cluster, args: vec!["-i".into(), "a b".into()], ..scripts.plugin(&path) };
        Exec::open(plugin).unwrap().current().await.unwrap();
        let told = std::fs::read_to_string(&out).unwrap();
        let expected = format!(
            "{}|-i a b|{{\"kind\":\"ExecCredential\",\"apiVersion\":\"{V1}\",\"spec\":{spec}}}",
            path.display()
        );
        assert_eq!(told, expected);
    };
    check(None, r#"{"interactive":false}"#).await;
    let whole = concat!(
        r#"{"cluster":{"server":"https://h:6443","tls-server-name":"name","insecure-skip-tls-verify":true,"#,
        r#""certificate-authority-data":"Q0E=","proxy-url":"http://p","disable-compression":true,"#,
        r#""config":{"audience":"06e3fbd18de8"}},"interactive":false}"#
    );
    check(Some(cluster), whole).await;
    let bare = Cluster { server: "https://h".to_owned(), ..Cluster::default() };
    check(Some(bare), r#"{"cluster":{"server":"https://h","config":null},"interactive":false}"#).await;
}

#[test]
fn what_plugins_say() {
    let check = |output: &str, expected: Result<&str, &str>| {
        let plugin = Plugin {
            user: "user \"u\"".into(),
            command: "plug".into(),
            api_version: V1.into(),
            ..Plugin::default()
        };
        match (answer::read(output.as_bytes(), &plugin, 1), expected) {
            (Ok(answer), Ok(expected)) => assert_eq!(header(&answer), expected),
            (Err(error), Err(part)) => {
                let shown = format!("{error} {error:?}");
                assert!(error.to_string().contains(part), "{error}\nlacks {part}");
                assert!(shown.contains("user \"u\"") && shown.contains("plug"), "{shown}");
                assert!(!shown.contains("hunter2"), "{shown}");
            }
            (found, expected) => panic!("{output}: {found:?} instead of {expected:?}"),
        }
        check_answer(output.as_bytes());
    };
    let with = |status: &str| format!(r#"{{"apiVersion":"{V1}","kind":"ExecCredential","status":{status}}}"#);
    check(&with(r#"{"token":"hunter2"}"#), Ok("Bearer hunter2"));
    check(&with(r#"{"token":"hunter2","expirationTimestamp":null,"more":[1]}"#), Ok("Bearer hunter2"));
    check(&format!("\n\t{}\n", with(r#"{"token":"\u0068unter2"}"#)), Ok("Bearer hunter2"));
    check(
        &format!("apiVersion: {V1}\nkind: ExecCredential\nstatus:\n  token: hunter2\n"),
        Ok("Bearer hunter2"),
    );
    check(
        &format!("{{apiVersion: {V1}, kind: ExecCredential, status: {{token: hunter2}}}}"),
        Ok("Bearer hunter2"),
    );
    check("", Err("there is nothing"));
    check("hunter2", Err("decoding stdout: "));
    check("{\"status\": {\"token\": \"hunter2\"", Err("decoding stdout: line 1 column "));
    check("{\"status\": {\"token\": [\"hunter2\"]}}", Err("decoding stdout: line 1 column "));
    check("a: b: c\n- hunter2", Err("decoding stdout: line "));
    check("null", Err("plugin returned version none"));
    check("{}", Err("plugin returned version none"));
    check(&with("null"), Err("didn't return a status field"));
    check(&with("{}"), Err("didn't return a token or cert/key pair"));
    check(&with(r#"{"token":""}"#), Err("didn't return a token or cert/key pair"));
    check(&with(r#"{"clientKeyData":"hunter2"}"#), Err("only certificate or key, not both"));
    check(
        &with(r#"{"clientCertificateData":"a","clientKeyData":"hunter2"}"#),
        Err("clientCertificateData of"),
    );
    check(&with(r#"{"token":"hunter2","expirationTimestamp":"hunter2"}"#), Err("not RFC 3339"));
    check(&with(r#"{"token":"hunter2\n"}"#), Err("control character"));
    check(&with("{}").replace("ExecCredential", "Pod"), Err("returned the kind \"Pod\""));
    check(
        &with("{}").replace("/v1", "/v1beta1"),
        Err("plugin returned version \"client.authentication.k8s.io/v1beta1\""),
    );
    // What stands where names belong is shown only when it looks like one.
    let version = |name: &str, shown: &str| {
        check(&with("{}").replace(V1, name), Err(&format!("plugin returned version {shown}")));
    };
    version("hunter2 hunter2", "one that is no name");
    version("hunter2-hunter2", "one that is no name");
    version("hunter2.k8s.io/v1", "one that is no name");
    version("client.authentication.k8s.io/hunter2-hunter2", "one that is no name");
    version("client.authentication.k8s.io/v1alpha1", "\"client.authentication.k8s.io/v1alpha1\"");
    version("", "none");
    check(&with("{}").replace("ExecCredential", "hunter2-hunter2"), Err("the kind one that is no name"));
}

#[tokio::test]
async fn what_goes_wrong_when_a_plugin_runs_is_told() {
    let scripts = Scripts::new();
    let check = async |plugin: Plugin, expected: &[&str]| {
        let exec = match Exec::open(plugin) {
            Ok(exec) => exec,
            Err(error) => {
                return assert!(expected.iter().all(|it| error.to_string().contains(it)), "{error}");
            }
        };
        let error = exec.current().await.unwrap_err();
        for part in expected.iter().chain(&["user \"u\""]) {
            assert!(error.to_string().contains(part), "{error}\nlacks {part}");
        }
    };
    let script = |body: &str| scripts.plugin(&scripts.write("plug", body));
    check(script("exit 3"), &["plug failed with exit code 3"]).await;
    check(script("kill -9 $$"), &["plug failed with signal: 9"]).await;
    check(script("yes | head -c 2000000"), &["said more than 1048576 bytes"]).await;
    check(script("cat"), &["there is nothing"]).await;
    let missing = Plugin {
        command: "kubesdk-no-such-plugin".into(),
        install_hint: "brew \u{1b}[1m x".into(),
        ..script("")
    };
    check(
        missing,
        &["exec: executable kubesdk-no-such-plugin not found\n\nIt looks like", "\n\nbrew U+001B[1m x"],
    )
    .await;
    let plain = scripts.0.path().join("plain");
    std::fs::write(&plain, "").unwrap();
    check(scripts.plugin(&plain), &["plain: permission denied"]).await;
    check(scripts.plugin(&scripts.0.path().join("gone")), &["gone not found"]).await;
    let old = Plugin { api_version: "client.authentication.k8s.io/v1alpha1".into(), ..script("") };
    check(old, &["invalid apiVersion \"client.authentication.k8s.io/v1alpha1\"", "user \"u\""]).await;
}

/// F11: a plugin that hangs. Time stands still but for timers: the deadline comes as soon as nothing else is to do.
#[tokio::test(start_paused = true)]
async fn a_plugin_that_hangs_is_stopped() {
    let scripts = Scripts::new();
    let exec = Exec::open(scripts.plugin(&scripts.write("plug", "exec sleep 1000"))).unwrap();
    let error = exec.current().await.unwrap_err();
    assert!(error.to_string().contains("gave no answer for 5 minutes"), "{error}");
    // Whoever has less time stops it earlier, and leaves it to the next.
    assert!(tokio::time::timeout(Duration::from_secs(1), exec.current()).await.is_err());
    assert!(exec.current().await.is_err());
}

#[tokio::test]
async fn those_who_wait_for_a_plugin_that_fails_do_not_run_it_again() {
    let scripts = Scripts::new();
    let exec = Exec::open(scripts.plugin(&scripts.write("plug", "echo run >> $RUNS\nexit 1"))).unwrap();
    let (one, two) = tokio::join!(exec.current(), exec.current());
    assert!(one.is_err() && two.is_err());
    assert_eq!(scripts.runs(), 1);
    assert!(exec.current().await.is_err());
    assert_eq!(scripts.runs(), 2, "a later request tries again");
}

#[tokio::test(start_paused = true)]
async fn a_missing_plugin_is_explained_ten_times_an_hour() {
    let plugin =
        Plugin { command: "kubesdk-no-such-plugin".into(), api_version: V1.into(), ..Plugin::default() };
    let exec = Exec::open(plugin).unwrap();
    let explained = async || exec.current().await.unwrap_err().to_string().contains("It looks like");
    for _ in 0..10 {
        assert!(explained().await);
    }
    assert!(!explained().await);
    tokio::time::advance(Duration::from_secs(3600)).await;
    assert!(explained().await);
}

#[test]
fn who_may_ask_at_the_terminal() {
    use InteractiveMode::{Always, IfAvailable, Never};
    let check =
        |mode: InteractiveMode, terminal: bool, unavailable: Option<&str>, expected: Result<bool, &str>| {
            let plugin = Plugin {
                api_version: V1.into(),
                interactive_mode: mode,
                stdin_unavailable: unavailable.map(ToOwned::to_owned),
                ..Plugin::default()
            };
            let mut exec = Exec::open(plugin).unwrap();
            exec.is_terminal = if terminal { || true } else { || false };
            match (exec.interactive(), expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, expected),
                (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
                (found, expected) => panic!("{mode:?}: {found:?} instead of {expected:?}"),
            }
        };
    check(Never, true, None, Ok(false));
    check(IfAvailable, true, None, Ok(true));
    check(IfAvailable, false, None, Ok(false));
    check(IfAvailable, true, Some(""), Ok(false));
    check(Always, true, None, Ok(true));
    check(Always, false, None, Err("standard input is not a terminal"));
    check(Always, true, Some(""), Err("standard input is unavailable; "));
    check(Always, true, Some("used by x"), Err("standard input is unavailable: used by x"));
    assert_eq!(InteractiveMode::parse("Always"), Some(Always));
    assert_eq!(InteractiveMode::parse("always"), None);
}

#[test]
fn which_programs_may_run() {
    let scripts = Scripts::new();
    let path = scripts.write("plug", "");
    let text = path.display().to_string();
    let list = |entries: &[&str]| ExecPolicy::AllowList(entries.iter().map(|it| (*it).to_owned()).collect());
    let check = |policy: &ExecPolicy, command: &str, allowed: bool| {
        policy.validate().unwrap();
        let path = policy::look_up(command).unwrap();
        let outcome = policy.check(command, &path, "user \"u\"");
        assert_eq!(outcome.is_ok(), allowed, "{policy:?} {command}");
        if let Err(error) = outcome {
            assert!(
                error.to_string().contains(command) && error.to_string().contains("not allowed"),
                "{error}"
            );
        }
    };
    check(&ExecPolicy::AllowAll, &text, true);
    check(&ExecPolicy::DenyAll, &text, false);
    check(&list(&["other", &text]), &text, true);
    check(&list(&["plug"]), &text, false);
    check(&list(&["sh"]), "sh", true);
    let shell = policy::look_up("sh").unwrap().display().to_string();
    check(&list(&["sh"]), &shell, true);
    check(&list(&[&shell]), "sh", true);
    check(&list(&["bash"]), "sh", false);

    let wrong = |policy: ExecPolicy, part: &str| {
        let error = policy.validate().unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
    };
    wrong(list(&[]), "is empty");
    wrong(list(&["a", ""]), "entry #2");
    wrong(list(&["/a/../b/./c"]), "write it as");
}

mod properties {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    const SECRET: &str = "hunter2-hunter2-hunter2";

    /// What may stand where a text is expected.
    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            3 => Just(json!(SECRET)),
            1 => Just(Value::Null),
            1 => Just(json!("")),
            1 => Just(json!([SECRET])),
            1 => Just(json!({"a": SECRET})),
            1 => any::<i64>().prop_map(|it| json!(it)),
            1 => ".{0,12}".prop_map(|it| json!(format!("{SECRET}{it}"))),
        ]
    }

    fn document() -> impl Strategy<Value = String> {
        let name = |names: &'static [&'static str]| prop::sample::select(names);
        let version = name(&[V1, "client.authentication.k8s.io/v1beta1", "v1", ""]);
        let kind = name(&["ExecCredential", "Pod", ""]);
        let field = name(&["token", "clientCertificateData", "clientKeyData", "expirationTimestamp", "more"]);
        let status = prop::collection::btree_map(field, value(), 0..5);
        (version, kind, status).prop_map(|(version, kind, status)| {
            json!({"apiVersion": version, "kind": kind, "status": status}).to_string()
        })
    }

    fn shows_nothing(output: &[u8]) {
        check_answer(output);
        let plugin = Plugin {
            user: "user \"u\"".into(),
            command: "plug".into(),
            api_version: V1.into(),
            ..Plugin::default()
        };
        let shown = match answer::read(output, &plugin, 1) {
            Ok(answer) => format!("{answer:?}"),
            Err(error) => format!("{error} {error:?}"),
        };
        assert!(!shown.contains("hunter2"), "{shown}");
    }

    proptest! {
        #[test]
        fn no_document_is_shown(document in document()) {
            shows_nothing(document.as_bytes());
        }

        #[test]
        fn no_damaged_document_is_shown(document in document(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let mut bytes = document.into_bytes();
            let at = at.index(bytes.len());
            // Damage in the secret itself makes it another one.
            if !SECRET.as_bytes().contains(&bytes[at]) {
                bytes[at] = byte;
            }
            shows_nothing(&bytes);
            bytes.truncate(at);
            shows_nothing(&bytes);
        }
    }
}
