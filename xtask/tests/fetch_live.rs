//! `cargo xtask fetch` on a real API server with every API on: it writes the documents of record, byte for byte, asks
//! for nothing twice, and is told what it may not.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use kubesdk_test_cluster::{Cluster, Options};
use serde_json::Value;
use tempfile::TempDir;

/// Every request that is not about an object, one line each.
const AUDIT: &str = "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules:\n\
                     - level: Metadata\n  nonResourceURLs: ['*']\n- level: None\n";

struct Live {
    cluster: Cluster,
    place: TempDir,
}

impl Live {
    fn start() -> Result<Self> {
        let place = tempfile::tempdir()?;
        let (policy, log) = (place.path().join("policy.yaml"), place.path().join("audit.log"));
        fs::write(&policy, AUDIT)?;
        let apiserver_flags = vec![
            format!("--audit-policy-file={}", policy.display()),
            format!("--audit-log-path={}", log.display()),
        ];
        let cluster = Cluster::start(Options {
            wide: true,
            apiserver_flags,
            without_controller_manager: true,
            without_scheduler: true,
            ..Options::default()
        })?;
        Ok(Live { cluster, place })
    }

    fn out(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    fn fetch(&self, kubeconfig: &Path, out: &Path) -> Result<Output> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.arg("fetch").arg("--kubeconfig").arg(kubeconfig).arg("--out").arg(out).env_clear();
        command.output().context("the program runs")
    }

    /// What our program has asked the server so far.
    fn asked(&self) -> Result<Vec<String>> {
        let log = fs::read_to_string(self.place.path().join("audit.log"))?;
        let mut asked = Vec::new();
        for line in log.lines() {
            let event: Value = serde_json::from_str(line)?;
            if event["userAgent"].as_str().is_some_and(|it| it.starts_with("kubesdk/")) {
                asked.push(event["requestURI"].as_str().context("an event has a URI")?.to_owned());
            }
        }
        Ok(asked)
    }
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The files of a folder and their content.
fn files(folder: &Path) -> Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().context("a file has a name")?.to_string_lossy().into_owned();
        files.push((name, fs::read_to_string(&path)?));
    }
    files.sort();
    Ok(files)
}

#[test]
fn the_documents_of_record_are_what_a_real_server_publishes() -> Result<()> {
    let live = Live::start()?;
    let (admin, out) = (live.cluster.kubeconfig(), live.out("specs"));
    let output = live.fetch(&admin, &out)?;
    ensure!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("65 documents in "), "{}", said(&output));
    let (fetched, record) =
        (files(&out)?, files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs/v1.37"))?);
    for (found, expected) in fetched.iter().zip(&record) {
        // The texts are too long to be shown.
        assert!(found == expected, "{} and {} differ: is a `cargo xtask fetch` due?", found.0, expected.0);
    }
    assert_eq!(fetched.len(), record.len());

    // The index twice, version, flags and 65 documents.
    let first = live.asked()?;
    assert_eq!(first.len(), 69, "{first:?}");
    let output = live.fetch(&admin, &out)?;
    assert!(said(&output).contains(", 0 of them transferred now, "), "{}", said(&output));
    assert_eq!(live.asked()?[first.len()..], ["/openapi/v3"]);
    assert_eq!(files(&out)?, fetched);

    // The rest is on the same cluster, which takes a while to start.
    rights(&live)?;
    a_new_resource(&live)
}

/// Everybody who is known may read documents, and only monitors may read flags.
fn rights(live: &Live) -> Result<()> {
    let nobody = live.cluster.nobody_kubeconfig();
    let output = live.fetch(&nobody, &live.out("nobody"))?;
    ensure!(output.status.success(), "{}", said(&output));
    let unknown = "recorded as unknown (/flagz: Error from server (Forbidden)";
    assert!(said(&output).contains(unknown), "{}", said(&output));
    let source = fs::read_to_string(live.out("nobody").join("source.json"))?;
    assert!(source.contains("\"flags\": null"), "{source}");

    let unbind = live.cluster.kubectl(&["delete", "clusterrolebinding", "system:discovery"])?;
    ensure!(unbind.status.success(), "{}", unbind.stderr);
    check(
        live,
        &nobody,
        &["/openapi/v3: Error from server (Forbidden): ", "\"nobody\"", "system:discovery"],
    )?;
    let text = fs::read_to_string(&nobody)?;
    let token = text.lines().find_map(|it| it.trim().strip_prefix("token: ")).context("a token")?;
    let stranger = live.out("stranger");
    fs::write(&stranger, text.replace(token, "no-token-of-this-server"))?;
    check(
        live,
        &stranger,
        &["/openapi/v3: error: You must be logged in to the server (", "renew the user's credentials"],
    )
}

/// What a server publishes beside what it did before is all that is transferred.
fn a_new_resource(live: &Live) -> Result<()> {
    let definition = r#"{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.com"}, "spec": {"group": "example.com", "scope": "Namespaced",
        "names": {"plural": "widgets", "kind": "Widget"}, "versions": [{"name": "v1", "served": true, "storage": true,
        "schema": {"openAPIV3Schema": {"type": "object"}}}]}}"#;
    let created = live.cluster.kubectl_with_input(&["create", "-f", "-"], definition)?;
    ensure!(created.status.success(), "{}", created.stderr);
    let is_published = || {
        Ok::<_, anyhow::Error>(
            live.cluster.kubectl(&["get", "--raw", "/openapi/v3"])?.stdout.contains("example.com/v1"),
        )
    };
    for _ in 0..600 {
        if is_published()? {
            break;
        }
        sleep(Duration::from_millis(100));
    }
    let before = live.asked()?.len();
    let output = live.fetch(&live.cluster.kubeconfig(), &live.out("specs"))?;
    assert!(said(&output).contains("66 documents in "), "{}", said(&output));
    assert!(said(&output).contains(", 1 of them transferred now, "), "{}", said(&output));
    let mut asked = live.asked()?.split_off(before);
    asked.retain(|it| it.starts_with("/openapi/v3/"));
    assert!(
        matches!(&asked[..], [one] if one.starts_with("/openapi/v3/apis/example.com/v1?hash=")),
        "{asked:?}"
    );
    the_difference(live)
}

/// A folder beside the server: what the server has more, and nothing else.
fn the_difference(live: &Live) -> Result<()> {
    let server = format!("kubeconfig={}", live.cluster.kubeconfig().display());
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let output =
        command.args(["api-diff", "specs/v1.37", &server, "--deny-breaking"]).env_clear().output()?;
    ensure!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("group-version added, example/v1: "), "{}", said(&output));
    assert!(said(&output).contains("1 differences: 0 breaking"), "{}", said(&output));

    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let output =
        command.args(["api-diff", &server, "specs/v1.37", "--deny-breaking"]).env_clear().output()?;
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("1 differences break code"), "{}", said(&output));
    Ok(())
}

fn check(live: &Live, kubeconfig: &Path, expected: &[&str]) -> Result<()> {
    let out = live.out("specs");
    let before = files(&out)?;
    let output = live.fetch(kubeconfig, &out)?;
    assert_eq!(output.status.code(), Some(1));
    for part in expected.iter().chain(&["no file was changed"]) {
        assert!(said(&output).contains(part), "{part:?} is missing: {}", said(&output));
    }
    assert_eq!(files(&out)?, before);
    Ok(())
}
