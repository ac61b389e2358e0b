//! The encoder: one walk over the values of any object.

mod text;

pub(crate) use text::string;

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::object::{Entries, Fields, Sequence, written_others};
use crate::{Object, Ref};

/// False for the items of a list, which go without `apiVersion` and `kind`.
#[inline]
pub(crate) fn writes_kind_of_items(fields: &Fields, name: &str) -> bool {
    !(fields.is_list && name == "items")
}

pub(super) fn object(object: &dyn Object, with_kind: bool, out: &mut Vec<u8>) {
    let written = members(object, with_kind, out, |with_kind, it, out| {
        value(it, with_kind, out);
        Ok(())
    });
    // Nothing here fails.
    let _: Result<(), std::convert::Infallible> = written;
}

/// An object or list in pieces: what was written of a list is handed out between any two items, once it is so long.
pub(super) fn in_pieces<E>(
    whole: &dyn Object,
    long: usize,
    mut hand_out: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let (mut out, is_list) = (Vec::new(), whole.fields().is_list);
    members(whole, true, &mut out, |with_kind, it, out| {
        match it {
            Ref::Sequence(items) if is_list => {
                out.push(b'[');
                for index in 0..items.len() {
                    if index > 0 {
                        out.push(b',');
                    }
                    value(items.get(index), with_kind, out);
                    if out.len() >= long {
                        hand_out(out)?;
                        out.clear();
                    }
                }
                out.push(b']');
            }
            it => value(it, with_kind, out),
        }
        Ok(())
    })?;
    hand_out(&out)
}

/// The members of an object; `write` writes the value of each.
#[inline(always)]
fn members<E>(
    object: &dyn Object,
    with_kind: bool,
    out: &mut Vec<u8>,
    mut write: impl FnMut(bool, Ref<'_>, &mut Vec<u8>) -> Result<(), E>,
) -> Result<(), E> {
    let fields = object.fields();
    out.push(b'{');
    if let Some(kind) = fields.kind.filter(|_| with_kind) {
        out.extend_from_slice(b"\"apiVersion\":\"");
        out.extend_from_slice(kind.api_version.as_bytes());
        out.extend_from_slice(b"\",\"kind\":\"");
        out.extend_from_slice(kind.kind.as_bytes());
        out.extend_from_slice(b"\",");
    }
    for (field, name) in fields.names.iter().enumerate() {
        let it = object.get(field);
        if !fields.is_written(field, it) {
            continue;
        }
        text::name(name, out);
        write(writes_kind_of_items(fields, name), it, out)?;
        out.push(b',');
    }
    if fields.has_others {
        others(object, out);
    }
    out.pop_if(|last| *last == b',');
    out.push(b'}');
    Ok(())
}

/// The members that are no fields, each with a comma behind it.
#[cold]
fn others(object: &dyn Object, out: &mut Vec<u8>) {
    for (name, it) in written_others(object) {
        string(name, out);
        out.push(b':');
        value(it, true, out);
        out.push(b',');
    }
}

/// Any value; `with_kind` says whether structs go with their `apiVersion` and `kind`.
pub(crate) fn value(it: Ref<'_>, with_kind: bool, out: &mut Vec<u8>) {
    match it {
        Ref::None => out.extend_from_slice(b"null"),
        Ref::Str(it) => string(it, out),
        Ref::Bool(it) => out.extend_from_slice(if it { b"true" } else { b"false" }),
        Ref::Int(it) => integer(it, out),
        Ref::Float(it) => float(it, out),
        Ref::Time(it) => quoted(it.text(&mut [0; 32]), out),
        Ref::MicroTime(it) => quoted(it.text(&mut [0; 32]), out),
        Ref::Bytes(it) => bytes(it, out),
        Ref::Raw(it) => out.extend_from_slice(it.as_str().as_bytes()),
        Ref::Object(it) => object(it, with_kind, out),
        Ref::Sequence(it) => sequence(it, with_kind, out),
        Ref::Map(it) => map(it, out),
    }
}

fn sequence(it: &dyn Sequence, with_kind: bool, out: &mut Vec<u8>) {
    out.push(b'[');
    for index in 0..it.len() {
        if index > 0 {
            out.push(b',');
        }
        value(it.get(index), with_kind, out);
    }
    out.push(b']');
}

fn map(it: &dyn Entries, out: &mut Vec<u8>) {
    out.push(b'{');
    let start = out.len();
    for (key, entry) in (0..it.len()).filter_map(|index| it.get(index)) {
        if out.len() > start {
            out.push(b',');
        }
        string(key, out);
        out.push(b':');
        value(entry, true, out);
    }
    out.push(b'}');
}

/// As Go writes floats; what is not a number of JSON is null.
pub(crate) fn float(it: f64, out: &mut Vec<u8>) {
    let size = it.abs();
    let written = match it {
        _ if !it.is_finite() => write!(out, "null"),
        _ if size != 0.0 && !(1e-6..1e21).contains(&size) => write!(out, "{it:e}"),
        _ => write!(out, "{it}"),
    };
    // Writing to a vector does not fail.
    let _ = written;
}

fn integer(it: i64, out: &mut Vec<u8>) {
    let mut digits = [0u8; 20];
    let mut rest = it.unsigned_abs();
    let mut used = 0;
    for place in digits.iter_mut().rev() {
        *place = b'0' + (rest % 10) as u8;
        rest /= 10;
        used += 1;
        if rest == 0 {
            break;
        }
    }
    if it < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(digits.get(20 - used..).unwrap_or_default());
}

/// Text that needs no escapes.
fn quoted(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    text::append(text.as_bytes(), out);
    out.push(b'"');
}

fn bytes(it: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    let start = out.len();
    out.resize(start + it.len().div_ceil(3) * 4, 0);
    let written = out.get_mut(start..).and_then(|place| STANDARD.encode_slice(it, place).ok());
    out.truncate(start + written.unwrap_or(0));
    out.push(b'"');
}
