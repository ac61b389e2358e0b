//! The static table of a struct: its wire names, a perfect hash over them, and what the documents say about each.

use super::{Ref, Written};

/// What is known of a struct's fields; one static value for each generated type.
#[derive(Debug)]
pub struct Fields {
    /// The name of the Rust type, for messages.
    pub type_name: &'static str,
    /// The API version and kind that are written and checked, of types that have exactly one.
    pub kind: Option<Kind>,
    /// True for `<Kind>List` types: their items carry no `apiVersion` and `kind` of their own.
    pub is_list: bool,
    /// The table of the lists of this type ([`ObjectList`](crate::ObjectList)), where the documents have one.
    pub list: Option<&'static Fields>,
    /// The wire names in ascending byte order; a field's number is its position here.
    pub names: &'static [&'static str],
    /// Bit `i % 64` of word `i / 64`: field `i` is written even when it is empty.
    pub required: &'static [u64],
    /// Bit `i % 64` of word `i / 64`: field `i` is an `Option` of a list or map, and `Some` of an empty one is written,
    /// because the documents say that null, absent and empty differ.
    pub keeps_empty: &'static [u64],
    /// How the names are written, by field number. Where there are none, names are written from `names`.
    pub written: &'static [Written],
    /// How a name finds its number.
    pub lookup: Lookup,
    /// What the documents say about single fields, ordered by field number.
    pub notes: &'static [(usize, Note)],
    /// `x-kubernetes-map-type` of the type itself: how server-side apply merges it wherever it stands.
    pub map_type: Option<MapType>,
    /// Unions of fields of which one is set (`x-kubernetes-unions`).
    pub unions: &'static [Union],
    /// True when members that are no fields are kept: the value with the number [`others`](Self::others) is their map.
    /// Its schema allows more than it names (`x-kubernetes-preserve-unknown-fields`, or `additionalProperties` beside
    /// `properties`).
    pub has_others: bool,
}

/// The API version and kind of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// `v1`, `apps/v1` ...
    pub api_version: &'static str,
    /// `Pod`, `Deployment` ...
    pub kind: &'static str,
}

/// How a wire name finds its field number.
#[derive(Debug)]
pub enum Lookup {
    /// A perfect hash that the generator found: `slots[hash(name, seed) % slots.len()]` is the number, 255 none.
    /// The number of slots is a power of two.
    Hash {
        /// The odd factor of the hash.
        seed: u64,
        /// Field numbers by hash; 255 marks an empty slot.
        slots: &'static [u8],
    },
    /// Binary search over the names: for tables that no perfect hash was found for, or with more than 255 fields.
    Sorted,
}

/// Something that the documents say about a field beyond its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// `x-kubernetes-list-type`: how server-side apply merges the list.
    ListType(ListType),
    /// `x-kubernetes-list-map-keys`: the fields that tell the elements of a map-like list apart.
    ListMapKeys(&'static [&'static str]),
    /// `x-kubernetes-map-type`: how server-side apply merges the map or struct.
    MapType(MapType),
    /// `x-kubernetes-patch-strategy`: how a strategic merge patch treats the field.
    PatchStrategy(&'static [PatchStrategy]),
    /// `x-kubernetes-patch-merge-key`: the key of a strategic merge patch over the list.
    PatchMergeKey(&'static str),
    /// The value is a secret: it never appears in `Debug` output, logs or errors.
    Secret,
}

/// `x-kubernetes-list-type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListType {
    /// Replaced as a whole.
    Atomic,
    /// Elements told apart by [`Note::ListMapKeys`].
    Map,
    /// Elements are scalars, each at most once.
    Set,
}

/// `x-kubernetes-map-type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapType {
    /// Replaced as a whole.
    Atomic,
    /// Merged entry by entry.
    Granular,
}

