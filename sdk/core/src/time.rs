//! [`Time`] and [`MicroTime`]: points in time as the API writes them, RFC 3339 in UTC.

mod text;

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

/// Seconds since 1970 of year 1, Go's zero time.
const ZERO: i64 = -62_135_596_800;
/// The seconds of the years that RFC 3339 can write: 0000 to 9999.
const YEARS: std::ops::RangeInclusive<i64> = -62_167_219_200..=253_402_300_799;
const NANOS: u32 = 1_000_000_000;
/// The length of a text up to its seconds.
const SECONDS_END: usize = 19;

/// A point in time; the nanoseconds are kept plus one, which leaves `Option` its place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Instant {
    seconds: i64,
    nanos_and_one: NonZeroU32,
}

impl Instant {
    const fn new(seconds: i64, nanos: u32) -> Self {
        Instant { seconds, nanos_and_one: NonZeroU32::MIN.saturating_add(nanos) }
    }

    /// The nearest point of the years 0000 to 9999.
    fn clamped(seconds: i64, nanos: u32) -> Self {
        match seconds {
            _ if seconds < *YEARS.start() => Instant::new(*YEARS.start(), 0),
            _ if seconds > *YEARS.end() => Instant::new(*YEARS.end(), NANOS - 1),
            _ => Instant::new(seconds, nanos),
        }
    }

    const fn nanos(self) -> u32 {
        self.nanos_and_one.get() - 1
    }

    fn parse(text: &str) -> Option<Self> {
        let (date_time, rest) = text.as_bytes().split_first_chunk::<19>()?;
        let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, b'T' | b't', h0, h1, b':', n0, n1, b':', s0, s1] =
            *date_time
        else {
            return None;
        };
        let (year, month, day) = (number(&[y0, y1, y2, y3])?, number(&[m0, m1])?, number(&[d0, d1])?);
        let (hour, minute, second) = (number(&[h0, h1])?, number(&[n0, n1])?, number(&[s0, s1])?);
        if day == 0 || day > days_of_month(year, month)? || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let (nanos, rest) = match rest {
            [b'.', rest @ ..] => fraction(rest)?,
            _ => (0, rest),
        };
        let offset = match *rest {
            [b'Z' | b'z'] => 0,
            [sign @ (b'+' | b'-'), h0, h1, b':', m0, m1] => {
                let (hours, minutes) = (number(&[h0, h1])?, number(&[m0, m1])?);
                if hours > 23 || minutes > 59 {
                    return None;
                }
                (hours * 3600 + minutes * 60) * if sign == b'-' { -1 } else { 1 }
            }
            _ => return None,
        };
        let seconds = days_since_1970(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset;
        YEARS.contains(&seconds).then(|| Instant::new(seconds, nanos))
    }
}

fn number(digits: &[u8]) -> Option<i64> {
    digits
        .iter()
        .try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0')))
}

/// Nanoseconds and what follows them; digits after the ninth are dropped, as in Go.
fn fraction(text: &[u8]) -> Option<(u32, &[u8])> {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let mut unit = NANOS;
    let nanos = digits.iter().take(9).fold(0, |nanos, digit| {
        unit /= 10;
        nanos + u32::from(digit - b'0') * unit
    });
    (!digits.is_empty()).then_some((nanos, rest))
}

fn days_of_month(year: i64, month: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => Some(if leap { 29 } else { 28 }),
        4 | 6 | 9 | 11 => Some(30),
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        _ => None,
    }
}

/// Days of the proleptic Gregorian calendar, counted from March so that leap days come last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The text is not a time of RFC 3339.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseTimeError(());

impl fmt::Display for ParseTimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected an RFC 3339 time like 2026-01-31T23:59:59Z")
    }
}

impl std::error::Error for ParseTimeError {}

