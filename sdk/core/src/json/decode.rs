//! The decoder: one walk over the text and the places of any object.

use super::error::{DecodeError, Result};
use super::scan::Scanner;
use crate::object::{Entries, Fields, Kind, Sequence};
use crate::string::Interner;
use crate::{IntOrString, Mut, Object, Quantity};

/// Decodes with an interner that may have seen other texts.
pub(crate) fn decode_with(bytes: &[u8], into: &mut dyn Object, interner: &mut Interner) -> Result<()> {
    let fields = into.fields();
    let mut decoder = Decoder { scan: Scanner::new(bytes)?, interner };
    let done = decoder.object(into).and_then(|()| decoder.scan.end());
    done.map_err(|error| match fields.kind {
        // That it is another kind says more than that a field does not fit.
        Some(kind) => decoder.find_wrong_kind(0, kind).unwrap_or(error),
        None => error,
    })
}

/// Decodes a text that stands so many levels inside a document into a place of any kind.
pub(crate) fn decode_inside(bytes: &[u8], depth: u32, place: Mut<'_>, interner: &mut Interner) -> Result<()> {
    let kind = match &place {
        Mut::Object(object) => object.fields().kind,
        _ => None,
    };
    let mut decoder = Decoder { scan: Scanner::new(bytes)?.inside(depth), interner };
    let read = match decoder.scan.null()? {
        true => Ok(()),
        false => decoder.value(place),
    };
    let done = read.and_then(|()| decoder.scan.end());
    done.map_err(|error| kind.and_then(|kind| decoder.find_wrong_kind(0, kind)).unwrap_or(error))
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
    fn object(&mut self, object: &mut dyn Object) -> Result<()> {
        self.scan.open(b'{', "an object")?;
        let start = self.scan.at() - 1;
        let fields = object.fields();
        let mut first = true;
        while self.scan.more(&mut first, b'}')? {
            let name = Name::of(self.scan.string("a string")?, fields);
            self.scan.colon()?;
            if self.scan.null()? {
                continue;
            }
            match name {
                Name::Field(field) => {
                    if let Err(error) = self.value(object.get_mut(field)) {
                        return Err(error.in_field(fields.names.get(field).copied().unwrap_or_default()));
                    }
                }
                Name::Unknown => {
                    self.scan.skip()?;
                }
                Name::ApiVersion => {
                    self.constant(start, fields, "apiVersion", |kind| kind.api_version)?;
                }
                Name::Kind => self.constant(start, fields, "kind", |kind| kind.kind)?,
            }
        }
        Ok(())
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
    fn value(&mut self, place: Mut<'_>) -> Result<()> {
        match place {
            Mut::Str(it) => *it = self.scan.shared_string(self.interner, "a string")?,
            Mut::Object(object) => self.object(object)?,
            Mut::Sequence(sequence) => {
                let read = self.sequence(sequence);
                sequence.finish();
                read?;
            }
            Mut::Map(map) => {
                let read = self.map(map);
                map.finish();
                read?;
            }
            Mut::Enum(it) => it.set(self.scan.shared_string(self.interner, "a string")?),
            Mut::Bool(it) => *it = self.scan.boolean()?,
            Mut::I32(it) => *it = self.int32("an integer")?,
            Mut::I64(it) => *it = self.integer("an integer")?,
            Mut::Float(it) => *it = self.float()?,
            Mut::Time(it) => *it = self.parsed("an RFC 3339 time")?,
            Mut::MicroTime(it) => *it = self.parsed("an RFC 3339 time")?,
            Mut::Quantity(it) => *it = self.quantity()?,
            Mut::IntOrString(it) => *it = self.int_or_string()?,
            Mut::Bytes(it) => {
                let at = self.scan.at();
                match crate::ByteString::from_base64(self.scan.string("a string")?) {
                    Some(bytes) => *it = bytes,
                    None => return Err(DecodeError::new(at, "base64", "another string")),
                }
            }
            Mut::Raw(it) => it.set_checked(self.scan.skip()?),
            Mut::Skip => {
                self.scan.skip()?;
            }
        }
        Ok(())
    }

    fn sequence(&mut self, sequence: &mut dyn Sequence) -> Result<()> {
        self.scan.open(b'[', "an array")?;
        sequence.clear();
        let mut first = true;
        while self.scan.more(&mut first, b']')? {
            let place = sequence.push();
            if self.scan.null()? {
                continue;
            }
            if let Err(error) = self.value(place) {
                return Err(error.in_element(sequence.len().saturating_sub(1)));
            }
        }
        Ok(())
    }

    fn map(&mut self, map: &mut dyn Entries) -> Result<()> {
        self.scan.open(b'{', "an object")?;
        map.clear();
        let mut first = true;
        while self.scan.more(&mut first, b'}')? {
            let start = self.scan.at();
            let key = self.scan.shared_string(self.interner, "a string")?;
            self.scan.colon()?;
            let place = map.insert(key);
            if self.scan.null()? {
                continue;
            }
            if let Err(error) = self.value(place) {
                let mut again = self.scan.look_again(start);
                return Err(error.in_entry(again.string("a string").unwrap_or_default()));
            }
        }
        Ok(())
    }

    #[inline]
    fn integer(&mut self, expected: &'static str) -> Result<i64> {
        let (b'-' | b'0'..=b'9') = self.scan.peek() else { return self.scan.unexpected(expected) };
        let at = self.scan.at();
        let text = self.scan.number()?;
        let (negative, digits) = match text.as_bytes() {
            [b'-', digits @ ..] => (true, digits),
            digits => (false, digits),
        };
        if digits.len() <= 18 && digits.iter().all(u8::is_ascii_digit) {
            let value = digits.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
            return Ok(if negative { -value } else { value });
        }
        match text.parse() {
            Ok(value) => Ok(value),
            Err(_) if digits.iter().all(u8::is_ascii_digit) => {
                Err(DecodeError::new(at, "a 64-bit integer", "a larger number"))
            }
            Err(_) => Err(DecodeError::new(at, expected, "a number with a fraction or exponent")),
        }
    }

    fn int32(&mut self, expected: &'static str) -> Result<i32> {
        self.scan.peek();
        let at = self.scan.at();
        let value = self.integer(expected)?;
        i32::try_from(value).map_err(|_| DecodeError::new(at, "a 32-bit integer", "a larger number"))
    }

    fn float(&mut self) -> Result<f64> {
        let (b'-' | b'0'..=b'9') = self.scan.peek() else { return self.scan.unexpected("a number") };
        let at = self.scan.at();
        match self.scan.number()?.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(value),
            _ => Err(DecodeError::new(at, "a 64-bit float", "a larger number")),
        }
    }

    fn parsed<T: std::str::FromStr>(&mut self, expected: &'static str) -> Result<T> {
        self.scan.peek();
        let at = self.scan.at();
        let text = self.scan.string(expected)?;
        text.parse().map_err(|_| DecodeError::new(at, expected, "another string"))
    }

    fn quantity(&mut self) -> Result<Quantity> {
        match self.scan.peek() {
            b'-' | b'0'..=b'9' => Ok(self.scan.number()?.into()),
            _ => Ok(self.scan.shared_string(self.interner, "a quantity")?.into()),
        }
    }

    fn int_or_string(&mut self) -> Result<IntOrString> {
        match self.scan.peek() {
            b'"' => Ok(IntOrString::String(self.scan.shared_string(self.interner, "a string")?)),
            _ => Ok(IntOrString::Int(self.int32("an integer or a string")?)),
        }
    }
}
