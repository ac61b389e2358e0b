//! [`Quantity`]: amounts like `500m`, `1.5Gi` or `1e3`.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use crate::Str;

/// An amount of a resource: its text as it came, compared by value as Go's `resource.Quantity`.
///
/// Like Go's it is precise to a billionth, rounded away from zero, and holds at most 2^63 - 1. Texts that are no
/// quantities are kept too; they come after all others and compare as text. The default is `0`.
///
/// # Example
///
/// ```
/// use kubesdk_core::Quantity;
///
/// let memory: Quantity = "1Ki".parse()?;
/// assert_eq!(memory, Quantity::from("1024"));
/// assert!(memory > Quantity::from("1000000m"));
/// assert_eq!(memory.as_str(), "1Ki");
/// assert!("lots".parse::<Quantity>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct Quantity {
    /// Empty for the default.
    text: Str,
}

impl Quantity {
    /// The text as it came.
    #[inline]
    pub fn as_str(&self) -> &str {
        if self.text.is_empty() { "0" } else { &self.text }
    }

    /// The value, as near as a float can be; nothing if the text is no quantity.
    pub fn as_f64(&self) -> Option<f64> {
        let Amount { negative, digits, point, exponent, binary } = Amount::parse(self.as_str())?;
        let sign = if negative { "-" } else { "" };
        let (whole, fraction) = digits.split_at(point.min(digits.len()));
        let decimal: f64 = format!("{sign}{whole}.{fraction}0e{exponent}").parse().ok()?;
        Some(decimal * 2_f64.powi(i32::try_from(binary).ok()?))
    }

    /// The value in billionths; nothing if the text is no quantity.
    fn billionths(&self) -> Option<i128> {
        Amount::parse(self.as_str()).map(|amount| amount.billionths())
    }
}

/// A parsed text: `digits` with a decimal point before number `point`, times 10^exponent times 2^binary.
struct Amount {
    negative: bool,
    digits: String,
    point: usize,
    exponent: i32,
    binary: u32,
}

impl Amount {
    fn parse(text: &str) -> Option<Amount> {
        let (negative, unsigned) = match text.as_bytes().first()? {
            b'-' => (true, text.get(1..)?),
            b'+' => (false, text.get(1..)?),
            _ => (false, text),
        };
        let end = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(unsigned.len());
        let (number, suffix) = unsigned.split_at(end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if fraction.contains('.') || whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let (exponent, binary) = scale(suffix)?;
        Some(Amount { negative, digits: format!("{whole}{fraction}"), point: whole.len(), exponent, binary })
    }

    fn billionths(&self) -> i128 {
        /// As many digits as `u128` holds with room for the binary factor.
        const PRECISE: usize = 19;
        const MOST: u128 = i64::MAX as u128 * 1_000_000_000;
        let leading = self.digits.len() - self.digits.trim_start_matches('0').len();
        let digits = self.digits.get(leading..).unwrap_or_default();
        if digits.is_empty() {
            return 0;
        }
        let most = if self.binary == 0 { 2 * PRECISE - 1 } else { PRECISE };
        let (used, dropped) = digits.split_at(digits.len().min(most));
        let mut inexact = dropped.bytes().any(|digit| digit != b'0');
        let mantissa = used.bytes().fold(0u128, |value, digit| value * 10 + u128::from(digit - b'0'));
        let mut value = mantissa.saturating_mul(1 << self.binary);
        let places = self.point as i64 - leading as i64 - used.len() as i64 + i64::from(self.exponent) + 9;
        for _ in 0..places.unsigned_abs().min(60) {
            if places > 0 {
                value = value.saturating_mul(10);
            } else {
                inexact |= value % 10 != 0;
                value /= 10;
            }
        }
        let value = (value + u128::from(inexact && value < MOST)).min(MOST);
        // At most 2^93, so that it always fits.
        let value = i128::try_from(value).unwrap_or(i128::MAX);
        if self.negative { -value } else { value }
    }
}

/// The powers of ten and of two that a suffix stands for.
fn scale(suffix: &str) -> Option<(i32, u32)> {
    Some(match suffix {
        "" => (0, 0),
        "n" => (-9, 0),
        "u" => (-6, 0),
        "m" => (-3, 0),
        "k" => (3, 0),
        "M" => (6, 0),
        "G" => (9, 0),
        "T" => (12, 0),
        "P" => (15, 0),
        "E" => (18, 0),
        "Ki" => (0, 10),
        "Mi" => (0, 20),
        "Gi" => (0, 30),
        "Ti" => (0, 40),
        "Pi" => (0, 50),
        "Ei" => (0, 60),
        _ => {
            let exponent = suffix.strip_prefix(['e', 'E'])?;
            let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
                return None;
            }
            (exponent.parse().ok()?, 0)
        }
    })
}

