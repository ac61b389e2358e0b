//! What a caller calls us.

use http::Request;
use http::header::HOST;

/// The authority that a request names: of its URL, if that is a whole one, or its `Host`.
pub(super) fn authority<B>(request: &Request<B>) -> String {
    match request.uri().authority() {
        Some(authority) => authority.as_str().to_owned(),
        None => {
            let host = request.headers().get(HOST).map(|it| it.as_bytes()).unwrap_or_default();
            String::from_utf8_lossy(host).into_owned()
        }
    }
}

/// The host of an authority, in brackets if it has them.
pub(super) fn host_of(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        // More colons without brackets are no port: an address of IPv6 that nobody wrote as a URL has it.
        Some((host, _)) if host.ends_with(']') || !host.contains(':') => host,
        _ => authority,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        let check = |authority: &str, expected: &str| assert_eq!(host_of(authority), expected, "{authority}");
        check("localhost", "localhost");
        check("localhost:80", "localhost");
        check("[::1]", "[::1]");
        check("[::1]:80", "[::1]");
        check("::1", "::1");
        check("", "");
        check("a:b:c", "a:b:c");
    }
}
