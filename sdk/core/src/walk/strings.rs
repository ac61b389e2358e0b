//! Every text of an object, to read or to change: what redaction is made of.

use super::place::{At, Place};
use crate::object::{may_embed_secret, others, others_mut};
use crate::{IntOrString, Mut, Object, RawJson, Ref};

/// Visits every string, every byte string and every piece of free-form JSON of an object with its place, in the order
/// of the fields. Values of enums and quantities are strings too; keys of maps are not visited.
///
/// # Example
///
/// ```
/// use kubesdk_core::{Status, walk};
///
/// let status = Status { message: Some("no".into()), code: Some(404), ..Default::default() };
/// let mut found = Vec::new();
/// walk::visit_strings(&status, &mut |place, value| found.push(format!("{place} {value:?}")));
/// assert_eq!(found, [r#"message "no""#]);
/// ```
pub fn visit_strings(object: &dyn Object, visit: &mut dyn FnMut(&Place<'_>, Ref<'_>)) {
    value(Ref::Object(object), &Place::ROOT, visit);
}

/// Visits the same values to change them: [`Mut::Str`], [`Mut::Enum`], [`Mut::Quantity`], [`Mut::IntOrString`] that
/// is a string, [`Mut::Bytes`] and [`Mut::Raw`]. Elements are named by their index.
pub fn visit_strings_mut(object: &mut dyn Object, visit: &mut dyn FnMut(&Place<'_>, Mut<'_>)) {
    place(Mut::Object(object), &Place::ROOT, visit);
}

/// Takes the secrets out of an object, for logs and dumps: all that does not print in `Debug` becomes `<redacted>`.
///
/// # Example
///
/// ```
/// use kubesdk_core::{Status, walk};
///
/// let mut status = Status { message: Some("no secret".into()), ..Default::default() };
/// walk::redact(&mut status);
/// assert_eq!(status.message.as_deref(), Some("no secret"));
/// ```
pub fn redact(object: &mut dyn Object) {
    const REDACTED: &str = "<redacted>";
    visit_strings_mut(object, &mut |place, value| match value {
        Mut::Raw(it) if place.is_secret() || may_embed_secret(it.as_str()) => {
            *it = RawJson::of_checked("\"<redacted>\"");
        }
        _ if !place.is_secret() => {}
        Mut::Str(it) => *it = REDACTED.into(),
        Mut::Enum(it) => it.set(&REDACTED.into()),
        Mut::Quantity(it) => *it = REDACTED.into(),
        Mut::IntOrString(it) => *it = REDACTED.into(),
        Mut::Bytes(it) => *it = REDACTED.into(),
        _ => {}
    });
}

fn value(it: Ref<'_>, place: &Place<'_>, visit: &mut dyn FnMut(&Place<'_>, Ref<'_>)) {
    match it {
        Ref::Str(_) | Ref::Bytes(_) | Ref::Raw(_) => visit(place, it),
        Ref::Object(object) => {
            let fields = object.fields();
            for (field, name) in fields.names.iter().enumerate() {
                value(object.get(field), &place.below(At::Field(name), fields.is_secret(field)), visit);
            }
            value(others(object).map_or(Ref::None, Ref::Map), place, visit);
        }
        Ref::Sequence(sequence) => {
            for index in 0..sequence.len() {
                value(sequence.get(index), &place.below(At::Index(index), false), visit);
            }
        }
        Ref::Map(map) => {
            for (key, entry) in (0..map.len()).filter_map(|index| map.get(index)) {
                value(entry, &place.below(At::Key(key), false), visit);
            }
        }
        Ref::None | Ref::Bool(_) | Ref::Int(_) | Ref::Float(_) | Ref::Time(_) | Ref::MicroTime(_) => {}
    }
}

