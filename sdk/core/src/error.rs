//! The one error of the SDK: what kind it is, where it comes from, and the server's whole answer.

use std::error::Error as StdError;
use std::fmt;

use http::{HeaderMap, StatusCode};

use crate::json::{DecodeError, ItemError};
use crate::{RawJson, Status, Str, cbor};

/// What went wrong, coarsely.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The configuration is missing or wrong.
    Config,
    /// Credentials are missing or wrong.
    Credentials,
    /// The server could not be reached.
    Connect,
    /// A deadline passed.
    Timeout,
    /// The request is not valid; nothing was sent.
    Request,
    /// The server answered, and not with success.
    Api,
    /// An answer could not be decoded.
    Decode,
    /// An answer broke off.
    Body,
}

/// Why a call failed.
///
/// One pointer wide. [`Error::status`] holds the server's own words where it gave any; the predicates ask for the
/// machine-readable reason, never for the text of a message.
///
/// # Example
///
/// ```
/// use kubesdk_core::{Error, ErrorKind};
///
/// let error = Error::new(ErrorKind::Config, "no current context");
/// assert_eq!(error.to_string(), "no current context");
/// assert!(!error.is_not_found());
/// ```
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    kind: ErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
    code: Option<u16>,
    status: Option<Status>,
    body: Option<Vec<u8>>,
    raw_item: Option<RawJson>,
}

/// How much of an answer that is no `Status` is kept.
const KEPT_BODY: usize = 4096;

