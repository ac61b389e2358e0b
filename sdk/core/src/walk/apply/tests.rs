//! What is sent of an object.

use super::*;
use crate::json;
use crate::verbs::PatchBody;
use crate::walk::testing::Board;

/// An object, the paths that are named, and what is sent or the error.
fn check(object: &str, owned: &[&str], expected: &str) {
    let board: Board = json::from_slice(object.as_bytes()).unwrap();
    let apply = owned.iter().try_fold(Apply::new(&board), |apply, path| apply.owning(*path));
    let found = match apply {
        Ok(apply) => apply.to_json().to_string().replace(r#""apiVersion":"test/v1","kind":"Board""#, "_"),
        Err(error) => error.to_string(),
    };
    assert_eq!(found, expected, "{object} {owned:?}");
}

#[test]
fn what_was_set_is_sent() {
    check("{}", &[], "{_}");
    check(r#"{"inner":{"name":""}}"#, &[], "{_}");
    check(r#"{"inner":{"count":0}}"#, &[], r#"{_,"inner":{"count":0}}"#);
    check(r#"{"inner":{"token":""}}"#, &[], r#"{_,"inner":{"token":""}}"#);
    check(r#"{"other":{}}"#, &[], r#"{_,"other":{}}"#);
    check(r#"{"other":{"name":"a"}}"#, &[], r#"{_,"other":{"name":"a"}}"#);
    check(r#"{"annotations":{"a":""}}"#, &[], r#"{_,"annotations":{"a":""}}"#);
    check(r#"{"args":["",""]}"#, &[], r#"{_,"args":["",""]}"#);
    check(r#"{"inner":{"extra":{"a":null}}}"#, &[], r#"{_,"inner":{"extra":{"a":null}}}"#);
    check(r#"{"secrets":{"a":""}}"#, &[], r#"{_,"secrets":{"a":""}}"#);
}

#[test]
fn elements_are_sent_with_their_keys() {
    check(
        r#"{"parts":[{"name":"a"},{"count":0}]}"#,
        &[],
        r#"{_,"parts":[{"name":"a"},{"count":0,"name":""}]}"#,
    );
    check(r#"{"ports":[{"name":"x"}]}"#, &[], r#"{_,"ports":[{"name":"x","port":0}]}"#);
    check(r#"{"ports":[{"protocol":"TCP"}]}"#, &[], r#"{_,"ports":[{"port":0,"protocol":"TCP"}]}"#);
    check(r#"{"loose":[{},{"count":1}]}"#, &[], r#"{_,"loose":[{},{"count":1}]}"#);
    check(
        r#"{"parts":[{"name":"a","parts":[{}]}]}"#,
        &[],
        r#"{_,"parts":[{"name":"a","parts":[{"name":""}]}]}"#,
    );
}

#[test]
fn what_is_named_is_sent() {
    check("{}", &["args"], r#"{_,"args":[]}"#);
    check("{}", &["annotations"], r#"{_,"annotations":{}}"#);
    check("{}", &["inner"], r#"{_,"inner":{}}"#);
    check("{}", &["inner.name"], r#"{_,"inner":{"name":""}}"#);
    check("{}", &["inner.parts", "/requiredParts"], r#"{_,"inner":{"parts":[]},"requiredParts":[]}"#);
    check("{}", &["$"], "{_}");
    check(
        r#"{"parts":[{"name":"a"},{"name":"b"}]}"#,
        &["parts[name=b].labels"],
        r#"{_,"parts":[{"name":"a"},{"labels":{},"name":"b"}]}"#,
    );
    check(r#"{"other":{}}"#, &["other.name"], r#"{_,"other":{"name":""}}"#);
}

#[test]
fn what_is_not_there_cannot_be_named() {
    check("{}", &["inner.count"], "inner.count: nothing is set here to own");
    check("{}", &["other.name"], "other: nothing is set here to own");
    check("{}", &["parts[name=a]"], "parts[name=a]: nothing is set here to own");
    check("{}", &["annotations.a"], "annotations.a: nothing is set here to own");
    check("{}", &["inner.nmae"], "inner.nmae: nothing is set here to own");
    check("{}", &["innre"], "innre: Board has no field `innre`");
    check(
        r#"{"inner":{"extra":{}}}"#,
        &["inner.extra.a"],
        "inner.extra.a: free-form JSON is sent as a whole",
    );
    check("{}", &["inner.name.a"], "inner.name.a: a scalar has no parts");
}

#[test]
fn it_goes_into_a_patch() {
    let board = Board { args: vec!["a".into()], ..Board::default() };
    let expected = r#"{"apiVersion":"test/v1","kind":"Board","args":["a"]}"#;
    assert_eq!(PatchBody::apply(&board), PatchBody::apply_text(expected).unwrap());
    assert_eq!(PatchBody::merge(&board), PatchBody::merge_text(expected).unwrap());
    assert_eq!(PatchBody::apply(&board).media_type(), "application/apply-patch+yaml");
}
