//! Every kind of credentials, and what plugins are told.

use std::fs;

use kubesdk::Client;
use serde_json::{Value, json};

use super::issuer::CLIENT;
use super::world::{World, base64, whoami};

pub const V1: &str = "client.authentication.k8s.io/v1";
pub const V1BETA1: &str = "client.authentication.k8s.io/v1beta1";

/// A script that says a status, which holds no single quote.
pub fn says(version: &str, status: &Value) -> String {
    let document = json!({"apiVersion": version, "kind": "ExecCredential", "status": status});
    format!("cat <<'END'\n{document}\nEND")
}

/// The settings of the `oidc` auth-provider.
fn oidc(world: &World, more: Value) -> Value {
    let mut config = json!({
        "idp-issuer-url": world.provider.url,
        "idp-certificate-authority-data": base64(world.provider.authority.as_bytes()),
        "client-id": CLIENT.0,
        "client-secret": CLIENT.1,
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        config[key] = value.clone();
    }
    json!({"auth-provider": {"name": "oidc", "config": config}})
}

pub async fn agree_with_kubectl(world: &World) {
    let jane = world.authority.client("jane", "dev");
    let (certificate, key) = (world.write("jane.crt", &jane.certificate), world.write("jane.key", &jane.key));
    let token = world.service_account("robot");
    world.write("robot.token", &token);
    let id_token = world.provider.token("oidc-user", 3600);
    let admin = world.admin();
    let v1 = json!({"apiVersion": V1, "interactiveMode": "Never"});
    let v1beta1 = json!({"apiVersion": V1BETA1});
    let yaml = format!("apiVersion: {V1BETA1}\nkind: ExecCredential\nstatus:\n  token: {token}");
    let pair = json!({"clientCertificateData": jane.certificate, "clientKeyData": jane.key});
    let as_joe = json!({"token": admin, "as": "joe", "as-uid": "7", "as-groups": ["dev", "ops"],
                        "as-user-extra": {"example.org/Reason": ["tea", "biscuits"], "100%": ["sure"]}});
    let robot = "system:serviceaccount:default:robot";
    let kinds = [
        ("certificate", jane.user(), "jane"),
        ("certificate-files", json!({"client-certificate": certificate, "client-key": key}), "jane"),
        ("token", json!({"token": admin}), "admin"),
        ("token-file", json!({"tokenFile": "robot.token"}), robot),
        ("token-and-file", json!({"token": "outdated", "tokenFile": "robot.token"}), robot),
        ("id-token", json!({"token": id_token}), "oidc:oidc-user"),
        ("oidc", oidc(world, json!({"id-token": id_token, "refresh-token": "none"})), "oidc:oidc-user"),
        ("exec-json", world.exec("json.sh", &says(V1, &json!({"token": token})), v1.clone()), robot),
        ("exec-yaml", world.exec("yaml.sh", &format!("cat <<END\n{yaml}\nEND"), v1beta1.clone()), robot),
        ("exec-certificate", world.exec("certificate.sh", &says(V1, &pair), v1.clone()), "jane"),
        ("exec-v1beta1-certificate", world.exec("old.sh", &says(V1BETA1, &pair), v1beta1), "jane"),
        (
            "certificate-and-exec",
            {
                let mut user = world.exec("unused.sh", "exit 1", v1);
                for (key, value) in jane.user().as_object().into_iter().flatten() {
                    user[key] = value.clone();
                }
                user
            },
            "jane",
        ),
        ("impersonation", as_joe, "joe"),
    ];
    for (kind, user, expected) in kinds {
        let kubeconfig = world.kubeconfig(kind, &user);
        let kubectl =
            world.kubectl_whoami(&kubeconfig).unwrap_or_else(|it| panic!("{kind}: kubectl: {it:?}"));
        let client = Client::from_kubeconfig(&kubeconfig).await.unwrap_or_else(|it| panic!("{kind}: {it}"));
        let ours = whoami(&client).await.unwrap_or_else(|it| panic!("{kind}: {it}"));
        assert_eq!((&ours, ours["username"].as_str()), (&kubectl, Some(expected)), "{kind}");
    }
    // Those whom the server does not know, it does not know from us either.
    for (kind, user) in [
        ("basic", json!({"username": "a", "password": "b"})),
        ("wrong-token", json!({"token": "0123456789"})),
    ] {
        let kubeconfig = world.kubeconfig(kind, &user);
        let said = world.kubectl_whoami(&kubeconfig).expect_err("kubectl is refused").stderr;
        let client = Client::from_kubeconfig(&kubeconfig).await.expect("a client");
        let error = whoami(&client).await.expect_err("we are refused");
        assert!(error.is_unauthorized() == said.contains("Unauthorized"), "{kind}: {error}\n{said}");
        assert!(error.is_forbidden() == said.contains("do not have permission"), "{kind}: {error}\n{said}");
        assert!(error.is_unauthorized() || error.is_forbidden(), "{kind}: {error}");
    }
    // Where nothing says who asks, kubectl asks at the terminal; a library does not.
    let client = Client::from_kubeconfig(world.kubeconfig("nobody", &json!({}))).await.expect("a client");
    let error = whoami(&client).await.expect_err("nobody may not ask");
    assert!(error.is_forbidden() && error.to_string().contains("\"system:anonymous\""), "{error}");
    a_refreshed_token_is_kept(world).await;
}

/// The token has expired: the provider gives another, and the kubeconfig has it for kubectl afterwards.
async fn a_refreshed_token_is_kept(world: &World) {
    let expired = json!({"id-token": world.provider.token("oidc-user", 0), "refresh-token": "r0"});
    let kubeconfig = world.kubeconfig("refresh", &oidc(world, expired));
    let client = Client::from_kubeconfig(&kubeconfig).await.expect("a client");
    let (one, two) = tokio::join!(whoami(&client), whoami(&client));
    let (one, two) = (one.expect("an answer"), two.expect("an answer"));
    assert_eq!((one["username"].as_str(), &one), (Some("oidc:oidc-user"), &two));
    let kubectl = world.kubectl_whoami(&kubeconfig).unwrap_or_else(|it| panic!("kubectl: {it:?}"));
    assert_eq!(one, kubectl);
    let asked = world.provider.asked.lock().expect("no panic").clone();
    assert_eq!(asked, ["grant_type=refresh_token&refresh_token=r0"], "one refresh for all");
    let text = fs::read_to_string(&kubeconfig).expect("the kubeconfig");
    assert!(text.contains("refresh-token: r1"), "the next refresh token is kept");
}

pub async fn plugins_are_told_what_kubectl_tells_them(world: &World) {
    let told = world.path("told");
    let token = json!({"token": world.provider.token("oidc-user", 3600)});
    let authority = base64(world.server_authority.as_bytes());
    for (version, interactive) in [(V1, "Never"), (V1, "IfAvailable"), (V1BETA1, "IfAvailable")] {
        for extension in [None, Some(json!({"audience": "06e3fbd18de8", "n": [1, true, null]}))] {
            for asked in [false, true] {
                let body = format!(
                    "printf '%s\\n' \"$KUBERNETES_EXEC_INFO\" \"$*\" \"$HABIT\" > {}\n{}",
                    told.display(),
                    says(version, &token)
                );
                let exec = json!({"apiVersion": version, "interactiveMode": interactive, "provideClusterInfo": asked,
                                  "args": ["get", "a token"], "env": [{"name": "HABIT", "value": "good"}]});
                let mut cluster =
                    json!({"certificate-authority-data": authority, "tls-server-name": "localhost"});
                if let Some(extension) = &extension {
                    let name = "client.authentication.k8s.io/exec";
                    cluster["extensions"] = json!([{"name": name, "extension": extension}]);
                }
                let user = world.exec("told.sh", &body, exec);
                let kubeconfig = world.kubeconfig_with("told", &user, cluster);
                world.kubectl_whoami(&kubeconfig).unwrap_or_else(|it| panic!("kubectl: {it:?}"));
                let by_kubectl = fs::read_to_string(&told).expect("what kubectl said");
                let client = Client::from_kubeconfig(&kubeconfig).await.expect("a client");
                whoami(&client).await.expect("an answer");
                let by_us = fs::read_to_string(&told).expect("what we said");
                assert_eq!(
                    lines(&by_us),
                    lines(&by_kubectl),
                    "{version} {interactive} {extension:?} {asked}"
                );
            }
        }
    }
}

/// The document that a plugin was told, and the lines after it.
fn lines(told: &str) -> (Value, Vec<&str>) {
    let mut lines = told.lines().filter(|it| !it.is_empty());
    let document = serde_json::from_str(lines.next().expect("a document")).expect("JSON");
    (document, lines.collect())
}