/// The text is not a quantity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseQuantityError(());

impl fmt::Display for ParseQuantityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "expected a quantity: a decimal number and nothing, one of n u m k M G T P E, \
             one of Ki Mi Gi Ti Pi Ei, or an exponent like e3",
        )
    }
}

impl std::error::Error for ParseQuantityError {}

impl FromStr for Quantity {
    type Err = ParseQuantityError;
    fn from_str(text: &str) -> Result<Self, ParseQuantityError> {
        match Amount::parse(text) {
            Some(_) => Ok(text.into()),
            None => Err(ParseQuantityError(())),
        }
    }
}

macro_rules! from {
    ($($source:ty)*) => {$(
        impl From<$source> for Quantity {
            /// Takes the text as it is; [`str::parse`] checks it.
            #[inline]
            fn from(text: $source) -> Self {
                Quantity { text: text.into() }
            }
        }
    )*};
}
from! { &str String &String Str }

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str() || self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.billionths(), other.billionths()) {
            (Some(a), Some(b)) => a.cmp(&b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => self.as_str().cmp(other.as_str()),
        }
    }
}

impl Hash for Quantity {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.billionths() {
            Some(value) => value.hash(state),
            None => self.as_str().hash(state),
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_compare_by_value() {
        for (a, b, expected) in [
            ("1000m", "1", Ordering::Equal),
            ("1Ki", "1024", Ordering::Equal),
            ("1E", "1e18", Ordering::Equal),
            ("1E3", "1k", Ordering::Equal),
            ("0.5Gi", "512Mi", Ordering::Equal),
            (".5", "500m", Ordering::Equal),
            ("5.", "5", Ordering::Equal),
            ("+5", "5", Ordering::Equal),
            ("-0", "0", Ordering::Equal),
            ("", "0", Ordering::Equal),
            ("0.1n", "1n", Ordering::Equal),
            ("1e-3", "1m", Ordering::Equal),
            ("007", "7", Ordering::Equal),
            ("1e30", "9223372036854775807", Ordering::Equal),
            ("1M", "1Mi", Ordering::Less),
            ("-1", "1m", Ordering::Less),
            ("-2", "-1", Ordering::Less),
            ("2", "10", Ordering::Less),
            ("9223372036854775806.999999999", "9223372036854775807", Ordering::Less),
            ("1", "lots", Ordering::Less),
            ("lots", "more", Ordering::Less),
        ] {
            let (a, b) = (Quantity::from(a), Quantity::from(b));
            assert_eq!(a.cmp(&b), expected, "{a} {b}");
            assert_eq!(b.cmp(&a), expected.reverse(), "{b} {a}");
            assert_eq!(a == b, expected == Ordering::Equal, "{a} {b}");
        }
    }

    #[test]
    fn floats_are_near() {
        for (text, expected) in [
            ("1500m", Some(1.5)),
            ("1.5Ki", Some(1536.0)),
            ("-1e3", Some(-1000.0)),
            (".5", Some(0.5)),
            ("1Ei", Some(1_152_921_504_606_846_976.0)),
            ("x", None),
        ] {
            assert_eq!(Quantity::from(text).as_f64(), expected, "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in
            ["", "-", ".", "1.2.3", "1 Ki", "1K", "1ki", "e3", "1e", "1e+", "1e1.5", "--1", "1eM", "0x1"]
        {
            assert!(text.parse::<Quantity>().is_err(), "{text}");
        }
    }
}
