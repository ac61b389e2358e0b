//! Pods that are cut off or changed in a byte: never partial data taken for whole.

use kubesdk::api::core::v1::{Pod, PodList};
use kubesdk::json;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

/// The pods of the fixtures with what a server and kubectl add to them.
fn pods() -> Vec<String> {
    let fixture = include_str!("../objects/fixtures/v1/Pod.json");
    let steps: Vec<Value> = serde_json::from_str(fixture).unwrap();
    let pods: Vec<String> = steps
        .into_iter()
        .filter(|step| step["kind"] == "Pod")
        .map(|mut pod| {
            let fields =
                json!({"f:spec": {"f:containers": {"k:{\"name\":\"main\"}": {".": {}, "f:image": {}}}}});
            pod["metadata"]["managedFields"] = json!([{"manager": "kubectl", "fieldsV1": fields}]);
            pod["metadata"]["annotations"] =
                json!({"kubectl.kubernetes.io/last-applied-configuration": pod.to_string()});
            pod.to_string()
        })
        .collect();
    assert!(!pods.is_empty());
    pods
}

/// The first one, with so few elements in each array that it can be read once for each of its bytes.
fn short() -> String {
    fn shorten(value: &mut Value) {
        match value {
            Value::Array(elements) => {
                elements.truncate(2);
                elements.iter_mut().for_each(shorten);
            }
            Value::Object(members) => members.values_mut().for_each(shorten),
            _ => {}
        }
    }
    let mut pod: Value = serde_json::from_str(&pods()[0]).unwrap();
    shorten(&mut pod);
    let text = "{\"args\":[\"-c\",\"echo \\\"a\\\"\"]}\n";
    pod["metadata"]["annotations"] = json!({"kubectl.kubernetes.io/last-applied-configuration": text});
    pod.to_string()
}

#[test]
fn a_pod_cut_at_any_byte_is_an_error() {
    let pod = short();
    assert!(json::from_slice::<Pod>(pod.as_bytes()).is_ok());
    for end in 0..pod.len() {
        let error =
            json::from_slice::<Pod>(pod.as_bytes().get(..end).unwrap()).expect_err("a pod that was cut off");
        assert!(error.offset() <= end, "{error}");
    }
}

#[test]
fn a_pod_with_another_byte_is_an_error_where_it_is_no_json() {
    let pod = short();
    for (place, byte) in (0..pod.len()).zip(b"\"\\{}[],:0-e.nu x\x01\xff".iter().cycle()) {
        let mut changed = pod.clone().into_bytes();
        changed[place] = *byte;
        let valid = serde_json::from_slice::<IgnoredAny>(&changed).is_ok();
        let read = json::from_slice::<Pod>(&changed);
        assert!(valid || read.is_err(), "byte {place} as {byte:#x}");
    }
}

#[test]
fn in_a_list_each_pod_is_what_it_is_alone() {
    let pods = pods();
    let alone: Vec<Pod> = pods.iter().map(|pod| json::from_slice(pod.as_bytes()).unwrap()).collect();
    // Long enough for the decoder to learn what comes, with pods that differ from those before.
    let items: Vec<&str> = pods.iter().map(String::as_str).cycle().take(24).collect();
    let text = format!(r#"{{"kind":"PodList","apiVersion":"v1","items":[{}]}}"#, items.join(","));
    let list: PodList = json::from_slice(text.as_bytes()).unwrap();
    assert_eq!(list.items.len(), 24);
    for (item, expected) in list.items.iter().zip(alone.iter().cycle()) {
        assert_eq!(item, expected);
    }
    let written: Value = serde_json::from_slice(&json::to_vec(&list)).unwrap();
    let read: PodList = json::from_slice(written.to_string().as_bytes()).unwrap();
    assert_eq!(read, list);
}
