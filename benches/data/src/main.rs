//! Writes what the benchmarks read: lists as an API server answers with them, the same for the same seed.
//!
//! Not for CBOR and protobuf: the Go program writes those from these files, with the server's own encoders.

mod cluster;
mod definition;
mod list;
mod managed_fields;
mod pod;
mod random;
mod status;
mod workload;

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;

use crate::list::ListFile;
use crate::random::Random;
use crate::workload::Workload;

/// Writes the lists that the benchmarks read.
#[derive(Parser)]
struct Arguments {
    /// How many pods the list of near-identical pods has; the other lists grow with it.
    #[arg(long, default_value_t = 5_000)]
    pods: usize,
    /// Another seed gives other names, numbers and texts.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The folder to write to.
    #[arg(long)]
    out: PathBuf,
}

/// How many workloads the pods of the mixed cluster belong to.
const WORKLOADS: usize = 200;

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    std::fs::create_dir_all(&arguments.out)?;
    replica_set(&arguments)?;
    mixed(&arguments)
}

/// The pods of one ReplicaSet, with and without `managedFields`.
fn replica_set(arguments: &Arguments) -> Result<()> {
    let mut random = Random::new(arguments.seed);
    let workload = Workload::web();
    let mut whole = ListFile::create(&arguments.out, "pods", "v1", "PodList")?;
    let mut bare = ListFile::create(&arguments.out, "pods-bare", "v1", "PodList")?;
    for _ in 0..arguments.pods {
        let mut pod = pod::pod(&workload, &mut random);
        whole.push(&pod)?;
        managed_fields::remove(&mut pod);
        bare.push(&pod)?;
    }
    whole.finish()?;
    bare.finish()
}

/// A cluster in which little is alike, each kind in a file of its own.
fn mixed(arguments: &Arguments) -> Result<()> {
    let mut random = Random::new(arguments.seed.wrapping_add(1));
    let workloads: Vec<Workload> = (0..WORKLOADS).map(|_| Workload::random(&mut random)).collect();
    let share = |of_5000: usize| (of_5000 * arguments.pods / 5_000).max(1);
    let mut file = ListFile::create(&arguments.out, "mixed-pods", "v1", "PodList")?;
    for workload in workloads.iter().cycle().take(share(2_000)) {
        file.push(&pod::pod(workload, &mut random))?;
    }
    file.finish()?;
    let mut file = ListFile::create(&arguments.out, "mixed-secrets", "v1", "SecretList")?;
    for _ in 0..share(100) {
        file.push(&cluster::secret(&mut random))?;
    }
    file.finish()?;
    let mut file = ListFile::create(&arguments.out, "mixed-configmaps", "v1", "ConfigMapList")?;
    for _ in 0..share(1_000) {
        file.push(&cluster::config_map(&mut random))?;
    }
    file.finish()?;
    let mut file = ListFile::create(&arguments.out, "mixed-events", "v1", "EventList")?;
    for workload in workloads.iter().cycle().take(share(5_000)) {
        file.push(&cluster::event(workload, &mut random))?;
    }
    file.finish()?;
    let mut file = ListFile::create(&arguments.out, "mixed-nodes", "v1", "NodeList")?;
    for number in 0..share(300) {
        file.push(&cluster::node(number, &workloads, &mut random))?;
    }
    file.finish()?;
    let kind = "CustomResourceDefinitionList";
    let mut file = ListFile::create(&arguments.out, "mixed-definitions", "apiextensions.k8s.io/v1", kind)?;
    for _ in 0..share(100) {
        file.push(&definition::definition(&mut random))?;
    }
    file.finish()
}
