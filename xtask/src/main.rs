//! The tasks of this repository: `cargo xtask <task>`. This file only dispatches.

mod api_diff;
#[cfg(feature = "live")]
mod cluster;
#[cfg(feature = "live")]
mod fetch;
mod from;
mod progress;
mod regenerate;
mod test;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgGroup, Parser, Subcommand};
use kubesdk_gen::command::Arguments as Beside;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The tasks of this repository")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Generates the SDK from the documents in a specs folder: no network, no cluster.
    #[command(group = ArgGroup::new("source").multiple(true).requires("out").conflicts_with_all(["specs", "deny_unknown"]))]
    Regenerate {
        /// Changes nothing; fails when the committed code is not what would be generated.
        #[arg(long)]
        check: bool,
        /// The folder of documents.
        #[arg(long, default_value = regenerate::RECORD)]
        specs: PathBuf,
        /// Unknown extensions and parameters are errors; always so for the documents of record.
        #[arg(long)]
        deny_unknown: bool,
        /// Makes code beside kubesdk instead, as kubesdk-gen does, of CustomResourceDefinitions (a file, a folder or -),
        /// a folder of documents (*.json) or an OpenAPI v2 document; repeatable. What follows is as with kubesdk-gen;
        /// its sources may stand beside --from or in its place.
        #[arg(long, value_name = "FILE|DIR|-", group = "source", help_heading = "Code beside kubesdk")]
        from: Vec<PathBuf>,
        #[command(flatten, next_help_heading = "Code beside kubesdk")]
        beside: Box<Beside>,
    },
    /// Says what differs between the APIs of two folders or servers, and whether it breaks code.
    ApiDiff(api_diff::Arguments),
    /// Fetches the documents that an API server publishes into a folder under `specs`.
    #[cfg(feature = "live")]
    Fetch(fetch::Arguments),
    /// Starts, stops and lists real control planes on loopback.
    #[cfg(feature = "live")]
    #[command(subcommand)]
    Cluster(cluster::Command),
    /// Runs every check that a change must pass; CI runs this and nothing else.
    Test,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().task {
        Task::Regenerate { check, from, beside, .. } if beside.out.is_some() => {
            from::run(&from, &beside, check)
        }
        Task::Regenerate { check, specs, deny_unknown, .. } => regenerate::run(&specs, check, deny_unknown),
        Task::ApiDiff(arguments) => api_diff::run(&arguments),
        #[cfg(feature = "live")]
        Task::Fetch(arguments) => fetch::run(&arguments),
        #[cfg(feature = "live")]
        Task::Cluster(command) => cluster::run(command),
        Task::Test => test::run(),
    };
    match result {
        Ok(summary) => {
            println!("{summary}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The root of the workspace, whatever folder the task was started in.
fn root() -> PathBuf {
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root
}
