//! Objects of any shape, for the laws of the walks.

mod board;

pub(crate) use board::{Board, any_board, two_boards};

use proptest::prelude::*;

use super::path::{Path, Step};
use crate::object::testing::Thing;
use crate::{ByteString, RawJson, Ref};

/// Large objects take long to make: fewer cases than proptest's own number, in proportion to it.
pub(crate) fn fewer() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: usual.cases.div_ceil(4), ..usual }
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof!["[a-c]{1,2}", "[a-c./\"]{1,3}"]
}

/// Free-form JSON without null members: no merge patch can say them.
pub(crate) fn any_raw() -> impl Strategy<Value = RawJson> {
    let leaf = prop_oneof![
        Just("1".to_owned()),
        Just("2.50".to_owned()),
        Just("true".to_owned()),
        "[a-c]{0,2}".prop_map(|text| format!("\"{text}\"")),
    ];
    let value = leaf.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(|them| format!("[{}]", them.join(","))),
            prop::collection::btree_map("[a-d]", inner, 0..4).prop_map(|them| {
                let members: Vec<String> = them.iter().map(|(name, it)| format!("\"{name}\":{it}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    });
    value.prop_map(|text| RawJson::from_text(&text).unwrap())
}

/// A thing with things in it.
pub(crate) fn any_thing() -> impl Strategy<Value = Thing> {
    let flat = (
        prop::option::of(word()),
        any::<i8>(),
        prop::option::of(any::<bool>()),
        prop::collection::btree_map(word(), word(), 0..4),
        prop::option::of(prop_oneof![
            any::<i8>().prop_map(|it| i32::from(it).into()),
            word().prop_map(|it| it.into())
        ]),
        prop::option::of(any_raw()),
        prop::option::of(prop::collection::vec(any::<u8>(), 0..3)),
        prop::option::of(word()),
    );
    let flat = flat.prop_map(|(name, count, flag, labels, port, raw, bytes, password)| Thing {
        name: name.map(Into::into),
        count: count.into(),
        flag,
        labels: labels.into_iter().map(|(key, value)| (key, value.into())).collect(),
        port,
        raw,
        bytes: bytes.map(ByteString),
        password: password.map(Into::into),
        ..Thing::default()
    });
    flat.prop_recursive(3, 12, 3, |inner| {
        (inner.clone(), prop::collection::vec(inner, 0..4))
            .prop_map(|(thing, things)| Thing { things, ..thing })
    })
}

/// The path of every value of an object.
pub(crate) fn paths(thing: &Thing) -> Vec<Path> {
    let mut paths = vec![Path::ROOT];
    collect(Ref::Object(thing), &mut Vec::new(), &mut paths);
    paths
}

fn collect(value: Ref<'_>, steps: &mut Vec<Step>, paths: &mut Vec<Path>) {
    let mut below = |step, value: Ref<'_>| {
        steps.push(step);
        paths.push(steps.clone().into());
        collect(value, steps, paths);
        steps.pop();
    };
    match value {
        Ref::Object(object) => {
            for (field, name) in object.fields().names.iter().enumerate() {
                below(Step::Name((*name).into()), object.get(field));
            }
        }
        Ref::Map(map) => {
            for (key, value) in (0..map.len()).filter_map(|index| map.get(index)) {
                below(Step::Name(key.into()), value);
            }
        }
        Ref::Sequence(sequence) => {
            for index in 0..sequence.len() {
                below(Step::Index(index), sequence.get(index));
            }
        }
        _ => {}
    }
}

/// True when two objects have the same JSON; the order of members of free-form values does not matter.
pub(crate) fn same(a: &dyn crate::Object, b: &dyn crate::Object) -> bool {
    let value = |it| serde_json::from_slice::<serde_json::Value>(&crate::json::to_vec(it)).unwrap();
    value(a) == value(b)
}
