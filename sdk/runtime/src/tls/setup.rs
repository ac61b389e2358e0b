//! A rustls configuration, with ring given explicitly.

use std::fmt;
use std::sync::Arc;

use kubesdk_core::{Error, ErrorKind};
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, InconsistentKeys};

use super::Pem;

/// What connections are set up with.
#[derive(Clone)]
pub(crate) struct TlsSetup {
    /// What rustls is told; HTTP/2 is offered first, then HTTP/1.1.
    pub(crate) config: ClientConfig,
    /// Another number means other certificates or keys: connections that were made before must not be used for new
    /// requests.
    pub(crate) generation: u64,
}

impl fmt::Debug for TlsSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsSetup").field("generation", &self.generation).finish_non_exhaustive()
    }
}

/// A client certificate with its chain, and the key that goes with it.
pub(crate) type KeyPair = Arc<CertifiedKey>;

/// The TLS configuration of a connection to a server, which may be called by another name than its URL's.
pub(super) fn client_config(
    verifier: Arc<dyn ServerCertVerifier>,
    identity: Option<&KeyPair>,
    server_name: Option<&ServerName<'static>>,
    provider: &Arc<CryptoProvider>,
) -> Result<ClientConfig, Error> {
    let builder = ClientConfig::builder_with_provider(Arc::clone(provider))
        .with_safe_default_protocol_versions()
        .map_err(|cause| {
            Error::new(ErrorKind::Config, format!("TLS cannot be set up: {cause}")).with_source(cause)
        })?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let mut config = match identity {
        None => builder.with_no_client_auth(),
        Some(pair) => builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(Arc::clone(pair)))),
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    // An address is no name for a handshake (RFC 6066), and the URL's host is not what was asked for. A host name is
    // put into the URL by the transport.
    config.enable_sni = !matches!(server_name, Some(ServerName::IpAddress(_)));
    Ok(config)
}

/// A client certificate and its key from PEM text.
///
/// # Errors
///
/// [`ErrorKind::Credentials`] with the origin of what is no certificate or key, or when they do not go together.
pub(crate) fn key_pair(certificate: &Pem, key: &Pem) -> Result<KeyPair, Error> {
    let chain = client_chain(certificate)?;
    let provider = rustls::crypto::ring::default_provider();
    let pair = CertifiedKey::from_der(chain, private_key(key)?, &provider).map_err(|cause| {
        let (certificate, key) = (&certificate.origin, &key.origin);
        let message = match &cause {
            rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => format!(
                "the client certificate in {certificate} and the key in {key} cannot be used together: {cause}; \
                 give the key that the certificate was made for"
            ),
            rustls::Error::InvalidCertificate(_) => format!(
                "the client certificate in {certificate} cannot be used: {cause}; give the certificate that the \
                 cluster's authority signed"
            ),
            _ => format!(
                "the private key in {key} cannot be used: {cause}; make a key of the kind RSA (2048 bits or more), \
                 ECDSA (P-256 or P-384) or Ed25519"
            ),
        };
        Error::new(ErrorKind::Credentials, message).with_source(cause)
    })?;
    Ok(Arc::new(pair))
}

fn client_chain(pem: &Pem) -> Result<Vec<CertificateDer<'static>>, Error> {
    let origin = &pem.origin;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem.text).collect();
    let message = match found {
        Ok(found) if !found.is_empty() => return Ok(found),
        Ok(_) => format!(
            "{origin} holds no certificate; it must be PEM text with a block that begins with \
             `-----BEGIN CERTIFICATE-----`"
        ),
        Err(_) => format!("the certificate in {origin} is not valid PEM; copy it again, whole and unchanged"),
    };
    Err(Error::new(ErrorKind::Credentials, message))
}

fn private_key(pem: &Pem) -> Result<PrivateKeyDer<'static>, Error> {
    // The cause is left out on purpose: it may quote the text, which is a private key.
    PrivateKeyDer::from_pem_slice(&pem.text).map_err(|_| {
        let message = format!(
            "the private key in {} cannot be read; it must be one unencrypted PEM block: PRIVATE KEY, \
             RSA PRIVATE KEY or EC PRIVATE KEY",
            pem.origin
        );
        Error::new(ErrorKind::Credentials, message)
    })
}
