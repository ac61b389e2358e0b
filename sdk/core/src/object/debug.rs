//! How objects print: what is set, under its wire name, and no secret.

use std::fmt::{self, Debug, Formatter};

use super::{Object, Ref, written_others};

/// The annotation in which `kubectl apply` keeps a copy of the object, of a Secret too.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// True for a key of a map whose value is never shown: it may repeat a secret.
pub(crate) fn hides_key(key: &str) -> bool {
    key == LAST_APPLIED
}

/// Prints an object like a struct with the fields that are set; secrets as `<redacted>`, bytes as their number.
///
/// Secrets are the fields that the table says so of, the copy of an object that `kubectl apply` keeps in an annotation,
/// and free-form JSON that looks like it embeds a `Secret`.
pub fn debug(object: &dyn Object, f: &mut Formatter<'_>) -> fmt::Result {
    let fields = object.fields();
    let mut out = f.debug_struct(fields.type_name);
    for (field, name) in fields.names.iter().enumerate() {
        match object.get(field) {
            value if value.is_empty() => {}
            _ if fields.is_secret(field) => {
                out.field(name, &format_args!("{REDACTED}"));
            }
            value => {
                out.field(name, &value);
            }
        }
    }
    for (name, value) in written_others(object) {
        match hides_key(name) {
            true => out.field(name, &format_args!("{REDACTED}")),
            false => out.field(name, &value),
        };
    }
    out.finish()
}

/// Prints a value as [`debug`] does; that it is a secret itself only its object knows.
impl Debug for Ref<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Ref::None => f.write_str("null"),
            Ref::Str(it) => it.fmt(f),
            Ref::Bool(it) => it.fmt(f),
            Ref::Int(it) => it.fmt(f),
            Ref::Float(it) => it.fmt(f),
            Ref::Time(it) => it.fmt(f),
            Ref::MicroTime(it) => it.fmt(f),
            Ref::Bytes(it) => write!(f, "<{} bytes>", it.len()),
            Ref::Raw(it) if may_embed_secret(it.as_str()) => f.write_str(REDACTED),
            Ref::Raw(it) => it.fmt(f),
            Ref::Object(it) => debug(*it, f),
            Ref::Sequence(it) => f.debug_list().entries((0..it.len()).map(|index| it.get(index))).finish(),
            Ref::Map(it) => {
                let entries = (0..it.len()).filter_map(|index| it.get(index));
                let shown = |(key, value)| match hides_key(key) {
                    true => (key, Ref::Str(REDACTED)),
                    false => (key, value),
                };
                f.debug_map().entries(entries.map(shown)).finish()
            }
        }
    }
}

const REDACTED: &str = "<redacted>";

/// Embedded objects are free-form JSON: one of kind `Secret` names it.
pub(crate) fn may_embed_secret(text: &str) -> bool {
    text.contains("\"Secret\"")
}
