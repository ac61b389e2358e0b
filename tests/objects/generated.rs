//! Objects made from the documents are read and written back by the documented rule.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::documents::{Documents, Shape};
use crate::generate::{Fill, Generator};
use crate::kinds::{Codec, codecs};
use crate::rule;

/// How many objects with some of their properties are made of each kind, beside one with all.
const ROUNDS: u64 = 20;

/// How many pairs of objects are made of each kind.
const PAIRS: u64 = 8;

/// Every kind of the documents has a type in the table, and the other way round.
#[test]
fn the_table_has_every_kind() {
    let documents = Documents::read();
    let kinds = documents.kinds();
    let named: BTreeSet<(&str, &str)> =
        kinds.keys().map(|(api_version, kind)| (api_version.as_str(), kind.as_str())).collect();
    let several = [("", "DeleteOptions"), ("", "WatchEvent"), ("", "Info")];
    let table: BTreeSet<(&str, &str)> = codecs().into_keys().collect();
    assert_eq!(table, named.into_iter().chain(several).collect());
}

#[test]
fn generated_objects_come_back() {
    let documents = Documents::read();
    let kinds = documents.kinds();
    let codecs = codecs();
    let mut made = BTreeSet::new();
    for (number, (kind, schema)) in (0..).zip(&kinds) {
        let codec = &codecs[&(kind.0.as_str(), kind.1.as_str())];
        let mut generator = Generator::new(&documents, number);
        comes_back(&documents, codec, schema, &generator.object(schema, Fill::Everything));
        for _ in 0..ROUNDS {
            comes_back(&documents, codec, schema, &generator.object(schema, Fill::Some));
        }
        made.extend(generator.made);
    }
    let missing: Vec<_> =
        reachable(&documents, kinds.values().copied()).into_iter().filter(|it| !made.contains(it)).collect();
    assert!(missing.is_empty(), "never made: {missing:?}");
}

/// Patches between any two objects of every kind, and their differences.
#[test]
fn patches_make_one_object_of_another() {
    let documents = Documents::read();
    let codecs = codecs();
    let mut unseen =
        BTreeSet::from(["$patch", "$retainKeys", "$deleteFromPrimitiveList/", "$setElementOrder/"]);
    for (number, (kind, schema)) in (0..).zip(&documents.kinds()) {
        let codec = &codecs[&(kind.0.as_str(), kind.1.as_str())];
        let mut generator = Generator::new(&documents, number).without_nulls();
        let mut before = generator.object(schema, Fill::Everything);
        for _ in 0..PAIRS {
            let (changed, other) = (generator.changed(schema, &before), generator.object(schema, Fill::Some));
            for after in [&changed, &other] {
                let (before, after) = (before.to_string(), after.to_string());
                let outcome = codec.compare(before.as_bytes(), after.as_bytes());
                let patch = outcome.unwrap_or_else(|error| panic!("{schema}: {error}\n{before}\n{after}"));
                unseen.retain(|directive| !patch.contains(directive));
            }
            before = other;
        }
    }
    assert!(unseen.is_empty(), "no strategic merge patch had {unseen:?}");
}

/// As a server writes it, as people do, and with everything escaped that can be.
fn comes_back(documents: &Documents, codec: &Codec, schema: &str, value: &Value) {
    let compact = value.to_string();
    let expected = rule::expected(documents, schema, value);
    for text in [format!("{value:#}"), escaped(&compact), compact] {
        let output = codec.round(text.as_bytes()).unwrap_or_else(|error| panic!("{schema}: {error}\n{text}"));
        if let Some(difference) = rule::difference(&expected, &output) {
            panic!("{schema}{difference}\n{text}");
        }
    }
}

/// Everything beyond ASCII as escapes: it stands in strings alone.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => out.push(char::from(byte)),
            _ => out.push_str(&format!("\\u{unit:04x}")),
        }
    }
    out
}

/// Schema and name of every property that objects of these schemas can have.
fn reachable<'a>(
    documents: &'a Documents,
    roots: impl Iterator<Item = &'a str>,
) -> BTreeSet<(&'a str, &'a str)> {
    let mut out = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut open: Vec<&str> = roots.collect();
    while let Some(name) = open.pop() {
        if !seen.insert(name) {
            continue;
        }
        for property in documents.properties(name) {
            out.insert((name, property.name));
            let mut schema = property.schema;
            while let Shape::Array(inner) | Shape::Map(inner) = documents.shape(schema) {
                schema = inner;
            }
            if let Shape::Object(inner) = documents.shape(schema) {
                open.push(inner);
            }
        }
    }
    out
}
