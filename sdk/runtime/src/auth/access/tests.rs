//! What requests are given, and what a 401 leads to.

use std::time::Duration;

use bytes::Bytes;
use kubesdk_core::BoxFuture;

use super::*;
use crate::auth::Impersonation;
use crate::config::Plugin;
use crate::config::kubeconfig::ExecConfig;

fn open(config: &Config) -> Access {
    Access::open(config, Arc::new(NoFetch)).unwrap()
}

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

async fn authorization(access: &Access) -> (Option<String>, Prepared) {
    let mut headers = HeaderMap::new();
    let prepared = access.prepare(&mut headers).await.unwrap();
    (headers.get(AUTHORIZATION).map(|it| it.to_str().unwrap().to_owned()), prepared)
}

#[tokio::test]
async fn fixed_credentials_are_put_in_and_a_401_is_final() {
    let check = async |credentials: Credentials, expected: Option<&str>| {
        let mut config = Config::new("https://h").unwrap();
        config.credentials = credentials;
        assert!(!format!("{config:?}").contains("hunter2"), "{config:?}");
        let access = open(&config);
        assert!(!format!("{access:?}").contains("hunter2"), "{access:?}");
        let (found, prepared) = authorization(&access).await;
        assert_eq!(found.as_deref(), expected);
        assert!(!access.unauthorized(&prepared).await);
    };
    check(Credentials::None, None).await;
    check(Credentials::Token("hunter2".into()), Some("Bearer hunter2")).await;
    let basic = Credentials::Basic { username: "a".into(), password: "hunter2".into() };
    check(basic, Some("Basic YTpodW50ZXIy")).await;
}

#[tokio::test]
async fn what_the_caller_said_wins() {
    let mut config = Config::new("https://h").unwrap().with_token("hunter2");
    config.impersonation = Impersonation { user: "jane".into(), ..Default::default() };
    let access = open(&config);
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer own"));
    let prepared = access.prepare(&mut headers).await.unwrap();
    assert_eq!(headers[AUTHORIZATION], "Bearer own");
    assert_eq!(headers["impersonate-user"], "jane");
    assert!(!access.unauthorized(&prepared).await);
}

#[tokio::test(start_paused = true)]
async fn a_401_makes_a_token_file_be_read_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    std::fs::write(&path, "one").unwrap();
    let mut config = Config::new("https://h").unwrap();
    config.credentials = Credentials::TokenFile { path: path.clone(), token: None };
    let access = open(&config);
    let (found, prepared) = authorization(&access).await;
    assert_eq!(found.as_deref(), Some("Bearer one"));
    assert!(!access.unauthorized(&prepared).await, "the file says the same");
    std::fs::write(&path, "two").unwrap();
    assert!(access.unauthorized(&prepared).await);
    let (found, prepared) = authorization(&access).await;
    assert_eq!(found.as_deref(), Some("Bearer two"));
    std::fs::remove_file(&path).unwrap();
    assert!(!access.unauthorized(&prepared).await, "the file is gone");
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(authorization(&access).await.0.as_deref(), Some("Bearer two"));
}

#[cfg(unix)]
#[tokio::test]
async fn a_401_makes_a_plugin_run_again_and_its_certificate_be_used() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("plug");
    let say = folder.path().join("say");
    std::fs::write(&script, format!("#!/bin/sh\nexec cat {}\n", say.display())).unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let speak = |status: &str| {
        let version = "client.authentication.k8s.io/v1beta1";
        let text = format!("{{apiVersion: {version}, kind: ExecCredential, status: {status}}}");
        std::fs::write(&say, text).unwrap();
    };
    let mut config = Config::new("https://h").unwrap();
    config.plugin = Some(Plugin::Exec {
        exec: ExecConfig {
            command: Some(script.display().to_string()),
            api_version: Some("client.authentication.k8s.io/v1beta1".to_owned()),
            ..ExecConfig::default()
        },
        cluster_config: None,
        user: "u".to_owned(),
    });
    let access = open(&config);
    speak("{token: one}");
    let (found, prepared) = authorization(&access).await;
    assert_eq!((found.as_deref(), prepared.tls.generation), (Some("Bearer one"), 0));
    assert!(!access.unauthorized(&prepared).await, "the plugin says the same");
    let prepared = authorization(&access).await.1;
    speak("{token: two}");
    assert!(access.unauthorized(&prepared).await);
    let made = rcgen::generate_simple_self_signed(vec!["u".to_owned()]).unwrap();
    let quoted = |text: String| format!("\"{}\"", text.replace('\n', "\\n"));
    let (certificate, key) = (quoted(made.cert.pem()), quoted(made.signing_key.serialize_pem()));
    speak(&format!("{{clientCertificateData: {certificate}, clientKeyData: {key}}}"));
    let (found, prepared) = authorization(&access).await;
    assert_eq!(found.as_deref(), Some("Bearer two"));
    assert!(access.unauthorized(&prepared).await);
    let (found, prepared) = authorization(&access).await;
    assert_eq!((found, prepared.tls.generation), (None, 1));
    speak("nonsense");
    assert!(!access.unauthorized(&prepared).await, "the 401 stands, and the last answer too");
    assert_eq!(authorization(&access).await.1.tls.generation, 1);

    config.exec_policy = crate::ExecPolicy::DenyAll;
    let error = open(&config).prepare(&mut HeaderMap::new()).await.unwrap_err();
    assert!(error.to_string().contains("policy set to \"DenyAll\""), "{error}");
}

/// Keeps what is warned of.
#[derive(Clone, Default)]
struct Warned(Arc<std::sync::Mutex<Vec<String>>>);

impl tracing::Subscriber for Warned {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        *metadata.level() == tracing::Level::WARN
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut said = Said(String::new());
        event.record(&mut said);
        self.0.lock().unwrap().push(said.0);
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

struct Said(String);

impl tracing::field::Visit for Said {
    fn record_debug(&mut self, _: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        self.0.push_str(&format!("{value:?} "));
    }
}

#[test]
fn who_believes_anybody_is_warned() {
    let check = |server: &str, trust: Trust, expected: usize| {
        let mut config = Config::new(server).unwrap().with_token("hunter2");
        config.trust = trust;
        let warned = Warned::default();
        tracing::subscriber::with_default(warned.clone(), || drop(open(&config)));
        let said = warned.0.lock().unwrap();
        assert_eq!(said.len(), expected, "{said:?}");
        assert!(said.iter().all(|it| it.contains("insecure-skip-tls-verify is set") && it.contains(server)));
    };
    check("https://h:6443", Trust::Anybody, 1);
    check("https://h:6443", Trust::Platform, 0);
    // There is nothing to believe.
    check("http://h:8080", Trust::Anybody, 0);
}
