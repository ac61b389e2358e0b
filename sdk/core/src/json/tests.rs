//! What is read and written, against serde_json where it has an opinion.

mod damage;
mod large;
mod nulls;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::RawJson;
use crate::object::testing::{Escaped, Item, ItemList, Kept, Reference, Thing, Wide};
use crate::{cbor, walk};

#[test]
fn without_a_fixed_kind_those_are_ordinary_fields() {
    let text = r#"{"apiVersion":"v1","kind":"Pod"}"#;
    let it: Reference = from_slice(text.as_bytes()).unwrap();
    assert_eq!((it.api_version.as_str(), it.kind.as_deref()), ("v1", Some("Pod")));
    assert_eq!(to_vec(&it), text.as_bytes());
    assert_eq!(serde_json::from_str::<Reference>(text).unwrap(), it);
    assert_eq!(to_vec(&Reference::default()), br#"{"apiVersion":""}"#);
}

/// A text for the free-form field of a thing.
fn in_raw(text: &str) -> String {
    format!(r#"{{"raw":{text}}}"#)
}

#[test]
fn a_thing_is_read_and_written() {
    let text = concat!(
        r#"{"apiVersion":"test/v1","kind":"Thing","bytes":"YWI=","count":3,"flag":true,"#,
        r#""labels":{"a":"1","b":"2"},"micro":"2026-01-02T03:04:05.600000Z","name":"\u0001é\"\\\n","#,
        r#""quantity":"1Ki","raw":{"x":[1,2.50]},"ratio":0.5,"things":[{"name":"inner"}],"#,
        r#""port":"http","time":"2026-01-02T03:04:05Z"}"#
    );
    let thing: Thing = from_slice(text.as_bytes()).unwrap();
    assert_eq!(thing.raw.as_ref().map(RawJson::as_str), Some(r#"{"x":[1,2.50]}"#));
    assert_eq!(thing.labels["b"], "2");
    let again: Thing = from_slice(&to_vec(&thing)).unwrap();
    assert_eq!(thing, again);
    let (a, b): (serde_json::Value, serde_json::Value) =
        (serde_json::from_slice(&to_vec(&thing)).unwrap(), serde_json::from_str(text).unwrap());
    assert_eq!(a["raw"], b["raw"]);
    assert_eq!(a["name"], b["name"]);
    assert_eq!(a["things"], json!([{"apiVersion": "test/v1", "kind": "Thing", "count": 0, "name": "inner"}]));
}

#[test]
fn required_fields_are_written_and_optional_ones_are_not() {
    let text = String::from_utf8(to_vec(&Thing::default())).unwrap();
    assert_eq!(text, r#"{"apiVersion":"test/v1","kind":"Thing","count":0}"#);
    let text = String::from_utf8(to_vec(&ItemList::default())).unwrap();
    assert_eq!(text, r#"{"apiVersion":"test/v1","kind":"ItemList","items":[]}"#);
}

#[test]
fn lists_of_which_none_and_empty_differ_are_written_empty() {
    for text in
        ["{}", r#"{"list":[]}"#, r#"{"entries":{}}"#, r#"{"entries":{"a":"b"},"list":["c"],"plain":["d"]}"#]
    {
        let kept: Kept = from_slice(text.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(to_vec(&kept)).unwrap(), text);
        assert_eq!(cbor::from_slice::<Kept>(&cbor::to_vec(&kept)).unwrap(), kept);
        assert_eq!(serde_json::to_string(&kept).unwrap(), text);
        assert_eq!(serde_json::from_str::<Kept>(text).unwrap(), kept);
        assert_eq!(walk::merge_patch(&Kept::default(), &kept).as_str(), text);
    }
    assert_eq!(from_slice::<Kept>(br#"{"list":null,"plain":[]}"#).unwrap(), Kept::default());
    assert_eq!(to_vec(&Kept { plain: Vec::new(), ..Kept::default() }), b"{}");
}

#[test]
fn names_are_escaped() {
    let text =
        r#"{"\r":1,"\"":"a\\","\" in a name of more than a block":2,"\\":"\"","\\\\":[{"\r":3},{"\\":""}]}"#;
    let it: Escaped = from_slice(text.as_bytes()).unwrap();
    assert_eq!((it.quote.as_deref(), it.long, it.twice[0].control), (Some("a\\"), Some(2), Some(3)));
    assert_eq!(String::from_utf8(to_vec(&it)).unwrap(), text);
    assert_eq!(cbor::from_slice::<Escaped>(&cbor::to_vec(&it)).unwrap(), it);
    assert_eq!(serde_json::from_str::<Escaped>(&serde_json::to_string(&it).unwrap()).unwrap(), it);
    let patch = walk::merge_patch(&Escaped::default(), &it);
    assert_eq!(serde_json::from_str::<Escaped>(patch.as_str()).unwrap(), it);
    assert_eq!(walk::get_json(&it, r#"/\\/1/\"#).unwrap().unwrap().as_str(), r#""""#);
}

#[test]
fn items_of_a_list_go_without_their_kind_and_are_checked() {
    let list = ItemList { items: vec![Item { name: "a".into() }], ..ItemList::default() };
    let text = String::from_utf8(to_vec(&list)).unwrap();
    assert_eq!(text, r#"{"apiVersion":"test/v1","kind":"ItemList","items":[{"name":"a"}]}"#);
    let text = text.replace(r#"{"name":"a"}"#, r#"{"apiVersion":"v1","kind":"Pod"}"#);
    let error = from_slice::<ItemList>(text.as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "expected test/v1 Item, found v1 Pod at $.items[0] (byte 51)");
}

#[test]
fn what_is_written_in_pieces_is_the_whole() {
    let item = |n: usize| Item { name: "x".repeat(n % 3_000).as_str().into() };
    for items in [0, 1, 2, 500] {
        let list = ItemList { extra: Some(item(7)), items: (0..items).map(item).collect() };
        let (mut pieces, mut count) = (Vec::new(), 0);
        to_writer(&list, Pieces(&mut pieces, &mut count)).unwrap();
        assert!(pieces == to_vec(&list), "{items}");
        assert_eq!(count > 1, items == 500, "{items}");
    }
    let thing: Thing = from_slice(br#"{"name":"a","things":[{},{}]}"#).unwrap();
    let mut written = Vec::new();
    to_writer(&thing, &mut written).unwrap();
    assert_eq!(written, to_vec(&thing));
    let error = to_writer(&thing, &mut [0u8; 4][..]).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::WriteZero);
}

/// Takes what is written, and counts how often.
struct Pieces<'a>(&'a mut Vec<u8>, &'a mut usize);

impl std::io::Write for Pieces<'_> {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        *self.1 += 1;
        self.0.extend_from_slice(piece);
        Ok(piece.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn more_than_sixty_four_fields() {
    let mut wide = Wide::default();
    wide.numbers[3] = Some(1);
    wide.numbers[77] = Some(2);
    let text = String::from_utf8(to_vec(&wide)).unwrap();
    assert_eq!(text, r#"{"f03":1,"f70":null,"f77":2}"#);
    assert_eq!(from_slice::<Wide>(text.as_bytes()).unwrap(), wide);
}

#[test]
fn errors_say_what_and_where() {
    for (text, expected) in [
        (r#"{"count":"x"}"#, "expected an integer, found a string at $.count (byte 9)"),
        (
            r#"{"things":[{},{"count":1.5}]}"#,
            "expected an integer, found a number with a fraction or exponent at $.things[1].count (byte 23)",
        ),
        (r#"{"count":3000000000}"#, "expected a 32-bit integer, found a larger number at $.count (byte 9)"),
        (r#"{"labels":{"a.b/c":1}}"#, r#"expected a string, found a number at $.labels["a.b/c"] (byte 19)"#),
        (r#"{"labels":{"a b":1}}"#, "expected a string, found a number at $.labels[*] (byte 17)"),
        (r#"{"time":"yesterday"}"#, "expected an RFC 3339 time, found another string at $.time (byte 8)"),
        (r#"{"bytes":"?"}"#, "expected base64, found another string at $.bytes (byte 9)"),
        (r#"{"name":"#, "expected a string, found the end at $.name (byte 8)"),
        (r#"{"name":"a"#, "expected a closing quote, found the end at $.name (byte 10)"),
        (r#"{} x"#, "expected the end, found more characters at $ (byte 3)"),
        ("null", "expected an object, found null at $ (byte 0)"),
        ("", "expected an object, found the end at $ (byte 0)"),
        (r#"{"unknown":[1,]}"#, "expected a value, found `]` at $ (byte 14)"),
        (
            r#"{"kind":"Deployment","apiVersion":"apps/v1"}"#,
            "expected test/v1 Thing, found apps/v1 Deployment at $ (byte 0)",
        ),
        (r#"{"count":"x","kind":"Pod"}"#, "expected test/v1 Thing, found test/v1 Pod at $ (byte 0)"),
    ] {
        let error = from_slice::<Thing>(text.as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), expected, "{text}");
        assert_eq!(error.is_wrong_kind(), expected.contains("Thing"), "{text}");
    }
    let error = from_slice::<Thing>(b"{\"name\":\"\xff\"}").unwrap_err();
    assert_eq!(
        (error.to_string().as_str(), error.offset()),
        ("expected UTF-8 text, found other bytes at $ (byte 9)", 9)
    );
}

#[test]
fn small_texts_mean_what_they_mean() {
    let thing = |text: &str| from_slice::<Thing>(text.as_bytes()).unwrap();
    assert_eq!(
        thing(r#"{"name":null,"count":null,"labels":null,"things":null,"time":null,"raw":null}"#),
        Thing::default()
    );
    assert_eq!(thing(r#"{"name":"a","name":"b"}"#).name.unwrap(), "b");
    assert_eq!(thing(r#"{"labels":{"x":"1"},"labels":{"y":"2"}}"#).labels.len(), 1);
    assert_eq!(thing(r#"{"things":[{}],"things":[{},{}]}"#).things.len(), 2);
    assert_eq!(
        thing(r#"{"name":"\ud83d\ude00\ud800\udc00\ud800x\udc00"}"#).name.unwrap(),
        "😀𐀀\u{FFFD}x\u{FFFD}"
    );
    assert_eq!(thing(r#"{"long":-9223372036854775808}"#).long, Some(i64::MIN));
    assert_eq!(thing(r#"{"long":9223372036854775807}"#).long, Some(i64::MAX));
    assert!(from_slice::<Thing>(br#"{"long":9223372036854775808}"#).is_err());
    assert!(from_slice::<Thing>(br#"{"ratio":1e999}"#).is_err());
    assert_eq!(thing(r#"{"quantity":1.50}"#).quantity.unwrap().as_str(), "1.50");
    assert!(from_slice::<Thing>(br#"{"name":1}"#).is_err());
    assert!(from_slice::<Thing>(br#"{"flag":1}"#).is_err());
}

#[test]
fn depth_has_a_limit() {
    let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    assert!(RawJson::from_text(&nested(128)).is_ok());
    let error = RawJson::from_text(&nested(129)).unwrap_err();
    assert_eq!(error.to_string(), "expected at most 128 levels, found more at $ (byte 128)");
    let typed = r#"{"things":["#.repeat(70);
    assert!(from_slice::<Thing>(typed.as_bytes()).unwrap_err().to_string().contains("128 levels"));
}

#[test]
fn debug_shows_no_secret() {
    let thing: Thing = from_slice(br#"{"bytes":"YWI=","password":"hunter2","count":1}"#).unwrap();
    assert_eq!(format!("{thing:?}"), "Thing { bytes: <2 bytes>, count: 1, password: <redacted> }");
}

/// JSON values as serde_json makes them.
pub(crate) fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|it| json!(it)),
        any::<i64>().prop_map(|it| json!(it)),
        any::<f64>().prop_map(|it| json!(it)),
        any::<String>().prop_map(|it| json!(it)),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|it| json!(it)),
            prop::collection::btree_map(any::<String>(), inner, 0..5).prop_map(|it| json!(it)),
        ]
    })
}

/// Text that is JSON, or nearly so.
fn nearly_json() -> impl Strategy<Value = String> {
    let edited = (
        any_json(),
        any::<bool>(),
        any::<prop::sample::Index>(),
        "[\\[\\]{}\",:0-9eE.+\\-\\\\utrfnals \n\u{1}]{0,2}",
    )
        .prop_map(|(value, pretty, place, edit)| {
            let text = if pretty { format!("{value:#}") } else { value.to_string() };
            let mut chars: Vec<char> = text.chars().collect();
            let at = place.index(chars.len());
            chars.splice(at..at + 1, edit.chars());
            chars.into_iter().collect()
        });
    prop_oneof![
        edited,
        "[\\[\\]{}\",:0-9eE.+\\-\\\\u \n]{0,12}",
        "-?[0-9.eE+\\-]{1,8}",
        "\"[\\\\u0-9a-fn\"/]{0,12}\"",
        "\"([a-z]{0,9}|[\\\\]{1,5}[\"nu/x]|\\\\u[0-9a-f]{4}){0,9}\""
    ]
}

pub(crate) fn thing() -> impl Strategy<Value = Thing> {
    let text = any::<String>();
    let leaves = (
        prop::option::of(text),
        any::<i32>(),
        prop::option::of(any::<i64>()),
        prop::option::of(any::<bool>()),
        prop::option::of(any::<f64>()),
        prop::option::of(any::<Vec<u8>>()),
        prop::collection::vec((text, text), 0..4),
        prop::option::of((-62_000_000_000i64..250_000_000_000, 0..1_000_000_000i32)),
        prop::option::of(any_json().prop_filter("null is absent", |it| !it.is_null())),
    );
    leaves
        .prop_map(|(name, count, long, flag, ratio, bytes, labels, time, raw)| Thing {
            name: name.map(Into::into),
            count,
            long,
            flag,
            ratio,
            bytes: bytes.map(Into::into),
            labels: labels.into_iter().map(|(key, value)| (key, value.into())).collect(),
            micro: time.map(|(seconds, nanos)| jiff::Timestamp::new(seconds, nanos).unwrap().into()),
            time: time.map(|(seconds, nanos)| jiff::Timestamp::new(seconds, nanos).unwrap().into()),
            port: Some(count.into()),
            raw: raw.map(|it| RawJson::from_text(&it.to_string()).unwrap()),
            ..Thing::default()
        })
        .prop_recursive(2, 8, 3, |inner| {
            prop::collection::vec(inner, 0..3).prop_map(|things| Thing { things, ..Thing::default() })
        })
}

proptest! {
    #[test]
    fn what_is_skipped_or_kept_is_held_to_the_grammar(text in nearly_json()) {
        let expected = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
        prop_assert_eq!(RawJson::from_text(&text).is_ok(), expected, "alone");
        let expected = serde_json::from_str::<std::collections::BTreeMap<String, serde::de::IgnoredAny>>(&in_raw(&text)).is_ok();
        prop_assert_eq!(from_slice::<Item>(in_raw(&text).as_bytes()).is_ok(), expected, "skipped");
        prop_assert_eq!(from_slice::<Wide>(in_raw(&text).as_bytes()).is_ok(), expected, "skipped");
        // With more text behind it, strings are read by whole blocks.
        let followed = in_raw(&text).replacen('}', &format!(r#","more":{{"{}":{{}}}}}}"#, "m".repeat(40)), 1);
        let followed = if text.contains('}') { in_raw(&text) + &" ".repeat(40) } else { followed };
        prop_assert_eq!(RawJson::from_text(&followed).is_ok(), expected, "followed");
    }

    #[test]
    fn typed_strings_and_numbers_are_held_to_the_grammar(text in nearly_json()) {
        // Lone surrogates are our exception, as Go's.
        prop_assume!(!text.contains("\\u"));
        let ours = from_slice::<Item>(format!(r#"{{"name":{text}}}"#).as_bytes()).ok().map(|it| it.name.to_string());
        if let Ok(Some(theirs)) = serde_json::from_str::<Option<String>>(&text) {
            prop_assert_eq!(ours, Some(theirs));
        } else if text.trim() != "null" && !text.contains([',', '}']) {
            prop_assert_eq!(ours, None);
        }
        if let Ok(theirs) = serde_json::from_str::<i64>(&text) {
            let ours = from_slice::<Thing>(format!(r#"{{"long":{text}}}"#).as_bytes()).unwrap();
            prop_assert_eq!(ours.long, Some(theirs));
        }
        if let Ok(theirs) = serde_json::from_str::<f64>(&text) {
            let ours = from_slice::<Thing>(format!(r#"{{"ratio":{text}}}"#).as_bytes()).unwrap();
            prop_assert!((ours.ratio.unwrap_or_default() - theirs).abs() <= theirs.abs() * 1e-15);
        }
    }

    #[test]
    fn what_is_written_is_read(thing in thing()) {
        prop_assert_eq!(&from_slice::<Thing>(&to_vec(&thing)).unwrap(), &thing);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        let _ = from_slice::<Thing>(&bytes);
    }
}
