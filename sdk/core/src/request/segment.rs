//! One segment of a path: a name or namespace that was given becomes just one, or is refused.

use percent_encoding::utf8_percent_encode;

use super::SEGMENT;
use crate::{Error, ErrorKind};

/// As many characters of what was given are quoted in an error: what is too long may be anything.
const SHOWN: usize = 100;

/// Appends a segment that cannot reach outside its place.
pub(super) fn push(path: &mut String, segment: &str) -> Result<(), Error> {
    let fault = match segment {
        "" => "must not be empty",
        "." | ".." => "must not be . or ..",
        _ if segment.contains(['/', '%']) => "must not hold / or %",
        _ => {
            path.extend(utf8_percent_encode(segment, SEGMENT));
            return Ok(());
        }
    };
    Err(refused(segment, fault))
}

/// The error for a segment of a path that is not sent.
pub(super) fn refused(segment: &str, fault: &str) -> Error {
    let message = format!("invalid path segment {}: a name or namespace {fault}", quoted(segment));
    Error::new(ErrorKind::Request, message)
}

/// The beginning of what was given, in quotes, as errors show it.
pub(super) fn quoted(given: &str) -> String {
    match given.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{:?}...", &given[..end]),
        None => format!("{given:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Request;
    use crate::http::Method;

    #[test]
    fn segments_are_encoded_or_refused() {
        for (segment, expected) in [
            ("web-0", Some("/pods/web-0")),
            ("system:node", Some("/pods/system:node")),
            ("a b", Some("/pods/a%20b")),
            ("ä?#", Some("/pods/%C3%A4%3F%23")),
            ("", None),
            (".", None),
            ("..", None),
            ("a/b", None),
            ("a%2fb", None),
        ] {
            let request = Request::new(Method::GET, &["/pods/", segment]);
            assert_eq!(request.as_ref().ok().map(Request::path), expected, "{segment:?}");
        }
    }

    #[test]
    fn errors_quote_no_more_than_the_beginning() {
        for (given, expected) in [
            ("a/b".to_owned(), "\"a/b\"".to_owned()),
            ("\u{1c}".repeat(SHOWN), format!("{:?}", "\u{1c}".repeat(SHOWN))),
            ("ä".repeat(SHOWN + 1), format!("{:?}...", "ä".repeat(SHOWN))),
        ] {
            assert_eq!(quoted(&given), expected);
        }
    }
}
