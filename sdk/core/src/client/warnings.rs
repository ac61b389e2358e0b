//! What servers warn of: `Warning` headers of answers (RFC 7234, 5.5; code 299 is Kubernetes' own).

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use http::HeaderMap;

/// Something that the server warns of: a deprecated API, a field that it does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warning {
    /// The code; Kubernetes sends 299.
    pub code: u16,
    /// Who warns; `-` as a rule.
    pub agent: String,
    /// The text, for people.
    pub text: String,
}

/// Takes what servers warn of; any closure that takes a [`&Warning`](Warning) will do. It is called on the way of a
/// call and must not block.
pub trait WarningHandler: Send + Sync + 'static {
    /// The server warns.
    fn warning(&self, warning: &Warning);
}

impl<F: Fn(&Warning) + Send + Sync + 'static> WarningHandler for F {
    fn warning(&self, warning: &Warning) {
        self(warning);
    }
}

/// How many warnings are remembered as logged: texts hold names of objects, and there is no end of those.
const REMEMBERED: usize = 1024;

/// Logs each warning of the code 299 once, by `tracing` at the level `WARN`: the default. After 1,024 different ones
/// it forgets those that it has logged.
#[derive(Debug, Default)]
pub struct LogWarnings {
    logged: Mutex<HashSet<String>>,
}

impl LogWarnings {
    fn is_new(&self, text: &str) -> bool {
        let mut logged = self.logged.lock().unwrap_or_else(PoisonError::into_inner);
        if logged.len() >= REMEMBERED {
            logged.clear();
        }
        !logged.contains(text) && logged.insert(text.to_owned())
    }
}

impl WarningHandler for LogWarnings {
    fn warning(&self, warning: &Warning) {
        if warning.code == 299 && !warning.text.is_empty() && self.is_new(&warning.text) {
            tracing::warn!("Warning: {}", warning.text);
        }
    }
}

/// Hands over the warnings of an answer. One that cannot be read ends its header.
pub(super) fn hand_over(headers: &HeaderMap, handler: &dyn WarningHandler) {
    for header in headers.get_all(http::header::WARNING) {
        let Ok(mut rest) = std::str::from_utf8(header.as_bytes()) else { continue };
        while let Some((warning, after)) = parse(rest) {
            handler.warning(&warning);
            rest = after;
        }
    }
}

/// `CODE AGENT "TEXT" ["DATE"]`, and what stands behind the comma after it.
fn parse(header: &str) -> Option<(Warning, &str)> {
    let (code, rest) = header.trim_start().split_once(' ')?;
    let (agent, rest) = rest.split_once(' ')?;
    let code = code.parse().ok().filter(|it| (100..300).contains(it))?;
    let (text, mut rest) = quoted(rest)?;
    if agent.is_empty() || [agent, &text].iter().any(|it| it.contains(char::is_control)) {
        return None;
    }
    rest = rest.trim_start();
    if rest.starts_with('"') {
        rest = quoted(rest)?.1.trim_start();
    }
    rest = match rest.strip_prefix(',') {
        Some(next) => next,
        None if rest.is_empty() => rest,
        None => return None,
    };
    Some((Warning { code, agent: agent.to_owned(), text }, rest))
}

/// A quoted string without its quotes and backslashes, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start().strip_prefix('"')?;
    let mut out = String::new();
    let mut chars = text.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return Some((out, text.get(at + 1..)?)),
            '\\' => out.push(chars.next()?.1),
            char => out.push(char),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn check(header: &str, expected: &[&str]) {
        let mut headers = HeaderMap::new();
        headers.append("warning", http::HeaderValue::from_str(header).unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&seen);
        hand_over(&headers, &move |it: &Warning| {
            into.lock().unwrap().push(format!("{} {} {}", it.code, it.agent, it.text));
        });
        assert_eq!(*seen.lock().unwrap(), expected, "{header}");
    }

    #[test]
    fn headers_are_read_as_client_go_reads_them() {
        check(r#"299 - "unknown field \"a\\b\"""#, &[r#"299 - unknown field "a\b""#]);
        check(r#"299 - "a""#, &["299 - a"]);
        check(r#" 199 x "a" "Tue, 24 Nov 2026 08:49:37 GMT" , 299 - "b""#, &["199 x a", "299 - b"]);
        check(r#"299 - "a", 299 - "b" junk"#, &["299 - a"]);
        check(r#"299 - "a" junk"#, &[]);
        check(r#"299 - "a"#, &[]);
        check(r#"300 - "a""#, &[]);
        check(r#"x - "a""#, &[]);
        check(r#"299 -"#, &[]);
        check("", &[]);
    }

    #[test]
    fn each_is_logged_once_and_memory_is_bounded() {
        let log = LogWarnings::default();
        assert!(log.is_new("a"));
        assert!(!log.is_new("a"));
        assert!((0..REMEMBERED).all(|it| log.is_new(&it.to_string())));
        assert!(log.logged.lock().unwrap().len() <= REMEMBERED);
        assert!(log.is_new("a"));
    }
}
