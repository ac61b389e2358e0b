//! Runs the benchmarks and writes `benches/RESULTS.md`: each one replaces its own section.

mod aims;
mod chart;
mod clock;
mod compile;
mod contender;
mod decode;
mod encode;
mod generate;
mod get;
mod list;
mod machine;
mod memory;
mod mixed;
mod objects;
mod programs;
mod regenerate;
mod results;
mod size;
mod streams;
mod table;

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Parser, ValueEnum};

/// Runs benchmarks beside the peers and writes benches/RESULTS.md.
#[derive(Parser)]
struct Arguments {
    /// What to run; `all` by default.
    #[arg(value_enum, default_value = "all")]
    what: What,
    /// How often each thing is measured; the least is shown.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// How many pods the lists have. Figures are only comparable with the default.
    #[arg(long, default_value_t = 5_000)]
    pods: usize,
    /// What the data is made from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// Everything.
    All,
    /// Builds the programs and writes the data, and measures nothing.
    Prepare,
    /// How long the list of pods takes to decode.
    Decode,
    /// How long it takes to encode.
    Encode,
    /// How long it takes to copy, compare and free.
    Objects,
    /// The same of a cluster in which little is alike.
    Mixed,
    /// What lists hold.
    Memory,
    /// What listing them from a real API server costs the client.
    List,
    /// What a small call costs the client, and how soon a fresh process has its first answer.
    Get,
    /// What events of a watch cost.
    Watch,
    /// How soon a command in a pod has begun and ended.
    Exec,
    /// What bytes through a forwarded port cost.
    Forward,
    /// What copies of a large file into a pod and out of it cost.
    Copy,
    /// How much code there is to compile; a report, not timed.
    Size,
    /// How long types and applications take to build.
    Compile,
    /// How long the SDK takes to generate, from one, four and sixteen times the documents.
    Regenerate,
    /// How long `kubesdk-gen` takes for up to 500 definitions of 2,000 lines.
    Generate,
    /// How long crates of what it makes take to build.
    Generated,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let rounds = arguments.rounds.max(1);
    let wanted = |what| arguments.what == What::All || arguments.what == what;
    let measures =
        [What::Prepare, What::Decode, What::Encode, What::Objects, What::Mixed, What::Memory, What::List];
    if measures.into_iter().any(wanted) {
        let size = programs::Size { pods: arguments.pods, seed: arguments.seed };
        let programs = programs::prepare(size)?;
        if wanted(What::Decode) {
            results::write("decode", &decode::run(&programs, rounds)?)?;
        }
        if wanted(What::Encode) {
            results::write("encode", &encode::run(&programs, rounds)?)?;
        }
        if wanted(What::Objects) {
            results::write("objects", &objects::run(&programs, rounds)?)?;
        }
        if wanted(What::Mixed) {
            results::write("mixed", &mixed::run(&programs, rounds)?)?;
        }
        if wanted(What::Memory) {
            results::write("memory", &memory::run(&programs)?)?;
        }
        if wanted(What::List) {
            results::write("list", &list::run(&programs, rounds)?)?;
        }
    }
    if wanted(What::Get) {
        results::write("get", &get::run(rounds)?)?;
    }
    if wanted(What::Watch) {
        let size = programs::Size { pods: arguments.pods, seed: arguments.seed };
        results::write("watch", &streams::watch(size, rounds)?)?;
    }
    if wanted(What::Exec) {
        results::write("exec", &streams::exec(rounds)?)?;
    }
    if wanted(What::Forward) {
        results::write("forward", &streams::forward(rounds)?)?;
    }
    if wanted(What::Copy) {
        results::write("copy", &streams::copy(rounds)?)?;
    }
    if wanted(What::Size) {
        results::write("size", &size::run()?)?;
    }
    if wanted(What::Regenerate) {
        results::write("regenerate", &regenerate::run(rounds)?)?;
    }
    if wanted(What::Generate) {
        results::write("generate", &generate::run(rounds)?)?;
    }
    if wanted(What::Generated) {
        results::write("generated", &generate::compile(rounds)?)?;
    }
    if wanted(What::Compile) {
        results::write("compile", &compile::run(rounds)?)?;
    }
    Ok(())
}

/// The folder `benches`.
fn benches() -> PathBuf {
    let runner = Path::new(env!("CARGO_MANIFEST_DIR"));
    runner.parent().unwrap_or(runner).to_owned()
}
