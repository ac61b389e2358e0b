//! The decoder: one walk over the text and the places of any object.

mod leaves;

use super::error::{DecodeError, Result};
use super::scan::Scanner;
use super::shapes::{ROOT, Shapes};
use crate::object::{Entries, Fields, Kind, Sequence, others_mut};
use crate::projection::{Everything, Part, Wanted};
use crate::string::Interner;
use crate::{Mut, Object, RawJson, Str};

/// Decodes all or a part of an object with an interner that may have seen other texts.
pub(crate) fn decode_with(
    bytes: &[u8],
    into: &mut dyn Object,
    part: Option<Part<'_>>,
    interner: &mut Interner,
) -> Result<()> {
    let fields = into.fields();
    let mut decoder = Decoder { scan: Scanner::new(bytes)?, interner };
    let done = decoder.part(into, part).and_then(|()| decoder.scan.end());
    done.map_err(|error| match fields.kind {
        // That it is another kind says more than that a field does not fit.
        Some(kind) => decoder.find_wrong_kind(0, kind).unwrap_or(error),
        None => error,
    })
}

/// Decodes a text that stands so many levels inside a document into a place of any kind.
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
    let mut decoder = Decoder { scan: Scanner::new(bytes)?.inside(depth), interner };
    let read = match (decoder.scan.null()?, place) {
        (true, _) => Ok(()),
        (false, Mut::Object(object)) => decoder.part(object, part),
        (false, other) => decoder.value(other, ROOT, Everything),
    };
    let done = read.and_then(|()| decoder.scan.end());
    done.map_err(|error| kind.and_then(|kind| decoder.find_wrong_kind(0, kind)).unwrap_or(error))
}

/// Decodes the object at the front of a text that goes on and may break off anywhere, and gives its length.
///
/// Nothing if there is none that fits, and then the object is to be decoded into again from the same text with its
/// rest: all that was set is set once more.
pub(crate) fn decode_front(
    bytes: &[u8],
    depth: u32,
    object: &mut dyn Object,
    part: Option<Part<'_>>,
    interner: &mut Interner,
) -> Option<usize> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(bytes.get(..error.valid_up_to())?).ok()?,
    };
    let mut decoder = Decoder { scan: Scanner::of_text(text).inside(depth), interner };
    decoder.part(object, part).ok()?;
    Some(decoder.scan.at())
}

/// The text that stands so many levels inside a document, if it is one value.
#[cold]
pub(crate) fn raw_inside(bytes: &[u8], depth: u32) -> Option<RawJson> {
    let mut scan = Scanner::new(bytes).ok()?.inside(depth);
    let value = scan.skip().ok()?;
    scan.end().ok()?;
    let mut raw = RawJson::default();
    raw.set_checked(value);
    Some(raw)
}

struct Decoder<'a, 'i> {
    scan: Scanner<'a>,
    interner: &'i mut Interner,
}

/// What a member's name means.
enum Name {
    Field(usize),
    ApiVersion,
    Kind,
    Unknown,
    /// No field, and kept.
    Other(Str),
}

impl Name {
    #[inline(always)]
    fn of(name: &str, fields: &Fields) -> Name {
        match fields.find(name) {
            Some(field) => Name::Field(field),
            None if fields.kind.is_none() => Name::Unknown,
            None if name == "kind" => Name::Kind,
            None if name == "apiVersion" => Name::ApiVersion,
            None => Name::Unknown,
        }
    }
}

impl Decoder<'_, '_> {
    /// Reads the outermost struct, all or a part of it.
    fn part(&mut self, object: &mut dyn Object, part: Option<Part<'_>>) -> Result<()> {
        match part {
            None => self.object(object, ROOT, Everything),
            Some(part) => {
                let part = part.of(object.fields());
                self.object(object, ROOT, part)
            }
        }
    }

