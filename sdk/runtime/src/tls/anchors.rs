//! The certificates of a `certificate-authority`, believed as Go believes them.
//!
//! An authority vouches for the certificates that it signed: webpki checks that. A certificate that stands in the
//! list itself is believed when a server shows it, authority or not (`crypto/x509`, `Certificate.Verify`: a leaf in the
//! root pool is a chain of one): that is checked here, for webpki knows no such thing.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use kubesdk_core::{Error, ErrorKind};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme};
use x509_cert::der::Decode;
use x509_cert::der::oid::db::rfc5280::{ANY_EXTENDED_KEY_USAGE, ID_KP_SERVER_AUTH};
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage};
use x509_cert::{Certificate, Version};

use super::Pem;

/// Believes what the listed certificates vouch for, and these themselves.
#[derive(Debug)]
pub(super) struct Anchored {
    /// Nothing when no certificate of the list may sign others.
    authorities: Option<Arc<WebPkiServerVerifier>>,
    listed: Vec<CertificateDer<'static>>,
    origin: String,
    provider: Arc<CryptoProvider>,
}

impl Anchored {
    /// The certificates of PEM text. As with Go, blocks that are no certificates are passed over if there is one that is.
    pub(super) fn new(pem: &Pem, provider: &Arc<CryptoProvider>) -> Result<Self, Error> {
        let origin = &pem.origin;
        let refused = |cause: &dyn fmt::Display| {
            let message = format!(
                "the CA certificate in {origin} cannot be used: {cause}; give the PEM of the certificate authority that \
                 signed the server's certificate"
            );
            Error::new(ErrorKind::Config, message)
        };
        let mut roots = RootCertStore::empty();
        let (mut listed, mut problem) = (Vec::new(), None);
        for found in CertificateDer::pem_slice_iter(&pem.text) {
            let Ok(certificate) = found else {
                problem = Some(Error::new(
                    ErrorKind::Config,
                    format!(
                        "the certificate in {origin} is not valid PEM; copy it again, whole and unchanged"
                    ),
                ));
                continue;
            };
            match Certificate::from_der(&certificate) {
                Ok(parsed) if !may_sign(&parsed) => listed.push(certificate),
                _ => match roots.add(certificate.clone()) {
                    Ok(()) => listed.push(certificate),
                    Err(cause) => problem = Some(refused(&cause).with_source(cause)),
                },
            }
        }
        match (listed.is_empty(), problem) {
            (true, Some(problem)) => return Err(problem),
            (true, None) => {
                let message = format!(
                    "{origin} holds no certificate; it must be PEM text with a block that begins with \
                     `-----BEGIN CERTIFICATE-----`"
                );
                return Err(Error::new(ErrorKind::Config, message));
            }
            (false, Some(problem)) => tracing::warn!(%problem, "a CA certificate is passed over"),
            (false, None) => {}
        }
        let authorities = match roots.is_empty() {
            true => None,
            false => {
                let builder =
                    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider));
                Some(builder.build().map_err(|cause| refused(&cause).with_source(cause))?)
            }
        };
        Ok(Anchored { authorities, listed, origin: origin.clone(), provider: Arc::clone(provider) })
    }
}

/// Whether Go lets a certificate sign others (`crypto/x509`, `CheckSignatureFrom`): one of version 3 must say that it is
/// an authority, and if it lists what its key is for, signing must be among it.
fn may_sign(certificate: &Certificate) -> bool {
    let tbs = certificate.tbs_certificate();
    let authority = match tbs.get_extension::<BasicConstraints>() {
        Ok(Some((_, constraints))) => constraints.ca,
        Ok(None) => tbs.version() != Version::V3,
        Err(_) => false,
    };
    let usage = tbs.get_extension::<KeyUsage>();
    authority && usage.is_ok_and(|it| it.is_none_or(|(_, usage)| usage.key_cert_sign()))
}

/// Whether a listed certificate may be a server's own: in time, for a server, and for this name.
fn alone(
    certificate: &CertificateDer<'_>,
    name: &ServerName<'_>,
    now: UnixTime,
) -> Result<(), rustls::Error> {
    let parsed = Certificate::from_der(certificate).map_err(|_| CertificateError::BadEncoding)?;
    let validity = parsed.tbs_certificate().validity();
    let not_before = UnixTime::since_unix_epoch(validity.not_before.to_unix_duration());
    let not_after = UnixTime::since_unix_epoch(validity.not_after.to_unix_duration());
    if now < not_before {
        return Err(CertificateError::NotValidYetContext { time: now, not_before }.into());
    }
    if now > not_after {
        return Err(CertificateError::ExpiredContext { time: now, not_after }.into());
    }
    let purposes = parsed
        .tbs_certificate()
        .get_extension::<ExtendedKeyUsage>()
        .map_err(|_| CertificateError::BadEncoding)?;
    let for_servers = |(_, usage): (bool, ExtendedKeyUsage)| {
        usage.0.iter().any(|it| [ID_KP_SERVER_AUTH, ANY_EXTENDED_KEY_USAGE].contains(it))
    };
    if !purposes.is_none_or(for_servers) {
        return Err(CertificateError::InvalidPurpose.into());
    }
    verify_server_name(&ParsedCertificate::try_from(certificate)?, name)
}

impl ServerCertVerifier for Anchored {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.listed.iter().any(|it| it == end_entity) {
            return alone(end_entity, server_name, now).map(|()| ServerCertVerified::assertion());
        }
        match &self.authorities {
            Some(webpki) => {
                webpki.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            }
            None => {
                let cause = NoAuthority { origin: self.origin.clone() };
                Err(CertificateError::Other(OtherError(Arc::new(cause))).into())
            }
        }
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

/// The list has only certificates that may not sign others, and the server shows yet another one.
#[derive(Debug)]
pub(super) struct NoAuthority {
    origin: String,
}

impl fmt::Display for NoAuthority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} holds only certificates that may not sign others (CA:FALSE), and not the server's own",
            self.origin
        )
    }
}

impl StdError for NoAuthority {}

#[cfg(test)]
mod tests;
