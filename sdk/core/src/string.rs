//! [`Str`], the string type of all objects, and the interner that shares equal strings while decoding.
//!
//! The inside of `Str` is private, so that it can change without a change of the API.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::ops::Deref;

use arcstr::ArcStr;

/// An immutable string of one word; clones share their text.
///
/// It derefs to `str`, compares with strings of any kind and is made from all of them with `into()`.
///
/// # Example
///
/// ```
/// use kubesdk_core::Str;
///
/// let name: Str = "web-0".into();
/// assert_eq!(name, "web-0");
/// assert!(name.starts_with("web"));
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Str(ArcStr);

impl Str {
    /// The empty string, without an allocation.
    #[inline]
    pub const fn new() -> Self {
        Str(ArcStr::new())
    }

    /// The text.
    #[inline]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl Deref for Str {
    type Target = str;
    #[inline]
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for Str {
    #[inline]
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

macro_rules! as_ref {
    ($($target:ty)*) => {$(
        impl AsRef<$target> for Str {
            #[inline]
            fn as_ref(&self) -> &$target {
                self.as_str().as_ref()
            }
        }
    )*};
}
as_ref! { str [u8] std::path::Path std::ffi::OsStr }

macro_rules! from {
    ($($source:ty, |$it:ident| $text:expr;)*) => {$(
        impl From<$source> for Str {
            #[inline]
            fn from($it: $source) -> Self {
                Str(ArcStr::from($text))
            }
        }
    )*};
}
from! {
    &str, |it| it;
    &mut str, |it| &*it;
    String, |it| it;
    &String, |it| it.as_str();
    Box<str>, |it| it;
    Cow<'_, str>, |it| &*it;
    char, |it| &*it.encode_utf8(&mut [0; 4]);
}

impl From<&Str> for Str {
    #[inline]
    fn from(it: &Str) -> Self {
        it.clone()
    }
}

impl From<Str> for String {
    #[inline]
    fn from(it: Str) -> Self {
        it.as_str().to_owned()
    }
}

impl From<&Str> for String {
    #[inline]
    fn from(it: &Str) -> Self {
        it.as_str().to_owned()
    }
}

macro_rules! equal {
    ($($other:ty)*) => {$(
        impl PartialEq<$other> for Str {
            #[inline]
            fn eq(&self, other: &$other) -> bool {
                let other: &str = other.as_ref();
                self.as_str() == other
            }
        }
        impl PartialEq<Str> for $other {
            #[inline]
            fn eq(&self, other: &Str) -> bool {
                let this: &str = self.as_ref();
                this == other.as_str()
            }
        }
    )*};
}
equal! { str &str String Cow<'_, str> }

impl fmt::Display for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl fmt::Debug for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl std::str::FromStr for Str {
    type Err = std::convert::Infallible;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(text.into())
    }
}

/// Recently decoded strings, shared instead of allocated again: names, namespaces, images and label values
/// repeat all through a list.
pub(crate) struct Interner {
    /// A power of two of them, so that the upper bits of a hash choose one; none until the first string.
    slots: Vec<Str>,
    bits: u32,
}

impl Interner {
    /// Longer strings hardly repeat.
    const LONGEST: usize = 96;

    /// An interner for an input of about this many bytes.
    pub(crate) fn for_input(bytes: usize) -> Self {
        let slots = (bytes / 64).clamp(16, 2048).next_power_of_two();
        Interner { slots: Vec::new(), bits: slots.trailing_zeros() }
    }

    /// A string with this text, the last one with the same hash if that is it.
    #[inline]
    pub(crate) fn get(&mut self, text: &str) -> Str {
        if text.is_empty() || text.len() > Self::LONGEST {
            return Str::from(text);
        }
        if self.slots.is_empty() {
            self.slots.resize(1 << self.bits, Str::new());
        }
        let place = (hash(text.as_bytes()) >> (64 - self.bits)) as usize;
        let Some(slot) = self.slots.get_mut(place) else { return Str::from(text) };
        if slot.as_str() != text {
            *slot = Str::from(text);
        }
        slot.clone()
    }
}

#[inline]
fn hash(text: &[u8]) -> u64 {
    let mix = |hash: u64, word: u64| (hash.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    let (words, rest) = text.as_chunks::<8>();
    let hash = words.iter().fold(text.len() as u64, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    match text.last_chunk::<8>() {
        Some(tail) => mix(hash, u64::from_le_bytes(*tail)),
        None => rest.iter().fold(hash, |hash, byte| mix(hash, u64::from(*byte))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_of_every_kind_become_equal_ones() {
        let made: [Str; 7] = [
            "a".into(),
            String::from("a").into(),
            (&String::from("a")).into(),
            Cow::Borrowed("a").into(),
            'a'.into(),
            Box::<str>::from("a").into(),
            (&Str::from("a")).into(),
        ];
        for it in made {
            assert_eq!(it, "a");
            assert_eq!("a", it);
            assert_eq!(it, *"a");
            assert_eq!(it, String::from("a"));
            assert_eq!(String::from("a"), it);
            assert_eq!(String::from(it), "a");
        }
    }

    #[test]
    fn it_prints_as_a_string() {
        let it = Str::from("a\"b");
        assert_eq!(format!("{it}|{it:>5}|{it:?}"), "a\"b|  a\"b|\"a\\\"b\"");
        assert_eq!(Str::default(), Str::new());
    }

    #[test]
    fn the_interner_shares_and_never_mixes_up() {
        let mut interner = Interner::for_input(0);
        let (a, b) = (interner.get("default"), interner.get("default"));
        assert!(std::ptr::eq(a.as_str(), b.as_str()));
        for n in 0..10_000 {
            let text = "x".repeat(n % 120) + &n.to_string();
            assert_eq!(interner.get(&text), text);
        }
        assert_eq!(interner.get(""), "");
    }
}
