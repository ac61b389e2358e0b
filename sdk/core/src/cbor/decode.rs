//! The decoder: one walk over the bytes and the places of any object, as the one of JSON is.

use super::head::{Head, Kind, Reader, Result};
use super::transcode;
use crate::json::DecodeError;
use crate::object::{self, Entries, Member, Sequence, others_mut};
use crate::projection::{Everything, Part, Wanted};
use crate::string::Interner;
use crate::{ByteString, IntOrString, Mut, Object, Quantity, RawJson, Str};

/// Decodes all or a part of an object with an interner that may have seen other documents.
pub(crate) fn decode_with(
    bytes: &[u8],
    into: &mut dyn Object,
    part: Option<Part<'_>>,
    interner: &mut Interner,
) -> Result<()> {
    let kind = into.fields().kind;
    let mut decoder = Decoder { read: Reader::new(bytes, 0), interner };
    let read = decoder.read.head().and_then(|head| decoder.part(head, into, part));
    decoder.finish(read, kind)
}

/// Decodes bytes that stand so many levels inside a document into a place of any kind.
pub(crate) fn decode_inside(
    bytes: &[u8],
    depth: u32,
    place: Mut<'_>,
    part: Option<Part<'_>>,
    interner: &mut Interner,
) -> Result<()> {
    let kind = match &place {
        Mut::Object(object) => object.fields().kind,
        _ => None,
    };
    let mut decoder = Decoder { read: Reader::new(bytes, depth), interner };
    let read = decoder.read.head().and_then(|head| match place {
        _ if head.kind == Kind::Null => Ok(()),
        Mut::Object(object) => decoder.part(head, object, part),
        other => decoder.value(head, other, Everything),
    });
    decoder.finish(read, kind)
}

/// Decodes the object at the front of bytes that go on and may break off anywhere, and gives its length.
///
/// Nothing if there is none that fits, and then the object is to be decoded into again from the same bytes with their
/// rest: all that was set is set once more.
pub(crate) fn decode_front(
    bytes: &[u8],
    depth: u32,
    object: &mut dyn Object,
    part: Option<Part<'_>>,
    interner: &mut Interner,
) -> Option<usize> {
    let mut decoder = Decoder { read: Reader::new(bytes, depth), interner };
    let head = decoder.read.head().ok()?;
    decoder.part(head, object, part).ok()?;
    Some(decoder.read.at())
}

/// The bytes that stand so many levels inside a document as JSON, if they are one value of JSON.
#[cold]
pub(crate) fn raw_inside(bytes: &[u8], depth: u32) -> Option<RawJson> {
    let mut read = Reader::new(bytes, depth);
    let mut text = Vec::new();
    let head = read.head().ok()?;
    transcode::to_json(&mut read, head, &mut text).ok()?;
    read.end().ok()?;
    let mut raw = RawJson::default();
    raw.set_checked(std::str::from_utf8(&text).ok()?);
    Some(raw)
}

struct Decoder<'a, 'i> {
    read: Reader<'a>,
    interner: &'i mut Interner,
}

impl Decoder<'_, '_> {
    fn finish(&mut self, read: Result<()>, kind: Option<object::Kind>) -> Result<()> {
        read.and_then(|()| self.read.end()).map_err(|error| match kind {
            // That it is another kind says more than that a field does not fit.
            Some(kind) => self.find_wrong_kind(0, kind).unwrap_or(error),
            None => error,
        })
    }

    /// Reads the outermost struct, all or a part of it.
    fn part(&mut self, head: Head, object: &mut dyn Object, part: Option<Part<'_>>) -> Result<()> {
        match part {
            None => self.object(head, object, Everything),
            Some(part) => {
                let part = part.of(object.fields());
                self.object(head, object, part)
            }
        }
    }

    fn object<W: Wanted>(&mut self, head: Head, object: &mut dyn Object, wanted: W) -> Result<()> {
        let Kind::Map(mut left) = head.kind else { return Err(head.unexpected("an object")) };
        self.read.enter(&head)?;
        let fields = object.fields();
        if fields.has_others {
            others_mut(object).into_iter().for_each(|map| map.clear());
        }
        while self.read.more(&mut left)? {
            let name = self.read.head()?;
            let text = self.read.text(&name, "a string")?;
            let member = fields.member(text);
            if fields.has_others && matches!(member, Member::Unknown) {
                let key = self.interner.get(text);
                self.other(object, key, wanted)?;
                continue;
            }
            let value = self.read.head()?;
            if value.kind == Kind::Null {
                continue;
            }
            match member {
                Member::Field(field) => {
                    let name = || fields.name(field);
                    let Some(wanted) = wanted.field(name()) else {
                        self.read.skip(value)?;
                        continue;
                    };
                    if let Err(error) = self.value(value, object.get_mut(field), wanted) {
                        return Err(error.in_field(name()));
                    }
                }
                Member::Unknown => self.read.skip(value)?,
                Member::ApiVersion(kind) => {
                    self.constant(&head, value, kind, "apiVersion", kind.api_version)?;
                }
                Member::Kind(kind) => self.constant(&head, value, kind, "kind", kind.kind)?,
            }
        }
        if fields.has_others {
            others_mut(object).into_iter().for_each(|map| map.finish());
        }
        Ok(())
    }