impl Error {
    /// An error with a message of its own.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let inner = Inner {
            kind,
            message: message.into(),
            source: None,
            code: None,
            status: None,
            body: None,
            raw_item: None,
        };
        Error { inner: Box::new(inner) }
    }

    /// The same with its cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.inner.source = Some(source.into());
        self
    }

    /// The error of an answer that is no success; its `Status` is decoded if it is one.
    pub fn api(method: &str, path: &str, code: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let mut status = Status::default();
        let decoded = cbor::decode_answer(body, &mut status);
        let status = decoded
            .ok()
            .map(|()| status)
            .filter(|it| it.status.as_deref() == Some("Failure") || it.reason.is_some());
        if let Some(status) = status {
            return Error::from_status(status, Some(code.as_u16()));
        }
        let media = headers
            .get(http::header::CONTENT_TYPE)
            .and_then(|it| it.to_str().ok())
            .unwrap_or("no media type");
        let what =
            if body.is_empty() { "an empty body".to_owned() } else { format!("{media}, not a Status") };
        let mut error =
            Error::new(ErrorKind::Api, format!("the server answered {code} to {method} {path} with {what}"));
        error.inner.code = Some(code.as_u16());
        error.inner.body = Some(body.get(..KEPT_BODY).unwrap_or(body).to_vec());
        error
    }

    /// The error that a `Status` stands for.
    pub fn from_status(status: Status, code: Option<u16>) -> Self {
        let message = match (status.reason.as_deref().unwrap_or(""), status.message.as_deref().unwrap_or(""))
        {
            ("", "") => "Error from server: no reason given".to_owned(),
            ("", message) => format!("Error from server: {message}"),
            (reason, message) => format!("Error from server ({reason}): {message}"),
        };
        let mut error = Error::new(ErrorKind::Api, message);
        error.inner.code = code.or_else(|| status.code.and_then(|it| u16::try_from(it).ok()));
        error.inner.status = Some(status);
        error
    }

    /// What went wrong, coarsely.
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// The server's `Status`, with its reason, details and causes.
    pub fn status(&self) -> Option<&Status> {
        self.inner.status.as_ref()
    }

    /// The HTTP status code of the answer.
    pub fn code(&self) -> Option<u16> {
        self.inner.code
    }

    /// The first 4 KiB of an answer that was no `Status`.
    pub fn body(&self) -> Option<&[u8]> {
        self.inner.body.as_deref()
    }

    /// The item of a list that did not fit its type, as it came: the other items can still be read. Nothing when the
    /// answer itself is broken.
    pub fn raw_item(&self) -> Option<&RawJson> {
        self.inner.raw_item.as_ref()
    }

    fn reason_is(&self, reason: &str, code: u16) -> bool {
        match self.inner.status.as_ref().and_then(|it| it.reason.as_ref()).map(Str::as_str) {
            Some(found) if !found.is_empty() => found == reason,
            _ => self.inner.code == Some(code),
        }
    }

    /// The object or path does not exist (`NotFound`, 404).
    pub fn is_not_found(&self) -> bool {
        self.reason_is("NotFound", 404)
    }

    /// An object of that name exists (`AlreadyExists`).
    pub fn is_already_exists(&self) -> bool {
        self.reason_is("AlreadyExists", 0)
    }

    /// The object was changed since it was read (`Conflict`, 409).
    pub fn is_conflict(&self) -> bool {
        self.reason_is("Conflict", 409)
    }

    /// The user may not do that (`Forbidden`, 403).
    pub fn is_forbidden(&self) -> bool {
        self.reason_is("Forbidden", 403)
    }

    /// The server does not know the user (`Unauthorized`, 401).
    pub fn is_unauthorized(&self) -> bool {
        self.reason_is("Unauthorized", 401)
    }

    /// The object is not valid (`Invalid`, 422).
    pub fn is_invalid(&self) -> bool {
        self.reason_is("Invalid", 422)
    }

    /// The resource version or continue token is too old (`Expired`, 410).
    pub fn is_expired(&self) -> bool {
        self.reason_is("Expired", 410) || self.is_gone()
    }

    /// What was asked for is gone for good (`Gone`, 410).
    pub fn is_gone(&self) -> bool {
        self.reason_is("Gone", 410)
    }

    /// The server asks for patience (`TooManyRequests`, 429).
    pub fn is_too_many_requests(&self) -> bool {
        self.reason_is("TooManyRequests", 429)
    }

    /// A deadline passed here or at the server (`Timeout`, 504).
    pub fn is_timeout(&self) -> bool {
        self.inner.kind == ErrorKind::Timeout || self.reason_is("Timeout", 504)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.inner.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Error");
        out.field("kind", &self.inner.kind)
            .field("message", &self.inner.message)
            .field("code", &self.inner.code);
        out.field("source", &self.inner.source).finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source.as_deref().map(|it| it as &(dyn StdError + 'static))
    }
}

impl From<DecodeError> for Error {
    fn from(error: DecodeError) -> Self {
        Error::new(ErrorKind::Decode, format!("the answer cannot be decoded: {error}"))
    }
}

impl From<ItemError> for Error {
    fn from(error: ItemError) -> Self {
        let (error, raw) = error.into_parts();
        let mut error = Error::from(error);
        error.inner.raw_item = raw;
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(code: u16, body: &str) -> Error {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", http::HeaderValue::from_static("text/html"));
        Error::api("GET", "/api/v1/pods", StatusCode::from_u16(code).unwrap(), &headers, body.as_bytes())
    }

    #[test]
    fn a_status_is_worded_as_kubectl_words_it() {
        let body = r#"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",
            "message":"pods is forbidden: User \"nobody\" cannot list","reason":"Forbidden","code":403,
            "details":{"kind":"pods","causes":[{"reason":"X","message":"y","field":"z"}],"retryAfterSeconds":3}}"#;
        let error = api(403, body);
        let expected = "Error from server (Forbidden): pods is forbidden: User \"nobody\" cannot list";
        assert_eq!(error.to_string(), expected);
        assert!(error.is_forbidden() && !error.is_not_found());
        let details = error.status().and_then(|it| it.details.as_ref()).expect("details");
        assert_eq!(details.retry_after_seconds, Some(3));
        assert_eq!(details.causes[0].field.as_deref(), Some("z"));
    }

    #[test]
    fn what_is_no_status_is_kept() {
        let error = api(502, "<html>bad gateway</html>");
        let expected = "the server answered 502 Bad Gateway to GET /api/v1/pods with text/html, not a Status";
        assert_eq!(error.to_string(), expected);
        assert_eq!(error.body(), Some(&b"<html>bad gateway</html>"[..]));
        assert_eq!(
            api(404, "").to_string(),
            "the server answered 404 Not Found to GET /api/v1/pods with an empty body"
        );
        assert!(api(404, "").is_not_found());
    }
}
