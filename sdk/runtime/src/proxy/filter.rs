//! What a proxy lets through, in kubectl's terms.

use kubesdk_core::{Error, ErrorKind};
use regex_lite::Regex;

use super::address::host_of;

/// What a [`ProxyServer`](super::ProxyServer) lets through. The defaults are `kubectl proxy`'s: hosts of the loopback
/// alone, so that no page of a browser gets through by a name of its own; every path but those of exec and attach; every
/// method.
///
/// Each setter takes what the flag of its name takes: regular expressions, separated by commas, of which one must match
/// somewhere (`^` and `$` stand for the ends). Paths are looked at decoded and without the prefix. An empty text matches
/// nothing.
///
/// # Example
///
/// ```
/// use kubesdk_runtime::ProxyFilter;
///
/// let read_only = ProxyFilter::default().reject_methods("POST,PUT,PATCH,DELETE")?.accept_paths("^/api/v1/")?;
/// # Ok::<(), kubesdk_runtime::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ProxyFilter {
    rules: Option<Rules>,
}

#[derive(Clone, Debug)]
struct Rules {
    accept_hosts: Patterns,
    accept_paths: Patterns,
    reject_paths: Patterns,
    reject_methods: Patterns,
}

#[derive(Clone, Debug, Default)]
struct Patterns(Vec<Regex>);

/// kubectl's (`k8s.io/kubectl/pkg/proxy`).
const HOSTS: &str = r"^localhost$,^127\.0\.0\.1$,^\[::1\]$";
const REJECTED_PATHS: &str = "^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach";

impl Default for ProxyFilter {
    fn default() -> Self {
        // The texts above are read by a test: they cannot fail here.
        let read = |text| Patterns::read("", text).unwrap_or_default();
        let rules = Rules {
            accept_hosts: read(HOSTS),
            accept_paths: read("^.*"),
            reject_paths: read(REJECTED_PATHS),
            reject_methods: read("^$"),
        };
        ProxyFilter { rules: Some(rules) }
    }
}

impl ProxyFilter {
    /// No filter (`--disable-filter`): whoever reaches the address, a page in a browser among them, acts as the client's
    /// user.
    #[must_use]
    pub fn none() -> Self {
        ProxyFilter { rules: None }
    }

    /// Hosts that callers may name (`--accept-hosts`), without the port. Beside `[::1]` the host is also taken without
    /// brackets, as kubectl has it where there is a port.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] for what is no regular expression; so with the others.
    pub fn accept_hosts(self, patterns: &str) -> Result<Self, Error> {
        self.set("accept-hosts", patterns, |rules| &mut rules.accept_hosts)
    }

    /// Paths that are let through unless they are rejected (`--accept-paths`).
    ///
    /// # Errors
    ///
    /// As [`accept_hosts`](Self::accept_hosts).
    pub fn accept_paths(self, patterns: &str) -> Result<Self, Error> {
        self.set("accept-paths", patterns, |rules| &mut rules.accept_paths)
    }

    /// Paths that are refused, accepted or not (`--reject-paths`).
    ///
    /// # Errors
    ///
    /// As [`accept_hosts`](Self::accept_hosts).
    pub fn reject_paths(self, patterns: &str) -> Result<Self, Error> {
        self.set("reject-paths", patterns, |rules| &mut rules.reject_paths)
    }

    /// Methods that are refused (`--reject-methods`).
    ///
    /// # Errors
    ///
    /// As [`accept_hosts`](Self::accept_hosts).
    pub fn reject_methods(self, patterns: &str) -> Result<Self, Error> {
        self.set("reject-methods", patterns, |rules| &mut rules.reject_methods)
    }

    fn set(
        self,
        flag: &str,
        patterns: &str,
        place: impl FnOnce(&mut Rules) -> &mut Patterns,
    ) -> Result<Self, Error> {
        let patterns = Patterns::read(flag, patterns)?;
        let rules = self.rules.map(|mut rules| {
            *place(&mut rules) = patterns;
            rules
        });
        Ok(ProxyFilter { rules })
    }

