//! Deep, long and many: each is read or refused, and none takes more than its share of time or stack.

use super::*;
use crate::Str;

/// `levels` of one shape around a value.
fn nested(levels: usize, open: &str, inner: &str, close: &str) -> String {
    open.repeat(levels) + inner + &close.repeat(levels)
}

#[test]
fn every_shape_has_128_levels_and_no_more() {
    for (open, inner, close) in [
        ("[", "", "]"),
        ("[", "{}", "]"),
        (r#"{"a":"#, "{}", "}"),
        (r#"{"a":"#, "[]", "}"),
        (r#"{"a":{},"b":"#, "{}", "}"),
        (r#"{"a":"#, r#"{"b":{},"c":{}}"#, "}"),
        (r#"[{"a":{},"b":"#, "{}", r#"}]"#),
    ] {
        let depth = |text: &str| {
            let levels = text.bytes().scan(0i32, |depth, byte| {
                *depth += i32::from(matches!(byte, b'{' | b'[')) - i32::from(matches!(byte, b'}' | b']'));
                Some(*depth)
            });
            levels.max().unwrap_or(0)
        };
        for levels in 1..140 {
            let text = nested(levels, open, inner, close);
            let fits = depth(&text) <= 128;
            assert_eq!(RawJson::from_text(&text).is_ok(), fits, "{levels} {open}");
            // One level less is left inside an object, whether the value is kept or skipped.
            let fits = depth(&text) <= 127;
            for name in ["raw", "unknown"] {
                let text = format!(r#"{{"{name}":{text}}}"#);
                let found = from_slice::<Thing>(text.as_bytes());
                assert_eq!(found.is_ok(), fits, "{levels} {open} in {name}");
                let found = found.err().map(|error| error.to_string()).unwrap_or_default();
                assert_eq!(found.contains("128 levels"), !fits, "{found}");
            }
        }
    }
}

#[test]
fn structs_nest_as_deeply_as_values() {
    let things = |levels| nested(levels, r#"{"things":["#, "", "]}");
    let thing: Thing = from_slice(things(64).as_bytes()).unwrap();
    assert_eq!(from_slice::<Thing>(&to_vec(&thing)).unwrap(), thing);
    assert_eq!(thing.clone(), thing);
    let error = from_slice::<Thing>(things(100_000).as_bytes()).unwrap_err();
    assert!(
        error.to_string().starts_with("expected at most 128 levels, found more at $.things[0]"),
        "{error}"
    );
}

#[test]
fn strings_of_ten_megabytes() {
    for piece in ["plain text without anything, ", r#"a \"quoted\" \\ \n\t\u00e9 one"#, "é😀", r"\\\\\\\\"]
    {
        let text = format!(r#"{{"name":"{}"}}"#, piece.repeat(10_000_000 / piece.len()));
        let thing: Thing = from_slice(text.as_bytes()).unwrap();
        let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(thing.name.as_deref() == expected["name"].as_str(), "{piece}");
        assert!(from_slice::<Thing>(&to_vec(&thing)).unwrap() == thing, "{piece}");
        let raw = in_raw(&text);
        assert!(from_slice::<Thing>(raw.as_bytes()).unwrap().raw.unwrap().as_str() == text, "{piece}");
        assert!(from_slice::<Thing>(text.get(..text.len() - 2).unwrap().as_bytes()).is_err(), "{piece}");
    }
}

#[test]
fn maps_of_a_hundred_thousand_keys() {
    for step in [1, 99_999, 7] {
        let members: Vec<String> =
            (0..100_000u64).map(|n| format!(r#""{:06}":"{n}""#, n * step % 100_000)).collect();
        let text = format!(r#"{{"labels":{{{}}}}}"#, members.join(","));
        let thing: Thing = from_slice(text.as_bytes()).unwrap();
        assert_eq!(thing.labels.len(), 100_000);
        assert!(thing.labels.keys().is_sorted());
        assert!(from_slice::<Thing>(&to_vec(&thing)).unwrap() == thing);
    }
}

#[test]
fn arrays_of_thousands_beside_short_ones() {
    let many = vec![r#"{"name":"a","count":1}"#; 3_000].join(",");
    for (sizes, expected) in [
        (vec![&*many, "{}", &*many, ""], vec![3_000, 1, 3_000, 0]),
        (vec!["{}", "{},{}", &*many, "{}"], vec![1, 2, 3_000, 1]),
    ] {
        let things: Vec<String> = sizes.iter().map(|size| format!(r#"{{"things":[{size}]}}"#)).collect();
        let text = format!(r#"{{"things":[{}]}}"#, things.join(","));
        let thing: Thing = from_slice(text.as_bytes()).unwrap();
        let found: Vec<usize> = thing.things.iter().map(|thing| thing.things.len()).collect();
        assert_eq!(found, expected);
        assert!(
            thing.things.iter().all(|thing| thing.things.capacity() == thing.things.len()),
            "no spare room stays"
        );
        assert!(
            thing.things.iter().flat_map(|thing| &thing.things).all(|it| it.name.is_none() || it.count == 1)
        );
    }
}

#[test]
fn equal_long_texts_are_shared() {
    let raw = format!(r#"{{"f:a":"{}"}}"#, "x".repeat(300));
    let name = "\\\"escaped\\\" ".repeat(30);
    let one = format!(r#"{{"name":"{name}","raw":{raw}}}"#);
    let text = format!(r#"{{"things":[{one},{one},{{"raw":"other"}},{one}]}}"#);
    let thing: Thing = from_slice(text.as_bytes()).unwrap();
    let texts = |thing: &Thing| {
        let name = thing.name.as_deref().map(str::as_ptr);
        (name, thing.raw.as_ref().map(|raw| raw.as_str().as_ptr()))
    };
    assert_eq!(texts(&thing.things[0]), texts(&thing.things[1]));
    assert_eq!(texts(&thing.things[0]), texts(&thing.things[3]));
    assert_eq!(thing.things[1].name.as_deref(), Some(&*"\"escaped\" ".repeat(30)));
    assert_eq!(thing.things[3].raw.as_ref().map(RawJson::as_str), Some(&*raw));
    let copy: Str = thing.things[0].raw.clone().unwrap().into();
    assert_eq!(copy, raw);
}
