//! The library in a build script, as users have it: the test runs this very program again as cargo runs such a script.

use std::path::Path;
use std::process::{Command, ExitCode, Termination};
use std::{env, fs};

use kubesdk_gen::Generator;

/// What a user's `build.rs` has for a `main`.
fn script() -> Result<(), kubesdk_gen::Error> {
    Generator::new().crds("crds").swagger("dump.json").build("api").map(drop)
}

const CRD: &str = r#"{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
    "metadata": {"name": "widgets.example.com"},
    "spec": {"group": "example.com", "scope": "Namespaced", "names": {"plural": "widgets", "kind": "Widget"},
        "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object",
            "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer"}},
                "anyOf": [{"required": ["size"]}]}}}}}]}}"#;

const DUMP: &str = r#"{"swagger": "2.0", "paths": {}, "definitions": {}}"#;

type Tested = Result<(), Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    match env::args().nth(1).as_deref() {
        Some("as-script") => script().report(),
        _ => tests().report(),
    }
}

fn tests() -> Tested {
    let place = tempfile::tempdir()?;
    fs::create_dir(place.path().join("crds"))?;
    fs::create_dir(place.path().join("out"))?;
    fs::write(place.path().join("crds/widgets.json"), CRD)?;
    fs::write(place.path().join("dump.json"), DUMP)?;
    makes_what_is_included_and_says_when_to_run_again(place.path())?;
    without_cargo_or_with_faults_it_fails(place.path())
}

/// Runs the script in a folder; gives whether it was successful, and what it said.
fn run(place: &Path, out: Option<&str>) -> Result<(bool, String, String), Box<dyn std::error::Error>> {
    let mut command = Command::new(env::current_exe()?);
    command.arg("as-script").current_dir(place).env_remove("OUT_DIR");
    if let Some(out) = out {
        command.env("OUT_DIR", place.join(out));
    }
    let output = command.output()?;
    Ok((output.status.success(), String::from_utf8(output.stdout)?, String::from_utf8(output.stderr)?))
}

fn makes_what_is_included_and_says_when_to_run_again(place: &Path) -> Tested {
    let (success, said, error) = run(place, Some("out"))?;
    assert!(success, "{error}");
    let lines: Vec<&str> = said.lines().collect();
    let note =
        "cargo:warning=crds/widgets.json#/spec/versions/0/schema/openAPIV3Schema/properties/spec/anyOf: ";
    let ["cargo:rerun-if-changed=crds", "cargo:rerun-if-changed=dump.json", warning] = lines.as_slice()
    else {
        panic!("{said}")
    };
    assert!(warning.starts_with(note), "{warning}");
    // `include!` takes no documentation of the module that it stands in.
    let module = fs::read_to_string(place.join("out/api/mod.rs"))?;
    assert!(module.contains("pub mod ") && !module.contains("//!"), "{module}");
    Ok(())
}

fn without_cargo_or_with_faults_it_fails(place: &Path) -> Tested {
    let (success, _, error) = run(place, None)?;
    assert!(!success && error.contains("OUT_DIR is not set; `build` is for build scripts"), "{error}");
    fs::write(place.join("crds/widgets.json"), CRD.replace("integer", "array"))?;
    let (success, _, error) = run(place, Some("out"))?;
    let fault =
        "crds/widgets.json#/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/size/items: ";
    assert!(!success && error.contains(fault) && error.contains("help: "), "{error}");
    Ok(())
}
