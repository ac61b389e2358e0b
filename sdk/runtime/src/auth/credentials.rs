//! Who asks: what goes into the `Authorization` header of each request.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use kubesdk_core::{Error, ErrorKind};

use crate::Secret;

/// How a request says who asks. Client certificates are the connection's business, not a request's.
#[derive(Debug, Default)]
pub(crate) enum Credentials {
    /// Nothing is said: anonymous, or a client certificate.
    #[default]
    None,
    /// A bearer token.
    Token(Secret),
    /// A bearer token in a file that somebody renews.
    TokenFile(TokenFile),
    /// User name and password.
    Basic { username: String, password: Secret },
}

impl Credentials {
    /// The value of the `Authorization` header, marked as sensitive.
    pub(crate) fn authorization(&self) -> Result<Option<HeaderValue>, Error> {
        match self {
            Credentials::None => Ok(None),
            Credentials::Token(token) => bearer(token, "the bearer token").map(Some),
            Credentials::TokenFile(file) => {
                let token = file.token(Instant::now())?;
                bearer(&token, &format!("the bearer token in {}", file.path.display())).map(Some)
            }
            Credentials::Basic { username, password } => {
                let pair = STANDARD.encode(format!("{username}:{}", password.expose()));
                sensitive(&format!("Basic {pair}"), "user name and password").map(Some)
            }
        }
    }
}

fn bearer(token: &Secret, what: &str) -> Result<HeaderValue, Error> {
    sensitive(&format!("Bearer {}", token.expose()), what)
}

fn sensitive(value: &str, what: &str) -> Result<HeaderValue, Error> {
    // The cause is left out on purpose: it says no more, and what it is about is secret.
    let mut value = HeaderValue::from_str(value).map_err(|_| {
        let message =
            format!("{what} holds a control character: a header cannot carry it; write it on one line");
        Error::new(ErrorKind::Credentials, message)
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// A token file, read again when the last look is a minute old: the kubelet renews the file of a pod well before its
/// token expires, and client-go looks as often (`client-go/transport/token_source.go`).
pub(crate) struct TokenFile {
    path: PathBuf,
    last: Mutex<Option<(Secret, Instant)>>,
}

/// How long a token is used without a look at its file.
const FRESH: Duration = Duration::from_secs(60);

impl TokenFile {
    /// The token of a file.
    pub(crate) fn new(path: PathBuf) -> Self {
        TokenFile { path, last: Mutex::new(None) }
    }

    fn token(&self, now: Instant) -> Result<Secret, Error> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((token, looked)) = last.as_ref()
            && now.saturating_duration_since(*looked) < FRESH
        {
            return Ok(token.clone());
        }
        let token = match (self.read(), last.take()) {
            (Ok(token), _) => token,
            // The file is away for a moment while it is replaced (kubernetes/kubernetes#68164): the last good token.
            (Err(_), Some((token, _))) => token,
            (Err(error), None) => return Err(error),
        };
        *last = Some((token.clone(), now));
        Ok(token)
    }

    fn read(&self) -> Result<Secret, Error> {
        let path = self.path.display();
        let text = std::fs::read_to_string(&self.path).map_err(|cause| {
            let message =
                format!("cannot read the token file {path}: {cause}; check that it exists and is readable");
            Error::new(ErrorKind::Credentials, message).with_source(cause)
        })?;
        match text.trim() {
            "" => Err(Error::new(
                ErrorKind::Credentials,
                format!("the token file {path} is empty; write a token to it"),
            )),
            token => Ok(Secret::from(token)),
        }
    }
}

impl fmt::Debug for TokenFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenFile").field("path", &self.path).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_made_and_marked() {
        let check = |credentials: Credentials, expected: Option<&str>| {
            let value = credentials.authorization().unwrap();
            assert!(value.as_ref().is_none_or(HeaderValue::is_sensitive));
            assert_eq!(value.as_ref().map(|it| it.to_str().unwrap()), expected);
        };
        check(Credentials::None, None);
        check(Credentials::Token("abc".into()), Some("Bearer abc"));
        let basic = Credentials::Basic { username: "Aladdin".into(), password: "open sesame".into() };
        assert!(!format!("{basic:?}").contains("sesame"));
        check(basic, Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
    }

    #[test]
    fn a_token_with_a_line_break_is_refused_without_being_shown() {
        let error = Credentials::Token("abc\ndef".into()).authorization().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
        assert!(!format!("{error} {error:?}").contains("abc"));
    }

    #[test]
    fn a_token_file_is_read_again_after_a_minute_and_kept_when_it_vanishes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        let file = TokenFile::new(path.clone());
        let start = Instant::now();
        let at = |seconds| file.token(start + Duration::from_secs(seconds));
        let missing = at(0).unwrap_err();
        assert!(missing.to_string().starts_with("cannot read the token file"), "{missing}");
        std::fs::write(&path, " \n").unwrap();
        assert!(at(0).unwrap_err().to_string().contains("is empty"));
        std::fs::write(&path, "one\n").unwrap();
        assert_eq!(at(0).unwrap().expose(), "one");
        std::fs::write(&path, "two\n").unwrap();
        assert_eq!(at(59).unwrap().expose(), "one");
        assert_eq!(at(60).unwrap().expose(), "two");
        std::fs::remove_file(&path).unwrap();
        assert_eq!(at(200).unwrap().expose(), "two");
        assert!(!format!("{file:?}").contains("two"));
    }
}
