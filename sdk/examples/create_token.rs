//! Makes a token of a service account, as `kubectl create token NAME` does: with kubectl's flags, and whatever
//! kubectl finds in the same environment.
//!
//! ```text
//! cargo run --example create_token -- --context staging --namespace shop builder
//! cargo run --example create_token -- --explain
//! ```
//!
//! `--explain` shows the configuration, value by value, with where each came from.

use std::process::ExitCode;

use kubesdk::api::authentication::v1::TokenRequest;
use kubesdk::api::core::v1::ServiceAccount;
use kubesdk::{Client, ConfigLoader, Error};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let (loader, what) = match arguments(std::env::args().skip(1)) {
        Ok(found) => found,
        Err(usage) => {
            eprintln!("{usage}");
            return ExitCode::from(2);
        }
    };
    match run(&loader, what).await {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// What is to be done.
enum What {
    Explain,
    Token(String),
}

async fn run(loader: &ConfigLoader, what: What) -> Result<String, Error> {
    let config = loader.load()?;
    let name = match what {
        What::Explain => return Ok(config.to_string()),
        What::Token(name) => name,
    };
    let client = Client::from_config(config)?;
    let accounts = ServiceAccount::in_namespace(&client, client.default_namespace());
    let made = accounts.create_token(&name, &TokenRequest::default()).await?;
    Ok(made.status.token.unwrap_or_default().to_string())
}

fn arguments(mut arguments: impl Iterator<Item = String>) -> Result<(ConfigLoader, What), String> {
    let (mut loader, mut what) = (ConfigLoader::new(), None);
    let mut username = String::new();
    while let Some(argument) = arguments.next() {
        let (flag, given) = match argument.split_once('=') {
            Some((flag, value)) => (flag.to_owned(), Some(value.to_owned())),
            None => (argument.clone(), None),
        };
        let mut value = || given.clone().or_else(|| arguments.next()).ok_or(format!("{flag} needs a value"));
        loader = match flag.as_str() {
            "--kubeconfig" => loader.kubeconfig(value()?),
            "--context" => loader.context(value()?),
            "--cluster" => loader.cluster(value()?),
            "--user" => loader.user(value()?),
            "--namespace" | "-n" => loader.namespace(value()?),
            "--server" | "-s" => loader.server(value()?),
            "--tls-server-name" => loader.tls_server_name(value()?),
            "--certificate-authority" => loader.certificate_authority(value()?),
            "--proxy-url" => loader.proxy_url(value()?),
            "--token" => loader.token(value()?),
            "--client-certificate" => loader.client_certificate(value()?),
            "--client-key" => loader.client_key(value()?),
            "--as" => loader.impersonate(value()?),
            "--as-uid" => loader.impersonate_uid(value()?),
            "--as-group" => loader.impersonate_group(value()?),
            "--as-user-extra" => {
                let pair = value()?;
                let (key, extra) = pair.split_once('=').ok_or("--as-user-extra needs KEY=VALUE")?;
                loader.impersonate_extra(key, extra)
            }
            "--username" => {
                username = value()?;
                loader.basic(username.as_str(), "")
            }
            "--password" => loader.basic(username.as_str(), value()?),
            "--insecure-skip-tls-verify" => {
                loader.insecure_skip_tls_verify(given.as_deref() != Some("false"))
            }
            "--disable-compression" => loader.disable_compression(given.as_deref() != Some("false")),
            "--explain" => {
                what = Some(What::Explain);
                loader
            }
            name if !name.starts_with('-') && what.is_none() => {
                what = Some(What::Token(argument));
                loader
            }
            _ => return Err(format!("unknown argument {flag}")),
        };
    }
    Ok((loader, what.ok_or("usage: create_token [kubectl's flags] NAME | --explain")?))
}
