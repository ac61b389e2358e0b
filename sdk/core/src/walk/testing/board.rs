//! A type with every note that merging knows.

use proptest::prelude::*;

use super::any_raw;
use crate::object::testing::table;
use crate::object::{Fields, Kind, ListType, MapType, Mut, Note, Object, PatchStrategy, Ref, Value};
use crate::{ByteString, IntOrString, Map, RawJson, Str};

/// An object with lists, maps and structs of every kind of merging.
#[derive(Clone, Default)]
pub(crate) struct Board {
    pub(crate) annotations: Map<Str>,
    pub(crate) args: Vec<Str>,
    pub(crate) choice: Option<Box<Part>>,
    pub(crate) finalizers: Vec<Str>,
    pub(crate) fixed: Option<Box<Part>>,
    pub(crate) inner: Part,
    pub(crate) loose: Vec<Part>,
    pub(crate) other: Option<Box<Part>>,
    pub(crate) parts: Vec<Part>,
    pub(crate) ports: Vec<Port>,
    pub(crate) replaced: Option<Box<Part>>,
    pub(crate) required_parts: Vec<Part>,
    pub(crate) secrets: Map<ByteString>,
}

table! {
    Board,
    Fields {
        type_name: "Board",
        kind: Some(Kind { api_version: "test/v1", kind: "Board" }),
        names: &[
            "annotations", "args", "choice", "finalizers", "fixed", "inner", "loose", "other", "parts", "ports",
            "replaced", "requiredParts", "secrets",
        ],
        required: &[0x800],
        notes: &[
            (2, Note::PatchStrategy(&[PatchStrategy::RetainKeys])),
            (3, Note::ListType(ListType::Set)),
            (3, Note::PatchStrategy(&[PatchStrategy::Merge])),
            (4, Note::MapType(MapType::Atomic)),
            (8, Note::ListType(ListType::Map)),
            (8, Note::ListMapKeys(&["name"])),
            (8, Note::PatchStrategy(&[PatchStrategy::Merge, PatchStrategy::RetainKeys])),
            (8, Note::PatchMergeKey("name")),
            (9, Note::ListType(ListType::Map)),
            (9, Note::ListMapKeys(&["port", "protocol"])),
            (9, Note::PatchStrategy(&[PatchStrategy::Merge])),
            (9, Note::PatchMergeKey("port")),
            (10, Note::PatchStrategy(&[PatchStrategy::Replace])),
            (11, Note::PatchStrategy(&[PatchStrategy::Merge])),
            (11, Note::PatchMergeKey("name")),
            (12, Note::Secret),
        ],
        ..Fields::NONE
    },
    0 annotations 1 args 2 choice 3 finalizers 4 fixed 5 inner 6 loose 7 other 8 parts 9 ports 10 replaced
    11 required_parts 12 secrets
}

/// A part of a board, and of a part.
#[derive(Clone, Default)]
pub(crate) struct Part {
    pub(crate) count: Option<i32>,
    pub(crate) extra: Option<RawJson>,
    pub(crate) labels: Map<Str>,
    pub(crate) name: Str,
    pub(crate) parts: Vec<Part>,
    pub(crate) token: Option<Str>,
    pub(crate) others: Map<RawJson>,
}

table! {
    Part,
    Fields {
        type_name: "Part",
        names: &["count", "extra", "labels", "name", "parts", "token"],
        required: &[0b1000],
        notes: &[
            (4, Note::ListType(ListType::Map)),
            (4, Note::ListMapKeys(&["name"])),
            (4, Note::PatchStrategy(&[PatchStrategy::Merge])),
            (4, Note::PatchMergeKey("name")),
            (5, Note::Secret),
        ],
        has_others: true,
        ..Fields::NONE
    },
    0 count 1 extra 2 labels 3 name 4 parts 5 token 6 others
}

/// An element with two keys, of which strategic merge patches know one.
#[derive(Clone, Default)]
pub(crate) struct Port {
    pub(crate) name: Option<Str>,
    pub(crate) port: i32,
    pub(crate) protocol: Option<Str>,
    pub(crate) target: Option<IntOrString>,
}

