//! What must hold of any object of any kind: JSON, serde and CBOR agree, and patches make one of another.

use kubesdk::core::verbs::PatchBody;
use kubesdk::core::walk::FieldManager;
use kubesdk::core::{Object, walk};
use kubesdk::{cbor, json};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::rule::difference;

/// Decodes and encodes a text on every path; gives what is written.
///
/// # Errors
///
/// What a path refuses, or how one differs from the direct one.
pub fn comes_back<T>(text: &[u8]) -> Result<Value, String>
where
    T: Object + Default + PartialEq + Serialize + DeserializeOwned,
{
    let object: T = json::from_slice(text).map_err(|error| format!("decode: {error}"))?;
    let written = json::to_vec(&object);
    let output = value(&written)?;
    let again: T = json::from_slice(&written).map_err(|error| format!("decode again: {error}"))?;
    if again != object || json::to_vec(&again) != written {
        return Err("what is written reads as another object".to_owned());
    }
    // The bridge is compared by what is written: free-form JSON is equal by its text, white space included.
    let bridged: T = serde_json::from_value(value(text)?).map_err(|error| format!("from_value: {error}"))?;
    same("serde_json::from_value", value(&json::to_vec(&bridged))?, &output)?;
    let streamed: T = serde_json::from_slice(text).map_err(|error| format!("serde: {error}"))?;
    same("serde_json::from_slice", value(&json::to_vec(&streamed))?, &output)?;
    let shown = serde_json::to_value(&object).map_err(|error| format!("to_value: {error}"))?;
    same("serde_json::to_value", shown, &output)?;
    same("CBOR", from_cbor::<T>(&cbor::to_vec(&object))?, &output)?;
    Ok(output)
}

/// What is written as JSON of an object that comes as CBOR.
///
/// # Errors
///
/// When it does not decode.
pub fn from_cbor<T>(bytes: &[u8]) -> Result<Value, String>
where
    T: Object + Default,
{
    let object: T = cbor::from_slice(bytes).map_err(|error| format!("CBOR: {error}"))?;
    value(&json::to_vec(&object))
}

/// Compares two objects and patches one into the other; gives the strategic merge patch.
///
/// # Errors
///
/// The law that does not hold.
pub fn compare<T>(before: &[u8], after: &[u8]) -> Result<String, String>
where
    T: Object + Default + PartialEq,
{
    let decode = |text| json::from_slice::<T>(text).map_err(|error| format!("decode: {error}"));
    let (before, after) = (decode(before)?, decode(after)?);
    if !walk::diff(&after, &after).is_empty() {
        return Err("an object differs from itself".to_owned());
    }
    if walk::diff(&before, &after).is_empty() != (before == after) {
        return Err("objects have no difference and are not equal, or the other way round".to_owned());
    }
    let expected = value(&json::to_vec(&after))?;
    let patch = walk::merge_patch(&before, &after);
    let patched = walk::apply_merge_patch(&before, &patch).map_err(|error| format!("{patch}: {error}"))?;
    same(&format!("merge patch {patch}"), value(&json::to_vec(&patched))?, &expected)?;
    let patch = walk::strategic_patch(&before, &after);
    let patched =
        walk::apply_strategic_patch(&before, &patch).map_err(|error| format!("{patch}: {error}"))?;
    same(&format!("strategic merge patch {patch}"), value(&json::to_vec(&patched))?, &expected)?;
    Ok(patch.to_string())
}

/// What server-side apply sends of an object.
///
/// # Errors
///
/// When the text does not decode.
pub fn applied<T>(text: &[u8]) -> Result<Value, String>
where
    T: Object + Default + 'static,
{
    let object: T = json::from_slice(text).map_err(|error| format!("decode: {error}"))?;
    value(PatchBody::apply(&object).text().as_bytes())
}

/// What server-side apply would send again of what this field manager has applied; null if it owns nothing.
///
/// # Errors
///
/// When the text does not decode, or its managed fields do not fit the type.
pub fn owned<T>(text: &[u8], manager: &str) -> Result<Value, String>
where
    T: Object + Default + 'static,
{
    let object: T = json::from_slice(text).map_err(|error| format!("decode: {error}"))?;
    match FieldManager::new(manager).extract(&object).map_err(|error| format!("extract: {error}"))? {
        Some(owned) => value(PatchBody::apply(&owned).text().as_bytes()),
        None => Ok(Value::Null),
    }
}

fn value(text: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(text).map_err(|error| format!("no JSON: {error}"))
}

fn same(path: &str, found: Value, direct: &Value) -> Result<(), String> {
    match difference(direct, &found) {
        Some(difference) => Err(format!("{path}: differs at {difference}")),
        None => Ok(()),
    }
}
