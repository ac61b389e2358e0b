//! How a request says who asks, as a configuration describes it.

use std::path::PathBuf;

use crate::Secret;

/// Who asks. A client certificate is the connection's business: see [`crate::tls::Identity`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Credentials {
    /// Nothing is said: anonymous, or a client certificate.
    #[default]
    None,
    /// A bearer token.
    Token(Secret),
    /// A bearer token in a file that somebody renews.
    TokenFile {
        /// The file, which is read at once and then every ten seconds at most.
        path: PathBuf,
        /// What is used while the file has never been readable.
        token: Option<Secret>,
    },
    /// User name and password.
    Basic { username: String, password: Secret },
}
