//! `cargo xtask cluster`: real control planes on loopback that stay until they are taken down.
//!
//! How they are built, started and supervised is the business of `tests/cluster`; this is its command line.

use anyhow::{Result, bail};
use clap::Subcommand;
use kubesdk_test_cluster::Options;
use kubesdk_test_cluster::daemon::{self, Daemon, Down, Up};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Builds the control plane if need be, starts it, and says how to use and how to stop it.
    Up {
        /// Several clusters stand side by side under different names.
        #[arg(default_value = DEFAULT)]
        name: String,
        /// Serves every API, alpha and beta included, as the server of the vendored documents does.
        #[arg(long)]
        wide: bool,
        /// Another flag for kube-apiserver, written in full (repeatable): --apiserver-flag=--v=4
        #[arg(long = "apiserver-flag", value_name = "FLAG", allow_hyphen_values = true)]
        apiserver_flags: Vec<String>,
        /// Starts no controller manager: no service accounts, no garbage collection.
        #[arg(long)]
        without_controller_manager: bool,
        /// Starts no scheduler.
        #[arg(long)]
        without_scheduler: bool,
        /// Adds a node that runs pods as local processes; images are ignored, this machine's files are the image.
        #[arg(long)]
        kubelet: bool,
        /// Runs an older Kubernetes, built when it is first asked for: 1.34, 1.35 or 1.36, without a kubelet.
        #[arg(long, value_name = "VERSION", conflicts_with = "kubelet")]
        kubernetes: Option<String>,
    },
    /// Stops a cluster and everything that it started; its logs stay.
    Down {
        /// The name that it was started under.
        #[arg(default_value = DEFAULT)]
        name: String,
        /// Stops every cluster, but for those of tests that run just now.
        #[arg(long, conflicts_with = "name")]
        all: bool,
    },
    /// Lists the clusters with what is needed to use them.
    Status,
}

const DEFAULT: &str = "default";

pub(crate) fn run(command: Command) -> Result<String> {
    match command {
        Command::Up {
            name,
            wide,
            apiserver_flags,
            without_controller_manager,
            without_scheduler,
            kubelet,
            kubernetes,
        } => {
            let options = Options {
                wide,
                apiserver_flags,
                without_controller_manager,
                without_scheduler,
                kubelet,
                kubernetes,
                ..Options::default()
            };
            up(&name, &options)
        }
        Command::Down { all: true, .. } => down_all(),
        Command::Down { name, .. } => down(&name),
        Command::Status => status(),
    }
}

fn up(name: &str, options: &Options) -> Result<String> {
    let components = [
        ("etcd", true),
        ("kube-apiserver", true),
        ("controller manager", !options.without_controller_manager),
        ("scheduler", !options.without_scheduler),
        ("kubelet", options.kubelet),
    ];
    let components: Vec<_> = components.iter().filter(|it| it.1).map(|it| it.0).collect();
    println!("starting the cluster {name}: {}", components.join(", "));
    let (daemon, note) = match daemon::up(name, options, &|progress| eprintln!("{progress}"))? {
        Up::Started(daemon) => (daemon, String::new()),
        Up::AlreadyRunning(daemon) => {
            let flags =
                if daemon.flags.is_empty() { "no further flags".to_owned() } else { daemon.flags.join(" ") };
            (daemon, format!("; it was running already, with {flags}"))
        }
    };
    println!("{}", usage(&daemon, &options.binary(&|_| {})?.with_file_name("kubectl").display().to_string()));
    Ok(format!("Kubernetes {} is ready at {}{note}", daemon.version, daemon.server))
}

/// What a person needs next, each line ready to be pasted.
fn usage(daemon: &Daemon, kubectl: &str) -> String {
    let stop = match daemon.name.as_str() {
        DEFAULT => "cargo xtask cluster down".to_owned(),
        name => format!("cargo xtask cluster down {name}"),
    };
    let kubeconfig = daemon.kubeconfig.display();
    format!(
        "  use it     export KUBECONFIG={kubeconfig}\n  look at it {kubectl} get namespaces\n  logs       {}\n  stop it    {stop}",
        daemon.kubeconfig.with_file_name("logs").display()
    )
}

fn down(name: &str) -> Result<String> {
    match daemon::down(name)? {
        Down::Stopped => Ok(format!("the cluster {name} is stopped; nothing of it runs any more")),
        Down::WasStale => Ok(format!("the cluster {name} had been killed; what it left is cleared away")),
        Down::Unknown => {
            let known = names()?;
            let known = if known.is_empty() { "none is running".to_owned() } else { known.join(", ") };
            bail!("there is no cluster {name} ({known}); `cargo xtask cluster status` lists them")
        }
    }
}

fn down_all() -> Result<String> {
    let names = names()?;
    for name in &names {
        println!("{}", down(name)?);
    }
    Ok(format!("stopped clusters: {}", names.len()))
}

fn names() -> Result<Vec<String>> {
    let all = daemon::status()?.into_iter().filter(|it| !it.is_of_a_test());
    Ok(all.map(|it| it.name).collect())
}

fn status() -> Result<String> {
    let daemons = daemon::status()?;
    for daemon in &daemons {
        let state = match (daemon.running, daemon.is_of_a_test()) {
            (true, false) => "running",
            (true, true) => "running, held by a test",
            (false, _) => "killed; `cargo xtask cluster down` clears it away",
        };
        println!("{} ({state}): Kubernetes {} at {}", daemon.name, daemon.version, daemon.server);
        println!("  KUBECONFIG={}", daemon.kubeconfig.display());
        if !daemon.flags.is_empty() {
            println!("  {}", daemon.flags.join(" "));
        }
    }
    let running = daemons.iter().filter(|it| it.running).count();
    Ok(format!("running clusters: {running}"))
}
