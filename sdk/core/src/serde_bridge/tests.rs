//! The bridge against the direct path, inside other people's types, and number by number.

use proptest::prelude::*;
use serde::de::IntoDeserializer;
use serde::de::value::{BytesDeserializer, Error, MapDeserializer};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::json::tests::{any_json, thing};
use crate::json::{from_slice, to_vec};
use crate::object::testing::{Item, ItemList, Reference, Thing};
use crate::{ByteString, IntOrString, Map, Quantity, RawJson, Str, Time};

/// What the direct path writes, as serde_json reads it.
fn direct(object: &dyn crate::Object) -> Value {
    serde_json::from_slice(&to_vec(object)).unwrap()
}

#[test]
fn values_come_in_as_the_direct_path_takes_them() {
    for value in [
        json!({"apiVersion": "test/v1", "kind": "Thing", "count": 2, "raw": {"a": [null, "x", 1.5, true]}, "name": null}),
        json!({"labels": {"a": "1", "b": null}, "things": [null, {"flag": true}], "unknown": [{}]}),
        json!({"long": i64::MAX, "ratio": -1, "port": "http", "quantity": 1.5, "count": i32::MIN}),
        json!({"long": i64::MIN, "ratio": u64::MAX, "port": 80, "quantity": u64::MAX}),
        json!({"time": "2026-01-02T03:04:05Z", "micro": "2026-01-02T03:04:05.000006Z", "bytes": "YWI="}),
        json!({"raw": u64::MAX, "ratio": 1e300}),
        json!({"raw": "a\"\\\u{1}é", "apiVersion": "", "kind": null}),
    ] {
        let expected = from_slice::<Thing>(value.to_string().as_bytes()).unwrap();
        assert_eq!(serde_json::from_str::<Thing>(&value.to_string()).unwrap(), expected, "{value}");
        assert_eq!(serde_json::from_value::<Thing>(value.clone()).unwrap(), expected, "{value}");
        assert_eq!(serde_json::to_value(&expected).unwrap(), direct(&expected), "{value}");
    }
}

#[test]
fn what_does_not_fit_is_refused_and_not_shown() {
    for (value, expected) in [
        (json!({"kind": "Pod"}), "expected test/v1 Thing, found test/v1 Pod"),
        (
            json!({"long": "hunter2", "kind": "Pod", "apiVersion": "v1"}),
            "expected test/v1 Thing, found v1 Pod",
        ),
        (json!("hunter2"), "invalid type: a string, expected an object"),
        (json!(null), "invalid type: null, expected an object"),
        (json!({"flag": "hunter2"}), "invalid type: a string, expected a boolean"),
        (json!({"name": ["hunter2"]}), "invalid type: an array, expected a string"),
        (json!({"name": {"hunter2": 1}}), "invalid type: an object, expected a string"),
        (json!({"things": {}}), "invalid type: an object, expected an array"),
        (json!({"name": 5}), "invalid type: a number, expected a string"),
        (json!({"labels": {"a": true}}), "invalid type: a boolean, expected a string"),
        (json!({"count": 1.5}), "invalid type: a number with a fraction, expected a 32-bit integer"),
        (json!({"count": 3_000_000_000u32}), "expected a 32-bit integer, found a larger number"),
        (json!({"port": 3_000_000_000u32}), "expected a 32-bit integer, found a larger number"),
        (json!({"long": u64::MAX}), "expected a 64-bit integer, found a larger number"),
        (json!({"bytes": "hunter2?"}), "expected base64"),
    ] {
        let error = serde_json::from_value::<Thing>(value.clone()).unwrap_err().to_string();
        assert_eq!(error, expected, "{value}");
        assert!(from_slice::<Thing>(value.to_string().as_bytes()).is_err(), "{value}");
    }
}

/// A field of a thing from a deserializer of any kind, as the direct path writes it.
fn field<'de>(name: &'static str, value: impl IntoDeserializer<'de, Error> + Clone) -> Result<Value, Error> {
    let thing = Thing::deserialize(MapDeserializer::new([(name, value)].into_iter()))?;
    Ok(direct(&thing)[name].clone())
}