/// One word of `x-kubernetes-patch-strategy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatchStrategy {
    /// The lists are merged by [`Note::PatchMergeKey`].
    Merge,
    /// The value is replaced.
    Replace,
    /// Keys that the patch does not name are dropped.
    RetainKeys,
}

/// One union of `x-kubernetes-unions`: at most one of the fields is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Union {
    /// The field that says which member is set, where there is one.
    pub discriminator: Option<&'static str>,
    /// The wire name of each member with its value of the discriminator.
    pub members: &'static [(&'static str, &'static str)],
}

/// What the name of a member means: a field, or what the type as a whole must be.
pub(crate) enum Member {
    Field(usize),
    ApiVersion(Kind),
    Kind(Kind),
    Unknown,
}

impl Fields {
    /// A table of nothing, for `..Fields::NONE` in the tables of types.
    pub const NONE: Fields = Fields {
        type_name: "",
        kind: None,
        is_list: false,
        list: None,
        names: &[],
        required: &[],
        keeps_empty: &[],
        written: &[],
        lookup: Lookup::Sorted,
        notes: &[],
        map_type: None,
        unions: &[],
        has_others: false,
    };

    /// The table that all lists have in common; each has its name and kind.
    pub(crate) const LIST: Fields =
        Fields { is_list: true, names: &["items", "metadata"], required: &[1], ..Fields::NONE };

    /// The number of the field with this wire name.
    #[inline]
    pub fn find(&self, name: &str) -> Option<usize> {
        match &self.lookup {
            Lookup::Hash { seed, slots } => {
                let key = Key::new(name.as_bytes());
                let slot = key.hash(*seed) & slots.len().wrapping_sub(1);
                let field = usize::from(*slots.get(slot)?);
                key.is(self.names.get(field)?.as_bytes()).then_some(field)
            }
            Lookup::Sorted => self.names.binary_search(&name).ok(),
        }
    }

    /// The wire name of a field.
    #[inline]
    pub(crate) fn name(&self, field: usize) -> &'static str {
        self.names.get(field).copied().unwrap_or_default()
    }

    /// What a member of this name is to the type.
    #[inline]
    pub(crate) fn member(&self, name: &str) -> Member {
        match (self.find(name), self.kind) {
            (Some(field), _) => Member::Field(field),
            (None, Some(kind)) if name == "kind" => Member::Kind(kind),
            (None, Some(kind)) if name == "apiVersion" => Member::ApiVersion(kind),
            (None, _) => Member::Unknown,
        }
    }

    /// True when the field is written even when it is empty.
    #[inline]
    pub fn is_required(&self, field: usize) -> bool {
        has_bit(self.required, field)
    }

    /// True when the field is written on create and update with this value.
    #[inline]
    pub(crate) fn is_written(&self, field: usize, value: Ref<'_>) -> bool {
        match value {
            // First, because it is what most fields are.
            Ref::None => self.is_required(field),
            _ => !value.is_empty() || self.is_written_empty(field),
        }
    }

    /// True when the field is written on create and update as an empty list or map.
    #[inline]
    pub(crate) fn is_written_empty(&self, field: usize) -> bool {
        self.is_required(field) || has_bit(self.keeps_empty, field)
    }

    /// What the documents say about a field.
    pub fn notes(&self, field: usize) -> impl Iterator<Item = &'static Note> {
        let from = self.notes.partition_point(|(number, _)| *number < field);
        let notes = self.notes.get(from..).unwrap_or_default();
        notes.iter().take_while(move |(number, _)| *number == field).map(|(_, note)| note)
    }

    /// True when the field holds a secret.
    pub fn is_secret(&self, field: usize) -> bool {
        self.notes(field).any(|note| *note == Note::Secret)
    }
}

#[inline]
fn has_bit(words: &[u64], field: usize) -> bool {
    words.get(field / 64).is_some_and(|word| word >> (field % 64) & 1 == 1)
}

