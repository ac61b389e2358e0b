//! `cargo xtask api-diff`: the differences between the APIs of two folders of documents, of two servers, or of a
//! folder and a server.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, ValueEnum};
use kubesdk_generator::{ApiDiff, Effect, Surface};

use crate::{regenerate, root};

/// What the command line says.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The API as it was: a folder of documents (specs/v1.37), or a server: `context=NAME` of KUBECONFIG,
    /// `kubeconfig=PATH`, or `kubeconfig=PATH#CONTEXT`.
    before: String,
    /// The API as it is, in the same ways.
    after: String,
    /// How to say it: lines for a terminal, JSON for programs, or one HTML page that can be searched.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The file to write, whole or not at all; by default it goes to standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Fails when a difference breaks code that uses stable group-versions.
    #[arg(long)]
    deny_breaking: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
    Html,
}

/// Compares, and gives what goes to standard output.
pub(crate) fn run(arguments: &Arguments) -> Result<String> {
    let (before, after) = (&arguments.before, &arguments.after);
    let diff = surface(before)?.diff(&surface(after)?);
    let text = match arguments.format {
        Format::Text => diff.to_text(before, after),
        Format::Json => diff.to_json(before, after)?,
        Format::Html => diff.to_html(before, after),
    };
    let said = match &arguments.out {
        None => text.trim_end().to_owned(),
        Some(path) => {
            write(path, &text)?;
            format!("{} differences in {}", diff.changes.len(), path.display())
        }
    };
    refuse_breaking(&diff, arguments.deny_breaking, &said)?;
    Ok(said)
}

/// An error for scripts, after the report: what breaks has been written or is printed now.
fn refuse_breaking(diff: &ApiDiff, deny: bool, said: &str) -> Result<()> {
    if deny && diff.is_breaking() {
        println!("{said}");
        bail!("{} differences break code that uses stable group-versions", diff.count(Effect::Breaking));
    }
    Ok(())
}

fn surface(side: &str) -> Result<Surface> {
    let documents = match server(side) {
        None => regenerate::documents(&root().join(side))?,
        Some(server) => fetched(side, server)?,
    };
    Surface::read(&documents).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        anyhow!("{} faults in the documents of {side}\n{}", lines.len(), lines.join("\n"))
    })
}

/// A server that is named: its kubeconfig and context.
struct Server {
    kubeconfig: Option<PathBuf>,
    context: Option<String>,
}

fn server(side: &str) -> Option<Server> {
    if let Some(context) = side.strip_prefix("context=") {
        return Some(Server { kubeconfig: None, context: Some(context.to_owned()) });
    }
    let rest = side.strip_prefix("kubeconfig=")?;
    let (path, context) = match rest.rsplit_once('#') {
        Some((path, context)) => (path, Some(context.to_owned())),
        None => (rest, None),
    };
    Some(Server { kubeconfig: Some(PathBuf::from(path)), context })
}

#[cfg(feature = "live")]
fn fetched(side: &str, server: Server) -> Result<Vec<kubesdk_generator::Document>> {
    let folder = tempfile::tempdir().context("making a folder for the documents")?;
    let out = folder.path().join("documents");
    crate::fetch::into_folder(server.kubeconfig, server.context, &out).with_context(|| side.to_owned())?;
    regenerate::documents(&out)
}

#[cfg(not(feature = "live"))]
fn fetched(side: &str, server: Server) -> Result<Vec<kubesdk_generator::Document>> {
    let _ = (server.kubeconfig, server.context);
    bail!("{side} names a server, which needs the feature `live` of xtask; name a folder")
}

fn write(path: &Path, text: &str) -> Result<()> {
    let path = root().join(path);
    let folder = path.parent().unwrap_or(Path::new("."));
    let cannot =
        || format!("cannot write {}; check that the folder exists and may be written to", path.display());
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(cannot)?;
    file.write_all(text.as_bytes()).with_context(cannot)?;
    let mode = std::fs::metadata(&path).map(|it| it.permissions()).ok();
    file.persist(&path).with_context(cannot)?;
    regenerate::set_mode(&path, mode)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_are_folders_or_servers() {
        let check = |side: &str, expected: Option<(Option<&str>, Option<&str>)>| {
            let found = server(side);
            let found = found
                .as_ref()
                .map(|it| (it.kubeconfig.as_deref().and_then(Path::to_str), it.context.as_deref()));
            assert_eq!(found, expected, "{side}");
        };
        check("specs/v1.37", None);
        check("context=prod", Some((None, Some("prod"))));
        check("kubeconfig=a/b", Some((Some("a/b"), None)));
        check("kubeconfig=a#b#prod", Some((Some("a#b"), Some("prod"))));
    }
}
