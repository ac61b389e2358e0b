//! From any deserializer into the places of objects.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor};

use super::members::{read_entries, read_object};
use super::{numbers, raw};
use crate::object::{Entries, Sequence};
use crate::{ByteString, Mut, Object, OpenEnum, Str};

/// Deserializes an object.
pub fn deserialize<'de, T: Object + Default, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let mut object = T::default();
    Target::Root(&mut object).deserialize(deserializer)?;
    Ok(object)
}

/// Deserializes an open enum.
pub fn deserialize_enum<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: OpenEnum + Default,
    D: Deserializer<'de>,
{
    let mut value = T::default();
    Target::Place(Mut::Enum(&mut value)).deserialize(deserializer)?;
    Ok(value)
}

/// Where a value goes. What may be null is made only when something else comes.
pub(super) enum Target<'a> {
    Root(&'a mut dyn Object),
    Field(&'a mut dyn Object, usize),
    /// A new element.
    Element(&'a mut dyn Sequence),
    /// The value of a key.
    Entry(&'a mut dyn Entries, Str),
    Place(Mut<'a>),
}

impl<'a> Target<'a> {
    fn place(self) -> Mut<'a> {
        match self {
            Target::Root(object) => Mut::Object(object),
            Target::Field(object, field) => object.get_mut(field),
            Target::Element(sequence) => sequence.push(),
            Target::Entry(map, key) => map.insert(key),
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
pub(super) fn wrong<E: Error>(found: &'static str, place: &Mut<'_>) -> E {
    E::invalid_type(Unexpected::Other(found), &expected(place))
}

impl<'de> Visitor<'de> for Target<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Target::Root(_) => "an object",
            Target::Field(..) | Target::Element(_) | Target::Entry(..) => "a value",
            Target::Place(place) => expected(place),
        })
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        match self {
            Target::Root(object) => return Err(wrong("null", &Mut::Object(object))),
            Target::Element(sequence) => sequence.push_null(),
            Target::Entry(map, key) => map.insert_null(key),
            Target::Field(..) | Target::Place(_) => {}
        }
        Ok(())
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
            Mut::Enum(it) => it.set(&text.into()),
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

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<(), E> {
        match (self.place(), std::str::from_utf8(bytes)) {
            (Mut::Bytes(it), _) => *it = bytes.into(),
            (place, Ok(text)) => return Target::Place(place).visit_str(text),
            (place, Err(_)) => return Err(wrong("bytes", &place)),
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
        match i64::try_from(value) {
            Ok(value) => self.visit_i64(value),
            Err(_) => numbers::set_wide(value, self.place()),
        }
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<(), E> {
        match i64::try_from(value) {
            Ok(value) => self.visit_i64(value),
            Err(_) => numbers::set_wide(value, self.place()),
        }
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<(), E> {
        match i64::try_from(value) {
            Ok(value) => self.visit_i64(value),
            Err(_) => numbers::set_wide(value, self.place()),
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
                while items.next_element_seed(Target::Element(sequence))?.is_some() {}
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
            place => match members.next_key::<Str>()? {
                Some(key) if numbers::is_number(&key) => {
                    numbers::set_from_text(&numbers::number_text(&mut members)?, place)
                }
                _ => Err(wrong("an object", &place)),
            },
        }
    }
}
