//! The change from HTTP to WebSocket (RFC 6455, 4.1), and to one of the protocols that Kubernetes speaks over it.

use std::sync::Arc;

use http::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION,
    UPGRADE,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use tungstenite::handshake::client::generate_key;
use tungstenite::handshake::derive_accept_key;

use super::connection::Connection;
use super::inbox::Channel;
use crate::{Client, Error, ErrorKind, Request};

/// A protocol of channels over WebSocket.
pub(super) struct Protocol {
    pub(super) name: &'static str,
    /// Whether it can say that a channel has ended.
    pub(super) closes: bool,
}

/// Opens a connection that speaks one of `protocols`, the first that the server knows. `resource` is what must be
/// allowed: `pods/exec`.
pub(super) async fn open(
    client: Client,
    request: Request,
    resource: &str,
    protocols: &'static [Protocol],
    channels: &[Channel],
) -> Result<(Connection, &'static Protocol), Error> {
    let key = new_key();
    let asked: Vec<&str> = protocols.iter().map(|it| it.name).collect();
    let request = request
        .header(UPGRADE, HeaderValue::from_static("websocket"))
        .header(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"))
        .header(SEC_WEBSOCKET_PROTOCOL, value(&asked.join(", "))?)
        .header(SEC_WEBSOCKET_KEY, value(&key)?);
    let path = request.path().to_owned();
    let answer = client.upgrade(request).await.map_err(|error| advise(error, resource))?;
    let protocol = agreed(answer.headers(), &key, protocols).map_err(|fault| {
        let asked = asked.join(" or ");
        let message = format!(
            "GET {path}: the server switched protocols, but {fault}; asked for WebSocket with {asked}"
        );
        Error::new(ErrorKind::Protocol, message)
    })?;
    let transport = Arc::clone(client.transport());
    Ok((Connection::new(answer.into_body(), transport, channels, protocol.closes), protocol))
}

pub(crate) fn value(text: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(text).map_err(|error| {
        Error::new(ErrorKind::Request, format!("{text:?} is no value of a header")).with_source(error)
    })
}

/// A key that the server has to answer.
pub(crate) fn new_key() -> String {
    generate_key()
}

/// What to do about it when somebody may not do that.
fn advise(error: Error, resource: &str) -> Error {
    if !error.is_forbidden() {
        return error;
    }
    error.advise(&format!(
        "whatever the HTTP method, API servers since 1.35 ask for the verb create on {resource}, older ones for get"
    ))
}

/// The protocol that the server has chosen, or what is wrong with its answer.
fn agreed(
    headers: &HeaderMap,
    key: &str,
    protocols: &'static [Protocol],
) -> Result<&'static Protocol, String> {
    accepted(headers, key)?;
    let chosen = headers.get(SEC_WEBSOCKET_PROTOCOL).and_then(|it| it.to_str().ok());
    protocols.iter().find(|it| chosen == Some(it.name)).ok_or_else(|| match chosen {
        Some(chosen) => format!("to the subprotocol {chosen:?}"),
        None => "to no subprotocol".to_owned(),
    })
}

/// Whether the answer changes to WebSocket, or what is wrong with it.
pub(crate) fn accepted(headers: &HeaderMap, key: &str) -> Result<(), String> {
    let text = |name: HeaderName| headers.get(name).and_then(|it| it.to_str().ok());
    if !text(UPGRADE).is_some_and(|it| it.eq_ignore_ascii_case("websocket")) {
        return Err(format!("to {:?}", text(UPGRADE).unwrap_or("none")));
    }
    let upgrades = |it: &str| it.split(',').any(|it| it.trim().eq_ignore_ascii_case("upgrade"));
    if !text(CONNECTION).is_some_and(upgrades) {
        return Err("its Connection header does not say so".to_owned());
    }
    if text(SEC_WEBSOCKET_ACCEPT).map(str::trim) != Some(derive_accept_key(key.as_bytes()).as_str()) {
        return Err("its Sec-WebSocket-Accept does not answer our key".to_owned());
    }
    Ok(())
}
