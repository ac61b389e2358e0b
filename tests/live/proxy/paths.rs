//! What arrives behind a proxy path, and who answers.

use std::future::poll_fn;

use kubesdk::api::core::v1::Node;
use kubesdk::core::DuplexStream;
use kubesdk::core::http::{HeaderName, HeaderValue, Method};
use kubesdk::core::verbs::Proxy;
use kubesdk::{Client, ErrorKind};
use kubesdk_test_cluster::Cluster;

use super::{pods, services, text};

/// What the echo server saw.
async fn seen(call: Proxy) -> Vec<String> {
    let shown = format!("{call:?}");
    let said = call.await.unwrap_or_else(|error| panic!("{shown}: {error}"));
    String::from_utf8(said.to_vec()).expect("text").lines().map(str::to_owned).collect()
}

fn header<'a>(seen: &'a [String], name: &str) -> Option<&'a str> {
    seen.iter().find_map(|it| it.strip_prefix(name)?.strip_prefix(": "))
}

pub(super) async fn every_form_of_the_name(client: &Client) {
    let below = "/api/v1/namespaces/default";
    let get = Method::GET;
    for (call, forwarded) in [
        (services(client).proxy(get.clone(), "plain"), "services/plain"),
        (services(client).proxy(get.clone(), "plain:80"), "services/plain:80"),
        (services(client).proxy(get.clone(), "plain").port(80), "services/plain:80"),
        (services(client).proxy(get.clone(), "http:plain:"), "services/http:plain:"),
        (services(client).proxy(get.clone(), "both").port("http"), "services/both:http"),
        (services(client).proxy(get.clone(), "both").port(80), "services/both:80"),
        (services(client).proxy(get.clone(), "http:both:http"), "services/http:both:http"),
        (services(client).proxy(get.clone(), "both").https().port("https"), "services/https:both:https"),
        (services(client).proxy(get.clone(), "both").https().port(443), "services/https:both:443"),
        (services(client).proxy(get.clone(), "https:secure:"), "services/https:secure:"),
        (services(client).proxy(get.clone(), "secure").https(), "services/https:secure:"),
        (pods(client).proxy(get.clone(), "echo"), "pods/echo"),
        (pods(client).proxy(get.clone(), "echo").port(8080), "pods/echo:8080"),
        (pods(client).proxy(get.clone(), "echo").https().port(8443), "pods/https:echo:8443"),
    ] {
        let seen = seen(call.path("/a")).await;
        assert_eq!(seen.first().map(String::as_str), Some("GET /a"));
        assert_eq!(header(&seen, "x-forwarded-uri"), Some(format!("{below}/{forwarded}/proxy/a").as_str()));
    }
    let nodes = Node::cluster(client);
    let node = nodes.get("node").await.expect("the node");
    let port = node.status.daemon_endpoints.kubelet_endpoint.port;
    for call in [
        nodes.proxy(get.clone(), "node"),
        nodes.proxy(get.clone(), "node").port(port),
        nodes.proxy(get.clone(), "node").https().port(port),
    ] {
        assert_eq!(call.path("/healthz").await.expect("the kubelet answers"), "ok".as_bytes());
    }
}

pub(super) async fn what_arrives(client: &Client) {
    let plain = |method| services(client).proxy(method, "plain");
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        let call = plain(method.parse().expect("a method")).path("/a b/ä/100%/x;y=1/");
        let call = call.query("q", "1 + 1").add_query("q", "ä/?#&=").query("empty", "");
        let call = call.header(HeaderName::from_static("x-mine"), HeaderValue::from_static("yes"));
        let seen = seen(call).await;
        let line = "/a%20b/%C3%A4/100%25/x;y=1/?q=1%20%2B%201&q=%C3%A4%2F%3F%23%26%3D&empty=";
        assert_eq!(seen.first(), Some(&format!("{method} {line}")));
        assert_eq!(header(&seen, "x-mine"), Some("yes"));
        assert_eq!(header(&seen, "authorization"), None);
        assert_eq!(
            header(&seen, "x-forwarded-uri"),
            Some("/api/v1/namespaces/default/services/plain/proxy/a%20b/%C3%A4/100%25/x;y=1/")
        );
        assert!(header(&seen, "x-forwarded-for").is_some(), "{seen:?}");
    }
    let head = plain(Method::HEAD).path("/zeros/1000").send().await.expect("an answer");
    assert_eq!(head.headers()["content-length"], "1000");
    assert_eq!(text(head.into_body()).await, "");
    let counted = plain(Method::POST).path("/count").body("text/plain", vec![b'x'; 70_000]).await;
    assert_eq!(counted.expect("a count"), "70000\n".as_bytes());
    // The root is asked for as the root: without its slash the server would send us there.
    assert_eq!(seen(plain(Method::GET)).await.first().map(String::as_str), Some("GET /"));
    let trace = plain(Method::TRACE).await.expect_err("the server takes seven methods");
    assert_eq!(trace.code(), Some(405), "{trace}");
}

