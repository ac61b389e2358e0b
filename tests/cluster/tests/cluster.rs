//! The clusters of this crate on real processes: they answer, stand side by side, and leave nothing behind.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use kubesdk_test_cluster::daemon::{self, Daemon, Down, Up};
use kubesdk_test_cluster::{Cluster, Options, Process};

const GONE: Duration = Duration::from_secs(10);

/// A cluster without what the test at hand does not need, to be gentle to small machines.
fn small() -> Options {
    Options { without_controller_manager: true, without_scheduler: true, ..Options::default() }
}

fn daemon_in(folder: &Path) -> Result<Daemon> {
    let all = daemon::status()?;
    let found = all.into_iter().find(|daemon| folder.ends_with(&daemon.name));
    found.with_context(|| format!("the cluster in {} is not in the status", folder.display()))
}

fn processes(daemon: &Daemon) -> Vec<Process> {
    [&daemon.components[..], std::slice::from_ref(&daemon.supervisor)].concat()
}

#[track_caller]
fn assert_gone(processes: &[Process]) {
    let left: Vec<_> = processes.iter().filter(|process| !process.wait_gone(GONE)).collect();
    assert!(left.is_empty(), "still running: {left:?}");
}

#[test]
fn every_identity_is_who_it_should_be() {
    let cluster = Cluster::start(Options::default()).expect("the cluster starts");
    let may = [cluster.kubeconfig(), cluster.token_kubeconfig(), cluster.files_kubeconfig()];
    for kubeconfig in may {
        let output = cluster.kubectl_as(&kubeconfig, &["get", "ns", "-o", "name"]).expect("kubectl runs");
        assert!(output.status.success(), "{}: {}", kubeconfig.display(), output.stderr);
        assert!(output.stdout.contains("namespace/default\n"), "{}", output.stdout);
    }
    let may_not = [(cluster.viewer_kubeconfig(), "viewer"), (cluster.nobody_kubeconfig(), "nobody")];
    for (kubeconfig, user) in may_not {
        let output = cluster.kubectl_as(&kubeconfig, &["get", "ns"]).expect("kubectl runs");
        assert!(!output.status.success());
        assert!(output.stderr.contains(&format!("User \"{user}\" cannot list")), "{}", output.stderr);
    }
    let manifest = r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"from-input"}}"#;
    let output = cluster.kubectl_with_input(&["apply", "-f", "-"], manifest).expect("kubectl runs");
    assert_eq!(output.stdout, "configmap/from-input created\n", "{}", output.stderr);
    let processes = processes(&daemon_in(cluster.folder()).expect("it is listed"));
    assert_eq!(processes.len(), 5, "etcd, API server, controller manager, scheduler and supervisor");
    let folder = cluster.folder().to_owned();
    drop(cluster);
    assert_gone(&processes);
    assert!(folder.join("logs/apiserver.log").exists(), "the logs stay");
    assert!(!folder.join("pki").exists(), "the keys do not");
}

#[test]
fn the_widest_server_has_every_document() {
    let options = Options { wide: true, ..small() };
    let cluster = Cluster::start(options).expect("the cluster starts");
    let output = cluster.kubectl(&["get", "--raw", "/openapi/v3"]).expect("kubectl runs");
    let index: serde_json::Value = serde_json::from_str(&output.stdout).expect("the index is JSON");
    assert_eq!(index["paths"].as_object().map(serde_json::Map::len), Some(65));
}

#[test]
fn two_stand_side_by_side() {
    let one = Cluster::start(small()).expect("the first cluster starts");
    let two = Cluster::start(small()).expect("the second cluster starts");
    assert_ne!(one.server(), two.server());
    assert!(one.kubectl(&["create", "ns", "only-here"]).expect("kubectl runs").status.success());
    let output = two.kubectl(&["get", "ns", "only-here"]).expect("kubectl runs");
    assert!(output.stderr.contains("NotFound"), "{}", output.stderr);
}

