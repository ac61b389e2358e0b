//! A running pod of a workload: metadata and spec.

use serde_json::{Value, json};

use crate::managed_fields;
use crate::random::Random;
use crate::status::status;
use crate::workload::{Part, Workload};

/// Pods of one workload differ as those of a ReplicaSet do: names, node, addresses, times and ids.
pub(crate) fn pod(workload: &Workload, random: &mut Random) -> Value {
    let node = workload.node(random);
    let (created, started) = (random.time(), random.time());
    let (labels, spec) = (labels(workload), spec(workload, random, &node));
    let status = status(workload, random, &node, &started);
    let annotations = annotations(workload, &labels, &spec, &started);
    let owner = owner(workload);
    let set = json!({
        "metadata": {"generateName": "", "labels": labels, "annotations": annotations, "ownerReferences": [owner]},
        "spec": written(&spec, &["nodeName", "priority", "preemptionPolicy", "tolerations", "volumes"], &["volumeMounts"]),
    });
    let managers = [
        managed_fields::entry("kube-controller-manager", &created, &set, None),
        managed_fields::entry("kubelet", &started, &json!({"status": status}), Some("status")),
    ];
    json!({
        "metadata": {
            "name": format!("{}-{}", workload.replica_set(), random.suffix(5)),
            "generateName": format!("{}-", workload.replica_set()),
            "namespace": workload.namespace,
            "uid": random.uid(),
            "resourceVersion": random.number(10_000_000, 99_999_999).to_string(),
            "generation": 1,
            "creationTimestamp": created,
            "labels": labels,
            "annotations": annotations,
            "ownerReferences": [owner],
            "managedFields": managers,
        },
        "spec": spec,
        "status": status,
    })
}

fn labels(workload: &Workload) -> Value {
    json!({
        "app.kubernetes.io/instance": workload.name,
        "app.kubernetes.io/name": workload.name,
        "app.kubernetes.io/part-of": workload.team,
        "app.kubernetes.io/version": workload.version,
        "pod-template-hash": workload.hash,
        "team.example.com/owner": workload.team,
    })
}

/// With a copy of what was applied, as `kubectl apply` leaves it.
fn annotations(workload: &Workload, labels: &Value, spec: &Value, started: &str) -> Value {
    let defaults = [
        "livenessProbe",
        "readinessProbe",
        "securityContext",
        "terminationMessagePath",
        "terminationMessagePolicy",
        "imagePullPolicy",
        "volumeMounts",
    ];
    let spec =
        written(spec, &["affinity", "initContainers", "nodeName", "tolerations", "volumes"], &defaults);
    let applied = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"annotations": {}, "labels": labels, "namespace": workload.namespace},
        "spec": spec,
    });
    json!({
        "kubectl.kubernetes.io/last-applied-configuration": format!("{applied}\n"),
        "kubectl.kubernetes.io/restartedAt": started,
        "prometheus.io/path": "/metrics",
        "prometheus.io/port": "9102",
        "prometheus.io/scrape": "true",
    })
}

/// A spec as its author wrote it: without some of its fields and some of its containers' fields.
fn written(spec: &Value, fields: &[&str], of_containers: &[&str]) -> Value {
    let mut spec = spec.clone();
    remove(&mut spec, fields);
    for containers in ["containers", "initContainers"] {
        for container in spec.get_mut(containers).and_then(Value::as_array_mut).into_iter().flatten() {
            remove(container, of_containers);
        }
    }
    spec
}

fn remove(object: &mut Value, fields: &[&str]) {
    if let Some(object) = object.as_object_mut() {
        object.retain(|name, _| !fields.contains(&name.as_str()));
    }
}

fn owner(workload: &Workload) -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "name": workload.replica_set(),
        "uid": workload.replica_set_uid,
        "controller": true,
        "blockOwnerDeletion": true,
    })
}

fn spec(workload: &Workload, random: &mut Random, node: &str) -> Value {
    let token = format!("kube-api-access-{}", random.suffix(5));
    json!({
        "volumes": volumes(workload, &token),
        "initContainers": [container(workload, &workload.init, &token)],
        "containers": [container(workload, &workload.main, &token), container(workload, &workload.side, &token)],
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": 60,
        "dnsPolicy": "ClusterFirst",
        "nodeSelector": {"kubernetes.io/os": "linux"},
        "serviceAccountName": workload.name,
        "serviceAccount": workload.name,
        "nodeName": node,
        "securityContext": {"runAsUser": 10001, "runAsGroup": 10001, "runAsNonRoot": true, "fsGroup": 10001},
        "imagePullSecrets": [{"name": "registry-credentials"}],
        "affinity": affinity(workload),
        "schedulerName": "default-scheduler",
        "tolerations": [
            {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300},
            {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300},
        ],
        "priority": 0,
        "enableServiceLinks": true,
        "preemptionPolicy": "PreemptLowerPriority",
    })
}

