//! Commands in containers and forwarded ports, through a real API server and kubelet.
//!
//! A program of its own, because memory is looked at, and one cluster for all of it.

mod commands;
mod copies;
mod load;
mod ports;

use kubesdk::Client;
use kubesdk::api::core::v1::{Pod, PodsInNamespace};
use kubesdk::core::verbs::Exec;
use kubesdk_test_cluster::{Cluster, Options};
use serde_json::{Value, json};

/// The server of the pod `ports`: 9000 gives back what it gets, 9001 resets each connection.
const SERVER: &str = r#"use Socket;
sub serve {
    my ($port, $do) = @_;
    my $server = IO::Socket::INET->new(LocalAddr => "0.0.0.0", LocalPort => $port, Listen => 64) or die $!;
    while (my $client = $server->accept) { if (!fork) { close $server; $do->($client); exit } close $client }
}
$SIG{CHLD} = "IGNORE";
if (!fork) {
    serve(9001, sub {
        sysread $_[0], my $bytes, 1;
        setsockopt $_[0], SOL_SOCKET, SO_LINGER, pack("ii", 1, 0);
    });
}
serve(9000, sub {
    while (sysread $_[0], my $bytes, 65536) {
        for (my $at = 0; $at < length $bytes;) { $at += syswrite($_[0], $bytes, length($bytes) - $at, $at) || exit }
    }
});
"#;

fn pod(name: &str, containers: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name},
        "spec": {"restartPolicy": "Never", "terminationGracePeriodSeconds": 1, "containers": containers}})
}

fn container(name: &str, command: &[&str]) -> Value {
    json!({"name": name, "image": "none", "command": command})
}

/// A cluster with the pods that the tests want, all of them running.
fn start() -> Cluster {
    let options = Options { kubelet: true, restart: true, ..Options::default() };
    let cluster = Cluster::start(options).expect("the cluster starts");
    let sleep = ["sleep", "100000"];
    let mut cat = container("main", &["cat"]);
    cat["stdin"] = json!(true);
    let mut bare = container("main", &["/usr/bin/sleep", "100000"]);
    bare["env"] = json!([{"name": "PATH", "value": "/no/programs"}]);
    let mut evil = container("main", &sleep);
    evil["env"] = json!([{"name": "PATH", "value": "/tmp/bin:/usr/bin:/bin"}]);
    let ended = json!([container("main", &sleep), container("ended", &["true"])]);
    for pod in [
        pod("busy", json!([container("main", &sleep)])),
        pod("half", ended),
        pod("cat", json!([cat])),
        pod("bare", json!([bare])),
        pod("evil", json!([evil])),
        pod("ports", json!([container("main", &["perl", "-MIO::Socket::INET", "-e", SERVER])])),
        pod("done", json!([container("main", &["true"])])),
    ] {
        let said = cluster.kubectl_with_input(&["apply", "-f", "-"], &pod.to_string()).expect("kubectl runs");
        assert!(said.status.success(), "{}", said.stderr);
    }
    let ended =
        "jsonpath={.status.containerStatuses[?(@.name==\"ended\")].state.terminated.reason}=Completed";
    for (pod, condition) in [
        ("pod/busy", "condition=Ready"),
        ("pod/half", ended),
        ("pod/cat", "condition=Ready"),
        ("pod/bare", "condition=Ready"),
        ("pod/evil", "condition=Ready"),
        ("pod/ports", "condition=Ready"),
        ("pod/done", "jsonpath={.status.phase}=Succeeded"),
    ] {
        let said = cluster.kubectl(&["wait", pod, &format!("--for={condition}"), "--timeout=120s"]);
        let said = said.expect("kubectl runs");
        assert!(said.status.success(), "{pod}: {}", said.stderr);
    }
    cluster
}

fn pods(client: &Client) -> PodsInNamespace {
    Pod::in_namespace(client, "default")
}

/// A shell that runs a script in the pod `busy`.
fn shell(client: &Client, script: &str) -> Exec {
    pods(client).exec("busy").command("sh").command("-c").command(script)
}

#[tokio::test(flavor = "multi_thread")]
async fn streams() {
    let cluster = start();
    let client = Client::from_kubeconfig(cluster.kubeconfig()).await.expect("a client");
    commands::exit_codes(&client).await;
    commands::failures(&client).await;
    commands::who_may_not(&cluster).await;
    commands::input_ends_and_output_follows(&client).await;
    commands::a_terminal_changes_its_size(&client).await;
    commands::attached_to_a_process(&client).await;
    ports::many_connections(&client).await;
    ports::a_reset_leaves_others_alone(&client).await;
    ports::nobody_listens(&client).await;
    ports::a_local_port(&client).await;
    ports::several_local_ports(&client).await;
    load::many_commands_at_once(&client).await;
    load::nothing_is_left(&client).await;
    load::much_input(&client).await;
    load::much_output_read_slowly(&client).await;
    copies::into_a_container_as_kubectl(&cluster, &client).await;
    copies::out_of_a_container_as_kubectl(&cluster, &client).await;
    copies::failures(&cluster, &client).await;
    copies::an_evil_tar(&client).await;
    copies::large_files(&client).await;
    copies::a_server_that_restarts(&cluster, &client).await;
    copies::dropped_on_the_way(&client).await;
    ports::a_server_that_restarts(&cluster, &client).await;
    commands::a_kubelet_that_dies(&cluster, &client).await;
}
