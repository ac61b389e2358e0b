//! Paths as callers send them: cleaned as Go's servers want them, and looked at decoded, as the API server will.

use percent_encoding::{percent_decode_str, utf8_percent_encode};

use crate::config::server_url::GO_PATH;

/// The prefix below which the API is served.
#[derive(Clone, Debug)]
pub(super) struct Prefix {
    /// With a slash at its end.
    text: String,
}

/// What is to be done with a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// To the API server: this path, as it is sent, and decoded.
    Pass { path: String, decoded: String },
    /// The same is to be asked at another path.
    Moved(String),
    /// Nothing is there.
    Nothing,
}

impl Prefix {
    pub(super) fn new(text: &str) -> Self {
        let mut text = text.to_owned();
        if !text.starts_with('/') {
            text.insert(0, '/');
        }
        if !text.ends_with('/') {
            text.push('/');
        }
        Prefix { text }
    }

    /// What a path leads to. Whatever is not clean is asked for again by the caller, so that what is looked at is what
    /// the API server gets.
    pub(super) fn ask(&self, path: &str) -> Asked {
        let decoded: Vec<u8> = percent_decode_str(path).collect();
        // What is no text is no path of the API either.
        let Ok(decoded) = String::from_utf8(decoded) else { return Asked::Nothing };
        let clean = clean(&decoded);
        if clean != decoded {
            return Asked::Moved(encode(&clean));
        }
        if format!("{decoded}/") == self.text {
            return Asked::Moved(encode(&self.text));
        }
        if !decoded.starts_with(&self.text) {
            return Asked::Nothing;
        }
        if self.text == "/" || self.text.starts_with("/api") {
            // A backslash is a slash to who reads URLs as browsers do.
            return Asked::Pass { path: path.replace('\\', "%5C"), decoded };
        }
        let below = decoded.get(self.text.len() - 1..).unwrap_or("/").to_owned();
        Asked::Pass { path: encode(&below), decoded: below }
    }
}

fn encode(path: &str) -> String {
    utf8_percent_encode(path, GO_PATH).to_string()
}

/// The path without `.`, `..` and empty segments (`net/http`, `cleanPath`).
fn clean(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            other => segments.push(other),
        }
    }
    let mut clean = format!("/{}", segments.join("/"));
    if path.ends_with('/') && clean != "/" {
        clean.push('/');
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pass(path: &str, decoded: &str) -> Asked {
        Asked::Pass { path: path.into(), decoded: decoded.into() }
    }

    fn moved(path: &str) -> Asked {
        Asked::Moved(path.into())
    }

    fn check(prefix: &str, path: &str, expected: Asked) {
        assert_eq!(Prefix::new(prefix).ask(path), expected, "{path} below {prefix}");
    }

    #[test]
    fn at_the_root() {
        let check = |path: &str, expected| check("/", path, expected);
        check("/", pass("/", "/"));
        check("/api/v1/pods", pass("/api/v1/pods", "/api/v1/pods"));
        check("/api/v1/", pass("/api/v1/", "/api/v1/"));
        check("/a%20b%2Fc", pass("/a%20b%2Fc", "/a b/c"));
        check("/x/%65xec", pass("/x/%65xec", "/x/exec"));
        check("/x\\exec", pass("/x%5Cexec", "/x\\exec"));
        check("/a/../b", moved("/b"));
        check("/a/%2e%2e/b", moved("/b"));
        check("/a%2f..%2fb", moved("/b"));
        check("/a%2f%2fb", moved("/a/b"));
        check("/a//b/", moved("/a/b/"));
        check("/../..", moved("/"));
        check("/a/.", moved("/a"));
        check("//x?", moved("/x%3F"));
        check("/%FF", Asked::Nothing);
    }

    #[test]
    fn below_a_prefix() {
        check("/custom/", "/custom/api/v1/pods", pass("/api/v1/pods", "/api/v1/pods"));
        check("custom", "/custom/", pass("/", "/"));
        check("/custom", "/custom", moved("/custom/"));
        check("/custom", "/api", Asked::Nothing);
        check("/custom", "/customer/api", Asked::Nothing);
        check("/custom", "/custom/a%20b", pass("/a%20b", "/a b"));
        check("/api/", "/api/v1/pods", pass("/api/v1/pods", "/api/v1/pods"));
        check("/api/", "/version", Asked::Nothing);
        check("/api", "/apis", Asked::Nothing);
    }
}
