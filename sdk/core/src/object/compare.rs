//! Whether two objects are equal.

use super::{Entries, Object, Ref, Sequence};

/// True when both objects are of the same type and all their fields are equal, those that are empty too.
///
/// Quantities inside objects are equal if their texts are.
pub fn equal(a: &dyn Object, b: &dyn Object) -> bool {
    std::ptr::eq(a.fields(), b.fields())
        && a.fields().may_be_set_in(a, b).all(|field| equal_values(a.get(field), b.get(field)))
        && a.fields().others().is_none_or(|field| equal_values(a.get(field), b.get(field)))
}

/// True when both values are of the same kind and equal.
///
/// It stands in each of the loops here, so that most fields, which are not set, cost no call of it.
#[inline(always)]
pub(crate) fn equal_values(a: Ref<'_>, b: Ref<'_>) -> bool {
    match (a, b) {
        (Ref::None, Ref::None) => true,
        // Texts are shared: those of clones, and equal ones of one list.
        (Ref::Str(a), Ref::Str(b)) => std::ptr::eq(a, b) || a == b,
        (Ref::Bool(a), Ref::Bool(b)) => a == b,
        (Ref::Int(a), Ref::Int(b)) => a == b,
        (Ref::Float(a), Ref::Float(b)) => a == b,
        (Ref::Time(a), Ref::Time(b)) => a == b,
        (Ref::MicroTime(a), Ref::MicroTime(b)) => a == b,
        (Ref::Bytes(a), Ref::Bytes(b)) => a == b,
        (Ref::Raw(a), Ref::Raw(b)) => a == b,
        (Ref::Object(a), Ref::Object(b)) => equal(a, b),
        (Ref::Sequence(a), Ref::Sequence(b)) => equal_sequences(a, b),
        (Ref::Map(a), Ref::Map(b)) => equal_maps(a, b),
        _ => false,
    }
}

fn equal_sequences(a: &dyn Sequence, b: &dyn Sequence) -> bool {
    let length = a.len();
    length == b.len() && (0..length).all(|index| equal_values(a.get(index), b.get(index)))
}

fn equal_maps(a: &dyn Entries, b: &dyn Entries) -> bool {
    let length = a.len();
    length == b.len()
        && (0..length).all(|index| match (a.get(index), b.get(index)) {
            (Some((key, value)), Some((other_key, other))) => {
                (std::ptr::eq(key, other_key) || key == other_key) && equal_values(value, other)
            }
            _ => false,
        })
}