#[test]
fn a_killed_supervisor_takes_its_components_along() {
    let cluster = Cluster::start(small()).expect("the cluster starts");
    let daemon = daemon_in(cluster.folder()).expect("it is listed");
    daemon.supervisor.signal("KILL").expect("the signal is sent");
    assert_gone(&processes(&daemon));
}

#[test]
fn a_killed_test_takes_its_cluster_along() {
    let mut test = Command::new(std::env::current_exe().expect("this program has a path"))
        .args(["--exact", "hold_a_cluster_until_killed", "--ignored", "--nocapture"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the test program starts again");
    let mut lines = BufReader::new(test.stdout.take().expect("its output is piped")).lines();
    let folder = lines.find_map(|line| line.ok()?.strip_prefix("holding ").map(str::to_owned));
    let folder = folder.expect("the other process holds a cluster");
    let daemon = daemon_in(Path::new(&folder)).expect("it is listed");
    test.kill().expect("SIGKILL is sent");
    test.wait().expect("the killed process is reaped");
    assert_gone(&processes(&daemon));
}

#[test]
#[ignore = "the other process of a_killed_test_takes_its_cluster_along"]
fn hold_a_cluster_until_killed() {
    let cluster = Cluster::start(small()).expect("the cluster starts");
    // On a line of its own: the harness has begun one with the test's name.
    println!("\nholding {}", cluster.folder().display());
    std::thread::sleep(Duration::from_secs(120));
}

#[test]
fn a_component_that_dies_is_named_and_ends_the_rest() {
    let cluster = Cluster::start(small()).expect("the cluster starts");
    let daemon = daemon_in(cluster.folder()).expect("it is listed");
    // The components are recorded by name, in order: the API server comes before etcd.
    daemon.components[1].signal("KILL").expect("the signal is sent");
    assert_gone(&processes(&daemon));
    let said =
        std::fs::read_to_string(cluster.folder().join("logs/supervisor.log")).expect("the log is there");
    assert!(said.starts_with("Error: etcd ended unexpectedly (signal: killed)"), "{said}");
}

#[test]
fn a_bad_flag_is_a_clear_error() {
    let options = Options { apiserver_flags: vec!["--no-such-flag=1".to_owned()], ..small() };
    let error = Cluster::start(options).expect_err("the API server refuses the flag").to_string();
    for part in
        ["did not start", "apiserver ended unexpectedly", "apiserver.log", "unknown flag: --no-such-flag"]
    {
        assert!(error.contains(part), "{part:?} is missing: {error}");
    }
}

#[test]
fn a_daemon_stays_until_it_is_taken_down() {
    let name = format!("daemon-test-{}", std::process::id());
    let up = || daemon::up(&name, &small(), &|_| {}).expect("the cluster starts");
    let Up::Started(started) = up() else { panic!("a fresh name cannot be running") };
    let Up::AlreadyRunning(found) = up() else { panic!("the second start must find the first") };
    assert_eq!(found.supervisor, started.supervisor);
    assert_eq!(daemon::down(&name).expect("it stops"), Down::Stopped);
    assert_gone(&processes(&started));
    assert_eq!(daemon::down(&name).expect("nothing to stop"), Down::Unknown);

    let Up::Started(killed) = up() else { panic!("a stopped cluster cannot be running") };
    killed.supervisor.signal("KILL").expect("the signal is sent");
    assert_gone(&processes(&killed));
    assert!(!daemon::status().expect("status").iter().any(|daemon| daemon.name == name && daemon.running));
    assert_eq!(daemon::down(&name).expect("it is cleared away"), Down::WasStale);
}

#[test]
fn a_name_cannot_lead_elsewhere() {
    for name in ["", "..", ".hidden", "a/b", "/etc"] {
        let error = daemon::down(name).expect_err("the name is refused").to_string();
        assert!(error.contains("cannot name a cluster"), "{error}");
    }
}