table! {
    Port,
    Fields {
        type_name: "Port",
        names: &["name", "port", "protocol", "target"],
        required: &[0b10],
        ..Fields::NONE
    },
    0 name 1 port 2 protocol 3 target
}

crate::objects! { Board Part Port }

fn text() -> impl Strategy<Value = Str> {
    "[a-c/.\"]{1,2}".prop_map(Str::from)
}

fn words() -> impl Strategy<Value = Map<Str>> {
    prop::collection::btree_map("[a-c.]{1,2}", text(), 0..3).prop_map(|them| them.into_iter().collect())
}

fn any_part() -> impl Strategy<Value = Part> {
    let flat = (
        prop::option::of(0..3),
        prop::option::of(any_raw()),
        words(),
        "[a-d]{0,1}",
        prop::option::of(text()),
        prop::collection::btree_map("x[a-b]", any_raw(), 0..2),
    );
    let flat = flat.prop_map(|(count, extra, labels, name, token, others)| Part {
        count,
        extra,
        labels,
        name: name.into(),
        parts: Vec::new(),
        token,
        others: others.into_iter().collect(),
    });
    flat.prop_recursive(2, 6, 3, |inner| {
        (inner.clone(), prop::collection::vec(inner, 0..4)).prop_map(|(part, parts)| Part { parts, ..part })
    })
}

/// Parts of which no two share a name, most of the time.
fn parts() -> impl Strategy<Value = Vec<Part>> {
    let named = prop::collection::btree_map("[a-e]", any_part(), 0..4).prop_map(|them| {
        them.into_iter().map(|(name, part)| Part { name: name.into(), ..part }).collect::<Vec<Part>>()
    });
    prop_oneof![4 => named.prop_shuffle(), 1 => prop::collection::vec(any_part(), 0..4)]
}

fn ports() -> impl Strategy<Value = Vec<Port>> {
    let target =
        prop::option::of(prop_oneof![(0..3).prop_map(IntOrString::from), text().prop_map(IntOrString::from)]);
    let port = (prop::option::of(text()), 0..3, prop::option::of("TCP|UDP"), target);
    let port = port.prop_map(|(name, port, protocol, target)| Port {
        name,
        port,
        protocol: protocol.map(Into::into),
        target,
    });
    prop::collection::vec(port, 0..4)
}

/// A board.
pub(crate) fn any_board() -> impl Strategy<Value = Board> {
    let part = || prop::option::of(any_part().prop_map(Box::new));
    let finalizers = prop::collection::btree_set("[a-e]", 0..4)
        .prop_map(|them| them.into_iter().map(Str::from).collect::<Vec<Str>>())
        .prop_shuffle();
    (
        (words(), prop::collection::vec(text(), 0..3), part(), finalizers, part(), any_part()),
        (prop::collection::vec(any_part(), 0..2), part(), parts(), ports(), part(), parts(), words()),
    )
        .prop_map(|((annotations, args, choice, finalizers, fixed, inner), rest)| {
            let (loose, other, parts, ports, replaced, required_parts, secrets) = rest;
            let secrets = secrets.iter().map(|(key, value)| (key, value.as_str().into())).collect();
            Board {
                annotations,
                args,
                choice,
                finalizers,
                fixed,
                inner,
                loose,
                other,
                parts,
                ports,
                replaced,
                required_parts,
                secrets,
            }
        })
}

/// Two boards that have much in common.
pub(crate) fn two_boards() -> impl Strategy<Value = (Board, Board)> {
    let mixed = (any_board(), any_board(), any::<u16>()).prop_map(|(a, b, which)| {
        let mut mixed = a.clone();
        let from_b = |bit: u16| which >> bit & 1 == 1;
        macro_rules! mix {
            ($($bit:literal $field:ident)*) => {
                $(if from_b($bit) {
                    mixed.$field = b.$field.clone();
                })*
            };
        }
        mix! { 0 annotations 1 args 2 choice 3 finalizers 4 fixed 5 inner 6 loose 7 other 8 parts 9 ports 10 replaced
        11 required_parts 12 secrets }
        (a, mixed)
    });
    prop_oneof![mixed, (any_board(), any_board())]
}
