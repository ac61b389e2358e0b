//! A control plane with a node, and the pods in which things run.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use kubesdk_test_cluster::{Cluster, Options};
use serde_json::{Value, json};

/// The port that sends [`BYTES`] to whoever connects.
pub(super) const DOWN: u16 = 9100;
/// The port that takes [`BYTES`] and then answers with one byte.
pub(super) const UP: u16 = 9101;
/// How much is moved.
pub(super) const BYTES: u64 = 500_000_000;

/// What the pod `ports` does, with how many bytes as its argument.
const SERVER: &str = r#"
my $all = shift;
sub serve {
    my ($port, $do) = @_;
    my $server = IO::Socket::INET->new(LocalAddr => "0.0.0.0", LocalPort => $port, Listen => 64) or die $!;
    while (my $client = $server->accept) { if (!fork) { close $server; $do->($client); exit } close $client }
}
$SIG{CHLD} = "IGNORE";
if (!fork) {
    serve(9101, sub {
        my $left = $all;
        while ($left > 0) { my $count = sysread($_[0], my $bytes, 1 << 17) or exit; $left -= $count }
        syswrite $_[0], "x";
        sysread $_[0], my $end, 1;
    });
}
serve(9100, sub {
    my ($left, $piece) = ($all, "7" x (1 << 17));
    while ($left > 0) { $left -= syswrite($_[0], $piece, $left < 1 << 17 ? $left : 1 << 17) || exit }
    sysread $_[0], my $end, 1;
});
"#;

/// A cluster that ends with the value.
pub(super) struct Node(Cluster);

impl Node {
    pub(super) fn start() -> Result<Self> {
        let cluster = Cluster::start(Options { kubelet: true, ..Options::default() })?;
        let pod = |name: &str, command: Value| {
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {
                "terminationGracePeriodSeconds": 1,
                "containers": [{"name": "main", "image": "none", "command": command}]}})
        };
        let server = json!(["perl", "-MIO::Socket::INET", "-e", SERVER, BYTES.to_string()]);
        for pod in [pod("busy", json!(["sleep", "100000"])), pod("ports", server)] {
            let said = cluster.kubectl_with_input(&["apply", "-f", "-"], &pod.to_string())?;
            ensure!(said.status.success(), "{}", said.stderr);
        }
        let node = Node(cluster);
        node.kubectl(&["wait", "pod/busy", "pod/ports", "--for=condition=Ready", "--timeout=60s"])?;
        Ok(node)
    }

    pub(super) fn kubeconfig(&self) -> PathBuf {
        self.0.kubeconfig()
    }

    /// What kubectl prints.
    pub(super) fn kubectl(&self, words: &[&str]) -> Result<String> {
        let said = self.0.kubectl(words).context("kubectl")?;
        ensure!(said.status.success(), "{}", said.stderr);
        Ok(said.stdout)
    }
}
