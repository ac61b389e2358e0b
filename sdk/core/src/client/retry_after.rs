//! The `Retry-After` header (RFC 9110, 10.2.3): seconds, or a date. API servers send seconds, proxies in front of them
//! either.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

/// How long to wait; nothing when the header is neither. A date that has passed is no time at all; seconds that no
/// clock can count are the most that one can.
pub(crate) fn parse(header: &str, now: Timestamp) -> Option<Duration> {
    let header = header.trim();
    if !header.is_empty() && header.bytes().all(|it| it.is_ascii_digit()) {
        return Some(Duration::from_secs(header.parse().unwrap_or(u64::MAX)));
    }
    let date = DateTimeParser::new().relaxed_weekday(true).parse_timestamp(header).ok()?;
    Some(Duration::try_from(date.duration_since(now)).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates() {
        let now: Timestamp = "2026-11-24T08:49:37Z".parse().unwrap();
        let check = |header: &str, expected: Option<u64>| {
            assert_eq!(parse(header, now), expected.map(Duration::from_secs), "{header:?}");
        };
        check("1", Some(1));
        check(" 120 ", Some(120));
        check("0", Some(0));
        check("99999999999999999999999", Some(u64::MAX));
        check("Tue, 24 Nov 2026 08:50:37 GMT", Some(60));
        check("Tue, 24 Nov 2026 08:00:00 GMT", Some(0));
        check("", None);
        check("-1", None);
        check("1.5", None);
        check("soon", None);
    }
}
