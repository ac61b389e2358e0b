//! What server-side apply sends of an object: what was set, and what was named.

use std::collections::BTreeMap;
use std::fmt;

use super::PathError;
use super::access::{element, entry_number, field};
use super::lists::keys;
use super::merge_patch::{Members, written};
use super::path::{Path, Step};
use crate::json::{encode_string, encode_value, writes_kind_of_items};
use crate::object::{Entries, Sequence, equal_values, others};
use crate::{Mut, Object, RawJson, Ref};

type Result<T, E = PathError> = std::result::Result<T, E>;

/// An object as server-side apply takes it: each field that is sent is owned by the field manager afterwards.
///
/// A field is sent if it differs from its default, or if [`owning`](Self::owning) names it. Required scalars at their
/// default (`""`, `0`, `false`) and structs that stand inline and have nothing in them are not sent; `apiVersion`,
/// `kind`, the elements of lists and the keys that tell them apart always are. [`encoding`](crate::encoding) has both
/// modes side by side.
///
/// # Example
///
/// ```
/// use kubesdk_core::{Status, StatusDetails, verbs::PatchBody, walk::Apply};
///
/// let details = Some(Box::new(StatusDetails { name: Some("web".into()), ..Default::default() }));
/// let status = Status { details, ..Default::default() };
/// assert_eq!(
///     PatchBody::apply(&status).text(),
///     r#"{"apiVersion":"v1","kind":"Status","details":{"name":"web"}}"#,
/// );
/// assert_eq!(
///     PatchBody::from(Apply::new(&status).owning("details.causes")?).text(),
///     r#"{"apiVersion":"v1","kind":"Status","details":{"causes":[],"name":"web"}}"#,
/// );
/// # Ok::<(), kubesdk_core::walk::PathError>(())
/// ```
pub struct Apply<'o> {
    object: &'o dyn Object,
    /// A default object of the type.
    schema: Box<dyn Object>,
    owned: Owned,
}

/// What is named of a value, by the numbers of its fields, elements and entries.
#[derive(Default)]
struct Owned {
    is_named: bool,
    below: BTreeMap<usize, Owned>,
}

impl<'o> Apply<'o> {
    /// What was set of an object.
    pub fn new<T: Object + Default + 'static>(object: &'o T) -> Self {
        Apply { object, schema: Box::new(T::default()), owned: Owned::default() }
    }

    /// Sends what is at this path even if it is the default: an empty list, so that no other manager's elements stay;
    /// a zero; an empty struct.
    ///
    /// # Errors
    ///
    /// [`PathError`] when the path does not fit, or leads to an optional field that is not set: there is nothing to
    /// send.
    pub fn owning<P>(mut self, path: P) -> Result<Self>
    where
        P: TryInto<Path>,
        PathError: From<P::Error>,
    {
        let mut owned = &mut self.owned;
        for number in numbers(self.object, path.try_into()?.steps())? {
            owned = owned.below.entry(number).or_default();
        }
        owned.is_named = true;
        Ok(self)
    }

    /// What is sent.
    pub fn to_json(mut self) -> RawJson {
        let mut out = Vec::with_capacity(1024);
        if !object(self.object, &mut *self.schema, Some(&self.owned), &[], true, &mut out) {
            out.extend_from_slice(b"{}");
        }
        RawJson::of_checked(&String::from_utf8_lossy(&out))
    }
}

impl fmt::Debug for Apply<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Apply").field(&Ref::Object(self.object)).finish()
    }
}

/// The numbers of the fields, elements and entries on the way to a value that is there.
fn numbers(object: &dyn Object, steps: &[Step]) -> Result<Vec<usize>> {
    let mut value = Ref::Object(object);
    let mut numbers = Vec::with_capacity(steps.len());
    for at in 0..steps.len() {
        let upto = steps.get(..=at).unwrap_or_default();
        let nothing = || PathError::part(upto, "nothing is set here to own");
        if let (Ref::Object(object), Some(Step::Name(name))) = (value, upto.last())
            && object.fields().is_other(name)
            && let Some(map) = others(object)
        {
            numbers.extend(object.fields().others());
            value = Ref::Map(map);
        }
        let number = match (value, upto.last()) {
            (Ref::Object(object), _) => field(object.fields(), upto)?,
            (Ref::Map(map), Some(Step::Name(key))) => entry_number(map, key).ok_or_else(nothing)?,
            (Ref::Map(_), _) => return Err(PathError::part(upto, "a map takes a key")),
            (Ref::Sequence(sequence), _) => element(sequence, upto)?.ok_or_else(nothing)?,
            (Ref::Raw(_), _) => return Err(PathError::part(upto, "free-form JSON is sent as a whole")),
            _ => return Err(PathError::part(upto, "a scalar has no parts")),
        };
        value = match value {
            Ref::Object(object) => object.get(number),
            Ref::Sequence(sequence) => sequence.get(number),
            Ref::Map(map) => map.get(number).map_or(Ref::None, |(_, value)| value),
            _ => Ref::None,
        };
        if matches!(value, Ref::None) {
            return Err(nothing());
        }
        numbers.push(number);
    }
    Ok(numbers)
}

