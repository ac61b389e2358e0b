//! The proxy mode beside `kubectl proxy`: the same requests to both, and kubectl through ours.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use kubesdk_test_cluster::{Cluster, binary};

use super::programs::built;

/// A program that ends with the value.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn kubectl() -> PathBuf {
    binary(&|_| {}).expect("the control plane is built").with_file_name("kubectl")
}

/// Starts a proxy, and reads where it says it serves.
fn start(program: &Path, arguments: &[&str], cluster: &Cluster) -> (Running, String) {
    let mut command = Command::new(program);
    command.args(arguments).env("KUBECONFIG", cluster.kubeconfig()).stdout(Stdio::piped());
    let mut running = Running(command.spawn().expect("the program starts"));
    let mut line = String::new();
    let stdout = running.0.stdout.take().expect("standard output");
    BufReader::new(stdout).read_line(&mut line).expect("a line");
    let address = line.trim_end().strip_prefix("Starting to serve on ").unwrap_or_else(|| panic!("{line}"));
    (running, address.to_owned())
}

#[derive(Debug, PartialEq)]
struct Answer {
    status: String,
    headers: Vec<String>,
    body: String,
}

/// The headers that matter to callers.
const HEADERS: [&str; 6] = [
    "content-type",
    "location",
    "cache-control",
    "x-content-type-options",
    "upgrade",
    "x-kubernetes-pf-flowschema-uid",
];

/// What a request, written as it is, gives.
fn ask(address: &str, request: &str) -> Answer {
    let mut stream = TcpStream::connect(address).expect("a connection");
    let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
    let text = format!("{}\r\nConnection: close\r\n\r\n{body}", head.replace('\n', "\r\n"));
    stream.write_all(text.as_bytes()).expect("it is written");
    let mut said = Vec::new();
    stream.read_to_end(&mut said).expect("it is read");
    let said = String::from_utf8_lossy(&said).into_owned();
    let (head, body) = said.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{request}: {said:?}"));
    let mut lines = head.lines();
    let status = lines.next().and_then(|it| it.get(9..12)).unwrap_or_default().to_owned();
    let headers: Vec<String> = lines.map(str::to_ascii_lowercase).collect();
    let body = match headers.iter().any(|it| it == "transfer-encoding: chunked") {
        true => unchunked(body),
        false => body.to_owned(),
    };
    let matters = |it: &String| HEADERS.iter().any(|name| it.split(':').next() == Some(name));
    let mut headers: Vec<String> = headers.into_iter().filter(matters).collect();
    headers.sort();
    Answer { status, headers, body }
}

fn unchunked(mut rest: &str) -> String {
    let mut body = String::new();
    while let Some((size, more)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).expect("a size");
        body.push_str(&more[..size]);
        rest = more.get(size + 2..).unwrap_or_default();
    }
    body
}

/// The lines that differ from one program to another by right.
fn shown(mut answer: Answer) -> Answer {
    // Go's servers say it in HTML once more.
    if answer.status == "307" {
        answer.headers.retain(|it| it.starts_with("location"));
        answer.body.clear();
    }
    if answer.body.contains("x-forwarded-uri") {
        // Ours says the type that whoever says none accepts.
        let own = ["user-agent: ", "x-forwarded-host: ", "content-length: ", "accept: */*"];
        let kept = answer.body.lines().filter(|line| !own.iter().any(|it| line.starts_with(it)));
        answer.body = kept.collect::<Vec<_>>().join("\n");
    }
    answer
}

