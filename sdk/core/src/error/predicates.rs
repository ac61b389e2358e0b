//! Questions to an error: the server's machine-readable reason, or its HTTP code where it gives no reason that is
//! known, as client-go asks (`apimachinery/pkg/api/errors`).

use super::{Error, ErrorKind};

/// The reasons of `meta/v1`; a code is asked only where the reason is none of them.
const KNOWN: [&str; 18] = [
    "AlreadyExists",
    "BadRequest",
    "Conflict",
    "Expired",
    "Forbidden",
    "Gone",
    "InternalError",
    "Invalid",
    "MethodNotAllowed",
    "NotAcceptable",
    "NotFound",
    "RequestEntityTooLarge",
    "ServerTimeout",
    "ServiceUnavailable",
    "Timeout",
    "TooManyRequests",
    "Unauthorized",
    "UnsupportedMediaType",
];

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident: $reason:literal $(or $code:literal)?;)*) => {
        impl Error {
            $($(#[$doc])*
            pub fn $name(&self) -> bool {
                self.reason_is($reason, None$(.or(Some($code)))?)
            })*
        }
    };
}

reasons! {
    /// The object or path does not exist (`NotFound`, 404).
    is_not_found: "NotFound" or 404;
    /// An object of that name exists (`AlreadyExists`).
    is_already_exists: "AlreadyExists";
    /// The object was changed since it was read (`Conflict`, 409).
    is_conflict: "Conflict" or 409;
    /// The user may not do that (`Forbidden`, 403).
    is_forbidden: "Forbidden" or 403;
    /// The server does not know the user (`Unauthorized`, 401).
    is_unauthorized: "Unauthorized" or 401;
    /// The object is not valid (`Invalid`, 422); [`Error::status`] has the causes.
    is_invalid: "Invalid" or 422;
    /// The request makes no sense to the server (`BadRequest`, 400).
    is_bad_request: "BadRequest" or 400;
    /// What was asked for is gone for good (`Gone`, 410).
    is_gone: "Gone" or 410;
    /// The resource does not have this verb (`MethodNotAllowed`, 405).
    is_method_not_allowed: "MethodNotAllowed" or 405;
    /// The server has none of the encodings that were asked for (`NotAcceptable`, 406).
    is_not_acceptable: "NotAcceptable" or 406;
    /// The server does not read this encoding of the body (`UnsupportedMediaType`, 415).
    is_unsupported_media_type: "UnsupportedMediaType" or 415;
    /// The body is larger than the server takes, 3 MiB as a rule (`RequestEntityTooLarge`, 413).
    is_too_large: "RequestEntityTooLarge" or 413;
    /// The server asks for patience (`TooManyRequests`, 429).
    is_too_many_requests: "TooManyRequests" or 429;
    /// The server failed (`InternalError`, 500).
    is_internal: "InternalError" or 500;
    /// The server cannot answer at present (`ServiceUnavailable`, 503).
    is_service_unavailable: "ServiceUnavailable" or 503;
    /// The server could not finish in time and asks for another try (`ServerTimeout`).
    is_server_timeout: "ServerTimeout";
}

impl Error {
    /// The resource version or continue token is too old (`Expired` or `Gone`, 410): list again.
    pub fn is_expired(&self) -> bool {
        self.reason_is("Expired", Some(410)) || self.is_gone()
    }

    /// A deadline passed, here or at the server (`Timeout`, 504).
    pub fn is_timeout(&self) -> bool {
        self.inner.kind == ErrorKind::Timeout || self.reason_is("Timeout", Some(504))
    }

    /// The server has not seen the resource version yet that was asked for: the same call succeeds a little later.
    pub fn is_resource_version_too_large(&self) -> bool {
        self.is_timeout() && self.has_cause("ResourceVersionTooLarge")
    }

    /// Whether the same call, made again a little later, may well succeed: the server was not reached, the connection
    /// was lost, a deadline passed, an answer broke off, or the server said that it is overloaded or not ready.
    ///
    /// It says nothing about whether that is safe: a call that changes something may have been acted on already. The
    /// client itself makes safe calls again ([`Retries`](crate::Retries)) before it gives an error.
    pub fn is_retryable(&self) -> bool {
        match self.inner.kind {
            ErrorKind::Connect | ErrorKind::Lost | ErrorKind::Timeout | ErrorKind::Body => true,
            ErrorKind::Api => {
                let again = matches!(self.code(), Some(429 | 502..=504));
                again || self.is_server_timeout() || self.retry_after().is_some()
            }
            _ => false,
        }
    }

    /// Whether it is certain that the server did not act on the request: it never left, or was refused before anybody
    /// looked at it.
    pub fn is_unprocessed(&self) -> bool {
        let never_left = [ErrorKind::Connect, ErrorKind::Tls, ErrorKind::Request, ErrorKind::Config];
        self.inner.unprocessed || never_left.contains(&self.inner.kind)
    }

    /// The machine-readable reason: the server's own, or what client-go assumes of an answer that is no `Status`.
    pub fn reason(&self) -> Option<&str> {
        let own = self.status().and_then(|it| it.reason.as_deref()).filter(|it| !it.is_empty());
        own.or(self.inner.answer.assumed_reason)
    }

    /// Whether the `Status` has a cause with this reason: `DisruptionBudget`, `NamespaceTerminating` ...
    pub fn has_cause(&self, reason: &str) -> bool {
        let details = self.status().and_then(|it| it.details.as_ref());
        details.is_some_and(|it| it.causes.iter().any(|it| it.reason.as_deref() == Some(reason)))
    }

    fn reason_is(&self, reason: &str, code: Option<u16>) -> bool {
        match self.reason() {
            Some(found) if KNOWN.contains(&found) => found == reason,
            _ => code.is_some() && self.code() == code,
        }
    }
}
