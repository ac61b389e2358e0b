//! Serves the API server at a local address, as `kubectl proxy` does: its flags, its defaults, its words. Static files are
//! left out.
//!
//! ```text
//! cargo run --example proxy -- --port 8080 --address ::1
//! cargo run --example proxy -- --unix-socket /run/user/1000/kube --api-prefix /k8s/
//! ```

use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;

use kubesdk::{Client, ConfigLoader, Error, ProxyFilter, ProxyServer};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let said = match Flags::read(std::env::args().skip(1)) {
        Ok(flags) => serve(flags).await.map_err(|error| error.to_string()),
        Err(usage) => Err(usage),
    };
    match said {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Until it is interrupted.
async fn serve(flags: Flags) -> Result<(), Error> {
    let client = Client::from_config(flags.loader.load()?)?;
    let server = match flags.unix_socket {
        Some(path) => ProxyServer::bind_unix(&client, path).await?,
        None => ProxyServer::bind(&client, SocketAddr::new(flags.address, flags.port)).await?,
    };
    println!("Starting to serve on {}", server.address());
    let serving = server
        .api_prefix(&flags.api_prefix)
        .filter(flags.filter)
        .serve(|error| eprintln!("error while proxying request: {error}"));
    tokio::select! {
        ended = serving => ended,
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

struct Flags {
    loader: ConfigLoader,
    address: IpAddr,
    port: u16,
    unix_socket: Option<String>,
    api_prefix: String,
    filter: ProxyFilter,
}

impl Flags {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut flags = Flags {
            loader: ConfigLoader::new(),
            address: IpAddr::from([127, 0, 0, 1]),
            port: 8001,
            unix_socket: None,
            api_prefix: "/".to_owned(),
            filter: ProxyFilter::default(),
        };
        while let Some(argument) = arguments.next() {
            let (flag, given) = match argument.split_once('=') {
                Some((flag, value)) => (flag.to_owned(), Some(value.to_owned())),
                None => (argument, None),
            };
            let mut value =
                || given.clone().or_else(|| arguments.next()).ok_or(format!("{flag} needs a value"));
            match flag.as_str() {
                "--kubeconfig" => flags.loader = flags.loader.kubeconfig(value()?),
                "--context" => flags.loader = flags.loader.context(value()?),
                "--port" | "-p" => flags.port = read(&flag, &value()?)?,
                "--address" => flags.address = read(&flag, value()?.trim_matches(['[', ']']))?,
                "--unix-socket" | "-u" => flags.unix_socket = Some(value()?),
                "--api-prefix" => flags.api_prefix = value()?,
                "--disable-filter" => flags.filter = ProxyFilter::none(),
                _ => flags.filter = filter(flags.filter, &flag, value)?,
            }
        }
        Ok(flags)
    }
}

/// The flags of the filter.
fn filter(
    filter: ProxyFilter,
    flag: &str,
    mut value: impl FnMut() -> Result<String, String>,
) -> Result<ProxyFilter, String> {
    let filter = match flag {
        "--accept-hosts" => filter.accept_hosts(&value()?),
        "--accept-paths" => filter.accept_paths(&value()?),
        "--reject-paths" => filter.reject_paths(&value()?),
        "--reject-methods" => filter.reject_methods(&value()?),
        _ => return Err(format!("unknown flag {flag}; usage: proxy [kubectl proxy's flags]")),
    };
    filter.map_err(|error| error.to_string())
}

fn read<T: std::str::FromStr>(flag: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("{value:?} is no value of {flag}"))
}
