//! Who is measured, and on what: each measurement is a process of its own.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::programs::{Programs, finish_with_output};

/// A library with what it decodes into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    /// How the files of its format end.
    extension: &'static str,
    by: By,
}

/// The program, and what it calls the library or the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Rust(&'static str),
    Go(&'static str),
}

const fn rust(name: &'static str, library: &'static str) -> Contender {
    Contender { name, extension: "json", by: By::Rust(library) }
}

const fn go(name: &'static str, format: &'static str, extension: &'static str) -> Contender {
    Contender { name, extension, by: By::Go(format) }
}

/// What is measured, the rest is measured beside it.
pub(crate) const KUBESDK: Contender = rust("kubesdk", "kubesdk");
pub(crate) const KUBESDK_PART: Contender = rust("kubesdk, names and labels alone", "kubesdk-part");
pub(crate) const KUBESDK_CBOR: Contender =
    Contender { extension: "cbor", ..rust("kubesdk CBOR", "kubesdk-cbor") };
/// What kube-rs gives its users.
pub(crate) const KUBE: Contender = rust("kube-rs (`ObjectList`)", "kube");
pub(crate) const K8S_OPENAPI: Contender = rust("k8s-openapi, serde_json", "k8s-openapi");
pub(crate) const CLIENT_GO_JSON: Contender = go("client-go JSON", "json", "json");
pub(crate) const CLIENT_GO_CBOR: Contender = go("client-go CBOR", "cbor", "cbor");
pub(crate) const CLIENT_GO_PROTOBUF: Contender = go("client-go protobuf", "protobuf", "pb");

/// Everyone, in the order of the tables.
pub(crate) const ALL: &[Contender] = &[
    KUBESDK,
    KUBE,
    K8S_OPENAPI,
    rust("k8s-openapi, sonic-rs", "sonic-rs"),
    rust("k8s-openapi, simd-json", "simd-json"),
    rust("serde_json `Value`", "serde-json-value"),
    rust("sonic-rs `Value`", "sonic-rs-value"),
    rust("simd-json `OwnedValue`", "simd-json-value"),
    CLIENT_GO_JSON,
    CLIENT_GO_PROTOBUF,
    KUBESDK_CBOR,
    CLIENT_GO_CBOR,
];

/// A file with a list of one kind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct List {
    pub(crate) kind: &'static str,
    pub(crate) file: &'static str,
}

pub(crate) const PODS: &[List] = &[List { kind: "Pod", file: "pods" }];
pub(crate) const PODS_BARE: &[List] = &[List { kind: "Pod", file: "pods-bare" }];
pub(crate) const MIXED: &[List] = &[
    List { kind: "Pod", file: "mixed-pods" },
    List { kind: "Secret", file: "mixed-secrets" },
    List { kind: "ConfigMap", file: "mixed-configmaps" },
    List { kind: "Event", file: "mixed-events" },
    List { kind: "Node", file: "mixed-nodes" },
    List { kind: "CustomResourceDefinition", file: "mixed-definitions" },
];

/// What was measured, seconds and bytes; zero where the operation does not measure it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Figures {
    /// The first time in a process.
    pub(crate) first: f64,
    /// The least of the later times.
    pub(crate) best: f64,
    /// The least CPU of the later times, of all threads.
    pub(crate) cpu: f64,
    /// What is held at the end.
    pub(crate) held: f64,
    /// The most that was held.
    pub(crate) peak: f64,
    pub(crate) items: f64,
}

impl Contender {
    /// True for client-go, which never says when it frees.
    pub(crate) fn collects_garbage(self) -> bool {
        matches!(self.by, By::Go(_))
    }

    /// The size of what it decodes.
    pub(crate) fn bytes(self, programs: &Programs, lists: &[List]) -> Result<u64> {
        let sizes = lists.iter().map(|list| Ok(std::fs::metadata(self.file(programs, *list))?.len()));
        sizes.sum()
    }

    /// The least of so many processes for each list, summed over the lists.
    pub(crate) fn measure(
        self,
        programs: &Programs,
        operation: &str,
        lists: &[List],
        rounds: usize,
    ) -> Result<Figures> {
        let mut sum = Figures::default();
        for list in lists {
            let mut least: Option<Figures> = None;
            for _ in 0..rounds {
                let figures = self.once(programs, operation, *list)?;
                least = Some(least.map_or(figures, |least| least.merged(figures, f64::min)));
            }
            let largest_peak = sum.peak.max(least.context("no rounds")?.peak);
            sum = sum.merged(least.context("no rounds")?, |one, other| one + other);
            sum.peak = largest_peak;
        }
        Ok(sum)
    }

    fn once(self, programs: &Programs, operation: &str, list: List) -> Result<Figures> {
        let file = self.file(programs, list);
        let mut command;
        let repeats = if ["clone", "compare", "drop"].contains(&operation) { "3" } else { "5" };
        match self.by {
            By::Rust(library) => {
                let counts = operation.ends_with("memory");
                command = Command::new(if counts { &programs.counted } else { &programs.timed });
                command.args([library, operation, list.kind]).arg(file).args(["--rounds", repeats]);
            }
            By::Go(format) => {
                command = Command::new(&programs.peer);
                command.args(["measure", format, operation]).arg(file).arg(repeats);
            }
        }
        let printed: Value = serde_json::from_str(&finish_with_output(&mut command)?)?;
        let time = |key: &str| printed["times"][key].as_f64().unwrap_or(0.0);
        let size = |key: &str| printed[key].as_f64().unwrap_or(0.0);
        Ok(Figures {
            first: time("first"),
            best: time("best"),
            cpu: time("cpu"),
            held: size("held"),
            peak: size("peak"),
            items: size("items"),
        })
    }

    fn file(self, programs: &Programs, list: List) -> PathBuf {
        programs.data.join(list.file).with_extension(self.extension)
    }
}

impl Figures {
    fn merged(self, other: Self, by: impl Fn(f64, f64) -> f64) -> Self {
        Figures {
            first: by(self.first, other.first),
            best: by(self.best, other.best),
            cpu: by(self.cpu, other.cpu),
            held: by(self.held, other.held),
            peak: by(self.peak, other.peak),
            items: by(self.items, other.items),
        }
    }
}
