//! Names that clash, told apart: who keeps the name that both would have, and what the others are called.
//!
//! What is called otherwise gets a hash of its own name on the wire behind it, so that it depends on no third one:
//! what is added later renames nothing but what reads exactly like it.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToLowerCamelCase;

use super::names;

/// The field names of wire names; of those that read alike the one keeps it that is written as Kubernetes writes names.
pub(super) fn fields<'a>(wires: &[&'a str], reserved: &[&str]) -> BTreeMap<&'a str, String> {
    let mut order: Vec<&str> = wires.to_vec();
    order.sort_by_key(|wire| (names::field(wire).to_lower_camel_case() != **wire, *wire));
    distinct(&order, names::field, reserved, |name, hash| match name {
        "" => format!("field_{hash}"),
        name => format!("{}_{hash}", name.trim_end_matches('_')),
    })
}

/// The variant names of values, the first of those that read alike keeps it.
pub(super) fn variants<'a>(values: &[&'a str], reserved: &[&str]) -> BTreeMap<&'a str, String> {
    distinct(values, names::variant, reserved, |name, hash| match name {
        "" => format!("V{hash}"),
        name => format!("{name}{hash}"),
    })
}

fn distinct<'a>(
    order: &[&'a str],
    name: fn(&str) -> String,
    reserved: &[&str],
    otherwise: fn(&str, &str) -> String,
) -> BTreeMap<&'a str, String> {
    let mut taken: BTreeSet<String> = reserved.iter().map(|it| (*it).to_owned()).collect();
    let mut given = BTreeMap::new();
    for wire in order {
        let plain = name(wire);
        let says_nothing = !matches!(*wire, "" | "*") && !wire.contains(|c: char| c.is_ascii_alphanumeric());
        let is_name = !says_nothing && names::is_identifier(&plain);
        let plain = if is_name { plain } else { String::new() };
        let hash = hash(wire);
        let short = otherwise(&plain, hash.get(..4).unwrap_or_default());
        let all = [plain, short, otherwise(&name(wire), &hash)];
        let free = all.into_iter().find(|it| !it.is_empty() && !taken.contains(it));
        let free = free.unwrap_or_else(|| otherwise("", &hash));
        taken.insert(free.clone());
        given.insert(*wire, free);
    }
    given
}

/// A hash of a text as hexadecimal digits (FNV-1a, spread): the same everywhere.
pub(crate) fn hash(text: &str) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    // Texts of few bytes differ in few bits until these are spread.
    hash = (hash ^ hash >> 31).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    format!("{:016x}", hash ^ hash >> 29)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_read_alike_are_told_apart() {
        let check = |given: &BTreeMap<&str, String>, expected: &[(&str, &str)]| {
            let given: Vec<(&str, &str)> = given.iter().map(|(wire, name)| (*wire, name.as_str())).collect();
            assert_eq!(given, expected);
        };
        check(
            &fields(
                &["NodeName", "nodeName", "node-name", "type", "type_", "$$", "été", "otherMembers"],
                &["other_members"],
            ),
            &[
                ("$$", "field_a06a"),
                ("NodeName", "node_name_ca72"),
                ("node-name", "node_name_b88a"),
                ("nodeName", "node_name"),
                ("otherMembers", "other_members_be39"),
                ("type", "type_"),
                ("type_", "type_6338"),
                ("été", "t"),
            ],
        );
        check(
            &variants(&["TCP", "tcp", "Other", "日本", "a b", "a-b", "*"], &["Other"]),
            &[
                ("*", "All"),
                ("Other", "Other36aa"),
                ("TCP", "Tcp"),
                ("a b", "AB"),
                ("a-b", "AB4dd7"),
                ("tcp", "Tcp89b1"),
                ("日本", "V318e"),
            ],
        );
    }
}
