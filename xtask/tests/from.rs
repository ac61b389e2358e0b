//! `cargo xtask regenerate --from`: the sources and choices of `kubesdk-gen`, whose own tests have the rest.

use std::fs;
use std::process::Command;

use anyhow::{Result, ensure};
use tempfile::TempDir;

const CRDS: &str = "\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.shop.example.com}
spec:
  group: shop.example.com
  scope: Namespaced
  names: {plural: widgets, kind: Widget}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
  - {name: v1beta1, served: true, storage: false, schema: {openAPIV3Schema: {type: object}}}
";

const DUMP: &str = r##"{"swagger": "2.0", "info": {}, "paths": {"/apis/old.example.com/v1/things/{name}": {"get": {
    "parameters": [{"name": "name", "in": "path", "required": true, "type": "string"}],
    "operationId": "readThing", "x-kubernetes-action": "get",
    "x-kubernetes-group-version-kind": {"group": "old.example.com", "version": "v1", "kind": "Thing"},
    "responses": {"200": {"description": "OK", "schema": {"$ref": "#/definitions/com.example.old.v1.Thing"}}}}}},
    "definitions": {"com.example.old.v1.Thing": {"type": "object",
        "properties": {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "size": {"type": "integer"}},
        "x-kubernetes-group-version-kind": [{"group": "old.example.com", "version": "v1", "kind": "Thing"}]}}}"##;

/// A folder with definitions and an OpenAPI v2 document.
fn place() -> Result<TempDir> {
    let place = tempfile::tempdir()?;
    fs::write(place.path().join("crds.yaml"), CRDS)?;
    fs::write(place.path().join("dump.json"), DUMP)?;
    Ok(place)
}

/// Runs `regenerate` there with words that hold no spaces; it must end with `code` and say these parts.
#[track_caller]
fn check(place: &TempDir, line: &str, code: i32, parts: &[&str]) -> Result<()> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("regenerate").args(line.split_whitespace()).current_dir(place.path()).env_clear();
    let output = command.output()?;
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said)?;
    ensure!(output.status.code() == Some(code), "{line}: {said}");
    for part in parts {
        ensure!(said.contains(part), "{line}: {part:?} is missing: {said}");
    }
    Ok(())
}

const WIDGET: &str = "shop.example.com/v1 in shop::v1: Widget; 2 types, 10 methods\n";
const BETA: &str = "shop.example.com/v1beta1 in shop::v1beta1: Widget; 2 types, 10 methods\n";
const THING: &str = "old.example.com/v1 in old::v1: Thing; 1 type, 1 method\n";

#[test]
fn files_say_themselves_what_they_are() -> Result<()> {
    let place = place()?;
    let documents = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/user/documents");
    let all = [
        WIDGET,
        BETA,
        THING,
        "wardle.example.com/v1beta1 in wardle::v1beta1: Flunder; 4 types, 11 methods\n",
    ];
    let from = format!("--from crds.yaml --from dump.json --from {documents} --out api");
    check(&place, &from, 0, &all)?;
    let named = format!("--crd crds.yaml --swagger dump.json --openapi {documents} --out api --check");
    check(&place, &named, 0, &["all of them as they were"])?;
    check(&place, "--from crds.yaml --out api --check", 1, &["error: api is not what would be generated"])
}

#[test]
fn choices_are_those_of_kubesdk_gen() -> Result<()> {
    let place = place()?;
    let from = "--from crds.yaml --from dump.json --out api";
    let check = |choice: &str, expected: &[&str], others: &[&str]| {
        check(&place, &format!("{from} {choice}"), 0, expected)?;
        for other in others {
            ensure!(!place.path().join("api").join(other).exists(), "{choice}: {other}");
        }
        Ok(())
    };
    check("--group shop.example.com/v1", &[WIDGET], &["shop/v1beta1.rs", "old.rs"])?;
    check("--kind Th*", &[THING], &["shop.rs"])?;
    check("--crate shop-api --own-structures", &[WIDGET, BETA, THING], &["mod.rs"])?;
    let manifest = fs::read_to_string(place.path().join("api/Cargo.toml"))?;
    ensure!(manifest.contains("name = \"shop-api\""), "{manifest}");
    Ok(())
}

#[test]
fn wrong_calls_and_faults_are_told() -> Result<()> {
    let place = place()?;
    for (line, code, part) in [
        ("--from none --out api", 1, "error: cannot read none"),
        ("--from crds.yaml --out api --group nobody", 1, "choose from shop.example.com/v1 (Widget)"),
        ("--from crds.yaml", 2, "--out <DIR>"),
        ("--out api", 2, "--from <FILE|DIR|->"),
        ("--kind Widget", 2, "--from <FILE|DIR|->"),
        ("--from crds.yaml --out api --specs specs/v1.37", 2, "cannot be used with"),
    ] {
        check(&place, line, code, &[part])?;
    }
    ensure!(!place.path().join("api").exists());
    Ok(())
}

#[cfg(feature = "live")]
mod server {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;

    use super::{DUMP, Result, THING, check, fs, place};

    /// A server that has OpenAPI v2 alone: kubesdk-gen's tests have the others.
    fn start() -> Result<String> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}", listener.local_addr()?);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut lines = BufReader::new(&stream).lines().map_while(std::io::Result::ok);
                let path = lines.next().unwrap_or_default();
                let _ = lines.take_while(|it| !it.is_empty()).count();
                let (code, body) = match path.split(' ').nth(1) {
                    Some("/apis") => (200, r#"{"groups": []}"#),
                    Some("/openapi/v2") => (200, DUMP),
                    _ => (404, ""),
                };
                let head = format!("HTTP/1.1 {code} X\r\ncontent-length: {}\r\n", body.len());
                // The other side may have given up.
                let _ = (&stream).write_all(format!("{head}connection: close\r\n\r\n{body}").as_bytes());
            }
        });
        Ok(url)
    }

    #[test]
    fn a_server_may_be_a_source() -> Result<()> {
        let (place, url) = (place()?, start()?);
        let config = format!(
            "clusters: [{{name: c, cluster: {{server: '{url}'}}}}]\ncontexts: [{{name: c, context: {{cluster: c}}}}]\n"
        );
        fs::write(place.path().join("config"), config)?;
        let note = format!("note: {url} has no OpenAPI v3");
        check(
            &place,
            "--kubeconfig config --context c --from crds.yaml --out api --kind Thing",
            0,
            &[THING, &note],
        )
    }
}
