//! Numbers between their JSON text and the number types of serde.

use serde::de::{Error, MapAccess, Visitor};
use serde::ser::{Error as _, Serializer};

use super::deserialize::{Target, wrong};
use crate::json::encode_float;
use crate::{Mut, RawJson, Str};

/// Under this name `serde_json` hands out the text of a number when its feature `arbitrary_precision` is on.
const NUMBER_OF_SERDE_JSON: &str = "$serde_json::private::Number";

/// As the encoder writes it: a whole number as an integer, what is no number of JSON as null.
pub(super) fn serialize_float<S: Serializer>(it: f64, serializer: S) -> Result<S::Ok, S::Error> {
    let mut text = Vec::with_capacity(32);
    encode_float(it, &mut text);
    match std::str::from_utf8(&text) {
        Ok(text) if it.is_finite() => serialize_text(text, serializer),
        _ => serializer.serialize_unit(),
    }
}

/// The number of a JSON text, as exact as serde has it.
pub(super) fn serialize_text<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    match (text.parse::<i64>(), text.parse::<u64>()) {
        // `-0` is a float to everyone who tells it from `0`.
        (Ok(0), _) if text.starts_with('-') => serializer.serialize_f64(-0.0),
        (Ok(value), _) => serializer.serialize_i64(value),
        (_, Ok(value)) => serializer.serialize_u64(value),
        _ => match text.parse::<f64>() {
            Ok(value) if value.is_finite() => serializer.serialize_f64(value),
            _ => Err(S::Error::custom("expected a 64-bit float, found a larger number")),
        },
    }
}

/// True for the first key of a number that comes as its text.
pub(super) fn is_number(key: &str) -> bool {
    key == NUMBER_OF_SERDE_JSON
}

/// The text of a number after its key.
pub(super) fn number_text<'de, A: MapAccess<'de>>(members: &mut A) -> Result<Str, A::Error> {
    let text: Str = members.next_value()?;
    match RawJson::from_text(&text) {
        Ok(raw) if raw.as_str().starts_with(|first: char| first == '-' || first.is_ascii_digit()) => Ok(text),
        _ => Err(A::Error::custom("expected a number")),
    }
}

/// Takes a number that comes as its text.
pub(super) fn set_from_text<E: Error>(text: &str, place: Mut<'_>) -> Result<(), E> {
    match place {
        Mut::Quantity(it) => *it = text.into(),
        Mut::Raw(it) => it.set_checked(text),
        Mut::Skip => {}
        Mut::Float(it) => match text.parse::<f64>() {
            Ok(value) if value.is_finite() => *it = value,
            _ => return Err(E::custom("expected a 64-bit float, found a larger number")),
        },
        place => match text.parse::<i128>() {
            Ok(value) => return Target::Place(place).visit_i128(value),
            Err(_) if text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit()) => {
                return Err(too_large());
            }
            Err(_) => return Err(wrong("a number with a fraction", &place)),
        },
    }
    Ok(())
}

/// Takes an integer that needs more than 64 bits.
pub(super) fn set_wide<E: Error>(value: impl ToString, place: Mut<'_>) -> Result<(), E> {
    match place {
        Mut::I32(_) | Mut::I64(_) | Mut::IntOrString(_) => Err(too_large()),
        Mut::Quantity(_) | Mut::Float(_) | Mut::Raw(_) | Mut::Skip => {
            set_from_text(&value.to_string(), place)
        }
        place => Err(wrong("a number", &place)),
    }
}

fn too_large<E: Error>() -> E {
    E::custom("expected a 64-bit integer, found a larger number")
}
