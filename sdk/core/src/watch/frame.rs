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
        return Ok(marked(wrap(object)));
    }
    // The type is asked first, because the object of an error is another one, and so that an error of the object
    // counts from its own start.
    let mut parts = Parts::default();
    if let Err(error) = decode_answer(line, &mut parts) {
        return Err(Error::from(error).with_body(line));
    }
    let object = parts.object.as_str().as_bytes();
    let decoded = match (wrap(&parts.event), parts.event.as_str()) {
        (Some(wrap), _) => json::from_slice_projected(object, projection).map(|it| marked(wrap(it))),
        (None, "ERROR") => match json::from_slice::<Status>(object) {
            Ok(status) => return Err(Error::from_status(status, None)),
            Err(error) => Err(error),
        },
        (None, other) => return Err(no_event(line, other)),
    };
    decoded.map_err(|error| undecoded(parts, error))
}

/// The bookmark with the mark that the server sets at the end of the initial events is an event of its own.
fn marked<T: Object>(event: WatchEvent<T>) -> WatchEvent<T> {
    match event {
        WatchEvent::Bookmark(it) if annotation(&it, INITIAL_EVENTS_END) == Some("true") => {
            WatchEvent::InitialEventsEnd(it)
        }
        event => event,
    }
}

/// The annotation of the bookmark that ends the initial events (`meta/v1` `InitialEventsAnnotationKey`).
const INITIAL_EVENTS_END: &str = "k8s.io/initial-events-end";

fn annotation<'a>(object: &'a dyn Object, key: &str) -> Option<&'a str> {
    let metadata = object.fields().find("metadata").map(|field| object.get(field));
    let Some(Ref::Object(metadata)) = metadata else { return None };
    let annotations = metadata.fields().find("annotations").map(|field| metadata.get(field));
    let Some(Ref::Map(annotations)) = annotations else { return None };
    let mut all = (0..annotations.len()).filter_map(|index| annotations.get(index));
    match all.find(|(name, _)| *name == key) {
        Some((_, Ref::Str(text))) => Some(text),
        _ => None,
    }
}

/// What is no event: a bare `Status` is the error that it stands for.
fn no_event(line: &[u8], event: &str) -> Error {
    let mut status = Kinded::default();
    if event.is_empty() && decode_answer(line, &mut status).is_ok() && status.kind == "Status" {
        let mut status = Status::default();
        if decode_answer(line, &mut status).is_ok() {
            return Error::from_status(status, None);
        }
    }
    Error::new(ErrorKind::Decode, format!("a watch event of the unknown type {event:?}")).with_body(line)
}

/// An object that does not fit its type is kept with its error; one that is not there has nothing to keep.
fn undecoded(parts: Parts, error: json::DecodeError) -> Error {
    match parts.object.is_null() {
        true => error.into(),
        false => Error::from(error).with_raw_item(parts.object),
    }
}

/// What something says that it is.
#[derive(Clone, Default)]
struct Kinded {
    kind: Str,
}
crate::plain_object! { Kinded, None, [0 "kind" kind] }

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
            (
                r#"{"kind":"Status","apiVersion":"v1","message":"no more","code":500}"#,
                "Error from server: no more",
            ),
            (r#"{"kind":"Thing","count":1}"#, r#"a watch event of the unknown type """#),
        ] {
            assert_eq!(read(frame), expected, "{frame}");
        }
        let deep = format!(r#"{{"raw":{}{}}}"#, "[".repeat(127), "]".repeat(127));
        let frame = format!(r#"{{"type":"ADDED","object":{deep}}}"#);
        assert!(!read(&frame).starts_with("Added"), "the frame is a level too");
    }
}
