//! The node of a cluster with a kubelet: pods run as processes of this machine, are reached as anywhere else, and end
//! with the cluster.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use kubesdk_test_cluster::{Cluster, Options, Process};
use serde_json::{Value, json};

const SOON: Duration = Duration::from_secs(60);

fn start() -> Result<Cluster> {
    Cluster::start(Options { kubelet: true, ..Options::default() })
}

/// A pod of one container that is not started again.
fn pod(name: &str, script: &str) -> Value {
    let container = json!({"name": "main", "image": "none", "command": ["sh", "-c", script]});
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": name}},
        "spec": {"restartPolicy": "Never", "terminationGracePeriodSeconds": 1, "containers": [container]}})
}

fn apply(cluster: &Cluster, object: &Value) -> Result<()> {
    let output = cluster.kubectl_with_input(&["apply", "-f", "-"], &object.to_string())?;
    assert!(output.status.success(), "{}", output.stderr);
    Ok(())
}

/// Standard output of a kubectl that succeeds.
fn said(cluster: &Cluster, arguments: &[&str]) -> Result<String> {
    let output = cluster.kubectl(arguments)?;
    assert!(output.status.success(), "kubectl {arguments:?}: {}", output.stderr);
    Ok(output.stdout)
}

fn wait_for(cluster: &Cluster, what: &str, condition: &str) -> Result<()> {
    let output = cluster.kubectl(&["wait", what, &format!("--for={condition}"), "--timeout=60s"])?;
    let state = cluster.kubectl(&["get", what, "-o", "yaml"])?.stdout;
    assert!(output.status.success(), "{what} is not {condition}: {}\n{state}", output.stderr);
    Ok(())
}

/// A pod that has run, and what it said.
fn run(cluster: &Cluster, pod: &Value, phase: &str) -> Result<String> {
    apply(cluster, pod)?;
    let name = pod["metadata"]["name"].as_str().context("a pod has a name")?;
    wait_for(cluster, &format!("pod/{name}"), &format!("jsonpath={{.status.phase}}={phase}"))?;
    said(cluster, &["logs", name])
}

#[test]
fn pods_run_are_reached_and_end_with_the_cluster() -> Result<()> {
    let cluster = start()?;
    a_pod_has_what_every_pod_has(&cluster)?;
    exit_codes_are_the_programs(&cluster)?;
    volumes_and_environment(&cluster)?;
    a_deployment_becomes_available_and_is_reached(&cluster)?;
    exec_attach_and_copy(&cluster)?;
    a_command_that_is_not_there_is_named(&cluster)?;
    let processes = descendants(&cluster.component("supervisor")?)?;
    assert!(processes.len() >= 9, "supervisor, five components, at least three pods: {processes:?}");
    let folder = cluster.folder().to_owned();
    drop(cluster);
    assert_gone(&processes);
    assert!(!folder.join("kubelet").exists(), "nothing stays but the logs");
    let logs = fs::read_dir(folder.join("logs/pods"))?.flatten();
    let names: Vec<_> = logs.map(|it| it.file_name().to_string_lossy().into_owned()).collect();
    assert!(names.iter().any(|name| name.starts_with("default_good_")), "the pods' among them: {names:?}");
    assert_no_mount_of(&folder)?;
    Ok(())
}

fn a_pod_has_what_every_pod_has(cluster: &Cluster) -> Result<()> {
    let script = "exec 2>&1; cd /var/run/secrets/kubernetes.io/serviceaccount && cat namespace && echo && head -1 ca.crt && \
                  cut -c1-3 token && echo $KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT && hostname && \
                  ls /tmp | wc -l && touch /tmp/mine && readlink -f /var/run && touch /etc/not-mine";
    let output = run(cluster, &pod("surroundings", script), "Failed")?;
    let expected = "default\n-----BEGIN CERTIFICATE-----\neyJ\n10.0.0.1:443\nsurroundings\n0\n/run\n\
                    touch: cannot touch '/etc/not-mine': Read-only file system\n";
    assert_eq!(output, expected);
    assert!(!Path::new("/tmp/mine").exists());
    Ok(())
}

fn exit_codes_are_the_programs(cluster: &Cluster) -> Result<()> {
    assert_eq!(run(cluster, &pod("good", "echo done"), "Succeeded")?, "done\n");
    let script = "echo why > /dev/termination-log; exit 42";
    run(cluster, &pod("bad", script), "Failed")?;
    let path = "jsonpath={.status.containerStatuses[0].state.terminated['exitCode','reason','message']}";
    assert_eq!(said(cluster, &["get", "pod", "bad", "-o", path])?, "42 Error why\n");
    Ok(())
}

