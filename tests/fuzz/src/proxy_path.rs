//! Paths through the API server: what is built, split again by the server's rule, is what was given; all else is refused.

use std::time::Duration;

use kubesdk::api::core::v1::Service;
use kubesdk::core::http::{self, Method};
use kubesdk::core::{BodyStream, BoxFuture, RequestBody, Transport};
use kubesdk::{Client, Error, ErrorKind};

/// Nothing is sent here.
struct NoTransport;

impl Transport for NoTransport {
    fn send(
        &self,
        _: http::Request<RequestBody>,
    ) -> BoxFuture<'static, Result<http::Response<BodyStream>, Error>> {
        Box::pin(async { Err(Error::new(ErrorKind::Connect, "this client has no server")) })
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }
}

/// Checks a namespace, a name, a port, a path and a query, each on a line of its own. The first byte says whether TLS is
/// spoken, and whether the port is a part of the name.
pub fn check(bytes: &[u8]) {
    let Some((flags, text)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let mut lines = text.splitn(5, '\n');
    let mut line = || lines.next().unwrap_or_default();
    let (namespace, name, port, path, query) = (line(), line(), line(), line(), line());
    let (https, in_name) = (flags & 1 == 1, flags & 2 == 2);
    let services = Service::in_namespace(&Client::new(NoTransport), namespace);
    let id = if in_name { format!("{name}:{port}") } else { name.to_owned() };
    let mut call = services.proxy(Method::GET, &id).path(path).query("q", query);
    if !in_name && !port.is_empty() {
        call = call.port(port);
    }
    if https {
        call = call.https();
    }
    let request = match call.request() {
        Ok(request) => request,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Request, "{error}");
            assert!(error.to_string().len() < 2 * text.len() + 1000, "{error}");
            return;
        }
    };
    let uri: http::Uri = request.uri().parse().expect("what is built is a URI");
    let seen = split(uri.path());
    let expected_path = format!("/{}", path.strip_prefix('/').unwrap_or(path));
    assert_eq!(seen.namespace, namespace);
    assert_eq!(seen.path, expected_path);
    assert_eq!(decode(uri.query().and_then(|it| it.strip_prefix("q=")).expect("a query")), query);
    if id.matches(':').count() <= usize::from(in_name) {
        assert_eq!((seen.name.as_str(), seen.port.as_str()), (name, port));
        assert_eq!(seen.scheme, if https { "https" } else { "" });
    }
    // A name that has a scheme itself, as paths that others wrote.
    assert!(matches!(seen.scheme.as_str(), "" | "http" | "https") && !seen.name.is_empty());
    assert!(!https || seen.scheme == "https");
}

/// What the server sees.
struct Seen {
    namespace: String,
    scheme: String,
    name: String,
    port: String,
    path: String,
}

/// By the server's rules: `NewRequestInfo`, `getRequestOptions` (k8s.io/apiserver), `SplitSchemeNamePort`, and
/// `JoinPreservingTrailingSlash` (k8s.io/apimachinery).
fn split(path: &str) -> Seen {
    let path = decode(path);
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let [api, version, namespaces, namespace, services, id, proxy, rest @ ..] = parts.as_slice() else {
        panic!("{path} is no path to a service");
    };
    assert_eq!(
        [*api, *version, *namespaces, *services, *proxy],
        ["api", "v1", "namespaces", "services", "proxy"]
    );
    let id: Vec<&str> = id.split(':').collect();
    let (scheme, name, port) = match id.as_slice() {
        [name] => ("", *name, ""),
        [name, port] => ("", *name, *port),
        [scheme, name, port] => (*scheme, *name, *port),
        _ => panic!("{path} has no name of a service"),
    };
    let text = str::to_owned;
    let below = joined(rest, path.ends_with('/'));
    Seen { namespace: text(namespace), scheme: text(scheme), name: text(name), port: text(port), path: below }
}

/// What Go's `path.Join` makes of the rest, with its slash at the end.
fn joined(rest: &[&str], slash: bool) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in rest {
        match *segment {
            "" | "." => {}
            ".." => drop(kept.pop()),
            other => kept.push(other),
        }
    }
    let joined = format!("/{}", kept.join("/"));
    if slash && joined != "/" { joined + "/" } else { joined }
}

/// Decodes once, as Go does; written here again, apart from what it checks.
fn decode(text: &str) -> String {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let mut digit = || bytes.next().and_then(|it| char::from(it).to_digit(16)).expect("two digits");
        out.push((digit() * 16 + digit()) as u8);
    }
    String::from_utf8(out).expect("text")
}
