//! JSON: what is accepted is what serde_json accepts, and means the same; what is decoded survives a round trip.

use kubesdk_api::apiextensions::v1::CustomResourceDefinition;
use kubesdk_api::apps::v1::Deployment;
use kubesdk_api::core::v1::{Pod, PodList, Secret};
use kubesdk_core::json::{from_slice, to_vec};
use kubesdk_core::{Object, RawJson};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

/// More levels are an error of ours; serde_json skips values of any depth.
const MAX_DEPTH: usize = 128;

/// Checks one text as free-form JSON and as objects of several kinds.
pub fn check(bytes: &[u8]) {
    let text = std::str::from_utf8(bytes);
    let valid = text.is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok());
    let deep = depth(bytes) > MAX_DEPTH;
    if let Ok(text) = text {
        let raw = RawJson::from_text(text);
        assert_eq!(raw.is_ok(), valid && !deep, "free-form JSON: {:?}", raw.err());
        if let Ok(raw) = raw {
            assert_eq!(raw.as_str(), text.trim_matches([' ', '\n', '\t', '\r']));
        }
    }
    for check in [object::<Pod>, object::<PodList>, object::<Deployment>, object::<Secret>] {
        check(bytes, valid, deep);
    }
    object::<CustomResourceDefinition>(bytes, valid, deep);
}

fn object<T>(bytes: &[u8], valid: bool, deep: bool)
where
    T: Object + Default + Clone + PartialEq + std::fmt::Debug + DeserializeOwned,
{
    let direct = from_slice::<T>(bytes);
    let Ok(object) = direct else {
        let error = direct.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains("byte"), "an error without a place: {error}");
        return;
    };
    assert!(valid, "accepted what is no JSON");
    assert!(!deep, "accepted more than {MAX_DEPTH} levels");

    let written = to_vec(&object);
    let again: T = from_slice(&written).expect("what we write, we read");
    assert_eq!(again, object, "a round trip changed the object");
    assert_eq!(to_vec(&again), written, "a second round trip changed the text");
    serde_json::from_slice::<IgnoredAny>(&written).expect("what we write is JSON");

    // serde_json refuses what we keep by rule: half of a surrogate pair (U+FFFD, as in Go).
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return };
    if has_twins(bytes, &value) || has_fractions(&value) {
        return;
    }
    let bridged: T = serde_json::from_value(value).expect("serde reads what is read directly");
    assert_eq!(values(&to_vec(&bridged)), values(&written), "serde and the direct way differ");
}

fn values(text: &[u8]) -> Value {
    serde_json::from_slice(text).expect("JSON")
}

/// True when names come twice: a `Value` keeps the last, we merge structs as Go does.
pub(crate) fn has_twins(bytes: &[u8], value: &Value) -> bool {
    fn names(value: &Value) -> usize {
        match value {
            Value::Object(members) => members.len() + members.values().map(names).sum::<usize>(),
            Value::Array(items) => items.iter().map(names).sum(),
            _ => 0,
        }
    }
    // Every name is followed by the only colons outside of strings.
    let mut colons = 0;
    outside_strings(bytes, |byte| colons += usize::from(byte == b':'));
    colons != names(value)
}

/// True when a `Value` holds a number as a float, which may have lost digits; a quantity keeps its text.
fn has_fractions(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.values().any(has_fractions),
        Value::Array(items) => items.iter().any(has_fractions),
        Value::Number(number) => number.is_f64(),
        _ => false,
    }
}

fn depth(bytes: &[u8]) -> usize {
    let (mut now, mut most) = (0usize, 0);
    outside_strings(bytes, |byte| {
        match byte {
            b'{' | b'[' => now += 1,
            b'}' | b']' => now = now.saturating_sub(1),
            _ => {}
        }
        most = most.max(now);
    });
    most
}

fn outside_strings(bytes: &[u8], mut visit: impl FnMut(u8)) {
    let (mut inside, mut escaped) = (false, false);
    for &byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            _ if !inside => visit(byte),
            _ => {}
        }
    }
}
