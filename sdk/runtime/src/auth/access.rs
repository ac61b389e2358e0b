//! What the transport asks before each request, and after a 401.

use std::sync::Arc;

use http::header::{AUTHORIZATION, HeaderName};
use http::{HeaderMap, HeaderValue};
use kubesdk_core::Error;

use super::impersonation::impersonate;
use super::plugin::{self, Opened};
use super::token_file::TokenFile;
use super::{Credentials, Fetch, header};
use crate::Config;
use crate::tls::{self, TlsSetup, Trust};

/// Opened credentials and TLS material of a configuration; it renews what is due.
#[derive(Debug)]
pub(crate) struct Access {
    source: Source,
    impersonation: Vec<(HeaderName, HeaderValue)>,
    tls: Arc<tls::Source>,
}

/// Where `Authorization` comes from.
#[derive(Debug)]
enum Source {
    Fixed(Option<HeaderValue>),
    TokenFile(Arc<TokenFile>),
    Plugin(Opened),
}

/// How a request was prepared.
#[derive(Clone, Debug)]
pub(crate) struct Prepared {
    /// What the request's connection must be set up with.
    pub(crate) tls: Arc<TlsSetup>,
    /// What was put into its head; nothing if the caller said who asks.
    used: Option<Credential>,
}

/// What a request is given.
#[derive(Clone, Debug, Default)]
struct Credential {
    authorization: Option<HeaderValue>,
    /// The answer of a plugin that it is of.
    answer: u64,
}

impl Access {
    /// Opens what a configuration describes: certificates, keys, CA and token files are read and checked. It reads
    /// files and blocks for as long as that takes.
    ///
    /// # Errors
    ///
    /// [`kubesdk_core::ErrorKind::Config`] or [`kubesdk_core::ErrorKind::Credentials`] with the place of what is wrong.
    pub(crate) fn open(config: &Config, fetch: Arc<dyn Fetch>) -> Result<Self, Error> {
        let name = config.tls_server_name.as_deref();
        let tls = tls::Source::open(config.trust.clone(), name, config.identity.clone())?;
        if config.trust == Trust::Anybody && config.server.starts_with("https://") {
            tracing::warn!(
                server = config.server,
                "insecure-skip-tls-verify is set: whoever answers in the server's place is believed, and gets the \
                 credentials"
            );
        }
        let source = match &config.credentials {
            Credentials::None => match &config.plugin {
                None => Source::Fixed(None),
                Some(plugin) => Source::Plugin(plugin::open(plugin, config, fetch)?),
            },
            Credentials::Token(token) => Source::Fixed(Some(header::bearer(token, "the bearer token")?)),
            Credentials::TokenFile { path, token } => {
                Source::TokenFile(Arc::new(TokenFile::open(path.clone(), token.as_ref())?))
            }
            Credentials::Basic { username, password } => {
                Source::Fixed(Some(header::basic(username, password)?))
            }
        };
        Ok(Access { source, impersonation: config.impersonation.headers()?, tls: Arc::new(tls) })
    }

    /// The TLS set-up as it stands, for the first connections.
    pub(crate) fn tls(&self) -> Arc<TlsSetup> {
        self.tls.now()
    }

    /// Puts `Authorization` and the impersonation's headers in, unless the caller did, and says which TLS set-up to use.
    ///
    /// Whatever is due is renewed first, off this thread. A future that is dropped leaves nothing half done.
    ///
    /// # Errors
    ///
    /// [`kubesdk_core::ErrorKind::Credentials`] when there are no credentials to be had.
    pub(crate) async fn prepare(&self, headers: &mut HeaderMap) -> Result<Prepared, Error> {
        impersonate(headers, &self.impersonation);
        if headers.contains_key(AUTHORIZATION) {
            return Ok(Prepared { tls: self.tls.current().await, used: None });
        }
        let credential = self.credential().await?;
        if let Some(value) = &credential.authorization {
            headers.insert(AUTHORIZATION, value.clone());
        }
        Ok(Prepared { tls: self.tls.current().await, used: Some(credential) })
    }

    async fn credential(&self) -> Result<Credential, Error> {
        let authorization = match &self.source {
            Source::Fixed(value) => value.clone(),
            Source::TokenFile(file) => Some(file.current().await),
            Source::Plugin(Opened::Exec(exec)) => {
                let answer = exec.current().await?;
                self.tls.adopt(answer.number, answer.pair.as_ref())?;
                return Ok(Credential { authorization: answer.authorization.clone(), answer: answer.number });
            }
            Source::Plugin(Opened::Oidc(oidc)) => Some(oidc.current().await?),
        };
        Ok(Credential { authorization, answer: 0 })
    }

    /// After a 401 to a request so prepared: renews the credentials and says whether there are others now, so that
    /// the same request, prepared anew, may fare better. A server that answers 401 has done nothing yet: any method
    /// may be sent again, once.
    pub(crate) async fn unauthorized(&self, prepared: &Prepared) -> bool {
        let Some(used) = &prepared.used else { return false };
        let before = used.authorization.as_ref();
        let renewed = match &self.source {
            Source::Fixed(_) => Ok(false),
            Source::TokenFile(file) => Ok(Some(&file.look().await) != before),
            Source::Plugin(Opened::Exec(exec)) => exec.renewed(used.answer).await.and_then(|answer| {
                self.tls.adopt(answer.number, answer.pair.as_ref())?;
                Ok(answer.authorization.as_ref() != before)
            }),
            Source::Plugin(Opened::Oidc(oidc)) => oidc.renewed(before).await.map(|it| Some(&it) != before),
        };
        let renewed = renewed.unwrap_or_else(|error| {
            tracing::warn!(%error, "refreshing credentials after a 401");
            false
        });
        // A certificate is part of who asks, too.
        renewed || self.tls.look_again(prepared.tls.generation).await
    }
}

#[cfg(test)]
mod tests;
