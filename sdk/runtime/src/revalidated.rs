//! An answer that is kept, and transferred and read again only when the server has another one.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http::header::{ETAG, HeaderValue, IF_NONE_MATCH};
use kubesdk_core::{BodyStream, Client, Error, Request};

/// What was made of an answer, with the `ETag` that it came with.
///
/// Each time the server is asked; it says 304 when nothing has changed, which costs a round trip and no more. It is for
/// documents that servers give an `ETag`: discovery and OpenAPI. What fails leaves what is kept as it is.
pub struct Revalidated<T> {
    held: Mutex<Option<(HeaderValue, Arc<T>)>>,
}

impl<T> Revalidated<T> {
    /// Nothing is kept yet.
    pub fn new() -> Self {
        Revalidated { held: Mutex::new(None) }
    }

    /// Sends the request and gives what `read` makes of the answer; what it made last time when that is still true.
    ///
    /// All calls must be the same request but for what tells who asks: the server compares its `ETag` alone.
    ///
    /// # Errors
    ///
    /// As [`Client::bytes`], and what `read` says.
    pub async fn get(
        &self,
        client: &Client,
        request: Request,
        read: impl FnOnce(&HeaderMap, Bytes) -> Result<T, Error>,
    ) -> Result<Arc<T>, Error> {
        let held = self.lock().clone();
        let request = match &held {
            Some((etag, _)) => request.header(IF_NONE_MATCH, etag.clone()),
            None => request,
        };
        let (head, body) = match (client.send(request).await, held) {
            (Err(error), Some((_, value))) if error.code() == Some(304) => return Ok(value),
            (answer, _) => answer?.into_parts(),
        };
        let value = Arc::new(read(&head.headers, collect(body).await?)?);
        *self.lock() = head.headers.get(ETAG).map(|etag| (etag.clone(), Arc::clone(&value)));
        Ok(value)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(HeaderValue, Arc<T>)>> {
        // The value is replaced whole, so a panic elsewhere has left nothing half done.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Revalidated<T> {
    fn default() -> Self {
        Revalidated::new()
    }
}

impl<T> fmt::Debug for Revalidated<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let etag = self.lock().as_ref().map(|(etag, _)| etag.clone());
        f.debug_struct("Revalidated").field("etag", &etag).finish_non_exhaustive()
    }
}

/// The whole of a body.
pub(crate) async fn collect(mut body: BodyStream) -> Result<Bytes, Error> {
    let mut whole = BytesMut::new();
    while let Some(chunk) = std::future::poll_fn(|context| body.as_mut().poll_next(context)).await {
        whole.extend_from_slice(&chunk?);
    }
    Ok(whole.freeze())
}
