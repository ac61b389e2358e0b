//! The static table of a struct, as core's `Table` reads it: a text of names and what is known of each, and a perfect
//! hash over the names.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::model::{Field, ListType, MapType, Note, PatchStrategy, Shape, Struct, Type, Union};

/// The `static TABLE` of a struct; `list` is the list of it that is core's.
pub(super) fn table(strukt: &Struct, list: Option<&Struct>) -> TokenStream {
    let lines: Vec<String> =
        std::iter::once(of_type(strukt, list)).chain(strukt.fields.iter().map(of_field)).collect();
    let text = literal(&lines);
    let names: Vec<&str> = strukt.fields.iter().map(|it| it.wire.as_str()).collect();
    let (seed, slots) = perfect_hash(&names).unwrap_or_default();
    let (seed, slots) = (hex(seed), Literal::byte_string(&slots));
    quote!(static TABLE: Table = Table::new(#text, #seed, #slots);)
}

/// The line of the type. No word holds a tab or a line feed: names and extensions with such characters are errors.
fn of_type(strukt: &Struct, list: Option<&Struct>) -> String {
    let mut words = vec![strukt.name.clone()];
    if let Some((api_version, kind)) = &strukt.kind {
        words.push(format!("kind={api_version}/{kind}"));
    }
    words.extend(list.map(|it| format!("listed={}", it.name)));
    if strukt.list_of.is_some() {
        words.push("list".to_owned());
    }
    if strukt.others.is_some() || strukt.is_choice {
        words.push("others".to_owned());
    }
    words.extend(strukt.map_type.map(|it| format!("map={}", map_type(it))));
    words.extend(strukt.unions.iter().flat_map(union));
    words.join("\t")
}

fn union(union: &Union) -> Vec<String> {
    let mut words = vec!["union".to_owned()];
    words.extend(union.discriminator.iter().map(|it| format!("by={it}")));
    words.extend(
        union.members.iter().flat_map(|(field, name)| [format!("member={field}"), format!("value={name}")]),
    );
    words
}

fn of_field(field: &Field) -> String {
    let mut words = vec![field.wire.clone()];
    if field.required {
        words.push("required".to_owned());
    }
    if field.shape == Shape::Optional && matches!(field.ty, Type::List(_) | Type::Map(_)) {
        words.push("keeps-empty".to_owned());
    }
    words.extend(field.notes.iter().flat_map(note));
    words.join("\t")
}

fn note(note: &Note) -> Vec<String> {
    match note {
        Note::ListType(ListType::Atomic) => vec!["list=atomic".to_owned()],
        Note::ListType(ListType::Map) => vec!["list=map".to_owned()],
        Note::ListType(ListType::Set) => vec!["list=set".to_owned()],
        Note::ListMapKeys(keys) => keys.iter().map(|key| format!("key={key}")).collect(),
        Note::MapType(it) => vec![format!("map={}", map_type(*it))],
        Note::PatchStrategy(strategies) => {
            let strategy = |it: &PatchStrategy| match it {
                PatchStrategy::Merge => "patch=merge".to_owned(),
                PatchStrategy::Replace => "patch=replace".to_owned(),
                PatchStrategy::RetainKeys => "patch=retainKeys".to_owned(),
            };
            strategies.iter().map(strategy).collect()
        }
        Note::PatchMergeKey(key) => vec![format!("merge={key}")],
        Note::Secret => vec!["secret".to_owned()],
    }
}

fn map_type(map_type: MapType) -> &'static str {
    match map_type {
        MapType::Atomic => "atomic",
        MapType::Granular => "granular",
    }
}

/// A string literal with a line of its own for each line of the text, so that a change of the documents is seen.
fn literal(lines: &[String]) -> TokenStream {
    let lines: Vec<String> = lines.iter().map(|line| line.escape_debug().to_string()).collect();
    let text = format!("\"{}\"", lines.join("\\n\\\n             "));
    text.parse().unwrap_or_else(|_| quote!(#text))
}

/// A number as Rust writes masks and seeds: hexadecimal, four digits to a group.
fn hex(number: u64) -> TokenStream {
    let digits = format!("{number:x}");
    let mut text = String::from("0x");
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(4) {
            text.push('_');
        }
        text.push(digit);
    }
    text.parse().unwrap_or_else(|_| quote!(#number))
}

/// A seed and slots so that every name has a slot of its own; nothing when there are no names, too many, or no
/// seed was found: the table is then searched by halves.
fn perfect_hash(names: &[&str]) -> Option<(u64, Vec<u8>)> {
    if names.is_empty() || names.len() > 254 {
        return None;
    }
    let mixed: Vec<u64> = names.iter().map(|name| mix(name.as_bytes())).collect();
    let mut size = names.len().next_power_of_two();
    // Beyond 1,024 slots a table costs more than it saves.
    while size <= 1024 {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64 ^ names.len() as u64;
        for _ in 0..4000 {
            let seed = next(&mut state) | 1;
            if let Some(slots) = place(&mixed, seed, size) {
                return Some((seed, slots));
            }
        }
        size *= 2;
    }
    None
}

fn place(mixed: &[u64], seed: u64, size: usize) -> Option<Vec<u8>> {
    let mut slots = vec![255u8; size];
    for (field, mixed) in mixed.iter().enumerate() {
        let slot = slots.get_mut((mixed.wrapping_mul(seed) >> 40) as usize & (size - 1))?;
        if *slot != 255 {
            return None;
        }
        *slot = u8::try_from(field).ok()?;
    }
    Some(slots)
}

/// What core's `Key` makes of a name before the seed comes in.
fn mix(name: &[u8]) -> u64 {
    let (head, tail) = match (name.first_chunk::<8>(), name.last_chunk::<8>()) {
        (Some(head), Some(tail)) => (u64::from_le_bytes(*head), u64::from_le_bytes(*tail)),
        _ => match (name.first_chunk::<4>(), name.last_chunk::<4>(), name) {
            (Some(head), Some(tail), _) => {
                (u64::from(u32::from_le_bytes(*head)), u64::from(u32::from_le_bytes(*tail)))
            }
            (_, _, []) => (0, 0),
            (_, _, [one]) => (u64::from(*one) | u64::from(*one) << 8, u64::from(*one)),
            (_, _, [first, .., last]) => {
                let middle = name.get(name.len() / 2).copied().unwrap_or(0);
                (u64::from(*first) | u64::from(middle) << 8, u64::from(*last))
            }
        },
    };
    (head ^ tail.rotate_left(29)).wrapping_add(name.len() as u64)
}

/// SplitMix64: small, seeded, the same everywhere.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_share_ends_and_length_have_no_hash() {
        // 20 bytes with the same first and last eight: what the hash reads is equal.
        assert!(perfect_hash(&["abcdefgh0000abcdefgh", "abcdefgh1111abcdefgh"]).is_none());
    }

    #[test]
    fn two_hundred_names_have_one() {
        let names: Vec<String> = (0..200).map(|it| format!("field{it:03}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let (_, slots) = perfect_hash(&names).expect("a seed");
        let mut found: Vec<u8> = slots.into_iter().filter(|it| *it != 255).collect();
        found.sort_unstable();
        assert_eq!(found, (0..200).collect::<Vec<u8>>());
    }

    #[test]
    fn lines_of_a_text_are_lines_of_the_literal() {
        let text = literal(&["A".to_owned(), "b\"\tc".to_owned()]).to_string();
        assert_eq!(text, "\"A\\n\\\n             b\\\"\\tc\"");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(hex(0x0001_2345_6789).to_string(), "0x1_2345_6789");
        assert_eq!(hex(3).to_string(), "0x3");
    }
}