/// Writes an object with what is sent of it; false, and nothing is written, when nothing is.
fn object(
    it: &dyn Object,
    schema: &mut dyn Object,
    owned: Option<&Owned>,
    keys: &[&str],
    with_kind: bool,
    out: &mut Vec<u8>,
) -> bool {
    let fields = it.fields();
    let mut members = Members::new(out);
    if let Some(kind) = fields.kind.filter(|_| with_kind) {
        for (name, text) in [("apiVersion", kind.api_version), ("kind", kind.kind)] {
            members.add(name, |out| {
                encode_string(text, out);
                true
            });
        }
    }
    for (number, name) in fields.names.iter().enumerate() {
        let value = it.get(number);
        let owned = owned.and_then(|owned| owned.below.get(&number));
        if keys.contains(name) && written(it, number).is_some() {
            members.add(name, |out| {
                encode_value(value, true, out);
                true
            });
            continue;
        }
        let is_optional = matches!(schema.get(number), Ref::None);
        if owned.is_none() && is_default(value, schema.get(number)) {
            continue;
        }
        let sent =
            Sent { owned, keys: self::keys(fields, number), with_kind: writes_kind_of_items(fields, name) };
        let place = schema.get_mut(number);
        members.add(name, |out| {
            let is_written = sent.value(value, place, out);
            if !is_written && (is_optional || owned.is_some()) {
                out.extend_from_slice(b"{}");
            }
            is_written || is_optional || owned.is_some()
        });
    }
    if let Some(number) = fields.others() {
        let owned = owned.and_then(|owned| owned.below.get(&number));
        if let (Ref::Map(it), Mut::Map(schema)) = (it.get(number), schema.get_mut(number)) {
            entries(it, schema, owned, |name| fields.is_other(name), &mut members);
        }
    }
    members.finish()
}

/// True for what an unset field is; of a struct that stands inline only its fields can say.
fn is_default(value: Ref<'_>, default: Ref<'_>) -> bool {
    let is_plain = !matches!(default, Ref::None);
    match value {
        Ref::None => true,
        Ref::Object(_) => false,
        Ref::Sequence(it) => it.is_empty() && is_plain,
        Ref::Map(it) => it.is_empty() && is_plain,
        _ => equal_values(value, default),
    }
}

/// How a value is sent.
struct Sent<'a> {
    owned: Option<&'a Owned>,
    /// The fields that tell the elements of the list apart.
    keys: &'static [&'static str],
    with_kind: bool,
}

impl Sent<'_> {
    /// False, and nothing is written, for a struct of which nothing is sent.
    fn value(&self, value: Ref<'_>, schema: Mut<'_>, out: &mut Vec<u8>) -> bool {
        match (value, schema) {
            (Ref::Object(it), Mut::Object(schema)) => {
                object(it, schema, self.owned, &[], self.with_kind, out)
            }
            (Ref::Sequence(it), Mut::Sequence(schema)) => {
                self.sequence(it, schema, out);
                true
            }
            (Ref::Map(it), Mut::Map(schema)) => {
                self.map(it, schema, out);
                true
            }
            (value, _) => {
                encode_value(value, self.with_kind, out);
                true
            }
        }
    }

    fn sequence(&self, it: &dyn Sequence, schema: &mut dyn Sequence, out: &mut Vec<u8>) {
        out.push(b'[');
        for index in 0..it.len() {
            if index > 0 {
                out.push(b',');
            }
            let owned = self.owned.and_then(|owned| owned.below.get(&index));
            let is_written = match (it.get(index), schema.push()) {
                (Ref::Object(it), Mut::Object(schema)) => {
                    object(it, schema, owned, self.keys, self.with_kind, out)
                }
                (value, schema) => Sent { owned, keys: &[], ..*self }.value(value, schema, out),
            };
            if !is_written {
                out.extend_from_slice(b"{}");
            }
        }
        out.push(b']');
    }

    fn map(&self, it: &dyn Entries, schema: &mut dyn Entries, out: &mut Vec<u8>) {
        let mut members = Members::new(out);
        entries(it, schema, self.owned, |_| true, &mut members);
        if !members.finish() {
            out.extend_from_slice(b"{}");
        }
    }
}

/// The entries of a map, those whose keys are sent: as members of it, or of the object whose other members they are.
fn entries(
    it: &dyn Entries,
    schema: &mut dyn Entries,
    owned: Option<&Owned>,
    is_sent: impl Fn(&str) -> bool,
    members: &mut Members<'_>,
) {
    for index in 0..it.len() {
        let Some((key, value)) = it.get(index).filter(|(key, _)| is_sent(key)) else { continue };
        let owned = owned.and_then(|owned| owned.below.get(&index));
        let schema = schema.insert(key.into());
        members.add(key, |out| {
            if !(Sent { owned, keys: &[], with_kind: true }.value(value, schema, out)) {
                out.extend_from_slice(b"{}");
            }
            true
        });
    }
}

#[cfg(test)]
mod tests;