/// A name with what its hash is made of: its length and its first and last (up to) eight bytes.
struct Key<'a> {
    bytes: &'a [u8],
    head: u64,
    tail: u64,
}

impl<'a> Key<'a> {
    /// `kubesdk-generator` computes the same in `table.rs`; a test of the generated crate looks every name up.
    #[inline(always)]
    fn new(bytes: &'a [u8]) -> Self {
        let (head, tail) = match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
            (Some(head), Some(tail)) => (u64::from_le_bytes(*head), u64::from_le_bytes(*tail)),
            _ => short_ends(bytes),
        };
        Key { bytes, head, tail }
    }

    #[inline(always)]
    fn hash(&self, seed: u64) -> usize {
        let mixed = (self.head ^ self.tail.rotate_left(29)).wrapping_add(self.bytes.len() as u64);
        (mixed.wrapping_mul(seed) >> 40) as usize
    }

    /// Up to 16 bytes the ends are the whole name.
    #[inline(always)]
    fn is(&self, name: &[u8]) -> bool {
        let n = self.bytes.len();
        if name.len() != n {
            return false;
        }
        let other = Key::new(name);
        (self.head, self.tail) == (other.head, other.tail)
            && (n <= 16 || name.get(8..n - 8) == self.bytes.get(8..n - 8))
    }
}

#[inline(always)]
fn short_ends(bytes: &[u8]) -> (u64, u64) {
    match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (Some(head), Some(tail)) => {
            (u64::from(u32::from_le_bytes(*head)), u64::from(u32::from_le_bytes(*tail)))
        }
        _ => match bytes {
            [] => (0, 0),
            [one] => (u64::from(*one) | u64::from(*one) << 8, u64::from(*one)),
            [first, .., last] => {
                (u64::from(*first) | u64::from(bytes[bytes.len() / 2]) << 8, u64::from(*last))
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One slot for each of the names, found by trying odd seeds in order.
    fn hashed(names: &'static [&'static str]) -> Fields {
        let size = names.len().next_power_of_two() * 2;
        for seed in (1..).step_by(2).map(|n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1) {
            let mut slots = vec![255u8; size];
            let free = names.iter().enumerate().all(|(field, name)| {
                let slot = &mut slots[Key::new(name.as_bytes()).hash(seed) & (size - 1)];
                let free = *slot == 255;
                *slot = field as u8;
                free
            });
            if free {
                return Fields { names, lookup: Lookup::Hash { seed, slots: slots.leak() }, ..Fields::NONE };
            }
        }
        unreachable!("there are more seeds than that")
    }

    #[test]
    fn every_name_is_found_and_no_other() {
        static NAMES: &[&str] = &[
            "",
            "a",
            "ab",
            "abc",
            "abcd",
            "abcdefgh",
            "abcdefghi",
            "abcdefghijklmnopqrstuvwxyz",
            "metadata",
        ];
        for fields in [hashed(NAMES), Fields { names: NAMES, ..Fields::NONE }] {
            for (number, name) in NAMES.iter().enumerate() {
                assert_eq!(fields.find(name), Some(number), "{name}");
            }
            for other in
                ["b", "ba", "acc", "abce", "abcdefgx", "abcdefghijkl_nopqrstuvwxyz", "Metadata", "metadatas"]
            {
                assert_eq!(fields.find(other), None, "{other}");
            }
        }
    }

    #[test]
    fn required_bits_reach_past_one_word() {
        let fields = Fields { required: &[1, 2], ..Fields::NONE };
        let required: Vec<usize> = (0..200).filter(|field| fields.is_required(*field)).collect();
        assert_eq!(required, [0, 65]);
    }

    #[test]
    fn an_empty_table_finds_nothing() {
        assert_eq!(Fields::NONE.find("kind"), None);
        let hashed = Fields { lookup: Lookup::Hash { seed: 1, slots: &[] }, ..Fields::NONE };
        assert_eq!(hashed.find("kind"), None);
    }
}
