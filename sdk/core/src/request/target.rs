//! The path to something behind the API server: a service, pod or node, a port of it, and a path there.
//!
//! The server splits that path again (`SplitSchemeNamePort` in k8s.io/apimachinery, `util/net`; `getRequestOptions` in
//! k8s.io/apiserver): it decodes, cuts at each `/` and joins what follows `proxy`, dropping what is empty. What would
//! come out otherwise than it went in is refused here.

use percent_encoding::{percent_decode_str, utf8_percent_encode};

use super::segment::quoted;
use super::{Request, SEGMENT};
use crate::{Error, ErrorKind};

/// The longest name of an object (a DNS subdomain, RFC 1123).
const LONGEST_NAME: usize = 253;
/// The longest name of a port of a service (a DNS label).
const LONGEST_PORT: usize = 63;

/// What is called, as it was given; looked at when the path is made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Target {
    /// `NAME`, `NAME:PORT` or `SCHEME:NAME:PORT`.
    pub(crate) name: String,
    pub(crate) scheme: Option<&'static str>,
    pub(crate) port: Option<String>,
    /// As text, not encoded, from `/`.
    pub(crate) path: String,
}

impl Request {
    /// The request to a target: its segment, `after` and its path appended to what the request has, `.../services/`.
    pub(crate) fn append_target(mut self, target: &Target, after: &str) -> Result<Self, Error> {
        self.path.extend(utf8_percent_encode(&target.segment()?, SEGMENT));
        self.path.push_str(after.trim_end_matches('/'));
        let path = target.path.strip_prefix('/').unwrap_or(&target.path);
        check_path(path)?;
        for segment in path.split('/') {
            self.path.push('/');
            self.path.extend(utf8_percent_encode(segment, SEGMENT));
        }
        Ok(self)
    }
}

impl Target {
    /// `NAME`, `NAME:PORT` or `SCHEME:NAME:PORT`.
    fn segment(&self) -> Result<String, Error> {
        let parts: Vec<&str> = self.name.split(':').collect();
        let (scheme, name, port) = match parts.as_slice() {
            [name] => ("", *name, ""),
            [name, port] => ("", *name, *port),
            [scheme, name, port] => (*scheme, *name, *port),
            _ => {
                return Err(refused(
                    "name",
                    &self.name,
                    "it has too many colons; it is [SCHEME:]NAME[:PORT]",
                ));
            }
        };
        if !matches!(scheme, "" | "http" | "https") {
            return Err(refused("name", &self.name, "its scheme must be http or https"));
        }
        check_name(name)?;
        let port = self.port.as_deref().unwrap_or(port);
        // `https:web:` is the only form that has a colon and no port behind it.
        if self.port.is_some() || !port.is_empty() {
            check_port(port)?;
        } else if parts.len() == 2 {
            return Err(refused("name", &self.name, "its port is empty"));
        }
        Ok(match (self.scheme.unwrap_or(scheme), port) {
            ("", "") => name.to_owned(),
            ("", port) => format!("{name}:{port}"),
            (scheme, port) => format!("{scheme}:{name}:{port}"),
        })
    }
}

fn check_name(name: &str) -> Result<(), Error> {
    let fault = match name {
        "" => "it must not be empty",
        "." | ".." => "it must not be . or ..",
        _ if name.len() > LONGEST_NAME => "it is longer than 253 bytes",
        _ if name.contains(|it: char| !it.is_ascii_alphanumeric() && !matches!(it, '-' | '.')) => {
            "names of services, pods and nodes hold letters, digits, - and . alone"
        }
        _ => return Ok(()),
    };
    Err(refused("name", name, fault))
}

fn check_port(port: &str) -> Result<(), Error> {
    let fault = match port.parse::<u128>() {
        Ok(1..=65535) if !port.starts_with(['+', '0']) => return Ok(()),
        Ok(_) => "it must be from 1 to 65535",
        Err(_) if port.is_empty() || port.len() > LONGEST_PORT => {
            "it is a number, or a name of 1 to 63 bytes"
        }
        Err(_) if port.contains(|it: char| !it.is_ascii_alphanumeric() && it != '-') => {
            "names of ports hold letters, digits and - alone"
        }
        Err(_) => return Ok(()),
    };
    Err(refused("port", port, fault))
}

fn check_path(path: &str) -> Result<(), Error> {
    if path.contains(['?', '#']) {
        return Err(refused("path", path, "it must not hold ? or #; a query is given by `query`"));
    }
    if path.starts_with('/') || path.contains("//") {
        return Err(refused("path", path, "the API server makes one slash of several"));
    }
    // Whoever decodes once more must not be led elsewhere either.
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    let mut segments = path.split('/').chain(decoded.split(['/', '\\']));
    if segments.any(|it| matches!(it, "." | "..")) {
        return Err(refused("path", path, "a segment must not be . or .., encoded or not"));
    }
    Ok(())
}

