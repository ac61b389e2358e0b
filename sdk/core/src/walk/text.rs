//! The JSON of a value, and the text that a scalar is compared by.

use std::borrow::Cow;

use crate::Ref;
use crate::json::encode_value;

/// The JSON of a value, `null` for nothing.
pub(super) fn json_text(value: Ref<'_>) -> String {
    let mut out = Vec::new();
    encode_value(value, true, &mut out);
    // What the encoder writes is UTF-8 because its strings are.
    String::from_utf8(out).unwrap_or_default()
}

/// A string as it is, another scalar as JSON writes it; nothing for what is no scalar.
pub(super) fn scalar_text(value: Ref<'_>) -> Option<Cow<'_, str>> {
    match value {
        Ref::Str(text) => Some(text.into()),
        Ref::Time(it) => Some(it.text(&mut [0; 32]).to_owned().into()),
        Ref::MicroTime(it) => Some(it.text(&mut [0; 32]).to_owned().into()),
        Ref::Bool(_) | Ref::Int(_) | Ref::Float(_) => Some(json_text(value).into()),
        Ref::Bytes(_) => Some(json_text(value).trim_matches('"').to_owned().into()),
        Ref::None | Ref::Raw(_) | Ref::Object(_) | Ref::Sequence(_) | Ref::Map(_) => None,
    }
}
