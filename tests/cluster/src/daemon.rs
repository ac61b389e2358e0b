//! Clusters that outlive the command that started them: the engine of `cargo xtask cluster up|down|status`. Each has
//! a name and the folder `target/clusters/NAME`.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::cluster::{PREFIX, discard};
use crate::launch::launch;
use crate::{Options, Process, clusters};

/// A cluster as its folder describes it.
#[derive(Clone, Debug)]
pub struct Daemon {
    /// Its name, which is its folder's.
    pub name: String,
    /// The API server's address.
    pub server: String,
    /// The version of Kubernetes.
    pub version: String,
    /// The flags that set the API server apart from a plain one.
    pub flags: Vec<String>,
    /// The administrator's kubeconfig.
    pub kubeconfig: PathBuf,
    /// The process that supervises the components.
    pub supervisor: Process,
    /// The components' processes.
    pub components: Vec<Process>,
    /// Whether the supervisor runs. If it does not, it was killed, and the folder is what it left behind.
    pub running: bool,
}

impl Daemon {
    /// True for the cluster of a test, which ends with the test.
    #[must_use]
    pub fn is_of_a_test(&self) -> bool {
        self.name.starts_with(PREFIX)
    }
}

/// What [`up`] found or made.
#[derive(Clone, Debug)]
pub enum Up {
    /// The cluster was started.
    Started(Daemon),
    /// A cluster of this name was running already and was left as it is, whatever the options say.
    AlreadyRunning(Daemon),
}

/// What [`down`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Down {
    /// The cluster was running and is gone.
    Stopped,
    /// The supervisor had been killed earlier; what it left behind is cleared away.
    WasStale,
    /// There is no cluster of this name.
    Unknown,
}

/// Starts a cluster that stays, with fresh data, and waits until it is ready. `progress` hears what takes long.
///
/// # Errors
/// When the name is no plain name, or when the control plane cannot be built or does not start.
pub fn up(name: &str, options: &Options, progress: &dyn Fn(&str)) -> Result<Up> {
    let folder = folder(name)?;
    ensure!(
        !name.starts_with(PREFIX),
        "names that begin with {PREFIX} are for the clusters of tests; choose another"
    );
    if let Some(daemon) = read(&folder)?.filter(|daemon| daemon.running) {
        return Ok(Up::AlreadyRunning(daemon));
    }
    let program = options.binary(progress)?;
    // The child is let go, not waited for: the supervisor goes on when this process has ended.
    launch(&program, &folder, options, false, progress)?;
    match read(&folder)? {
        Some(daemon) if daemon.running => Ok(Up::Started(daemon)),
        _ => bail!(
            "cluster {name} stopped right after its start; see the logs in {}",
            folder.join("logs").display()
        ),
    }
}

/// Stops a cluster and waits until its supervisor and every component is gone. The logs stay.
///
/// # Errors
/// When the name is no plain name, or when a process cannot be stopped.
pub fn down(name: &str) -> Result<Down> {
    let folder = folder(name)?;
    let Some(daemon) = read(&folder)? else {
        return Ok(Down::Unknown);
    };
    daemon.supervisor.signal("TERM")?;
    if !daemon.supervisor.wait_gone(Duration::from_secs(10)) {
        daemon.supervisor.signal("KILL")?;
    }
    for process in std::iter::once(&daemon.supervisor).chain(&daemon.components) {
        let gone = process.wait_gone(Duration::from_secs(5));
        ensure!(gone, "process {} of cluster {name} does not end; try `kill -9 {0}`", process.pid);
    }
    discard(&folder)?;
    Ok(if daemon.running { Down::Stopped } else { Down::WasStale })
}

/// All clusters, by name: those that run, and those whose supervisor was killed. Clusters of running tests are among
/// them.
///
/// # Errors
/// When a folder or its `cluster.json` cannot be read.
pub fn status() -> Result<Vec<Daemon>> {
    let entries = match fs::read_dir(clusters()) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("reading {}", clusters().display())),
    };
    let mut daemons = Vec::new();
    for entry in entries {
        daemons.extend(read(&entry?.path())?);
    }
    daemons.sort_by(|one: &Daemon, other| one.name.cmp(&other.name));
    Ok(daemons)
}

/// The folder of a name, which must not lead anywhere else.
fn folder(name: &str) -> Result<PathBuf> {
    let plain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
    ensure!(
        !name.is_empty() && !name.starts_with('.') && name.chars().all(plain),
        "{name:?} cannot name a cluster: use letters, digits, `-`, `_` and `.`, the first no dot"
    );
    Ok(clusters().join(name))
}

/// Reads `cluster.json`; nothing if there is none, that is, if no cluster has become ready and not stopped since.
fn read(folder: &Path) -> Result<Option<Daemon>> {
    let path = folder.join("cluster.json");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
    };
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let daemon = serde_json::from_str(&text).ok().and_then(|record| parse(&name, &record));
    daemon.map(Some).with_context(|| {
        format!(
            "{} is not what the supervisor writes; stop its processes and remove the folder",
            path.display()
        )
    })
}

fn parse(name: &str, record: &Value) -> Option<Daemon> {
    let supervisor = Process::from_json(&record["supervisor"])?;
    Some(Daemon {
        name: name.to_owned(),
        server: record["server"].as_str()?.to_owned(),
        version: record["version"].as_str()?.to_owned(),
        flags: record["flags"].as_array()?.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        kubeconfig: record["kubeconfig"].as_str()?.into(),
        running: supervisor.is_running(),
        supervisor,
        components: record["components"]
            .as_object()?
            .values()
            .map(Process::from_json)
            .collect::<Option<_>>()?,
    })
}
