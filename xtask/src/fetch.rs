//! `cargo xtask fetch`: the documents that an API server publishes become a folder under `specs`, whole or not at all.

mod document;
mod flags;
mod folder;
mod json;
mod running;
mod source;
mod target;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, anyhow, bail, ensure};
use indicatif::{DecimalBytes, ProgressBar};
use kubesdk_gen::server::{self, Index, Server};

use self::flags::Flags;
use self::folder::Folder;
use self::source::{Document, Source};
use self::target::Wish;
use crate::{progress, regenerate, root};

/// Which server is asked, and where its documents go.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The kubeconfig file; by default those that KUBECONFIG lists, else ~/.kube/config.
    #[arg(long, value_name = "PATH")]
    kubeconfig: Option<PathBuf>,
    /// The context, by default the current one.
    #[arg(long, value_name = "NAME")]
    context: Option<String>,
    /// The folder to write, relative to the repository; by default the one under `specs` that came from such a server
    /// (version and flags), else a new one named after the version.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Overwrites a folder that came from a server of another version or with other flags.
    #[arg(long)]
    replace: bool,
    /// How the server was started, as far as it changes the documents, if it does not tell that itself (/flagz):
    /// "--runtime-config=api/all=true --feature-gates=AllAlpha=true".
    #[arg(long, value_name = "FLAGS", allow_hyphen_values = true)]
    flags: Option<String>,
}

/// What a fetch did.
struct Fetched {
    folder: PathBuf,
    documents: usize,
    transferred: usize,
    notes: Vec<String>,
}

/// Fetches the documents of a server into a folder that is new or came from it.
pub(crate) fn into_folder(kubeconfig: Option<PathBuf>, context: Option<String>, out: &Path) -> Result<()> {
    let out = Some(out.to_owned());
    let arguments = Arguments { kubeconfig, context, out, replace: false, flags: None };
    obtain(&arguments, &server(&arguments)?).map(drop)
}

/// Fetches, and says in one line what came of it.
pub(crate) fn run(arguments: &Arguments) -> Result<String> {
    let start = Instant::now();
    let server = server(arguments)?;
    println!("fetching from {}", server.url());
    let fetched = obtain(arguments, &server)?;
    let root = root();
    let folder = fetched.folder.strip_prefix(&root).unwrap_or(&fetched.folder);
    Ok(format!(
        "{} documents in {}, {} of them transferred now, {} received, in {:.1} s; next: {}",
        fetched.documents,
        folder.display(),
        fetched.transferred,
        DecimalBytes(server.received()),
        start.elapsed().as_secs_f64(),
        next(folder)
    ))
}

/// Fetches with a bar that shows how far it is, and says what there is to note.
fn obtain(arguments: &Arguments, server: &Server) -> Result<Fetched> {
    let root = root();
    let given = arguments.flags.as_deref().map(Flags::parse).transpose().context("--flags")?;
    let out = arguments.out.as_ref().map(|it| root.join(it));
    let wish = Wish { specs: root.join("specs"), out, replace: arguments.replace };
    let bar = progress::spinner("asking for the index");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let fetched = runtime.block_on(fetch(server, &wish, given, &bar));
    bar.finish_and_clear();
    let fetched = fetched.map_err(|error| anyhow!("{error:#}\nno file was changed"))?;
    for note in &fetched.notes {
        eprintln!("note: {note}");
    }
    Ok(fetched)
}

/// The command that makes something of the folder.
fn next(folder: &Path) -> String {
    if folder == Path::new(regenerate::RECORD) {
        return "cargo xtask regenerate".to_owned();
    }
    format!("cargo xtask regenerate --specs {}", folder.display())
}

/// The server that kubectl would ask with the same arguments.
fn server(arguments: &Arguments) -> Result<Server> {
    let config = server::config(arguments.kubeconfig.as_deref(), arguments.context.as_deref())?;
    Ok(Server::new(config)?)
}

