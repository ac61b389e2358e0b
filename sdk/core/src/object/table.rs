//! The table of a generated struct as one text, and how it is read into [`Fields`]. Not for anything read at run time.
//!
//! A table that is a constant of nested structs and slices is checked name by name in every build of the types; a text
//! is one constant. It is read when its type is first used, and kept.

use std::sync::OnceLock;

use super::Written;
use super::fields::{Fields, Kind, ListType, Lookup, MapType, Note, PatchStrategy, Union};

/// A table as text, with the perfect hash over its names.
///
/// The first line is the type, each further one a field in ascending order of names. Words of a line are separated by
/// tabs. After the name of the type: `kind=apps/v1/Deployment`, `listed=DeploymentList` where that is the kind of an
/// [`ObjectList`](crate::ObjectList) of it, `list` of other types of lists, `map=atomic` or `map=granular`, `others` of
/// types that keep members which are no fields, and for each union `union`, `by=` its discriminator where it has one,
/// and `member=` and `value=` for each member. After the name of a field: `required`, `keeps-empty`, `secret`, `list=atomic`, `list=map` or `list=set`, one `key=`
/// for each key of such a map, `map=` as above, one `patch=merge`, `patch=replace` or `patch=retainKeys` for each
/// strategy, `merge=` its merge key. Words that are none of these say nothing.
///
/// # Example
///
/// ```
/// use kubesdk_core::object::Table;
///
/// static TABLE: Table = Table::new("Rule\nhost\nports\trequired\tlist=set", 0, b"");
/// let fields = TABLE.fields();
/// assert_eq!((fields.type_name, fields.names), ("Rule", ["host", "ports"].as_slice()));
/// assert!(fields.is_required(1));
/// ```
#[derive(Debug)]
pub struct Table {
    text: &'static str,
    seed: u64,
    slots: &'static [u8],
    fields: OnceLock<Fields>,
}

impl Table {
    /// A table of this text; `seed` and `slots` are those of [`Lookup::Hash`], without slots names are searched.
    pub const fn new(text: &'static str, seed: u64, slots: &'static [u8]) -> Self {
        Table { text, seed, slots, fields: OnceLock::new() }
    }

