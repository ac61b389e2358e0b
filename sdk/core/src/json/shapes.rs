//! What decoding teaches about the objects of a text: in which order their members come and how long their arrays are.
//!
//! One server writes the members of a type in one order and leaves out the same ones. So the name that comes is
//! compared with the one that followed last time, and only if it is another one it is searched and looked up. Arrays
//! and maps are made as long as the last one at their place was, so that hardly any grows or shrinks.

use std::collections::HashMap;

use crate::object::Fields;

/// What was learned, over all objects that were decoded with it.
pub(crate) struct Shapes {
    /// The first is [`ROOT`]; then, for each type, one for its start and one for each of its fields.
    places: Vec<Place>,
    /// Where the places of a type start, by the address of its table.
    starts: HashMap<usize, usize>,
    /// False for small texts: they end before learning pays.
    learns: bool,
}

/// The place of the outermost value; where nothing is learned also that of all others.
pub(crate) const ROOT: usize = 0;

/// A field of a type, wherever the type occurs.
#[derive(Clone, Default)]
struct Place {
    /// The first bytes of the member, `"name":`, filled with zeros.
    text: u128,
    /// Ones over those bytes; none if no name is to be expected here.
    mask: u128,
    /// The length of the whole member up to its value.
    length: usize,
    /// The place of the field that followed, counted from the start of the type; 0 for none.
    next: usize,
    /// The number of elements of the array or map that was here.
    elements: usize,
    /// The table of the struct that was here, and where its places start.
    child: (usize, usize),
}

impl Shapes {
    /// Texts shorter than this teach nothing: making the places of a type costs as much as reading a few objects.
    const SHORTEST: usize = 64 << 10;

    pub(crate) fn for_input(bytes: usize) -> Self {
        Shapes { places: vec![Place::default()], starts: HashMap::new(), learns: bytes >= Self::SHORTEST }
    }

    /// Where the places of the struct at this place start.
    #[inline(always)]
    pub(crate) fn start(&mut self, place: usize, fields: &'static Fields) -> usize {
        let table = std::ptr::from_ref(fields).addr();
        match self.places.get(place) {
            Some(Place { child: (child, start), .. }) if *child == table => *start,
            _ if self.learns => self.other_start(place, fields, table),
            _ => ROOT,
        }
    }

    #[inline(never)]
    fn other_start(&mut self, place: usize, fields: &'static Fields, table: usize) -> usize {
        let places = &mut self.places;
        let start = *self.starts.entry(table).or_insert_with(|| {
            let start = places.len();
            places.push(Place::default());
            places.extend(fields.names.iter().map(|name| Place::of(name)));
            start
        });
        if let Some(place) = self.places.get_mut(place) {
            place.child = (table, start);
        }
        start
    }

    /// The place of a field.
    #[inline(always)]
    pub(crate) fn place(start: usize, field: usize) -> usize {
        if start == ROOT { ROOT } else { start + 1 + field }
    }

    /// The member that followed the last one: its place, if that is what comes, and its length up to the value.
    #[inline(always)]
    pub(crate) fn expected(
        &self,
        start: usize,
        last: usize,
        fields: &'static Fields,
        rest: &[u8],
    ) -> Option<(usize, usize)> {
        let next = self.places.get(last)?.next;
        let place = self.places.get(start + next)?;
        let differs = (u128::from_le_bytes(*rest.first_chunk::<16>()?) ^ place.text) & place.mask;
        let same = differs == 0
            && place.length != 0
            && (place.length <= 16
                || is_rest_of_name(fields.names.get(next - 1)?, rest.get(16..place.length)?));
        same.then_some((start + next, place.length))
    }

    /// Remembers that the field of one place followed that of another.
    #[inline(always)]
    pub(crate) fn learn_order(&mut self, start: usize, last: usize, place: usize) {
        if start != ROOT
            && let Some(last) = self.places.get_mut(last)
        {
            last.next = place - start;
        }
    }

    /// How many elements the last array or map here had.
    #[inline(always)]
    pub(crate) fn elements(&self, place: usize) -> usize {
        self.places.get(place).map_or(0, |place| place.elements)
    }

    #[inline(always)]
    pub(crate) fn learn_elements(&mut self, place: usize, elements: usize) {
        if place != ROOT
            && let Some(place) = self.places.get_mut(place)
        {
            place.elements = elements;
        }
    }
}

impl Place {
    fn of(name: &str) -> Self {
        let mut place = Place::default();
        // A name that needs escapes is not written as it is.
        if name.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') {
            let mut text = [0; 16];
            let mut mask = [0; 16];
            let member = [&b"\""[..], name.as_bytes(), &b"\":"[..]].concat();
            for ((to, mask), from) in text.iter_mut().zip(&mut mask).zip(member) {
                (*to, *mask) = (from, 0xff);
            }
            (place.text, place.mask) = (u128::from_le_bytes(text), u128::from_le_bytes(mask));
            place.length = name.len() + 3;
        }
        place
    }
}

/// True if this is what follows the first sixteen bytes of `"name":`.
#[inline(never)]
fn is_rest_of_name(name: &str, rest: &[u8]) -> bool {
    // A name of fourteen bytes leaves the colon alone.
    match rest.split_last() {
        Some((b':', rest)) => match rest.split_last() {
            Some((b'"', rest)) => name.as_bytes().get(15..) == Some(rest),
            Some(_) => false,
            None => true,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static NAMES: &[&str] =
        &["", "a", "abcdefghijklm", "abcdefghijklmn", "abcdefghijklmno", "abcdefghijklmnop", "q\""];
    static FIELDS: Fields = Fields { names: NAMES, ..Fields::NONE };

    #[test]
    fn only_the_whole_name_that_followed_is_expected() {
        let mut shapes = Shapes::for_input(1 << 20);
        let start = shapes.start(ROOT, &FIELDS);
        for (field, name) in NAMES.iter().enumerate() {
            let place = Shapes::place(start, field);
            let member = format!("\"{name}\":");
            let expected = |shapes: &Shapes, text: &str| {
                let text = text.to_owned() + "                ";
                shapes.expected(start, start, &FIELDS, text.as_bytes())
            };
            assert_eq!(expected(&shapes, &member), None, "not yet: {name}");
            shapes.learn_order(start, start, place);
            let found = (*name != "q\"").then_some((place, member.len()));
            assert_eq!(expected(&shapes, &member), found, "{name}");
            for at in 0..member.len() {
                let mut other = member.clone().into_bytes();
                other[at] ^= 1;
                assert_eq!(expected(&shapes, std::str::from_utf8(&other).unwrap()), None, "{name} {at}");
            }
        }
    }

    #[test]
    fn small_texts_teach_nothing() {
        let mut shapes = Shapes::for_input(1000);
        assert_eq!(shapes.start(ROOT, &FIELDS), ROOT);
        assert_eq!(Shapes::place(ROOT, 3), ROOT);
        shapes.learn_order(ROOT, ROOT, ROOT);
        shapes.learn_elements(ROOT, 5);
        assert_eq!(shapes.elements(ROOT), 0);
        assert_eq!(shapes.expected(ROOT, ROOT, &FIELDS, b"\"a\":             "), None);
    }
}
