//! [`IntOrString`]: a port by number or by name, a count or a percentage.

use std::fmt;

use crate::{Ref, Str};

/// A value that is an integer or a string on the wire.
///
/// # Example
///
/// ```
/// use kubesdk_core::IntOrString;
///
/// assert_eq!(IntOrString::from(80).to_string(), "80");
/// assert_eq!(IntOrString::from("25%"), IntOrString::String("25%".into()));
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IntOrString {
    /// An integer.
    Int(i32),
    /// A string.
    String(Str),
}

impl IntOrString {
    /// The value, to read.
    #[inline]
    pub(crate) fn view(&self) -> Ref<'_> {
        match self {
            IntOrString::Int(it) => Ref::Int(i64::from(*it)),
            IntOrString::String(it) => Ref::Str(it),
        }
    }
}

impl Default for IntOrString {
    #[inline]
    fn default() -> Self {
        IntOrString::Int(0)
    }
}

impl From<i32> for IntOrString {
    #[inline]
    fn from(it: i32) -> Self {
        IntOrString::Int(it)
    }
}

macro_rules! from_strings {
    ($($source:ty)*) => {$(
        impl From<$source> for IntOrString {
            #[inline]
            fn from(it: $source) -> Self {
                IntOrString::String(it.into())
            }
        }
    )*};
}
from_strings! { &str String Str }

impl fmt::Display for IntOrString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            IntOrString::Int(it) => fmt::Display::fmt(it, f),
            IntOrString::String(it) => fmt::Display::fmt(it, f),
        }
    }
}

impl fmt::Debug for IntOrString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            IntOrString::Int(it) => fmt::Debug::fmt(it, f),
            IntOrString::String(it) => fmt::Debug::fmt(it, f),
        }
    }
}
