//! The members of objects and maps as a deserializer hands them out.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

use super::deserialize::Target;
use crate::json::describe_kind;
use crate::object::{Entries, Fields, Kind, Member, others_mut};
use crate::{Mut, Object, Str};

pub(super) fn read_entries<'de, A: MapAccess<'de>>(
    map: &mut dyn Entries,
    members: &mut A,
) -> Result<(), A::Error> {
    while let Some(key) = members.next_key::<Str>()? {
        members.next_value_seed(Target::Entry(map, key))?;
    }
    Ok(())
}

pub(super) fn read_object<'de, A: MapAccess<'de>>(
    object: &mut dyn Object,
    mut members: A,
) -> Result<(), A::Error> {
    let fields = object.fields();
    let (mut api_version, mut kind) = (None::<Str>, None::<Str>);
    others_mut(object).into_iter().for_each(|map| map.clear());
    let mut read = || {
        while let Some(name) = members.next_key_seed(Names(fields))? {
            match name {
                Name::Known(Member::Field(field)) => members.next_value_seed(Target::Field(object, field))?,
                Name::Known(Member::ApiVersion(_)) => api_version = members.next_value()?,
                Name::Known(Member::Kind(_)) => kind = members.next_value()?,
                Name::Known(Member::Unknown) => {
                    members.next_value::<serde::de::IgnoredAny>()?;
                }
                Name::Other(name) => {
                    let place = others_mut(object);
                    members.next_value_seed(match place {
                        Some(map) => Target::Entry(map, name),
                        None => Target::Place(Mut::Skip),
                    })?;
                }
            }
        }
        Ok(())
    };
    let read = read();
    others_mut(object).into_iter().for_each(|map| map.finish());
    // That it is another kind says more than that a field does not fit.
    match fields.kind {
        Some(expected) => {
            check_kind(expected, api_version.as_deref(), kind.as_deref()).map_err(A::Error::custom)
        }
        None => Ok(()),
    }?;
    read
}

fn check_kind(expected: Kind, api_version: Option<&str>, kind: Option<&str>) -> Result<(), String> {
    let fits = |found: Option<&str>, expected: &str| found.is_none_or(|it| it.is_empty() || it == expected);
    if fits(api_version, expected.api_version) && fits(kind, expected.kind) {
        return Ok(());
    }
    let found = describe_kind(expected, api_version, kind);
    Err(format!("expected {} {}, found {found}", expected.api_version, expected.kind))
}

struct Names(&'static Fields);

/// What the name of a member means, with the name of one that is kept without being a field.
enum Name {
    Known(Member),
    Other(Str),
}

impl<'de> DeserializeSeed<'de> for Names {
    type Value = Name;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Name, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Names {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Name, E> {
        Ok(match self.0.member(name) {
            Member::Unknown if self.0.has_others => Name::Other(name.into()),
            known => Name::Known(known),
        })
    }

    fn visit_bytes<E: Error>(self, name: &[u8]) -> Result<Name, E> {
        self.visit_str(std::str::from_utf8(name).unwrap_or_default())
    }
}
