//! The numbers of the fields that a walk looks at: of most objects few fields are set, and each look is a call.

use super::{Fields, Object};

impl Fields {
    /// The fields that may be written, in ascending order: those that may be set, and those that are always written.
    #[inline]
    pub(crate) fn may_be_written(&self, object: &dyn Object) -> Visit {
        let required = self.required.first().copied().unwrap_or_default();
        Visit::of(object.may_be_set() | required, self.names.len())
    }

    /// The fields that may be set in one of two objects of this type.
    #[inline]
    pub(crate) fn may_be_set_in(&self, one: &dyn Object, other: &dyn Object) -> Visit {
        Visit::of(one.may_be_set() | other.may_be_set(), self.names.len())
    }
}

/// Numbers of fields: those of the first 64 that have a bit, and all behind.
#[derive(Clone)]
pub(crate) struct Visit {
    bits: u64,
    /// The number that the lowest bit stands for.
    first: usize,
    /// How many fields there are from there.
    left: usize,
}

impl Visit {
    #[inline]
    fn of(bits: u64, fields: usize) -> Self {
        Visit { bits: bits & lowest(fields), first: 0, left: fields }
    }

    /// No fewer than it will give; exact for all but types of more than 64 fields.
    #[inline]
    pub(crate) fn at_most(&self) -> usize {
        self.bits.count_ones() as usize + self.left.saturating_sub(64)
    }

    /// The next 64 fields.
    #[cold]
    fn next_word(&mut self) -> Option<usize> {
        while self.bits == 0 {
            self.left = self.left.checked_sub(64).filter(|left| *left > 0)?;
            self.first += 64;
            self.bits = lowest(self.left);
        }
        self.next()
    }
}

impl Iterator for Visit {
    type Item = usize;

    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        if self.bits == 0 {
            return if self.left <= 64 { None } else { self.next_word() };
        }
        let number = self.first + self.bits.trailing_zeros() as usize;
        self.bits &= self.bits - 1;
        Some(number)
    }
}

/// A bit for each of the first 64 booleans, in this order: what [`Object::may_be_set`] gives.
#[inline]
pub fn bits(set: &[bool]) -> u64 {
    let set = set.iter().take(64).enumerate();
    set.fold(0, |bits, (number, set)| bits | u64::from(*set) << number)
}

/// So many of the lowest bits.
#[inline]
fn lowest(count: usize) -> u64 {
    match count {
        0..64 => (1 << count) - 1,
        _ => u64::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_choose_among_the_first_fields_and_all_behind_follow() {
        let check = |bits, fields, expected: &[usize]| {
            let visit = Visit::of(bits, fields);
            assert_eq!(visit.at_most(), expected.len(), "{bits:#x} {fields}");
            assert_eq!(visit.collect::<Vec<_>>(), expected, "{bits:#x} {fields}");
        };
        check(0, 0, &[]);
        check(u64::MAX, 0, &[]);
        check(u64::MAX, 3, &[0, 1, 2]);
        check(0b1010, 3, &[1]);
        check(1 << 63 | 1, 64, &[0, 63]);
        check(0, 64, &[]);
        check(0, 66, &[64, 65]);
        check(0b100, 65, &[2, 64]);
        check(0, 130, &(64..130).collect::<Vec<_>>());
    }
}