    /// Whether a request may pass: its method, its decoded path, and what it calls the proxy.
    pub(super) fn accepts(&self, method: &str, path: &str, authority: &str) -> bool {
        let Some(rules) = &self.rules else { return true };
        let host = host_of(authority);
        let bare = host.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        let known =
            rules.accept_hosts.any_matches(host) || bare.is_some_and(|it| rules.accept_hosts.any_matches(it));
        !rules.reject_paths.any_matches(path)
            && !rules.reject_methods.any_matches(method)
            && rules.accept_paths.any_matches(path)
            && known
    }
}

impl Patterns {
    fn read(flag: &str, patterns: &str) -> Result<Self, Error> {
        if patterns.is_empty() {
            return Ok(Patterns::default());
        }
        let read = |text: &str| {
            Regex::new(text).map_err(|cause| {
                let message = format!("{flag}: {text:?} is no regular expression: {cause}");
                Error::new(ErrorKind::Config, message).with_source(cause)
            })
        };
        patterns.split(',').map(read).collect::<Result<Vec<_>, _>>().map(Patterns)
    }

    fn any_matches(&self, text: &str) -> bool {
        self.0.iter().any(|it| it.is_match(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_regular_expressions() {
        for text in [HOSTS, REJECTED_PATHS, "^.*", "^$"] {
            assert!(!Patterns::read("", text).unwrap().0.is_empty());
        }
    }

    #[test]
    fn what_passes() {
        let check = |filter: &ProxyFilter, method: &str, path: &str, host: &str, expected: bool| {
            assert_eq!(filter.accepts(method, path, host), expected, "{method} {path} {host}");
        };
        let kubectl = ProxyFilter::default();
        for host in ["localhost", "localhost:8001", "127.0.0.1:8001", "127.0.0.1", "[::1]", "[::1]:8001"] {
            check(&kubectl, "GET", "/api/v1/pods", host, true);
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example:8001",
            "127.0.0.1.nip.io",
            "xlocalhost",
            "[::2]:1",
            "::1",
        ] {
            check(&kubectl, "GET", "/api/v1/pods", host, false);
        }
        for path in [
            "/api/v1/namespaces/a/pods/b/exec",
            "/api/v1/namespaces/a/pods/b/attach",
            "/api/v1/pods/x/execute",
        ] {
            check(&kubectl, "POST", path, "localhost", false);
        }
        check(&kubectl, "POST", "/api/v1/namespaces/a/pods/b/portforward", "localhost", true);
        check(&kubectl, "DELETE", "/", "localhost", true);
        let own =
            ProxyFilter::default().reject_methods("POST,^DELETE$").unwrap().accept_paths("^/api/").unwrap();
        check(&own, "POST", "/api/v1", "localhost", false);
        check(&own, "DELETE", "/api/v1", "localhost", false);
        check(&own, "GET", "/version", "localhost", false);
        check(&own, "GET", "/api/v1", "localhost", true);
        let own = own.accept_hosts("^example$,^::1$").unwrap().reject_paths("").unwrap();
        check(&own, "GET", "/api/v1/namespaces/a/pods/b/exec", "example:80", true);
        check(&own, "GET", "/api/v1", "[::1]:80", true);
        check(&own.accept_paths("").unwrap(), "GET", "/api/v1", "example", false);
        check(&ProxyFilter::none(), "POST", "/api/v1/namespaces/a/pods/b/exec", "evil.example", true);
    }

    #[test]
    fn what_is_no_regular_expression_is_named() {
        let error = ProxyFilter::default().reject_paths("^/a,(").unwrap_err().to_string();
        assert!(error.starts_with("reject-paths: \"(\" is no regular expression"), "{error}");
    }
}
