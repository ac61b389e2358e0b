//! Waiting for one object beside `kubectl wait`, deletion, and tokens of service accounts.

use std::time::Duration;

use kubesdk::api::apps::v1::Deployment;
use kubesdk::api::authentication::v1::{TokenReview, TokenReviewSpec};
use kubesdk::api::core::v1::{ConfigMap, Pod};
use kubesdk::core::verbs::PatchBody;
use kubesdk::{Client, delete, token, wait};
use kubesdk_test_cluster::Cluster;

use super::{applied, kubectl, said, workload};

const MINUTES: Duration = Duration::from_secs(180);

pub async fn conditions_and_paths(cluster: &Cluster, client: &Client) {
    let deployments = Deployment::in_namespace(client, "default");
    let get = || deployments.get("waited");
    // It begins before there is anything.
    let available = tokio::spawn(wait::on(get()).timeout(MINUTES).or_created().condition("available"));
    let created = tokio::spawn(wait::on(get()).timeout(MINUTES).created());
    let missing = wait::on(get()).condition("Available").await.map(drop).expect_err("it is not there");
    assert!(missing.is_not_found(), "{missing}");
    applied(cluster, &workload("Deployment", "waited", "replicas: 2"));
    created.await.expect("it ran").expect("created");
    let found = available.await.expect("it ran").expect("available");
    assert_eq!(found.metadata.name.as_deref(), Some("waited"));
    for path in [
        "{.status.readyReplicas}=2",
        r#"status.conditions[?(@.type=="Available")].status == True"#,
        "{.status.conditions[?(@.type=='Progressing')].reason}=NewReplicaSetAvailable",
        "{.metadata.uid}",
    ] {
        wait::on(get()).timeout(MINUTES).path(path).await.unwrap_or_else(|error| panic!("{path}: {error}"));
        if path.starts_with('{') {
            said(cluster, &["wait", "deployment/waited", &format!("--for=jsonpath={path}"), "--timeout=60s"]);
        }
    }
    // In kubectl's words when the time is over.
    let ours = wait::on(get()).timeout(Duration::from_millis(500)).condition("Available=False").await;
    let ours = ours.map(drop).expect_err("it is available");
    let arguments = ["wait", "deployment/waited", "--for=condition=Available=False", "--timeout=500ms"];
    assert!(ours.is_timeout());
    assert_eq!(kubectl(cluster, &arguments).stderr, format!("error: {ours}\n"));
    let pods = Pod::in_namespace(client, "default").list().labels("app=waited").all().await.expect("pods");
    let pod = pods.items.first().and_then(|it| it.metadata.name.clone()).expect("a pod");
    let ready = wait::on(Pod::in_namespace(client, "default").get(&pod)).timeout(MINUTES);
    ready.until(|pod| pod.status.pod_ip.is_some()).await.expect("an address");
}

pub async fn deletion_and_finalizers(cluster: &Cluster, client: &Client) {
    let maps = ConfigMap::in_namespace(client, "default");
    let held = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: held, finalizers: [example.com/hold]}\n";
    applied(cluster, held);
    let gone = wait::on(maps.get("held")).timeout(MINUTES).deleted();
    let gone = tokio::spawn(gone);
    let wrong = delete::and_wait(maps.get("held")).uid("00000000-0000-0000-0000-000000000000").await;
    assert!(wrong.expect_err("it has another UID").is_conflict());
    let short = delete::and_wait(maps.get("held")).timeout(Duration::from_millis(300)).await;
    assert!(short.expect_err("a finalizer holds it").is_timeout());
    let found = maps.get("held").await.expect("it is held");
    assert!(found.metadata.deletion_timestamp.is_some() && !gone.is_finished());
    let deleted = tokio::spawn(delete::and_wait(maps.get("held")).timeout(MINUTES).into_future());
    let patch = PatchBody::merge_text(r#"{"metadata":{"finalizers":null}}"#).expect("a patch");
    maps.patch("held", patch).await.expect("patched");
    gone.await.expect("it ran").expect("gone");
    match deleted.await.expect("it ran") {
        Ok(()) => {}
        // The patch may have been faster than the first look.
        Err(error) => assert!(error.is_not_found(), "{error}"),
    }
    assert!(delete::and_wait(maps.get("held")).await.expect_err("it is gone").is_not_found());
    // A pod takes its time to end; what it makes is made anew under other names.
    applied(cluster, &workload("Deployment", "deleted", "replicas: 1"));
    let deployments = Deployment::in_namespace(client, "default");
    wait::on(deployments.get("deleted")).timeout(MINUTES).condition("Available").await.expect("available");
    let pods = Pod::in_namespace(client, "default");
    let all = pods.list().labels("app=deleted").all().await.expect("pods").items;
    let pod = all.first().and_then(|it| it.metadata.name.clone()).expect("a pod");
    delete::and_wait(pods.get(&pod)).grace_period_seconds(1).timeout(MINUTES).await.expect("deleted");
    assert!(pods.get(&pod).await.expect_err("it is gone").is_not_found());
    let whole =
        delete::and_wait(deployments.get("deleted")).propagation_policy("Foreground").timeout(MINUTES);
    whole.await.expect("deleted");
    let left = pods.list().labels("app=deleted").all().await.expect("pods").items;
    assert!(left.is_empty(), "Foreground deletes the pods first");
}

pub async fn tokens(client: &Client) {
    let made = token::of(client, "default", "default").audience("vault").duration(Duration::from_secs(1200));
    let made = made.await.expect("a token");
    assert!(made.expiration_timestamp.is_some());
    assert!(!format!("{made:?}").contains(made.token.as_deref().expect("a token")), "Debug shows the token");
    let review = |token: &str, audiences: &[&str]| {
        let audiences = audiences.iter().map(|it| (*it).into()).collect();
        let spec = TokenReviewSpec { token: token.into(), audiences };
        TokenReview::cluster(client).create(&TokenReview { spec, ..Default::default() }).into_future()
    };
    let token = made.token.expect("a token");
    let status = review(&token, &["vault"]).await.expect("an answer").status;
    assert_eq!(status.authenticated, Some(true), "{status:?}");
    let user = status.user.username.unwrap_or_default();
    assert_eq!(user, "system:serviceaccount:default:default");
    assert_ne!(review(&token, &[]).await.expect("an answer").status.authenticated, Some(true));
    let missing = token::of(client, "default", "missing").await.map(drop);
    assert!(missing.expect_err("there is no such account").is_not_found());
}
