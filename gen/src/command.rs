//! The command line around the generator, with progress and notes: what `kubesdk-gen` and `cargo xtask regenerate --from`
//! have in common.

mod arguments;

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

pub use self::arguments::Arguments;

use crate::{Builtin, Error, Generator, Made};

/// Generates what the arguments say into their folder, or compares with it. Progress goes to a terminal at standard
/// error, if there is one, and what is to be noted there in any case.
///
/// `more` adds sources that are the program's own.
///
/// # Errors
///
/// As those of [`Generator::write`] or [`Generator::check`], and when a server does not answer as it should; without the
/// feature `server` none is asked.
pub fn run(
    arguments: &Arguments,
    builtin: &Builtin,
    check: bool,
    more: impl FnOnce(Generator) -> Generator,
) -> Result<Made, Error> {
    let Some(out) = &arguments.out else { return Err(Error::message("no folder is named: give --out DIR")) };
    let bar = spinner();
    let mut generator = more(arguments.generator(builtin));
    if arguments.asks_server() {
        generator = with_server(generator, arguments, builtin, &bar)?;
    }
    bar.set_message("generating");
    let made = if check { generator.check(out) } else { generator.write(out) }?;
    bar.finish_and_clear();
    made.notes.iter().for_each(note);
    made.extension.notes.iter().for_each(note);
    Ok(made)
}

/// Adds what the server has beyond kubesdk; what it does not give is told at once, as it may explain a fault that follows.
#[cfg(feature = "server")]
fn with_server(
    generator: Generator,
    arguments: &Arguments,
    builtin: &Builtin,
    bar: &ProgressBar,
) -> Result<Generator, Error> {
    use crate::server::{self, Server};

    let server = Server::new(server::config(arguments.kubeconfig.as_deref(), arguments.context.as_deref())?)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|cause| Error::message(format!("cannot start: {cause}")))?;
    let found = runtime.block_on(server.beyond(builtin, &arguments.group, |what| bar.set_message(what)))?;
    found.notes.iter().for_each(|it| bar.suspend(|| note(it)));
    Ok(generator.published(found.published).swagger_documents(found.swagger))
}

#[cfg(not(feature = "server"))]
fn with_server(_: Generator, _: &Arguments, _: &Builtin, _: &ProgressBar) -> Result<Generator, Error> {
    Err(Error::message(
        "a server is named, and this program was built without the feature that asks one: leave \
         --no-default-features out, or give its documents with --openapi",
    ))
}

fn note(what: impl std::fmt::Display) {
    eprintln!("note: {what}");
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
