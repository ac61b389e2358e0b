//! Headers on their way: those of one connection alone stay behind (RFC 9110, 7.6.1).

use std::net::IpAddr;

use http::header::{
    CONNECTION, HOST, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderName, HeaderValue};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Removes what concerns the caller's connection alone.
pub(super) fn strip(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split(','))
        .filter_map(|it| it.trim().parse().ok())
        .collect();
    let own = [CONNECTION, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE];
    let older = ["keep-alive", "proxy-connection"].map(HeaderName::from_static);
    // Trailers are asked for from end to end (RFC 9110, 10.1.4), and gRPC insists.
    let trailers =
        |it: &HeaderValue| it.to_str().is_ok_and(|it| it.to_ascii_lowercase().contains("trailers"));
    let trailers = headers.get_all(TE).iter().any(trailers);
    for name in named.into_iter().chain(own).chain(older) {
        headers.remove(name);
    }
    if trailers {
        headers.insert(TE, HeaderValue::from_static("trailers"));
    }
}

/// Whether another protocol is asked for (`IsUpgradeRequest` in k8s.io/streaming).
pub(super) fn asks_to_switch(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(CONNECTION).iter();
    values.any(|it| it.to_str().is_ok_and(|it| it.to_ascii_lowercase().contains("upgrade")))
}

/// Says who asks; the host is the API server's from here on.
pub(super) fn forward(headers: &mut HeaderMap, peer: Option<IpAddr>) {
    headers.remove(HOST);
    let Some(peer) = peer else { return };
    let mut before: Vec<String> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .map(|it| String::from_utf8_lossy(it.as_bytes()).into_owned())
        .collect();
    before.push(peer.to_canonical().to_string());
    if let Ok(value) = HeaderValue::from_str(&before.join(", ")) {
        headers.insert(FORWARDED_FOR, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let name = HeaderName::from_static;
        pairs.iter().map(|(key, value)| (name(key), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn what_concerns_a_connection_stays_behind() {
        let mut some = headers(&[
            ("connection", "close, X-Mine"),
            ("x-mine", "1"),
            ("keep-alive", "timeout=5"),
            ("te", "gzip"),
            ("transfer-encoding", "chunked"),
            ("upgrade", "h2c"),
            ("accept", "*/*"),
            ("authorization", "Bearer x"),
        ]);
        strip(&mut some);
        assert_eq!(some, headers(&[("accept", "*/*"), ("authorization", "Bearer x")]));
        let mut some = headers(&[("connection", "te"), ("te", "gzip, Trailers")]);
        strip(&mut some);
        assert_eq!(some, headers(&[("te", "trailers")]));
    }

    #[test]
    fn who_asks_is_said() {
        let check = |before: &'static str, peer: Option<&str>, expected: Option<&str>| {
            let mut some = headers(&[("host", "localhost")]);
            if !before.is_empty() {
                some.insert(FORWARDED_FOR, HeaderValue::from_static(before));
            }
            forward(&mut some, peer.map(|it| it.parse().unwrap()));
            assert!(!some.contains_key(HOST));
            assert_eq!(some.get(FORWARDED_FOR).map(|it| it.to_str().unwrap()), expected);
        };
        check("", Some("127.0.0.1"), Some("127.0.0.1"));
        check("10.0.0.1", Some("::1"), Some("10.0.0.1, ::1"));
        check("", Some("::ffff:127.0.0.1"), Some("127.0.0.1"));
        check("", None, None);
        check("10.0.0.1", None, Some("10.0.0.1"));
    }

    #[test]
    fn who_asks_to_switch() {
        let check = |value: &'static str, expected: bool| {
            assert_eq!(asks_to_switch(&headers(&[("connection", value)])), expected, "{value}");
        };
        check("Upgrade", true);
        check("keep-alive, upgrade", true);
        check("close", false);
    }
}