    /// Reads the struct at this place of the shapes.
    fn object<W: Wanted>(&mut self, object: &mut dyn Object, place: usize, wanted: W) -> Result<()> {
        self.scan.open(b'{', "an object")?;
        let opened = self.scan.at() - 1;
        let fields = object.fields();
        if fields.has_others {
            others_mut(object).into_iter().for_each(|map| map.clear());
        }
        let start = self.interner.shapes.start(place, fields);
        let mut last = start;
        let mut first = true;
        loop {
            let comma = usize::from(!first);
            let expected = match first || self.scan.rest().first() == Some(&b',') {
                true => self.interner.shapes.expected(start, last, fields, self.scan.rest_after(comma)),
                false => None,
            };
            let (field, place) = match expected {
                Some((place, length)) => {
                    first = false;
                    self.scan.take(comma + length);
                    (place - start - 1, place)
                }
                None => {
                    if !self.scan.more(&mut first, b'}')? {
                        if fields.has_others {
                            others_mut(object).into_iter().for_each(|map| map.finish());
                        }
                        return Ok(());
                    }
                    let text = self.scan.string("a string")?;
                    let name = match Name::of(text, fields) {
                        Name::Unknown if fields.has_others => Name::Other(self.interner.get(text)),
                        name => name,
                    };
                    self.scan.colon()?;
                    match name {
                        Name::Field(field) => {
                            let place = Shapes::place(start, field);
                            self.interner.shapes.learn_order(start, last, place);
                            (field, place)
                        }
                        Name::Other(name) => {
                            self.kept_member(object, name, wanted)?;
                            continue;
                        }
                        other => {
                            self.other_member(other, fields, opened)?;
                            continue;
                        }
                    }
                }
            };
            last = place;
            if self.scan.null()? {
                continue;
            }
            let name = || fields.name(field);
            let Some(wanted) = wanted.field(name()) else {
                self.scan.skip()?;
                continue;
            };
            if let Err(error) = self.value(object.get_mut(field), place, wanted) {
                return Err(error.in_field(name()));
            }
        }
    }

    /// The value of a member that is no field.
    #[inline(never)]
    fn other_member(&mut self, name: Name, fields: &Fields, opened: usize) -> Result<()> {
        if self.scan.null()? {
            return Ok(());
        }
        match name {
            Name::ApiVersion => self.constant(opened, fields, "apiVersion", |kind| kind.api_version),
            Name::Kind => self.constant(opened, fields, "kind", |kind| kind.kind),
            Name::Field(_) | Name::Unknown | Name::Other(_) => self.scan.skip().map(|_| ()),
        }
    }

    /// A member that is no field and is kept.
    #[inline(never)]
    fn kept_member<W: Wanted>(&mut self, object: &mut dyn Object, name: Str, wanted: W) -> Result<()> {
        let Some(wanted) = wanted.field(&name) else { return self.scan.skip().map(|_| ()) };
        let Some(map) = others_mut(object) else { return self.scan.skip().map(|_| ()) };
        if self.scan.null()? {
            map.insert_null(name);
            return Ok(());
        }
        self.element(map.insert(name.clone()), ROOT, wanted).map_err(|error| error.in_entry(&name))
    }

    /// An `apiVersion` or `kind` that must be the type's own; an empty one counts as absent.
    fn constant(
        &mut self,
        start: usize,
        fields: &Fields,
        name: &'static str,
        expected: fn(&Kind) -> &'static str,
    ) -> Result<()> {
        let Some(kind) = fields.kind else { return Ok(()) };
        let at = self.scan.at();
        let found = self.scan.string("a string").map_err(|error| error.in_field(name))?;
        if found == expected(&kind) || found.is_empty() {
            return Ok(());
        }
        Err(self
            .find_wrong_kind(start, kind)
            .unwrap_or_else(|| DecodeError::wrong_kind(at, kind, None, None)))
    }

    /// Reads the object that starts here once more for its `apiVersion` and `kind`, as far as it can be read.
    #[cold]
    #[inline(never)]
    fn find_wrong_kind(&self, start: usize, expected: Kind) -> Option<DecodeError> {
        let mut scan = self.scan.look_again(start);
        let (mut api_version, mut kind) = (None, None);
        let at = scan.at();
        let mut read = || -> Result<()> {
            scan.open(b'{', "")?;
            let mut first = true;
            while scan.more(&mut first, b'}')? {
                let name = scan.string("")?.to_owned();
                scan.colon()?;
                match (name.as_str(), scan.peek()) {
                    ("apiVersion", b'"') => api_version = Some(scan.string("")?.to_owned()),
                    ("kind", b'"') => kind = Some(scan.string("")?.to_owned()),
                    _ => {
                        scan.skip()?;
                    }
                }
            }
            Ok(())
        };
        // What was found before the text broke off still tells the kind.
        let _ = read();
        let differs = |found: &Option<String>, expected| {
            found.as_deref().is_some_and(|found| !found.is_empty() && found != expected)
        };
        (differs(&api_version, expected.api_version) || differs(&kind, expected.kind))
            .then(|| DecodeError::wrong_kind(at, expected, api_version.as_deref(), kind.as_deref()))
    }

