//! A rustls configuration, with ring given explicitly.

use std::fmt;
use std::sync::Arc;

use kubesdk_core::{Error, ErrorKind};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_platform_verifier::Verifier as PlatformVerifier;

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

/// Which servers are believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Those that the platform's roots vouch for.
    #[default]
    Platform,
    /// Those that these certificates vouch for, and no others.
    Roots(Pem),
    /// Any: `insecure-skip-tls-verify`.
    Anybody,
}

/// A client certificate with its private key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) certificate: Pem,
    pub(crate) key: Pem,
}

/// What connections are set up with.
#[derive(Clone, Debug)]
pub(crate) struct TlsSetup {
    /// What rustls is told; HTTP/2 is offered first, then HTTP/1.1.
    pub(crate) config: ClientConfig,
    /// Another number means other certificates or keys: connections that were made before must not be used for new
    /// requests.
    pub(crate) generation: u64,
}

impl TlsSetup {
    /// The first set-up of a configuration.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] or [`ErrorKind::Credentials`] with the place of the certificate, key or name that is wrong.
    pub(crate) fn new(
        trust: &Trust,
        server_name: Option<&str>,
        identity: Option<&Identity>,
    ) -> Result<Self, Error> {
        Ok(TlsSetup { config: client_config(trust, server_name, identity)?, generation: 0 })
    }
}

/// The TLS configuration of a connection.
fn client_config(
    trust: &Trust,
    server_name: Option<&str>,
    identity: Option<&Identity>,
) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut verifier = verifier(trust, &provider)?;
    if let Some(name) = server_name {
        verifier = Arc::new(Renamed { name: parse_server_name(name)?, inner: verifier });
    }
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|cause| {
            Error::new(ErrorKind::Config, format!("TLS cannot be set up: {cause}")).with_source(cause)
        })?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let mut config = match identity {
        None => builder.with_no_client_auth(),
        Some(identity) => {
            let chain = certificates(&identity.certificate, ErrorKind::Credentials)?;
            builder.with_client_auth_cert(chain, private_key(&identity.key)?).map_err(|cause| {
                let (certificate, key) = (&identity.certificate.origin, &identity.key.origin);
                let message = format!(
                    "the client certificate in {certificate} and the key in {key} cannot be used together: {cause}; \
                     give the key that the certificate was made for"
                );
                Error::new(ErrorKind::Credentials, message).with_source(cause)
            })?
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn verifier(trust: &Trust, provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, Error> {
    match trust {
        Trust::Anybody => Ok(Arc::new(Unverified { provider: Arc::clone(provider) })),
        Trust::Platform => match PlatformVerifier::new(Arc::clone(provider)) {
            Ok(verifier) => Ok(Arc::new(verifier)),
            Err(cause) => {
                let message = format!(
                    "the platform's root certificates cannot be used: {cause}; name the cluster's CA \
                     (`certificate-authority` in the kubeconfig)"
                );
                Err(Error::new(ErrorKind::Config, message).with_source(cause))
            }
        },
        Trust::Roots(pem) => {
            let refused = |cause: &dyn fmt::Display| {
                let message = format!(
                    "the CA certificate in {} cannot be used: {cause}; give the PEM of the certificate authority that \
                     signed the server's certificate",
                    pem.origin
                );
                Error::new(ErrorKind::Config, message)
            };
            let mut roots = RootCertStore::empty();
            let found = certificates(pem, ErrorKind::Config)?;
            if found.iter().all(|it| is_leaf(it)) {
                return Err(refused(&"it holds only certificates that may not sign others (CA:FALSE)"));
            }
            for certificate in found {
                roots.add(certificate).map_err(|cause| refused(&cause).with_source(cause))?;
            }
            let builder = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider));
            let verifier = builder.build().map_err(|cause| refused(&cause).with_source(cause))?;
            Ok(verifier)
        }
    }
}

/// Whether a certificate says that it may not sign others. Go believes such a certificate when the server shows it
/// itself; rustls does not, and says only "unknown issuer" when it is too late to explain. The extension is found by
/// its object identifier (2.5.29.19, RFC 5280 section 4.2.1.9) rather than by a parser for this alone; certificates
/// without it (version 1) may be roots.
fn is_leaf(certificate: &CertificateDer<'_>) -> bool {
    const BASIC_CONSTRAINTS: [u8; 5] = [0x06, 0x03, 0x55, 0x1d, 0x13];
    const TRUE: [u8; 3] = [0x01, 0x01, 0xff];
    let der: &[u8] = certificate;
    let Some(at) = der.windows(5).position(|it| it == BASIC_CONSTRAINTS) else { return false };
    let rest = der.get(at + 5..).unwrap_or_default();
    // critical BOOLEAN DEFAULT FALSE, then an OCTET STRING around SEQUENCE { cA BOOLEAN DEFAULT FALSE, ... }
    let rest = rest.strip_prefix(&TRUE).unwrap_or(rest);
    !matches!(rest, [0x04, _, 0x30, _, 0x01, 0x01, 0xff, ..])
}

fn certificates(pem: &Pem, kind: ErrorKind) -> Result<Vec<CertificateDer<'static>>, Error> {
    let origin = &pem.origin;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem.text).collect();
    match found {
        Ok(found) if found.is_empty() => {
            let message = format!(
                "{origin} holds no certificate; it must be PEM text with a block that begins with \
                 `-----BEGIN CERTIFICATE-----`"
            );
            Err(Error::new(kind, message))
        }
        Ok(found) => Ok(found),
        Err(_) => {
            let message =
                format!("the certificate in {origin} is not valid PEM; copy it again, whole and unchanged");
            Err(Error::new(kind, message))
        }
    }
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

