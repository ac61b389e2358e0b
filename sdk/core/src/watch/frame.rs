//! One frame of a watch, `{"type": ..., "object": ...}`: read in one go if it holds what is expected, by parts if not.

use super::WatchEvent;
use crate::cbor::{decode_answer, decode_either};
use crate::json;
use crate::object::{Fields, Lookup, Mut, Ref, Value};
use crate::string::Interner;
use crate::{Error, ErrorKind, Object, Projection, RawJson, Status, Str};

/// The event of a frame.
pub(super) fn event<T: Object + Default>(
    line: &[u8],
    projection: &Projection,
    interner: &mut Interner,
) -> Result<WatchEvent<T>, Error> {
    let mut object = T::default();
    if let Some(wrap) = read(line, &mut object, projection, interner).and_then(|event| wrap(&event)) {
        return Ok(wrap(object));
    }
    // The type is asked first, because the object of an error is another one, and so that an error of the object
    // counts from its own start.
    let mut parts = Parts::default();
    decode_answer(line, &mut parts)?;
    let object = parts.object.as_str().as_bytes();
    match (wrap(&parts.event), parts.event.as_str()) {
        (Some(wrap), _) => Ok(wrap(json::from_slice_projected(object, projection)?)),
        (None, "ERROR") => Err(Error::from_status(json::from_slice::<Status>(object)?, None)),
        (None, other) => {
            let message = format!("a watch event of the unknown type {other:?}");
            Err(Error::new(ErrorKind::Decode, message))
        }
    }
}

fn wrap<T>(event: &str) -> Option<fn(T) -> WatchEvent<T>> {
    match event {
        "ADDED" => Some(WatchEvent::Added),
        "MODIFIED" => Some(WatchEvent::Modified),
        "DELETED" => Some(WatchEvent::Deleted),
        "BOOKMARK" => Some(WatchEvent::Bookmark),
        _ => None,
    }
}

/// The type of a frame whose object is what is expected; the object is decoded.
fn read(
    line: &[u8],
    object: &mut dyn Object,
    projection: &Projection,
    interner: &mut Interner,
) -> Option<Str> {
    let mut whole = Whole { event: Str::new(), object, given: false };
    decode_either(line, &mut whole, projection.part().map(|part| part.inside("object")), interner).ok()?;
    whole.given.then_some(whole.event)
}

static FIELDS: Fields =
    Fields { type_name: "WatchEvent", names: &["object", "type"], lookup: Lookup::Sorted, ..Fields::NONE };

/// A frame whose object is decoded where it stands.
struct Whole<'a> {
    event: Str,
    object: &'a mut dyn Object,
    /// There was an object, and it was not null.
    given: bool,
}

impl Object for Whole<'_> {
    fn fields(&self) -> &'static Fields {
        &FIELDS
    }
    fn get(&self, field: usize) -> Ref<'_> {
        match field {
            0 => Ref::Object(self.object),
            1 => self.event.view(),
            _ => Ref::None,
        }
    }
    fn get_mut(&mut self, field: usize) -> Mut<'_> {
        match field {
            0 => {
                self.given = true;
                Mut::Object(self.object)
            }
            1 => self.event.slot(),
            _ => Mut::Skip,
        }
    }
}

/// A frame whose object is only checked; of one in CBOR it is the JSON that means the same.
#[derive(Default)]
pub(super) struct Parts {
    object: RawJson,
    event: Str,
}

impl Object for Parts {
    fn fields(&self) -> &'static Fields {
        &FIELDS
    }
    fn get(&self, field: usize) -> Ref<'_> {
        match field {
            0 => self.object.view(),
            1 => self.event.view(),
            _ => Ref::None,
        }
    }
    fn get_mut(&mut self, field: usize) -> Mut<'_> {
        match field {
            0 => self.object.slot(),
            1 => self.event.slot(),
            _ => Mut::Skip,
        }
    }
}

#[cfg(test)]
impl Parts {
    pub(super) fn of(line: &str) -> Self {
        let mut parts = Parts::default();
        json::decode(line.as_bytes(), &mut parts).unwrap();
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::testing::Thing;

    /// What is read of a frame, after so many others by the same interner that it has learned what comes.
    fn read(frame: &str) -> String {
        let mut interner = Interner::for_input(1 << 20);
        for n in 0..10 {
            let frame = format!(r#"{{"type":"ADDED","object":{{"name":"{n}","things":[{{"count":{n}}}]}}}}"#);
            event::<Thing>(frame.as_bytes(), &Projection::everything(), &mut interner).unwrap();
        }
        match event::<Thing>(frame.as_bytes(), &Projection::everything(), &mut interner) {
            Ok(event) => format!("{event:?}"),
            Err(error) => format!("{error}"),
        }
    }

    #[test]
    fn frames_of_every_kind() {
        for (frame, expected) in [
            (r#"{"type":"ADDED","object":{"count":1}}"#, "Added(Thing { count: 1 })"),
            (r#"{"object":{"count":1},"type":"DELETED"}"#, "Deleted(Thing { count: 1 })"),
            (r#"{"type":"MODIFIED","object":{"count":1},"more":[1]}"#, "Modified(Thing { count: 1 })"),
            (r#"{"type":"BOOKMARK","object":{}}"#, "Bookmark(Thing { count: 0 })"),
            (
                r#"{"type":"ADDED","object":{"count":"x"}}"#,
                "the answer cannot be decoded: expected an integer, found a string at $.count (byte 9)",
            ),
            (
                r#"{"type":"ADDED","object":null}"#,
                "the answer cannot be decoded: expected an object, found null at $ (byte 0)",
            ),
            (
                r#"{"type":"ADDED"}"#,
                "the answer cannot be decoded: expected an object, found null at $ (byte 0)",
            ),
            (r#"{"type":"SEEN","object":{"count":1}}"#, r#"a watch event of the unknown type "SEEN""#),
            (
                r#"{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","message":"old","code":410}}"#,
                "Error from server: old",
            ),
            (
                r#"{"type":"ADDED","object":{}"#,
                "the answer cannot be decoded: expected `,` or `}`, found the end at $ (byte 27)",
            ),
        ] {
            assert_eq!(read(frame), expected, "{frame}");
        }
        let deep = format!(r#"{{"raw":{}{}}}"#, "[".repeat(127), "]".repeat(127));
        let frame = format!(r#"{{"type":"ADDED","object":{deep}}}"#);
        assert!(!read(&frame).starts_with("Added"), "the frame is a level too");
    }
}
