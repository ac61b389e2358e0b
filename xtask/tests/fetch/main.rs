//! `cargo xtask fetch` against a server of documents that can misbehave: what is asked for, what is written, and that a
//! failure is told and changes nothing.

mod bench;
mod server;

use std::fs;
use std::process::Command;

use anyhow::Result;
use serde_json::{Value, json};

use self::bench::{Bench, assert_said, snapshot};
use self::server::{Answer, Server, answer, document, failure};

const PATHS: [&str; 3] = ["api", "api/v1", "apis/apps/v1"];

const INDEX: &str = "/openapi/v3";

#[test]
fn only_what_is_not_there_is_transferred() -> Result<()> {
    let bench = Bench::new(&PATHS)?;
    let (said, _) = bench.fetch(&[])?;
    let next = format!("; next: cargo xtask regenerate --specs {}", bench.specs().display());
    assert_said(&said, &["3 documents in ", ", 3 of them transferred now, ", &next]);
    let [one, two, three] = PATHS.map(|it| format!("{INDEX}/{it}"));
    assert_eq!(bench.server.asked(), ["/flagz", INDEX, INDEX, &one, &two, &three, "/version"]);
    let expected = "{\n  \"info\": {\n    \"title\": \"api/v1\"\n  },\n  \"openapi\": \"3.0.0\",\n  \"paths\": {\n    \
                    \"/a\": {},\n    \"/z\": {}\n  }\n}\n";
    assert_eq!(fs::read_to_string(bench.specs().join("api__v1.json"))?, expected);

    let before = snapshot(bench.place.path())?;
    assert_said(&bench.fetch(&[])?.0, &["3 documents in ", ", 0 of them transferred now, ", &next]);
    assert_eq!(bench.server.asked(), [INDEX]);
    assert_eq!(snapshot(bench.place.path())?, before);

    bench.server.set("api/v1", &document("changed"));
    bench.server.set("apis/new", &document("new"));
    bench.server.remove("api");
    assert_said(&bench.fetch(&[])?.0, &["3 documents in ", ", 2 of them transferred now, "]);
    assert_eq!(
        bench.server.asked(),
        ["/flagz", INDEX, INDEX, &two, &format!("{INDEX}/apis/new"), "/version"]
    );
    let files: Vec<_> = snapshot(&bench.specs())?.into_keys().collect();
    let expected = ["api__v1.json", "apis__apps__v1.json", "apis__new.json", "source.json"];
    assert_eq!(files, expected.map(|it| bench.specs().join(it)));

    fs::write(bench.specs().join("api__v1.json"), "edited")?;
    assert_said(&bench.fetch(&[])?.1, &["note: api__v1.json is not what was fetched last time"]);
    assert_eq!(bench.server.asked(), ["/flagz", INDEX, INDEX, &two, "/version"]);
    bench.fetch(&[])?;
    assert_eq!(bench.server.asked(), [INDEX]);
    Ok(())
}

#[test]
fn without_hashes_all_is_transferred_each_time() -> Result<()> {
    let bench = Bench::new(&PATHS)?;
    bench.server.without_hashes();
    for _ in 0..2 {
        assert_said(&bench.fetch(&[])?.0, &["3 of them transferred now"]);
    }
    assert_eq!(bench.source()?["documents"]["api.json"]["hash"], Value::Null);
    Ok(())
}

#[test]
fn several_documents_are_under_way_at_a_time_but_not_all() -> Result<()> {
    let paths: Vec<String> = (0..30).map(|number| format!("apis/{number}")).collect();
    let bench = Bench::new(&paths.iter().map(String::as_str).collect::<Vec<_>>())?;
    bench.server.gate(9);
    bench.fetch(&[])?;
    assert_eq!(bench.server.most_under_way(), 8);
    Ok(())
}

#[test]
fn the_record_says_where_documents_come_from() -> Result<()> {
    let bench = Bench::new(&PATHS)?;
    assert_said(&bench.fetch(&[])?.1, &["note: the server does not tell its flags"]);
    assert_eq!(bench.source()?["flags"], Value::Null);
    assert_eq!(bench.source()?["server"], json!({"gitVersion": "v1.37.2", "major": "1", "minor": "37"}));

    let gates = "--feature-gates=AllAlpha=true,AllBeta=true";
    let given = ["--flags", "--feature-gates=AllBeta=true,AllAlpha=true"];
    let said = bench.fail(bench.command(&given))?;
    assert_said(&said, &[&format!("its flags are unknown, this server's `{gates}`")]);
    bench.server.asked();
    bench.fetch(&[&given[..], &["--replace"]].concat())?;
    assert_eq!(bench.server.asked(), ["/flagz", INDEX, "/version"], "the documents are there");
    assert_eq!(bench.source()?["flags"], json!([gates]));

    let served = json!({"kind": "Flagz", "apiVersion": "config.k8s.io/v1beta1", "flags": {
        "feature-gates": ":AllAlpha=true,:AllBeta=true", "etcd-servers": "[http://10.0.0.7:2379]",
    }});
    bench.server.answer("/flagz", answer(200, &served.to_string()));
    bench.server.set("api", &document("changed"));
    assert_said(&bench.fetch(&[])?.0, &["1 of them transferred now"]);
    let said = bench.fail(bench.command(&["--flags", "--enable-logs-handler"]))?;
    assert_said(
        &said,
        &[&format!("was started with `{gates}`, and --flags says `--enable-logs-handler=true`")],
    );
    let other = Bench::of(bench.server)?;
    assert_eq!(other.fetch(&[])?.1, "");
    assert_eq!(other.source()?["flags"], json!([gates]));
    Ok(())
}

