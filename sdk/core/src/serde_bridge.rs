//! serde in front of the same tables: one instantiation for each serializer, none for each type.
//!
//! The rules are those of [`json`](crate::json). Formats must describe themselves (JSON, YAML, CBOR ...): what
//! comes decides what is read, so that `null` can stand for absent anywhere.

use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

mod raw;

use crate::json::{describe_kind, writes_kind_of_items};
use crate::object::{Entries, Fields, Kind, Sequence};
use crate::{
    ByteString, IntOrString, Map, MicroTime, Mut, Object, OpenEnum, Quantity, RawJson, Ref, Str, Time, Value,
};

/// Serializes an object with its `apiVersion` and `kind`.
pub fn serialize<S: Serializer>(object: &dyn Object, serializer: S) -> Result<S::Ok, S::Error> {
    Shown { value: Ref::Object(object), with_kind: true }.serialize(serializer)
}

/// Deserializes into an object, which should be a default one.
pub fn deserialize<'de, D: Deserializer<'de>>(
    object: &mut dyn Object,
    deserializer: D,
) -> Result<(), D::Error> {
    Target::Root(object).deserialize(deserializer)
}

/// Deserializes into an open enum.
pub fn deserialize_enum<'de, D: Deserializer<'de>>(
    it: &mut dyn OpenEnum,
    deserializer: D,
) -> Result<(), D::Error> {
    Target::Place(Mut::Enum(it)).deserialize(deserializer)
}

struct Shown<'a> {
    value: Ref<'a>,
    with_kind: bool,
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Ref::None => serializer.serialize_none(),
            Ref::Str(it) => serializer.serialize_str(it),
            Ref::Bool(it) => serializer.serialize_bool(it),
            Ref::Int(it) => serializer.serialize_i64(it),
            Ref::Float(it) => serializer.serialize_f64(it),
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
        let written = |field: usize| fields.is_required(field) || !object.get(field).is_empty();
        let len = (0..fields.names.len()).filter(|field| written(*field)).count();
        let mut out = serializer.serialize_map(Some(len + if kind.is_some() { 2 } else { 0 }))?;
        if let Some(kind) = kind {
            out.serialize_entry("apiVersion", kind.api_version)?;
            out.serialize_entry("kind", kind.kind)?;
        }
        for (field, name) in fields.names.iter().enumerate().filter(|(field, _)| written(*field)) {
            let with_kind = writes_kind_of_items(fields, name);
            out.serialize_entry(name, &Shown { value: object.get(field), with_kind })?;
        }
        out.end()
    }
}

