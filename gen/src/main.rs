//! The command `kubesdk-gen`: sources, choices and a folder from a command line.
//!
//! It ends with 0 when the folder holds what it should, 1 when something is wrong with the sources, the server or the
//! folder, 2 when it is called wrongly, and 3 when `--check` finds that the folder is not up to date.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::{ArgGroup, Parser};
use kubesdk_gen::command::{self, Arguments};

/// What `--check` ends with when the folder is not up to date.
const STALE: u8 = 3;

/// Types and endpoints of custom resources and aggregated APIs, for use with kubesdk.
///
/// Ends with 0 when the folder holds what it should, 1 for a fault, 2 for a wrong call, 3 when --check finds differences.
#[derive(Parser)]
#[command(name = "kubesdk-gen", version)]
#[command(group = ArgGroup::new("source").required(true).multiple(true).requires("out"))]
struct Program {
    #[command(flatten)]
    arguments: Arguments,
    /// Changes nothing; ends with 3 when the folder is not what would be made.
    #[arg(long)]
    check: bool,
}

fn main() -> ExitCode {
    let Program { arguments, check } = Program::parse();
    let made = kubesdk_gen::builtin().and_then(|builtin| command::run(&arguments, &builtin, check, |it| it));
    match made {
        Ok(made) => {
            println!("{}", made.report());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            if error.is_stale() { ExitCode::from(STALE) } else { ExitCode::FAILURE }
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Program::command().debug_assert();
        let asks = |line: &str| Program::try_parse_from(line.split(' ')).map(|it| it.arguments.asks_server());
        assert!(asks("x --context c --out o").unwrap() && asks("x --server --out o").unwrap());
        assert!(!asks("x --crd - --out o").unwrap());
        for line in ["x --out o", "x --crd -", "x --crd - --out o --kubesdk k"] {
            assert_eq!(asks(line).unwrap_err().exit_code(), 2, "{line}");
        }
    }
}