    /// A member that is no field and is kept.
    #[inline(never)]
    fn other<W: Wanted>(&mut self, object: &mut dyn Object, name: Str, wanted: W) -> Result<()> {
        let head = self.read.head()?;
        let Some(wanted) = wanted.field(&name) else { return self.read.skip(head) };
        match others_mut(object) {
            Some(map) => self.entry(head, map, name.clone(), wanted),
            None => self.read.skip(head),
        }
        .map_err(|error| error.in_entry(&name))
    }

    /// An `apiVersion` or `kind` that must be the type's own; an empty one counts as absent.
    fn constant(
        &mut self,
        object: &Head,
        value: Head,
        kind: object::Kind,
        name: &'static str,
        expected: &'static str,
    ) -> Result<()> {
        let found = self.read.text(&value, "a string").map_err(|error| error.in_field(name))?;
        if found == expected || found.is_empty() {
            return Ok(());
        }
        Err(self
            .find_wrong_kind(object.at, kind)
            .unwrap_or_else(|| DecodeError::wrong_kind(value.at, kind, None, None)))
    }

    /// Reads the object that starts here once more for its `apiVersion` and `kind`, as far as it can be read.
    #[cold]
    #[inline(never)]
    fn find_wrong_kind(&self, start: usize, expected: object::Kind) -> Option<DecodeError> {
        let mut again = self.read.look_again(start);
        let (mut api_version, mut kind) = (None, None);
        let mut read = || -> Result<()> {
            let head = again.head()?;
            let Kind::Map(mut left) = head.kind else { return Ok(()) };
            again.enter(&head)?;
            while again.more(&mut left)? {
                let name = again.head()?;
                let name = again.text(&name, "a string")?.to_owned();
                let value = again.head()?;
                let is_text = matches!(value.kind, Kind::Bytes(_) | Kind::Text(_));
                match name.as_str() {
                    "apiVersion" if is_text => api_version = Some(again.text(&value, "a string")?.to_owned()),
                    "kind" if is_text => kind = Some(again.text(&value, "a string")?.to_owned()),
                    _ => again.skip(value)?,
                }
            }
            Ok(())
        };
        // What was found before the bytes broke off still tells the kind.
        let _ = read();
        let differs = |found: &Option<String>, expected| {
            found.as_deref().is_some_and(|found| !found.is_empty() && found != expected)
        };
        (differs(&api_version, expected.api_version) || differs(&kind, expected.kind))
            .then(|| DecodeError::wrong_kind(start, expected, api_version.as_deref(), kind.as_deref()))
    }

    fn entry<W: Wanted>(&mut self, head: Head, map: &mut dyn Entries, key: Str, wanted: W) -> Result<()> {
        if head.kind == Kind::Null {
            map.insert_null(key);
            return Ok(());
        }
        self.value(head, map.insert(key), wanted)
    }

    #[inline(never)]
    fn value<W: Wanted>(&mut self, head: Head, place: Mut<'_>, wanted: W) -> Result<()> {
        match place {
            Mut::Str(it) => *it = self.interner.get(self.read.text(&head, "a string")?),
            Mut::Object(object) => self.object(head, object, wanted)?,
            Mut::Sequence(sequence) => {
                let read = self.sequence(head, sequence, wanted);
                sequence.finish();
                read?;
            }
            Mut::Map(map) => {
                let read = self.map(head, map, wanted);
                map.finish();
                read?;
            }
            Mut::Enum(it) => it.set(&self.interner.get(self.read.text(&head, "a string")?)),
            Mut::Bool(it) => match head.kind {
                Kind::Bool(value) => *it = value,
                _ => return Err(head.unexpected("a boolean")),
            },
            Mut::I32(it) => *it = int32(&head, "an integer")?,
            Mut::I64(it) => *it = integer(&head, "an integer")?,
            Mut::Float(it) => *it = float(&head)?,
            Mut::Time(it) => *it = self.parsed(&head, "an RFC 3339 time")?,
            Mut::MicroTime(it) => *it = self.parsed(&head, "an RFC 3339 time")?,
            Mut::Quantity(it) => *it = self.quantity(&head)?,
            Mut::IntOrString(it) => *it = self.int_or_string(&head)?,
            Mut::Bytes(it) => *it = self.bytes(&head)?,
            Mut::Raw(it) => {
                let mut text = Vec::new();
                transcode::to_json(&mut self.read, head, &mut text)?;
                // What is written is JSON, and its strings were checked.
                it.set_checked(std::str::from_utf8(&text).unwrap_or("null"));
            }
            Mut::Skip => self.read.skip(head)?,
        }
        Ok(())
    }

