//! ID tokens of an OpenID Connect provider, refreshed before they expire, as client-go's `oidc` auth-provider does
//! (`plugin/pkg/client/auth/oidc`). Logging in is not done here: the refresh token is there already.

mod jwt;
mod refresh;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use kubesdk_core::{Error, ErrorKind};
use tokio::time::Instant;

use super::fetch::Fetch;
use super::header::bearer;
use super::renewal::Renewal;
use crate::Secret;
use crate::tls::{self, Material, Pem, Trust};

/// A user of an identity provider as a kubeconfig describes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Provider {
    /// Whose provider it is, for messages: `user "dev" in FILE`.
    pub(crate) user: String,
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<Secret>,
    pub(crate) id_token: Option<Secret>,
    pub(crate) refresh_token: Option<Secret>,
    /// How the provider itself is trusted.
    pub(crate) trust: Trust,
}

impl Provider {
    /// A provider from the settings of an `auth-provider`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Credentials`] when the issuer or the client is missing, or the CA is not base64.
    pub(crate) fn from_settings(settings: &BTreeMap<String, Secret>, user: &str) -> Result<Self, Error> {
        let secret = |key: &str| settings.get(key).filter(|it| !it.is_empty()).cloned();
        let text = |key: &str| secret(key).map(|it| it.expose().to_owned());
        let must = |key: &str| {
            text(key).ok_or_else(|| {
                let message =
                    format!("{user}: Must provide {key} in the config of the auth-provider \"oidc\"");
                Error::new(ErrorKind::Credentials, message)
            })
        };
        let what = format!("idp-certificate-authority of {user}");
        let trust = match (text("idp-certificate-authority-data"), text("idp-certificate-authority")) {
            (Some(data), _) => {
                let compact: String = data.split_ascii_whitespace().collect();
                let text = STANDARD.decode(compact).map_err(|_| {
                    let message = format!(
                        "idp-certificate-authority-data of {user} is not base64; encode the PEM file with \
                         `base64 -w0 FILE`"
                    );
                    Error::new(ErrorKind::Credentials, message)
                })?;
                Trust::Roots(Material::Inline(Pem { text, origin: what }))
            }
            (None, Some(path)) => {
                Trust::Roots(Material::File { path: path.into(), what: format!("the {what}") })
            }
            (None, None) => Trust::Platform,
        };
        Ok(Provider {
            user: user.to_owned(),
            issuer: must("idp-issuer-url")?,
            client_id: must("client-id")?,
            client_secret: secret("client-secret"),
            id_token: secret("id-token"),
            refresh_token: secret("refresh-token"),
            trust,
        })
    }
}

/// Where refreshed tokens are kept, so that the next program finds them: the kubeconfig that they came from.
pub(crate) trait Persist: fmt::Debug + Send + Sync {
    /// Replaces settings of the auth-provider: `id-token`, and `refresh-token` if the provider gave another. May block.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] when it cannot be written; the tokens are used all the same.
    fn persist(&self, settings: &[(&str, Secret)]) -> Result<(), Error>;
}

/// A token is taken for expired so long before it is: clocks differ (`expiryDelta` in client-go).
const LEEWAY: Duration = Duration::from_secs(10);

/// A token that we have just got is not refreshed again because of a 401 for so long: it is the server that will not
/// have it, and refresh tokens may be used up.
const SETTLE: Duration = Duration::from_secs(60);

/// A provider with the tokens that it gave.
#[derive(Debug)]
pub(super) struct Oidc {
    provider: Provider,
    tls: Arc<tls::Source>,
    fetch: Arc<dyn Fetch>,
    persist: Option<Arc<dyn Persist>>,
    tokens: Renewal<Tokens>,
    now: fn() -> SystemTime,
}

#[derive(Debug)]
struct Tokens {
    id: Option<IdToken>,
    refresh: Option<Secret>,
    /// When we got them; nothing if they came from the kubeconfig.
    got: Option<Instant>,
}

#[derive(Debug)]
struct IdToken {
    authorization: HeaderValue,
    expires: SystemTime,
}

