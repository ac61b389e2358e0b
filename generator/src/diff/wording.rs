//! Words of a difference: types as Rust writes them, and what a change means for users of the SDK.

use crate::model::{Field, ListType, MapType, ModulePath, Note, PatchStrategy, Shape, Type};

/// A field's type as its module writes it.
pub(super) fn field_type(field: &Field, module: &ModulePath) -> String {
    let ty = rust_type(&field.ty, module);
    match field.shape {
        Shape::Plain => ty,
        Shape::Optional => format!("Option<{ty}>"),
        Shape::OptionalBox => format!("Option<Box<{ty}>>"),
    }
}

fn rust_type(ty: &Type, module: &ModulePath) -> String {
    match ty {
        Type::String => "Str".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::I32 => "i32".to_owned(),
        Type::I64 => "i64".to_owned(),
        Type::F64 => "f64".to_owned(),
        Type::Bytes => "ByteString".to_owned(),
        Type::Core(core) => core.name().to_owned(),
        Type::Struct(name) | Type::Enum(name) if name.module == *module => name.name.clone(),
        Type::Struct(name) | Type::Enum(name) => {
            format!("{}::{}", name.module.to_string().replace('/', "::"), name.name)
        }
        Type::List(item) => format!("Vec<{}>", rust_type(item, module)),
        Type::Map(value) => format!("Map<{}>", rust_type(value, module)),
        Type::Nullable(it) => format!("Option<{}>", rust_type(it, module)),
    }
}

/// What the documents say about merging, in their own words.
pub(super) fn merging(notes: &[Note]) -> String {
    let words: Vec<String> = notes.iter().map(note).collect();
    if words.is_empty() { "nothing said".to_owned() } else { words.join(", ") }
}

fn note(note: &Note) -> String {
    match note {
        Note::ListType(ListType::Atomic) => "list-type atomic".to_owned(),
        Note::ListType(ListType::Map) => "list-type map".to_owned(),
        Note::ListType(ListType::Set) => "list-type set".to_owned(),
        Note::ListMapKeys(keys) => format!("list-map-keys {}", keys.join(" ")),
        Note::MapType(MapType::Atomic) => "map-type atomic".to_owned(),
        Note::MapType(MapType::Granular) => "map-type granular".to_owned(),
        Note::PatchStrategy(strategies) => {
            let words: Vec<&str> = strategies.iter().map(|it| strategy(*it)).collect();
            format!("patch-strategy {}", words.join(" "))
        }
        Note::PatchMergeKey(key) => format!("patch-merge-key {key}"),
        Note::Secret => "secret".to_owned(),
    }
}

fn strategy(strategy: PatchStrategy) -> &'static str {
    match strategy {
        PatchStrategy::Merge => "merge",
        PatchStrategy::Replace => "replace",
        PatchStrategy::RetainKeys => "retainKeys",
    }
}

/// The sentence with which a description calls something deprecated: Go's convention is `Deprecated: ...`, and older
/// descriptions say it in passing.
pub(super) fn deprecation(doc: &str) -> Option<&str> {
    let lower = doc.to_ascii_lowercase();
    let marks = [
        "deprecated:",
        "deprecated.",
        "is deprecated",
        "deprecated since",
        "deprecated in",
        "deprecated alias",
    ];
    let at = marks.iter().filter_map(|mark| lower.find(mark)).min()?;
    let start = doc.get(..at)?.rfind(['.', '\n']).map_or(0, |it| it + 1);
    let rest = doc.get(start..)?.trim_start();
    let end = rest.find('\n').unwrap_or(rest.len());
    rest.get(..end)
}

pub(super) fn deprecated(doc: &str) -> String {
    deprecation(doc).unwrap_or("its description calls it deprecated").to_owned()
}

pub(super) fn group_version(feature: &str, kinds: &[&str], is_removed: bool) -> String {
    let kinds = match kinds {
        [] => "no kinds".to_owned(),
        kinds => format!("{} kinds: {}", kinds.len(), kinds.join(", ")),
    };
    match is_removed {
        true => format!("the feature `{feature}` and its module are gone ({kinds})"),
        false => format!("a module of its own behind the feature `{feature}` ({kinds})"),
    }
}

pub(super) fn type_added() -> String {
    "a type more; nothing changes for code that does not use it".to_owned()
}

pub(super) fn type_removed() -> String {
    "code that names the type does not compile any more".to_owned()
}

pub(super) fn renamed(after: &str) -> String {
    format!("write `{after}` instead")
}

pub(super) fn field_added(required: bool) -> String {
    match required {
        true => "the server asks for it on create: objects that were valid before may be refused".to_owned(),
        false => {
            "`..Default::default()` leaves it out; a server that does not know it drops it with a warning"
                .to_owned()
        }
    }
}

pub(super) fn field_removed() -> String {
    "code that names the field does not compile any more; what an older server sends there is passed over"
        .to_owned()
}

pub(super) fn field_retyped(before: &str, after: &str) -> String {
    format!("`{before}` became `{after}`: code that reads or sets the field must be adapted")
}

pub(super) fn required() -> String {
    "objects without it are refused on create".to_owned()
}

pub(super) fn optional() -> String {
    "objects without it are taken; readers must expect none".to_owned()
}

pub(super) fn merged() -> String {
    "strategic merge patches and server-side apply treat it in another way".to_owned()
}

pub(super) fn value_added(value: &str) -> String {
    format!("\"{value}\" was decoded as `Other` before; enums are non-exhaustive")
}

pub(super) fn value_removed(value: &str) -> String {
    format!("\"{value}\" is decoded as `Other` now; code that names the variant does not compile")
}

pub(super) fn operation_added(by: &str) -> String {
    format!("served by `{by}`; a server that does not have it answers NotFound or MethodNotAllowed")
}

pub(super) fn operation_removed(by: &str) -> String {
    format!("`{by}` is gone: code that calls it does not compile any more")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deprecations_are_found_with_their_sentence() {
        let check = |doc: &str, expected: Option<&str>| assert_eq!(deprecation(doc), expected, "{doc}");
        check("The name of the node.", None);
        check(
            "Mounts X. Deprecated: X is deprecated. Use Y.\n\nMore.",
            Some("Deprecated: X is deprecated. Use Y."),
        );
        check("Deprecated. Not all kubelets set it.", Some("Deprecated. Not all kubelets set it."));
        check(
            "A. This field is deprecated since 1.9; use b.",
            Some("This field is deprecated since 1.9; use b."),
        );
        check("DEPRECATED: gone soon", Some("DEPRECATED: gone soon"));
        check("Whether deprecated versions are served.", None);
    }
}
