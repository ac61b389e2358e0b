//! Calls to services, pods and nodes through the API server, which reaches what we do not.

#[cfg(feature = "streams")]
mod web_socket;

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::ACCEPT;
use http::{HeaderName, HeaderValue, Method};

use super::call::Call;
use crate::request::Target;
use crate::{BodyStream, BoxFuture, Client, DuplexStream, Error, ErrorKind, Request};

/// A call to a service, pod or node through the API server: to the address of a pod, whatever the network is between it
/// and us. It needs the verb on `services/proxy`, `pods/proxy` or `nodes/proxy` that goes with the method (`create` for
/// `POST`).
///
/// The name may be `NAME`, `NAME:PORT` or `SCHEME:NAME:PORT`, as in paths that others wrote; [`port`](Self::port) and
/// [`https`](Self::https) say the same. Without a port a service is called at its port without a name, a pod at its
/// first port, a node at its kubelet's.
///
/// The server hands on method, query, headers and body, and adds `X-Forwarded-For`, `-Host`, `-Proto` and `-Uri`; what
/// asks for the caller (`Authorization`) it keeps.
///
/// An answer that is no success is an error: [`Error::status`] of the API server, which has not found the service, say,
/// or [`Error::body`] of the target's own. With [`any_status`](Self::any_status) it is an answer. A `GET` that the target
/// answers by 503 or 504 is sent again, as all calls are ([`Retries`](crate::Retries)).
///
/// # Example
///
/// ```no_run
/// # use kubesdk_core::{Client, Error, http::Method, verbs::Proxy};
/// # struct Services(Client);
/// # impl Services {
/// #     fn proxy(&self, method: Method, name: &str) -> Proxy {
/// #         Proxy::new(&self.0, method, &["/api/v1/namespaces/", "default", "/services/", name, "/proxy"])
/// #     }
/// # }
/// # async fn example(client: Client) -> Result<(), Error> {
/// # let services = Services(client);
/// // With `kubesdk`: let services = Service::in_namespace(&client, "default");
/// let page = services.proxy(Method::GET, "web").port("http").path("/search").query("q", "a b").await?;
/// let order = services.proxy(Method::POST, "web").https().port(8443).path("/orders");
/// let answer = order.body("application/json", r#"{"item": 7}"#).any_status().send().await?;
/// println!("{} bytes; {}", page.len(), answer.status());
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is sent before it is awaited"]
pub struct Proxy {
    /// The request up to the name of the target.
    call: Call,
    target: Target,
    after: String,
}

impl Proxy {
    /// A call to the root of what `parts` name: literal text and parameters in turn, the name of the target the last of
    /// them.
    pub fn new(client: &Client, method: Method, parts: &[&str]) -> Self {
        Proxy::with_path(client, method, parts, "")
    }

    /// The same with a path of the target, which may hold slashes; see [`path`](Self::path).
    pub fn with_path(client: &Client, method: Method, parts: &[&str], path: &str) -> Self {
        let (before, name, after) = match parts {
            [before @ .., name, after] if before.len() % 2 == 1 => (before, *name, *after),
            other => (other, "", ""),
        };
        let mut call = Call::new(client, method.clone(), before);
        call.change(|request| request.header(ACCEPT, HeaderValue::from_static("*/*")));
        if method == Method::CONNECT {
            let message = "the method CONNECT cannot go through the API server; forward a port instead";
            call.try_change(|_| Err(Error::new(ErrorKind::Request, message)));
        }
        let target = Target { name: name.to_owned(), path: path.to_owned(), ..Target::default() };
        Proxy { call, target, after: after.to_owned() }
    }

    fn change(mut self, change: impl FnOnce(Request) -> Request) -> Self {
        self.call.change(change);
        self
    }

    /// Which port: its number, or the name that it has in the service. Nodes and pods know numbers alone.
    pub fn port(mut self, port: impl fmt::Display) -> Self {
        self.target.port = Some(port.to_string());
        self
    }

    /// The target is spoken to by TLS, without a look at its certificate. Plain HTTP by default.
    pub fn https(mut self) -> Self {
        self.target.scheme = Some("https");
        self
    }

    /// The path there, as text that is not encoded yet; `/` by default. It is refused where the target would get another
    /// one: with `.` or `..` as a segment, encoded or not, with an empty segment, and with `?` or `#`.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.target.path = path.into();
        self
    }

    /// Sets a query parameter, encoded as it must be; one of the same name is replaced.
    pub fn query(self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.change(|request| request.query(name, value))
    }

    /// Adds a query parameter beside others of the same name.
    pub fn add_query(self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.change(|request| request.add_query(name, value))
    }

    /// Sets a header. `Accept` is `*/*` by default; `Authorization` is ours to the API server, never the target's.
    pub fn header(self, name: HeaderName, value: HeaderValue) -> Self {
        self.change(|request| request.header(name, value))
    }

    /// Sends a body of this media type.
    pub fn body(self, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        self.change(|request| request.body(content_type, body))
    }

    /// Takes every answer as one, whatever its status: the target's redirects and errors, but also what the API server
    /// says itself, as a `Status`. None of them is a reason to send the call again.
    pub fn any_status(self) -> Self {
        self.change(Request::any_status)
    }

    /// How long the call may take; see [`Client::with_timeout`].
    pub fn timeout(self, timeout: Duration) -> Self {
        self.change(|request| request.timeout(timeout))
    }

    /// What would be sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Request`] when the name, the port or the path is not valid.
    pub fn request(self) -> Result<Request, Error> {
        self.finish().into_request()
    }

    /// Sends it and gives the answer with its headers, the body still arriving.
    ///
    /// # Errors
    ///
    /// As [`request`](Self::request) before anything is sent; as [`Client::send`].
    pub fn send(self) -> BoxFuture<'static, Result<http::Response<BodyStream>, Error>> {
        let call = self.finish();
        Box::pin(async move {
            let client = call.client.clone();
            client.send(call.into_request()?).await
        })
    }

    /// Sends it with a body that is a stream; see [`Client::send_stream`]. Its type is set by [`header`](Self::header).
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn send_stream(
        self,
        body: BodyStream,
    ) -> BoxFuture<'static, Result<http::Response<BodyStream>, Error>> {
        let call = self.finish();
        Box::pin(async move {
            let client = call.client.clone();
            client.send_stream(call.into_request()?, body).await
        })
    }

    /// Asks the target for another protocol, which [`header`](Self::header) names in `Upgrade`; see [`Client::upgrade`].
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send); an answer other than 101 is an error.
    pub fn upgrade(self) -> BoxFuture<'static, Result<http::Response<DuplexStream>, Error>> {
        let call = self.finish();
        Box::pin(async move {
            let client = call.client.clone();
            client.upgrade(call.into_request()?).await
        })
    }

    /// The whole request: the path is made last, from all that was said.
    fn finish(self) -> Call {
        let Proxy { mut call, target, after } = self;
        call.try_change(|request| request.append_target(&target, &after));
        call
    }
}

impl IntoFuture for Proxy {
    type Output = Result<Bytes, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.finish().bytes()
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole =
            self.call.request().and_then(|it| it.clone().append_target(&self.target, &self.after).ok());
        match whole {
            Some(request) => request.fmt(f),
            None => write!(f, "invalid: {:?} of {:?}", self.target, self.call),
        }
    }
}
