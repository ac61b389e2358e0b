//! Commands: how they end, what they get and what they say.

use kubesdk::streams::Exit;
use kubesdk::{Client, ErrorKind};
use kubesdk_test_cluster::Cluster;

use super::copies::Copying;
use super::load::{settled, sockets, tasks};
use super::{pods, shell};

pub(super) async fn exit_codes(client: &Client) {
    for (script, code, signal) in [
        ("exit 0", 0, None),
        ("exit 3", 3, None),
        ("exec /etc/passwd", 126, None),
        ("no-such-program", 127, None),
        ("kill -9 $$", 137, Some(9)),
        ("kill -TERM $$", 143, Some(15)),
    ] {
        let exit = shell(client, script).output().await.expect(script).exit;
        assert_eq!((exit.code(), exit.signal()), (code, signal), "{script}");
    }
    let output = shell(client, "echo out; echo err >&2; exit 5").output().await.expect("an output");
    assert_eq!(
        (output.stdout.as_slice(), output.stderr.as_slice()),
        (b"out\n".as_slice(), b"err\n".as_slice())
    );
    assert_eq!(output.exit, Exit::from_code(5));
    let mut process = shell(client, "echo").stdout(true).open().await.expect("a process");
    assert_eq!(process.protocol(), "v5.channel.k8s.io");
    process.stdout = None;
    assert!(process.wait().await.expect("an exit").success());
    assert!(process.wait().await.expect("the same exit").success());
}

pub(super) async fn failures(client: &Client) {
    let exec = |pod: &str| pods(client).exec(pod).command("true");
    let error = exec("nobody").output().await.expect_err("no such pod");
    assert!(error.is_not_found(), "{error}");
    assert_eq!(error.to_string(), "Error from server (NotFound): pods \"nobody\" not found");
    let error = exec("half").container("other").output().await.expect_err("no such container");
    assert!(error.is_bad_request(), "{error}");
    for (pod, container) in [("done", "main"), ("half", "ended")] {
        let error = exec(pod).container(container).output().await.expect_err("the container has ended");
        assert!(error.is_internal(), "{error}");
        assert!(error.to_string().contains("container not found"), "{error}");
    }
    let missing = pods(client).exec("busy").command("no-such-program");
    let error = missing.output().await.expect_err("no such program");
    assert!(error.is_internal() && error.to_string().contains("no-such-program"), "{error}");
    let error = shell(client, "true").open().await.expect_err("no stream was asked for");
    assert!(error.is_bad_request(), "{error}");
}

pub(super) async fn who_may_not(cluster: &Cluster) {
    let client = Client::from_kubeconfig(cluster.viewer_kubeconfig()).await.expect("a client");
    let error = shell(&client, "true").output().await.expect_err("the viewer may not do that");
    assert!(error.is_forbidden(), "{error}");
    assert!(error.to_string().contains("ask for the verb create on pods/exec"), "{error}");
    let error = pods(&client).port_forward("ports").open(9000).await.expect_err("nor that");
    assert!(error.to_string().contains("ask for the verb create on pods/portforward"), "{error}");
}

pub(super) async fn input_ends_and_output_follows(client: &Client) {
    let exec = pods(client).exec("busy").command("sort").stdin(true).stdout(true);
    let mut process = exec.open().await.expect("a process");
    let mut stdin = process.stdin.take().expect("standard input");
    stdin.write_all(b"b\na\n").await.expect("it is written");
    stdin.close().await.expect("it ends");
    let output = process.output().await.expect("an output");
    assert_eq!((output.stdout.as_slice(), output.exit.code()), (b"a\nb\n".as_slice(), 0));
}

pub(super) async fn a_terminal_changes_its_size(client: &Client) {
    let script = "for i in $(seq 600); do stty size; sleep 0.1; done";
    let exec = shell(client, script).stdin(true).stdout(true).tty(true);
    let mut process = exec.open().await.expect("a process");
    let resizer = process.resizer();
    assert_eq!(resizer.resize(0, 0).await.expect_err("no such size").kind(), ErrorKind::Request);
    let mut stdout = process.stdout.take().expect("standard output");
    let mut seen = String::new();
    for (columns, rows) in [(100, 40), (132, 50)] {
        resizer.resize(columns, rows).await.expect("the size is sent");
        while !seen.contains(&format!("{rows} {columns}\r\n")) {
            let piece = stdout.next().await.expect("more").expect("a piece");
            seen.push_str(&String::from_utf8_lossy(&piece));
        }
    }
    // Ctrl-C at the terminal.
    process.stdin.as_mut().expect("standard input").write_all(b"\x03").await.expect("it is written");
    drop(stdout);
    assert_eq!(process.wait().await.expect("an exit").code(), 130);
}

pub(super) async fn attached_to_a_process(client: &Client) {
    let attach = pods(client).attach("cat").stdin(true).stdout(true);
    let mut process = attach.open().await.expect("the process");
    let (mut stdin, mut stdout) =
        (process.stdin.take().expect("input"), process.stdout.take().expect("output"));
    for line in ["one\n", "two\n"] {
        stdin.write_all(line.as_bytes()).await.expect("it is written");
        let mut seen = String::new();
        while seen.len() < line.len() {
            let piece = stdout.next().await.expect("more").expect("a piece");
            seen.push_str(&String::from_utf8_lossy(&piece));
        }
        assert_eq!(seen, line);
    }
}

/// A command whose node goes away is an error, and not waited for; so are copies. Nothing of them is left.
pub(super) async fn a_kubelet_that_dies(cluster: &Cluster, client: &Client) {
    shell(client, "true").output().await.expect("an output");
    let before = (settled(tasks, 0).await, sockets());
    let mut process = shell(client, "echo begun; sleep 1000").stdout(true).open().await.expect("a process");
    let stdout = process.stdout.as_mut().expect("standard output");
    assert_eq!(stdout.next().await.expect("a piece").expect("a piece"), b"begun\n".as_slice());
    let copying = Copying::begin(client).await;
    cluster.component("kubelet").expect("the kubelet").signal("KILL").expect("it is killed");
    process.stdout = None;
    let error = process.wait().await.expect_err("no exit");
    assert!(error.is_internal() || error.kind() == ErrorKind::Body, "{error}");
    drop(process);
    copying.broke_off().await;
    assert!(settled(tasks, before.0).await <= before.0, "tasks are left");
    assert!(settled(sockets, before.1).await <= before.1, "sockets are left");
}
