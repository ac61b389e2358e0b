//! CBOR against JSON and by the examples of RFC 8949.

use proptest::prelude::*;

use super::*;
use crate::json;
use crate::json::tests::thing;
use crate::list::ItemDecoder;
use crate::object::testing::{Item, ItemList, Thing};

/// Bytes written in hexadecimal.
fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    digits.chunks(2).map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap()).collect()
}

/// A map of one member: a name and bytes in hexadecimal.
fn member(name: &str, value: &str) -> Vec<u8> {
    let mut bytes = vec![0xa1];
    encode::text(name, &mut bytes);
    bytes.extend(hex(value));
    bytes
}

#[test]
fn values_mean_what_they_mean_in_json() {
    for (name, value, expected) in [
        ("count", "1a 7fffffff", "2147483647"),
        ("count", "20", "-1"),
        ("long", "1b 7fffffffffffffff", "9223372036854775807"),
        ("long", "3b 7fffffffffffffff", "-9223372036854775808"),
        ("long", "d9d9f7 00", "0"),
        ("flag", "f5", "true"),
        ("ratio", "f9 3c00", "1"),
        ("ratio", "f9 c400", "-4"),
        ("ratio", "f9 0001", "5.960464477539063e-8"),
        ("ratio", "f9 0400", "0.00006103515625"),
        ("ratio", "fa 47c35000", "100000"),
        ("ratio", "fb c010666666666666", "-4.1"),
        ("ratio", "1b ffffffffffffffff", "18446744073709552000"),
        ("ratio", "3b ffffffffffffffff", "-18446744073709552000"),
        ("name", "43 616263", r#""abc""#),
        ("name", "63 e6b0b4", r#""水""#),
        ("name", "5f 42 6162 41 63 ff", r#""abc""#),
        ("name", "7f 60 61 61 ff", r#""a""#),
        ("name", "d6 43 fbff00", r#""+/8A""#),
        ("name", "d5 43 fbff00", r#""-_8A""#),
        ("name", "d7 43 fbff00", r#""FBFF00""#),
        ("name", "d6 5f 42 fbff 41 00 ff", r#""+/8A""#),
        ("bytes", "d6 42 6162", r#""YWI=""#),
        ("bytes", "d5 42 6162", r#""YWI=""#),
        ("bytes", "44 5957493d", r#""YWI=""#),
        ("bytes", "64 5957493d", r#""YWI=""#),
        ("time", "54 323032362d30312d30325430333a30343a30355a", r#""2026-01-02T03:04:05Z""#),
        ("time", "c0 74 323032362d30312d30325430333a30343a30355a", r#""2026-01-02T03:04:05Z""#),
        ("port", "18 50", "80"),
        ("port", "42 3830", r#""80""#),
        ("quantity", "43 314b69", r#""1Ki""#),
        ("quantity", "02", r#""2""#),
        ("quantity", "f9 3e00", r#""1.5""#),
        ("labels", "a1 41 61 41 62", r#"{"a":"b"}"#),
        ("labels", "bf 61 61 61 62 ff", r#"{"a":"b"}"#),
        ("labels", "a1 41 61 f6", r#"{"a":""}"#),
        ("things", "9f a0 bf ff ff", "null"),
        ("raw", "a2 41 61 82 01 f9 3e00 41 62 f6", r#"{"a":[1,1.5],"b":null}"#),
        ("raw", "bf 41 61 9f ff ff", r#"{"a":[]}"#),
        ("raw", "1b ffffffffffffffff", "18446744073709551615"),
        ("raw", "3b ffffffffffffffff", "-18446744073709551616"),
        ("raw", "d6 42 6162", r#""YWI=""#),
        ("raw", "f9 3c00", "1"),
        ("unknown", "a1 60 9f 43 ffffff ff", "null"),
    ] {
        let mut text = format!(r#"{{"{name}":{expected}}}"#);
        if name == "things" {
            text = r#"{"things":[{},{}]}"#.to_owned();
        }
        let expected: Thing = json::from_slice(text.as_bytes()).unwrap();
        assert_eq!(from_slice::<Thing>(&member(name, value)).unwrap(), expected, "{name} {value}");
    }
}

#[test]
fn errors_say_what_and_where() {
    for (name, value, expected) in [
        ("count", "1a 80000000", "expected a 32-bit integer, found a larger number at $.count (byte 7)"),
        (
            "long",
            "1b 8000000000000000",
            "expected a 64-bit integer, found a larger number at $.long (byte 6)",
        ),
        ("long", "c2 41 01", "expected a 64-bit integer, found a larger number at $ (byte 6)"),
        ("long", "f9 3c00", "expected an integer, found a float at $.long (byte 6)"),
        ("count", "41 61", "expected an integer, found a string at $.count (byte 7)"),
        ("flag", "00", "expected a boolean, found an integer at $.flag (byte 6)"),
        ("name", "01", "expected a string, found an integer at $.name (byte 6)"),
        ("name", "41 ff", "expected UTF-8 text, found other bytes at $.name (byte 6)"),
        (
            "name",
            "5f 61 61 ff",
            "expected a chunk of the string or a break, found a string at $.name (byte 7)",
        ),
        ("name", "43 6161", "expected as many bytes as the string says, found the end at $.name (byte 9)"),
        (
            "name",
            "5b ffffffffffffffff",
            "expected as many bytes as the string says, found the end at $.name (byte 15)",
        ),
        ("ratio", "f9 7e00", "expected a number, found no number or an infinite one at $ (byte 7)"),
        ("ratio", "fa 7f800000", "expected a number, found no number or an infinite one at $ (byte 7)"),
        ("raw", "f7", "expected a value of JSON, found a simple value at $ (byte 5)"),
        ("raw", "f8 20", "expected a value of JSON, found a simple value at $ (byte 5)"),
        ("raw", "c1 00", "expected a value of JSON, found an unknown tag at $ (byte 5)"),
        ("raw", "1c", "expected a value, found a reserved byte at $ (byte 5)"),
        ("raw", "1f", "expected a value, found a reserved byte at $ (byte 6)"),
        ("raw", "ff", "expected a value, found a break at $.raw (byte 5)"),
        ("raw", "a1 01 01", "expected a string, found an integer at $.raw (byte 6)"),
        ("things", "82 a0 01", "expected an object, found an integer at $.things[1] (byte 10)"),
        ("things", "9b ffffffffffffffff a0", "expected a value, found the end at $.things (byte 18)"),
        ("things", "9f a0", "expected a value or a break, found the end at $.things (byte 10)"),
        ("labels", "bb ffffffffffffffff", "expected a value, found the end at $.labels (byte 17)"),
        ("labels", "a1 41 61 01", r#"expected a string, found an integer at $.labels["a"] (byte 11)"#),
        ("kind", "43 506f64", "expected test/v1 Thing, found test/v1 Pod at $ (byte 0)"),
        ("time", "41 78", "expected an RFC 3339 time, found another string at $.time (byte 6)"),
        ("bytes", "41 3f", "expected base64, found another string at $.bytes (byte 7)"),
    ] {
        let error = from_slice::<Thing>(&member(name, value)).unwrap_err();
        assert_eq!(error.to_string(), expected, "{name} {value}");
    }
    let error = from_slice::<Thing>(&hex("a0 00")).unwrap_err();
    assert_eq!(error.to_string(), "expected the end, found more bytes at $ (byte 1)");
    let deep = [&[0xa1, 0x63, b'r', b'a', b'w'][..], &[0x81; 200]].concat();
    assert!(from_slice::<Thing>(&deep).unwrap_err().to_string().contains("128 levels"));
    let deep = [&[0xa1, 0x61, b'u'][..], &[0x81; 100_000]].concat();
    assert!(from_slice::<Thing>(&deep).unwrap_err().to_string().contains("128 levels"));
}

#[test]
fn what_is_written_is_as_short_as_it_can_be() {
    for (text, expected) in [
        (r#"{"count":23}"#, "65 636f756e74 17"),
        (r#"{"count":24}"#, "65 636f756e74 1818"),
        (r#"{"count":-256}"#, "65 636f756e74 38ff"),
        (r#"{"count":65536}"#, "65 636f756e74 1a00010000"),
        (r#"{"long":-9223372036854775808,"count":0}"#, "65 636f756e74 00 64 6c6f6e67 3b7fffffffffffffff"),
        (r#"{"bytes":"YWI="}"#, "65 6279746573 d6 42 6162 65 636f756e74 00"),
        (r#"{"ratio":1.5}"#, "65 636f756e74 00 65 726174696f f93e00"),
        (r#"{"ratio":100000}"#, "65 636f756e74 00 65 726174696f fa47c35000"),
        (r#"{"ratio":-4.1}"#, "65 636f756e74 00 65 726174696f fbc010666666666666"),
        (r#"{"raw":{"a":[1,"b",null]}}"#, "65 636f756e74 00 63 726177 a1 6161 83 01 6162 f6"),
    ] {
        let thing: Thing = json::from_slice(text.as_bytes()).unwrap();
        let bytes = to_vec(&thing);
        let members = if text.matches(':').count() == 1 && text.contains("count") { 3 } else { 4 };
        let kind = "6a 61706956657273696f6e 67 746573742f7631 64 6b696e64 65 5468696e67";
        assert_eq!(bytes, hex(&format!("d9d9f7 a{members} {kind} {expected}")), "{text}");
    }
}

/// The list with its items, or the error: read in pieces of this size.
fn in_pieces(bytes: &[u8], size: usize) -> Result<ItemList, DecodeError> {
    let (mut decoder, mut list) = (ItemDecoder::default(), ItemList::default());
    for piece in bytes.chunks(size) {
        decoder.collect(piece, &mut list)?;
    }
    decoder.finish(&mut list)?;
    Ok(list)
}

/// A list with lengths known and unknown, members before and after the items, strings in chunks.
fn lists() -> [Vec<u8>; 3] {
    let list = ItemList {
        items: (0..300).map(|n| Item { name: "x".repeat(n).into() }).collect(),
        extra: Some(Item { name: "é".into() }),
    };
    let unknown =
        "bf 44 6b696e64 48 4974656d4c697374 45 6974656d73 9f a1 44 6e616d65 5f 41 61 41 62 ff bf ff f6 ff
        45 6578747261 a1 64 6e616d65 61 78 41 75 a1 41 61 9f 01 ff ff";
    let empty = "d9d9f7 a2 45 6974656d73 80 45 6578747261 f6";
    [to_vec(&list), hex(unknown), hex(empty)]
}

#[test]
fn every_size_of_pieces_gives_the_same_list() {
    for bytes in lists() {
        let whole: ItemList = from_slice(&bytes).unwrap();
        for size in (1..70).chain([1000, 100_000]) {
            assert_eq!(in_pieces(&bytes, size).unwrap(), whole, "{size}");
        }
    }
}

#[test]
fn a_list_cut_anywhere_is_an_error() {
    for bytes in lists() {
        let step = 1 + bytes.len() / 2000;
        for len in (0..bytes.len()).step_by(step) {
            assert!(in_pieces(&bytes[..len], 7).is_err(), "{len}");
            assert!(in_pieces(&bytes[..len], 100_000).is_err(), "{len}");
            assert!(from_slice::<ItemList>(&bytes[..len]).is_err(), "{len}");
        }
        assert!(in_pieces(&[&bytes[..], &[0]].concat(), 7).is_err());
    }
}

#[test]
fn lists_say_what_is_wrong_and_go_on_after_an_item() {
    for (bytes, expected) in [
        ("a1 44 6b696e64 43 506f64", "expected test/v1 ItemList, found test/v1 Pod at $ (byte 0)"),
        ("a1 45 6974656d73 01", "expected an array, found an integer at $.items (byte 7)"),
        ("a1 45 6974656d73 82 a0 01", "expected an object, found an integer at $.items[1] (byte 9)"),
        ("a2 45 6974656d73 80 45 6974656d73 80", "expected one array of items, found another at $ (byte 14)"),
        ("d9d9f7 80", "expected an object, found an array at $ (byte 0)"),
        ("a1 01 01", "expected a string, found an integer at $ (byte 1)"),
        ("a1 41 75 1c", "expected a value, found a reserved byte at $ (byte 3)"),
    ] {
        for size in [1, 1000] {
            assert_eq!(in_pieces(&hex(bytes), size).unwrap_err().to_string(), expected, "by {size}");
        }
    }
    let bytes = hex("a1 45 6974656d73 83 01 a1 44 6e616d65 81 02 a1 44 6e616d65 41 62");
    let mut decoder = ListDecoder::<ItemList>::new();
    let mut input = &bytes[..];
    let mut seen = Vec::new();
    while let Some(item) = decoder.next(&mut input) {
        seen.push(item.map(|item| item.name.to_string()).map_err(|error| error.raw().unwrap().to_string()));
    }
    assert_eq!(seen, [Err("1".to_owned()), Err(r#"{"name":[2]}"#.to_owned()), Ok("b".to_owned())]);
    decoder.finish().unwrap();
}

proptest! {
    #[test]
    fn what_is_written_is_read_and_json_says_the_same(thing in thing()) {
        let read: Thing = from_slice(&to_vec(&thing)).unwrap();
        let value = |thing: &Thing| floats(&serde_json::from_slice(&json::to_vec(thing)).unwrap());
        prop_assert_eq!(value(&read), value(&thing));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>, size in 1usize..9) {
        let _ = from_slice::<Thing>(&bytes);
        let _ = in_pieces(&[&[0xa1, 0x45][..], b"items", &bytes].concat(), size);
    }

    #[test]
    fn a_changed_list_is_a_list_to_both_or_to_neither(which in 0usize..3, place: prop::sample::Index, byte: u8, size in 1usize..40) {
        let mut bytes = lists()[which].clone();
        // Most of the first list is names.
        let at = if which == 0 { place.index(400) } else { place.index(bytes.len()) };
        bytes[at] = byte;
        match (from_slice::<ItemList>(&bytes), in_pieces(&bytes, size)) {
            (Ok(whole), Ok(list)) => prop_assert_eq!(whole, list),
            (Err(_), Err(_)) => {}
            (whole, list) => prop_assert!(false, "{} {} {}", at, whole.is_ok(), list.is_ok()),
        }
    }
}

/// Free-form floats that are whole come back as integers: numbers are compared by their values.
fn floats(value: &serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Number(it) => (it.as_f64().unwrap_or_default() + 0.0).into(),
        Value::Array(it) => it.iter().map(floats).collect(),
        Value::Object(it) => it.iter().map(|(key, value)| (key.clone(), floats(value))).collect(),
        other => other.clone(),
    }
}
