//! The encoder: one walk over the values of any object.

mod out;
mod scalars;
mod text;

pub(crate) use scalars::float;

use std::convert::Infallible;

use self::out::Out;
use crate::object::{Entries, Fields, Kind, Sequence, written_others};
use crate::{Object, Ref};

/// False for the items of a list, which go without `apiVersion` and `kind`.
#[inline]
pub(crate) fn writes_kind_of_items(fields: &Fields, name: &str) -> bool {
    !(fields.is_list && name == "items")
}

/// Appends an object.
pub(super) fn object(object: &dyn Object, with_kind: bool, out: &mut Vec<u8>) {
    append(out, |out| write_object(object, with_kind, out, 0));
}

/// Appends any value; `with_kind` says whether structs go with their `apiVersion` and `kind`.
pub(crate) fn value(it: Ref<'_>, with_kind: bool, out: &mut Vec<u8>) {
    append(out, |out| write(&it, with_kind, out, 0));
}

/// Appends a string with its quotes.
pub(crate) fn string(text: &str, out: &mut Vec<u8>) {
    append(out, |out| text::string(text, out, 0));
}

fn append(buffer: &mut Vec<u8>, write: impl FnOnce(&mut Out<'_>) -> usize) {
    let mut out = Out::behind(buffer);
    let end = write(&mut out);
    out.end(end);
}

/// An object or list in pieces: what was written of a list is handed out between any two items, once it is so long.
pub(super) fn in_pieces<E>(
    whole: &dyn Object,
    long: usize,
    mut hand_out: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let (mut buffer, is_list) = (Vec::new(), whole.fields().is_list);
    let mut out = Out::behind(&mut buffer);
    let end = members(whole, true, &mut out, 0, |it, with_kind, out, mut at| {
        let Ref::Sequence(items) = it else { return Ok(write(it, with_kind, out, at)) };
        if !is_list {
            return Ok(write(it, with_kind, out, at));
        }
        at = out.byte(b'[', at);
        for index in 0..items.len() {
            if index > 0 {
                at = out.byte(b',', at);
            }
            at = write(&items.get(index), with_kind, out, at);
            let written = out.end(at);
            at = 0;
            if written.len() >= long {
                hand_out(written)?;
                written.clear();
            }
        }
        Ok(out.byte(b']', at))
    })?;
    hand_out(out.end(end))
}

fn write_object(object: &dyn Object, with_kind: bool, out: &mut Out<'_>, at: usize) -> usize {
    let end = members(object, with_kind, out, at, |it, with_kind, out, at| {
        Ok::<usize, Infallible>(write(it, with_kind, out, at))
    });
    let Ok(end) = end;
    end
}

/// The members of an object; `write` writes the value of each that is not a string.
#[inline(always)]
fn members<E>(
    object: &dyn Object,
    with_kind: bool,
    out: &mut Out<'_>,
    mut at: usize,
    mut write: impl FnMut(&Ref<'_>, bool, &mut Out<'_>, usize) -> Result<usize, E>,
) -> Result<usize, E> {
    let fields = object.fields();
    let mut before = b'{';
    if let Some(kind) = fields.kind.filter(|_| with_kind) {
        at = write_kind(&kind, out, at);
        before = b',';
    }
    for field in fields.may_be_written(object) {
        let it = object.get(field);
        // Most are strings or not there.
        if let Ref::Str(it) = it {
            at = text::name(before, field, fields, out, at);
            at = text::string(it, out, at);
            before = b',';
        } else if fields.is_written(field, it) {
            at = text::name(before, field, fields, out, at);
            at = write(&it, !fields.is_list || writes_kind_of_items(fields, fields.name(field)), out, at)?;
            before = b',';
        }
    }
    if fields.has_others {
        at = others(object, &mut before, out, at);
    }
    Ok(match before {
        b'{' => out.bytes(b"{}", at),
        _ => out.byte(b'}', at),
    })
}

/// The members that are no fields.
#[cold]
fn others(object: &dyn Object, before: &mut u8, out: &mut Out<'_>, mut at: usize) -> usize {
    for (name, it) in written_others(object) {
        at = out.byte(*before, at);
        at = text::string(name, out, at);
        at = out.byte(b':', at);
        at = write(&it, true, out, at);
        *before = b',';
    }
    at
}

#[inline(never)]
fn write_kind(kind: &Kind, out: &mut Out<'_>, at: usize) -> usize {
    let at = out.bytes(b"{\"apiVersion\":\"", at);
    let at = out.bytes(kind.api_version.as_bytes(), at);
    let at = out.bytes(b"\",\"kind\":\"", at);
    let at = out.bytes(kind.kind.as_bytes(), at);
    out.byte(b'"', at)
}

#[inline]
fn write(it: &Ref<'_>, with_kind: bool, out: &mut Out<'_>, at: usize) -> usize {
    match it {
        Ref::Str(it) => text::string(it, out, at),
        Ref::Object(it) => write_object(*it, with_kind, out, at),
        it => write_other(it, with_kind, out, at),
    }
}

fn write_other(it: &Ref<'_>, with_kind: bool, out: &mut Out<'_>, at: usize) -> usize {
    match *it {
        Ref::None => out.bytes(b"null", at),
        Ref::Str(it) => text::string(it, out, at),
        Ref::Bool(it) => scalars::boolean(it, out, at),
        Ref::Int(it) => scalars::integer(it, out, at),
        Ref::Float(it) => {
            let mut text = Vec::new();
            float(it, &mut text);
            out.bytes(&text, at)
        }
        Ref::Time(it) => scalars::time(|place| it.write(place), out, at),
        Ref::MicroTime(it) => scalars::time(|place| it.write(place), out, at),
        Ref::Bytes(it) => scalars::bytes(it, out, at),
        Ref::Raw(it) => out.bytes(it.as_str().as_bytes(), at),
        Ref::Object(it) => write_object(it, with_kind, out, at),
        Ref::Sequence(it) => sequence(it, with_kind, out, at),
        Ref::Map(it) => map(it, out, at),
    }
}

#[inline(never)]
fn sequence(it: &dyn Sequence, with_kind: bool, out: &mut Out<'_>, mut at: usize) -> usize {
    let mut before = b'[';
    for index in 0..it.len() {
        at = out.byte(before, at);
        before = b',';
        at = write(&it.get(index), with_kind, out, at);
    }
    match before {
        b'[' => out.bytes(b"[]", at),
        _ => out.byte(b']', at),
    }
}

#[inline(never)]
fn map(it: &dyn Entries, out: &mut Out<'_>, mut at: usize) -> usize {
    let mut before = b'{';
    for (key, entry) in (0..it.len()).filter_map(|index| it.get(index)) {
        at = out.byte(before, at);
        before = b',';
        at = text::string(key, out, at);
        at = out.byte(b':', at);
        at = write(&entry, true, out, at);
    }
    match before {
        b'{' => out.bytes(b"{}", at),
        _ => out.byte(b'}', at),
    }
}