fn volumes(workload: &Workload, token: &str) -> Value {
    let maps = workload
        .config_maps
        .iter()
        .map(|name| json!({"name": name, "configMap": {"name": name, "defaultMode": 420}}));
    let secrets = workload
        .secrets
        .iter()
        .map(|name| json!({"name": name, "secret": {"secretName": name, "defaultMode": 420}}));
    let fixed = [
        json!({"name": "scratch", "emptyDir": {"sizeLimit": "1Gi"}}),
        json!({"name": token, "projected": {
            "sources": [
                {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
                {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
                {"downwardAPI": {"items": [{
                    "path": "namespace",
                    "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"},
                }]}},
            ],
            "defaultMode": 420,
        }}),
    ];
    maps.chain(secrets).chain(fixed).collect()
}

fn container(workload: &Workload, part: &Part, token: &str) -> Value {
    let ports: Vec<Value> = part
        .ports
        .iter()
        .map(|(name, port)| json!({"name": name, "containerPort": port, "protocol": "TCP"}))
        .collect();
    let (cpu, memory) = part.requests;
    let mut container = json!({
        "name": part.name,
        "image": part.image,
        "args": part.arguments,
        "ports": ports,
        "env": environment(part),
        "resources": {
            "limits": {"memory": format!("{}Mi", memory * 2)},
            "requests": {"cpu": format!("{cpu}m"), "memory": format!("{memory}Mi")},
        },
        "volumeMounts": mounts(workload, token),
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "IfNotPresent",
    });
    if part.ports.is_empty() {
        remove(&mut container, &["ports"]);
    }
    if let (Some((_, port)), Some(fields)) = (part.ports.first(), container.as_object_mut()) {
        fields.insert("livenessProbe".to_owned(), probe("/healthz", *port, part.seconds));
        fields.insert("readinessProbe".to_owned(), probe("/readyz", *port, part.seconds));
        fields.insert(
            "securityContext".to_owned(),
            json!({
                "capabilities": {"drop": ["ALL"]},
                "readOnlyRootFilesystem": true,
                "allowPrivilegeEscalation": false,
            }),
        );
    }
    container
}

fn environment(part: &Part) -> Value {
    let field = |name: &str, path: &str| json!({"name": name, "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": path}}});
    let fields = part.ports.first().map(|_| field("POD_IP", "status.podIP"));
    let values = part.environment.iter().map(|(name, value)| json!({"name": name, "value": value}));
    fields.into_iter().chain(values).collect()
}

fn mounts(workload: &Workload, token: &str) -> Value {
    let maps =
        workload.config_maps.iter().map(|name| json!({"name": name, "mountPath": format!("/etc/{name}")}));
    let fixed = [
        json!({"name": "scratch", "mountPath": "/tmp"}),
        json!({"name": token, "readOnly": true, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}),
    ];
    maps.chain(fixed).collect()
}

fn probe(path: &str, port: usize, seconds: usize) -> Value {
    json!({
        "httpGet": {"path": path, "port": port, "scheme": "HTTP"},
        "initialDelaySeconds": seconds,
        "timeoutSeconds": 1,
        "periodSeconds": 10,
        "successThreshold": 1,
        "failureThreshold": 3,
    })
}

fn affinity(workload: &Workload) -> Value {
    json!({
        "nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{
            "matchExpressions": [{"key": "kubernetes.io/arch", "operator": "In", "values": ["amd64", "arm64"]}],
        }]}},
        "podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{
            "weight": 100,
            "podAffinityTerm": {
                "labelSelector": {"matchLabels": {"app.kubernetes.io/name": workload.name}},
                "topologyKey": "kubernetes.io/hostname",
            },
        }]},
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pods_are_the_same_for_a_seed_and_as_large_as_promised() {
        let pod = |seed| super::pod(&Workload::web(), &mut Random::new(seed));
        assert_eq!(pod(1), pod(1));
        assert_ne!(pod(1), pod(2));
        let mut pod = pod(1);
        let whole = pod.to_string().len();
        managed_fields::remove(&mut pod);
        let bare = pod.to_string().len();
        assert!((15_500..16_500).contains(&whole), "{whole} bytes");
        assert!((4_800..5_600).contains(&(whole - bare)), "{} bytes of managedFields", whole - bare);
    }
}
