//! Paths as they are written.

use super::*;
use proptest::prelude::*;

/// A text and the canonical form of the path that it is, or the message that it gives.
fn check(text: &str, expected: &str) {
    let found = match text.parse::<Path>() {
        Ok(path) => path.to_string(),
        Err(error) => error.to_string(),
    };
    assert_eq!(found, expected, "{text}");
}

#[test]
fn texts_and_what_they_are() {
    check("", "$");
    check("$", "$");
    check("spec.containers[0].image", "spec.containers[0].image");
    check("$.spec['a.b']", r#"spec["a.b"]"#);
    check("$[\"a\\u002eb\"]", r#"["a.b"]"#);
    check("spec.ports[port=80,protocol=TCP]", "spec.ports[port=80,protocol=TCP]");
    check("a[name='x, y'].b", r#"a[name="x, y"].b"#);
    check("a[=example.com/x]", "a[=example.com/x]");
    check("a[=]", r#"a[=""]"#);
    check("properties.$ref", "properties.$ref");
    check("/spec/a~1b~0c/0", r#"spec["a/b~c"].0"#);
    check("/", r#"[""]"#);
    check(".spec", "spec");
}

#[test]
fn texts_that_are_no_paths() {
    check("spec.", "`spec.` is no path: expected a name at byte 5");
    check("spec..a", "`spec..a` is no path: expected a name at byte 5");
    check("a[", "`a[` is no path: expected an index, a quoted key or name=value at byte 2");
    check("a[]", "`a[]` is no path: expected an index, a quoted key or name=value at byte 2");
    check("a[b]", "`a[b]` is no path: expected `=` at byte 3");
    check("a[1x]", "`a[1x]` is no path: expected an index at byte 2");
    check("a[99999999999999999999]", "`a[99999999999999999999]` is no path: expected an index at byte 2");
    check("a[0", "`a[0` is no path: expected `]` at byte 3");
    check("a[0]b", "`a[0]b` is no path: expected `.` or `[` at byte 4");
    check("a['b", "`a['b` is no path: expected a string in quotes at byte 2");
    check("a[\"b]", "`a[\"b]` is no path: expected a string in quotes at byte 2");
    check("a[\"b\"c]", "`a[\"b\"c]` is no path: expected `]` at byte 5");
}

fn step() -> impl Strategy<Value = Step> {
    let text = || any::<String>().prop_map(Box::<str>::from);
    prop_oneof![
        prop_oneof![text(), "[a-z.$]{0,3}".prop_map(Box::<str>::from)].prop_map(Step::Name),
        any::<usize>().prop_map(Step::Index),
        text().prop_map(Step::Value),
        prop::collection::vec(("[a-zA-Z]{1,5}".prop_map(Box::<str>::from), text()), 1..3)
            .prop_map(Step::Keys),
    ]
}

proptest! {
    #[test]
    fn a_path_is_read_as_it_is_written(steps in prop::collection::vec(step(), 0..5)) {
        let path = Path(steps);
        prop_assert_eq!(path.to_string().parse::<Path>().unwrap(), path);
    }

    #[test]
    fn no_text_panics(text: String, paths in "[]a0$.=,'\"\\\\/\\[]{0,12}") {
        let _ = (text.parse::<Path>(), paths.parse::<Path>());
    }
}