/// Where a value goes. A field's place is made only when something other than null comes.
enum Target<'a> {
    Root(&'a mut dyn Object),
    Field(&'a mut dyn Object, usize),
    Place(Mut<'a>),
}

impl<'a> Target<'a> {
    fn place(self) -> Mut<'a> {
        match self {
            Target::Root(object) => Mut::Object(object),
            Target::Field(object, field) => object.get_mut(field),
            Target::Place(place) => place,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Target<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self {
            Target::Place(Mut::Skip) => {
                deserializer.deserialize_ignored_any(serde::de::IgnoredAny).map(|_| ())
            }
            _ => deserializer.deserialize_any(self),
        }
    }
}

/// What a place expects, for messages.
fn expected(place: &Mut<'_>) -> &'static str {
    match place {
        Mut::Str(_) | Mut::Enum(_) => "a string",
        Mut::Quantity(_) => "a quantity",
        Mut::Bool(_) => "a boolean",
        Mut::I32(_) => "a 32-bit integer",
        Mut::I64(_) => "an integer",
        Mut::Float(_) => "a number",
        Mut::Time(_) | Mut::MicroTime(_) => "an RFC 3339 time",
        Mut::IntOrString(_) => "an integer or a string",
        Mut::Bytes(_) => "base64",
        Mut::Raw(_) | Mut::Skip => "a value",
        Mut::Object(_) | Mut::Map(_) => "an object",
        Mut::Sequence(_) => "an array",
    }
}

/// The contents are never shown: they may be secret.
fn wrong<E: Error>(found: &'static str, place: &Mut<'_>) -> E {
    E::invalid_type(Unexpected::Other(found), &expected(place))
}

impl<'de> Visitor<'de> for Target<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Target::Root(_) => "an object",
            Target::Field(..) => "a value",
            Target::Place(place) => expected(place),
        })
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        match self {
            Target::Root(object) => Err(wrong("null", &Mut::Object(object))),
            _ => Ok(()),
        }
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        let place = self.place();
        match place {
            Mut::Str(it) => *it = text.into(),
            Mut::Enum(it) => it.set(text.into()),
            Mut::Quantity(it) => *it = text.into(),
            Mut::IntOrString(it) => *it = text.into(),
            Mut::Time(it) => *it = text.parse().map_err(E::custom)?,
            Mut::MicroTime(it) => *it = text.parse().map_err(E::custom)?,
            Mut::Bytes(it) => {
                *it = ByteString::from_base64(text).ok_or_else(|| E::custom("expected base64"))?
            }
            Mut::Raw(it) => raw::set(it, |out| out.visit_str(text))?,
            Mut::Skip => {}
            other => return Err(wrong("a string", &other)),
        }
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        match self.place() {
            Mut::Bool(it) => *it = value,
            Mut::Raw(it) => raw::set(it, |out| out.visit_bool(value))?,
            Mut::Skip => {}
            other => return Err(wrong("a boolean", &other)),
        }
        Ok(())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        let small =
            i32::try_from(value).map_err(|_| E::custom("expected a 32-bit integer, found a larger number"));
        match self.place() {
            Mut::I32(it) => *it = small?,
            Mut::I64(it) => *it = value,
            Mut::Float(it) => *it = value as f64,
            Mut::IntOrString(it) => *it = small?.into(),
            Mut::Quantity(it) => *it = value.to_string().into(),
            Mut::Raw(it) => raw::set(it, |out| out.visit_i64(value))?,
            Mut::Skip => {}
            other => return Err(wrong("a number", &other)),
        }
        Ok(())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        match (i64::try_from(value), self.place()) {
            (Ok(value), place) => Target::Place(place).visit_i64(value),
            (Err(_), Mut::Float(it)) => {
                *it = value as f64;
                Ok(())
            }
            (Err(_), Mut::Quantity(it)) => {
                *it = value.to_string().into();
                Ok(())
            }
            (Err(_), Mut::Raw(it)) => raw::set(it, |out| out.visit_u64(value)),
            (Err(_), _) => Err(E::custom("expected a 64-bit integer, found a larger number")),
        }
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        match self.place() {
            Mut::Float(it) if value.is_finite() => *it = value,
            Mut::Quantity(it) if value.is_finite() => *it = value.to_string().into(),
            Mut::Raw(it) => raw::set(it, |out| out.visit_f64(value))?,
            Mut::Skip => {}
            other => return Err(wrong("a number with a fraction", &other)),
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        match self.place() {
            Mut::Sequence(sequence) => {
                sequence.clear();
                while items.next_element_seed(Element(sequence))?.is_some() {}
                sequence.finish();
                Ok(())
            }
            Mut::Raw(it) => raw::set(it, |out| out.visit_seq(items)),
            other => Err(wrong("an array", &other)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        match self.place() {
            Mut::Object(object) => read_object(object, members),
            Mut::Map(map) => {
                map.clear();
                let read = read_entries(map, &mut members);
                map.finish();
                read
            }
            Mut::Raw(it) => raw::set(it, |out| out.visit_map(members)),
            other => Err(wrong("an object", &other)),
        }
    }
}

fn read_entries<'de, A: MapAccess<'de>>(map: &mut dyn Entries, members: &mut A) -> Result<(), A::Error> {
    while let Some(key) = members.next_key::<Str>()? {
        members.next_value_seed(Target::Place(map.insert(key)))?;
    }
    Ok(())
}

fn read_object<'de, A: MapAccess<'de>>(object: &mut dyn Object, mut members: A) -> Result<(), A::Error> {
    let fields = object.fields();
    let (mut api_version, mut kind) = (None::<Str>, None::<Str>);
    let mut read = || {
        while let Some(name) = members.next_key_seed(Names(fields))? {
            match name {
                Name::Field(field) => members.next_value_seed(Target::Field(object, field))?,
                Name::ApiVersion => api_version = members.next_value()?,
                Name::Kind => kind = members.next_value()?,
                Name::Unknown => {
                    members.next_value::<serde::de::IgnoredAny>()?;
                }
            }
        }
        Ok(())
    };
    let read = read();
    // That it is another kind says more than that a field does not fit.
    match fields.kind {
        Some(expected) => {
            check_kind(expected, api_version.as_deref(), kind.as_deref()).map_err(A::Error::custom)
        }
        None => Ok(()),
    }?;
    read
}

fn check_kind(expected: Kind, api_version: Option<&str>, kind: Option<&str>) -> Result<(), String> {
    let fits = |found: Option<&str>, expected: &str| found.is_none_or(|it| it.is_empty() || it == expected);
    if fits(api_version, expected.api_version) && fits(kind, expected.kind) {
        return Ok(());
    }
    let found = describe_kind(expected, api_version, kind);
    Err(format!("expected {} {}, found {found}", expected.api_version, expected.kind))
}

struct Element<'a>(&'a mut dyn Sequence);

impl<'de> DeserializeSeed<'de> for Element<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        Target::Place(self.0.push()).deserialize(deserializer)
    }
}

/// What a member's name means.
enum Name {
    Field(usize),
    ApiVersion,
    Kind,
    Unknown,
}

struct Names(&'static Fields);

impl<'de> DeserializeSeed<'de> for Names {
    type Value = Name;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Name, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Names {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Name, E> {
        Ok(match (self.0.find(name), name) {
            (Some(field), _) => Name::Field(field),
            (None, "apiVersion") if self.0.kind.is_some() => Name::ApiVersion,
            (None, "kind") if self.0.kind.is_some() => Name::Kind,
            (None, _) => Name::Unknown,
        })
    }

    fn visit_bytes<E: Error>(self, name: &[u8]) -> Result<Name, E> {
        self.visit_str(std::str::from_utf8(name).unwrap_or_default())
    }
}

macro_rules! values {
    ($($type:ty)*) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                Shown { value: self.view(), with_kind: true }.serialize(serializer)
            }
        }
        impl<'de> Deserialize<'de> for $type {
            /// Null is the default.
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let mut value = <$type>::default();
                Target::Place(value.slot()).deserialize(deserializer)?;
                Ok(value)
            }
        }
    )*};
}
values! { Time MicroTime Quantity IntOrString ByteString RawJson }

impl Serialize for Str {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for Str {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut text = Str::new();
        deserializer.deserialize_str(Target::Place(Mut::Str(&mut text)))?;
        Ok(text)
    }
}

impl<V: Serialize> Serialize for Map<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Map<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MapVisitor<V>(std::marker::PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for MapVisitor<V> {
            type Value = Map<V>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Map<V>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = members.next_entry::<Str, V>()? {
                    entries.push(entry);
                }
                Ok(entries.into_iter().collect())
            }
        }
        deserializer.deserialize_map(MapVisitor(std::marker::PhantomData))
    }
}