impl IdToken {
    fn new(token: &Secret, user: &str) -> Result<Self, Error> {
        let expires = jwt::expiry(token.expose()).map_err(|why| {
            let message = format!("the id-token of {user} is not a valid JWT: {why}; log in again");
            Error::new(ErrorKind::Credentials, message)
        })?;
        Ok(IdToken { authorization: bearer(token, &format!("the id-token of {user}"))?, expires })
    }
}

impl Oidc {
    /// Opens a provider; nothing is asked yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Credentials`] when the ID token is none; [`ErrorKind::Config`] when the provider's CA is none.
    pub(super) fn open(
        provider: Provider,
        fetch: Arc<dyn Fetch>,
        persist: Option<Arc<dyn Persist>>,
    ) -> Result<Self, Error> {
        let id = provider.id_token.as_ref().map(|it| IdToken::new(it, &provider.user)).transpose()?;
        let tokens = Tokens { id, refresh: provider.refresh_token.clone(), got: None };
        let tls = Arc::new(tls::Source::open(provider.trust.clone(), None, None)?);
        let tokens = Renewal::new(Some(tokens));
        Ok(Oidc { provider, tls, fetch, persist, tokens, now: SystemTime::now })
    }

    /// The header of a token that has not expired.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Credentials`] when it has and there is no other to be had.
    pub(super) async fn current(&self) -> Result<HeaderValue, Error> {
        let limit = (self.now)() + LEEWAY;
        let fresh = |it: &Tokens| it.id.as_ref().is_some_and(|it| limit < it.expires);
        let tokens = match self.tokens.last().filter(|it| fresh(it)) {
            Some(tokens) => tokens,
            None => self.tokens.renew(fresh, |_| self.refresh()).await?,
        };
        header(&tokens)
    }

    /// The header after a 401 to another; the same if it makes no sense to ask for more.
    ///
    /// # Errors
    ///
    /// As [`Oidc::current`].
    pub(super) async fn renewed(&self, refused: Option<&HeaderValue>) -> Result<HeaderValue, Error> {
        let settled = |it: &Tokens| {
            let other = it.id.as_ref().map(|it| &it.authorization) != refused;
            other || it.refresh.is_none() || it.got.is_some_and(|got| got.elapsed() < SETTLE)
        };
        header(&*self.tokens.renew(settled, |_| self.refresh()).await?)
    }

    async fn refresh(&self) -> Result<Tokens, Error> {
        let last = self.tokens.last();
        let Some(refresh) = last.as_ref().and_then(|it| it.refresh.clone()) else {
            let message = format!(
                "{}: No valid id-token, and cannot refresh without refresh-token; log in again",
                self.provider.user
            );
            return Err(Error::new(ErrorKind::Credentials, message));
        };
        let tls = self.tls.current().await;
        let given = refresh::refresh(&self.provider, &refresh, &tls, self.fetch.as_ref()).await?;
        let id = IdToken::new(&given.id_token, &self.provider.user)?;
        let other = given.refresh_token.filter(|it| *it != refresh);
        let mut settings = vec![("id-token", given.id_token)];
        settings.extend(other.clone().map(|it| ("refresh-token", it)));
        self.keep(settings).await;
        Ok(Tokens { id: Some(id), refresh: other.or(Some(refresh)), got: Some(Instant::now()) })
    }

    /// client-go gives up when the tokens cannot be written; they are good all the same.
    async fn keep(&self, settings: Vec<(&'static str, Secret)>) {
        let Some(persist) = self.persist.clone() else { return };
        let kept = tokio::task::spawn_blocking(move || persist.persist(&settings)).await;
        if let Ok(Err(error)) = kept {
            tracing::warn!(%error, user = self.provider.user, "could not persist new tokens");
        }
    }
}

fn header(tokens: &Tokens) -> Result<HeaderValue, Error> {
    let token = tokens.id.as_ref().ok_or_else(|| Error::new(ErrorKind::Credentials, "there is no id-token"));
    token.map(|it| it.authorization.clone())
}

#[cfg(test)]
mod tests;
