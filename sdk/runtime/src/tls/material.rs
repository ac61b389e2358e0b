//! Certificates and keys as a configuration describes them: PEM text, or the file that holds it.

use std::fmt;
use std::path::PathBuf;

use kubesdk_core::{Error, ErrorKind};

/// PEM text and where it comes from; the text is never shown.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Pem {
    pub(crate) text: Vec<u8>,
    pub(crate) origin: String,
}

impl fmt::Debug for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pem").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// Where PEM text is to be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Material {
    /// Here.
    Inline(Pem),
    /// In a file, which is read again when it may have changed.
    File {
        path: PathBuf,
        /// What it is, for messages: `the client-key of user "dev" in FILE`.
        what: String,
    },
}

impl Material {
    /// The text as it stands now.
    pub(crate) fn read(&self, kind: ErrorKind) -> Result<Pem, Error> {
        match self {
            Material::Inline(pem) => Ok(pem.clone()),
            Material::File { path, what } => match std::fs::read(path) {
                Ok(text) => Ok(Pem { text, origin: path.display().to_string() }),
                Err(cause) => {
                    let message = format!(
                        "cannot read {what}, the file {}: {cause}; check the path and that you may read it",
                        path.display()
                    );
                    Err(Error::new(kind, message).with_source(cause))
                }
            },
        }
    }

    pub(super) fn is_file(&self) -> bool {
        matches!(self, Material::File { .. })
    }
}

/// Which servers are believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Those that the platform's roots vouch for.
    #[default]
    Platform,
    /// Those that these certificates vouch for, and no others.
    Roots(Material),
    /// Any: `insecure-skip-tls-verify`.
    Anybody,
}

/// A client certificate with its private key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) certificate: Material,
    pub(crate) key: Material,
}
