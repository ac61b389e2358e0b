//! Lists and their pages, answered from a script.

use super::*;
use crate::client::tests::{run, script};
use crate::object::testing::table;
use crate::object::{Fields, Mut, Ref, Value};
use crate::{Object, Status, Str};

#[derive(Clone, Default)]
struct Metadata {
    token: Option<Str>,
}
table! { Metadata, Fields { type_name: "Metadata", names: &["continue"], ..Fields::NONE }, 0 token }
crate::objects! { Metadata }

#[derive(Clone, Default)]
struct Page {
    items: Vec<Status>,
    metadata: Metadata,
}
table! { Page, Fields { type_name: "Page", names: &["items", "metadata"], ..Fields::NONE }, 0 items 1 metadata }
crate::objects! { Page }

impl ListObject for Page {
    type Item = Status;
    fn items(&self) -> &[Status] {
        &self.items
    }
    fn items_mut(&mut self) -> &mut Vec<Status> {
        &mut self.items
    }
}

const FIRST: &str = r#"{"metadata":{"continue":"t1"},"items":[{"message":"a"},{"message":"b"}]}"#;
const LAST: &str = r#"{"metadata":{},"items":[{"message":"c"}]}"#;
const EXPIRED: &str =
    r#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Expired","code":410}"#;

fn list(answers: &[(u16, &[&str])]) -> (Result<usize, Error>, Vec<String>) {
    let (client, asked) = script(answers);
    let list = List::<Page>::new(&client, &["/x"]).limit(2);
    let list = list.resource_version("5").resource_version_match("Exact");
    let count = run(list.all()).map(|list| list.items().len());
    let asked = asked.lock().unwrap().clone();
    (count, asked)
}

#[test]
fn pages_follow_without_the_version_that_the_token_stands_for() {
    let (count, asked) = list(&[(200, &[FIRST]), (200, &[LAST])]);
    assert_eq!(count.unwrap(), 3);
    assert_eq!(
        asked,
        ["GET /x?limit=2&resourceVersion=5&resourceVersionMatch=Exact", "GET /x?limit=2&continue=t1"]
    );
}

#[test]
fn pages_that_expire_are_listed_again_at_once() {
    let (count, asked) = list(&[(200, &[FIRST]), (410, &[EXPIRED]), (200, &[LAST])]);
    assert_eq!(count.unwrap(), 1);
    assert_eq!(asked.last().unwrap(), "GET /x?resourceVersion=5&resourceVersionMatch=Exact");
}

#[test]
fn another_error_half_way_is_the_error() {
    let (count, _) = list(&[(200, &[FIRST]), (500, &["oops"])]);
    assert_eq!(count.unwrap_err().code(), Some(500));
}

#[test]
fn items_come_one_by_one_over_all_pages() {
    let (client, _) = script(&[(200, &[FIRST]), (200, &[LAST])]);
    let mut items = List::<Page>::new(&client, &["/x"]).stream();
    let mut count = 0;
    while let Some(item) = run(items.next()) {
        item.unwrap();
        count += 1;
    }
    assert_eq!(count, 3);
}

const ODD: &str = r#"{"items":[{"message":"a"},{"message":5},{"message":"b"}],"metadata":{}}"#;

/// What a stream gives: messages, or the raw item of an error, or the kind of the error.
fn streamed(answers: &[(u16, &[&str])]) -> Vec<String> {
    let (client, _) = script(answers);
    let mut items = List::<Page>::new(&client, &["/x"]).limit(2).stream();
    let mut seen = Vec::new();
    while let Some(item) = run(items.next()) {
        seen.push(match item {
            Ok(item) => item.message.unwrap_or_default().to_string(),
            Err(error) => error.raw_item().map_or(format!("{:?}", error.kind()), ToString::to_string),
        });
    }
    assert!(run(items.next()).is_none());
    seen
}

#[test]
fn a_stream_tells_what_came_and_never_takes_a_part_for_the_whole() {
    let check = |answers: &[(u16, &[&str])], expected: &[&str]| assert_eq!(streamed(answers), expected);
    check(&[(200, &[FIRST]), (200, &[LAST])], &["a", "b", "c"]);
    check(&[(200, &[ODD])], &["a", r#"{"message":5}"#, "b"]);
    check(&[(200, &[FIRST]), (410, &[EXPIRED])], &["a", "b", "Api"]);
    check(&[(200, &[])], &["Decode"]);
    check(&[(200, &[r#"{"items":[{"message":"a"}"#])], &["a", "Decode"]);
    check(&[(200, &[r#"{"items":[{"message":"a"},{"message" 5},{"message":"b"}]}"#])], &["a", "Decode"]);
}

#[test]
fn answers_cut_anywhere_are_the_same_items() {
    for cut in 0..=FIRST.len() {
        let (head, tail) = FIRST.split_at(cut);
        assert_eq!(streamed(&[(200, &[head, tail]), (200, &[LAST])]), ["a", "b", "c"], "{cut}");
        let (count, _) = list(&[(200, &[head, tail]), (200, &[LAST])]);
        assert_eq!(count.unwrap(), 3, "{cut}");
        // What is missing is an error, whether the list is streamed or awaited.
        if cut < FIRST.len() {
            assert_eq!(streamed(&[(200, &[head])]).last().unwrap(), "Decode", "{cut}");
            assert!(list(&[(200, &[head])]).0.is_err(), "{cut}");
        }
    }
}

#[test]
fn the_list_beside_the_items_is_there_while_they_come() {
    let (client, _) = script(&[(200, &[FIRST]), (200, &[LAST])]);
    let mut items = List::<Page>::new(&client, &["/x"]).stream();
    let mut tokens = Vec::new();
    while let Some(item) = run(items.next()) {
        item.unwrap();
        tokens.push(items.list().metadata.token.clone().unwrap_or_default());
    }
    assert_eq!(tokens, ["t1", "t1", ""]);
}

#[test]
fn a_list_may_be_cbor() {
    let (client, _) = script(&[(200, &[FIRST])]);
    let list = List::<Page>::new(&client, &["/x"]).cbor();
    let accept = list.request().unwrap().headers().get("accept").cloned().unwrap();
    assert_eq!(accept, "application/cbor, application/json;q=0.9");
    let page: Page = crate::json::from_slice(FIRST.as_bytes()).unwrap();
    let mut decoder = crate::json::ListDecoder::<Page>::new();
    let bytes = crate::cbor::to_vec(&page);
    let mut input = &bytes[..];
    let mut count = 0;
    while let Some(item) = decoder.next(&mut input) {
        item.unwrap();
        count += 1;
    }
    assert_eq!((count, decoder.finish().unwrap().metadata.token.as_deref()), (2, Some("t1")));
}
