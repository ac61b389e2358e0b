//! Logs beside `kubectl logs`: every parameter, bytes that are no text, and many containers at once.

use std::time::Duration;

use kubesdk::api::core::v1::Pod;
use kubesdk::core::verbs::Logs;
use kubesdk::{Client, logs, wait};
use kubesdk_test_cluster::Cluster;

use super::{applied, kubectl, said, settled};

const MINUTES: Duration = Duration::from_secs(180);

/// Two pods of an init container and two containers; one of them writes what is no UTF-8.
fn talkers() -> String {
    let pod = |name: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, labels: {{app: talker}}}}\nspec:\n  \
             restartPolicy: Never\n  terminationGracePeriodSeconds: 1\n  initContainers:\n  \
             - {{name: before, image: none, command: [sh, -c, 'echo before {name}']}}\n  containers:\n  \
             - {{name: main, image: none, command: [sh, -c, 'for n in 1 2 3 4 5; do echo {name} $n; echo err $n >&2; done']}}\n  \
             - {{name: bytes, image: none, command: [sh, -c, 'printf \"a\\377\\303\\251\\nlast\"']}}\n"
        )
    };
    format!("{}---\n{}", pod("talker-0"), pod("talker-1"))
}

pub async fn one_container(cluster: &Cluster, client: &Client) {
    applied(cluster, &talkers());
    let pods = Pod::in_namespace(client, "default");
    for name in ["talker-0", "talker-1"] {
        wait::on(pods.get(name)).timeout(MINUTES).path("{.status.phase}=Succeeded").await.expect("it ended");
    }
    let main = || pods.logs("talker-0").container("main");
    let check = async |ours: Logs, flags: &[&str]| {
        let theirs = said(cluster, &[&["logs", "talker-0", "-c", "main"], flags].concat());
        let ours = ours.await.expect("logs");
        assert_eq!(ours, theirs, "{flags:?}");
        ours
    };
    assert_eq!(check(main(), &[]).await.lines().count(), 10);
    check(main().timestamps(), &["--timestamps"]).await;
    assert_eq!(check(main().tail_lines(3), &["--tail=3"]).await.lines().count(), 3);
    check(main().tail_lines(0), &["--tail=0"]).await;
    assert_eq!(check(main().limit_bytes(7), &["--limit-bytes=7"]).await.len(), 7);
    check(main().since_seconds(3600), &["--since=1h"]).await;
    check(main().follow(), &["--follow"]).await;
    check(main().follow().tail_lines(2).timestamps(), &["-f", "--tail=2", "--timestamps"]).await;
    check(main().insecure_skip_tls_verify_backend(), &["--insecure-skip-tls-verify-backend"]).await;
    let previous = main().previous().await.expect_err("there was none before");
    let theirs = kubectl(cluster, &["logs", "talker-0", "-c", "main", "--previous"]);
    assert!(previous.is_bad_request() && !theirs.status.success(), "{previous}");
    assert_eq!(theirs.stderr.trim(), previous.to_string());
    let missing = pods.logs("talker-0").container("missing").await.expect_err("there is none");
    assert!(missing.is_bad_request(), "{missing}");
    assert!(pods.logs("missing").lines().await.map(drop).expect_err("there is none").is_not_found());

    let bytes = || pods.logs("talker-0").container("bytes");
    assert_eq!(bytes().bytes().await.expect("bytes"), &b"a\xff\xc3\xa9\nlast"[..]);
    assert_eq!(bytes().await.expect("text"), "a\u{fffd}é\nlast");
    let mut lines = bytes().follow().lines().await.expect("lines");
    assert_eq!(lines.next().await.expect("a line").expect("bytes"), &b"a\xff\xc3\xa9"[..]);
    assert_eq!(lines.next().await.expect("a line").expect("bytes"), "last");
    assert!(lines.next().await.is_none());
}

pub async fn many_containers(cluster: &Cluster, client: &Client) {
    let pods =
        Pod::in_namespace(client, "default").list().labels("app=talker").all().await.expect("pods").items;
    let sources = logs::all_containers(&pods);
    assert_eq!(sources.len(), 6);
    let theirs = said(cluster, &["logs", "-l", "app=talker", "--all-containers", "--prefix", "--tail=-1"]);
    let sorted = |text: &str| {
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    for follow in [false, true] {
        let mut lines = match follow {
            true => logs::at_once(client, sources.clone(), Logs::follow),
            false => logs::in_turn(client, sources.clone(), |logs| logs),
        };
        let mut ours = String::new();
        while let Some(line) = lines.next().await {
            ours.push_str(&format!("{}\n", line.expect("a line")));
        }
        // The last lines of `bytes` have no newline, so that kubectl writes what comes next behind them.
        let broken = theirs.replace("last[", "last\n[");
        assert_eq!(sorted(&ours), sorted(&broken), "follow: {follow}");
    }
    // What is dropped while it is followed ends at the server.
    let web = settled(client, "web", 1).await;
    let mut followed = logs::at_once(client, logs::all_containers(&web), Logs::follow);
    let silent = tokio::time::timeout(Duration::from_millis(300), followed.next()).await;
    assert!(silent.is_err(), "a pod that sleeps says nothing: {silent:?}");
    let open = async || {
        let metrics = client.get("/metrics").await.expect("the metrics");
        let metrics = String::from_utf8(metrics.into()).expect("text");
        let logs = metrics.lines().filter(|it| {
            it.starts_with("apiserver_longrunning_requests{") && it.contains(r#"subresource="log""#)
        });
        logs.filter_map(|it| it.rsplit(' ').next()?.parse::<usize>().ok()).sum::<usize>()
    };
    let until = async |expected: usize| {
        for _ in 0..240 {
            if open().await == expected {
                return;
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        panic!("{} logs are followed, not {expected}", open().await);
    };
    until(web.len()).await;
    drop(followed);
    until(0).await;

    // One that is not there ends alone.
    let mut with_missing = sources;
    with_missing
        .insert(0, logs::Source { namespace: "default".into(), pod: "gone".into(), container: "a".into() });
    let mut lines = logs::at_once(client, with_missing, |logs| logs.tail_lines(1));
    let (mut count, mut errors) = (0, Vec::new());
    while let Some(line) = lines.next().await {
        match line {
            Ok(_) => count += 1,
            Err(error) => errors.push(error),
        }
    }
    assert_eq!((count, errors.len()), (6, 1));
    assert!(
        errors[0].error.is_not_found() && errors[0].to_string().starts_with("[pod/gone/a] "),
        "{}",
        errors[0]
    );
}