fn volumes_and_environment(cluster: &Cluster) -> Result<()> {
    apply(
        cluster,
        &json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"},
        "data": {"colour": "green"}}),
    )?;
    let mut asking =
        pod("volumes", "cat /etc/settings/colour; echo \" $COLOUR $GREETING\"; cat /shared/first");
    asking["spec"]["volumes"] = json!([
        {"name": "settings", "configMap": {"name": "settings"}}, {"name": "shared", "emptyDir": {}}]);
    let shared = json!({"name": "shared", "mountPath": "/shared"});
    let container = &mut asking["spec"]["containers"][0];
    // No such folder exists on this machine: mount points are made without touching it.
    container["volumeMounts"] = json!([{"name": "settings", "mountPath": "/etc/settings"}, shared]);
    container["env"] = json!([
        {"name": "COLOUR", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "colour"}}},
        {"name": "GREETING", "value": "so $(COLOUR)"}]);
    asking["spec"]["initContainers"] = json!([{"name": "before", "image": "none", "volumeMounts": [shared],
        "command": ["sh", "-c", "echo made first > /shared/first"]}]);
    assert_eq!(run(cluster, &asking, "Succeeded")?, "green green so green\nmade first\n");
    assert!(!Path::new("/etc/settings").exists());
    Ok(())
}

/// Two pods that answer with their names, behind a service.
fn a_deployment_becomes_available_and_is_reached(cluster: &Cluster) -> Result<()> {
    // Perl is on every Debian; this is what its smallest form has.
    let server = "my $server = IO::Socket::INET->new(LocalPort => 8080, Listen => 64)\n\
                  or die $!;\n\
                  while (my $client = $server->accept) {\n\
                  my ($path) = <$client> =~ / (\\S+)/;\n\
                  while (<$client> =~ /\\S/) {}\n\
                  print $client \"HTTP/1.0 200 OK\\r\\n\\r\\nfrom $ENV{HOSTNAME}$path\";\n\
                  close $client;\n\
                  }\n";
    let container = json!({"name": "main", "image": "none", "command": ["perl", "-MIO::Socket::INET", "-e", server],
        "readinessProbe": {"httpGet": {"path": "/", "port": 8080}, "periodSeconds": 1}});
    let labels = json!({"app": "web"});
    apply(
        cluster,
        &json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
        "spec": {"replicas": 2, "selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels},
            "spec": {"terminationGracePeriodSeconds": 1, "containers": [container]}}}}),
    )?;
    apply(
        cluster,
        &json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
        "spec": {"selector": labels, "ports": [{"name": "http", "port": 80, "targetPort": 8080}]}}),
    )?;
    wait_for(cluster, "deployment/web", "condition=Available")?;
    let names = said(cluster, &["get", "pods", "-l", "app=web", "-o", "jsonpath={.items[*].metadata.name}"])?;
    let names: BTreeSet<&str> = names.split(' ').collect();
    assert_eq!(names.len(), 2);
    for name in &names {
        let path = format!("/api/v1/namespaces/default/pods/{name}:8080/proxy/there");
        assert_eq!(said(cluster, &["get", "--raw", &path])?, format!("from {name}/there"));
    }
    let through = "/api/v1/namespaces/default/services/web:http/proxy/service";
    let start = Instant::now();
    let answer = loop {
        let output = cluster.kubectl(&["get", "--raw", through])?;
        if output.status.success() {
            break output.stdout;
        }
        ensure!(start.elapsed() < SOON, "the service is not reached: {}", output.stderr);
        sleep(Duration::from_millis(50));
    };
    assert!(names.iter().any(|name| answer == format!("from {name}/service")), "{answer}");
    Ok(())
}

fn exec_attach_and_copy(cluster: &Cluster) -> Result<()> {
    apply(cluster, &pod("busy", "echo ready; exec sleep 1000"))?;
    wait_for(cluster, "pod/busy", "condition=Ready")?;
    for (script, expected) in [
        ("exit 0", 0),
        ("exit 3", 3),
        ("exec /etc/passwd", 126),
        ("no-such-program", 127),
        ("kill -9 $$", 137),
    ] {
        let output = cluster.kubectl(&["exec", "busy", "--", "sh", "-c", script])?;
        assert_eq!(output.status.code(), Some(expected), "{script}");
    }
    let output = cluster.kubectl(&["exec", "busy", "--", "sh", "-c", "echo out; echo err >&2"])?;
    assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("out\n", "err\n"));
    let output = cluster.kubectl_with_input(&["exec", "-i", "busy", "--", "cat"], "said\n")?;
    assert_eq!(output.stdout, "said\n");
    // The first process of the container is the program itself, after the shell and the mount before it.
    let first = ["exec", "busy", "--", "cat", "/proc/1/cmdline"];
    assert_eq!(said(cluster, &first)?, "sleep\x001000\0");

    let (from, back) = (cluster.folder().join("from"), cluster.folder().join("back"));
    fs::write(&from, "copied")?;
    said(cluster, &["cp", &from.display().to_string(), "busy:/tmp/there"])?;
    said(cluster, &["cp", "busy:/tmp/there", &back.display().to_string()])?;
    assert_eq!(fs::read_to_string(back)?, "copied");

    let arguments =
        ["run", "attached", "--image=none", "--restart=Never", "-i", "--quiet", "--command", "--", "cat"];
    let output = cluster.kubectl_with_input(&arguments, "to a pod\n")?;
    assert!(output.status.success(), "{}", output.stderr);
    assert_eq!(said(cluster, &["logs", "attached"])?, "to a pod\n");
    Ok(())
}

