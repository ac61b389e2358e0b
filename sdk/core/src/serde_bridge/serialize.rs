//! From objects to any serializer.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::{numbers, raw};
use crate::json::writes_kind_of_items;
use crate::object::written_others;
use crate::{Object, Ref};

/// Serializes an object with its `apiVersion` and `kind`.
pub fn serialize<S: Serializer>(object: &dyn Object, serializer: S) -> Result<S::Ok, S::Error> {
    Shown { value: Ref::Object(object), with_kind: true }.serialize(serializer)
}

/// A value with what decides whether an object says its kind.
pub(super) struct Shown<'a> {
    pub(super) value: Ref<'a>,
    pub(super) with_kind: bool,
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Ref::None => serializer.serialize_none(),
            Ref::Str(it) => serializer.serialize_str(it),
            Ref::Bool(it) => serializer.serialize_bool(it),
            Ref::Int(it) => serializer.serialize_i64(it),
            Ref::Float(it) => numbers::serialize_float(it, serializer),
            Ref::Time(it) => serializer.serialize_str(it.text(&mut [0; 32])),
            Ref::MicroTime(it) => serializer.serialize_str(it.text(&mut [0; 32])),
            Ref::Bytes(it) => {
                use base64::Engine;
                serializer.serialize_str(&base64::engine::general_purpose::STANDARD.encode(it))
            }
            Ref::Raw(it) => raw::Text(it.as_str()).serialize(serializer),
            Ref::Object(it) => self.object(it, serializer),
            Ref::Sequence(it) => {
                let mut out = serializer.serialize_seq(Some(it.len()))?;
                for index in 0..it.len() {
                    out.serialize_element(&Shown { value: it.get(index), ..*self })?;
                }
                out.end()
            }
            Ref::Map(it) => {
                let mut out = serializer.serialize_map(Some(it.len()))?;
                for (key, value) in (0..it.len()).filter_map(|index| it.get(index)) {
                    out.serialize_entry(key, &Shown { value, with_kind: true })?;
                }
                out.end()
            }
        }
    }
}

impl Shown<'_> {
    fn object<S: Serializer>(&self, object: &dyn Object, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = object.fields();
        let kind = fields.kind.filter(|_| self.with_kind);
        let written =
            || fields.may_be_written(object).filter(|field| fields.is_written(*field, object.get(*field)));
        let others = if fields.has_others { written_others(object).count() } else { 0 };
        let len = written().count() + others;
        let mut out = serializer.serialize_map(Some(len + if kind.is_some() { 2 } else { 0 }))?;
        if let Some(kind) = kind {
            out.serialize_entry("apiVersion", kind.api_version)?;
            out.serialize_entry("kind", kind.kind)?;
        }
        for field in written() {
            let name = fields.name(field);
            let with_kind = writes_kind_of_items(fields, name);
            out.serialize_entry(name, &Shown { value: object.get(field), with_kind })?;
        }
        for (name, value) in written_others(object).take(others) {
            out.serialize_entry(name, &Shown { value, with_kind: true })?;
        }
        out.end()
    }
}
