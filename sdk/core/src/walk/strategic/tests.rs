//! Patches between two objects, and patches as `kubectl` and people write them.

use proptest::prelude::*;

use super::*;
use crate::walk::testing::{Board, fewer, same, two_boards};

fn board(text: &str) -> Board {
    json::from_slice(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Two objects and the patch between them.
fn check(before: &str, after: &str, expected: &str) {
    let (before, after) = (board(before), board(after));
    let patch = strategic_patch(&before, &after);
    assert_eq!(patch.as_str(), expected);
    assert!(same(&apply_strategic_patch(&before, &patch).unwrap(), &after), "{patch}");
}

#[test]
fn structs_maps_and_values() {
    check("{}", "{}", "{}");
    check(r#"{"args":["a"]}"#, "{}", r#"{"args":null}"#);
    check(r#"{"args":["a"]}"#, r#"{"args":["b"]}"#, r#"{"args":["b"]}"#);
    check(
        r#"{"annotations":{"a":"1","b":"2"}}"#,
        r#"{"annotations":{"b":"3","c":"4"}}"#,
        r#"{"annotations":{"a":null,"b":"3","c":"4"}}"#,
    );
    check(
        r#"{"choice":{"count":1}}"#,
        r#"{"choice":{"token":"x"}}"#,
        r#"{"choice":{"count":null,"token":"x","$retainKeys":["name","token"]}}"#,
    );
    check(
        r#"{"replaced":{"count":1,"name":"a"}}"#,
        r#"{"replaced":{"count":2,"name":"a"}}"#,
        r#"{"replaced":{"count":2,"name":"a"}}"#,
    );
    check(
        r#"{"inner":{"extra":{"a":1,"b":2}}}"#,
        r#"{"inner":{"extra":{"a":1}}}"#,
        r#"{"inner":{"extra":{"$patch":"replace","a":1}}}"#,
    );
    check(
        r#"{"inner":{"extra":{"a":1}}}"#,
        r#"{"inner":{"extra":{}}}"#,
        r#"{"inner":{"extra":{"$patch":"replace"}}}"#,
    );
    check(r#"{"inner":{"extra":{"a":1}}}"#, r#"{"inner":{"extra":[]}}"#, r#"{"inner":{"extra":[]}}"#);
}

#[test]
fn lists_by_their_keys() {
    check("{}", r#"{"parts":[{"name":"a"}]}"#, r#"{"parts":[{"name":"a"}]}"#);
    check(
        r#"{"parts":[{"name":"a"},{"name":"b"},{"name":"c"}]}"#,
        r#"{"parts":[{"name":"d"},{"name":"b","count":1},{"name":"a"}]}"#,
        r#"{"parts":[{"name":"d"},{"count":1,"$retainKeys":["count","name"],"name":"b"},{"$patch":"delete","name":"c"}],"$setElementOrder/parts":[{"name":"d"},{"name":"b"},{"name":"a"}]}"#,
    );
    check(
        r#"{"parts":[{"name":"a"},{"name":"b"}]}"#,
        r#"{"parts":[{"name":"b"},{"name":"a"}]}"#,
        r#"{"$setElementOrder/parts":[{"name":"b"},{"name":"a"}]}"#,
    );
    check(
        r#"{"requiredParts":[{"name":"a"}]}"#,
        "{}",
        r#"{"requiredParts":[{"$patch":"delete","name":"a"}]}"#,
    );
    check(
        r#"{"ports":[{"port":1,"protocol":"TCP"},{"port":1,"protocol":"UDP"}]}"#,
        r#"{"ports":[{"port":1,"protocol":"UDP"}]}"#,
        r#"{"ports":[{"$patch":"replace"},{"port":1,"protocol":"UDP"}]}"#,
    );
    check(
        r#"{"inner":{"parts":[{"name":"a","parts":[{"name":"x"}]}]}}"#,
        r#"{"inner":{"parts":[{"name":"a","parts":[{"name":"x","count":1}]}]}}"#,
        r#"{"inner":{"parts":[{"parts":[{"count":1,"name":"x"}],"$setElementOrder/parts":[{"name":"x"}],"name":"a"}],"$setElementOrder/parts":[{"name":"a"}]}}"#,
    );
}

#[test]
fn sets_by_their_values() {
    check(
        r#"{"finalizers":["a","b","c"]}"#,
        r#"{"finalizers":["d","c","a"]}"#,
        r#"{"finalizers":["d"],"$deleteFromPrimitiveList/finalizers":["b"],"$setElementOrder/finalizers":["d","c","a"]}"#,
    );
    check(
        r#"{"finalizers":["a","a"],"args":["x"]}"#,
        r#"{"finalizers":["a"]}"#,
        r#"{"$patch":"replace","apiVersion":"test/v1","kind":"Board","finalizers":["a"],"inner":{"name":""},"requiredParts":[]}"#,
    );
}

/// An object, a patch and what an API server makes of them, or the error.
fn patched(before: &str, patch: &str, expected: &str) {
    let patch = RawJson::from_text(patch).unwrap();
    match apply_strategic_patch(&board(before), &patch) {
        Ok(found) => assert!(same(&found, &board(expected)), "{patch}: {found:?}"),
        Err(error) => assert_eq!(error.to_string(), expected, "{patch}"),
    }
}

#[test]
fn patches_of_others() {
    const TWO: &str = r#"{"parts":[{"name":"a","count":1},{"name":"b"}],"finalizers":["x","y"]}"#;
    patched(
        TWO,
        r#"{"parts":[{"name":"c"}]}"#,
        r#"{"parts":[{"name":"c"},{"name":"a","count":1},{"name":"b"}],"finalizers":["x","y"]}"#,
    );
    patched(
        TWO,
        r#"{"parts":[{"name":"b","count":2}]}"#,
        r#"{"parts":[{"name":"a","count":1},{"name":"b","count":2}],"finalizers":["x","y"]}"#,
    );
    patched(
        TWO,
        r#"{"parts":[{"$patch":"delete","name":"a"}]}"#,
        r#"{"parts":[{"name":"b"}],"finalizers":["x","y"]}"#,
    );
    patched(
        TWO,
        r#"{"parts":[{"$patch":"replace"},{"name":"z"}]}"#,
        r#"{"parts":[{"name":"z"}],"finalizers":["x","y"]}"#,
    );
    patched(
        TWO,
        r#"{"finalizers":["z","y"]}"#,
        r#"{"parts":[{"name":"a","count":1},{"name":"b"}],"finalizers":["z","x","y"]}"#,
    );
    patched(
        TWO,
        r#"{"$deleteFromPrimitiveList/finalizers":["x"]}"#,
        r#"{"parts":[{"name":"a","count":1},{"name":"b"}],"finalizers":["y"]}"#,
    );
    patched(
        TWO,
        r#"{"$setElementOrder/parts":[{"name":"b"},{"name":"a"}]}"#,
        r#"{"parts":[{"name":"b"},{"name":"a","count":1}],"finalizers":["x","y"]}"#,
    );
    patched(TWO, r#"{"$patch":"replace","args":["q"]}"#, r#"{"args":["q"]}"#);
    patched(TWO, r#"{"$patch":"delete"}"#, "{}");
    patched(
        TWO,
        r#"{"other":{"count":null,"token":"t","parts":[{"$patch":"delete","name":"x"}]}}"#,
        r#"{"parts":[{"name":"a","count":1},{"name":"b"}],"finalizers":["x","y"],"other":{"token":"t"}}"#,
    );
    patched(
        r#"{"choice":{"count":1,"token":"t"}}"#,
        r#"{"choice":{"$retainKeys":["count"],"count":2}}"#,
        r#"{"choice":{"count":2}}"#,
    );
    patched("{}", r#"{"choice":{"count":"x"}}"#, "choice.count: expected an integer, found a string");
    patched("{}", "[]", "$: a patch is an object");
    patched(TWO, r#"{"parts":[{"count":1}]}"#, "parts: an element of the patch lacks `name`");
    patched(
        TWO,
        r#"{"parts":[{"$patch":"merge","name":"a"}]}"#,
        "parts: `$patch` of an element is `replace` or `delete`",
    );
    patched(TWO, r#"{"inner":{"$patch":"merge"}}"#, "inner: `$patch` of an object is `replace` or `delete`");
    patched(
        r#"{"choice":{"count":1}}"#,
        r#"{"choice":{"$retainKeys":["token"],"count":2}}"#,
        "choice: `$retainKeys` lacks `count`, which the patch sets",
    );
    patched(
        r#"{"choice":{"count":1}}"#,
        r#"{"choice":{"$retainKeys":7}}"#,
        "choice: `$retainKeys` is a list of names",
    );
    patched(TWO, r#"{"$setElementOrder/parts":7}"#, "parts: a list was expected");
}

#[test]
fn what_the_patch_does_not_name_keeps_its_place() {
    let list = |names: &str| {
        let names: Vec<String> = names.chars().map(|it| format!(r#"{{"name":"{it}"}}"#)).collect();
        names.join(",")
    };
    for (before, order, expected) in [
        ("abcd", "db", "acdb"),
        ("abcd", "ca", "bcad"),
        ("ab", "ba", "ba"),
        ("abc", "x", "abc"),
        ("abc", "b", "abc"),
    ] {
        let (before, order) = (list(before), list(order));
        let patch = format!(r#"{{"$setElementOrder/parts":[{order}]}}"#);
        let expected = format!(r#"{{"parts":[{}]}}"#, list(expected));
        patched(&format!(r#"{{"parts":[{before}]}}"#), &patch, &expected);
    }
}

proptest! {
    #![proptest_config(fewer())]

    #[test]
    fn the_patch_between_two_makes_the_second_of_the_first((before, after) in two_boards()) {
        let patch = strategic_patch(&before, &after);
        prop_assert!(same(&apply_strategic_patch(&before, &patch).unwrap(), &after), "{}", patch);
        let nothing = strategic_patch(&after, &after.clone());
            prop_assert_eq!(nothing.as_str(), "{}");
    }
}
