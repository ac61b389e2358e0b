//! Times as text. Not for reading them.

use super::{Instant, SECONDS_END, YEARS};

/// Days from March of the year -400, whose leap days come last in each year, to January of the year 0.
const DAYS_BEFORE: u32 = 146_097 - 60;

impl Instant {
    /// Writes the time with this many digits of a fraction, none without a point; gives the length.
    pub(super) fn write(&self, digits: usize, out: &mut [u8; 32]) -> usize {
        // Within 0 to 9999 by construction, so that 32 bits hold the days.
        let seconds = self.seconds.saturating_sub(*YEARS.start()).unsigned_abs();
        let (days, of_day) = ((seconds / 86400) as u32, (seconds % 86400) as u32);
        let (year, month, day) = date(days);
        *out = *b"0000-00-00T00:00:00Z            ";
        pair(out, 0, year / 100);
        pair(out, 2, year % 100);
        pair(out, 5, month);
        pair(out, 8, day);
        pair(out, 11, of_day / 3600);
        pair(out, 14, of_day / 60 % 60);
        pair(out, 17, of_day % 60);
        if digits == 0 || digits > 9 {
            return SECONDS_END + 1;
        }
        let mut rest = self.nanos() / 10_u32.pow(9 - digits as u32);
        out[SECONDS_END] = b'.';
        for digit in out[SECONDS_END + 1..][..digits].iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        out[SECONDS_END + 1 + digits] = b'Z';
        SECONDS_END + 2 + digits
    }

    /// The same as a text.
    pub(super) fn text<'b>(&self, digits: usize, out: &'b mut [u8; 32]) -> &'b str {
        let length = self.write(digits, out);
        out.get(..length).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    }
}

/// Two digits of a number below 100.
#[inline(always)]
fn pair(out: &mut [u8; 32], at: usize, value: u32) {
    out[at] = b'0' + (value / 10) as u8;
    out[at + 1] = b'0' + (value % 10) as u8;
}

/// Year, month and day of a number of days since the start of the year 0.
fn date(days: u32) -> (u32, u32, u32) {
    let days = days + DAYS_BEFORE;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    // The first of these eras began in the year -400.
    ((year + era * 400 + next).saturating_sub(400), month, day)
}
