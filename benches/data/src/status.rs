//! The status of a running pod, as a kubelet reports it.

use serde_json::{Value, json};

use crate::random::Random;
use crate::workload::{Part, Workload};

pub(crate) fn status(workload: &Workload, random: &mut Random, node: &str, started: &str) -> Value {
    let host = node.trim_start_matches("ip-").split('.').next().unwrap_or_default().replace('-', ".");
    let address = random.address();
    let condition = |kind: &str| {
        json!({
            "type": kind,
            "observedGeneration": 1,
            "status": "True",
            "lastProbeTime": null,
            "lastTransitionTime": started,
        })
    };
    let kinds = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"];
    let conditions: Vec<Value> = kinds.into_iter().map(condition).collect();
    json!({
        "observedGeneration": 1,
        "phase": "Running",
        "conditions": conditions,
        "hostIP": host,
        "hostIPs": [{"ip": host}],
        "podIP": address,
        "podIPs": [{"ip": address}],
        "startTime": started,
        "initContainerStatuses": [container(&workload.init, random, started, true)],
        "containerStatuses": [
            container(&workload.main, random, started, false),
            container(&workload.side, random, started, false),
        ],
        "qosClass": "Burstable",
    })
}

fn container(part: &Part, random: &mut Random, started: &str, ended: bool) -> Value {
    let id = format!("containerd://{}", random.hex(64));
    let state = if ended {
        json!({"terminated": {
            "exitCode": 0,
            "reason": "Completed",
            "startedAt": started,
            "finishedAt": random.time(),
            "containerID": id,
        }})
    } else {
        json!({"running": {"startedAt": started}})
    };
    json!({
        "name": part.name,
        "state": state,
        "lastState": {},
        "ready": true,
        "restartCount": random.number(0, 3),
        "image": part.image,
        "imageID": format!("{}@sha256:{}", part.image.split(':').next().unwrap_or_default(), part.digest),
        "containerID": id,
        "started": !ended,
    })
}
