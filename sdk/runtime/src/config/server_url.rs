//! The `server` of a cluster as requests begin with it, as `client-go/rest/url_utils.go` and Go's `net/url` read it.

use kubesdk_core::{Error, ErrorKind};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::Secret;

/// What Go's `net/url` writes encoded in a path that it made (`EscapedPath`), as far as it can stand in a URL at all.
pub(crate) const GO_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'#')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A server's URL taken apart.
#[derive(Debug, PartialEq)]
pub(super) struct ServerUrl {
    /// Scheme, host, port and base path, without a slash at its end.
    pub(super) url: String,
    pub(super) is_https: bool,
    /// User and password that stood before an `@`: they are sent as basic authentication.
    pub(super) user: Option<(String, Secret)>,
}

const EXAMPLE: &str = "write it as https://HOST:PORT";

impl ServerUrl {
    /// Without a scheme, `tls` says which one is meant. No error shows the text, which may hold a password.
    pub(super) fn parse(text: &str, tls: bool) -> Result<ServerUrl, Error> {
        let whole = match text.split_once("://") {
            Some((scheme, rest)) if !rest.is_empty() && !rest.starts_with('/') => {
                return ServerUrl::of(&scheme.to_ascii_lowercase(), rest);
            }
            Some(_) => return Err(refused(&format!("names no host; {EXAMPLE}"))),
            None => text,
        };
        if whole.trim_end_matches('/').contains('/') {
            return Err(refused(&format!("must be a URL or a host:port pair; {EXAMPLE}")));
        }
        ServerUrl::of(if tls { "https" } else { "http" }, whole)
    }

    fn of(scheme: &str, rest: &str) -> Result<ServerUrl, Error> {
        if !matches!(scheme, "http" | "https") {
            return Err(refused(&format!("must begin with http:// or https://; {EXAMPLE}")));
        }
        // A query or fragment means nothing to the API server's clients: client-go drops it as well.
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(credentials(user)?), host),
            None => (None, authority),
        };
        check_host(host)?;
        let host = host.strip_suffix(':').unwrap_or(host);
        let path = base_path(path)?;
        Ok(ServerUrl { url: format!("{scheme}://{host}{path}"), is_https: scheme == "https", user })
    }
}

fn refused(why: &str) -> Error {
    Error::new(ErrorKind::Config, format!("the server's URL {why}"))
}

fn decoded(text: &str) -> Result<String, Error> {
    let bytes = text.as_bytes();
    let broken = |at: &usize| {
        let hex = |it: Option<&u8>| it.is_some_and(u8::is_ascii_hexdigit);
        bytes.get(*at) == Some(&b'%') && !(hex(bytes.get(at + 1)) && hex(bytes.get(at + 2)))
    };
    if (0..bytes.len()).any(|at| broken(&at)) {
        return Err(refused("has a `%` that encodes nothing; write `%25` for it"));
    }
    let decoded = percent_decode_str(text).decode_utf8();
    decoded
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| refused("does not encode UTF-8; correct what follows `%`"))
}

fn credentials(text: &str) -> Result<(String, Secret), Error> {
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    Ok((decoded(user)?, Secret::from(decoded(password)?)))
}

