//! Texts that are cut off or changed in one byte: an error where serde_json has one, and never other data.

use super::*;
use crate::json::decode::decode_with;
use crate::string::Interner;

/// A list of things with every kind of value, whose members come in two orders.
fn things() -> String {
    let applied =
        r#"{\"apiVersion\":\"v1\",\"spec\":{\"args\":[\"-c\",\"echo \\\"a\\\\b\\\"\"],\"n\":1.5}}\n"#;
    let fields = concat!(
        r#"{"f:metadata":{"f:labels":{".":{},"f:app":{}},"f:name":{}},"f:spec":{"k:{\"name\":\"main\"}":{".":{},"#,
        r#""f:ports":{"k:{\"containerPort\":80}":{}}},"f:n":[1,-2.5e3,true,false,null,"x",[],{}]}}"#
    );
    let thing = |n: usize| {
        format!(
            concat!(
                r#"{{"name":"web-{n}","count":{n},"flag":true,"labels":{{"app":"web","last":"{applied}"}},"#,
                r#""micro":"2026-01-02T03:04:05.000006Z","ratio":-1.5e-3,"raw":{fields},"bytes":"YWJj","#,
                r#""things":[{{"port":80}},{{"port":"http"}}],"unknown":{fields},"quantity":"1Ki","long":-12345,"#,
                r#""time":"2026-01-02T03:04:05Z","password":"\u00e9"}}"#
            ),
            n = n,
            applied = applied,
            fields = fields
        )
    };
    let turned = r#"{"raw":null,"labels":{},"count":7, "name" : "other","things":[]}"#;
    format!(r#"{{"kind":"Thing","things":[{},{},{turned},{}]}}"#, thing(1), thing(2), thing(33))
}

/// Decodes with everything that the decoder can learn, and with nothing.
fn both(text: &[u8]) -> (Result<Thing, String>, Result<Thing, String>) {
    let decode = |size| {
        let mut thing = Thing::default();
        let done = decode_with(text, &mut thing, None, &mut Interner::for_input(size));
        done.map(|()| thing).map_err(|error| error.to_string())
    };
    (decode(1 << 20), decode(0))
}

#[test]
fn what_was_learned_changes_nothing() {
    let text = things();
    let (learned, plain) = both(text.as_bytes());
    assert_eq!(learned, plain);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let bridged: Thing = serde_json::from_value(value).unwrap();
    let (read, bridged) = (to_vec(&learned.unwrap()), to_vec(&bridged));
    let read: serde_json::Value = serde_json::from_slice(&read).unwrap();
    let bridged: serde_json::Value = serde_json::from_slice(&bridged).unwrap();
    assert_eq!(read, bridged);
}

#[test]
fn every_cut_is_an_error() {
    let text = things();
    for end in 0..text.len() {
        let cut = text.as_bytes().get(..end).unwrap();
        let (learned, plain) = both(cut);
        assert_eq!(learned, plain, "{end}");
        let error = learned.expect_err("a text that was cut off");
        assert!(error.contains(&format!("(byte {end})")) || !error.contains("the end"), "{end}: {error}");
    }
}

#[test]
fn a_changed_byte_is_an_error_where_the_text_is_no_longer_json() {
    let text = things();
    for place in 0..text.len() {
        // Four of these bytes at each place, so that each comes to all kinds of places.
        for byte in b"\"\\{}[],:0-e.nu x\x01".iter().cycle().skip(place * 7 % 17).take(4) {
            let mut changed = text.clone().into_bytes();
            changed[place] = *byte;
            let (learned, plain) = both(&changed);
            assert_eq!(learned, plain, "{place}");
            let valid = serde_json::from_slice::<serde::de::IgnoredAny>(&changed).is_ok();
            assert!(valid || learned.is_err(), "{place}: {}", String::from_utf8_lossy(&changed));
        }
    }
}
