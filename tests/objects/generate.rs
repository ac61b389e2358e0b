//! Objects made from the documents, from a seed: every property of every schema, values at the limits.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::documents::{Documents, Property, Shape};
use crate::random::Random;
use crate::rule::ZERO_TIME;

/// Deeper than this an object has only what must be there: the documents' deepest that does not contain itself, the
/// cross-references of pods in lists, is some fifteen structs deep.
const DEPTH: usize = 24;

/// A schema that contains itself does so at most this often.
const RECURSION: usize = 2;

/// How much of what may be there is there.
#[derive(Clone, Copy, PartialEq)]
pub enum Fill {
    /// Every property.
    Everything,
    /// Some properties; null and empty arrays and maps among them, and members that nobody knows.
    Some,
}

/// Makes objects, and remembers which properties it has made.
pub struct Generator<'a> {
    documents: &'a Documents,
    fill: Fill,
    /// False where no member of free-form JSON and no time of a map may be null, which a merge patch cannot say.
    has_nulls: bool,
    random: Random,
    /// The schemas inside of which we are.
    stack: Vec<&'a str>,
    /// Schema and property of everything that was set to something other than null.
    pub made: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> Generator<'a> {
    /// The same seed makes the same objects.
    pub fn new(documents: &'a Documents, seed: u64) -> Self {
        Generator {
            documents,
            fill: Fill::Everything,
            has_nulls: true,
            random: Random::new(seed),
            stack: Vec::new(),
            made: BTreeSet::new(),
        }
    }

    /// An object of this schema with its `apiVersion` and `kind`, or without them: both are allowed.
    pub fn object(&mut self, schema: &'a str, fill: Fill) -> Value {
        self.fill = fill;
        self.strukt(schema)
    }

    /// Without null in free-form JSON.
    pub fn without_nulls(mut self) -> Self {
        self.has_nulls = false;
        self
    }

    fn strukt(&mut self, schema: &'a str) -> Value {
        let mut out = Map::new();
        if let Some((api_version, kind)) = self.documents.kind(schema)
            && self.random.chance(2)
        {
            out.insert("apiVersion".to_owned(), json!(api_version));
            out.insert("kind".to_owned(), json!(kind));
        }
        let is_deep = self.stack.len() >= DEPTH;
        self.stack.push(schema);
        for property in self.documents.properties(schema) {
            let is_there = !is_deep && (self.fill == Fill::Everything || self.random.chance(2));
            if !is_there || self.recurs(&property) {
                continue;
            }
            let value = match self.fill == Fill::Some && self.random.chance(12) {
                true => Value::Null,
                false => self.value(property.schema),
            };
            if !value.is_null() {
                self.made.insert((schema, property.name));
            }
            out.insert(property.name.to_owned(), value);
        }
        self.stack.pop();
        if self.fill == Fill::Some && self.random.chance(8) {
            out.insert("neverHeardOf".to_owned(), self.any(3));
        }
        Value::Object(out)
    }

    /// The object with some changes: members set, removed and changed, elements moved, added and taken out.
    pub fn changed(&mut self, schema: &'a str, before: &Value) -> Value {
        self.fill = Fill::Some;
        self.changed_struct(schema, before)
    }

    fn changed_struct(&mut self, schema: &'a str, before: &Value) -> Value {
        self.stack.push(schema);
        let mut out = Map::new();
        for property in self.documents.properties(schema) {
            let value = match before.get(property.name).filter(|it| !it.is_null()) {
                Some(_) if self.random.chance(12) => continue,
                Some(value) => self.changed_value(property.schema, value),
                None if self.random.chance(12) && !self.recurs(&property) => self.value(property.schema),
                None => continue,
            };
            out.insert(property.name.to_owned(), value);
        }
        self.stack.pop();
        Value::Object(out)
    }

    fn changed_value(&mut self, schema: &'a Value, before: &Value) -> Value {
        match (self.documents.shape(schema), before) {
            (Shape::Object(name), before) => self.changed_struct(name, before),
            (Shape::Array(items), Value::Array(before)) => {
                let mut out: Vec<Value> = before.iter().map(|it| self.changed_value(items, it)).collect();
                match self.random.below(6) {
                    0 => out.reverse(),
                    1 => out.truncate(1),
                    2 => out.push(self.value(items)),
                    _ => {}
                }
                out.into()
            }
            (Shape::Map(values), Value::Object(before)) => {
                let changed = before.iter().map(|(key, it)| (key.clone(), self.changed_value(values, it)));
                let mut out: Map<String, Value> = changed.collect();
                if self.random.chance(4) {
                    out.insert(self.random.text(), self.value(values));
                }
                Value::Object(out)
            }
            _ if self.random.chance(6) => self.value(schema),
            (_, before) => before.clone(),
        }
    }

    /// True when the property leads back into a schema that we are inside of too often already.
    fn recurs(&self, property: &Property<'a>) -> bool {
        let mut schema = property.schema;
        loop {
            match self.documents.shape(schema) {
                Shape::Array(inner) | Shape::Map(inner) => schema = inner,
                Shape::Object(name) => {
                    return self.stack.iter().filter(|it| **it == name).count() >= RECURSION;
                }
                _ => return false,
            }
        }
    }

    fn value(&mut self, schema: &'a Value) -> Value {
        match self.documents.shape(schema) {
            Shape::Object(name) => self.strukt(name),
            Shape::Array(items) => (0..self.count()).map(|_| self.item(items)).collect(),
            Shape::Map(values) => {
                let entries = (0..self.count()).map(|_| (self.random.text(), self.item(values)));
                Value::Object(entries.collect())
            }
            Shape::Any => self.any(3),
            Shape::Time => self.time(TIMES),
            Shape::MicroTime => self.time(MICRO_TIMES),
            Shape::Quantity if self.random.chance(4) => json!(self.random.integer()),
            Shape::Quantity => json!(self.random.pick(QUANTITIES)),
            Shape::IntOrString if self.random.chance(2) => json!(self.random.integer() as i32),
            Shape::IntOrString => json!(self.random.pick(&["http", "25%", "", "80"])),
            Shape::Bytes => json!(self.random.pick(BYTES)),
            Shape::String(known) if !known.is_empty() && !self.random.chance(4) => {
                json!(self.random.pick(&known))
            }
            Shape::String(_) => json!(self.random.text()),
            Shape::Bool => json!(self.random.chance(2)),
            Shape::Int32 => json!(self.random.integer() as i32),
            Shape::Int64 => json!(self.random.integer()),
            Shape::Float => json!(self.random.float()),
        }
    }

    /// An element of an array or a map, which may be null.
    fn item(&mut self, schema: &'a Value) -> Value {
        if self.fill == Fill::Some && self.has_nulls && self.random.chance(10) {
            Value::Null
        } else {
            self.value(schema)
        }
    }

    fn any(&mut self, depth: usize) -> Value {
        match self.random.below(if depth == 0 { 5 } else { 7 }) {
            0 if self.has_nulls => Value::Null,
            0 | 1 => json!(self.random.chance(2)),
            2 => json!(self.random.integer()),
            3 => json!(self.random.float()),
            4 => json!(self.random.text()),
            5 => (0..self.count()).map(|_| self.any(depth - 1)).collect(),
            _ => {
                Value::Object((0..self.count()).map(|_| (self.random.text(), self.any(depth - 1))).collect())
            }
        }
    }

    /// Mostly one: objects are as large as the product of what they hold.
    fn count(&mut self) -> usize {
        match self.fill {
            Fill::Everything => 1,
            Fill::Some => *self.random.pick(&[0, 0, 1, 1, 1, 1, 2, 3]),
        }
    }

    fn time(&mut self, from: &[&str]) -> Value {
        match *self.random.pick(from) {
            ZERO_TIME if !self.has_nulls => json!(from[0]),
            time => json!(time),
        }
    }
}

const TIMES: &[&str] = &[
    "2026-01-02T03:04:05Z",
    "1969-12-31T23:59:59Z",
    "9999-12-31T23:59:59Z",
    "2024-02-29T00:00:00.250Z",
    "2026-01-02T03:04:05.123456789Z",
    ZERO_TIME,
];

const MICRO_TIMES: &[&str] = &[
    "2026-01-02T03:04:05.000001Z",
    "2026-01-02T03:04:05Z",
    "2026-01-02T03:04:05.5Z",
    "1969-12-31T23:59:59.999999Z",
    "2026-01-02T03:04:05.123456789Z",
    ZERO_TIME,
];

const QUANTITIES: &[&str] = &["0", "", "100m", "1.5Gi", "-3e7", "1E", "12Ei", "lots"];

const BYTES: &[&str] = &["", "YQ==", "aHVudGVyMg==", "YWJj\r\nZGVm\n", "AP/+/fz7"];
