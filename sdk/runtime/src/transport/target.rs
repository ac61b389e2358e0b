//! Where requests go, and what the server is called in the handshake (`tls-server-name`, sent as SNI).
//!
//! `reqwest` tells a server the host of its URL. So another name becomes the URL's host, and a resolver of ours leads it
//! to where the server is. Over HTTP/2 `:authority` says that name as well; over HTTP/1.1 `Host` says the server's.
//! A proxy is told the URL's host and asked to find it: there the URL stays, and the name is checked but not sent.

use std::net::SocketAddr;
use std::sync::Arc;

use http::HeaderValue;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rustls::pki_types::ServerName;

use super::failure::authority;

/// What URLs begin with, and what makes up for it.
pub(super) struct Target {
    /// Scheme, host, port and base path.
    pub(super) base: String,
    pub(super) renamed: Option<Renamed>,
}

/// A server whose URL has another host.
#[derive(Clone, Debug)]
pub(super) struct Renamed {
    /// What requests over HTTP/1.1 say their host is.
    pub(super) host: HeaderValue,
    pub(super) resolver: Arc<Resolver>,
}

impl Target {
    /// A server by its URL, and what it is called in the handshake if that is something else.
    pub(super) fn new(server: &str, name: Option<&str>) -> Self {
        let renamed = name.and_then(|name| renamed(server, name));
        match renamed {
            Some((base, renamed)) => Target { base, renamed: Some(renamed) },
            None => Target { base: server.to_owned(), renamed: None },
        }
    }
}

fn renamed(server: &str, name: &str) -> Option<(String, Renamed)> {
    // Addresses are told to nobody (RFC 6066).
    let Ok(ServerName::DnsName(_)) = ServerName::try_from(name) else { return None };
    let authority = authority(server);
    let path = server.strip_prefix("https://")?.strip_prefix(authority)?;
    let (host, port) = match authority.rfind(':').filter(|_| !authority.ends_with(']')) {
        Some(at) => authority.split_at(at),
        None => (authority, ""),
    };
    if host.eq_ignore_ascii_case(name) {
        return None;
    }
    let base = format!("https://{name}{port}{path}");
    // A URL takes some names for addresses.
    let name = name.to_ascii_lowercase();
    if Url::parse(&base).ok()?.domain() != Some(&name) {
        return None;
    }
    let resolver = Resolver { name, host: host.trim_matches(['[', ']']).to_owned() };
    Some((base, Renamed { host: HeaderValue::try_from(authority).ok()?, resolver: Arc::new(resolver) }))
}

/// Finds the server's host where the URL has the name.
#[derive(Debug)]
pub(super) struct Resolver {
    name: String,
    host: String,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = if name.as_str() == self.name { self.host.clone() } else { name.as_str().to_owned() };
        Box::pin(async move {
            // The port is the URL's.
            let found: Vec<SocketAddr> = tokio::net::lookup_host((host, 0)).await?.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_name_becomes_the_host_of_urls() {
        let check = |server: &str, name: &str, expected: Option<(&str, &str, &str)>| {
            let Target { base, renamed } = Target::new(server, Some(name));
            let found = renamed.as_ref().map(|it| {
                (base.as_str(), it.resolver.host.as_str(), it.host.to_str().expect("a host is text"))
            });
            assert_eq!(found, expected, "{server} {name}");
            assert!(expected.is_some() || base == server, "{base}");
        };
        check("https://10.0.0.1:6443", "api", Some(("https://api:6443", "10.0.0.1", "10.0.0.1:6443")));
        check("https://[fd00::1]:6443", "api", Some(("https://api:6443", "fd00::1", "[fd00::1]:6443")));
        check("https://[fd00::1]/a/b", "api", Some(("https://api/a/b", "fd00::1", "[fd00::1]")));
        check("https://h/a:b", "K8s.Api_1", Some(("https://K8s.Api_1/a:b", "h", "h")));
        check("https://h:6443", "H", None);
        check("https://h:6443", "127.0.0.1", None);
        check("https://h:6443", "::1", None);
        check("http://h:8080", "api", None);
        // A URL takes this for 127.0.0.1.
        check("https://h:6443", "0x7f000001", None);
        check("https://h:6443", "a.0x1", None);
    }
}