/// A server does something wrong, and it is told.
fn check(misbehave: impl Fn(&Server), expected: &[&str]) -> Result<()> {
    let bench = Bench::new(&PATHS)?;
    bench.fetch(&[])?;
    // Something is new, so that a fetch has something to do.
    bench.server.set("api", &document("changed"));
    misbehave(&bench.server);
    let said = bench.fail(bench.command(&[]))?;
    let place = format!("error: http://{}", bench.server.address());
    assert_said(&said, &[expected, &["no file was changed", &place]].concat());
    Ok(())
}

fn check_index(instead: &Answer, expected: &[&str]) -> Result<()> {
    check(|server| server.answer(INDEX, instead.clone()), &[expected, &["/openapi/v3: "]].concat())
}

fn check_document(instead: &Answer, expected: &[&str]) -> Result<()> {
    let place = "/openapi/v3/api?hash=";
    check(|server| server.answer("/openapi/v3/api", instead.clone()), &[expected, &[place]].concat())
}

#[test]
fn an_index_that_is_none_is_told() -> Result<()> {
    let html = answer(200, "<!doctype html><title>Log in</title>").header("content-type", "text/html");
    check_index(&html, &["HTML", "`server`"])?;
    check_index(&answer(200, ""), &["the answer is empty"])?;
    check_index(&answer(200, "{\"paths\":{").broken_off(), &["broke off"])?;
    check_index(&answer(200, "{\"paths\":{"), &["no index of OpenAPI v3 documents"])?;
    check_index(&answer(200, "{}"), &["lists no documents"])?;
    check_index(&answer(200, r#"{"paths":["api"]}"#), &["no index of OpenAPI v3 documents"])?;
    check_index(&answer(200, r#"{"paths":{}}"#), &["lists no documents"])?;
    check_index(&answer(302, "").header("location", "https://login.example.com/"), &["302", "login page"])?;
    check_index(&answer(404, "404 page not found"), &["(NotFound)", "1.24 or newer"])?;
    check_index(&answer(500, ""), &["(InternalError)"])?;
    let forbidden = failure(403, "Forbidden", "forbidden: User \"u\" cannot get path \"/openapi/v3\"");
    check_index(&forbidden, &["(Forbidden): forbidden: User \"u\"", "cluster role system:discovery"])?;
    check_index(
        &failure(401, "Unauthorized", "Unauthorized"),
        &["(Unauthorized)", "renew the user's credentials"],
    )
}

#[test]
fn a_document_that_is_none_is_told() -> Result<()> {
    check_document(&answer(200, "<html></html>"), &["HTML"])?;
    check_document(&answer(200, ""), &["the answer is empty"])?;
    check_document(&answer(200, "{\"openapi\""), &["EOF"])?;
    check_document(&answer(200, "{\"openapi\"").broken_off(), &["broke off"])?;
    check_document(&answer(200, r#"{"openapi":"3.0.0"}"#), &["`paths` must be an object"])?;
    check_document(&answer(200, r#"{"paths":{}}"#), &["`openapi` must be a version 3"])?;
    check_document(&failure(403, "Forbidden", "no"), &["(Forbidden): no", "system:discovery"])?;
    check_document(&failure(503, "ServiceUnavailable", "not now"), &["(ServiceUnavailable): not now"])
}

#[test]
fn a_server_that_changes_during_a_fetch_is_told() -> Result<()> {
    let changed = "the document changed while it was fetched; try again";
    check(|server| server.set_after_the_index("api", &document("again")), &[changed])?;
    check_document(&failure(404, "NotFound", "gone"), &[changed])?;
    check_document(&answer(200, &document("other")).header("etag", "\"0F\""), &[changed])?;
    let settle = ": the documents changed during the fetch; wait until the server has settled";
    check(|server| server.set_after_the_index("apis/apps/v1", &document("again")), &[settle])?;
    check(|server| server.set_after_the_index("apis/new", &document("new")), &[settle])
}

#[test]
fn a_version_that_is_none_is_told() -> Result<()> {
    check(
        |server| server.answer("/version", answer(200, "{}")),
        &["/version: ", "missing field `gitVersion`"],
    )?;
    check(|server| server.answer("/version", answer(200, "")), &["/version: ", "empty"])
}

#[test]
fn a_url_that_leads_elsewhere_is_refused_before_anything_is_sent() -> Result<()> {
    let elsewhere = Server::start(&PATHS)?;
    for url in [
        format!("http://{}/openapi/v3/api", elsewhere.address()),
        format!("//{}/openapi/v3/api", elsewhere.address()),
        "openapi/v3/api".to_owned(),
        "/openapi/v3/../../api/v1/secrets".to_owned(),
    ] {
        let bench = Bench::new(&PATHS)?;
        let index = json!({"paths": {"api": {"serverRelativeURL": url}}});
        bench.server.answer(INDEX, answer(200, &index.to_string()));
        let said = bench.fail(bench.command(&[]))?;
        assert_said(&said, &["the URL of api in the index is refused", &url]);
        assert_eq!(bench.server.asked(), [INDEX]);
    }
    assert!(elsewhere.asked().is_empty());
    Ok(())
}

#[test]
fn the_server_is_the_one_that_kubectl_would_ask() -> Result<()> {
    let bench = Bench::new(&PATHS)?;
    let (here, nowhere) = (format!("http://{}", bench.server.address()), "http://127.0.0.1:1");
    let check = |kubeconfig: bool, context: Option<&str>, server: &str| -> Result<()> {
        let path = bench.place.path().join("kubeconfig");
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.env_clear().arg("fetch").arg("--out").arg(bench.specs());
        match kubeconfig {
            true => command.arg("--kubeconfig").arg(path),
            false => command.env("KUBECONFIG", path),
        };
        command.args(context.iter().flat_map(|it| ["--context", it]));
        let output = command.output()?;
        assert_eq!(
            String::from_utf8(output.stdout)?.lines().next(),
            Some(&*format!("fetching from {server}"))
        );
        Ok(())
    };
    for kubeconfig in [true, false] {
        check(kubeconfig, None, &here)?;
        check(kubeconfig, Some("here"), &here)?;
        check(kubeconfig, Some("nowhere"), nowhere)?;
    }
    let said = bench.fail(bench.command(&["--context", "other"]))?;
    assert_said(&said, &["context \"other\" does not exist", "here, nowhere"]);
    Ok(())
}

#[test]
fn a_server_that_is_not_there_is_told() -> Result<()> {
    let bench = Bench::new(&PATHS)?;
    bench.fetch(&[])?;
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    let free = listener.local_addr()?;
    drop(listener);
    bench.kubeconfig(free)?;
    let said = bench.fail(bench.command(&[]))?;
    assert_said(&said, &[&format!("http://{free}/openapi/v3: "), "was refused", "--kubeconfig, --context"]);
    Ok(())
}

#[test]
fn a_folder_that_cannot_be_written_is_told() -> Result<()> {
    let bench = Bench::new(&PATHS)?;
    fs::write(bench.place.path().join("specs"), "a file where a folder should be")?;
    assert_said(&bench.fail(bench.command(&[]))?, &["specs/v1", "Not a directory"]);
    fs::remove_file(bench.place.path().join("specs"))?;

    // A full disk is a write that fails halfway; so is one past the greatest size of a file.
    bench.fetch(&[])?;
    bench.server.set("apis/apps/v1", &document(&"long ".repeat(20_000)));
    let command = bench.command(&[]);
    let mut full = Command::new("/bin/sh");
    full.args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\""]).env_clear();
    full.arg(command.get_program()).args(command.get_args());
    assert_said(&bench.fail(full)?, &["cannot write", "apis__apps__v1.json", "no file was changed"]);
    Ok(())
}

#[test]
fn a_folder_of_something_else_is_left_alone() -> Result<()> {
    let bench = Bench::new(&PATHS)?;
    bench.fetch(&[])?;
    bench.server.set("api", &document("changed"));
    let version = json!({"gitVersion": "v1.38.0", "major": "1", "minor": "38"});
    bench.server.answer("/version", answer(200, &version.to_string()));
    bench.server.asked();

    let said = bench.fail(bench.command(&[]))?;
    assert_said(&said, &["its version is v1.37.2, this server's v1.38.0", "--replace", "--out DIR"]);
    fs::write(bench.specs().join("notes.txt"), "mine")?;
    let said = bench.fail(bench.command(&["--replace"]))?;
    assert_said(&said, &["holds what no fetch wrote: notes.txt", "move it away"]);
    fs::remove_file(bench.specs().join("notes.txt"))?;
    let asked = bench.server.asked();
    assert!(!asked.iter().any(|it| it.starts_with("/openapi/v3/")), "transferred in vain: {asked:?}");

    assert_said(&bench.fetch(&["--replace"])?.0, &["1 of them transferred now"]);
    assert_eq!(bench.source()?["server"]["gitVersion"], "v1.38.0");
    Ok(())
}
