//! Free-form JSON between its text and any serde format: real structure on both sides.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Error as _, Serialize, SerializeMap, SerializeSeq, Serializer};

use super::numbers;
use crate::json::{MAX_DEPTH, Scanner, encode_string};
use crate::{RawJson, Str};

/// A text that is one valid JSON value.
pub(super) struct Text<'a>(pub(super) &'a str);

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut scan = Scanner::of_text(self.0);
        let mut first = true;
        match scan.peek() {
            b'"' => serializer.serialize_str(scan.string("a string").map_err(S::Error::custom)?),
            b't' | b'f' => serializer.serialize_bool(scan.boolean().map_err(S::Error::custom)?),
            b'n' => serializer.serialize_unit(),
            b'[' => {
                let mut out = serializer.serialize_seq(None)?;
                scan.open(b'[', "an array").map_err(S::Error::custom)?;
                while scan.more(&mut first, b']').map_err(S::Error::custom)? {
                    out.serialize_element(&Text(scan.skip().map_err(S::Error::custom)?))?;
                }
                out.end()
            }
            b'{' => {
                let mut out = serializer.serialize_map(None)?;
                scan.open(b'{', "an object").map_err(S::Error::custom)?;
                while scan.more(&mut first, b'}').map_err(S::Error::custom)? {
                    out.serialize_key(scan.string("a string").map_err(S::Error::custom)?)?;
                    scan.colon().map_err(S::Error::custom)?;
                    out.serialize_value(&Text(scan.skip().map_err(S::Error::custom)?))?;
                }
                out.end()
            }
            _ => numbers::serialize_text(scan.number().map_err(S::Error::custom)?, serializer),
        }
    }
}

/// Sets a value to what is written to a new text.
pub(super) fn set<E>(raw: &mut RawJson, write: impl FnOnce(Writer<'_>) -> Result<(), E>) -> Result<(), E> {
    let mut out = Vec::new();
    write(Writer { out: &mut out, depth: 0 })?;
    // All that is written is whole strings and ASCII.
    raw.set_checked(std::str::from_utf8(&out).unwrap_or("null"));
    Ok(())
}

/// Writes whatever is deserialized as JSON text.
pub(super) struct Writer<'a> {
    out: &'a mut Vec<u8>,
    depth: u32,
}

impl Writer<'_> {
    /// Writes the text of a number.
    pub(super) fn write_text(self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn inner<E: Error>(&mut self) -> Result<Writer<'_>, E> {
        if self.depth > MAX_DEPTH {
            return Err(E::custom("expected at most 128 levels, found more"));
        }
        Ok(Writer { out: self.out, depth: self.depth })
    }

    fn enter<E: Error>(&mut self, bracket: u8) -> Result<(), E> {
        self.out.push(bracket);
        self.depth += 1;
        self.inner().map(|_| ())
    }

    /// In place of the comma after the last member, if there is one.
    fn leave(&mut self, bracket: u8) {
        self.out.pop_if(|last| *last == b',');
        self.out.push(bracket);
    }
}

impl<'de> DeserializeSeed<'de> for Writer<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Writer<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.out.extend_from_slice(b"null");
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

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.write_text(&value.to_string());
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.write_text(&value.to_string());
        Ok(())
    }

    fn visit_i128<E>(self, value: i128) -> Result<(), E> {
        self.write_text(&value.to_string());
        Ok(())
    }

    fn visit_u128<E>(self, value: u128) -> Result<(), E> {
        self.write_text(&value.to_string());
        Ok(())
    }

    /// With a point or an exponent, as it must have had.
    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        match value.is_finite() {
            true => self.write_text(&format!("{value:?}")),
            false => self.write_text("null"),
        }
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        encode_string(text, self.out);
        Ok(())
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<(), E> {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.visit_str(text),
            Err(_) => Err(E::custom("expected a value of JSON, found bytes")),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        self.enter(b'[')?;
        while items.next_element_seed(self.inner()?)?.is_some() {
            self.out.push(b',');
        }
        self.leave(b']');
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<(), A::Error> {
        let mut key = members.next_key::<Str>()?;
        if key.as_deref().is_some_and(numbers::is_number) {
            self.write_text(&numbers::number_text(&mut members)?);
            return Ok(());
        }
        self.enter(b'{')?;
        while let Some(name) = key {
            encode_string(&name, self.out);
            self.out.push(b':');
            members.next_value_seed(self.inner()?)?;
            self.out.push(b',');
            key = members.next_key()?;
        }
        self.leave(b'}');
        Ok(())
    }
}
