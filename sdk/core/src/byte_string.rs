//! [`ByteString`]: bytes that are base64 on the wire.

use std::fmt;
use std::ops::{Deref, DerefMut};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Bytes, base64 in JSON and YAML. They are often secret: `Debug` shows their number alone.
///
/// # Example
///
/// ```
/// use kubesdk_core::ByteString;
///
/// let password = ByteString::from("hunter2");
/// assert_eq!(password.as_slice(), b"hunter2");
/// assert_eq!(format!("{password:?}"), "<7 bytes>");
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteString(pub Vec<u8>);

impl ByteString {
    /// The bytes.
    #[inline]
    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }

    /// The bytes, owned.
    #[inline]
    pub fn into_vec(self) -> Vec<u8> {
        self.0
    }

    /// Line breaks inside are ignored, as in Go.
    pub(crate) fn from_base64(text: &str) -> Option<Self> {
        let bytes = match text.contains(['\r', '\n']) {
            false => STANDARD.decode(text),
            true => STANDARD.decode(text.replace(['\r', '\n'], "")),
        };
        bytes.ok().map(ByteString)
    }
}

impl Deref for ByteString {
    type Target = Vec<u8>;
    #[inline]
    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}

impl DerefMut for ByteString {
    #[inline]
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }
}

impl AsRef<[u8]> for ByteString {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

macro_rules! from {
    ($($source:ty)*) => {$(
        impl From<$source> for ByteString {
            #[inline]
            fn from(bytes: $source) -> Self {
                ByteString(bytes.into())
            }
        }
    )*};
}
from! { Vec<u8> &[u8] &str String Box<[u8]> bytes::Bytes }

impl<const N: usize> From<&[u8; N]> for ByteString {
    #[inline]
    fn from(bytes: &[u8; N]) -> Self {
        ByteString(bytes.to_vec())
    }
}

impl From<ByteString> for Vec<u8> {
    #[inline]
    fn from(bytes: ByteString) -> Self {
        bytes.0
    }
}

impl PartialEq<[u8]> for ByteString {
    fn eq(&self, other: &[u8]) -> bool {
        self.0 == other
    }
}

impl fmt::Debug for ByteString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes>", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_as_in_go() {
        for (text, expected) in [
            ("", Some(&b""[..])),
            ("YQ==", Some(b"a")),
            ("YWJj", Some(b"abc")),
            ("YW\r\nJj\n", Some(b"abc")),
            ("YQ", None),
            ("YQ=", None),
            ("Y Q==", None),
            ("_-==", None),
        ] {
            assert_eq!(ByteString::from_base64(text).as_deref().map(Vec::as_slice), expected, "{text:?}");
        }
    }
}
