//! The encoder: one walk over the values of any object, as the one of JSON is.

use super::transcode;
use crate::json::writes_kind_of_items;
use crate::object::{Entries, Sequence, written_others};
use crate::{Object, Ref};

/// Major types (RFC 8949, section 3.1).
pub(super) const UNSIGNED: u8 = 0;
pub(super) const NEGATIVE: u8 = 1;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
pub(super) const ARRAY: u8 = 4;
pub(super) const MAP: u8 = 5;
const TAG: u8 = 6;

/// The tag of bytes that are base64 text in JSON.
const LATER_BASE64: u64 = 22;

pub(super) fn object(object: &dyn Object, with_kind: bool, out: &mut Vec<u8>) {
    let fields = object.fields();
    let kind = fields.kind.filter(|_| with_kind);
    let others = if fields.has_others { written_others(object).count() } else { 0 };
    let beside = others + if kind.is_some() { 2 } else { 0 };
    let visit = fields.may_be_written(object);
    let start = out.len();
    // The number of members is known behind them; up to this one it goes into a head of one byte, which has room.
    let fits = beside + visit.at_most() < 24;
    if fits {
        out.push(MAP << 5);
    } else {
        let written = visit.clone().filter(|field| fields.is_written(*field, object.get(*field)));
        head(MAP, (beside + written.count()) as u64, out);
    }
    if let Some(kind) = kind {
        text("apiVersion", out);
        text(kind.api_version, out);
        text("kind", out);
        text(kind.kind, out);
    }
    let mut members = beside as u8;
    for field in visit {
        let it = object.get(field);
        if fields.is_written(field, it) {
            let name = fields.name(field);
            text(name, out);
            value(it, writes_kind_of_items(fields, name), out);
            members = members.wrapping_add(1);
        }
    }
    for (name, it) in written_others(object).take(others) {
        text(name, out);
        value(it, true, out);
    }
    if fits && let Some(head) = out.get_mut(start) {
        *head |= members;
    }
}

fn value(it: Ref<'_>, with_kind: bool, out: &mut Vec<u8>) {
    match it {
        Ref::None => null(out),
        Ref::Str(it) => text(it, out),
        Ref::Bool(it) => boolean(it, out),
        Ref::Int(it) => integer(it, out),
        Ref::Float(it) => float(it, out),
        Ref::Time(it) => text(it.text(&mut [0; 32]), out),
        Ref::MicroTime(it) => text(it.text(&mut [0; 32]), out),
        Ref::Bytes(it) => {
            head(TAG, LATER_BASE64, out);
            head(BYTES, it.len() as u64, out);
            out.extend_from_slice(it);
        }
        Ref::Raw(it) => transcode::from_json(it.as_str(), out),
        Ref::Object(it) => object(it, with_kind, out),
        Ref::Sequence(it) => sequence(it, with_kind, out),
        Ref::Map(it) => map(it, out),
    }
}

fn sequence(it: &dyn Sequence, with_kind: bool, out: &mut Vec<u8>) {
    head(ARRAY, it.len() as u64, out);
    for index in 0..it.len() {
        value(it.get(index), with_kind, out);
    }
}

fn map(it: &dyn Entries, out: &mut Vec<u8>) {
    head(MAP, it.len() as u64, out);
    for (key, entry) in (0..it.len()).filter_map(|index| it.get(index)) {
        text(key, out);
        value(entry, true, out);
    }
}

/// The first bytes of an item.
pub(super) fn head(major: u8, argument: u64, out: &mut Vec<u8>) {
    let (bytes, len) = head_bytes(major, argument);
    out.extend_from_slice(bytes.get(..len).unwrap_or_default());
}

/// Puts the head of a container before its contents, once their number is known.
pub(super) fn head_at(start: usize, major: u8, argument: u64, out: &mut Vec<u8>) {
    let (bytes, len) = head_bytes(major, argument);
    out.splice(start..start, bytes.into_iter().take(len));
}

/// Tags that this is CBOR (RFC 8949, section 3.4.6), as the API server wants it.
pub(super) fn self_described(out: &mut Vec<u8>) {
    head(TAG, 55799, out);
}

fn head_bytes(major: u8, argument: u64) -> ([u8; 9], usize) {
    let mut bytes = [0; 9];
    let (low, width) = match argument {
        0..24 => (argument as u8, 0),
        24..=0xff => (24, 1),
        0x100..=0xffff => (25, 2),
        0x1_0000..=0xffff_ffff => (26, 4),
        _ => (27, 8),
    };
    let (first, rest) = bytes.split_at_mut(1);
    first.copy_from_slice(&[major << 5 | low]);
    for (place, byte) in rest.iter_mut().zip(argument.to_be_bytes().into_iter().skip(8 - width)) {
        *place = byte;
    }
    (bytes, 1 + width)
}

pub(super) fn text(it: &str, out: &mut Vec<u8>) {
    head(TEXT, it.len() as u64, out);
    out.extend_from_slice(it.as_bytes());
}

pub(super) fn null(out: &mut Vec<u8>) {
    out.push(0xf6);
}

pub(super) fn boolean(it: bool, out: &mut Vec<u8>) {
    out.push(if it { 0xf5 } else { 0xf4 });
}

pub(super) fn integer(it: i64, out: &mut Vec<u8>) {
    match u64::try_from(it) {
        Ok(it) => head(UNSIGNED, it, out),
        Err(_) => head(NEGATIVE, it.unsigned_abs() - 1, out),
    }
}

/// In the shortest form that has the same value, as the API server writes them; what is no number of JSON is null.
pub(super) fn float(it: f64, out: &mut Vec<u8>) {
    let single = it as f32;
    match half(single) {
        _ if !it.is_finite() => null(out),
        _ if f64::from(single) != it => {
            out.push(0xfb);
            out.extend_from_slice(&it.to_bits().to_be_bytes());
        }
        Some(half) => {
            out.push(0xf9);
            out.extend_from_slice(&half.to_be_bytes());
        }
        None => {
            out.push(0xfa);
            out.extend_from_slice(&single.to_bits().to_be_bytes());
        }
    }
}

/// The 16-bit float of the same value, if there is a normal one.
fn half(it: f32) -> Option<u16> {
    let bits = it.to_bits();
    let (sign, exponent, fraction) = (bits >> 31 << 15, bits >> 23 & 0xff, bits & 0x7f_ffff);
    let half = match exponent {
        0 if fraction == 0 => sign,
        // The exponents -14 to 15, of a bias of 127 here and 15 there.
        113..=142 if fraction & 0x1fff == 0 => sign | (exponent - 112) << 10 | fraction >> 13,
        _ => return None,
    };
    u16::try_from(half).ok()
}
