//! A folder with sources, and the command run in it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A definition of a kind with these versions, whose spec has one field.
pub(crate) fn crd(group: &str, kind: &str, versions: &[&str]) -> String {
    let plural = format!("{}s", kind.to_lowercase());
    let mut text = format!(
        "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: {plural}.{group}}}
spec:
  group: {group}
  scope: Namespaced
  names: {{plural: {plural}, kind: {kind}}}
  versions:
"
    );
    for version in versions {
        let storage = versions.first() == Some(version);
        text += &format!(
            "  - name: {version}
    served: true
    storage: {storage}
    schema:
      openAPIV3Schema:
        type: object
        properties: {{spec: {{type: object, properties: {{size: {{type: integer}}}}}}}}
"
        );
    }
    text
}

/// What the command said, and what it ended with.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A folder in which the command runs.
pub(crate) struct Bench(TempDir);

impl Bench {
    /// A folder with definitions, `crds/`: two kinds in `shop.example.com`, one of them in two versions, and one in
    /// `tools.example.org`.
    pub(crate) fn new() -> Self {
        let bench = Bench(tempfile::tempdir().unwrap());
        let shop = [crd("shop.example.com", "Widget", &["v1", "v1beta1"]), "---\n".into()].concat()
            + &crd("shop.example.com", "Depot", &["v1"]);
        bench.write("crds/shop.yaml", &shop);
        bench.write("crds/tools.yml", &crd("tools.example.org", "Hammer", &["v2"]));
        bench
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// The files of a folder with their text, by name.
    pub(crate) fn files(&self, folder: &str) -> BTreeMap<String, String> {
        let (mut files, mut open) = (BTreeMap::new(), vec![self.path().join(folder)]);
        while let Some(inside) = open.pop() {
            for entry in fs::read_dir(&inside).into_iter().flatten() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => open.push(path),
                    false => {
                        let name = path.strip_prefix(self.path().join(folder)).unwrap().display().to_string();
                        files.insert(name, fs::read_to_string(&path).unwrap());
                    }
                }
            }
        }
        files
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        self.run_with(arguments, "")
    }

    /// Runs the command in the folder with this standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &str) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kubesdk-gen"));
        command.args(arguments).current_dir(self.path());
        // Nothing of the caller's surroundings: no kubeconfig, no proxy.
        command.env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // Who is called wrongly does not read it.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Runs the command with words that hold no spaces; it must end with `code` and say these parts.
    #[track_caller]
    pub(crate) fn check(&self, line: &str, code: i32, out: &[&str], err: &[&str]) -> Said {
        let said = self.run(&line.split_whitespace().collect::<Vec<_>>());
        said.expect(code, out, err);
        said
    }
}

impl Said {
    /// It ended with `code` and said these parts; where none are expected, nothing at all.
    #[track_caller]
    pub(crate) fn expect(&self, code: i32, out: &[&str], err: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:#?}");
        for (said, parts) in [(&self.out, out), (&self.err, err)] {
            assert_eq!(said.is_empty(), parts.is_empty(), "{self:#?}");
            for part in parts {
                assert!(said.contains(part), "{part:?} is missing: {self:#?}");
            }
        }
    }
}
