//! The transport against servers that do what real ones do seldom: the faults F1 to F13 of the project's list, each a
//! test of its name.

mod answers;
mod basics;
mod broken;
mod gzipped;
mod h2_server;
mod http2;
mod names;
mod server;
mod upgrades;

use std::time::Duration;

use bytes::Bytes;
use kubesdk_core::{BodyStream, Client, Error};

use super::TransportOptions;
use crate::Config;

/// Pings and timeouts short enough to be waited for.
fn quick() -> TransportOptions {
    TransportOptions::default().ping(Duration::from_millis(50), Duration::from_millis(50))
}

fn client_with(server: &str, options: TransportOptions) -> Client {
    let mut config = Config::new(server).unwrap().with_token("hunter2").with_transport(options);
    config.trust = crate::tls::Trust::Anybody;
    crate::Client::from_config(config).unwrap().into()
}

fn client(server: &str) -> Client {
    client_with(server, TransportOptions::default())
}

async fn next(body: &mut BodyStream) -> Option<Result<Bytes, Error>> {
    std::future::poll_fn(|context| body.as_mut().poll_next(context)).await
}
