//! The static table of a struct: names, required bits, and a perfect hash over the names.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::text::ident;
use crate::model::{Field, ListType, MapType, Note, PatchStrategy, Shape, Struct, Type, Union};

/// The `static FIELDS` of a struct.
pub(super) fn table(strukt: &Struct) -> TokenStream {
    let name = &strukt.name;
    let names: Vec<&str> = strukt.fields.iter().map(|it| it.wire.as_str()).collect();
    let mut members = vec![quote!(type_name: #name)];
    if let Some((api_version, kind)) = &strukt.kind {
        members.push(quote!(kind: Some(Kind { api_version: #api_version, kind: #kind })));
    }
    if strukt.list_of.is_some() {
        members.push(quote!(is_list: true));
    }
    if !names.is_empty() {
        members.push(quote!(names: &[#(#names),*]));
    }
    let required = bits(&strukt.fields, |it| it.required);
    if !required.is_empty() {
        members.push(quote!(required: &[#(#required),*]));
    }
    let keeps_empty = bits(&strukt.fields, |it| {
        it.shape == Shape::Optional && matches!(it.ty, Type::List(_) | Type::Map(_))
    });
    if !keeps_empty.is_empty() {
        members.push(quote!(keeps_empty: &[#(#keeps_empty),*]));
    }
    if let Some((seed, slots)) = perfect_hash(&names) {
        let seed = hex(seed);
        let slots = Literal::byte_string(&slots);
        members.push(quote!(lookup: Lookup::Hash { seed: #seed, slots: #slots }));
    }
    let notes: Vec<TokenStream> = strukt.fields.iter().enumerate().flat_map(notes).collect();
    if !notes.is_empty() {
        members.push(quote!(notes: &[#(#notes),*]));
    }
    if let Some(map_type) = strukt.map_type {
        let map_type = self::map_type(map_type);
        members.push(quote!(map_type: Some(#map_type)));
    }
    if !strukt.unions.is_empty() {
        let unions = strukt.unions.iter().map(union);
        members.push(quote!(unions: &[#(#unions),*]));
    }
    quote!(static FIELDS: Fields = Fields { #(#members,)* ..Fields::NONE };)
}

/// True when the table looks names up by hash.
pub(super) fn has_hash(strukt: &Struct) -> bool {
    let names: Vec<&str> = strukt.fields.iter().map(|it| it.wire.as_str()).collect();
    perfect_hash(&names).is_some()
}

/// One bit for each field, without the words at the end that have none.
fn bits(fields: &[Field], is_set: impl Fn(&Field) -> bool) -> Vec<TokenStream> {
    let mut words = vec![0u64; fields.len().div_ceil(64)];
    for (number, _) in fields.iter().enumerate().filter(|(_, it)| is_set(it)) {
        if let Some(word) = words.get_mut(number / 64) {
            *word |= 1 << (number % 64);
        }
    }
    while words.last() == Some(&0) {
        words.pop();
    }
    words.into_iter().map(hex).collect()
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

fn notes((number, field): (usize, &Field)) -> Vec<TokenStream> {
    let number = Literal::usize_unsuffixed(number);
    field.notes.iter().map(note).map(|it| quote!((#number, #it))).collect()
}

fn note(note: &Note) -> TokenStream {
    match note {
        Note::ListType(ListType::Atomic) => quote!(Note::ListType(ListType::Atomic)),
        Note::ListType(ListType::Map) => quote!(Note::ListType(ListType::Map)),
        Note::ListType(ListType::Set) => quote!(Note::ListType(ListType::Set)),
        Note::ListMapKeys(keys) => quote!(Note::ListMapKeys(&[#(#keys),*])),
        Note::MapType(map_type) => {
            let map_type = self::map_type(*map_type);
            quote!(Note::MapType(#map_type))
        }
        Note::PatchStrategy(strategies) => {
            let strategies = strategies.iter().map(|it| {
                ident(match it {
                    PatchStrategy::Merge => "Merge",
                    PatchStrategy::Replace => "Replace",
                    PatchStrategy::RetainKeys => "RetainKeys",
                })
            });
            quote!(Note::PatchStrategy(&[#(PatchStrategy::#strategies),*]))
        }
        Note::PatchMergeKey(key) => quote!(Note::PatchMergeKey(#key)),
        Note::Secret => quote!(Note::Secret),
    }
}

fn map_type(map_type: MapType) -> TokenStream {
    match map_type {
        MapType::Atomic => quote!(MapType::Atomic),
        MapType::Granular => quote!(MapType::Granular),
    }
}

fn union(union: &Union) -> TokenStream {
    let discriminator = match &union.discriminator {
        Some(name) => quote!(Some(#name)),
        None => quote!(None),
    };
    let members = union.members.iter().map(|(field, name)| quote!((#field, #name)));
    quote!(Union { discriminator: #discriminator, members: &[#(#members),*] })
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
    fn numbers_are_grouped() {
        assert_eq!(hex(0x0001_2345_6789).to_string(), "0x1_2345_6789");
        assert_eq!(hex(3).to_string(), "0x3");
    }
}
