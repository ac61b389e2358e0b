//! `cargo xtask fetch`: the documents that an API server publishes become a folder under `specs`, whole or not at all.

mod document;
mod flags;
mod folder;
mod index;
mod json;
mod server;
mod source;
mod target;
mod watched;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, anyhow, bail, ensure};
use indicatif::{DecimalBytes, ProgressBar};
use kubesdk_runtime::Config;
use tokio::task::JoinSet;

use self::flags::Flags;
use self::folder::Folder;
use self::index::{Entry, Index};
use self::server::Server;
use self::source::{Document, Source};
use self::target::Wish;
use crate::{progress, regenerate, root};

/// How many documents are under way at a time: enough to hide the way to a distant server, few enough to be no burden.
const AT_ONCE: usize = 8;

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
    obtain(&arguments, &Arc::new(Server::new(config(&arguments)?)?)).map(drop)
}

/// Fetches, and says in one line what came of it.
pub(crate) fn run(arguments: &Arguments) -> Result<String> {
    let start = Instant::now();
    let server = Arc::new(Server::new(config(arguments)?)?);
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
fn obtain(arguments: &Arguments, server: &Arc<Server>) -> Result<Fetched> {
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
fn config(arguments: &Arguments) -> Result<Config> {
    let config = match (&arguments.kubeconfig, &arguments.context) {
        (Some(path), Some(context)) => Config::from_kubeconfig_context(path, context),
        (Some(path), None) => Config::from_kubeconfig(path),
        (None, Some(context)) => Config::infer_context(context),
        (None, None) => Config::infer(),
    };
    config.map_err(|error| anyhow!("{error}"))
}

async fn fetch(
    server: &Arc<Server>,
    wish: &Wish,
    given: Option<Flags>,
    bar: &ProgressBar,
) -> Result<Fetched> {
    let index = server.index().await?;
    let known = wish.known()?;
    if let Some(folder) = up_to_date(&known, &index, given.as_ref())? {
        return Ok(Fetched { folder, documents: index.len(), transferred: 0, notes: Vec::new() });
    }
    let mut notes = Vec::new();
    let version = server.version().await?;
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
    match (server.flags().await?, given) {
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

/// The texts of documents, several of them under way at a time. The first that fails ends all.
async fn transfer(
    server: &Arc<Server>,
    wanted: Index,
    bar: &ProgressBar,
) -> Result<BTreeMap<String, String>> {
    let all = wanted.len();
    let mut waiting = wanted.into_iter();
    let mut under_way: JoinSet<Result<(String, String)>> = JoinSet::new();
    let mut texts = BTreeMap::new();
    loop {
        while under_way.len() < AT_ONCE
            && let Some((file, entry)) = waiting.next()
        {
            under_way.spawn(one(Arc::clone(server), file, entry));
        }
        bar.set_message(format!("{} of {all} documents", texts.len()));
        let Some(done) = under_way.join_next().await else { return Ok(texts) };
        let (file, text) = done.context("a transfer broke off")??;
        texts.insert(file, text);
    }
}

async fn one(server: Arc<Server>, file: String, entry: Entry) -> Result<(String, String)> {
    let text = server.document(&entry).await?;
    Ok((file, text))
}

/// What the record says of the documents.
fn record(index: &Index, files: &BTreeMap<String, String>) -> BTreeMap<String, Document> {
    let documents = index.iter().filter_map(|(file, entry)| {
        let sha256 = source::sha256(files.get(file)?.as_bytes());
        Some((file.clone(), Document { hash: entry.hash.clone(), path: entry.path.clone(), sha256 }))
    });
    documents.collect()
}