#[test]
fn wide_integers_are_taken_where_they_fit() {
    let (over, wide) = (i128::from(i64::MAX) + 1, i128::from(u64::MAX) * 16);
    assert_eq!(field("long", i128::from(i64::MIN)), Ok(json!(i64::MIN)));
    assert_eq!(field("count", 7u128), Ok(json!(7)));
    assert_eq!(field("ratio", wide), Ok(json!(2f64.powi(68))));
    assert_eq!(field("quantity", wide), Ok(json!("295147905179352825840")));
    for (name, value) in
        [("long", over), ("long", wide), ("count", over), ("port", wide), ("name", wide), ("flag", wide)]
    {
        assert!(field(name, value).is_err(), "{name}");
    }
    for value in [over, -wide, wide * 8] {
        let raw = RawJson::deserialize(IntoDeserializer::<Error>::into_deserializer(value)).unwrap();
        assert_eq!(raw.as_str(), value.to_string());
        let raw =
            RawJson::deserialize(IntoDeserializer::<Error>::into_deserializer(value.unsigned_abs())).unwrap();
        assert_eq!(raw.as_str(), value.unsigned_abs().to_string());
    }
}

#[test]
fn numbers_that_come_as_their_text_are_kept() {
    let number =
        |text: &'static str| MapDeserializer::new([("$serde_json::private::Number", text)].into_iter());
    let number_in = |name, text| -> Result<Value, Error> {
        let thing = Thing::deserialize(MapDeserializer::new([(name, number(text))].into_iter()))?;
        Ok(direct(&thing)[name].clone())
    };
    assert_eq!(number_in("long", "9007199254740993"), Ok(json!(9_007_199_254_740_993i64)));
    assert_eq!(number_in("ratio", "0.30"), Ok(json!(0.3)));
    assert_eq!(number_in("quantity", "1.50"), Ok(json!("1.50")));
    assert_eq!(number_in("port", "80"), Ok(json!(80)));
    for (name, text) in
        [("long", "1.0"), ("long", "1e999"), ("name", "1"), ("raw", "[1]"), ("ratio", "x"), ("raw", "1 2")]
    {
        assert!(number_in(name, text).is_err(), "{name} {text}");
    }
    for text in ["123456789012345678901234567890.10", "-0", "1E+2"] {
        assert_eq!(RawJson::deserialize(number(text)).unwrap().as_str(), text);
    }
}

