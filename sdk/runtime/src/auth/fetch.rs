//! Asking somebody else than the API server: what the transport does for credentials.

use std::fmt;

use bytes::Bytes;
use http::{Request, Response};
use kubesdk_core::{BoxFuture, Error};

use crate::tls::TlsSetup;

/// Sends requests to identity providers.
pub(crate) trait Fetch: fmt::Debug + Send + Sync {
    /// Sends a request with an absolute URL and gives the answer with all of its body, which is small. Redirects of GET
    /// are followed, those of POST are answers. Proxies are those of the environment.
    ///
    /// # Errors
    ///
    /// [`kubesdk_core::ErrorKind::Connect`] or [`kubesdk_core::ErrorKind::Timeout`] when no answer came.
    fn fetch(
        &self,
        tls: &TlsSetup,
        request: Request<Bytes>,
    ) -> BoxFuture<'static, Result<Response<Bytes>, Error>>;
}