fn a_command_that_is_not_there_is_named(cluster: &Cluster) -> Result<()> {
    let mut lost = pod("lost", "");
    lost["spec"]["containers"][0]["command"] = json!(["no-such-program"]);
    apply(cluster, &lost)?;
    wait_for(cluster, "pod/lost", "jsonpath={.status.phase}=Failed")?;
    let path = "jsonpath={.status.containerStatuses[0].state.terminated['exitCode','reason','message']}";
    let state = said(cluster, &["get", "pod", "lost", "-o", path])?;
    assert_eq!(state, "128 StartError exec: \"no-such-program\": executable file not found in $PATH");
    Ok(())
}

/// As a user without rights would, who must enter a user namespace for all of this.
#[test]
fn no_rights_over_the_machine_are_needed() -> Result<()> {
    let cluster = Cluster::start(Options { kubelet: true, user_namespace: true, ..Options::default() })?;
    let supervisor = cluster.component("supervisor")?;
    let namespace = |process: &str| fs::read_link(format!("/proc/{process}/ns/user"));
    assert_ne!(namespace(&supervisor.pid.to_string())?, namespace("self")?);
    a_pod_has_what_every_pod_has(&cluster)?;
    a_deployment_becomes_available_and_is_reached(&cluster)?;
    exec_attach_and_copy(&cluster)?;
    let processes = descendants(&supervisor)?;
    drop(cluster);
    assert_gone(&processes);
    Ok(())
}

/// What a program leaves behind that wants to outlive its pod ends with the cluster all the same.
#[test]
fn a_killed_supervisor_takes_pods_along() -> Result<()> {
    let cluster = start()?;
    apply(&cluster, &pod("stubborn", "trap '' TERM; setsid sleep 1001 & sleep 1002"))?;
    wait_for(&cluster, "pod/stubborn", "condition=Ready")?;
    let supervisor = cluster.component("supervisor")?;
    let processes = descendants(&supervisor)?;
    assert!(processes.len() >= 9, "supervisor, five components, three of the pod: {processes:?}");
    supervisor.signal("KILL")?;
    assert_gone(&processes);
    assert_no_mount_of(cluster.folder())
}

/// With `restart`, a test can kill the API server or the kubelet, and the cluster goes on.
#[test]
fn what_is_killed_comes_back() -> Result<()> {
    let cluster = Cluster::start(Options { kubelet: true, restart: true, ..Options::default() })?;
    let mut lasting = pod("lasting", "exec sleep 1000");
    lasting["spec"]["restartPolicy"] = json!("Always");
    apply(&cluster, &lasting)?;
    wait_for(&cluster, "pod/lasting", "condition=Ready")?;
    for name in ["apiserver", "kubelet"] {
        let before = cluster.component(name)?;
        before.signal("KILL")?;
        ensure!(before.wait_gone(SOON), "{name} does not end");
        let start = Instant::now();
        while cluster.component(name)? == before {
            ensure!(start.elapsed() < SOON, "{name} does not come back");
            sleep(Duration::from_millis(50));
        }
    }
    let start = Instant::now();
    loop {
        let output = cluster.kubectl(&["exec", "lasting", "--", "echo", "back"])?;
        if output.stdout == "back\n" {
            break;
        }
        ensure!(start.elapsed() < SOON, "the pod does not come back: {}", output.stderr);
        sleep(Duration::from_millis(200));
    }
    Ok(())
}

/// A process and all that it started, directly or not.
fn descendants(ancestor: &Process) -> Result<Vec<Process>> {
    let mut all = Vec::new();
    for entry in fs::read_dir("/proc")?.flatten() {
        // What is no process, or has ended meanwhile, has no such file.
        let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
        let (Some(pid), Some((_, rest))) = (stat.split(' ').next(), stat.rsplit_once(')')) else { continue };
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let parent: u32 = fields[1].parse()?;
        all.push((parent, Process { pid: pid.parse()?, start_time: fields[19].to_owned() }));
    }
    let mut found = vec![ancestor.clone()];
    for position in 0.. {
        let Some(one) = found.get(position).map(|it| it.pid) else { break };
        found.extend(all.iter().filter(|(parent, _)| *parent == one).map(|(_, child)| child.clone()));
    }
    Ok(found)
}

fn assert_gone(processes: &[Process]) {
    let left: Vec<_> = processes.iter().filter(|process| !process.wait_gone(SOON)).collect();
    assert!(left.is_empty(), "still running: {left:?}");
}

fn assert_no_mount_of(folder: &Path) -> Result<()> {
    let mounts = fs::read_to_string("/proc/self/mountinfo")?;
    assert!(!mounts.contains(&*folder.display().to_string()), "{mounts}");
    Ok(())
}
