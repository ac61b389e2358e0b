//! Secrets, config maps, events and nodes.

use serde_json::{Map, Value, json};

use crate::managed_fields;
use crate::random::Random;
use crate::workload::{Workload, node_name};

/// A secret with a value of 100 KB beside small ones.
pub(crate) fn secret(random: &mut Random) -> Value {
    let data = json!({
        "ca.crt": random.base64(2_000),
        "keystore.p12": random.base64(100_000 / 3 * 4),
        "password": random.base64(32),
    });
    json!({
        "metadata": metadata(random, "delivery-pipeline", &json!({"data": data, "type": ""})),
        "data": data,
        "type": "Opaque",
    })
}

/// A config map of one to four files of 0.2 to 8 KB.
pub(crate) fn config_map(random: &mut Random) -> Value {
    let mut data = Map::new();
    for _ in 0..random.number(1, 5) {
        let (name, length) = (format!("{}.yaml", random.words(2)), random.number(200, 8_000));
        data.insert(name, random.configuration(length).into());
    }
    let data = Value::Object(data);
    json!({
        "metadata": metadata(random, "delivery-pipeline", &json!({"data": data})),
        "data": data,
    })
}

/// What a kubelet or a scheduler says about a pod.
pub(crate) fn event(workload: &Workload, random: &mut Random) -> Value {
    let (reason, message) = match random.number(0, 4) {
        0 => ("Pulled", format!("Container image \"{}\" already present on machine", workload.main.image)),
        1 => ("Scheduled", format!("Successfully assigned a pod of {} to a node", workload.name)),
        2 => ("BackOff", format!("Back-off restarting failed container {}", workload.main.name)),
        _ => ("Unhealthy", format!("Readiness probe failed: HTTP probe of {} says 503", workload.side.name)),
    };
    let pod = format!("{}-{}", workload.replica_set(), random.suffix(5));
    let involved = json!({
        "kind": "Pod",
        "namespace": workload.namespace,
        "name": pod,
        "uid": random.uid(),
        "apiVersion": "v1",
        "resourceVersion": random.number(10_000_000, 99_999_999).to_string(),
        "fieldPath": format!("spec.containers{{{}}}", workload.main.name),
    });
    let (first, last) = (random.time(), random.time());
    let set = json!({
        "count": 0, "firstTimestamp": "", "involvedObject": involved, "lastTimestamp": "", "message": "",
        "reason": "", "reportingComponent": "", "reportingInstance": "", "source": {"component": "", "host": ""},
        "type": "",
    });
    let node = workload.node(random);
    json!({
        "metadata": {
            "name": format!("{pod}.{}", random.hex(16)),
            "namespace": workload.namespace,
            "uid": random.uid(),
            "resourceVersion": random.number(10_000_000, 99_999_999).to_string(),
            "creationTimestamp": first,
            "managedFields": [managed_fields::entry("kubelet", &first, &set, None)],
        },
        "involvedObject": involved,
        "reason": reason,
        "message": message,
        "source": {"component": "kubelet", "host": node},
        "firstTimestamp": first,
        "lastTimestamp": last,
        "count": random.number(1, 500),
        "type": if random.chance(70) { "Normal" } else { "Warning" },
        "eventTime": null,
        "reportingComponent": "kubelet",
        "reportingInstance": node,
    })
}

/// A node that has pulled the images of fifty containers.
pub(crate) fn node(number: usize, workloads: &[Workload], random: &mut Random) -> Value {
    let name = node_name(number);
    let images: Vec<Value> = workloads
        .iter()
        .cycle()
        .skip(random.number(0, workloads.len()))
        .take(50)
        .map(|workload| {
            let image = &workload.main.image;
            let repository = image.split(':').next().unwrap_or_default();
            json!({
                "names": [format!("{repository}@sha256:{}", workload.main.digest), image],
                "sizeBytes": random.number(1_000_000, 900_000_000),
            })
        })
        .collect();
    let capacity = json!({
        "cpu": "16", "ephemeral-storage": "102350Mi", "hugepages-1Gi": "0", "hugepages-2Mi": "0",
        "memory": format!("{}Ki", random.number(60_000_000, 66_000_000)), "pods": "110",
    });
    let (time, heartbeat) = (random.time(), random.time());
    let kinds = ["MemoryPressure", "DiskPressure", "PIDPressure", "Ready"];
    let conditions: Vec<Value> = kinds
        .into_iter()
        .map(|kind| {
            json!({
                "type": kind,
                "status": if kind == "Ready" { "True" } else { "False" },
                "lastHeartbeatTime": heartbeat,
                "lastTransitionTime": time,
                "reason": format!("KubeletSays{kind}"),
                "message": format!("the kubelet reports {kind} after its last check"),
            })
        })
        .collect();
    let status = json!({
        "capacity": capacity,
        "allocatable": capacity,
        "conditions": conditions,
        "addresses": [
            {"type": "InternalIP", "address": random.address()},
            {"type": "Hostname", "address": name},
        ],
        "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
        "nodeInfo": {
            "machineID": random.hex(32),
            "systemUUID": random.uid(),
            "bootID": random.uid(),
            "kernelVersion": "6.12.48-cloud-amd64",
            "osImage": "Some Linux 13",
            "containerRuntimeVersion": "containerd://2.2.1",
            "kubeletVersion": "v1.37.2",
            "kubeProxyVersion": "",
            "operatingSystem": "linux",
            "architecture": "amd64",
        },
        "images": images,
    });
    json!({
        "metadata": {
            "name": name,
            "uid": random.uid(),
            "resourceVersion": random.number(10_000_000, 99_999_999).to_string(),
            "creationTimestamp": time,
            "labels": {
                "beta.kubernetes.io/arch": "amd64",
                "kubernetes.io/arch": "amd64",
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
                "node.kubernetes.io/instance-type": random.pick(&["m7i.4xlarge", "c7i.4xlarge", "r7i.4xlarge"]),
                "topology.kubernetes.io/region": "eu-central-1",
                "topology.kubernetes.io/zone": random.pick(&["eu-central-1a", "eu-central-1b", "eu-central-1c"]),
            },
            "annotations": {"volumes.kubernetes.io/controller-managed-attach-detach": "true"},
            "managedFields": [
                managed_fields::entry("kubelet", &heartbeat, &json!({"status": status}), Some("status")),
            ],
        },
        "spec": {
            "podCIDR": format!("10.{}.{}.0/24", 64 + number / 256, number % 256),
            "podCIDRs": [format!("10.{}.{}.0/24", 64 + number / 256, number % 256)],
            "providerID": format!("cloud:///eu-central-1/{}", random.hex(17)),
        },
        "status": status,
    })
}

/// Names, labels and the manager of what a pipeline applies.
fn metadata(random: &mut Random, manager: &str, set: &Value) -> Value {
    let time = random.time();
    json!({
        "name": format!("{}-{}", random.words(2), random.suffix(5)),
        "namespace": format!("{}-production", random.words(2)),
        "uid": random.uid(),
        "resourceVersion": random.number(10_000_000, 99_999_999).to_string(),
        "creationTimestamp": time,
        "labels": {
            "app.kubernetes.io/managed-by": manager,
            "app.kubernetes.io/name": random.words(2),
            "team.example.com/owner": random.words(2),
        },
        "managedFields": [managed_fields::entry(manager, &time, set, None)],
    })
}
