//! Runs the benchmarks and writes `benches/RESULTS.md`: each one replaces its own section.

mod clock;
mod compile;
mod machine;
mod regenerate;
mod results;
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
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// Everything.
    All,
    /// How long types and applications take to build.
    Compile,
    /// How long the SDK takes to generate, from one, four and sixteen times the documents.
    Regenerate,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let rounds = arguments.rounds.max(1);
    let all = arguments.what == What::All;
    if all || arguments.what == What::Regenerate {
        results::write("regenerate", &regenerate::run(rounds)?)?;
    }
    if all || arguments.what == What::Compile {
        results::write("compile", &compile::run(rounds)?)?;
    }
    Ok(())
}

/// The folder `benches`.
fn benches() -> PathBuf {
    let runner = Path::new(env!("CARGO_MANIFEST_DIR"));
    runner.parent().unwrap_or(runner).to_owned()
}
