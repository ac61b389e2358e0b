//! The steps of `docs/tour.md` that have no example of their own, one subcommand each; they print what kubectl prints.
//!
//! ```text
//! cargo run --example tour -- get pods
//! cargo run --example tour -- --server https://10.0.0.1:6443 --token ... raw /api
//! ```

mod bindings;
mod cluster_info;
mod containers;
mod deployments;
mod documents;
mod echo;
mod secrets;
mod services;
mod tables;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use kubesdk::{Client, ConfigLoader};

/// What a step gives: the exit code of a command that it ran, as a rule 0.
type Outcome = Result<u8, Box<dyn Error>>;

#[derive(Parser)]
#[command(about = "The steps of docs/tour.md")]
struct Tour {
    #[command(flatten)]
    connection: Connection,
    #[command(subcommand)]
    step: Step,
}

/// Kubectl's flags, by their names.
#[derive(Args)]
struct Connection {
    /// The only kubeconfig to be read.
    #[arg(long)]
    kubeconfig: Option<PathBuf>,
    /// The URL of the API server.
    #[arg(long)]
    server: Option<String>,
    /// The bearer token.
    #[arg(long)]
    token: Option<String>,
    /// A file with certificates that are believed.
    #[arg(long)]
    certificate_authority: Option<String>,
    /// Believe any server.
    #[arg(long)]
    insecure_skip_tls_verify: bool,
    /// The namespace of what has one.
    #[arg(long, short)]
    namespace: Option<String>,
}

#[derive(Subcommand)]
enum Step {
    /// Lists the OpenAPI documents of the server.
    Openapi,
    /// Reads a path.
    Raw { path: String },
    /// Says where the server is, without asking it.
    Where,
    /// Makes a Deployment of one container, and waits until it is there.
    CreateDeployment {
        name: String,
        #[arg(long)]
        image: String,
        #[arg(last = true)]
        command: Vec<String>,
    },
    /// Runs a command in a pod of a Deployment.
    Exec {
        deployment: String,
        #[arg(last = true)]
        command: Vec<String>,
    },
    /// Copies a file into a pod of a Deployment.
    Cp { file: PathBuf, deployment: String, target: String },
    /// Says where the control plane and the services of the cluster are.
    ClusterInfo,
    /// Gives a ClusterRole to a service account, NAMESPACE:NAME.
    CreateClusterrolebinding {
        name: String,
        #[arg(long)]
        clusterrole: String,
        #[arg(long)]
        serviceaccount: String,
    },
    /// Deletes a ClusterRoleBinding.
    DeleteClusterrolebinding { name: String },
    /// Applies a file of YAML at the server.
    Apply { file: PathBuf },
    /// Waits until a Secret has a token, and shows it.
    DescribeSecret { name: String },
    /// Lists what there is, in the server's words and with wide columns.
    Get { resource: String },
    /// Makes a Service of the pods of a Deployment.
    Expose {
        deployment: String,
        #[arg(long)]
        name: Option<String>,
        #[arg(long, value_delimiter = ',')]
        port: Vec<i32>,
        #[arg(long)]
        target_port: i32,
    },
    /// Calls a service, [SCHEME:]NAME[:PORT], through the API server.
    Call {
        service: String,
        #[arg(default_value = "/")]
        path: String,
    },
    /// Calls a pod, NAME[:PORT], through the API server.
    CallPod {
        pod: String,
        #[arg(default_value = "/")]
        path: String,
    },
    /// Serves what it is asked, at a port.
    Echo { port: u16 },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let tour = Tour::parse();
    match run(tour.step, loader(tour.connection)).await {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn loader(flags: Connection) -> ConfigLoader {
    let mut loader = ConfigLoader::new();
    if let Some(path) = flags.kubeconfig {
        loader = loader.kubeconfig(path);
    }
    if let Some(server) = flags.server {
        loader = loader.server(server);
    }
    if let Some(token) = flags.token {
        loader = loader.token(token);
    }
    if let Some(path) = flags.certificate_authority {
        loader = loader.certificate_authority(path);
    }
    if flags.insecure_skip_tls_verify {
        loader = loader.insecure_skip_tls_verify(true);
    }
    if let Some(namespace) = flags.namespace {
        loader = loader.namespace(namespace);
    }
    loader
}

async fn run(step: Step, loader: ConfigLoader) -> Outcome {
    // The server of the pods needs no configuration.
    if let Step::Echo { port } = step {
        return echo::serve(port).await;
    }
    let config = loader.load()?;
    let server = config.server().to_owned();
    if let Step::Where = step {
        println!("{server}");
        return Ok(0);
    }
    let client = Client::from_config(config)?;
    match step {
        Step::Openapi => documents::index(&client).await,
        Step::Raw { path } => documents::raw(&client, &path).await,
        Step::CreateDeployment { name, image, command } => {
            deployments::create(&client, &name, &image, command).await
        }
        Step::Exec { deployment, command } => containers::exec(&client, &deployment, command).await,
        Step::Cp { file, deployment, target } => containers::copy(&client, file, &deployment, target).await,
        Step::ClusterInfo => cluster_info::print(&client, &server).await,
        Step::CreateClusterrolebinding { name, clusterrole, serviceaccount } => {
            bindings::create(&client, &name, &clusterrole, &serviceaccount).await
        }
        Step::DeleteClusterrolebinding { name } => bindings::delete(&client, &name).await,
        Step::Apply { file } => secrets::apply(&client, file).await,
        Step::DescribeSecret { name } => secrets::describe(&client, &name).await,
        Step::Get { resource } => tables::print(&client, &resource).await,
        Step::Expose { deployment, name, port, target_port } => {
            services::expose(&client, &deployment, name, &port, target_port).await
        }
        Step::Call { service, path } => services::call(&client, &service, &path).await,
        Step::CallPod { pod, path } => services::call_pod(&client, &pod, &path).await,
        Step::Where | Step::Echo { .. } => Ok(0),
    }
}
