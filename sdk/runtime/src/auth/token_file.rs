//! A bearer token in a file that somebody renews: the kubelet, for one.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use http::HeaderValue;
use kubesdk_core::{Error, ErrorKind};

use super::header::bearer;
use crate::Secret;
use crate::due::Due;

/// The token of a file, read again at most every ten seconds, and after a 401. The last good one stays while the file
/// is away or empty, as it is for a moment when it is replaced (kubernetes/kubernetes#68164).
pub(super) struct TokenFile {
    path: PathBuf,
    due: Due,
    last: RwLock<HeaderValue>,
}

impl TokenFile {
    /// Reads the file. If it cannot be read, `token` is the last good one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Credentials`] when the file cannot be read and there is no token either.
    pub(super) fn open(path: PathBuf, token: Option<&Secret>) -> Result<Self, Error> {
        let first = match (read(&path), token) {
            (Err(_), Some(token)) => bearer(token, "the token beside the token file")?,
            (read, _) => read?,
        };
        Ok(TokenFile { path, due: Due::looked(), last: RwLock::new(first) })
    }

    /// The token, after a look at the file if one is due.
    pub(super) async fn current(self: &Arc<Self>) -> HeaderValue {
        if self.due.is_due() { self.look().await } else { self.last() }
    }

    /// The token, after a look at the file.
    pub(super) async fn look(self: &Arc<Self>) -> HeaderValue {
        let file = Arc::clone(self);
        let read = tokio::task::spawn_blocking(move || read(&file.path)).await;
        match read {
            Ok(Ok(token)) => *self.last.write().unwrap_or_else(PoisonError::into_inner) = token,
            Ok(Err(error)) => tracing::warn!(%error, "the token that was read before stays in use"),
            Err(_) => {}
        }
        self.last()
    }

    fn last(&self) -> HeaderValue {
        self.last.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn read(path: &Path) -> Result<HeaderValue, Error> {
    let name = path.display();
    let text = std::fs::read_to_string(path).map_err(|cause| {
        let message =
            format!("cannot read the token file {name}: {cause}; check that it exists and is readable");
        Error::new(ErrorKind::Credentials, message).with_source(cause)
    })?;
    match text.trim() {
        "" => Err(Error::new(
            ErrorKind::Credentials,
            format!("the token file {name} is empty; write a token to it"),
        )),
        token => bearer(&token.into(), &format!("the bearer token in {name}")),
    }
}

impl fmt::Debug for TokenFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenFile").field("path", &self.path).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_token_file_is_read_again_after_ten_seconds_and_kept_when_it_vanishes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        let missing = TokenFile::open(path.clone(), None).unwrap_err();
        assert!(missing.to_string().starts_with("cannot read the token file"), "{missing}");
        std::fs::write(&path, " \n").unwrap();
        assert!(TokenFile::open(path.clone(), None).unwrap_err().to_string().contains("is empty"));

        std::fs::write(&path, "one\n").unwrap();
        let file = Arc::new(TokenFile::open(path.clone(), Some(&"old".into())).unwrap());
        let check = async |seconds: u64, expected: &str| {
            tokio::time::advance(Duration::from_secs(seconds)).await;
            assert_eq!(file.current().await, format!("Bearer {expected}"));
        };
        std::fs::write(&path, "two\n").unwrap();
        check(0, "one").await;
        check(9, "one").await;
        check(1, "two").await;
        std::fs::remove_file(&path).unwrap();
        check(20, "two").await;
        std::fs::write(&path, "").unwrap();
        check(20, "two").await;
        std::fs::write(&path, "three").unwrap();
        check(1, "two").await;
        assert_eq!(file.look().await, "Bearer three");
        assert!(!format!("{file:?}").contains("three"));
    }

    #[test]
    fn a_token_beside_the_file_is_used_until_the_file_is_there() {
        let path = PathBuf::from("nowhere/token");
        let file = TokenFile::open(path, Some(&"old".into())).unwrap();
        assert_eq!(file.last(), "Bearer old");
    }
}
