//! A list read in pieces is the list read at once.

use proptest::prelude::*;

use super::*;
use crate::RawJson;
use crate::json::{DecodeError, from_slice};
use crate::object::testing::{Item, ItemList};

/// The list with its items, or the error: read in pieces of these sizes, over and over.
fn in_pieces(text: &[u8], sizes: &[usize]) -> Result<ItemList, DecodeError> {
    let mut decoder = ListDecoder::<ItemList>::new();
    let (mut items, mut rest, mut sizes) = (Vec::new(), text, sizes.iter().cycle());
    while !rest.is_empty() {
        let (mut piece, after) = rest.split_at((*sizes.next().unwrap()).clamp(1, rest.len()));
        rest = after;
        while let Some(item) = decoder.next(&mut piece) {
            items.push(item.map_err(|error| error.error().clone())?);
        }
    }
    let mut list = decoder.finish()?;
    assert!(list.items.is_empty());
    list.items = items;
    Ok(list)
}

/// The same as the list verb collects it.
fn collected(text: &[u8], size: usize) -> Result<ItemList, DecodeError> {
    let (mut decoder, mut list) = (ItemDecoder::default(), ItemList::default());
    for piece in text.chunks(size) {
        decoder.collect(piece, &mut list)?;
    }
    decoder.finish(&mut list)?;
    Ok(list)
}

const LIST: &str = concat!(
    r#" { "apiVersion":"test/v1","x":[{"a":"]}\""}],"it\u0065ms" : [ {"name":"a\"}{"} , "#,
    r#"{"u":[[{}]],"name":"\\","v":"\\\""},null,{"apiVersion":"test/v1","kind":"Item","name":"é"}]"#,
    r#", "kind":"ItemList","extra":{"name":"later"} ,"y":1.5e3 , "z":null}"#,
    "\n"
);

#[test]
fn every_size_of_pieces_gives_the_same_list() {
    let whole: ItemList = from_slice(LIST.as_bytes()).unwrap();
    assert_eq!((whole.items.len(), whole.extra.as_ref().unwrap().name.as_str()), (4, "later"));
    for size in 1..=LIST.len() {
        assert_eq!(in_pieces(LIST.as_bytes(), &[size]).unwrap(), whole, "{size}");
        assert_eq!(collected(LIST.as_bytes(), size).unwrap(), whole, "{size}");
    }
}

#[test]
fn a_list_cut_anywhere_is_an_error() {
    // Only the line end after the closing brace can go.
    for len in 0..LIST.len() - 1 {
        for size in [1, 7, 1000] {
            let error = in_pieces(&LIST.as_bytes()[..len], &[size]).unwrap_err();
            assert!(error.to_string().contains("found the end"), "{len} {size}: {error}");
            assert!(collected(&LIST.as_bytes()[..len], size).is_err(), "{len} {size}");
        }
    }
}

