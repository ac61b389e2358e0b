//! The interner: equal texts are shared while decoding instead of allocated again.
//!
//! Names, namespaces, images and label values repeat all through a list; managed fields and copies of manifests
//! repeat from one object to the next.

use std::ops::Range;

use crate::Str;
use crate::json::Shapes;

/// What was decoded before and is likely to come again.
pub(crate) struct Interner {
    short: Table,
    /// Long raw values and long strings that were written with escapes; other long strings hardly repeat.
    long: Table,
    /// The last of those strings.
    pub(crate) escaped: Recent,
    /// The last of those raw values.
    pub(crate) raw: Recent,
    /// What the objects of each type looked like.
    pub(crate) shapes: Shapes,
}

impl Interner {
    /// Most strings that repeat are no longer.
    const LONGEST: usize = 128;

    /// An interner for an input of about this many bytes.
    pub(crate) fn for_input(bytes: usize) -> Self {
        Interner {
            short: Table::new((bytes / 256).clamp(16, 16 << 10)),
            long: Table::new((bytes >> 13).clamp(1, 2 << 10)),
            escaped: Recent::default(),
            raw: Recent::default(),
            shapes: Shapes::for_input(bytes),
        }
    }

    /// A string with this part of a text, shared with an earlier one if it is short.
    ///
    /// It is taken out of the text only if it is new: where characters start is checked there.
    #[inline]
    pub(crate) fn get_part(&mut self, text: &str, part: Range<usize>) -> Str {
        match text.as_bytes().get(part.clone()) {
            Some(bytes @ [_, ..]) if bytes.len() <= Self::LONGEST => {
                self.short.get(bytes, hash(bytes), || text.get(part).unwrap_or_default())
            }
            _ => Str::from(text.get(part).unwrap_or_default()),
        }
    }

    /// A string with this text, shared with an earlier one if it is short.
    pub(crate) fn get(&mut self, text: &str) -> Str {
        match text.len() {
            0 => Str::new(),
            1..=Self::LONGEST => self.short.get(text.as_bytes(), hash(text.as_bytes()), || text),
            _ => Str::from(text),
        }
    }

    /// The same for texts of which long ones repeat too.
    pub(crate) fn get_long(&mut self, text: &str) -> Str {
        match text.len() {
            ..=Self::LONGEST => self.get(text),
            length if length <= Recent::LONGEST => {
                self.long.get(text.as_bytes(), sample(text.as_bytes()), || text)
            }
            _ => Str::from(text),
        }
    }
}

/// The last string for each hash that came twice.
struct Table {
    /// A power of two of them, so that the upper bits of a hash choose one; none until the first string.
    slots: Vec<Slot>,
    bits: u32,
}

#[derive(Clone, Default)]
struct Slot {
    /// The lower half of the hash of the text, which tells all others without a look at it.
    kept: u32,
    /// That of the last text that was not kept. Half of all strings come but once: to keep them would throw others
    /// out, and to let go of them again means a visit to memory that is no longer in any cache.
    seen: u32,
    text: Str,
}

impl Table {
    fn new(slots: usize) -> Self {
        Table { slots: Vec::new(), bits: slots.next_power_of_two().trailing_zeros() }
    }

    #[inline]
    fn get<'a>(&mut self, bytes: &[u8], hash: u64, text: impl FnOnce() -> &'a str) -> Str {
        let (place, tag) = ((hash >> 32) as usize & ((1 << self.bits) - 1), hash as u32);
        match self.slots.get(place) {
            Some(slot) if slot.kept == tag && slot.text.as_bytes() == bytes => slot.text.clone(),
            _ => self.new_text(text(), place, tag),
        }
    }

    #[inline(never)]
    fn new_text(&mut self, text: &str, place: usize, tag: u32) -> Str {
        let new = Str::from(text);
        if self.slots.is_empty() {
            self.slots.resize(1 << self.bits, Slot::default());
        }
        if let Some(slot) = self.slots.get_mut(place) {
            if slot.seen == tag {
                (slot.kept, slot.text) = (tag, new.clone());
            }
            slot.seen = tag;
        }
        new
    }
}

/// The hash of a long text: of its length and a block in every 256 bytes, because what is alike is compared anyway.
fn sample(text: &[u8]) -> u64 {
    let mut blocks = [0u8; 16 * 64];
    let mut used = 0;
    for (to, from) in blocks.chunks_exact_mut(16).zip(text.chunks(256)) {
        let length = from.len().min(16);
        if let (Some(to), Some(from)) = (to.get_mut(..length), from.get(..length)) {
            to.copy_from_slice(from);
        }
        used += 16;
    }
    hash(blocks.get(..used).unwrap_or_default())
        ^ hash(text.last_chunk::<16>().map_or(text, |last| last)).rotate_left(7)
}

