//! What is decoded in part is what is decoded and then left out.

use proptest::prelude::*;

use super::*;
use crate::json::tests::thing;
use crate::json::{self, ListDecoder, read_items};
use crate::object::testing::{Item, ItemList, Thing, table};
use crate::object::{Ref, Value};
use crate::{ListObject, Status, Str, cbor};

const TEXT: &str = concat!(
    r#"{"apiVersion":"test/v1","kind":"Thing","count":3,"labels":{"a.b/c":"1","b":"2"},"name":"n","#,
    r#""raw":{"x":1},"unknown":[{}],"things":[{"name":"i","count":1,"labels":{"b":"3"}},{"count":2},null]}"#
);

/// What the paths leave of the text, in both formats.
fn left_by(paths: &[&str]) -> String {
    let projection = Projection::of::<Thing>(paths.iter().copied()).unwrap();
    let thing: Thing = json::from_slice_projected(TEXT.as_bytes(), &projection).unwrap();
    let bytes = cbor::to_vec(&json::from_slice::<Thing>(TEXT.as_bytes()).unwrap());
    assert_eq!(cbor::from_slice_projected::<Thing>(&bytes, &projection).unwrap(), thing, "{paths:?}");
    format!("{thing:?}")
}

#[test]
fn paths_leave_what_they_name() {
    for (paths, expected) in [
        (&["name"][..], r#"Thing { count: 0, name: "n" }"#),
        (&["count", "flag"], "Thing { count: 3 }"),
        (&["labels"], r#"Thing { count: 0, labels: {"a.b/c": "1", "b": "2"} }"#),
        (&["labels['a.b/c']"], r#"Thing { count: 0, labels: {"a.b/c": "1"} }"#),
        (&["/labels/a.b~1c", "labels.b"], r#"Thing { count: 0, labels: {"a.b/c": "1", "b": "2"} }"#),
        (&["labels.none"], "Thing { count: 0 }"),
        (&["raw"], r#"Thing { count: 0, raw: {"x":1} }"#),
        (
            &["things.count"],
            "Thing { count: 0, things: [Thing { count: 1 }, Thing { count: 2 }, Thing { count: 0 }] }",
        ),
        (
            &["things.labels.b", "things.name"],
            concat!(
                r#"Thing { count: 0, things: [Thing { count: 0, labels: {"b": "3"}, name: "i" }, "#,
                "Thing { count: 0 }, Thing { count: 0 }] }"
            ),
        ),
        (&["labels.b", "labels"], r#"Thing { count: 0, labels: {"a.b/c": "1", "b": "2"} }"#),
        (&["labels", "labels.b"], r#"Thing { count: 0, labels: {"a.b/c": "1", "b": "2"} }"#),
        (&[], "Thing { count: 0 }"),
    ] {
        assert_eq!(left_by(paths), expected, "{paths:?}");
    }
    let whole = json::from_slice::<Thing>(TEXT.as_bytes()).unwrap();
    assert_eq!(left_by(&["name", "$"]), format!("{whole:?}"));
}

#[test]
fn a_path_that_the_type_does_not_have_is_an_error() {
    let errors = |path: &str| Projection::of::<Thing>([path]).unwrap_err().to_string();
    for (path, expected) in [
        ("nmae", "nmae: Thing has no field `nmae`"),
        ("things.nmae", "things.nmae: Thing has no field `nmae`"),
        ("things[0].name", "things[0]: a projection takes all elements of a list"),
        ("things[name=a]", "things[name=a]: a projection takes all elements of a list"),
        ("labels[0]", "labels[0]: a map takes a key"),
        ("raw.x", "raw.x: a projection takes all of free-form JSON"),
        ("name.x", "name.x: a scalar has no parts"),
        ("labels.b.x", "labels.b.x: a scalar has no parts"),
        ("kind", "kind: Thing has a fixed `kind`"),
        ("a..b", "`a..b` is no path: expected a name at byte 2"),
    ] {
        assert_eq!(errors(path), expected);
    }
}

#[test]
fn what_is_left_out_is_checked_for_its_grammar_and_kinds_as_always() {
    let projection = Projection::of::<Thing>(["name"]).unwrap();
    let read = |text: &str| json::from_slice_projected::<Thing>(text.as_bytes(), &projection);
    assert_eq!(read(r#"{"count":"x","name":"a"}"#).unwrap().name.as_deref(), Some("a"));
    for (text, expected) in [
        (r#"{"count":tru,"name":"a"}"#, "expected a value, found an unexpected character at $ (byte 9)"),
        (r#"{"count":1,"name":5}"#, "expected a string, found a number at $.name (byte 18)"),
        (r#"{"count":1,"kind":"Pod"}"#, "expected test/v1 Thing, found test/v1 Pod at $ (byte 0)"),
    ] {
        assert_eq!(read(text).unwrap_err().to_string(), expected);
    }
}

/// An item with two names.
#[derive(Clone, Default)]
struct Two {
    managed: Option<Str>,
    name: Str,
}
table! {
    Two,
    Fields { type_name: "Two", names: &["managedFields", "name"], required: &[2], ..Fields::NONE },
    0 managed 1 name
}

/// A list of them.
#[derive(Clone, Default)]
struct TwoList {
    extra: Option<Two>,
    items: Vec<Two>,
}
table! {
    TwoList,
    Fields { type_name: "TwoList", is_list: true, names: &["extra", "items"], required: &[2], ..Fields::NONE },
    0 extra 1 items
}
crate::objects! { Two TwoList }

impl ListObject for TwoList {
    type Item = Two;
    fn items(&self) -> &[Two] {
        &self.items
    }
    fn items_mut(&mut self) -> &mut Vec<Two> {
        &mut self.items
    }
}

#[test]
fn paths_of_a_list_begin_at_its_items() {
    let text = br#"{"extra":{"name":"e"},"items":[{"name":"a","managedFields":"m"},{"name":"b"}]}"#;
    let bytes = cbor::to_vec(&json::from_slice::<TwoList>(text).unwrap());
    let check = |projection: &Projection, expected: &str| {
        let list: TwoList = json::from_slice_projected(text, projection).unwrap();
        assert_eq!(format!("{list:?}"), expected);
        assert_eq!(cbor::from_slice_projected::<TwoList>(&bytes, projection).unwrap(), list);
        for whole in [&text[..], &bytes] {
            for size in 1..=whole.len() {
                let mut decoder = ListDecoder::<TwoList>::projected(projection.clone());
                let mut items = Vec::new();
                for mut piece in whole.chunks(size) {
                    while let Some(item) = decoder.next(&mut piece) {
                        items.push(item.unwrap());
                    }
                }
                assert_eq!(TwoList { items, ..decoder.finish().unwrap() }, list, "{size}");
            }
            let mut reader = read_items::<TwoList>(whole).projection(projection.clone());
            let items = reader.by_ref().collect::<Result<Vec<_>, _>>().unwrap();
            assert_eq!(TwoList { items, ..reader.into_list().unwrap() }, list);
        }
    };
    let names = r#"TwoList { extra: Two { name: "e" }, items: [Two { name: "a" }, Two { name: "b" }] }"#;
    check(&Projection::of::<Two>(["name"]).unwrap(), names);
    check(&Projection::of::<TwoList>(["name"]).unwrap(), names);
    check(&Projection::of::<TwoList>(["$"]).unwrap().and_without_managed_fields(), names);
    check(&Projection::without_managed_fields(), names);
    check(
        &Projection::of::<Two>(["managedFields"]).unwrap(),
        concat!(
            r#"TwoList { extra: Two { name: "e" }, "#,
            r#"items: [Two { managedFields: "m", name: "" }, Two { name: "" }] }"#
        ),
    );
    let error = Projection::of::<TwoList>(["items.name"]).unwrap_err();
    assert_eq!(error.to_string(), "items: Two has no field `items`");
}

#[test]
fn a_smaller_type_takes_what_it_names() {
    // `Item` names one field of what the server sent, `ItemList` two.
    let text = concat!(
        r#"{"apiVersion":"test/v1","kind":"ItemList","metadata":{"x":[1,{}]},"items":[{"name":"a","spec":{"b":[]}},"#,
        r#"{"status":[{}],"name":"b"}]}"#
    );
    let names: [Item; 2] = ["a", "b"].map(|name| Item { name: name.into() });
    assert_eq!(json::from_slice::<ItemList>(text.as_bytes()).unwrap().items, names);
    assert_eq!(read_items::<ItemList>(text.as_bytes()).collect::<Result<Vec<_>, _>>().unwrap(), names);
    let status: Status = json::from_slice(br#"{"code":1,"items":[{"name":"a"}]}"#).unwrap();
    assert_eq!(status, Status { code: Some(1), ..Status::default() });
}

#[test]
fn a_watch_keeps_what_it_goes_on_from() {
    let names = |projection: Projection, path: [&str; 3]| {
        let mut part = projection.part();
        for name in path {
            part = part.and_then(|part| part.field(name));
        }
        part.is_some()
    };
    let mark = ["metadata", "annotations", "k8s.io/initial-events-end"];
    let labels = ["metadata", "labels", "a"];
    let projection = Projection { selection: Some(Arc::default()), ..Projection::default() };
    assert!(!names(projection.clone(), mark));
    assert!(names(projection.clone().for_watch(), mark));
    assert!(!names(projection.for_watch(), labels));
    assert_eq!(Projection::everything().for_watch(), Projection::everything());
}

/// Leaves of an object what the paths name.
fn leave(thing: &Thing, paths: &[&str]) -> Thing {
    let mut left = Thing::default();
    for path in paths {
        match *path {
            "name" => left.name = thing.name.clone(),
            "labels" => left.labels = thing.labels.clone(),
            "raw" => left.raw = thing.raw.clone(),
            "things.count" => {
                left.things =
                    thing.things.iter().map(|it| Thing { count: it.count, ..Thing::default() }).collect();
            }
            other => unreachable!("{other}"),
        }
    }
    left
}

proptest! {
    #[test]
    fn what_is_decoded_in_part_is_a_part_of_the_whole(
        thing in thing(),
        paths in prop::sample::subsequence(vec!["name", "labels", "raw", "things.count"], 0..=4),
    ) {
        let projection = Projection::of::<Thing>(paths.iter().copied()).unwrap();
        let expected = leave(&json::from_slice(&json::to_vec(&thing)).unwrap(), &paths);
        let left: Thing = json::from_slice_projected(&json::to_vec(&thing), &projection).unwrap();
        prop_assert_eq!(&left, &expected);
        let left: Thing = cbor::from_slice_projected(&cbor::to_vec(&thing), &projection).unwrap();
        prop_assert!(paths.contains(&"raw") || left == expected);
        prop_assert_eq!(left.things.len(), expected.things.len());
        prop_assert!(left.name.view().as_str() == expected.name.view().as_str());
        prop_assert!(matches!(left.get(0), Ref::None));
    }
}