/// A host name or an address, IPv6 in brackets, and perhaps a port.
fn check_host(host: &str) -> Result<(), Error> {
    let port = match host.strip_prefix('[') {
        Some(rest) => {
            let (address, port) =
                rest.split_once(']').ok_or_else(|| refused("lacks a `]` after the IPv6 address"))?;
            if address.is_empty() {
                return Err(refused(&format!("names no host; {EXAMPLE}")));
            }
            port
        }
        None if host.matches(':').count() > 1 => {
            return Err(refused("has an IPv6 address without brackets; write it as https://[ADDRESS]:PORT"));
        }
        None => host.find(':').map_or("", |at| &host[at..]),
    };
    let name = host.strip_suffix(port).unwrap_or(host);
    if name.is_empty() {
        return Err(refused(&format!("names no host; {EXAMPLE}")));
    }
    if name.bytes().any(|it| {
        it <= b' ' || matches!(it, 0x7f | b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
    }) {
        return Err(refused(&format!("has a host with a character that no host has; {EXAMPLE}")));
    }
    let digits = port.strip_prefix(':').unwrap_or(port);
    if !digits.bytes().all(|it| it.is_ascii_digit()) || (!port.is_empty() && !port.starts_with(':')) {
        return Err(refused(&format!("has a port that is no number; {EXAMPLE}")));
    }
    if !digits.is_empty() && digits.parse::<u16>().is_err() {
        return Err(refused("has a port over 65535; correct it"));
    }
    Ok(())
}

/// A base path as Go's `path.Join` leaves it: no empty segment, no `.`, each `..` taken back, no slash at the end.
fn base_path(path: &str) -> Result<String, Error> {
    if path.bytes().any(|it| it < b' ' || it == 0x7f) {
        return Err(refused("has a control character; remove it"));
    }
    let path = decoded(path)?;
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            name => segments.push(name),
        }
    }
    Ok(segments.iter().map(|it| format!("/{}", utf8_percent_encode(it, GO_PATH))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_urls() {
        let check = |text: &str, tls: bool, expected: Result<&str, &str>| match (
            ServerUrl::parse(text, tls),
            expected,
        ) {
            (Ok(found), Ok(expected)) => assert_eq!(found.url, expected, "{text}"),
            (Err(error), Err(expected)) => {
                let error = error.to_string();
                assert!(error.contains(expected) && !error.contains("hunter2"), "{text}: {error}");
            }
            (found, expected) => panic!("{text}: {found:?} instead of {expected:?}"),
        };
        check("https://h:6443", true, Ok("https://h:6443"));
        check("HTTPS://h", true, Ok("https://h"));
        check("https://h/base/path/", true, Ok("https://h/base/path"));
        check("https://h//a/./b/../c//", true, Ok("https://h/a/c"));
        check("https://h/../..", true, Ok("https://h"));
        check("https://h/a b/%41?x=1#y", true, Ok("https://h/a%20b/A"));
        check("https://h/ü", true, Ok("https://h/%C3%BC"));
        check("https://h/a%2Fb", true, Ok("https://h/a/b"));
        check("https://h?a=b", true, Ok("https://h"));
        check("https://[fd00::1]:443", true, Ok("https://[fd00::1]:443"));
        check("https://h:", true, Ok("https://h"));
        check("h:8080", false, Ok("http://h:8080"));
        check("h:6443", true, Ok("https://h:6443"));
        check("h:8080/", false, Ok("http://h:8080"));
        check("h:8080/base", false, Err("must be a URL or a host:port pair"));
        check("ftp://h", false, Err("must begin with http:// or https://"));
        check("https://", true, Err("names no host"));
        check("https:///path", true, Err("names no host"));
        check("https://:443", true, Err("names no host"));
        check("https://fd00::1", true, Err("without brackets"));
        check("https://[fd00::1", true, Err("lacks a `]`"));
        check("https://h:x", true, Err("port that is no number"));
        check("https://h:99999", true, Err("port over 65535"));
        check(" https://h", true, Err("must begin with"));
        check("https://a b", true, Err("no host has"));
        check("https://h/%zz", true, Err("encodes nothing"));
        check("https://a:hunter2@h h", true, Err("no host has"));
    }

    #[test]
    fn a_user_before_the_host_is_taken_out() {
        let found = ServerUrl::parse("https://a%40b:hunter2@h:1/x", true).unwrap();
        assert_eq!((found.url.as_str(), found.is_https), ("https://h:1/x", true));
        let (user, password) = found.user.unwrap();
        assert_eq!((user.as_str(), password.expose()), ("a@b", "hunter2"));
    }
}
