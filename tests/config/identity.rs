//! Whom a real API server takes kubectl and us for.
//!
//! The cases that both send run once more, against a server that knows their tokens and certificates. Its audit log says
//! who asked, as whom, for what, and what came of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kubesdk_test_cluster::{Cluster, Options};
use serde_json::Value;

use crate::case::{self, Case, Outcome};
use crate::run::{self, Programs};
use crate::servers::World;

/// The tokens of the cases; each is its user's name, who may do everything.
const TOKENS: [&str; 13] = [
    "t",
    "one",
    "two",
    "first",
    "second",
    "flag",
    "beside",
    "hunter2",
    "123456",
    "from-exec",
    "of-the-pod",
    "of-the-flag",
    "of-the-home-folder",
];

/// As many cases as there are to be at least, in which the server knew who asked.
const AT_LEAST: usize = 80;

#[test]
fn f18_a_real_server_takes_both_for_the_same() {
    let programs = Programs::build();
    let (mut world, folder) = (World::start(), tempfile::tempdir().expect("a folder"));
    let cluster = Cluster::start(options(folder.path())).expect("the cluster starts");
    world.stands_for(cluster.server());
    trust_each_other(&cluster, &world, &programs.kubectl);
    let mut audit = Audit { path: folder.path().join("audit.log"), read: 0 };
    audit.take();
    let (mut known, mut failures) = (0, Vec::new());
    for case in case::all().iter().filter(|it| is_for_the_server(it)) {
        let (kubectl, ours) = std::thread::scope(|scope| {
            let kubectl = scope.spawn(|| run::run(case, &world, &programs.kubectl, &["create", "token"]));
            let ours = run::run(case, &world, &programs.ours, &[]);
            (kubectl.join().expect("no panic"), ours)
        });
        let (by_kubectl, by_us) = audit.take();
        if by_kubectl != by_us || kubectl.success != ours.success || by_kubectl.is_empty() {
            let told =
                |events: &BTreeSet<String>| events.iter().map(|it| format!("\n  {it}")).collect::<String>();
            failures.push(format!(
                "{}\nkubectl: {kubectl}{}\nours: {ours}{}",
                case.name,
                told(&by_kubectl),
                told(&by_us)
            ));
        }
        let is_known = |it: &String| !it.starts_with("nobody ") && !it.starts_with("\"system:anonymous\" ");
        known += usize::from(by_kubectl.iter().any(is_known));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(known >= AT_LEAST, "the server knew who asked in {known} cases");
}

/// Whether what a case sends goes to the server of this test.
fn is_for_the_server(case: &Case) -> bool {
    let written = format!("{case:?}");
    matches!(case.outcome, Outcome::Sent) && (written.contains("{https}") || written.contains("{https-port}"))
}

/// An API server that writes down who asks for tokens.
fn options(folder: &Path) -> Options {
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).expect("a file");
        path.display().to_string()
    };
    let policy = "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules:\n\
                  - level: Metadata\n  resources: [{resources: [serviceaccounts/token]}]\n\
                  - level: Metadata\n  nonResourceURLs: ['*']\n- level: None\n";
    let tokens: String = TOKENS.iter().map(|it| format!("{it},{it},uid-of-{it},system:masters\n")).collect();
    Options {
        apiserver_flags: vec![
            format!("--audit-policy-file={}", write("policy.yaml", policy)),
            format!("--audit-log-path={}", folder.join("audit.log").display()),
            "--audit-log-mode=blocking".to_owned(),
            format!("--token-auth-file={}", write("tokens.csv", &tokens)),
        ],
        without_controller_manager: true,
        without_scheduler: true,
        ..Options::default()
    }
}

/// The server gets the certificate of the cases, and believes their authority. It follows its files.
fn trust_each_other(cluster: &Cluster, world: &World, kubectl: &Path) {
    let (pki, ours) = (cluster.folder().join("pki"), world.certificates.path());
    let read = |path: PathBuf| fs::read_to_string(path).expect("a file");
    let authorities = read(pki.join("ca.crt")) + &read(ours.join("ca.crt"));
    fs::write(pki.join("ca.crt"), authorities).expect("the authorities");
    for name in ["server.crt", "server.key"] {
        fs::copy(ours.join(name), pki.join(name)).expect("a file");
    }
    let (start, folder) = (Instant::now(), ours.display().to_string());
    let as_jane = ["--client-certificate", "jane.crt", "--client-key", "jane.key"];
    loop {
        let mut command = std::process::Command::new(kubectl);
        command.args(["auth", "whoami", "--server", cluster.server(), "--certificate-authority", "ca.crt"]);
        let output = command.args(as_jane).current_dir(&folder).env_clear().env("HOME", &folder).output();
        let output = output.expect("kubectl runs");
        // Authenticated, if not allowed: the roles for that come about by a controller, which is not there.
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        if said.contains("jane") {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(120), "the server keeps its certificates: {said}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// The server's audit log.
struct Audit {
    path: PathBuf,
    /// How much of it was looked at.
    read: usize,
}

impl Audit {
    /// Who asked since the last time, in a line each: by kubectl, and by us.
    fn take(&mut self) -> (BTreeSet<String>, BTreeSet<String>) {
        let text = fs::read_to_string(&self.path).unwrap_or_default();
        let new = text[self.read..].lines().map(|it| serde_json::from_str(it).expect("an event"));
        // Below a base path it is no resource, and neither are the probes of whoever looks after the server.
        let is_ours =
            |it: &Value| it["requestURI"].as_str().is_some_and(|it| it.contains("/serviceaccounts/"));
        let events = new.filter(is_ours).map(|event: Value| {
            let user = match &event["user"]["username"] {
                Value::Null => "nobody".to_owned(),
                name => format!("{name} {}", event["user"]),
            };
            let (acting, uri) = (&event["impersonatedUser"], &event["requestURI"]);
            let said =
                format!("{user} as {acting}: {} {uri} {}", event["verb"], event["responseStatus"]["code"]);
            (event["userAgent"].as_str().is_some_and(|it| it.starts_with("kubectl/")), said)
        });
        let (by_kubectl, by_us): (Vec<_>, Vec<_>) = events.partition(|it| it.0);
        self.read = text.len();
        let lines = |events: Vec<(bool, String)>| events.into_iter().map(|it| it.1).collect();
        (lines(by_kubectl), lines(by_us))
    }
}
