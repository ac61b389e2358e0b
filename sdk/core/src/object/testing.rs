//! Structs as the generator writes them, for the tests of this crate.

use super::{Fields, Kind, Lookup, Mut, Note, Object, Ref, Value};
use crate::{ByteString, IntOrString, Map, MicroTime, Quantity, RawJson, Str, Time};

macro_rules! table {
    ($type:ident, $fields:expr, $($number:literal $field:ident)*) => {
        impl Object for $type {
            fn fields(&self) -> &'static Fields {
                static FIELDS: Fields = $fields;
                &FIELDS
            }
            fn get(&self, field: usize) -> Ref<'_> {
                match field {
                    $($number => self.$field.view(),)*
                    _ => Ref::None,
                }
            }
            fn get_mut(&mut self, field: usize) -> Mut<'_> {
                match field {
                    $($number => self.$field.slot(),)*
                    _ => Mut::Skip,
                }
            }
        }
    };
}

pub(crate) use table;

/// A field of every kind; `count` is required, `password` is a secret.
#[derive(Clone, Default)]
pub(crate) struct Thing {
    pub(crate) bytes: Option<ByteString>,
    pub(crate) count: i32,
    pub(crate) flag: Option<bool>,
    pub(crate) labels: Map<Str>,
    pub(crate) long: Option<i64>,
    pub(crate) micro: Option<MicroTime>,
    pub(crate) name: Option<Str>,
    pub(crate) password: Option<Str>,
    pub(crate) port: Option<IntOrString>,
    pub(crate) quantity: Option<Quantity>,
    pub(crate) ratio: Option<f64>,
    pub(crate) raw: Option<RawJson>,
    pub(crate) things: Vec<Thing>,
    pub(crate) time: Option<Time>,
}

table! {
    Thing,
    Fields {
        type_name: "Thing",
        kind: Some(Kind { api_version: "test/v1", kind: "Thing" }),
        names: &[
            "bytes", "count", "flag", "labels", "long", "micro", "name", "password", "port", "quantity", "ratio",
            "raw", "things", "time",
        ],
        required: &[0b10],
        lookup: Lookup::Sorted,
        notes: &[(7, Note::Secret)],
        ..Fields::NONE
    },
    0 bytes 1 count 2 flag 3 labels 4 long 5 micro 6 name 7 password 8 port 9 quantity 10 ratio 11 raw 12 things
    13 time
}

/// An item of a list.
#[derive(Clone, Default)]
pub(crate) struct Item {
    pub(crate) name: Str,
}

table! {
    Item,
    Fields {
        type_name: "Item",
        kind: Some(Kind { api_version: "test/v1", kind: "Item" }),
        names: &["name"],
        required: &[1],
        ..Fields::NONE
    },
    0 name
}

/// No fixed kind, but fields of these names.
#[derive(Clone, Default)]
pub(crate) struct Reference {
    pub(crate) api_version: Str,
    pub(crate) kind: Option<Str>,
}

table! {
    Reference,
    Fields { type_name: "Reference", names: &["apiVersion", "kind"], required: &[1], ..Fields::NONE },
    0 api_version 1 kind
}

/// A list.
#[derive(Clone, Default)]
pub(crate) struct ItemList {
    pub(crate) extra: Option<Item>,
    pub(crate) items: Vec<Item>,
}

table! {
    ItemList,
    Fields {
        type_name: "ItemList",
        kind: Some(Kind { api_version: "test/v1", kind: "ItemList" }),
        is_list: true,
        names: &["extra", "items"],
        required: &[2],
        ..Fields::NONE
    },
    0 extra 1 items
}

/// Names that JSON escapes, short and long ones.
#[derive(Clone, Default)]
pub(crate) struct Escaped {
    pub(crate) control: Option<i64>,
    pub(crate) quote: Option<Str>,
    pub(crate) long: Option<i64>,
    pub(crate) backslash: Option<Str>,
    pub(crate) twice: Vec<Escaped>,
}

table! {
    Escaped,
    Fields {
        type_name: "Escaped",
        names: &["\r", "\"", "\" in a name of more than a block", "\\", "\\\\"],
        ..Fields::NONE
    },
    0 control 1 quote 2 long 3 backslash 4 twice
}

impl crate::ListObject for ItemList {
    type Item = Item;
    fn items(&self) -> &[Item] {
        &self.items
    }
    fn items_mut(&mut self) -> &mut Vec<Item> {
        &mut self.items
    }
}

/// Lists and maps that are empty or not there.
#[derive(Clone, Default)]
pub(crate) struct Kept {
    pub(crate) entries: Option<Map<Str>>,
    pub(crate) list: Option<Vec<Str>>,
    pub(crate) plain: Vec<Str>,
}

table! {
    Kept,
    Fields { type_name: "Kept", names: &["entries", "list", "plain"], keeps_empty: &[0b11], ..Fields::NONE },
    0 entries 1 list 2 plain
}

/// Eighty fields, of which number 70 is required.
#[derive(Clone)]
pub(crate) struct Wide {
    pub(crate) numbers: [Option<i32>; 80],
}

impl Default for Wide {
    fn default() -> Self {
        Wide { numbers: [None; 80] }
    }
}

impl Object for Wide {
    fn fields(&self) -> &'static Fields {
        static FIELDS: std::sync::LazyLock<Fields> = std::sync::LazyLock::new(|| {
            let names: Vec<&'static str> = (0..80).map(|n| &*format!("f{n:02}").leak()).collect();
            Fields { type_name: "Wide", names: names.leak(), required: &[0, 1 << 6], ..Fields::NONE }
        });
        &FIELDS
    }
    fn get(&self, field: usize) -> Ref<'_> {
        self.numbers.get(field).map_or(Ref::None, Value::view)
    }
    fn get_mut(&mut self, field: usize) -> Mut<'_> {
        self.numbers.get_mut(field).map_or(Mut::Skip, Value::slot)
    }
}

/// Members that are no fields are kept.
#[derive(Clone, Default)]
pub(crate) struct Loose {
    pub(crate) name: Option<Str>,
    pub(crate) part: Option<Box<Loose>>,
    pub(crate) others: Map<RawJson>,
}

table! {
    Loose,
    Fields { type_name: "Loose", names: &["name", "part"], has_others: true, ..Fields::NONE },
    0 name 1 part 2 others
}

/// Members that are no fields are integers.
#[derive(Clone, Default)]
pub(crate) struct Typed {
    pub(crate) count: Option<i32>,
    pub(crate) others: Map<i64>,
}

table! {
    Typed,
    Fields {
        type_name: "Typed",
        kind: Some(Kind { api_version: "test/v1", kind: "Typed" }),
        names: &["count"],
        has_others: true,
        ..Fields::NONE
    },
    0 count 1 others
}

crate::objects! { Escaped Loose Typed Thing Item ItemList Kept Reference Wide }