    fn sequence<W: Wanted>(&mut self, head: Head, sequence: &mut dyn Sequence, wanted: W) -> Result<()> {
        let Kind::Array(mut left) = head.kind else { return Err(head.unexpected("an array")) };
        self.read.enter(&head)?;
        sequence.clear();
        while self.read.more(&mut left)? {
            let head = self.read.head()?;
            if head.kind == Kind::Null {
                sequence.push_null();
                continue;
            }
            if let Err(error) = self.value(head, sequence.push(), wanted) {
                return Err(error.in_element(sequence.len().saturating_sub(1)));
            }
        }
        Ok(())
    }

    fn map<W: Wanted>(&mut self, head: Head, map: &mut dyn Entries, wanted: W) -> Result<()> {
        let Kind::Map(mut left) = head.kind else { return Err(head.unexpected("an object")) };
        self.read.enter(&head)?;
        map.clear();
        while self.read.more(&mut left)? {
            let name = self.read.head()?;
            let key = self.interner.get(self.read.text(&name, "a string")?);
            let head = self.read.head()?;
            let Some(wanted) = wanted.entry(&key) else {
                self.read.skip(head)?;
                continue;
            };
            if let Err(error) = self.entry(head, map, key, wanted) {
                let mut again = self.read.look_again(name.at);
                let key = again.head().and_then(|name| again.text(&name, "a string").map(str::to_owned));
                return Err(error.in_entry(&key.unwrap_or_default()));
            }
        }
        Ok(())
    }

    fn parsed<T: std::str::FromStr>(&mut self, head: &Head, expected: &'static str) -> Result<T> {
        let text = self.read.text(head, expected)?;
        text.parse().map_err(|_| DecodeError::new(head.at, expected, "another string"))
    }

    fn quantity(&mut self, head: &Head) -> Result<Quantity> {
        let mut text = Vec::new();
        match head.kind {
            Kind::Unsigned(_) | Kind::Negative(_) | Kind::Float(_) => {
                transcode::number_to_json(head, &mut text)?;
                Ok(std::str::from_utf8(&text).unwrap_or_default().into())
            }
            _ => Ok(self.interner.get(self.read.text(head, "a quantity")?).into()),
        }
    }

    fn int_or_string(&mut self, head: &Head) -> Result<IntOrString> {
        match head.kind {
            Kind::Bytes(_) | Kind::Text(_) => {
                Ok(IntOrString::String(self.interner.get(self.read.text(head, "a string")?)))
            }
            _ => Ok(IntOrString::Int(int32(head, "an integer or a string")?)),
        }
    }

    /// Bytes that a tag marks as such; strings without it hold base64, as in JSON.
    fn bytes(&mut self, head: &Head) -> Result<ByteString> {
        if head.later.is_some() && matches!(head.kind, Kind::Bytes(_)) {
            return Ok(self.read.string_bytes(head, "a string")?.into());
        }
        let text = self.read.text(head, "a string")?;
        ByteString::from_base64(text).ok_or_else(|| DecodeError::new(head.at, "base64", "another string"))
    }
}

fn integer(head: &Head, expected: &'static str) -> Result<i64> {
    let value = match head.kind {
        Kind::Unsigned(value) => i64::try_from(value),
        Kind::Negative(value) => i64::try_from(value).map(|value| -1 - value),
        _ => return Err(head.unexpected(expected)),
    };
    value.map_err(|_| DecodeError::new(head.at, "a 64-bit integer", "a larger number"))
}

fn int32(head: &Head, expected: &'static str) -> Result<i32> {
    let value = integer(head, expected)?;
    i32::try_from(value).map_err(|_| DecodeError::new(head.at, "a 32-bit integer", "a larger number"))
}

fn float(head: &Head) -> Result<f64> {
    match head.kind {
        Kind::Float(value) => Ok(value),
        Kind::Unsigned(value) => Ok(value as f64),
        Kind::Negative(value) => Ok(-1.0 - value as f64),
        _ => Err(head.unexpected("a number")),
    }
}