macro_rules! time {
    ($(#[$doc:meta])* $name:ident, kept: $kept:expr, digits: |$nanos:ident| $digits:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Instant);

        impl $name {
            /// Now, by the clock of this machine.
            pub fn now() -> Self {
                SystemTime::now().into()
            }

            /// True for Go's zero time, which stands for no time and is written as null.
            #[inline]
            pub fn is_zero(&self) -> bool {
                *self == Self::default()
            }

            /// Whole seconds since 1970, rounded down.
            pub fn unix_seconds(&self) -> i64 {
                self.0.seconds
            }

            /// The nanoseconds of the second.
            pub fn subsecond_nanos(&self) -> u32 {
                self.0.nanos()
            }

            /// The text, in a buffer of the caller.
            pub(crate) fn text<'b>(&self, out: &'b mut [u8; 32]) -> &'b str {
                let $nanos = self.0.nanos();
                self.0.text($digits, out)
            }

            /// Writes the text; gives its length.
            #[inline]
            pub(crate) fn write(&self, out: &mut [u8; 32]) -> usize {
                let $nanos = self.0.nanos();
                self.0.write($digits, out)
            }
        }

        impl Default for $name {
            #[inline]
            fn default() -> Self {
                const { $name(Instant::new(ZERO, 0)) }
            }
        }

        impl FromStr for $name {
            type Err = ParseTimeError;
            fn from_str(text: &str) -> Result<Self, ParseTimeError> {
                Instant::parse(text).map($name).ok_or(ParseTimeError(()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.text(&mut [0; 32]))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.text(&mut [0; 32]))
            }
        }

        impl From<SystemTime> for $name {
            fn from(time: SystemTime) -> Self {
                let (seconds, nanos) = match time.duration_since(SystemTime::UNIX_EPOCH) {
                    Ok(after) => (i64::try_from(after.as_secs()).unwrap_or(i64::MAX), after.subsec_nanos()),
                    Err(error) => {
                        let before = error.duration();
                        let seconds = i64::try_from(before.as_secs()).unwrap_or(i64::MAX);
                        match before.subsec_nanos() {
                            0 => (-seconds, 0),
                            nanos => ((-seconds).saturating_sub(1), NANOS - nanos),
                        }
                    }
                };
                $name(Instant::clamped(seconds, nanos - nanos % $kept))
            }
        }

        impl From<$name> for SystemTime {
            fn from(time: $name) -> Self {
                let size = Duration::from_secs(time.0.seconds.unsigned_abs());
                let whole = if time.0.seconds < 0 {
                    SystemTime::UNIX_EPOCH.checked_sub(size)
                } else {
                    SystemTime::UNIX_EPOCH.checked_add(size)
                };
                whole
                    .and_then(|whole| whole.checked_add(Duration::from_nanos(time.0.nanos().into())))
                    .unwrap_or(SystemTime::UNIX_EPOCH)
            }
        }

        impl From<jiff::Timestamp> for $name {
            fn from(time: jiff::Timestamp) -> Self {
                // Before 1970 both parts are negative.
                let (seconds, nanos) = match u32::try_from(time.subsec_nanosecond()) {
                    Ok(nanos) => (time.as_second(), nanos),
                    Err(_) => (time.as_second() - 1, NANOS - time.subsec_nanosecond().unsigned_abs()),
                };
                $name(Instant::clamped(seconds, nanos - nanos % $kept))
            }
        }

        /// The last hours of the year 9999, which jiff does not have, become its last timestamp.
        impl From<$name> for jiff::Timestamp {
            fn from(time: $name) -> Self {
                let nanos = i32::try_from(time.0.nanos()).unwrap_or_default();
                jiff::Timestamp::new(time.0.seconds, nanos).unwrap_or(jiff::Timestamp::MAX)
            }
        }
    };
}

