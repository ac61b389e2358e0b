//! Values of the `Authorization` header, marked as sensitive.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use kubesdk_core::{Error, ErrorKind};

use crate::Secret;

/// A bearer token; `what` names it in errors.
pub(super) fn bearer(token: &Secret, what: &str) -> Result<HeaderValue, Error> {
    sensitive(&format!("Bearer {}", token.expose()), what)
}

/// User name and password.
pub(super) fn basic(username: &str, password: &Secret) -> Result<HeaderValue, Error> {
    let pair = STANDARD.encode(format!("{username}:{}", password.expose()));
    sensitive(&format!("Basic {pair}"), "user name and password")
}

fn sensitive(value: &str, what: &str) -> Result<HeaderValue, Error> {
    // The cause is left out on purpose: it says no more, and what it is about is secret.
    let mut value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| {
        let message =
            format!("{what} holds a control character: a header cannot carry it; write it on one line");
        Error::new(ErrorKind::Credentials, message)
    })?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_made_and_marked() {
        let check = |value: Result<HeaderValue, Error>, expected: &str| {
            let value = value.unwrap();
            assert!(value.is_sensitive());
            assert_eq!(value.to_str().unwrap(), expected);
            assert!(!format!("{value:?}").contains(expected));
        };
        check(bearer(&"abc".into(), "the token"), "Bearer abc");
        check(basic("Aladdin", &"open sesame".into()), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    }

    #[test]
    fn a_token_with_a_line_break_is_refused_without_being_shown() {
        let error = bearer(&"abc\ndef".into(), "the token of user \"u\"").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
        assert!(error.to_string().contains("user \"u\""), "{error}");
        assert!(!format!("{error} {error:?}").contains("abc"));
    }
}
