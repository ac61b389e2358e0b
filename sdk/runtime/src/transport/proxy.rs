//! Which proxy a server is reached through: the kubeconfig's `proxy-url`, or else the environment's, by Go's rules.

use std::env;

use http::Uri;
use kubesdk_core::{Error, ErrorKind};
use reqwest::Url;

use super::failure::authority;
use super::no_proxy::NoProxy;
use crate::Secret;

/// A proxy with its name for errors.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) proxy: reqwest::Proxy,
    /// Host and port, and who named them.
    at: String,
}

/// What a server is called in errors: what goes wrong may be the proxy's fault.
pub(super) fn at(server: &str, proxy: Option<&Chosen>) -> String {
    match proxy {
        None => authority(server).to_owned(),
        Some(proxy) => format!("{} through the proxy {}", authority(server), proxy.at),
    }
}

/// The proxy for a server. `proxy-url` wins; else `HTTPS_PROXY` or `HTTP_PROXY`, by the server's scheme and unless
/// `NO_PROXY` names the server, each also in lower case.
pub(super) fn of(server: &str, proxy_url: Option<&Secret>) -> Result<Option<Chosen>, Error> {
    if let Some(url) = proxy_url {
        return parse(url.expose(), "proxy-url").map(Some);
    }
    match of_environment(server, &|name| env::var(name).ok()) {
        Some((name, url)) => parse(&url, name).map(Some),
        None => Ok(None),
    }
}

/// The environment's proxy for a server, and the variable that names it (`golang.org/x/net/http/httpproxy`).
fn of_environment(
    server: &str,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Option<(&'static str, String)> {
    let set = |name: &'static str| environment(name).filter(|it| !it.is_empty()).map(|it| (name, it));
    let uri: Uri = server.parse().ok()?;
    let (default_port, proxy) = match uri.scheme_str() {
        Some("https") => (443, set("HTTPS_PROXY").or_else(|| set("https_proxy"))),
        // In a CGI program HTTP_PROXY is a header that the caller wrote (CVE-2016-5385).
        _ if set("REQUEST_METHOD").is_some() => (80, None),
        _ => (80, set("HTTP_PROXY").or_else(|| set("http_proxy"))),
    };
    let (name, url) = proxy?;
    let exempt = set("NO_PROXY").or_else(|| set("no_proxy")).map(|it| it.1).unwrap_or_default();
    let host = uri.host()?.trim_matches(['[', ']']);
    if NoProxy::parse(&exempt).covers(host, uri.port_u16().unwrap_or(default_port)) {
        return None;
    }
    // `host:port` means http.
    let url = if url.contains("://") { url } else { format!("http://{url}") };
    Some((name, url))
}

/// A proxy by its URL, which may hold a password: no error shows it.
fn parse(url: &str, name: &str) -> Result<Chosen, Error> {
    let refused = |why: &str| Error::new(ErrorKind::Config, format!("{name} {why}"));
    let unknown = "must begin with http://, https://, socks5:// or socks5h://";
    let url = match url.split_once("://") {
        Some(("http" | "https" | "socks5h", _)) => url.to_owned(),
        // Go's client leaves names to the proxy, which socks5h says to do.
        Some(("socks5", rest)) => format!("socks5h://{rest}"),
        _ => return Err(refused(unknown)),
    };
    let no_url = || refused("is not a URL; write it as http://HOST:PORT");
    let url = Url::parse(&url).map_err(|_| no_url())?;
    let port = url.port().map(|it| format!(":{it}")).unwrap_or_default();
    let at = format!("{}{port} ({name})", url.host_str().ok_or_else(no_url)?);
    reqwest::Proxy::all(url).map(|proxy| Chosen { proxy, at }).map_err(|_| no_url())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_is_read_by_the_scheme_and_the_target() {
        let check = |server: &str, variables: &[(&str, &str)], expected: Option<&str>| {
            let get = |name: &str| variables.iter().find(|it| it.0 == name).map(|it| it.1.to_owned());
            let found = of_environment(server, &get).map(|it| it.1);
            assert_eq!(found.as_deref(), expected, "{server} {variables:?}");
        };
        let (https, http) = (("HTTPS_PROXY", "http://a:1"), ("HTTP_PROXY", "http://b:1"));
        check("https://h:6443", &[https, http], Some("http://a:1"));
        check("http://h:8080", &[https, http], Some("http://b:1"));
        check("https://h:6443", &[http], None);
        check("https://h:6443", &[("https_proxy", "c:1")], Some("http://c:1"));
        check(
            "https://h:6443",
            &[("HTTPS_PROXY", ""), ("https_proxy", "socks5://c:1")],
            Some("socks5://c:1"),
        );
        check("http://h:8080", &[http, ("REQUEST_METHOD", "GET")], None);
        check("https://h:6443", &[https, ("REQUEST_METHOD", "GET")], Some("http://a:1"));
        check("https://h:6443", &[https, ("NO_PROXY", "h")], None);
        check("https://h:6443", &[https, ("NO_PROXY", "a")], Some("http://a:1"));
        check("https://h", &[https, ("no_proxy", "h:443")], None);
        check("https://[fd00::1]:6443", &[https, ("NO_PROXY", "fd00::/8")], None);
        check("https://127.0.0.1:6443", &[https], None);
        check("https://[::1]:6443", &[https], None);
        check("https://localhost:6443", &[https], None);
    }

    #[test]
    fn proxies_are_checked_without_being_shown() {
        let check = |url: &str, expected: &str| {
            let error = parse(url, "proxy-url").unwrap_err().to_string();
            assert!(error.contains(expected) && !error.contains("hunter2"), "{error}");
        };
        check("ftp://a:hunter2@p:1", "proxy-url must begin with http://, https://, socks5:// or socks5h://");
        check("p:1", "must begin with");
        check("http://", "is not a URL");
        for url in ["http://a:hunter2@p:1", "https://p:1", "socks5://a:hunter2@p:1", "socks5h://p"] {
            let chosen = parse(url, "proxy-url").unwrap();
            let at = at("https://h:6443/base", Some(&chosen));
            assert!(at.starts_with("h:6443 through the proxy p") && at.ends_with(" (proxy-url)"), "{at}");
            assert!(!at.contains("hunter2"), "{at}");
        }
    }
}
