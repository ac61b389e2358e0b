//! What differs, as it prints.

use proptest::prelude::*;

use super::*;
use crate::json;
use crate::walk::testing::{Board, any_board, fewer, two_boards};
use crate::walk::{get, get_json};

/// Two objects and the lines of their difference.
fn check(before: &str, after: &str, expected: &[&str]) {
    let before: Board = json::from_slice(before.as_bytes()).unwrap();
    let after: Board = json::from_slice(after.as_bytes()).unwrap();
    let found = diff(&before, &after).to_string();
    assert_eq!(found.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn fields_keys_and_structs() {
    check("{}", "{}", &[]);
    check("{}", r#"{"annotations":{}}"#, &[]);
    check(
        r#"{"inner":{"name":"a"}}"#,
        r#"{"inner":{"count":0}}"#,
        &["+ inner.count: 0", r#"~ inner.name: "a" -> """#],
    );
    check(
        r#"{"annotations":{"a":"1","c":"3"}}"#,
        r#"{"annotations":{"b.c":"2","c":"4"}}"#,
        &[r#"- annotations.a: "1""#, r#"+ annotations["b.c"]: "2""#, r#"~ annotations.c: "3" -> "4""#],
    );
    check("{}", r#"{"other":{}}"#, &[r#"+ other: Part { name: "" }"#]);
    check(
        r#"{"other":{"extra":{"a":1}}}"#,
        r#"{"other":{"extra":[2]}}"#,
        &[r#"~ other.extra: {"a":1} -> [2]"#],
    );
}

#[test]
fn lists_by_key_by_value_and_as_a_whole() {
    check(
        r#"{"parts":[{"name":"a"},{"name":"b","count":1},{"name":"c"}]}"#,
        r#"{"parts":[{"name":"b","count":2},{"name":"a"},{"name":"d"}]}"#,
        &[
            "~ parts[name=b].count: 1 -> 2",
            r#"+ parts[name=d]: Part { name: "d" }"#,
            r#"- parts[name=c]: Part { name: "c" }"#,
            "^ parts",
        ],
    );
    check(
        r#"{"parts":[{"name":"a","parts":[{"name":"x"}]}]}"#,
        r#"{"parts":[{"name":"a","parts":[{"name":"x","count":1}]}]}"#,
        &["+ parts[name=a].parts[name=x].count: 1"],
    );
    check(
        r#"{"ports":[{"port":1,"protocol":"TCP"},{"port":1}]}"#,
        r#"{"ports":[{"port":1},{"port":1,"protocol":"TCP","name":"x"}]}"#,
        &[r#"+ ports[port=1,protocol=TCP].name: "x""#, "^ ports"],
    );
    check(
        r#"{"finalizers":["a","b"]}"#,
        r#"{"finalizers":["b/c","a"]}"#,
        &[r#"+ finalizers[=b/c]: "b/c""#, r#"- finalizers[=b]: "b""#],
    );
    check(r#"{"args":["a"]}"#, r#"{"args":["a","b"]}"#, &[r#"~ args: ["a"] -> ["a", "b"]"#]);
    check("{}", r#"{"args":["a"]}"#, &[r#"+ args: ["a"]"#]);
    check(r#"{"args":["a"]}"#, "{}", &[r#"- args: ["a"]"#]);
    check(
        r#"{"fixed":{"count":1}}"#,
        r#"{"fixed":{"count":2}}"#,
        &[r#"~ fixed: Part { count: 1, name: "" } -> Part { count: 2, name: "" }"#],
    );
    let twice = r#"{"parts":[{"name":"a"},{"name":"a"}]}"#;
    check(
        twice,
        r#"{"parts":[{"name":"a"}]}"#,
        &[r#"~ parts: [Part { name: "a" }, Part { name: "a" }] -> [Part { name: "a" }]"#],
    );
}

#[test]
fn secrets_do_not_print() {
    check(
        r#"{"secrets":{"a":"eA=="}}"#,
        r#"{"secrets":{"a":"eQ==","b":"eA=="}}"#,
        &["~ secrets.a: <redacted> -> <redacted>", "+ secrets.b: <redacted>"],
    );
    check(
        "{}",
        r#"{"inner":{"token":"x"},"other":{"token":"y"}}"#,
        &["+ inner.token: <redacted>", r#"+ other: Part { name: "", token: <redacted> }"#],
    );
    let key = "kubectl.kubernetes.io/last-applied-configuration";
    let copy = |text: &str| format!(r#"{{"annotations":{{"{key}":"{text}"}}}}"#);
    check(&copy("a"), &copy("b"), &[&format!(r#"~ annotations["{key}"]: <redacted> -> <redacted>"#)]);
}

#[test]
fn a_large_map_and_a_large_list_are_compared_in_passing() {
    let board = |from: usize| Board {
        annotations: (from..from + 100_000).map(|n| (format!("k{n:06}"), "v".into())).collect(),
        finalizers: (from..from + 50_000).rev().map(|n| format!("f{n}").into()).collect(),
        ..Board::default()
    };
    assert_eq!(diff(&board(0), &board(7)).changes().len(), 4 * 7);
}

proptest! {
    #![proptest_config(fewer())]

    #[test]
    fn it_is_empty_for_equal_objects_alone(a in any_board(), (b, c) in two_boards()) {
        prop_assert!(diff(&a, &a.clone()).is_empty());
        prop_assert_eq!(diff(&b, &c).is_empty(), b == c);
    }

    #[test]
    fn its_paths_lead_to_its_values((before, after) in two_boards()) {
        for change in &diff(&before, &after) {
            let shown = |value: Ref<'_>| format!("{value:?}");
            if change.kind != ChangeKind::Added {
                prop_assert_eq!(shown(get(&before, &change.path).unwrap()), shown(change.before));
            }
            if change.kind != ChangeKind::Removed {
                prop_assert_eq!(shown(get(&after, &change.path).unwrap()), shown(change.after));
                prop_assert!(get_json(&after, &change.path).unwrap().is_some());
            }
        }
    }
}
