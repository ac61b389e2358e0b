//! The one error of the SDK: what kind it is, where it comes from, and the server's whole answer.

mod predicates;
mod words;

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::{HeaderMap, StatusCode};

use crate::client::retry_after;
use crate::json::{DecodeError, ItemError};
use crate::{RawJson, Status, Str, cbor, plain_object};

/// What went wrong, coarsely.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The configuration is missing or wrong.
    Config,
    /// Credentials are missing or wrong.
    Credentials,
    /// The server could not be reached; nothing was sent.
    Connect,
    /// One side did not accept the other's certificate, or does not speak TLS.
    Tls,
    /// The connection was lost before there was an answer. The server may have acted on the request, unless
    /// [`Error::is_unprocessed`] says otherwise.
    Lost,
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
    /// The server changed to another protocol than the one that was asked for.
    Protocol,
}

/// Why a call failed.
///
/// One pointer wide. [`Error::status`] holds the server's own words where it gave any; the predicates ask for the
/// machine-readable reason, never for the text of a message.
///
/// `Display` says what kubectl says: `Error from server (Forbidden): pods is forbidden: User ...`.
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
    raw_item: Option<RawJson>,
    unprocessed: bool,
    answer: Answer,
}

/// What is known of the server's answer.
#[derive(Default)]
struct Answer {
    code: Option<u16>,
    status: Option<Status>,
    /// The reason that client-go gives to an answer that is no `Status`.
    assumed_reason: Option<&'static str>,
    body: Option<Vec<u8>>,
    audit_id: Option<String>,
    retry_after: Option<Duration>,
}

/// How much of an answer that is no `Status` is kept.
const KEPT_BODY: usize = 4096;

impl Error {
    /// An error with a message of its own.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let (message, answer) = (message.into(), Answer::default());
        let inner = Inner { kind, message, source: None, raw_item: None, unprocessed: false, answer };
        Error { inner: Box::new(inner) }
    }

    /// The same with its cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.inner.source = Some(source.into());
        self
    }

    /// The same, with the certainty that the server did not act on the request: it never left, or was refused before
    /// anybody looked at it. For transports.
    #[must_use]
    pub fn unprocessed(mut self) -> Self {
        self.inner.unprocessed = true;
        self
    }

    /// The same with what can be done about it.
    #[cfg(feature = "streams")]
    pub(crate) fn advise(mut self, advice: &str) -> Self {
        self.inner.message.push_str("; ");
        self.inner.message.push_str(advice);
        self
    }

    /// The error of an answer that is no success; its `Status` is decoded if it is one. What is none is worded as
    /// kubectl words it.
    pub fn api(method: &str, path: &str, code: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let mut status = Status::default();
        let decoded = cbor::decode_answer(body, &mut status);
        let status = decoded
            .ok()
            .map(|()| status)
            .filter(|it| it.status.as_deref() == Some("Failure") || it.reason.is_some());
        let mut error = match status {
            Some(status) => Error::from_status(status, Some(code.as_u16())),
            None => Error::of_no_status(method, path, code, headers, body),
        };
        let text = |name| headers.get(name).and_then(|it: &http::HeaderValue| it.to_str().ok());
        error.inner.answer.audit_id = text("audit-id").map(str::to_owned);
        if let Some(header) = text("retry-after") {
            error.inner.answer.retry_after = retry_after::parse(header, jiff::Timestamp::now());
        }
        error
    }

    fn of_no_status(method: &str, path: &str, code: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let (reason, message) = words::generic(method, path, code.as_u16(), headers, body);
        let mut error = Error::new(ErrorKind::Api, words::of_reason(reason.unwrap_or(""), &message));
        error.inner.answer.code = Some(code.as_u16());
        error.inner.answer.assumed_reason = reason;
        error.inner.answer.body = Some(body.get(..KEPT_BODY).unwrap_or(body).to_vec());
        error
    }

    /// The error that a `Status` stands for.
    pub fn from_status(status: Status, code: Option<u16>) -> Self {
        let mut error = Error::new(ErrorKind::Api, words::of_status(&status));
        let seconds = status.details.as_ref().and_then(|it| it.retry_after_seconds);
        let seconds = seconds.and_then(|it| u64::try_from(it).ok()).filter(|it| *it > 0);
        let answer = &mut error.inner.answer;
        answer.code = code.or_else(|| status.code.and_then(|it| u16::try_from(it).ok()));
        answer.retry_after = seconds.map(Duration::from_secs);
        answer.status = Some(status);
        error
    }

    /// What went wrong, coarsely.
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// The server's `Status`, with its reason, details and causes.
    pub fn status(&self) -> Option<&Status> {
        self.inner.answer.status.as_ref()
    }

    /// The HTTP status code of the answer.
    pub fn code(&self) -> Option<u16> {
        self.inner.answer.code
    }

    /// The first 4 KiB of an answer that was no `Status`: a proxy's page, something cut off, nothing at all; or of a line
    /// of a watch that is no event.
    pub fn body(&self) -> Option<&[u8]> {
        self.inner.answer.body.as_deref()
    }

    /// The answer's `Audit-Id`, by which the call is found in the server's audit log.
    pub fn audit_id(&self) -> Option<&str> {
        self.inner.answer.audit_id.as_deref()
    }

    /// How long the server asks to wait before the call is made again: its `Retry-After`, in seconds or as a date, or
    /// `retryAfterSeconds` of its `Status`.
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner.answer.retry_after
    }

    /// The item of a list, or the object of a watch event, that did not fit its type, as it came: what follows can still
    /// be read. Nothing when the answer itself is broken.
    pub fn raw_item(&self) -> Option<&RawJson> {
        self.inner.raw_item.as_ref()
    }

    /// Which object that is: `namespace/name`, `name` where it has no namespace; nothing where it does not say.
    pub fn raw_item_name(&self) -> Option<String> {
        let Named { metadata } = self.raw_item()?.decode().ok()?;
        match (metadata.namespace.as_str(), metadata.name.as_str()) {
            (_, "") => None,
            ("", name) => Some(name.to_owned()),
            (namespace, name) => Some(format!("{namespace}/{name}")),
        }
    }

    /// The same error with the object that it is about.
    pub(crate) fn with_raw_item(mut self, raw: RawJson) -> Self {
        self.inner.raw_item = Some(raw);
        self
    }

    /// The same error with the bytes that it is about.
    pub(crate) fn with_body(mut self, body: &[u8]) -> Self {
        self.inner.answer.body = Some(body.get(..KEPT_BODY).unwrap_or(body).to_vec());
        self
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
            .field("code", &self.inner.answer.code);
        if let Some(id) = &self.inner.answer.audit_id {
            out.field("audit_id", id);
        }
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

/// What is read of an object that does not fit its type.
#[derive(Clone, Default)]
struct Named {
    metadata: Name,
}

#[derive(Clone, Default)]
struct Name {
    name: Str,
    namespace: Str,
}

plain_object! { Named, None, [0 "metadata" metadata] }
plain_object! { Name, None, [0 "name" name, 1 "namespace" namespace] }

#[cfg(test)]
mod tests;