pub(super) async fn who_answers(client: &Client) {
    let call = |name: &str| services(client).proxy(Method::POST, name);
    // The API server.
    for (call, code, words) in [
        (call("nobody"), 503, "no endpoints available for service \"nobody\""),
        (call("empty"), 503, "no endpoints available for service \"empty\""),
        (call("both"), 503, "no endpoints available for service \"both\""),
        (call("plain").port(81), 503, "no service port 81 found for service \"plain\""),
        (call("plain").port("other"), 503, "no endpoints available for service \"plain\""),
        (call("closed"), 503, "error trying to reach service: dial tcp"),
        (call("secure"), 503, "malformed HTTP response"),
        (call("plain").https(), 503, "first record does not look like a TLS handshake"),
        (pods(client).proxy(Method::POST, "nobody"), 404, "pods \"nobody\" not found"),
        (pods(client).proxy(Method::POST, "echo").port(9), 503, "error trying to reach service: dial tcp"),
        (Node::cluster(client).proxy(Method::POST, "nobody"), 404, "nodes \"nobody\" not found"),
    ] {
        let shown = format!("{call:?}");
        let error = call.await.expect_err(&shown);
        assert_eq!(error.code(), Some(code), "{shown}: {error}");
        assert!(error.status().is_some() && error.to_string().contains(words), "{shown}: {error}");
    }
    // The target.
    for code in [404, 409, 500, 503] {
        let error = call("plain").path(format!("/status/{code}")).await.expect_err("no success");
        let own = format!("the target's own {code}\n");
        assert_eq!((error.code(), error.body()), (Some(code), Some(own.as_bytes())), "{error}");
        assert!(error.status().is_none(), "{error}");
        let get = services(client).proxy(Method::GET, "plain").path(format!("/status/{code}")).any_status();
        let answer = get.send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), code);
        assert_eq!(text(answer.into_body()).await, own);
    }
    let moved = call("plain").path("/moved").any_status().send().await.expect("an answer");
    let below = "/api/v1/namespaces/default/services/plain/proxy/elsewhere";
    assert_eq!(
        (moved.status().as_u16(), &moved.headers()["location"]),
        (302, &HeaderValue::from_static(below))
    );
    // Nobody: it is not sent.
    for error in [
        call("../../../secrets").await.expect_err("a path"),
        call("plain").path("/../../nobody").await.expect_err("a way out"),
        call("plain").path("/%2e%2e/x").send().await.map(drop).expect_err("a way out"),
        call("plain").port(0).upgrade().await.map(drop).expect_err("no port"),
        services(client).proxy(Method::CONNECT, "plain").await.expect_err("no such method"),
        call("plain").web_socket(&[]).await.map(drop).expect_err("not by POST"),
    ] {
        assert_eq!(error.kind(), ErrorKind::Request, "{error}");
    }
}

pub(super) async fn who_may_not(cluster: &Cluster) {
    let client = Client::from_kubeconfig(cluster.viewer_kubeconfig()).await.expect("a client");
    let error = services(&client).proxy(Method::GET, "plain").await.expect_err("the viewer may not do that");
    assert!(error.is_forbidden(), "{error}");
}

async fn exchange(stream: &mut DuplexStream, bytes: &[u8]) -> Vec<u8> {
    let mut rest = bytes;
    while !rest.is_empty() {
        let written =
            poll_fn(|context| stream.as_mut().poll_write(context, rest)).await.expect("it is written");
        rest = &rest[written..];
    }
    poll_fn(|context| stream.as_mut().poll_flush(context)).await.expect("it is written");
    let mut back = vec![0; bytes.len()];
    let mut filled = 0;
    while filled < back.len() {
        let room = &mut back[filled..];
        let read = poll_fn(|context| stream.as_mut().poll_read(context, room)).await.expect("it is read");
        assert!(read > 0, "the connection ended");
        filled += read;
    }
    back
}

pub(super) async fn web_sockets(client: &Client) {
    for call in [
        services(client).proxy(Method::GET, "plain"),
        services(client).proxy(Method::GET, "secure").https(),
        pods(client).proxy(Method::GET, "echo"),
    ] {
        let shown = format!("{call:?}");
        let answer = call.path("/ws").web_socket(&["chat", "other"]).await;
        let answer = answer.unwrap_or_else(|error| panic!("{shown}: {error}"));
        assert_eq!(answer.headers()["sec-websocket-protocol"], "chat");
        let mut stream = answer.into_body();
        let much: Vec<u8> = (0..30_000_u32).map(|it| it as u8).collect();
        for bytes in [b"x".as_slice(), &much, b"\x81\x05hello"] {
            assert_eq!(exchange(&mut stream, bytes).await, bytes, "{shown}");
        }
    }
    let refused = services(client).proxy(Method::GET, "plain").path("/status/409").web_socket(&[]).await;
    let error = refused.map(drop).expect_err("no WebSocket there");
    assert_eq!(error.code(), Some(409), "{error}");
    let refused = services(client).proxy(Method::GET, "empty").web_socket(&[]).await;
    let error = refused.map(drop).expect_err("nobody there");
    assert!(error.code() == Some(503) && error.status().is_some(), "{error}");
}