/// Sixteen bytes for each multiplication; the last block overlaps the one before it.
#[inline]
fn hash(text: &[u8]) -> u64 {
    const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |hash: u64, block: u128| {
        let product = u128::from(block as u64 ^ hash) * u128::from((block >> 64) as u64 ^ SEED);
        product as u64 ^ (product >> 64) as u64
    };
    let start = (text.len() as u64).wrapping_mul(SEED);
    if let Some(last) = text.last_chunk::<16>() {
        let (blocks, _) = text.as_chunks::<16>();
        let hash = blocks.iter().fold(start, |hash, block| mix(hash, u128::from_le_bytes(*block)));
        return mix(hash, u128::from_le_bytes(*last));
    }
    let (head, tail) = match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        (Some(head), Some(tail)) => (u64::from_le_bytes(*head), u64::from_le_bytes(*tail)),
        _ => match (text.first_chunk::<4>(), text.last_chunk::<4>()) {
            (Some(head), Some(tail)) => (u32::from_le_bytes(*head).into(), u32::from_le_bytes(*tail).into()),
            _ => (text.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)), 0),
        },
    };
    mix(start, u128::from(head) | u128::from(tail) << 64)
}

/// The last few long texts as they stood in a document, with what they meant.
///
/// A text is tried by comparing it with what comes next, which is many times faster than reading it: nothing has to
/// be checked again, because a JSON value that starts with all of another string, array or object is that value.
#[derive(Default)]
pub(crate) struct Recent {
    /// The most recent first.
    texts: Vec<Text>,
}

struct Text {
    /// With its quotes or brackets.
    source: Str,
    meaning: Str,
    /// How deep it stood where it was checked; any deeper and its levels may be too many.
    depth: u32,
}

impl Recent {
    /// As many as there are field managers of a few kinds of objects that take turns.
    const MOST: usize = 8;
    /// Shorter ones are read as fast.
    const SHORTEST: usize = 64;
    /// Longer ones would cost too much memory to remember.
    const LONGEST: usize = 16 << 10;

    /// The length of the value that comes and its meaning, if it is one of these.
    #[inline]
    pub(crate) fn find(&mut self, rest: &[u8], depth: u32) -> Option<(usize, Str)> {
        let found = self.texts.iter().position(|text| {
            // Most of the others differ in their last bytes too, so that few are compared as a whole.
            let source = text.source.as_bytes();
            depth <= text.depth
                && rest.get(source.len() - 16..source.len()) == source.last_chunk::<16>().map(|it| &it[..])
                && rest.starts_with(source)
        })?;
        self.texts.get_mut(..=found)?.rotate_right(1);
        self.texts.first().map(|text| (text.source.len(), text.meaning.clone()))
    }

    /// Remembers a value that was not among them, if it is worth it.
    pub(crate) fn add(&mut self, source: &str, meaning: &Str, depth: u32) {
        // A number is no value that ends by itself.
        let ends = source.ends_with(['"', '}', ']']);
        if !ends || !(Self::SHORTEST..=Self::LONGEST).contains(&source.len()) {
            return;
        }
        let source = if source == meaning.as_str() { meaning.clone() } else { Str::from(source) };
        self.texts.truncate(Self::MOST - 1);
        self.texts.insert(0, Text { source, meaning: meaning.clone(), depth });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_shares_and_never_mixes_up() {
        let mut interner = Interner::for_input(0);
        interner.get("default");
        let (a, b) = (interner.get("default"), interner.get("default"));
        assert!(std::ptr::eq(a.as_str(), b.as_str()));
        let long = "long ".repeat(100);
        interner.get_long(&long);
        let (a, b) = (interner.get_long(&long), interner.get_long(&long));
        assert!(std::ptr::eq(a.as_str(), b.as_str()));
        for n in 0..10_000 {
            let text = "x".repeat(n % 150) + &n.to_string();
            assert_eq!(interner.get(&text), text);
            assert_eq!(interner.get_long(&text), text);
        }
        assert_eq!(interner.get(""), "");
    }

    #[test]
    fn the_most_recent_long_texts_are_found_no_deeper_than_they_were() {
        let mut recent = Recent::default();
        let text = |n: usize| format!("[{}]", "1234567890,".repeat(7) + &n.to_string());
        for n in 0..10 {
            recent.add(&text(n), &text(n).into(), 3);
        }
        let mut found = |n: usize, depth| recent.find((text(n) + ",1").as_bytes(), depth);
        assert_eq!(found(5, 3), Some((text(5).len(), text(5).into())));
        assert_eq!(found(5, 0), Some((text(5).len(), text(5).into())));
        assert_eq!(found(5, 4), None);
        assert_eq!(found(1, 3), None, "the oldest go");
        let digits = "1".repeat(100);
        recent.add(&digits, &digits.as_str().into(), 0);
        assert_eq!(recent.find((digits.clone() + "1").as_bytes(), 0), None, "a number has no end of its own");
        recent.add("[1]", &"[1]".into(), 0);
        assert_eq!(recent.find(b"[1]", 0), None, "too short");
        assert_eq!(recent.find(b"[", 0), None);
    }
}
