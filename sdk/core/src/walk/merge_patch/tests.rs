//! Merge patches between objects, and the examples of the RFC.

use proptest::prelude::*;

use super::*;
use crate::walk::testing::{Board, fewer, same, two_boards};

/// Two objects and the patch between them.
fn check(before: &str, after: &str, expected: &str) {
    let before: Board = json::from_slice(before.as_bytes()).unwrap();
    let after: Board = json::from_slice(after.as_bytes()).unwrap();
    let patch = merge_patch(&before, &after);
    assert_eq!(patch.as_str(), expected);
    assert!(same(&apply_merge_patch(&before, &patch).unwrap(), &after), "{patch}");
}

#[test]
fn two_objects_and_their_patch() {
    check("{}", "{}", "{}");
    check(r#"{"args":["a"]}"#, "{}", r#"{"args":null}"#);
    check(r#"{"args":["a"]}"#, r#"{"args":["a","b"]}"#, r#"{"args":["a","b"]}"#);
    check(r#"{"requiredParts":[{"name":"a"}]}"#, "{}", r#"{"requiredParts":[]}"#);
    check(r#"{"inner":{"name":"a"}}"#, r#"{"inner":{"count":0}}"#, r#"{"inner":{"count":0,"name":""}}"#);
    check("{}", r#"{"other":{}}"#, r#"{"other":{"name":""}}"#);
    check(r#"{"other":{"count":1}}"#, "{}", r#"{"other":null}"#);
    check(
        r#"{"annotations":{"a":"1","b":"2"}}"#,
        r#"{"annotations":{"b":"3","c":"4"}}"#,
        r#"{"annotations":{"a":null,"b":"3","c":"4"}}"#,
    );
    check(r#"{"annotations":{"a":"1"}}"#, "{}", r#"{"annotations":null}"#);
    check(
        r#"{"inner":{"extra":{"a":{"b":1,"c":2},"d":[1],"e":5}}}"#,
        r#"{"inner":{"extra":{"a":{"b":1,"c":3},"d":[2],"f":{}}}}"#,
        r#"{"inner":{"extra":{"a":{"c":3},"d":[2],"f":{},"e":null}}}"#,
    );
    check(r#"{"inner":{"extra":{"a":1}}}"#, r#"{"inner":{"extra":"x"}}"#, r#"{"inner":{"extra":"x"}}"#);
}

#[test]
fn patches_merge_as_the_rfc_says() {
    // The examples of RFC 7396, appendix A.
    for (target, patch, expected) in [
        (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
        (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
        (r#"{"a":"b"}"#, r#"{"a":null}"#, "{}"),
        (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#),
        (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
        (r#"{"a":"c"}"#, r#"{"a":["b"]}"#, r#"{"a":["b"]}"#),
        (r#"{"a":{"b":"c"}}"#, r#"{"a":{"b":"d","c":null}}"#, r#"{"a":{"b":"d"}}"#),
        (r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, r#"{"a":[1]}"#),
        (r#"["a","b"]"#, r#"["c","d"]"#, r#"["c","d"]"#),
        (r#"{"a":"b"}"#, r#"["c"]"#, r#"["c"]"#),
        (r#"{"a":"foo"}"#, "null", "null"),
        (r#"{"a":"foo"}"#, "\"bar\"", "\"bar\""),
        (r#"{"e":null}"#, r#"{"a":1}"#, r#"{"e":null,"a":1}"#),
        ("[1,2]", r#"{"a":"b","c":null}"#, r#"{"a":"b"}"#),
        ("{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
    ] {
        let mut tree = Tree::checked(target).unwrap();
        merge(&mut tree, Tree::checked(patch).unwrap());
        let mut out = Vec::new();
        tree.write(&mut out);
        assert_eq!(String::from_utf8(out).unwrap(), expected, "{target} {patch}");
    }
}

#[test]
fn a_result_that_does_not_fit_is_an_error() {
    let patch = RawJson::from_text(r#"{"inner":{"count":"x"}}"#).unwrap();
    let error = apply_merge_patch(&Board::default(), &patch).unwrap_err();
    assert_eq!(error.path(), "$.inner.count");
}

#[test]
fn a_hundred_thousand_keys() {
    let board = |from: usize| Board {
        annotations: (from..from + 100_000).map(|n| (format!("k{n:06}"), "v".into())).collect(),
        ..Board::default()
    };
    let (before, after) = (board(0), board(50_000));
    assert_eq!(apply_merge_patch(&before, &merge_patch(&before, &after)).unwrap(), after);
}

proptest! {
    #![proptest_config(fewer())]

    #[test]
    fn the_patch_between_two_makes_the_second_of_the_first((before, after) in two_boards()) {
        let patch = merge_patch(&before, &after);
        prop_assert!(same(&apply_merge_patch(&before, &patch).unwrap(), &after), "{}", patch);
        let nothing = merge_patch(&after, &after.clone());
        prop_assert_eq!(nothing.as_str(), "{}");
    }
}
