//! The command `kubesdk-gen`: sources, choices and a folder from a command line.
//!
//! It ends with 0 when the folder holds what it should, 1 when something is wrong with the sources, the server or the
//! folder, 2 when it is called wrongly, and 3 when `--check` finds that the folder is not up to date.
#![forbid(unsafe_code)]

mod arguments;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use kubesdk_gen::server::{self, Index, Server};
use kubesdk_gen::{Document, Error, Made};

use self::arguments::Arguments;

/// What `--check` ends with when the folder is not up to date.
const STALE: u8 = 3;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(made) => {
            for note in &made.notes {
                eprintln!("note: {note}");
            }
            for note in &made.extension.notes {
                eprintln!("note: {note}");
            }
            println!("{}", made.report());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            if error.is_stale() { ExitCode::from(STALE) } else { ExitCode::FAILURE }
        }
    }
}

fn run(arguments: &Arguments) -> Result<Made, Error> {
    let bar = spinner();
    let mut generator = arguments.generator();
    if arguments.asks_server() {
        generator = generator.documents(fetch(arguments, &bar)?);
    }
    bar.set_message("generating");
    let made = match arguments.check {
        true => generator.check(&arguments.out),
        false => generator.write(&arguments.out),
    };
    bar.finish_and_clear();
    made
}

/// The documents of the server, but for those of groups that kubesdk has.
fn fetch(arguments: &Arguments, bar: &ProgressBar) -> Result<Vec<Document>, Error> {
    let config = server::config(arguments.kubeconfig.as_deref(), arguments.context.as_deref())?;
    let server = Server::new(config)?;
    bar.set_message(format!("asking {}", server.url()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|cause| Error::from(format!("cannot start: {cause}")))?;
    let builtin = kubesdk_gen::builtin()?;
    let is_wanted = |path: &str| match path.strip_prefix("apis/") {
        Some(group_version) if group_version.contains('/') => !builtin.has(group_version),
        Some(group) => !builtin.has_group(group),
        None => false,
    };
    let fetched = runtime.block_on(async {
        let index = server.index().await?;
        for missing in server.without_document(&index).await?.iter().filter(|it| !builtin.has(it)) {
            let note = format!(
                "note: {missing} has no document: what serves it may be down; what it has is not made"
            );
            bar.suspend(|| eprintln!("{note}"));
        }
        let wanted: Index = index.into_iter().filter(|(_, it)| is_wanted(&it.path)).collect();
        let all = wanted.len();
        server.documents(wanted, |come| bar.set_message(format!("{come} of {all} documents"))).await
    })?;
    for missing in &fetched.missing {
        eprintln!("note: {missing}; what it has is not made");
    }
    let documents = fetched.documents.into_iter().map(|(name, body)| {
        let text = String::from_utf8(body.to_vec());
        let text = text.map_err(|_| Error::from(format!("{}: {name} is no UTF-8 text", server.url())))?;
        Ok(Document { name, text })
    });
    documents.collect()
}

/// Shows what is done, with the seconds that have passed; nothing when no terminal looks.
fn spinner() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
