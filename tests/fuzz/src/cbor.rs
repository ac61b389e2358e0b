//! CBOR: never a panic; what is decoded survives a round trip, and is the same by way of JSON.

use kubesdk_api::apps::v1::Deployment;
use kubesdk_api::core::v1::{Pod, PodList, Secret};
use kubesdk_core::{Object, cbor, json};

/// Checks bytes as objects of several kinds.
pub fn check(bytes: &[u8]) {
    for check in [object::<Pod>, object::<PodList>, object::<Deployment>, object::<Secret>] {
        check(bytes);
    }
}

fn object<T: Object + Default + PartialEq + std::fmt::Debug>(bytes: &[u8]) {
    let object = match cbor::from_slice::<T>(bytes) {
        Ok(object) => object,
        Err(error) => {
            assert!(error.to_string().contains("byte"), "an error without a place: {error}");
            return;
        }
    };
    let written = cbor::to_vec(&object);
    let again: T = cbor::from_slice(&written).expect("what we write, we read");
    assert_eq!(again, object, "a round trip changed the object");
    assert_eq!(cbor::to_vec(&again), written, "a second round trip changed the bytes");
    let text = json::to_vec(&object);
    let by_json: T = json::from_slice(&text).expect("what came as CBOR goes as JSON");
    assert_eq!(by_json, object, "the way over JSON changed the object");
}
