//! TLS material that is opened once and followed while it changes.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kubesdk_core::{Error, ErrorKind};
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::ServerName;

use super::setup::client_config;
use super::verifier::{parse_server_name, verifier};
use super::{Identity, KeyPair, Pem, TlsSetup, Trust, key_pair};
use crate::due::Due;

/// The TLS side of a configuration. Files are read again at most every ten seconds, when somebody asks; what they hold
/// is compared, and a change makes another generation. While a file is away or does not go with the others, as in the
/// middle of a rotation, what was good last stays.
pub(crate) struct Source {
    trust: Trust,
    server_name: Option<ServerName<'static>>,
    identity: Option<Identity>,
    provider: Arc<CryptoProvider>,
    due: Due,
    state: Mutex<State>,
}

struct State {
    read: Read,
    verifier: Arc<dyn ServerCertVerifier>,
    pair: Option<KeyPair>,
    /// Which of a plugin's answers `pair` is of.
    answer: u64,
    setup: Arc<TlsSetup>,
}

/// What the files held.
#[derive(Debug, PartialEq, Eq)]
struct Read {
    authority: Option<Pem>,
    identity: Option<(Pem, Pem)>,
}

impl Source {
    /// Opens what is described.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] or [`ErrorKind::Credentials`] with the place of the file, certificate, key or name that
    /// is wrong.
    pub(crate) fn open(
        trust: Trust,
        server_name: Option<&str>,
        identity: Option<Identity>,
    ) -> Result<Self, Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let server_name = server_name.map(parse_server_name).transpose()?;
        let read = read(&trust, identity.as_ref())?;
        let verifier = verifier(&trust, read.authority.as_ref(), server_name.as_ref(), &provider)?;
        let pair = read.identity.as_ref().map(|(certificate, key)| key_pair(certificate, key)).transpose()?;
        let config = client_config(Arc::clone(&verifier), pair.as_ref(), server_name.as_ref(), &provider)?;
        let setup = Arc::new(TlsSetup { config, generation: 0 });
        let state = Mutex::new(State { read, verifier, pair, answer: 0, setup });
        Ok(Source { trust, server_name, identity, provider, due: Due::looked(), state })
    }

    /// The set-up as it was at the last look.
    pub(crate) fn now(&self) -> Arc<TlsSetup> {
        Arc::clone(&self.state().setup)
    }

    /// The set-up, after a look at the files if one is due.
    pub(crate) async fn current(self: &Arc<Self>) -> Arc<TlsSetup> {
        if self.has_files() && self.due.is_due() {
            self.follow().await;
        }
        self.now()
    }

    async fn follow(self: &Arc<Self>) {
        let source = Arc::clone(self);
        if let Ok(Err(error)) = tokio::task::spawn_blocking(move || source.look()).await {
            tracing::warn!(%error, "TLS files cannot be used; what was read before stays in use");
        }
    }

    /// After a refusal: looks at the files, due or not, and says whether the set-up is of another generation now.
    pub(crate) async fn look_again(self: &Arc<Self>, generation: u64) -> bool {
        if self.has_files() {
            self.follow().await;
        }
        self.now().generation != generation
    }

    /// The set-up with the certificate that a plugin gave, or without any if it gave none. Answers are numbered from 1;
    /// one that is older than what is in use changes nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] when rustls refuses the set-up as a whole.
    pub(crate) fn adopt(&self, answer: u64, pair: Option<&KeyPair>) -> Result<(), Error> {
        let mut state = self.state();
        if answer <= state.answer {
            return Ok(());
        }
        state.answer = answer;
        if !same(state.pair.as_ref(), pair) {
            state.pair = pair.cloned();
            self.renew(&mut state)?;
        }
        Ok(())
    }

    /// Reads the files and takes over what has changed.
    fn look(&self) -> Result<(), Error> {
        let read = read(&self.trust, self.identity.as_ref())?;
        let mut state = self.state();
        if read == state.read {
            return Ok(());
        }
        if read.authority != state.read.authority {
            state.verifier =
                verifier(&self.trust, read.authority.as_ref(), self.server_name.as_ref(), &self.provider)?;
        }
        if let Some((certificate, key)) = &read.identity {
            state.pair = Some(key_pair(certificate, key)?);
        }
        state.read = read;
        tracing::debug!("certificates have changed; new connections use the new ones");
        self.renew(&mut state)
    }

    fn renew(&self, state: &mut State) -> Result<(), Error> {
        let (pair, name) = (state.pair.as_ref(), self.server_name.as_ref());
        let config = client_config(Arc::clone(&state.verifier), pair, name, &self.provider)?;
        state.setup = Arc::new(TlsSetup { config, generation: state.setup.generation + 1 });
        Ok(())
    }

    fn has_files(&self) -> bool {
        let roots = matches!(&self.trust, Trust::Roots(material) if material.is_file());
        roots || self.identity.as_ref().is_some_and(|it| it.certificate.is_file() || it.key.is_file())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Source");
        out.field("trust", &self.trust)
            .field("server_name", &self.server_name)
            .field("identity", &self.identity);
        out.field("setup", &self.now()).finish_non_exhaustive()
    }
}

fn read(trust: &Trust, identity: Option<&Identity>) -> Result<Read, Error> {
    let authority = match trust {
        Trust::Roots(material) => Some(material.read(ErrorKind::Config)?),
        Trust::Platform | Trust::Anybody => None,
    };
    let kind = ErrorKind::Credentials;
    let identity = match identity {
        Some(Identity { certificate, key }) => Some((certificate.read(kind)?, key.read(kind)?)),
        None => None,
    };
    Ok(Read { authority, identity })
}

/// Whether two certificates are the same one; the same certificate has the same key.
fn same(one: Option<&KeyPair>, other: Option<&KeyPair>) -> bool {
    one.map(|it| &it.cert) == other.map(|it| &it.cert)
}

#[cfg(test)]
mod tests;