    #[inline(never)]
    fn value<W: Wanted>(&mut self, value: Mut<'_>, place: usize, wanted: W) -> Result<()> {
        match value {
            Mut::Str(it) => *it = self.scan.shared_string(self.interner, "a string")?,
            Mut::Object(object) => self.object(object, place, wanted)?,
            Mut::Sequence(sequence) => {
                let read = self.sequence(sequence, place, wanted);
                sequence.finish();
                read?;
            }
            Mut::Map(map) => {
                let read = self.map(map, place, wanted);
                map.finish();
                read?;
            }
            Mut::Enum(it) => it.set(&self.scan.shared_string(self.interner, "a string")?),
            Mut::Bool(it) => *it = self.scan.boolean()?,
            Mut::I32(it) => *it = self.int32("an integer")?,
            Mut::I64(it) => *it = self.integer("an integer")?,
            Mut::Float(it) => *it = self.float()?,
            Mut::Time(it) => *it = self.parsed("an RFC 3339 time")?,
            Mut::MicroTime(it) => *it = self.parsed("an RFC 3339 time")?,
            Mut::Quantity(it) => *it = self.quantity()?,
            Mut::IntOrString(it) => *it = self.int_or_string()?,
            Mut::Bytes(it) => *it = self.bytes()?,
            Mut::Raw(it) => *it = self.scan.raw(self.interner)?,
            Mut::Skip => {
                self.scan.skip()?;
            }
        }
        Ok(())
    }

    fn sequence<W: Wanted>(&mut self, sequence: &mut dyn Sequence, place: usize, wanted: W) -> Result<()> {
        self.scan.open(b'[', "an array")?;
        sequence.clear();
        let opened = self.scan.at();
        let expected = self.interner.shapes.elements(place);
        if expected > 0 {
            sequence.reserve(self.at_most(expected));
        }
        let (mut first, mut count) = (true, 0);
        while self.scan.more(&mut first, b']')? {
            if count == MANY && self.scan.depth() <= 2 {
                // The items of a list: they go on to the end of the text at about this length.
                let read = self.scan.at() - opened;
                sequence.reserve(self.scan.rest().len() / (read / MANY).max(1) + 1);
            }
            count += 1;
            if self.scan.null()? {
                sequence.push_null();
                continue;
            }
            if let Err(error) = self.element(sequence.push(), place, wanted) {
                return Err(error.in_element(count - 1));
            }
        }
        self.interner.shapes.learn_elements(place, count);
        Ok(())
    }

    /// An element or entry stands at the place of its array or map, but only structs know that from the others.
    #[inline(always)]
    fn element<W: Wanted>(&mut self, element: Mut<'_>, place: usize, wanted: W) -> Result<()> {
        match element {
            Mut::Str(it) => *it = self.scan.shared_string(self.interner, "a string")?,
            Mut::Object(object) => self.object(object, place, wanted)?,
            other => self.value(other, ROOT, wanted)?,
        }
        Ok(())
    }

    /// So many elements, but no more than what is left of the text can hold.
    fn at_most(&self, elements: usize) -> usize {
        elements.min(self.scan.rest().len() / 2)
    }

    fn map<W: Wanted>(&mut self, map: &mut dyn Entries, place: usize, wanted: W) -> Result<()> {
        self.scan.open(b'{', "an object")?;
        map.clear();
        let expected = self.interner.shapes.elements(place);
        if expected > 0 {
            map.reserve(self.at_most(expected));
        }
        let (mut first, mut count) = (true, 0);
        while self.scan.more(&mut first, b'}')? {
            let start = self.scan.at();
            let key = self.scan.shared_string(self.interner, "a string")?;
            self.scan.colon()?;
            let Some(wanted) = wanted.entry(&key) else {
                self.scan.skip()?;
                continue;
            };
            count += 1;
            if self.scan.null()? {
                map.insert_null(key);
                continue;
            }
            if let Err(error) = self.element(map.insert(key), place, wanted) {
                let mut again = self.scan.look_again(start);
                return Err(error.in_entry(again.string("a string").unwrap_or_default()));
            }
        }
        self.interner.shapes.learn_elements(place, count);
        Ok(())
    }
}

/// After so many elements the length of the rest is estimated.
const MANY: usize = 16;
