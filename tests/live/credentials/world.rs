//! A cluster that knows an identity provider and an authority of ours, and kubeconfigs for it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kubesdk::api::authentication::v1::SelfSubjectReview;
use kubesdk::{Client, Error};
use kubesdk_test_cluster::{Cluster, Options, Output};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use rustls::pki_types::PrivateSec1KeyDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::issuer::{CLIENT, Provider};
use super::pki::{Authority, Pair};

pub struct World {
    pub cluster: Cluster,
    pub provider: Arc<Provider>,
    /// Signs the certificates of users.
    pub authority: Authority,
    /// Signed the server's certificate, in PEM.
    pub server_authority: String,
    pub folder: TempDir,
}

impl World {
    pub fn start() -> World {
        let (provider, authority) = (Provider::start(), Authority::new("users"));
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).expect("a file");
            path.display().to_string()
        };
        let flags = [
            format!("--oidc-issuer-url={}", provider.url),
            format!("--oidc-ca-file={}", write("provider.crt", &provider.authority)),
            format!("--oidc-client-id={}", CLIENT.0),
            "--oidc-username-prefix=oidc:".to_owned(),
            "--oidc-signing-algs=ES256".to_owned(),
        ];
        let options = Options { apiserver_flags: flags.into(), ..super::super::small() };
        let cluster = Cluster::start(options).expect("the cluster starts");
        // The server follows the file of those who may sign for users; its supervisor had to know its own at the start.
        let file = cluster.folder().join("pki/ca.crt");
        let server_authority = fs::read_to_string(&file).expect("the CA");
        fs::write(&file, format!("{server_authority}{}", authority.certificate)).expect("the CAs");
        let world = World { cluster, provider, authority, server_authority, folder };
        // The roles that Kubernetes has for users come about by a controller, which is not there.
        let verbs = ["create", "clusterrole", "reader", "--verb=get,list,watch", "--resource=configmaps"];
        world.kubectl(&verbs);
        let kubeconfig = world.kubeconfig("ready", &world.authority.client("jane", "dev").user());
        let start = Instant::now();
        while let Err(output) = world.kubectl_whoami(&kubeconfig) {
            assert!(start.elapsed() < Duration::from_secs(60), "jane is never known: {output:?}");
            std::thread::sleep(Duration::from_millis(100));
        }
        world
    }

    /// Runs kubectl as the administrator.
    pub fn kubectl(&self, arguments: &[&str]) -> String {
        let output =
            self.cluster.kubectl_as(&self.cluster.token_kubeconfig(), arguments).expect("kubectl runs");
        assert!(output.status.success(), "{arguments:?}: {}", output.stderr);
        output.stdout.trim().to_owned()
    }

    /// A token of a service account, which is made.
    pub fn service_account(&self, name: &str) -> String {
        self.kubectl(&["create", "serviceaccount", name]);
        self.kubectl(&["create", "token", name, "--duration=10m"])
    }

    /// A token of a service account that is not made, as the server signs them, but good until so many seconds after it
    /// has expired by its own word: the server allows a minute for clocks that differ.
    pub fn expiring(&self, token: &str, seconds: i64) -> String {
        let now = i64::try_from(UNIX_EPOCH.elapsed().expect("a clock").as_secs()).expect("not yet");
        let mut parts = token.split('.');
        let (head, claims) = (parts.next().expect("a head"), parts.next().expect("claims"));
        let claims = URL_SAFE_NO_PAD.decode(claims).expect("base64");
        let mut claims: Value = serde_json::from_slice(&claims).expect("JSON");
        claims["exp"] = json!(now - 60 + seconds);
        claims["iat"] = json!(now - 3600);
        claims["nbf"] = json!(now - 3600);
        let key = fs::read(self.cluster.folder().join("pki/sa.key")).expect("the key");
        sign(head, &claims, &key)
    }

    /// The administrator's token.
    pub fn admin(&self) -> String {
        let text = fs::read_to_string(self.cluster.token_kubeconfig()).expect("a kubeconfig");
        let token = text.lines().find_map(|it| it.trim().strip_prefix("token: "));
        token.expect("a token").to_owned()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).expect("a file");
        path
    }

    /// A program of the shell.
    pub fn script(&self, name: &str, body: &str) -> PathBuf {
        let path = self.write(name, &format!("#!/bin/sh\n{body}\n"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("permissions");
        path
    }

    /// The `exec` block of a script, and the rest of its keys.
    pub fn exec(&self, name: &str, body: &str, mut more: Value) -> Value {
        self.script(name, body);
        // Relative to the kubeconfig.
        more["command"] = json!(format!("./{name}"));
        json!({"exec": more})
    }

    /// A kubeconfig of a user, with the cluster's CA by data.
    pub fn kubeconfig(&self, name: &str, user: &Value) -> PathBuf {
        let authority = base64(self.server_authority.as_bytes());
        self.kubeconfig_with(name, user, json!({"certificate-authority-data": authority}))
    }

    pub fn kubeconfig_with(&self, name: &str, user: &Value, mut cluster: Value) -> PathBuf {
        if cluster["server"].is_null() {
            cluster["server"] = json!(self.cluster.server());
        }
        let document = json!({
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "c", "cluster": cluster}],
            "users": [{"name": "u", "user": user}],
            "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
            "current-context": "x",
        });
        self.write(&format!("kubeconfig-{name}"), &document.to_string())
    }

    /// Who kubectl is with a kubeconfig.
    pub fn kubectl_whoami(&self, kubeconfig: &Path) -> Result<Value, Output> {
        let output =
            self.cluster.kubectl_as(kubeconfig, &["auth", "whoami", "-o", "json"]).expect("kubectl runs");
        if !output.status.success() {
            return Err(output);
        }
        let review: Value = serde_json::from_str(&output.stdout).expect("JSON");
        Ok(review["status"]["userInfo"].clone())
    }
}

/// A token, signed with a key of P-256 as the control plane writes it (SEC 1).
fn sign(head: &str, claims: &Value, key: &[u8]) -> String {
    let der = PrivateSec1KeyDer::from_pem_slice(key).expect("a key");
    let der = der.secret_sec1_der();
    // SEQUENCE, version 1, the private key as 32 bytes; the public one, 65 bytes, ends it.
    let (private, public) = (&der[7..39], &der[der.len() - 65..]);
    let random = SystemRandom::new();
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let key = EcdsaKeyPair::from_private_key_and_public_key(algorithm, private, public, &random);
    let signed = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
    let signature = key.expect("a key").sign(&random, signed.as_bytes()).expect("a signature");
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
}

/// Who the server says a client is.
pub async fn whoami(client: &Client) -> Result<Value, Error> {
    let review = SelfSubjectReview::cluster(client).create(&SelfSubjectReview::default()).await?;
    Ok(serde_json::to_value(review.status.user_info).expect("JSON"))
}

/// The name alone.
pub async fn name(client: &Client) -> Result<String, Error> {
    Ok(whoami(client).await?["username"].as_str().unwrap_or_default().to_owned())
}

pub fn base64(bytes: &[u8]) -> String {
    base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes)
}

impl Pair {
    /// The user of a kubeconfig.
    pub fn user(&self) -> Value {
        json!({
            "client-certificate-data": base64(self.certificate.as_bytes()),
            "client-key-data": base64(self.key.as_bytes()),
        })
    }
}
