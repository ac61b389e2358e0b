//! WebSocket through the API server. The frames are the caller's: any library of them takes a connection.

use http::header::{SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE};
use http::{HeaderValue, Method};

use super::Proxy;
use crate::streams::handshake::{accepted, new_key, value};
use crate::{BoxFuture, DuplexStream, Error, ErrorKind};

impl Proxy {
    /// Opens a WebSocket connection to the target (RFC 6455) with one of `protocols`, or none, and gives it after the
    /// handshake: what is read and written from here on are frames. `Sec-WebSocket-Protocol` of the answer is what the
    /// target has chosen.
    ///
    /// # Errors
    ///
    /// As [`upgrade`](Self::upgrade); [`ErrorKind::Protocol`] when what answers does not speak WebSocket.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # async fn example(services: kubesdk_core::verbs::Proxy) -> Result<(), kubesdk_core::Error> {
    /// # let chat = services;
    /// // let chat = Service::in_namespace(&client, "default").proxy(Method::GET, "chat").path("/ws");
    /// let connection = chat.web_socket(&["chat.v2", "chat.v1"]).await?;
    /// let chosen = connection.headers().get("sec-websocket-protocol");
    /// println!("{chosen:?}");
    /// let stream = connection.into_body(); // For a library that has the frames, as a client.
    /// # drop(stream);
    /// # Ok(())
    /// # }
    /// ```
    pub fn web_socket(
        self,
        protocols: &[&str],
    ) -> BoxFuture<'static, Result<http::Response<DuplexStream>, Error>> {
        let protocols = protocols.join(", ");
        Box::pin(async move {
            let key = new_key();
            let mut proxy = self
                .header(UPGRADE, HeaderValue::from_static("websocket"))
                .header(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"))
                .header(SEC_WEBSOCKET_KEY, value(&key)?);
            if !protocols.is_empty() {
                proxy = proxy.header(SEC_WEBSOCKET_PROTOCOL, value(&protocols)?);
            }
            proxy.call.try_change(|request| match *request.method() {
                Method::GET => Ok(request),
                _ => Err(Error::new(ErrorKind::Request, "WebSocket begins with the method GET")),
            });
            let what = format!("{proxy:?}");
            let answer = proxy.upgrade().await?;
            accepted(answer.headers(), &key).map_err(|fault| {
                Error::new(ErrorKind::Protocol, format!("{what}: the target switched protocols, but {fault}"))
            })?;
            Ok(answer)
        })
    }
}