time! {
    /// A point in time in whole seconds: `metav1.Time`.
    ///
    /// Made from a clock it is in whole seconds, because servers keep no more; read from a text it keeps the
    /// fraction that the text has and writes it back. The default is Go's zero time ([`is_zero`](Self::is_zero)).
    ///
    /// # Example
    ///
    /// ```
    /// use kubesdk_core::Time;
    ///
    /// let created: Time = "2026-01-31T12:00:00+02:00".parse()?;
    /// assert_eq!(created.to_string(), "2026-01-31T10:00:00Z");
    /// assert!(created < Time::now());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Time,
    kept: NANOS,
    digits: |nanos| match nanos {
        0 => 0,
        _ if nanos.is_multiple_of(1_000_000) => 3,
        _ if nanos.is_multiple_of(1_000) => 6,
        _ => 9,
    }
}

time! {
    /// A point in time in microseconds: `metav1.MicroTime`.
    ///
    /// It is written with six digits of a fraction, with nine if it was read with more than six; made from a clock
    /// it has no more than six, because servers accept no more.
    ///
    /// # Example
    ///
    /// ```
    /// use kubesdk_core::MicroTime;
    ///
    /// let renewed: MicroTime = "2026-01-31T12:00:00.5Z".parse()?;
    /// assert_eq!(renewed.to_string(), "2026-01-31T12:00:00.500000Z");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    MicroTime,
    kept: 1_000,
    digits: |nanos| if nanos.is_multiple_of(1_000) { 6 } else { 9 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_option_costs_nothing() {
        assert_eq!((size_of::<Option<Time>>(), size_of::<Option<MicroTime>>()), (16, 16));
    }

    #[test]
    fn texts_are_read_and_written() {
        for (text, time, micro) in [
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z"),
            ("2024-02-29T23:59:59+01:30", "2024-02-29T22:29:59Z", "2024-02-29T22:29:59.000000Z"),
            ("2026-01-02T03:04:05.5Z", "2026-01-02T03:04:05.500Z", "2026-01-02T03:04:05.500000Z"),
            (
                "2026-01-02t03:04:05.1234567891z",
                "2026-01-02T03:04:05.123456789Z",
                "2026-01-02T03:04:05.123456789Z",
            ),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000000Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"),
        ] {
            assert_eq!(text.parse::<Time>().unwrap().to_string(), time);
            assert_eq!(text.parse::<MicroTime>().unwrap().to_string(), micro);
        }
        assert_eq!(Time::default(), "0001-01-01T00:00:00Z".parse().unwrap());
        assert!(Time::default().is_zero() && !Time::now().is_zero());
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "2026-01-02",
            "2026-01-02T03:04:05",
            "2026-01-02 03:04:05Z",
            "2026-02-29T03:04:05Z",
            "2026-13-01T03:04:05Z",
            "2026-00-01T03:04:05Z",
            "2026-01-02T24:00:00Z",
            "2026-01-02T03:04:60Z",
            "2026-01-02T03:04:05.Z",
            "2026-01-02T03:04:05+0100",
            "2026-01-02T03:04:05Zx",
            "0000-01-01T00:00:00+01:00",
            "+026-01-02T03:04:05Z",
        ] {
            assert!(text.parse::<Time>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn it_agrees_with_jiff(seconds in -62_135_596_800i64..253_402_207_200, nanos in 0..1_000_000_000i32) {
            let theirs = jiff::Timestamp::new(seconds, nanos).unwrap();
            let ours: Time = theirs.to_string().parse().unwrap();
            prop_assert_eq!(jiff::Timestamp::from(ours), theirs);
            prop_assert_eq!(ours.to_string().parse::<jiff::Timestamp>().unwrap(), theirs);
            let micro = MicroTime::from(theirs);
            prop_assert_eq!(jiff::Timestamp::from(micro).as_microsecond(), theirs.as_nanosecond().div_euclid(1000) as i64);
            prop_assert_eq!(MicroTime::from(SystemTime::from(micro)), micro);
            prop_assert_eq!(Time::from(theirs).subsecond_nanos(), 0);
        }
    }
}
