//! Elements and values that may be null: `None` stays where it is in every format, and walks do not fill it.

use crate::walk::visit_strings_mut;
use crate::{Map, Str, cbor, json};

#[derive(Clone, Default)]
struct Nulls {
    lists: Vec<Option<Vec<bool>>>,
    numbers: Map<Option<i32>>,
    structs: Vec<Option<Nulls>>,
    texts: Vec<Option<Str>>,
}

crate::plain_object! { Nulls, None, [0 "lists" lists, 1 "numbers" numbers, 2 "structs" structs, 3 "texts" texts] }

const TEXT: &str = r#"{"lists":[null,[true]],"numbers":{"a":null,"b":0},"structs":[null,{"texts":[null]}],"texts":["","a",null]}"#;

fn nulls() -> Nulls {
    json::from_slice(TEXT.as_bytes()).expect("it is decoded")
}

#[test]
fn they_come_back_in_every_format() {
    let nulls = nulls();
    assert_eq!(nulls.texts, [Some("".into()), Some("a".into()), None]);
    assert_eq!(nulls.numbers, Map::from([("a", None), ("b", Some(0))]));
    assert_eq!(nulls.lists, [None, Some(vec![true])]);
    assert_eq!(json::to_vec(&nulls), TEXT.as_bytes());
    assert_eq!(cbor::from_slice::<Nulls>(&cbor::to_vec(&nulls)).expect("CBOR"), nulls);
    assert_eq!(serde_json::from_str::<Nulls>(TEXT).expect("serde"), nulls);
    assert_eq!(serde_json::to_string(&nulls).expect("serde"), TEXT);
    assert_eq!(
        serde_json::from_value::<Nulls>(serde_json::to_value(&nulls).expect("a value")).expect("serde"),
        nulls
    );
}

#[test]
fn a_later_null_is_what_counts() {
    let twice: Nulls = json::from_slice(br#"{"numbers":{"a":1,"a":null}}"#).expect("it is decoded");
    assert_eq!(twice.numbers, Map::from([("a", None)]));
}

#[test]
fn a_walk_over_places_does_not_fill_them() {
    let (mut nulls, mut texts) = (nulls(), 0);
    visit_strings_mut(&mut nulls, &mut |_, _| texts += 1);
    assert_eq!((texts, json::to_vec(&nulls)), (2, TEXT.into()));
}
