//! The body of an answer: its errors are ours, its place on the connection is given back when it ends, and what came
//! compressed because we asked for it is decoded.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http_body::Body as _;
use kubesdk_core::{BodyStream, Error};

use super::failure;
use super::gzip::Gunzip;
use super::pool::Permit;

/// The answer with its body as a stream.
pub(super) fn open(
    response: reqwest::Response,
    permit: Permit,
    gzip: bool,
    at: Arc<str>,
) -> http::Response<BodyStream> {
    let (mut head, body) = http::Response::<reqwest::Body>::from(response).into_parts();
    let body = Body { open: Some((body, permit)), at };
    let is_gzip = |it: &http::HeaderValue| it.as_bytes().eq_ignore_ascii_case(b"gzip");
    if gzip && head.headers.get(CONTENT_ENCODING).is_some_and(is_gzip) {
        head.headers.remove(CONTENT_ENCODING);
        head.headers.remove(CONTENT_LENGTH);
        return http::Response::from_parts(head, Box::pin(Gunzip::new(body)));
    }
    http::Response::from_parts(head, Box::pin(body))
}

struct Body {
    /// Nothing once it has ended: the connection has room for another stream before anybody drops this one.
    open: Option<(reqwest::Body, Permit)>,
    /// Whose answer it is, for words.
    at: Arc<str>,
}

impl Stream for Body {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while let Some((body, _)) = &mut self.open {
            match ready!(Pin::new(body).poll_frame(context)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(chunk) => return Poll::Ready(Some(Ok(chunk))),
                    // Trailers.
                    Err(_) => continue,
                },
                Some(Err(cause)) => {
                    self.open = None;
                    return Poll::Ready(Some(Err(failure::broken_off(cause, &self.at))));
                }
                None => self.open = None,
            }
        }
        Poll::Ready(None)
    }
}
