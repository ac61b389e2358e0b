//! CBOR and JSON are one.

use kubesdk::core::Object;
use kubesdk::{cbor, json};
use proptest::prelude::*;

use crate::fill::filled;
use crate::{direct, for_types};

fn agrees<T: Object + Default>(seed: u64) {
    let object: T = filled(seed);
    let read: T = cbor::from_slice(&cbor::to_vec(&object)).unwrap();
    assert_eq!(direct(&read), direct(&object));
    let read: T = json::from_slice(&json::to_vec(&read)).unwrap();
    assert_eq!(cbor::to_vec(&read), cbor::to_vec(&object));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn cbor(seed: u64) {
        for_types!(agrees, seed);
    }
}

/// What a real server (1.37.2 with the gate `CBORServingAndStorage`) answered, in both formats.
fn answered<T: Object + Default>(name: &str) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("formats/server");
    let read = |ending: &str| std::fs::read(folder.join(format!("{name}.{ending}"))).unwrap();
    let (bytes, text) = (read("cbor"), read("json"));
    let (ours, theirs): (T, T) = (cbor::from_slice(&bytes).unwrap(), json::from_slice(&text).unwrap());
    assert_eq!(direct(&ours), direct(&theirs), "{name}");
    // Nothing that the server said is lost.
    assert_eq!(direct(&ours), serde_json::from_slice::<serde_json::Value>(&text).unwrap(), "{name}");
    for len in 0..bytes.len() {
        assert!(cbor::from_slice::<T>(&bytes[..len]).is_err(), "{name} cut at {len}");
    }
}

#[test]
fn what_a_server_says_is_the_same_in_both_formats() {
    use kubesdk::api::{apiextensions, apps, core};
    answered::<core::v1::ConfigMap>("configmap");
    answered::<core::v1::Secret>("secret");
    answered::<core::v1::Service>("service");
    answered::<apps::v1::Deployment>("deployment");
    answered::<apiextensions::v1::CustomResourceDefinition>("crd");
    answered::<core::v1::ConfigMapList>("configmaps");
    answered::<core::v1::PodList>("empty");
    answered::<kubesdk::Status>("status");
}