fn refused(what: &str, given: &str, why: &str) -> Error {
    let given = quoted(given);
    Error::new(ErrorKind::Request, format!("invalid {what} {given} of what is to be reached: {why}"))
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;

    fn path(target: Target) -> Result<String, Error> {
        let before = Request::new(Method::GET, &["/api/v1/namespaces/", "shop", "/services/"])?;
        Ok(before.append_target(&target, "/proxy")?.path().to_owned())
    }

    fn check(target: Target, expected: Result<&str, &str>) {
        let found = path(target.clone()).map_err(|it| it.to_string());
        let below = |it: &str| it.strip_prefix("/api/v1/namespaces/shop/services/").map(str::to_owned);
        match (&found, expected) {
            (Ok(found), Ok(expected)) => assert_eq!(below(found).as_deref(), Some(expected), "{target:?}"),
            (Err(found), Err(expected)) => assert!(found.contains(expected), "{found}: {target:?}"),
            _ => panic!("{found:?} for {target:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn names_in_every_form() {
        let check = |name: &str, expected: Result<&str, &str>| {
            check(Target { name: name.into(), ..Target::default() }, expected);
        };
        check("web", Ok("web/proxy/"));
        check("web:80", Ok("web:80/proxy/"));
        check("web:http", Ok("web:http/proxy/"));
        check("https:web:443", Ok("https:web:443/proxy/"));
        check("https:web:", Ok("https:web:/proxy/"));
        check("http:web:", Ok("http:web:/proxy/"));
        check(":web:80", Ok("web:80/proxy/"));
        check("node.example.com:10250", Ok("node.example.com:10250/proxy/"));
        check("", Err("must not be empty"));
        check(":80", Err("must not be empty"));
        check("https::80", Err("must not be empty"));
        check("web:", Err("its port is empty"));
        check("..", Err("must not be . or .."));
        check("https:..:1", Err("must not be . or .."));
        check("ftp:web:21", Err("must be http or https"));
        check("a:b:c:d", Err("too many colons"));
        for name in ["a/b", "a%2fb", "%2e%2e", "a?b", "a#b", "a b", "a\\b", "a\nb", "ä", "web/../x", "[::1"]
        {
            assert!(path(Target { name: name.into(), ..Target::default() }).is_err(), "{name:?}");
        }
        let longest = "a".repeat(253);
        check(&longest, Ok(&format!("{longest}/proxy/")));
        check(&"a".repeat(254), Err("longer than 253"));
    }

    #[test]
    fn schemes_and_ports_that_are_set_win() {
        let check = |name: &str, https: bool, port: Option<&str>, expected| {
            let scheme = https.then_some("https");
            let target =
                Target { name: name.into(), scheme, port: port.map(str::to_owned), path: String::new() };
            check(target, expected);
        };
        check("web", true, None, Ok("https:web:/proxy/"));
        check("web", true, Some("443"), Ok("https:web:443/proxy/"));
        check("web", false, Some("http"), Ok("web:http/proxy/"));
        check("http:web:80", true, Some("8443"), Ok("https:web:8443/proxy/"));
        check("web", false, Some("1"), Ok("web:1/proxy/"));
        check("web", false, Some("65535"), Ok("web:65535/proxy/"));
        check("web", false, Some(""), Err("a number, or a name"));
        for port in ["0", "65536", "99999999999999999999", "+80", "080"] {
            check("web", false, Some(port), Err("from 1 to 65535"));
        }
        for port in ["a/b", "a:b", "-1.5", "a%2e", "a?", "a b"] {
            check("web", false, Some(port), Err("letters, digits and -"));
        }
        check("web", false, Some(&"a".repeat(64)), Err("1 to 63"));
    }

    #[test]
    fn paths_stay_below() {
        let check = |path: &str, expected| {
            check(Target { name: "web".into(), path: path.into(), ..Target::default() }, expected);
        };
        check("", Ok("web/proxy/"));
        check("/", Ok("web/proxy/"));
        check("a", Ok("web/proxy/a"));
        check("/a/b c/", Ok("web/proxy/a/b%20c/"));
        check("/100%", Ok("web/proxy/100%25"));
        check("/a%2Fb", Ok("web/proxy/a%252Fb"));
        check("/...", Ok("web/proxy/..."));
        check("/ä;a=1,b", Ok("web/proxy/%C3%A4%3Ba%3D1%2Cb"));
        check("/a\\b\n", Ok("web/proxy/a%5Cb%0A"));
        check("//", Err("one slash"));
        check("/a//b", Err("one slash"));
        check("/a//", Err("one slash"));
        check("/a?b", Err("given by `query`"));
        check("/a#b", Err("given by `query`"));
        for path in
            [".", "..", "/..", "/a/../b", "/a/./b", "/%2e%2E/x", "/%2e", "/a%2f..%2fb", "/a/..%5cb", "/.%2e"]
        {
            check(path, Err("must not be . or .."));
        }
    }

    #[test]
    fn errors_show_the_beginning_alone() {
        let error = path(Target { name: "x".repeat(100_000), ..Target::default() }).unwrap_err().to_string();
        assert!(error.len() < 300, "{error}");
    }
}
