//! [`Str`], the string type of all objects.
//!
//! The inside of `Str` is private, so that it can change without a change of the API.

mod interner;

pub(crate) use interner::Interner;

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
}
