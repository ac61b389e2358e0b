//! Our own program as a pod: the kubelet of the test cluster runs it, with the service account's files and environment.

use kubesdk_test_cluster::{Cluster, Options, binary};
use serde_json::{Value, json};

use super::built;

#[test]
fn the_example_runs_as_a_pod() {
    let cluster =
        Cluster::start(Options { kubelet: true, ..Options::default() }).expect("the cluster starts");
    let forbidden = "Error from server (Forbidden): pods is forbidden: User \
                     \"system:serviceaccount:default:default\" cannot list resource \"pods\" in API group \"\" at the \
                     cluster scope\n";
    let kubectl = ["/kubectl/kubectl", "get", "pods", "-A", "--no-headers", "-o", "name"];
    assert_eq!(run(&cluster, "kubectl-may-not", &kubectl), (1, forbidden.to_owned()));
    assert_eq!(run(&cluster, "may-not", &["/examples/list_pods"]), (1, forbidden.to_owned()));

    let binding = ["create", "clusterrolebinding", "default:default:view", "--clusterrole=view"];
    say(&cluster, &[&binding[..], &["--serviceaccount=default:default"]].concat());
    // The authorizer learns of the binding by a watch of its own.
    let user = "--as=system:serviceaccount:default:default";
    let may = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        cluster.kubectl(&["auth", "can-i", "list", "pods", "-A", user]).expect("kubectl runs").stdout
            == "yes\n"
    });
    assert!(may, "the role binding takes effect within seconds");
    assert_eq!(
        run(&cluster, "may", &["/examples/list_pods"]),
        (0, "There are 3 pods in the cluster\n".to_owned())
    );
    let (code, names) = run(&cluster, "kubectl-may", &kubectl);
    assert_eq!((code, names.lines().count()), (0, 4), "{names}");
}

/// Runs a program as a pod: its exit code and all that it said.
fn run(cluster: &Cluster, name: &str, command: &[&str]) -> (i64, String) {
    let kubectl = binary(&|_| {}).expect("the control plane is built");
    let folders = [
        ("examples", built("list_pods").parent().expect("a folder").to_owned()),
        ("kubectl", kubectl.parent().expect("a folder").to_owned()),
    ];
    let volumes: Vec<Value> =
        folders.iter().map(|(name, path)| json!({"name": name, "hostPath": {"path": path}})).collect();
    let mounts: Vec<Value> =
        folders.iter().map(|(name, _)| json!({"name": name, "mountPath": format!("/{name}")})).collect();
    let container = json!({"name": "main", "image": "none", "command": command, "volumeMounts": mounts});
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name},
        "spec": {"restartPolicy": "Never", "volumes": volumes, "containers": [container]}});
    let created = cluster.kubectl_with_input(&["create", "-f", "-"], &pod.to_string()).expect("kubectl runs");
    assert!(created.status.success(), "{}", created.stderr);
    let code = "{.status.containerStatuses[0].state.terminated.exitCode}";
    let ended = format!("--for=jsonpath={code}");
    say(cluster, &["wait", &format!("pod/{name}"), &ended, "--timeout=60s"]);
    let code = say(cluster, &["get", "pod", name, "-o", &format!("jsonpath={code}")]);
    (code.parse().expect("a number"), say(cluster, &["logs", name]))
}

/// Standard output of a kubectl that succeeds.
fn say(cluster: &Cluster, arguments: &[&str]) -> String {
    let output = cluster.kubectl(arguments).expect("kubectl runs");
    assert!(output.status.success(), "kubectl {arguments:?}: {}", output.stderr);
    output.stdout
}
