//! What a server says of itself: its version, and how it was started.

use anyhow::{Context, Result};
use kubesdk_core::ErrorKind;
use kubesdk_core::http::HeaderValue;
use kubesdk_gen::server::Server;

use super::flags::{self, Flags};
use super::json;
use super::source::Version;

/// Which version it has.
pub(super) async fn version(server: &Server) -> Result<Version> {
    let path = "/version";
    let answer = server.get(path, None).await.map_err(|error| server.explain(path, &error))?;
    json::read(&answer).with_context(|| format!("{}{path}", server.url()))
}

/// Its flags, as far as they matter; the reason why they are not known where it does not tell them.
pub(super) async fn flags(server: &Server) -> Result<Result<Flags, String>> {
    let accept = HeaderValue::from_static(flags::ACCEPT);
    match server.get(flags::PATH, Some(accept)).await {
        Ok(answer) => Ok(Flags::served(&answer).map_err(|error| format!("{error:#}"))),
        // An answer of whatever kind but the wanted one: the server does not have it, or not for this user.
        Err(error) if error.kind() == ErrorKind::Api => Ok(Err(error.to_string())),
        Err(error) => Err(server.explain(flags::PATH, &error).into()),
    }
}
