//! What goes wrong below HTTP, told as an error of ours: how far the request came, in kubectl's words where kubectl
//! has some.

use std::error::Error as StdError;
use std::io;

use kubesdk_core::{Error, ErrorKind};

use crate::tls;

/// Words for a request that brought no answer. `at` is whom it was sent to, as a client calls it.
pub(super) fn no_answer(cause: reqwest::Error, at: &str) -> Error {
    let cause = cause.without_url();
    let (kind, message) = if let Some(tls) = find_tls(&cause) {
        (ErrorKind::Tls, tls::explain(tls, at))
    } else if refused(&cause) {
        let question = "did you specify the right host or port?";
        (ErrorKind::Connect, format!("The connection to the server {at} was refused - {question}"))
    } else if cause.is_connect() && cause.is_timeout() {
        let message =
            format!("Unable to connect to the server {at} in time; check that it is reachable from here");
        return Error::new(ErrorKind::Timeout, message).unprocessed().with_source(cause);
    } else if cause.is_connect() {
        (ErrorKind::Connect, format!("Unable to connect to the server {at}: {}", root(&cause)))
    } else if cause.is_builder() {
        (ErrorKind::Request, format!("the request to the server {at} is not valid: {}", root(&cause)))
    } else if cause.is_timeout() {
        (ErrorKind::Lost, format!("the server {at} fell silent before it answered"))
    } else {
        (ErrorKind::Lost, format!("the connection to the server {at} was lost: {}", root(&cause)))
    };
    let unprocessed = never_processed(&cause);
    let error = Error::new(kind, message).with_source(cause);
    if unprocessed { error.unprocessed() } else { error }
}

/// Words for an answer that broke off.
pub(super) fn broken_off(cause: reqwest::Error, at: &str) -> Error {
    let cause = cause.without_url();
    let (kind, message) = if cause.is_timeout() {
        (ErrorKind::Timeout, format!("the server {at} fell silent in the middle of an answer"))
    } else {
        (ErrorKind::Body, format!("the answer of the server {at} broke off: {}", root(&cause)))
    };
    Error::new(kind, message).with_source(cause)
}

/// Host and port of a server's URL.
pub(super) fn authority(server: &str) -> &str {
    let rest = server.split_once("://").map_or(server, |it| it.1);
    rest.split_once('/').map_or(rest, |it| it.0)
}

fn chain<'a>(error: &'a reqwest::Error) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    let first: &'a (dyn StdError + 'static) = error;
    std::iter::successors(Some(first), |it: &&'a (dyn StdError + 'static)| (**it).source())
}

/// The innermost cause, which is the one that says something.
fn root(error: &reqwest::Error) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}

fn refused(error: &reqwest::Error) -> bool {
    let mut causes = chain(error).filter_map(|it| it.downcast_ref::<io::Error>());
    causes.any(|it| it.kind() == io::ErrorKind::ConnectionRefused)
}

/// Whether the server certainly did not act: it refused the stream or closed the connection to streams as new as this
/// (RFC 9113, 8.7), or the request was still waiting for a connection that went away.
fn never_processed(error: &reqwest::Error) -> bool {
    chain(error).any(|it| {
        if let Some(h2) = it.downcast_ref::<h2::Error>() {
            let reason = h2.reason();
            let refused = h2.is_reset() && reason == Some(h2::Reason::REFUSED_STREAM);
            let left_out = h2.is_go_away() && reason == Some(h2::Reason::NO_ERROR);
            return h2.is_remote() && (refused || left_out);
        }
        it.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_canceled)
    })
}

/// The TLS error inside: `io::Error` hides what it wraps from `source`, and may wrap another.
fn find_tls(error: &reqwest::Error) -> Option<&rustls::Error> {
    chain(error).find_map(|it| {
        let mut inner = it;
        while let Some(wrapped) = inner.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            inner = wrapped;
        }
        inner.downcast_ref::<rustls::Error>()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authority_of_a_url() {
        assert_eq!(authority("https://h:6443/base"), "h:6443");
        assert_eq!(authority("http://[::1]:1"), "[::1]:1");
    }
}
