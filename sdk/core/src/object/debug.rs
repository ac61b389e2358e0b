//! How objects print: what is set, under its wire name, and no secret.

use std::fmt::{self, Debug, Formatter};

use super::{Object, Ref};

/// Prints an object like a struct with the fields that are set; secrets as `<redacted>`, bytes as their number.
pub fn debug(object: &dyn Object, f: &mut Formatter<'_>) -> fmt::Result {
    let fields = object.fields();
    let mut out = f.debug_struct(fields.type_name);
    for (field, name) in fields.names.iter().enumerate() {
        match object.get(field) {
            value if value.is_empty() => {}
            _ if fields.is_secret(field) => {
                out.field(name, &format_args!("<redacted>"));
            }
            value => {
                out.field(name, &Shown(value));
            }
        }
    }
    out.finish()
}

struct Shown<'a>(Ref<'a>);

impl Debug for Shown<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Ref::None => f.write_str("null"),
            Ref::Str(it) => it.fmt(f),
            Ref::Bool(it) => it.fmt(f),
            Ref::Int(it) => it.fmt(f),
            Ref::Float(it) => it.fmt(f),
            Ref::Time(it) => it.fmt(f),
            Ref::MicroTime(it) => it.fmt(f),
            Ref::Bytes(it) => write!(f, "<{} bytes>", it.len()),
            Ref::Raw(it) => it.fmt(f),
            Ref::Object(it) => debug(it, f),
            Ref::Sequence(it) => {
                f.debug_list().entries((0..it.len()).map(|index| Shown(it.get(index)))).finish()
            }
            Ref::Map(it) => f
                .debug_map()
                .entries(
                    (0..it.len()).filter_map(|index| it.get(index)).map(|(key, value)| (key, Shown(value))),
                )
                .finish(),
        }
    }
}
