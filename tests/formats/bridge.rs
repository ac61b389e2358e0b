//! serde and the direct path are one.

use kubesdk::core::Object;
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::fill::filled;
use crate::{direct, for_types};

/// Serde holds all of it in a buffer of its own before it decides.
#[derive(Deserialize, Serialize)]
#[serde(untagged)]
enum Either<T> {
    Known(T),
    Unknown(serde_json::Value),
}

#[derive(Deserialize, Serialize)]
struct Flat<T> {
    #[serde(flatten)]
    object: T,
    ours: u8,
}

fn agrees<T: Object + Default + Serialize + DeserializeOwned>(seed: u64) {
    let object: T = filled(seed);
    let expected = direct(&object);
    assert_eq!(serde_json::to_value(&object).unwrap(), expected);
    assert_eq!(direct(&serde_json::from_value::<T>(expected.clone()).unwrap()), expected);
    let text = serde_json::to_vec(&object).unwrap();
    assert_eq!(direct(&serde_json::from_slice::<T>(&text).unwrap()), expected);
    match serde_json::from_slice::<Either<T>>(&text).unwrap() {
        Either::Known(object) => assert_eq!(direct(&object), expected),
        Either::Unknown(value) => panic!("{value} is not taken out of the buffer"),
    }
    let flat = serde_json::to_value(Flat { object, ours: 7 }).unwrap();
    assert_eq!(flat["ours"], 7);
    assert_eq!(direct(&serde_json::from_value::<Flat<T>>(flat).unwrap().object), expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn serde(seed: u64) {
        for_types!(agrees, seed);
    }
}
