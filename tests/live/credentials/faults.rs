//! Fault F11 at the real server: tokens that expire, answers of 401, plugins that go wrong.

use std::fs;
use std::time::{Duration, Instant};

use kubesdk::Client;
use serde_json::json;

use super::kinds::{V1, says};
use super::rotation::{sees, watch};
use super::world::{World, name};

/// How long a test waits for what must come.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The plugin's tokens are good for two seconds and it does not say so: the server's 401 makes it run again. The server
/// remembers that a token was good for ten seconds.
pub async fn f11_a_token_that_expires_is_renewed_and_no_request_fails(world: &World) {
    let runs = world.path("runs");
    let say = |token: &str| world.write("expiring.json", token);
    let document = |seconds| {
        let token = world.provider.token("oidc-user", seconds);
        json!({"apiVersion": V1, "kind": "ExecCredential", "status": {"token": token}}).to_string()
    };
    say(&document(2));
    let body = format!("echo run >> {}\ncat {}", runs.display(), world.path("expiring.json").display());
    let user = world.exec("expiring.sh", &body, json!({"apiVersion": V1, "interactiveMode": "Never"}));
    let client = Client::from_kubeconfig(world.kubeconfig("expiring", &user)).await.expect("a client");
    assert_eq!(name(&client).await.expect("an answer"), "oidc:oidc-user");
    say(&document(3600));
    let start = Instant::now();
    while fs::read_to_string(&runs).expect("runs").lines().count() < 2 {
        assert!(start.elapsed() < PATIENCE, "the token does not expire");
        assert_eq!(name(&client).await.expect("no request fails"), "oidc:oidc-user");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(name(&client).await.expect("an answer"), "oidc:oidc-user");
    assert_eq!(fs::read_to_string(&runs).expect("runs").lines().count(), 2, "the new token is kept");
}

/// The token of a service account ends while a watch is open. Whoever has it in the kubeconfig is refused from then on;
/// whoever has it in a file, which is renewed in time as the kubelet does it, notices nothing. The watches go on.
pub async fn f11_a_service_accounts_token_expires_under_a_watch(world: &World) {
    const GOOD_FOR: i64 = 15;
    let token = world.service_account("leaving");
    world.kubectl(&[
        "create",
        "rolebinding",
        "leaving",
        "--clusterrole=reader",
        "--serviceaccount=default:leaving",
    ]);
    let admin = Client::from_kubeconfig(world.cluster.token_kubeconfig()).await.expect("a client");
    // Who waits for the binding does so with a token that lasts.
    let lasting = Client::from_kubeconfig(world.kubeconfig("lasting", &json!({"token": token}))).await;
    drop(watch(&lasting.expect("a client")).await);

    let expiring = world.expiring(&token, GOOD_FOR);
    let file = world.write("leaving.token", &expiring);
    let fixed = Client::from_kubeconfig(world.kubeconfig("leaving", &json!({"token": expiring}))).await;
    let followed = Client::from_kubeconfig(world.kubeconfig("followed", &json!({"tokenFile": file}))).await;
    let (fixed, followed) = (fixed.expect("a client"), followed.expect("a client"));
    let account = "system:serviceaccount:default:leaving";
    assert_eq!(name(&fixed).await.expect("an answer"), account);
    let (mut of_fixed, mut of_followed) = (watch(&fixed).await, watch(&followed).await);
    fs::write(&file, &token).expect("the token is renewed");
    let start = Instant::now();
    let error = loop {
        assert_eq!(name(&followed).await.expect("no request fails"), account);
        match name(&fixed).await {
            Ok(_) => assert!(start.elapsed() < PATIENCE, "the token is good for ever"),
            Err(error) => break error,
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    assert!(error.is_unauthorized(), "{error}");
    let words = "error: You must be logged in to the server (Unauthorized)";
    assert_eq!(error.to_string(), words);
    let kubectl = world.kubectl_whoami(&world.path("kubeconfig-leaving")).expect_err("kubectl is refused");
    assert!(kubectl.stderr.contains("Unauthorized"), "{}", kubectl.stderr);
    assert_eq!(name(&followed).await.expect("an answer"), account);
    for (watch, map) in [(&mut of_fixed, "after-expiry"), (&mut of_followed, "after-renewal")] {
        sees(watch, &admin, map).await;
    }
}

/// The first answer is 401; the credentials are better by then, and the caller sees a success.
pub async fn f11_a_401_is_followed_by_success(world: &World) {
    let good = world.provider.token("oidc-user", 3600);
    let file = world.write("late.token", "0123456789");
    let by_file = Client::from_kubeconfig(world.kubeconfig("late-file", &json!({"tokenFile": file}))).await;
    let by_file = by_file.expect("a client");
    let error = name(&by_file).await.expect_err("nobody knows that token");
    assert!(error.is_unauthorized() && !format!("{error:?}").contains("0123456789"), "{error:?}");
    fs::write(&file, &good).expect("the token");
    assert_eq!(name(&by_file).await.expect("an answer"), "oidc:oidc-user");

    let exec = json!({"apiVersion": V1, "interactiveMode": "Never"});
    let user = world.exec("late.sh", &says(V1, &json!({"token": "0123456789"})), exec);
    let by_exec = Client::from_kubeconfig(world.kubeconfig("late-exec", &user)).await.expect("a client");
    let error = name(&by_exec).await.expect_err("nobody knows that token");
    assert!(error.is_unauthorized() && !format!("{error:?}").contains("0123456789"), "{error:?}");
    world.script("late.sh", &says(V1, &json!({"token": good})));
    assert_eq!(name(&by_exec).await.expect("an answer"), "oidc:oidc-user");
}

pub async fn f11_plugins_that_fail_hang_or_say_nonsense(world: &World) {
    let client = async |kind: &str, body: &str| {
        let exec = json!({"apiVersion": V1, "interactiveMode": "Never", "installHint": "apt-get install it"});
        let user = world.exec(&format!("{kind}.sh"), body, exec);
        Client::from_kubeconfig(world.kubeconfig(kind, &user)).await.expect("a client")
    };
    let said = "echo hunter2";
    for (kind, body, part, words) in [
        ("exit", "exit 7", "failed with exit code 7", "failed with exit code 7"),
        ("garbage", said, "decoding stdout: line 1", "getting credentials: "),
        ("nothing", "true", "decoding stdout: there is nothing", "getting credentials: "),
        (
            "other-kind",
            &says("v1", &json!({"token": "hunter2"})),
            "plugin returned version \"v1\"",
            "getting credentials: ",
        ),
    ] {
        let client = client(kind, body).await;
        let error = name(&client).await.expect_err("there are no credentials");
        assert!(error.to_string().contains(part) && error.to_string().contains("user \"u\""), "{error}");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
        // What kubectl says of it has the same words.
        let kubectl =
            world.kubectl_whoami(&world.path(&format!("kubeconfig-{kind}"))).expect_err("kubectl fails");
        assert!(kubectl.stderr.contains(words), "{}", kubectl.stderr);
    }
    // While one plugin hangs, others go on; the deadline is the caller's.
    let hanging = client("hang", "exec sleep 1000").await;
    let good = client("good", &says(V1, &json!({"token": world.provider.token("oidc-user", 3600)}))).await;
    let hung =
        tokio::spawn(async move { tokio::time::timeout(Duration::from_secs(2), name(&hanging)).await });
    assert_eq!(name(&good).await.expect("an answer"), "oidc:oidc-user");
    assert!(hung.await.expect("no panic").is_err(), "it hangs until the caller has enough");
    fs::remove_file(world.path("good.sh")).expect("the script goes");
    let gone = Client::from_kubeconfig(world.path("kubeconfig-good")).await.expect("a client");
    let error = name(&gone).await.expect_err("the plugin is gone").to_string();
    assert!(error.contains("good.sh not found") && error.contains("apt-get install it"), "{error}");
}
