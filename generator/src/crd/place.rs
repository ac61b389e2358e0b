//! A JSON value with its place: what is asked of it and is not there becomes an error that names the place.

use serde_json::Value;

use crate::Error;
use crate::error::Place;

/// A value and where it stands.
#[derive(Clone)]
pub(super) struct At<'a> {
    pub(super) value: &'a Value,
    pub(super) place: Place,
}

impl<'a> At<'a> {
    pub(super) fn new(value: &'a Value, place: Place) -> Self {
        At { value, place }
    }

    /// A member; `null` where there is none.
    pub(super) fn get(&self, key: &str) -> At<'a> {
        At { value: self.value.get(key).unwrap_or(&Value::Null), place: self.place.at(key) }
    }

    pub(super) fn is_null(&self) -> bool {
        self.value.is_null()
    }

    /// Members, each with its place.
    pub(super) fn members(&self) -> impl Iterator<Item = (&'a String, At<'a>)> + use<'a, '_> {
        let members = self.value.as_object().into_iter().flatten();
        members.map(|(key, value)| (key, At { value, place: self.place.at(key) }))
    }

    /// Items, each with its place.
    pub(super) fn items(&self) -> impl Iterator<Item = At<'a>> + use<'a, '_> {
        let items = self.value.as_array().into_iter().flatten().enumerate();
        items.map(|(at, value)| At { value, place: self.place.at(&at.to_string()) })
    }

    /// A text that is not empty.
    pub(super) fn text(&self, help: &str) -> Result<String, Error> {
        match self.value.as_str() {
            Some(text) if !text.is_empty() => Ok(text.to_owned()),
            _ => Err(self.error(format!("expected a text, found {}", found(self.value)), help)),
        }
    }

    pub(super) fn error(&self, message: impl Into<String>, help: impl Into<String>) -> Error {
        Error::new(&self.place, message, help)
    }
}

/// What a value is, in words.
pub(super) fn found(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(_) => "a boolean".to_owned(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) if text.is_empty() => "an empty text".to_owned(),
        Value::String(text) => format!("\"{}\"", text.chars().take(60).collect::<String>()),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}