async fn fetch(server: &Server, wish: &Wish, given: Option<Flags>, bar: &ProgressBar) -> Result<Fetched> {
    let index = server.index().await?;
    let known = wish.known()?;
    if let Some(folder) = up_to_date(&known, &index, given.as_ref())? {
        return Ok(Fetched { folder, documents: index.len(), transferred: 0, notes: Vec::new() });
    }
    let mut notes = Vec::new();
    let version = running::version(server).await?;
    let flags = flags(server, given, &mut notes).await?;
    let folder = wish.choose(known, &version, flags.as_ref())?;
    let (mut files, wanted) = plan(&folder, &index, &mut notes)?;
    let transferred = wanted.len();
    files.extend(transfer(server, wanted, bar).await?);
    ensure!(
        transferred == 0 || server.index().await? == index,
        "{}: the documents changed during the fetch; wait until the server has settled and try again",
        server.url()
    );
    let source = Source { documents: record(&index, &files), flags, server: version };
    files.insert(source::FILE.to_owned(), source.text()?);
    folder.replace(&files)?;
    Ok(Fetched { folder: folder.path, documents: index.len(), transferred, notes })
}

/// A folder that holds all that the server has, by the hashes in its index.
fn up_to_date(known: &[Folder], index: &Index, given: Option<&Flags>) -> Result<Option<PathBuf>> {
    for folder in known {
        // Flags that were given and are not recorded yet are a reason to write the record again.
        let said = folder.source.as_ref().and_then(|it| it.flags.as_ref());
        if (given.is_none() || given == said) && folder.holds(index)? {
            return Ok(Some(folder.path.clone()));
        }
    }
    Ok(None)
}

/// The server's flags: its own word, else the user's, else nothing.
async fn flags(server: &Server, given: Option<Flags>, notes: &mut Vec<String>) -> Result<Option<Flags>> {
    match (running::flags(server).await?, given) {
        (Ok(served), Some(given)) if served != given => {
            bail!("the server was started with `{served}`, and --flags says `{given}`; leave --flags out")
        }
        (Ok(served), _) => Ok(Some(served)),
        (Err(_), Some(given)) => Ok(Some(given)),
        (Err(reason), None) => {
            notes.push(format!(
                "the server does not tell its flags, so they are recorded as unknown ({}: {reason}); --flags says how \
                 it was started",
                flags::PATH
            ));
            Ok(None)
        }
    }
}

/// What can be taken over from the folder, and what must be transferred.
fn plan(
    folder: &Folder,
    index: &Index,
    notes: &mut Vec<String>,
) -> Result<(BTreeMap<String, String>, Index)> {
    let mut intact = folder.intact()?;
    let (mut files, mut wanted) = (BTreeMap::new(), Index::new());
    for (file, entry) in index {
        let recorded = folder.source.as_ref().and_then(|it| it.documents.get(file));
        let unchanged = recorded.is_some_and(|it| entry.hash.is_some() && it.hash == entry.hash);
        match intact.remove(file) {
            Some(text) if unchanged => {
                files.insert(file.clone(), text);
            }
            found => {
                if unchanged && found.is_none() {
                    notes.push(format!("{file} is not what was fetched last time; it was fetched again"));
                }
                wanted.insert(file.clone(), entry.clone());
            }
        }
    }
    Ok((files, wanted))
}

/// The texts of documents as they will stand in their files. Without one of them the record would be wrong: the first
/// that fails ends all.
async fn transfer(server: &Server, wanted: Index, bar: &ProgressBar) -> Result<BTreeMap<String, String>> {
    let all = wanted.len();
    let urls: BTreeMap<String, String> =
        wanted.iter().map(|(file, it)| (file.clone(), it.url.clone())).collect();
    let progress = |come| bar.set_message(format!("{come} of {all} documents"));
    let fetched = server.documents(wanted, |_| true, progress).await?;
    if let Some(missing) = fetched.missing.into_iter().next() {
        return Err(missing.into());
    }
    let texts = fetched.documents.into_iter().map(|(file, body)| {
        let place = || format!("{}{}", server.url(), urls.get(&file).map_or("", String::as_str));
        let text = document::text(&body).with_context(place)?;
        Ok((file, text))
    });
    texts.collect()
}

/// What the record says of the documents.
fn record(index: &Index, files: &BTreeMap<String, String>) -> BTreeMap<String, Document> {
    let documents = index.iter().filter_map(|(file, entry)| {
        let sha256 = source::sha256(files.get(file)?.as_bytes());
        Some((file.clone(), Document { hash: entry.hash.clone(), path: entry.path.clone(), sha256 }))
    });
    documents.collect()
}
