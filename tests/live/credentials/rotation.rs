//! Files that are replaced under a client that has a watch open: the watch goes on, new requests use the new files.

use std::fs;
use std::time::{Duration, Instant};

use kubesdk::api::core::v1::ConfigMap;
use kubesdk::core::{WatchEvent, WatchStream};
use kubesdk::{Client, Error};
use serde_json::json;

use super::faults::PATIENCE;
use super::pki::{Authority, Pair};
use super::world::{World, base64, name};

/// Asks until the server says another name. No request may fail on the way.
async fn becomes(client: &Client, expected: &str) {
    let start = Instant::now();
    loop {
        match name(client).await {
            Ok(name) if name == expected => return,
            Ok(name) => assert!(start.elapsed() < PATIENCE, "it is still {name}, not {expected}"),
            Err(error) => panic!("{error}"),
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// A watch of the config maps of the namespace `default`, from now on.
pub async fn watch(client: &Client) -> WatchStream<ConfigMap> {
    let maps = ConfigMap::in_namespace(client, "default");
    let start = Instant::now();
    let list = loop {
        match maps.list().await {
            // The authorizer learns of a role binding by a watch of its own.
            Err(error) if error.is_forbidden() && start.elapsed() < PATIENCE => {}
            list => break list.expect("a list"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let version = list.metadata.resource_version.expect("a version");
    maps.watch().resource_version(version).await.expect("a watch")
}

/// The watch sees an object that is made now.
pub async fn sees(watch: &mut WatchStream<ConfigMap>, admin: &Client, map: &str) {
    let mut made = ConfigMap::default();
    made.metadata.name = Some(map.into());
    ConfigMap::in_namespace(admin, "default").create(&made).await.expect("a config map");
    let seen = async {
        while let Some(event) = watch.next().await {
            match event? {
                WatchEvent::Added(seen) if seen.metadata.name.as_deref() == Some(map) => return Ok(true),
                _ => {}
            }
        }
        Ok::<bool, Error>(false)
    };
    let seen = tokio::time::timeout(PATIENCE, seen).await.expect("the watch is alive");
    assert!(seen.expect("the watch goes on"), "the watch has ended");
}

pub async fn f11_a_token_file_is_rotated_and_vanishes(world: &World) {
    let (one, two) = (world.service_account("one"), world.service_account("two"));
    for robot in ["one", "two"] {
        let account = format!("--serviceaccount=default:{robot}");
        world.kubectl(&["create", "rolebinding", robot, "--clusterrole=reader", &account]);
    }
    let admin = Client::from_kubeconfig(world.cluster.token_kubeconfig()).await.expect("a client");
    let file = world.write("rotated.token", &one);
    let kubeconfig = world.kubeconfig("rotated", &json!({"tokenFile": file}));
    let client = Client::from_kubeconfig(kubeconfig).await.expect("a client");
    becomes(&client, "system:serviceaccount:default:one").await;
    let mut open = watch(&client).await;
    fs::write(&file, &two).expect("the other token");
    becomes(&client, "system:serviceaccount:default:two").await;
    sees(&mut open, &admin, "after-the-token").await;
    fs::remove_file(&file).expect("the file goes");
    assert_eq!(name(&client).await.expect("an answer"), "system:serviceaccount:default:two");
    // The account is gone as well: there is nothing else to try, and the server's word stands.
    world.kubectl(&["delete", "serviceaccount", "two"]);
    let start = Instant::now();
    let error = loop {
        match name(&client).await {
            Ok(_) => assert!(start.elapsed() < PATIENCE, "the token is good for ever"),
            Err(error) => break error,
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    assert!(error.is_unauthorized(), "{error}");
}

/// At once: the server gets a certificate of another authority, and the client that authority and another user.
pub async fn f12_certificates_and_authority_are_rotated_under_a_watch(world: &World) {
    for user in ["jane", "joan"] {
        let who = format!("--user={user}");
        world.kubectl(&["create", "rolebinding", user, "--clusterrole=reader", &who]);
    }
    let pki = world.cluster.folder().join("pki");
    let authority = world.write("rotated.ca", &world.server_authority);
    let write = |pair: &Pair| {
        let certificate = world.write("rotated.crt", &pair.certificate);
        json!({"client-certificate": certificate, "client-key": world.write("rotated.key", &pair.key)})
    };
    let user = write(&world.authority.client("jane", "dev"));
    let kubeconfig = world.kubeconfig_with("rotation", &user, json!({"certificate-authority": authority}));
    let client = Client::from_kubeconfig(&kubeconfig).await.expect("a client");
    becomes(&client, "jane").await;
    let mut open = watch(&client).await;

    let other = Authority::new("servers");
    let server = other.server();
    fs::write(pki.join("server.crt"), &server.certificate).expect("the certificate");
    fs::write(pki.join("server.key"), &server.key).expect("its key");
    // A client that knows the old authority alone, with no connection yet, tells when the server has changed over.
    let start = Instant::now();
    let error = loop {
        let fresh = Client::from_kubeconfig(&kubeconfig).await.expect("a client");
        match name(&fresh).await {
            Ok(_) => assert!(start.elapsed() < 2 * PATIENCE, "the server keeps its certificate"),
            Err(error) => break error.to_string(),
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    assert!(
        error.contains("signed by an unknown authority") && error.contains("certificate-authority"),
        "{error}"
    );
    assert_eq!(name(&client).await.expect("the connection is there"), "jane");

    fs::write(&authority, &other.certificate).expect("the CA");
    write(&world.authority.client("joan", "dev"));
    becomes(&client, "joan").await;
    let trust = json!({"certificate-authority-data": base64(other.certificate.as_bytes())});
    let admin = world.kubeconfig_with("admin", &json!({"token": world.admin()}), trust);
    let admin = Client::from_kubeconfig(admin).await.expect("a client");
    sees(&mut open, &admin, "after-the-certificates").await;
    assert_eq!(world.kubectl_whoami(&kubeconfig).unwrap_or_else(|it| panic!("{it:?}"))["username"], "joan");
}
