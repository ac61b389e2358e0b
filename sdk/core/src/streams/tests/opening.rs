//! The change of protocols, and what is wrong with an answer.

use http::Method;

use super::server::{Answer, WIDE, run, server};
use crate::verbs::{Exec, PortForward};
use crate::{Client, Error, ErrorKind};

fn exec(client: &Client) -> Exec {
    Exec::new(client, &["/api/v1/namespaces/", "a", "/pods/", "web", "/exec"]).command("env").stdout(true)
}

fn refusal(answer: Answer) -> Error {
    let (client, _, _server) = server(answer, WIDE);
    run(exec(&client).open(), || ()).expect_err("no process")
}

#[test]
fn what_is_asked_for() {
    let (client, asked, _server) = server(Answer::Switch("v5.channel.k8s.io"), WIDE);
    let process = run(exec(&client).open(), || ()).unwrap();
    assert_eq!(process.protocol(), "v5.channel.k8s.io");
    assert!(process.stdin.is_none() && process.stdout.is_some() && process.stderr.is_none());
    let asked = asked.lock().unwrap();
    assert_eq!(asked[0].method(), Method::GET);
    assert_eq!(asked[0].uri(), "/api/v1/namespaces/a/pods/web/exec?command=env&stdout=true");
    let header = |name| asked[0].headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("upgrade"), "websocket");
    assert_eq!(header("connection"), "Upgrade");
    assert_eq!(header("sec-websocket-version"), "13");
    assert_eq!(header("sec-websocket-protocol"), "v5.channel.k8s.io, v4.channel.k8s.io");
    assert_eq!(header("sec-websocket-key").len(), 24);
}

#[test]
fn an_answer_that_is_no_websocket() {
    let upgrade = ("upgrade", "websocket");
    let connection = ("connection", "upgrade");
    for (answer, words) in [
        (Answer::Switch("v1.channel.k8s.io"), "to the subprotocol \"v1.channel.k8s.io\""),
        (Answer::Switch(""), "to no subprotocol"),
        (Answer::Headers(&[("upgrade", "SPDY/3.1")]), "to \"SPDY/3.1\""),
        (Answer::Headers(&[]), "to \"none\""),
        (Answer::Headers(&[("upgrade", "websocket")]), "its Connection header does not say so"),
        (
            Answer::Headers(Box::leak(Box::new([upgrade, connection]))),
            "its Sec-WebSocket-Accept does not answer",
        ),
    ] {
        let error = refusal(answer);
        assert_eq!(error.kind(), ErrorKind::Protocol);
        let begin =
            format!("GET /api/v1/namespaces/a/pods/web/exec: the server switched protocols, but {words}");
        assert!(error.to_string().starts_with(&begin), "{error}");
        assert!(
            error.to_string().ends_with("asked for WebSocket with v5.channel.k8s.io or v4.channel.k8s.io")
        );
    }
}

#[test]
fn a_refusal_is_the_servers_own() {
    let forbidden = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403,
        "message":"pods \"web\" is forbidden"}"#;
    let error = refusal(Answer::Refuse(403, forbidden));
    assert!(error.is_forbidden());
    assert_eq!(
        error.to_string(),
        "Error from server (Forbidden): pods \"web\" is forbidden; whatever the HTTP method, API servers since 1.35 \
         ask for the verb create on pods/exec, older ones for get"
    );
    assert!(refusal(Answer::Refuse(404, "")).is_not_found());
    let error = refusal(Answer::Refuse(500, "broken"));
    assert!(error.is_internal() && !error.to_string().contains("1.35"), "{error}");
}

#[test]
fn port_zero_is_refused_before_anything_is_sent() {
    let (client, asked, _server) = server(Answer::Switch("v4.channel.k8s.io"), WIDE);
    let forward = PortForward::new(&client, &["/pods/", "web", "/portforward"]);
    assert_eq!(run(forward.open(0), || ()).unwrap_err().kind(), ErrorKind::Request);
    assert!(asked.lock().unwrap().is_empty());
    run(forward.open(80), || ()).unwrap();
    assert_eq!(asked.lock().unwrap()[0].uri(), "/pods/web/portforward?ports=80");
}
