//! The values without parts: numbers, times, quantities, bytes.

use super::Decoder;
use crate::json::error::{DecodeError, Result};
use crate::{ByteString, IntOrString, Quantity};

impl Decoder<'_, '_> {
    pub(super) fn bytes(&mut self) -> Result<ByteString> {
        self.scan.peek();
        let at = self.scan.at();
        let bytes = ByteString::from_base64(self.scan.string("a string")?);
        bytes.ok_or_else(|| DecodeError::new(at, "base64", "another string"))
    }

    #[inline]
    pub(super) fn integer(&mut self, expected: &'static str) -> Result<i64> {
        let (b'-' | b'0'..=b'9') = self.scan.peek() else { return self.scan.unexpected(expected) };
        if let Some(value) = self.scan.short_integer() {
            return Ok(value);
        }
        let at = self.scan.at();
        let text = self.scan.number()?;
        match text.parse() {
            Ok(value) => Ok(value),
            Err(_) if text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit()) => {
                Err(DecodeError::new(at, "a 64-bit integer", "a larger number"))
            }
            Err(_) => Err(DecodeError::new(at, expected, "a number with a fraction or exponent")),
        }
    }

    pub(super) fn int32(&mut self, expected: &'static str) -> Result<i32> {
        self.scan.peek();
        let at = self.scan.at();
        let value = self.integer(expected)?;
        i32::try_from(value).map_err(|_| DecodeError::new(at, "a 32-bit integer", "a larger number"))
    }

    pub(super) fn float(&mut self) -> Result<f64> {
        let (b'-' | b'0'..=b'9') = self.scan.peek() else { return self.scan.unexpected("a number") };
        let at = self.scan.at();
        match self.scan.number()?.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(value),
            _ => Err(DecodeError::new(at, "a 64-bit float", "a larger number")),
        }
    }

    pub(super) fn parsed<T: std::str::FromStr>(&mut self, expected: &'static str) -> Result<T> {
        self.scan.peek();
        let at = self.scan.at();
        let text = self.scan.string(expected)?;
        text.parse().map_err(|_| DecodeError::new(at, expected, "another string"))
    }

    pub(super) fn quantity(&mut self) -> Result<Quantity> {
        match self.scan.peek() {
            b'-' | b'0'..=b'9' => Ok(self.scan.number()?.into()),
            _ => Ok(self.scan.shared_string(self.interner, "a quantity")?.into()),
        }
    }

    pub(super) fn int_or_string(&mut self) -> Result<IntOrString> {
        match self.scan.peek() {
            b'"' => Ok(IntOrString::String(self.scan.shared_string(self.interner, "a string")?)),
            _ => Ok(IntOrString::Int(self.int32("an integer or a string")?)),
        }
    }
}