#[test]
fn byte_strings_are_bytes_or_text() {
    let bytes = |name, bytes: &'static [u8]| -> Result<Value, Error> {
        let value = BytesDeserializer::<Error>::new(bytes);
        let thing = Thing::deserialize(MapDeserializer::new([(name, value)].into_iter()))?;
        Ok(direct(&thing)[name].clone())
    };
    assert_eq!(bytes("bytes", b"ab\xff"), Ok(json!("YWL/")));
    assert_eq!(bytes("name", b"ab"), Ok(json!("ab")));
    assert_eq!(bytes("raw", b"ab"), Ok(json!("ab")));
    assert!(
        bytes("name", b"\xff").is_err() && bytes("raw", b"\xff").is_err() && bytes("count", b"1").is_err()
    );
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Flat {
    note: Str,
    #[serde(flatten)]
    thing: Thing,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Rest {
    note: Option<Quantity>,
    #[serde(flatten)]
    rest: Map<RawJson>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Any {
    List(ItemList),
    Thing(Thing),
    Port(IntOrString),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
enum Tagged {
    Thing(Box<Thing>),
    Reference(Reference),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Adjacent {
    at: Option<Time>,
    bytes: ByteString,
    things: Vec<Option<Thing>>,
    raw: RawJson,
    by_name: Map<Tagged>,
}

/// The text means this value, and the value is written as this text.
fn check<T: serde::de::DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(value: &T, json: Value) {
    assert_eq!(&serde_json::from_value::<T>(json.clone()).unwrap(), value, "{json}");
    assert_eq!(&serde_json::from_str::<T>(&json.to_string()).unwrap(), value, "{json}");
    assert_eq!(serde_json::to_value(value).unwrap(), json);
}

fn some_thing() -> Thing {
    let raw = RawJson::from_text(r#"{"a":[18446744073709551615,1.5,"x"]}"#).unwrap();
    Thing {
        count: 3,
        port: Some("http".into()),
        raw: Some(raw),
        quantity: Some("1Ki".into()),
        ..Thing::default()
    }
}

#[test]
fn objects_stand_in_other_peoples_types() {
    let thing = json!({"apiVersion": "test/v1", "kind": "Thing", "count": 3, "port": "http", "quantity": "1Ki",
        "raw": {"a": [u64::MAX, 1.5, "x"]}});
    let with = |more: Value| {
        let mut all = thing.clone();
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        all
    };
    check(&Flat { note: "n".into(), thing: some_thing() }, with(json!({"note": "n"})));
    let rest = [("a", "[1,{}]"), ("b", "18446744073709551615"), ("c", "null"), ("d", "2.5")];
    let rest =
        rest.map(|(key, text)| (Str::from(key), RawJson::from_text(text).unwrap())).into_iter().collect();
    check(
        &Rest { note: Some("1.5".into()), rest },
        json!({"note": "1.5", "a": [1, {}], "b": u64::MAX, "c": null, "d": 2.5}),
    );
    check(&Any::Thing(some_thing()), thing.clone());
    let list = ItemList { items: vec![Item { name: "a".into() }], ..ItemList::default() };
    check(&Any::List(list), json!({"apiVersion": "test/v1", "kind": "ItemList", "items": [{"name": "a"}]}));
    check(&Any::Port(80.into()), json!(80));
    check(&Tagged::Thing(some_thing().into()), with(json!({"type": "Thing"})));
    let reference = Reference { api_version: "v1".into(), kind: Some("Pod".into()) };
    let tagged = json!({"type": "Reference", "apiVersion": "v1", "kind": "Pod"});
    let adjacent = Adjacent {
        at: Some("2026-01-02T03:04:05Z".parse().unwrap()),
        bytes: b"ab".into(),
        things: vec![None, Some(some_thing())],
        raw: RawJson::from_text("[null]").unwrap(),
        by_name: [(Str::from("r"), Tagged::Reference(reference))].into_iter().collect(),
    };
    check(
        &adjacent,
        json!({"at": "2026-01-02T03:04:05Z", "bytes": "YWI=", "things": [null, thing], "raw": [null],
            "by_name": {"r": tagged}}),
    );
}

#[test]
fn values_alone_are_values_of_serde() {
    check(&RawJson::default(), json!(null));
    check(&Some(RawJson::from_text("[]").unwrap()), json!([]));
    check(&None::<RawJson>, json!(null));
    check(&Str::from("a"), json!("a"));
    check(&[(Str::from("a"), 1)].into_iter().collect::<Map<i32>>(), json!({"a": 1}));
    assert_eq!(serde_json::from_value::<Time>(json!(null)).unwrap(), Time::default());
    assert!(serde_json::from_value::<Str>(json!(5)).is_err());
    assert!(serde_json::from_value::<Map<i32>>(json!([])).is_err());
    assert!(serde_json::from_str::<Thing>("null").is_err());
    assert_eq!(serde_json::from_str::<Option<Thing>>("null").unwrap(), None);
}

#[test]
fn floats_are_written_as_the_encoder_writes_them() {
    for value in [0.0, -0.0, 1.0, -7.0, 0.5, 1e15, 9.007199254740993e15, 9.3e18, 1.9e19, 1e21, 1e-7, f64::MAX]
    {
        let thing = Thing { ratio: Some(value), ..Thing::default() };
        assert_eq!(
            serde_json::to_value(&thing).unwrap()["ratio"].to_string(),
            direct(&thing)["ratio"].to_string()
        );
    }
    let thing = Thing { ratio: Some(f64::NAN), ..Thing::default() };
    assert_eq!(serde_json::to_value(&thing).unwrap()["ratio"], json!(null));
}

proptest! {
    #[test]
    fn the_bridge_and_the_direct_path_agree(thing in thing()) {
        let expected = direct(&thing);
        prop_assert_eq!(&serde_json::to_value(&thing).unwrap(), &expected);
        let text = serde_json::to_vec(&thing).unwrap();
        prop_assert_eq!(&serde_json::from_slice::<Value>(&text).unwrap(), &expected);
        prop_assert_eq!(direct(&from_slice::<Thing>(&text).unwrap()), expected.clone());
        prop_assert_eq!(direct(&serde_json::from_slice::<Thing>(&text).unwrap()), expected.clone());
        prop_assert_eq!(direct(&serde_json::from_value::<Thing>(expected.clone()).unwrap()), expected.clone());
        // An untagged enum holds the whole in a buffer of serde's first.
        match serde_json::from_value::<Any>(expected.clone()) {
            Ok(Any::Thing(buffered)) => prop_assert_eq!(direct(&buffered), expected),
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn free_form_values_are_the_same_everywhere(value in any_json()) {
        let raw = RawJson::from_text(&value.to_string()).unwrap();
        prop_assert_eq!(&serde_json::to_value(&raw).unwrap(), &value);
        let read: RawJson = serde_json::from_value(value.clone()).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Value>(read.as_str()).unwrap(), &value);
        let read: RawJson = serde_json::from_str(&value.to_string()).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Value>(read.as_str()).unwrap(), &value);
    }
}
