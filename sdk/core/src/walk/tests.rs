//! Values got, set and removed by path.

use crate::json;
use crate::object::testing::Thing;
use crate::walk::testing::any_thing;
use crate::walk::{Path, get, get_json, remove, set};
use proptest::prelude::*;

/// An object, a path, a value to set there and the object or the error that comes of it.
fn check(before: &str, path: &str, value: &str, expected: &str) {
    let mut thing: Thing = json::from_slice(before.as_bytes()).unwrap();
    let untouched = thing.clone();
    let found = match set(&mut thing, path, value) {
        Ok(()) => String::from_utf8(json::to_vec(&thing)).unwrap(),
        Err(error) => {
            assert_eq!(thing, untouched, "{path} = {value}");
            error.to_string()
        }
    };
    let found = found.replace(r#""apiVersion":"test/v1","kind":"Thing","#, "");
    assert_eq!(found, expected, "{path} = {value}");
}

#[test]
fn values_are_set() {
    check("{}", "name", "\"a\"", r#"{"count":0,"name":"a"}"#);
    check(r#"{"name":"b","count":1}"#, "/name", "\"a\"", r#"{"count":1,"name":"a"}"#);
    check(r#"{"count":1}"#, "count", "null", r#"{"count":0}"#);
    check(r#"{"name":"b","flag":true}"#, "name", "null", r#"{"count":0,"flag":true}"#);
    check("{}", "labels.a", "\"x\"", r#"{"count":0,"labels":{"a":"x"}}"#);
    check(
        r#"{"labels":{"a":"y"}}"#,
        r#"labels["b.c/d"]"#,
        "\"x\"",
        r#"{"count":0,"labels":{"a":"y","b.c/d":"x"}}"#,
    );
    check(r#"{"labels":{"a":"y"}}"#, "labels.a", "null", r#"{"count":0}"#);
    check(r#"{"labels":{"a":"y"}}"#, "labels", r#"{"b":"z"}"#, r#"{"count":0,"labels":{"b":"z"}}"#);
    check("{}", "port", "80", r#"{"count":0,"port":80}"#);
    check(r#"{"name":"b"}"#, "$", r#"{"count":7}"#, r#"{"count":7}"#);
    check(r#"{"name":"b"}"#, "", "null", r#"{"count":0}"#);
}

#[test]
fn elements_are_chosen_made_and_removed() {
    const TWO: &str = r#"{"things":[{"count":1,"name":"a"},{"count":2,"name":"b"}]}"#;
    let nested = |text: &str| {
        let kind = r#"{"apiVersion":"test/v1","kind":"Thing","count""#;
        format!(r#"{{"count":0,"things":[{}]}}"#, text.replace(r#"{"count""#, kind))
            .replace(r#""apiVersion":"test/v1","kind":"Thing","#, "")
    };
    let check = |path, value, expected: &str| check(TWO, path, value, &nested(expected));
    check("things[1].count", "5", r#"{"count":1,"name":"a"},{"count":5,"name":"b"}"#);
    check("things[name=b].count", "5", r#"{"count":1,"name":"a"},{"count":5,"name":"b"}"#);
    check("things[count=2,name=b].count", "5", r#"{"count":1,"name":"a"},{"count":5,"name":"b"}"#);
    check("things.0", r#"{"flag":true}"#, r#"{"count":0,"flag":true},{"count":2,"name":"b"}"#);
    check("things[2].count", "5", r#"{"count":1,"name":"a"},{"count":2,"name":"b"},{"count":5}"#);
    check(
        "things[count=7,port=80].name",
        "\"c\"",
        r#"{"count":1,"name":"a"},{"count":2,"name":"b"},{"count":7,"name":"c","port":80}"#,
    );
    check("things[name=a]", "null", r#"{"count":2,"name":"b"}"#);
    check("things[name=c]", "null", r#"{"count":1,"name":"a"},{"count":2,"name":"b"}"#);
    check("things[5].count", "null", r#"{"count":1,"name":"a"},{"count":2,"name":"b"}"#);
}

#[test]
fn free_form_values_are_reached_into() {
    const RAW: &str = r#"{"raw":{"b":[ 1,{"name":"x"}],"a":1.50}}"#;
    check(RAW, "raw.a", "2", r#"{"count":0,"raw":{"b":[ 1,{"name":"x"}],"a":2}}"#);
    check(RAW, "raw.b[1].name", "null", r#"{"count":0,"raw":{"b":[1,{}],"a":1.50}}"#);
    check(RAW, "raw.b[name=x].n", "1", r#"{"count":0,"raw":{"b":[1,{"name":"x","n":1}],"a":1.50}}"#);
    check(RAW, "raw.b[=1]", "[]", r#"{"count":0,"raw":{"b":[[],{"name":"x"}],"a":1.50}}"#);
    check("{}", "raw.x.y", "1", r#"{"count":0,"raw":{"x":{"y":1}}}"#);
    check(RAW, "raw.a.x", "2", "raw.a.x: a scalar has no parts");
    let thing: Thing = json::from_slice(RAW.as_bytes()).unwrap();
    for (path, expected) in [
        ("raw.a", "Ok(Some(1.50))"),
        ("raw.b[1]", r#"Ok(Some({"name":"x"}))"#),
        ("raw.b[name=x].name", r#"Ok(Some("x"))"#),
        ("raw.b[7]", "Ok(None)"),
        ("raw.c.d", "Ok(None)"),
        ("raw.b.x", "Err(PathError(raw.b.x: a list takes an index or the keys of an element))"),
        ("count", "Ok(Some(0))"),
        ("name", "Ok(None)"),
    ] {
        assert_eq!(format!("{:?}", get_json(&thing, path)), expected, "{path}");
    }
}

#[test]
fn what_does_not_fit_is_named() {
    const ONE: &str = r#"{"things":[{"count":1}],"labels":{"a":"x"},"name":"n"}"#;
    for (path, value, expected) in [
        ("nmae", "1", "nmae: Thing has no field `nmae`"),
        ("kind", "1", "kind: Thing has a fixed `kind`"),
        ("[0]", "1", "[0]: Thing takes the name of a field"),
        ("things.x", "1", "things.x: a list takes an index or the keys of an element"),
        ("things[3]", "1", "things[3]: the list has 1 elements"),
        ("things[nmae=x].count", "1", "things[nmae=x]: Thing has no field `nmae`"),
        ("things[3].nmae", "null", "things[3].nmae: Thing has no field `nmae`"),
        ("labels[0]", "1", "labels[0]: a map takes a key"),
        ("labels.a.b", "1", "labels.a.b: a scalar has no parts"),
        ("name.x.y", "1", "name.x: a scalar has no parts"),
        ("count", "1.5", "count: expected an integer, found a number with a fraction or exponent"),
        ("things[0]", r#"{"name":7}"#, "things[0].name: expected a string, found a number"),
        ("count", "1 2", "count: expected the end, found more characters"),
        ("count", "", "count: expected a value, found the end"),
    ] {
        check(ONE, path, value, expected);
    }
    let thing: Thing = json::from_slice(ONE.as_bytes()).unwrap();
    for (path, expected) in [
        ("nmae", "nmae: Thing has no field `nmae`"),
        ("things[nmae=x].count", "things[nmae=x]: Thing has no field `nmae`"),
        ("labels[0]", "labels[0]: a map takes a key"),
        ("name.x.y", "name.x: a scalar has no parts"),
        ("things.x", "things.x: a list takes an index or the keys of an element"),
    ] {
        assert_eq!(get(&thing, path).err().unwrap().to_string(), expected, "{path}");
    }
}

#[test]
fn what_is_not_set_is_nothing() {
    let thing: Thing = json::from_slice(br#"{"things":[{"count":1}]}"#).unwrap();
    for path in ["name", "labels.a", "things[3].name", "things[name=x].name", "things[0].things[0]"] {
        assert!(get(&thing, path).unwrap().is_empty(), "{path}");
    }
    let mut same = thing.clone();
    remove(&mut same, "things[3].name").unwrap();
    assert_eq!(same, thing);
}

proptest! {
    #[test]
    fn to_set_what_was_got_changes_nothing(thing in any_thing(), number in any::<prop::sample::Index>()) {
        let paths = crate::walk::testing::paths(&thing);
        let path: &Path = &paths[number.index(paths.len())];
        let mut same = thing.clone();
        if let Some(value) = get_json(&thing, path.clone()).unwrap() {
            set(&mut same, path.clone(), value.as_str()).unwrap();
        }
        prop_assert_eq!(same, thing);
    }
}