#[test]
fn errors_say_what_and_where() {
    for (text, expected) in [
        ("", "expected an object, found the end at $ (byte 0)"),
        ("[]", "expected an object, found another value at $ (byte 0)"),
        ("{} x", "expected the end, found more characters at $ (byte 3)"),
        (r#"{"items":[]"#, "expected `,` or `}`, found the end at $ (byte 11)"),
        (r#"{"items":[{}"#, "expected `,` or `]`, found the end at $.items (byte 12)"),
        (r#"{"items":[{},]}"#, "expected a value, found an unexpected character at $.items (byte 13)"),
        (r#"{"items":[,{}]}"#, "expected a value, found an unexpected character at $.items (byte 10)"),
        (r#"{"items":[{} {}]}"#, "expected `,` or `]`, found an unexpected character at $.items (byte 13)"),
        (r#"{"items":5}"#, "expected an array, found a number at $.items (byte 9)"),
        (r#"{"items":[],"items":[]}"#, "expected one array of items, found another at $ (byte 20)"),
        (r#"{"extra":{"name":5}}"#, "expected a string, found a number at $.extra.name (byte 17)"),
        (r#"{"items":[{},{"name":5}]}"#, "expected a string, found a number at $.items[1].name (byte 21)"),
        (r#"{"items":[{"name":"a"]}"#, "expected `,` or `}`, found `]` at $.items[0] (byte 21)"),
        (
            r#"{"items":[{},{"kind":"Pod"}]}"#,
            "expected test/v1 Item, found test/v1 Pod at $.items[1] (byte 13)",
        ),
        (
            r#" {"kind":"PodList","apiVersion":"v1","items":[{"name":5}]}"#,
            "expected test/v1 ItemList, found v1 PodList at $ (byte 1)",
        ),
        (
            r#"{"items":[],"kind":"PodList"}"#,
            "expected test/v1 ItemList, found test/v1 PodList at $ (byte 0)",
        ),
        (r#"{"extra":1,"kind":"PodList"}"#, "expected an object, found a number at $.extra (byte 9)"),
        (r#"{"kind":"PodList","extra":1}"#, "expected test/v1 ItemList, found test/v1 PodList at $ (byte 0)"),
        (r#"{"extra":{"kind":"Pod"}}"#, "expected test/v1 Item, found test/v1 Pod at $.extra (byte 9)"),
        (r#"{"kind":5,"items":[]}"#, "expected a string, found a number at $.kind (byte 8)"),
        ("{\"a\\x\":1}", "expected an escape sequence, found an unexpected character at $ (byte 3)"),
        ("{\"x\":\"\u{1}\"}", "expected an escaped character, found a control character at $ (byte 6)"),
    ] {
        for size in [1, 5, 1000] {
            let error = in_pieces(text.as_bytes(), &[size]).unwrap_err();
            assert_eq!(error.to_string(), expected, "{text} by {size}");
        }
    }
}

/// What a decoder gives for this text, piece by piece, until it gives nothing more.
fn outcomes(text: &str) -> (Vec<String>, Result<ItemList, DecodeError>) {
    let mut decoder = ListDecoder::<ItemList>::new();
    let mut seen = Vec::new();
    for mut piece in text.as_bytes().chunks(3) {
        while let Some(item) = decoder.next(&mut piece) {
            seen.push(match item {
                Ok(item) => item.name.to_string(),
                Err(error) => format!("{:?}", error.raw().map(RawJson::as_str)),
            });
        }
    }
    (seen, decoder.finish())
}

#[test]
fn items_of_the_wrong_type_are_kept_and_the_others_follow() {
    let (seen, list) = outcomes(r#"{"items":[{"name":"a"},{"name": 5},7,{"kind":"Pod"},{"name":"b"}]}"#);
    assert_eq!(seen, ["a", r#"Some("{\"name\": 5}")"#, r#"Some("7")"#, r#"Some("{\"kind\":\"Pod\"}")"#, "b"]);
    assert!(list.is_ok());
}

#[test]
fn nothing_follows_what_is_no_json() {
    for broken in [r#"{"name" 5}"#, r#"{"u":tru}"#, r#"{"name":"\q"}"#, "nul", "{]", r#"{"u":[}"#] {
        let (seen, list) = outcomes(&format!(r#"{{"items":[{{"name":"a"}},{broken},{{"name":"b"}}]}}"#));
        assert_eq!(seen, ["a", "None"], "{broken}");
        assert!(list.is_err(), "{broken}");
    }
    let deep = format!(r#"{{"items":[{}{}]}}"#, r#"{"u":"#.repeat(127), "}".repeat(127));
    assert!(outcomes(&deep).1.unwrap_err().to_string().contains("128 levels"));
    assert!(from_slice::<ItemList>(deep.as_bytes()).is_err());
}

#[test]
fn readers_give_items_and_then_the_list() {
    let mut items = read_items::<ItemList>(LIST.as_bytes());
    assert_eq!(items.by_ref().map(|item| item.unwrap().name).collect::<Vec<_>>(), ["a\"}{", "\\", "", "é"]);
    assert_eq!(items.into_list().unwrap().extra.unwrap().name, "later");
    let whole: ItemList = from_slice(LIST.as_bytes()).unwrap();
    assert_eq!(from_reader::<ItemList>(LIST.as_bytes()).unwrap(), whole);

    let mut items = read_items::<ItemList>(&br#"{"items":[{"name":5},{"name":"b"}"#[..]);
    let seen: Vec<_> = items.by_ref().map(|item| item.map_err(|error| error.raw_item().is_some())).collect();
    assert_eq!(seen, [Err(true), Ok(Item { name: "b".into() }), Err(false)]);
    assert!(items.next().is_none() && items.into_list().is_err());
}

/// The text of a list: members in any order, white space, items of every kind.
fn list_text() -> impl Strategy<Value = String> {
    let space = "[ \n\t]{0,2}";
    let item = prop_oneof![
        4 => "[a-zé\"\\\\{}\\[\\]]{0,90}"
            .prop_map(|name| serde_json::json!({"name": name, "u": [name, {}, [1.5, null]]}).to_string()),
        1 => Just("null".to_owned()),
        1 => Just(r#"{"kind":"Item","name":"x"}"#.to_owned()),
    ];
    let members = (
        prop::collection::vec((space, item), 0..6),
        prop::sample::subsequence(
            vec![
                r#""kind":"ItemList""#,
                r#""apiVersion":"test/v1""#,
                r#""extra":{"name":"e"}"#,
                r#""extra":{"kind":"Item"}"#,
                r#""u":[{"\"":"}"}]"#,
                r#""v" : 1.5"#,
            ],
            0..=6,
        ),
        space,
    )
        .prop_map(|(items, members, space)| {
            let items: Vec<_> = items.iter().map(|(space, item)| format!("{space}{item}{space}")).collect();
            let mut members: Vec<String> =
                members.iter().map(|member| format!("{space}{member}{space}")).collect();
            members.push(format!("\"items\"{space}:[{}]", items.join(",")));
            members
        })
        .prop_shuffle();
    members.prop_map(|members| format!("{{{}}}", members.join(",")))
}

proptest! {
    #[test]
    fn every_chunking_gives_the_same_list(text in list_text(), sizes in prop::collection::vec(1usize..100, 1..8)) {
        let whole: ItemList = from_slice(text.as_bytes()).unwrap();
        prop_assert_eq!(&in_pieces(text.as_bytes(), &sizes).unwrap(), &whole);
        prop_assert_eq!(&collected(text.as_bytes(), sizes[0]).unwrap(), &whole);
    }

    #[test]
    fn a_changed_text_is_a_list_to_both_or_to_neither(
        text in list_text(),
        place: prop::sample::Index,
        edit in "[\\[\\]{}\",:0-9eE.\\\\untrfals k\n\u{1}]{0,2}",
        cut in 0usize..3,
        sizes in prop::collection::vec(1usize..100, 1..4),
    ) {
        let mut chars: Vec<char> = text.chars().collect();
        let at = place.index(chars.len());
        let end = (at + cut).min(chars.len());
        chars.splice(at..end, edit.chars());
        let text: String = chars.into_iter().collect();
        match (from_slice::<ItemList>(text.as_bytes()), in_pieces(text.as_bytes(), &sizes)) {
            (Ok(whole), Ok(list)) => prop_assert_eq!(whole, list),
            (Err(_), Err(_)) => {}
            (whole, list) => prop_assert!(false, "{}: {:?} {:?}", text, whole, list),
        }
    }
}
