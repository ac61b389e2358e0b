//! One measurement of one library on one file, in a process of its own: what the runner starts again and again.
//!
//! `timed` and `counted` are the same program, the latter over an allocator that counts: counting costs time.

mod contender;
mod json;
mod kinds;
mod kubesdk;
mod measure;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, ValueEnum};

pub use measure::Heap;

/// Measures one library once and prints one line of JSON: seconds, bytes and the number of items.
#[derive(Parser)]
struct Arguments {
    #[arg(value_enum)]
    library: Library,
    #[arg(value_enum)]
    operation: Operation,
    /// The kind of the list's items.
    kind: String,
    /// A file that holds a list.
    file: PathBuf,
    /// How often the operation is repeated after the first.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

/// Who decodes and encodes, into what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Library {
    /// The types and the JSON of kubesdk.
    Kubesdk,
    /// The types and the CBOR of kubesdk.
    KubesdkCbor,
    /// The same, but of each pod only its name, namespace and labels.
    KubesdkPart,
    /// `k8s_openapi::List` by serde_json.
    K8sOpenapi,
    /// What `kube::Api::list` gives: `ObjectList` of k8s-openapi's types by serde_json.
    Kube,
    /// k8s-openapi's types by sonic-rs.
    SonicRs,
    /// k8s-openapi's types by simd-json.
    SimdJson,
    /// `serde_json::Value`.
    SerdeJsonValue,
    /// `sonic_rs::Value`.
    SonicRsValue,
    /// `simd_json::OwnedValue`.
    SimdJsonValue,
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Operation {
    /// From a body in memory to a list.
    Decode,
    /// From a list to bytes in a new buffer.
    Encode,
    /// From a list to bytes in a buffer that was used before.
    EncodeUsed,
    /// From a list to bytes that go nowhere as they come.
    Write,
    /// A deep copy of a list.
    Clone,
    /// Whether a list equals its copy.
    Compare,
    /// Freeing a list.
    Drop,
    /// From a body in memory to items that are dropped one by one.
    Stream,
    /// What a decoded list holds, and the most that decoding takes.
    Memory,
    /// The most that is held while a file is read item by item.
    StreamMemory,
    /// What the process grows by.
    Resident,
}

/// Runs the program; `heap` says what the counting allocator counts, if there is one.
///
/// # Errors
///
/// When the file cannot be read or decoded, or the library does not have the operation.
pub fn run(heap: Option<&dyn Heap>) -> Result<()> {
    println!("{}", kinds::run(&Arguments::parse(), heap)?);
    Ok(())
}
