//! The encoder: one walk over the values of any object.

mod out;
mod scalars;
mod text;

pub(crate) use scalars::float;

use std::convert::Infallible;

use self::out::Out;
use crate::object::{Entries, Fields, Kind, Sequence, written_others};
use crate::{Object, RawJson, Ref};

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
    let end = members(whole, true, &mut out, 0, |items, count, with_kind, out, mut at| {
        if !is_list {
            return Ok(sequence(items, count, with_kind, out, at));
        }
        at = out.byte(b'[', at);
        for index in 0..count {
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
    let end = members(object, with_kind, out, at, |items, count, with_kind, out, at| {
        Ok::<usize, Infallible>(sequence(items, count, with_kind, out, at))
    });
    let Ok(end) = end;
    end
}

/// The members of an object; `sequence` writes those that are arrays, of so many elements.
#[inline(always)]
fn members<E>(
    object: &dyn Object,
    with_kind: bool,
    out: &mut Out<'_>,
    mut at: usize,
    mut sequence: impl FnMut(&dyn Sequence, usize, bool, &mut Out<'_>, usize) -> Result<usize, E>,
) -> Result<usize, E> {
    let fields = object.fields();
    let mut before = b'{';
    if let Some(kind) = fields.kind.filter(|_| with_kind) {
        at = write_kind(&kind, out, at);
        before = b',';
    }
    for field in fields.may_be_written(object) {
        let name = |out: &mut Out<'_>| text::name(before, field, fields, out, at);
        // As `Fields::is_written` decides, with one look at each value.
        at = match object.get(field) {
            Ref::Str(it) => {
                let at = name(out);
                text::string(it, out, at)
            }
            Ref::None if !fields.is_required(field) => continue,
            Ref::Object(it) => {
                let at = name(out);
                write_object(it, true, out, at)
            }
            Ref::Sequence(it) => {
                let count = it.len();
                if count == 0 && !fields.is_written_empty(field) {
                    continue;
                }
                let at = name(out);
                let with_kind = !fields.is_list || writes_kind_of_items(fields, fields.name(field));
                sequence(it, count, with_kind, out, at)?
            }
            Ref::Map(it) => {
                let count = it.len();
                if count == 0 && !fields.is_written_empty(field) {
                    continue;
                }
                let at = name(out);
                map(it, count, out, at)
            }
            it => {
                let at = name(out);
                write_other(&it, true, out, at)
            }
        };
        before = b',';
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
    if at > out::ENOUGH {
        return write_other_behind(it, with_kind, out, at);
    }
    // Each of these ends with a call or has none, for the same reason.
    match it {
        Ref::None => out.bytes(b"null", at),
        Ref::Str(it) => text::string(it, out, at),
        Ref::Bool(it) => scalars::boolean(*it, out, at),
        Ref::Int(it) => scalars::integer(*it, out, at),
        Ref::Float(it) => scalars::written_float(*it, out, at),
        Ref::Time(it) => scalars::time(|place| it.write(place), out, at),
        Ref::MicroTime(it) => scalars::time(|place| it.write(place), out, at),
        Ref::Bytes(it) => scalars::bytes(it, out, at),
        Ref::Raw(it) => raw(it, out, at),
        Ref::Object(it) => write_object(*it, with_kind, out, at),
        Ref::Sequence(it) => whole_sequence(*it, with_kind, out, at),
        Ref::Map(it) => whole_map(*it, out, at),
    }
}

/// The same when the block is full: a call at the end, so that [`write_other`] has nothing to keep over one.
#[cold]
#[inline(never)]
fn write_other_behind(it: &Ref<'_>, with_kind: bool, out: &mut Out<'_>, at: usize) -> usize {
    let at = out.give(at);
    write_other(it, with_kind, out, at)
}

#[inline(never)]
fn raw(it: &RawJson, out: &mut Out<'_>, at: usize) -> usize {
    out.bytes(it.as_str().as_bytes(), at)
}

#[inline(never)]
fn whole_sequence(it: &dyn Sequence, with_kind: bool, out: &mut Out<'_>, at: usize) -> usize {
    sequence(it, it.len(), with_kind, out, at)
}

#[inline(never)]
fn whole_map(it: &dyn Entries, out: &mut Out<'_>, at: usize) -> usize {
    map(it, it.len(), out, at)
}

#[inline(never)]
fn sequence(it: &dyn Sequence, count: usize, with_kind: bool, out: &mut Out<'_>, mut at: usize) -> usize {
    let mut before = b'[';
    for index in 0..count {
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
fn map(it: &dyn Entries, count: usize, out: &mut Out<'_>, mut at: usize) -> usize {
    let mut before = b'{';
    for (key, entry) in (0..count).filter_map(|index| it.get(index)) {
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