fn parse_server_name(name: &str) -> Result<ServerName<'static>, Error> {
    ServerName::try_from(name.to_owned()).map_err(|cause| {
        let message =
            format!("tls-server-name \"{name}\" is neither a host name nor an IP address; correct it");
        Error::new(ErrorKind::Config, message).with_source(cause)
    })
}

/// Checks the certificate against another name than the URL's: `tls-server-name`.
#[derive(Debug)]
struct Renamed {
    name: ServerName<'static>,
    inner: Arc<dyn ServerCertVerifier>,
}

impl ServerCertVerifier for Renamed {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.inner.verify_server_cert(end_entity, intermediates, &self.name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// Believes any certificate, and still checks that the server holds its key: `insecure-skip-tls-verify`.
#[derive(Debug)]
struct Unverified {
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pem(text: &str) -> Pem {
        Pem { text: text.as_bytes().to_vec(), origin: "ca.crt".to_owned() }
    }

    fn check(trust: &Trust, identity: Option<&Identity>, expected: &str) {
        let error = client_config(trust, None, identity).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }

    #[test]
    fn broken_material_is_named() {
        let broken = "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n";
        let nonsense = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        check(&Trust::Roots(pem("")), None, "ca.crt holds no certificate");
        check(&Trust::Roots(pem(broken)), None, "the certificate in ca.crt is not valid PEM");
        check(&Trust::Roots(pem(nonsense)), None, "the CA certificate in ca.crt cannot be used");
        let key = Pem { text: b"hunter2".to_vec(), origin: "client.key".to_owned() };
        assert!(!format!("{key:?}").contains("104"), "{key:?}");
        let identity = Identity { certificate: pem(nonsense), key };
        check(&Trust::Anybody, Some(&identity), "the private key in client.key cannot be read");
    }

    #[test]
    fn a_leaf_is_told_from_an_authority() {
        let leaf = |tail: &[u8]| {
            let der = [&[0x30, 0x03, 0x06, 0x03, 0x55, 0x1d, 0x13][..], tail].concat();
            is_leaf(&CertificateDer::from(der))
        };
        assert!(leaf(&[0x01, 0x01, 0xff, 0x04, 0x02, 0x30, 0x00]));
        assert!(leaf(&[0x04, 0x02, 0x30, 0x00]));
        assert!(!leaf(&[0x01, 0x01, 0xff, 0x04, 0x05, 0x30, 0x03, 0x01, 0x01, 0xff]));
        assert!(!leaf(&[0x04, 0x05, 0x30, 0x03, 0x01, 0x01, 0xff]));
        assert!(!is_leaf(&CertificateDer::from(vec![0x30, 0x00])));
    }

    #[test]
    fn a_server_name_must_be_one() {
        let error = client_config(&Trust::Anybody, Some("a b"), None).unwrap_err();
        assert!(error.to_string().contains("tls-server-name \"a b\""), "{error}");
        assert!(client_config(&Trust::Anybody, Some("10.0.0.1"), None).is_ok());
    }

    #[test]
    fn http2_is_offered_first() {
        let config = client_config(&Trust::Anybody, None, None).unwrap();
        assert_eq!(config.alpn_protocols, [b"h2".to_vec(), b"http/1.1".to_vec()]);
    }
}
