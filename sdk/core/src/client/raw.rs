//! Calls to any path, for what has no generated method: health checks, metrics, another API server's paths.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::ACCEPT;
use http::{HeaderName, HeaderValue, Method};

use super::{BodyStream, BoxFuture, Client, DuplexStream};
use crate::{Error, Object, Request, cbor};

macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident $method:ident;)*) => {
        impl Client {
            $($(#[$doc])*
            pub fn $name(&self, path: &str) -> RawCall {
                self.call(Method::$method, path)
            })*
        }
    };
}

methods! {
    /// Reads any path; see [`Client::call`].
    get GET;
    /// Posts to any path; see [`Client::call`].
    post POST;
    /// Puts to any path; see [`Client::call`].
    put PUT;
    /// Patches any path; see [`Client::call`].
    patch PATCH;
    /// Deletes any path; see [`Client::call`].
    delete DELETE;
}

impl Client {
    /// Calls any path, with any method, exactly as generated methods call theirs: the same credentials, deadlines,
    /// retries, warnings and errors. The path begins with `/` and may have a query; both are sent as they are, so
    /// what needs `%` must have it already.
    ///
    /// Awaiting the call gives the whole answer as bytes.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # async fn example(client: kubesdk_core::Client) -> Result<(), kubesdk_core::Error> {
    /// let health = client.get("/readyz?verbose").await?;
    /// print!("{}", String::from_utf8_lossy(&health));
    /// # Ok(())
    /// # }
    /// ```
    pub fn call(&self, method: Method, path: &str) -> RawCall {
        let request = Request::raw(method, path);
        let any = HeaderValue::from_static("application/json, */*");
        RawCall { client: self.clone(), request: request.map(|it| it.header(ACCEPT, any)) }
    }
}

/// A call to any path, made by [`Client::call`] and its kin; sent when it is awaited.
#[must_use = "nothing is sent before it is awaited"]
pub struct RawCall {
    client: Client,
    request: Result<Request, Error>,
}

impl RawCall {
    fn change(mut self, change: impl FnOnce(Request) -> Request) -> Self {
        self.request = self.request.map(change);
        self
    }

    /// Sets a query parameter, encoded as it must be; one of the same name that was set so is replaced.
    pub fn query(self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.change(|request| request.query(name, value))
    }

    /// Sets a header. `Accept` is `application/json, */*` by default.
    pub fn header(self, name: HeaderName, value: HeaderValue) -> Self {
        self.change(|request| request.header(name, value))
    }

    /// Sets the body and its media type.
    pub fn body(self, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        self.change(|request| request.body(content_type, body))
    }

    /// How long the call may take; see [`Client::with_timeout`].
    pub fn timeout(self, timeout: Duration) -> Self {
        self.change(|request| request.timeout(timeout))
    }

    /// What would be sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Request`](crate::ErrorKind::Request) when the path is not valid.
    pub fn request(self) -> Result<Request, Error> {
        self.request
    }

    /// Sends it and gives the answer with its headers, the body still arriving.
    pub fn send(self) -> BoxFuture<'static, Result<http::Response<BodyStream>, Error>> {
        Box::pin(async move { self.client.send(self.request?).await })
    }

    /// Sends it with a body that is a stream; see [`Client::send_stream`].
    pub fn send_stream(
        self,
        body: BodyStream,
    ) -> BoxFuture<'static, Result<http::Response<BodyStream>, Error>> {
        Box::pin(async move { self.client.send_stream(self.request?, body).await })
    }

    /// Sends it and decodes the answer, JSON or CBOR, as an object.
    pub fn object<T: Object + Default + Send + 'static>(self) -> BoxFuture<'static, Result<T, Error>> {
        Box::pin(async move {
            let mut object = T::default();
            cbor::decode_answer(&self.await?, &mut object)?;
            Ok(object)
        })
    }

    /// Asks for another protocol; see [`Client::upgrade`].
    pub fn upgrade(self) -> BoxFuture<'static, Result<http::Response<DuplexStream>, Error>> {
        Box::pin(async move { self.client.upgrade(self.request?).await })
    }
}

impl IntoFuture for RawCall {
    type Output = Result<Bytes, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.client.bytes(self.request?).await })
    }
}

impl fmt::Debug for RawCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.request {
            Ok(request) => request.fmt(f),
            Err(error) => write!(f, "invalid: {error}"),
        }
    }
}