fn place(it: Mut<'_>, at: &Place<'_>, visit: &mut dyn FnMut(&Place<'_>, Mut<'_>)) {
    match it {
        Mut::IntOrString(IntOrString::Int(_)) => {}
        Mut::Str(_) | Mut::Enum(_) | Mut::Quantity(_) | Mut::IntOrString(_) | Mut::Bytes(_) | Mut::Raw(_) => {
            visit(at, it);
        }
        Mut::Object(object) => {
            let fields = object.fields();
            for (field, name) in fields.names.iter().enumerate() {
                // Asking for the place would make what is not set.
                if !matches!(object.get(field), Ref::None) {
                    let below = at.below(At::Field(name), fields.is_secret(field));
                    place(object.get_mut(field), &below, visit);
                }
            }
            place(others_mut(object).map_or(Mut::Skip, Mut::Map), at, visit);
        }
        Mut::Sequence(sequence) => {
            for index in 0..sequence.len() {
                if matches!(sequence.get(index), Ref::None) {
                    continue;
                }
                place(sequence.get_mut(index), &at.below(At::Index(index), false), visit);
            }
        }
        Mut::Map(map) => {
            for index in 0..map.len() {
                if matches!(map.get(index), Some((_, Ref::None))) {
                    continue;
                }
                if let Some((key, entry)) = map.get_mut(index) {
                    place(entry, &at.below(At::Key(key), false), visit);
                }
            }
        }
        Mut::Bool(_) | Mut::I32(_) | Mut::I64(_) | Mut::Float(_) => {}
        Mut::Time(_) | Mut::MicroTime(_) | Mut::Skip => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::json;
    use crate::walk::testing::{Board, any_thing, fewer};

    const BOARD: &str = r#"{
        "annotations": {"a": "1", "kubectl.kubernetes.io/last-applied-configuration": "secret"},
        "inner": {"name": "n", "token": "secret", "extra": {"b": 1}},
        "other": {"extra": {"kind":"Secret","data":"secret"}},
        "ports": [{"port": 1, "target": "http"}, {"port": 2, "target": 3}],
        "secrets": {"s": "c2VjcmV0"}
    }"#;

    #[test]
    fn every_text_is_visited_with_its_place() {
        let board: Board = json::from_slice(BOARD.as_bytes()).unwrap();
        let mut found = Vec::new();
        visit_strings(&board, &mut |place, _| found.push(format!("{place} {}", place.is_secret())));
        let expected = [
            "annotations.a false",
            "annotations[\"kubectl.kubernetes.io/last-applied-configuration\"] true",
            "inner.extra false",
            "inner.name false",
            "inner.token true",
            "other.extra false",
            "other.name false",
            "ports[0].target false",
            "secrets.s true",
        ];
        assert_eq!(found, expected);
        let mut changed = board.clone();
        let mut visited = Vec::new();
        visit_strings_mut(&mut changed, &mut |place, value| {
            visited.push(format!("{place} {}", place.is_secret()));
            if let Mut::Str(it) = value {
                *it = format!("{it}!").into();
            }
        });
        assert_eq!(visited, expected);
        assert_eq!((&*changed.inner.name, &*changed.annotations["a"]), ("n!", "1!"));
        assert_eq!(changed.ports, board.ports);
    }

    #[test]
    fn what_is_redacted_shows_no_secret_in_any_form() {
        let mut board: Board = json::from_slice(BOARD.as_bytes()).unwrap();
        assert!(!format!("{board:?}").contains("secret\""), "{board:?}");
        redact(&mut board);
        let text = String::from_utf8(json::to_vec(&board)).unwrap();
        assert!(!text.contains("\"secret\"") && !text.contains("c2VjcmV0"), "{text}");
        assert!(text.contains(r#""name":"n""#) && text.contains(r#""extra":{"b": 1}"#), "{text}");
    }

    proptest! {
        #![proptest_config(fewer())]

        #[test]
        fn a_visit_that_changes_nothing_changes_nothing(thing in any_thing()) {
            let mut visited = thing.clone();
            visit_strings_mut(&mut visited, &mut |_, _| {});
            prop_assert_eq!(visited, thing);
        }
    }
}