pub(super) async fn as_kubectl_answers(cluster: &Cluster) {
    let arguments = ["proxy", "--port=0"];
    let (_kubectl, theirs) = start(&kubectl(), &arguments, cluster);
    let (_own, ours) = start(&built("proxy"), &arguments[1..], cluster);
    let echo = "/api/v1/namespaces/default/services/plain/proxy";
    let exec = "/api/v1/namespaces/default/pods/echo/exec?command=true&stdout=true";
    let upgrade = "Connection: Upgrade\nUpgrade: websocket";
    let mut different = Vec::new();
    for request in [
        "GET /version HTTP/1.1\nHost: localhost".to_owned(),
        "GET /api/v1/namespaces/default HTTP/1.1\nHost: 127.0.0.1:1".to_owned(),
        "GET /apis/rbac.authorization.k8s.io/v1 HTTP/1.1\nHost: localhost\nAccept-Encoding: gzip;q=0".to_owned(),
        "GET /openapi/v3 HTTP/1.1\nHost: localhost".to_owned(),
        "GET /openapi/v2 HTTP/1.1\nHost: localhost\nAccept: application/json".to_owned(),
        "HEAD /version HTTP/1.1\nHost: localhost".to_owned(),
        "GET /nothing HTTP/1.1\nHost: localhost".to_owned(),
        "GET /api/v1/namespaces/default/pods/nobody HTTP/1.1\nHost: localhost".to_owned(),
        "POST /api/v1/namespaces HTTP/1.1\nHost: localhost\nContent-Type: application/json\nContent-Length: 2\n\n{}".to_owned(),
        format!("GET {echo}/a%20b/x%2Fy?q=1&w=%2F HTTP/1.1\nHost: localhost\nX-Mine: 1\nKeep-Alive: 5\nTE: trailers"),
        format!("GET {echo} HTTP/1.1\nHost: localhost"),
        format!("GET {echo}/moved HTTP/1.1\nHost: localhost"),
        format!("GET {echo}/status/503 HTTP/1.1\nHost: localhost"),
        format!("POST {echo}/mirror HTTP/1.1\nHost: localhost\nContent-Length: 5\n\nhello"),
        format!("PUT {echo}/count HTTP/1.1\nHost: localhost\nTransfer-Encoding: chunked\n\n5\r\nhello\r\n0\r\n\r\n"),
        "GET /version HTTP/1.1\nHost: evil.example".to_owned(),
        "GET http://evil.example/version HTTP/1.1\nHost: localhost".to_owned(),
        format!("POST {exec} HTTP/1.1\nHost: localhost\nContent-Length: 0"),
        format!("GET {} HTTP/1.1\nHost: localhost", exec.replace("exec", "%65xec")),
        format!("GET {} HTTP/1.1\nHost: localhost", exec.replace("exec", "attach")),
        "GET /api//v1/../v1/nodes?limit=1 HTTP/1.1\nHost: localhost".to_owned(),
        format!("GET {echo}/status/409 HTTP/1.1\nHost: localhost\n{upgrade}").replace("\nConnection: Upgrade", "\nX: 1"),
    ] {
        let (theirs, ours) = (shown(ask(&theirs, &request)), shown(ask(&ours, &request)));
        if ours != theirs {
            different.push(format!("{request}\nours: {ours:?}\nkubectl's: {theirs:?}\n"));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
    // kubectl hands encoded dots on; whoever decodes them behind it must not be led elsewhere.
    let answer = ask(&ours, "GET /version/%2e%2e/api HTTP/1.1\nHost: localhost");
    assert_eq!((answer.status.as_str(), answer.headers), ("307", vec!["location: /api".to_owned()]));
}

pub(super) async fn kubectl_through_it(cluster: &Cluster) {
    let nobody = tempfile::NamedTempFile::new().expect("a file");
    let allowed = ["--port", "0", "--reject-paths", "^$", "--address", "::1", "--accept-hosts", r"^\[::1\]$"];
    let (_own, address) = start(&built("proxy"), &allowed, cluster);
    assert!(address.starts_with("[::1]:"), "{address}");
    let server = format!("--server=http://{address}");
    let run = |arguments: &[&str]| {
        let all = [&[server.as_str()], arguments].concat();
        cluster.kubectl_as(nobody.path(), &all).expect("kubectl runs")
    };
    let direct = cluster.kubectl(&["get", "pods", "-o", "name"]).expect("kubectl runs").stdout;
    assert_eq!(run(&["get", "pods", "-o", "name"]).stdout, direct);
    let said = run(&["exec", "echo", "--", "sh", "-c", "echo out; exit 3"]);
    assert_eq!((said.status.code(), said.stdout.as_str()), (Some(3), "out\n"), "{}", said.stderr);
    let said = run(&["logs", "echo"]);
    assert!(said.stdout.starts_with("ready\n"), "{}", said.stderr);
    let refused = ["--port", "0"];
    let (_strict, strict) = start(&built("proxy"), &refused, cluster);
    let server = format!("--server=http://{strict}");
    let said =
        cluster.kubectl_as(nobody.path(), &[&server, "exec", "echo", "--", "true"]).expect("kubectl runs");
    assert!(!said.status.success() && said.stderr.contains("Forbidden"), "{}", said.stderr);
    a_watch(nobody.path(), &strict);
    a_forwarded_port(nobody.path(), &address);
}

/// Says what happens, while it happens.
fn a_watch(kubeconfig: &Path, address: &str) {
    let server = format!("--server=http://{address}");
    let mut command = Command::new(kubectl());
    command.args([&server, "get", "pods", "-w", "-o", "name"]).env("KUBECONFIG", kubeconfig);
    let mut watching = Running(command.stdout(Stdio::piped()).spawn().expect("kubectl starts"));
    let mut lines = BufReader::new(watching.0.stdout.take().expect("standard output")).lines();
    assert_eq!(lines.next().expect("a line").expect("text"), "pod/echo");
    let mut command = Command::new(kubectl());
    command.args([&server, "label", "pod", "echo", "seen=yes"]).env("KUBECONFIG", kubeconfig);
    assert!(command.stdout(Stdio::null()).status().expect("kubectl runs").success());
    assert_eq!(lines.next().expect("a line").expect("text"), "pod/echo");
}

fn a_forwarded_port(kubeconfig: &Path, address: &str) {
    let server = format!("--server=http://{address}");
    let mut command = Command::new(kubectl());
    command.args([&server, "port-forward", "pod/echo", ":8080"]).env("KUBECONFIG", kubeconfig);
    let mut forwarding = Running(command.stdout(Stdio::piped()).spawn().expect("kubectl starts"));
    let mut lines = BufReader::new(forwarding.0.stdout.take().expect("standard output")).lines();
    let line = lines.next().expect("a line").expect("text");
    let local = line.split(' ').nth(2).unwrap_or_else(|| panic!("{line}")).to_owned();
    let answer = ask(&local, "POST /count HTTP/1.1\nHost: localhost\nContent-Length: 5\n\nhello");
    assert_eq!((answer.status.as_str(), answer.body.as_str()), ("200", "5\n"));
}