    /// What the text says. The first call reads it.
    ///
    /// Not inlined: every type would compile the question whether it was read.
    pub fn fields(&'static self) -> &'static Fields {
        match self.fields.get() {
            Some(fields) => fields,
            None => self.read(),
        }
    }

    #[cold]
    fn read(&'static self) -> &'static Fields {
        self.fields.get_or_init(|| {
            let mut lines = self.text.split('\n');
            let mut fields = of_type(lines.next().unwrap_or_default());
            let (mut names, mut required, mut keeps_empty, mut notes) = (vec![], vec![], vec![], vec![]);
            for (number, line) in lines.enumerate() {
                let words: Vec<&str> = line.split('\t').collect();
                let Some((name, words)) = words.split_first() else { continue };
                names.push(*name);
                for (word, bits) in [("required", &mut required), ("keeps-empty", &mut keeps_empty)] {
                    if words.contains(&word) {
                        bits.resize(number / 64 + 1, 0u64);
                        bits[number / 64] |= 1 << (number % 64);
                    }
                }
                notes.extend(notes_of(words).into_iter().map(|note| (number, note)));
            }
            fields.written = names.iter().map(|name| Written::of(name)).collect::<Vec<_>>().leak();
            (fields.names, fields.notes) = (names.leak(), notes.leak());
            (fields.required, fields.keeps_empty) = (required.leak(), keeps_empty.leak());
            if !self.slots.is_empty() {
                fields.lookup = Lookup::Hash { seed: self.seed, slots: self.slots };
            }
            fields
        })
    }
}

/// What stands on the line of the type.
fn of_type(line: &'static str) -> Fields {
    let mut words = line.split('\t');
    let mut fields = Fields { type_name: words.next().unwrap_or_default(), ..Fields::NONE };
    let (mut unions, mut member) = (Vec::<(Option<&str>, Vec<(&str, &str)>)>::new(), "");
    for word in words {
        match (word.split_once('=').unwrap_or((word, "")), unions.last_mut()) {
            (("kind", it), _) => {
                fields.kind = it.rsplit_once('/').map(|(api_version, kind)| Kind { api_version, kind });
            }
            (("list", _), _) => fields.is_list = true,
            (("listed", it), _) => fields.list = fields.kind.map(|kind| of_list(it, kind)),
            (("others", _), _) => fields.has_others = true,
            (("map", it), _) => fields.map_type = map_type(it),
            (("union", _), _) => unions.push((None, Vec::new())),
            (("by", it), Some(union)) => union.0 = Some(it),
            (("member", it), Some(_)) => member = it,
            (("value", it), Some(union)) => union.1.push((member, it)),
            _ => {}
        }
    }
    let unions = unions.into_iter().map(|(discriminator, it)| Union { discriminator, members: it.leak() });
    fields.unions = unions.collect::<Vec<_>>().leak();
    fields
}

/// The table of the lists of a kind.
fn of_list(kind: &'static str, of: Kind) -> &'static Fields {
    let kind = Kind { kind, ..of };
    Box::leak(Box::new(Fields { type_name: kind.kind, kind: Some(kind), ..Fields::LIST }))
}

/// What the words after a field's name say beside its bits.
fn notes_of(words: &[&'static str]) -> Vec<Note> {
    let mut notes = Vec::new();
    let all = |name: &str| -> Vec<&'static str> {
        let words = words.iter().filter_map(|word| word.split_once('='));
        words.filter(|(it, _)| *it == name).map(|(_, value)| value).collect()
    };
    let one = |name: &str| all(name).first().copied();
    notes.extend(one("list").and_then(list_type).map(Note::ListType));
    let keys = all("key");
    if !keys.is_empty() {
        notes.push(Note::ListMapKeys(keys.leak()));
    }
    notes.extend(one("map").and_then(map_type).map(Note::MapType));
    let strategies: Vec<PatchStrategy> = all("patch").into_iter().filter_map(patch_strategy).collect();
    if !strategies.is_empty() {
        notes.push(Note::PatchStrategy(strategies.leak()));
    }
    notes.extend(one("merge").map(Note::PatchMergeKey));
    if words.contains(&"secret") {
        notes.push(Note::Secret);
    }
    notes
}

fn list_type(word: &str) -> Option<ListType> {
    match word {
        "atomic" => Some(ListType::Atomic),
        "map" => Some(ListType::Map),
        "set" => Some(ListType::Set),
        _ => None,
    }
}

fn map_type(word: &str) -> Option<MapType> {
    match word {
        "atomic" => Some(MapType::Atomic),
        "granular" => Some(MapType::Granular),
        _ => None,
    }
}

fn patch_strategy(word: &str) -> Option<PatchStrategy> {
    match word {
        "merge" => Some(PatchStrategy::Merge),
        "replace" => Some(PatchStrategy::Replace),
        "retainKeys" => Some(PatchStrategy::RetainKeys),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a text reads as, as `Debug` prints tables.
    fn check(text: &'static str, expected: Fields) {
        let table: &'static Table = Box::leak(Box::new(Table::new(text, 0, &[])));
        let written: Vec<Written> = expected.names.iter().map(|name| Written::of(name)).collect();
        let expected = Fields { written: written.leak(), ..expected };
        assert_eq!(format!("{:?}", table.fields()), format!("{expected:?}"), "{text:?}");
        assert!(std::ptr::eq(table.fields(), table.fields()));
    }

    #[test]
    fn every_word() {
        check("", Fields::NONE);
        check("Empty", Fields { type_name: "Empty", ..Fields::NONE });
        check(
            "A\tlist\nb c\nd",
            Fields { type_name: "A", is_list: true, names: &["b c", "d"], ..Fields::NONE },
        );
        check("A\tlisted=AList", Fields { type_name: "A", ..Fields::NONE });
        let kind = |kind| Some(Kind { api_version: "apps/v1", kind });
        let list: &Fields =
            Box::leak(Box::new(Fields { type_name: "AList", kind: kind("AList"), ..Fields::LIST }));
        check(
            "A\tkind=apps/v1/A\tlisted=AList",
            Fields { type_name: "A", kind: kind("A"), list: Some(list), ..Fields::NONE },
        );
        check(
            "A\tkind=apps/v1/B\tmap=granular",
            Fields {
                type_name: "A",
                kind: Some(Kind { api_version: "apps/v1", kind: "B" }),
                map_type: Some(MapType::Granular),
                ..Fields::NONE
            },
        );
        check(
            "A\tunion\tby=type\tmember=a\tvalue=A\tmember=b\tvalue=\tunion\tmember=c\tvalue=C",
            Fields {
                type_name: "A",
                unions: &[
                    Union { discriminator: Some("type"), members: &[("a", "A"), ("b", "")] },
                    Union { discriminator: None, members: &[("c", "C")] },
                ],
                ..Fields::NONE
            },
        );
        check(
            "A\na\tlist=map\tkey=x\tkey=y\tpatch=merge\tpatch=retainKeys\tmerge=x\nb\tmap=atomic\tsecret\nc\tlist=set\nd\tlater=1",
            Fields {
                type_name: "A",
                names: &["a", "b", "c", "d"],
                notes: &[
                    (0, Note::ListType(ListType::Map)),
                    (0, Note::ListMapKeys(&["x", "y"])),
                    (0, Note::PatchStrategy(&[PatchStrategy::Merge, PatchStrategy::RetainKeys])),
                    (0, Note::PatchMergeKey("x")),
                    (1, Note::MapType(MapType::Atomic)),
                    (1, Note::Secret),
                    (2, Note::ListType(ListType::Set)),
                ],
                ..Fields::NONE
            },
        );
    }

    #[test]
    fn what_is_true_of_fields_is_bits() {
        let words = |n: usize| if n % 65 == 1 { "\trequired" } else { "\tkeeps-empty" };
        let text: String = (0..130).map(|n| format!("\nf{n:03}{}", words(n))).collect();
        let table: &'static Table = Box::leak(Box::new(Table::new(format!("A{text}").leak(), 0, &[])));
        let required: Vec<usize> = (0..200).filter(|field| table.fields().is_required(*field)).collect();
        assert_eq!(required, [1, 66]);
        assert_eq!(table.fields().keeps_empty, [!2, !4, 3]);
    }
}
