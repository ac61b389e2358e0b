//! The certificates of a `certificate-authority`, believed as Go believes them.
//!
//! An authority vouches for the certificates that it signed: webpki checks that. A certificate that stands in the
//! list itself is believed when a server shows it, authority or not (`crypto/x509`, `Certificate.Verify`: a leaf in the
//! root pool is a chain of one): that is checked here, for webpki knows no such thing.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use kubesdk_core::{Error, ErrorKind};
use rustls::client::danger::{ServerCertVerified, ServerCertVerifier};
use rustls::client::{VerifierBuilderError, WebPkiServerVerifier, verify_server_name};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, OtherError, RootCertStore};
use x509_cert::der::Decode;
use x509_cert::der::oid::db::rfc5280::{ANY_EXTENDED_KEY_USAGE, ID_KP_SERVER_AUTH};
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage};
use x509_cert::time::Time;
use x509_cert::{Certificate, Version};

use super::{Pem, keys};

/// Believes what the listed certificates vouch for, and these themselves.
#[derive(Debug)]
pub(super) struct Anchored {
    listed: Vec<Listed>,
    /// All that may sign others; nothing if there is none.
    authorities: Option<Arc<WebPkiServerVerifier>>,
    origin: String,
    provider: Arc<CryptoProvider>,
}

/// A certificate of the list.
#[derive(Debug)]
struct Listed {
    der: CertificateDer<'static>,
    may_sign: bool,
    /// From when and until when it is valid; nothing where that is for webpki alone to read.
    valid: Option<(UnixTime, UnixTime)>,
}

impl Listed {
    fn new(der: CertificateDer<'static>) -> Self {
        let Ok(parsed) = Certificate::from_der(&der) else {
            return Listed { der, may_sign: true, valid: None };
        };
        Listed { may_sign: may_sign(&parsed), valid: Some(validity(&parsed)), der }
    }

    /// As Go has it, and webpki does not, an authority that has expired vouches for nobody.
    fn vouches_at(&self, now: UnixTime) -> bool {
        self.may_sign && self.valid.is_none_or(|(from, until)| from <= now && now <= until)
    }
}

impl Anchored {
    /// The certificates of PEM text. As with Go, blocks that are no certificates are passed over if there is one that is.
    pub(super) fn new(pem: &Pem, provider: &Arc<CryptoProvider>) -> Result<Self, Error> {
        let origin = pem.origin.clone();
        let mut listed = Vec::new();
        let mut problem = Error::new(
            ErrorKind::Config,
            format!(
                "{origin} holds no certificate; it must be PEM text with a block that begins with \
                 `-----BEGIN CERTIFICATE-----`"
            ),
        );
        for found in CertificateDer::pem_slice_iter(&pem.text) {
            match found.map(Listed::new) {
                Ok(it) if !it.may_sign => listed.push(it),
                Ok(it) => match RootCertStore::empty().add(it.der.clone()) {
                    Ok(()) => listed.push(it),
                    Err(cause) => problem = passed_over(refused(&origin, &cause).with_source(cause)),
                },
                Err(_) => {
                    let what = "is not valid PEM; copy it again, whole and unchanged";
                    let message = format!("the certificate in {origin} {what}");
                    problem = passed_over(Error::new(ErrorKind::Config, message));
                }
            }
        }
        if listed.is_empty() {
            return Err(problem);
        }
        let authorities = authorities(listed.iter().filter(|it| it.may_sign), provider)
            .map_err(|cause| refused(&origin, &cause))?;
        Ok(Anchored { listed, authorities, origin, provider: Arc::clone(provider) })
    }

    /// Whether a server's certificate is believed.
    pub(super) fn verify(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.listed.iter().any(|it| it.der == *end_entity) {
            return alone(end_entity, server_name, now).map(|()| ServerCertVerified::assertion());
        }
        let Some(authorities) = self.authorities_at(now) else {
            let cause = NoAuthority { origin: self.origin.clone(), expired: self.authorities.is_some() };
            return Err(CertificateError::Other(OtherError(Arc::new(cause))).into());
        };
        let verified =
            authorities.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        let signers = self.listed.iter().map(|it| &it.der).chain(intermediates);
        verified.map_err(|error| keys::named(error, signers))
    }

    /// Those that vouch for others now.
    fn authorities_at(&self, now: UnixTime) -> Option<Arc<WebPkiServerVerifier>> {
        if self.listed.iter().all(|it| !it.may_sign || it.vouches_at(now)) {
            return self.authorities.clone();
        }
        authorities(self.listed.iter().filter(|it| it.vouches_at(now)), &self.provider).ok().flatten()
    }
}

fn passed_over(problem: Error) -> Error {
    tracing::warn!(%problem, "a CA certificate is passed over");
    problem
}

fn refused(origin: &str, cause: &dyn fmt::Display) -> Error {
    let message = format!(
        "the CA certificate in {origin} cannot be used: {cause}; give the PEM of the certificate authority that signed \
         the server's certificate"
    );
    Error::new(ErrorKind::Config, message)
}

fn authorities<'a>(
    listed: impl Iterator<Item = &'a Listed>,
    provider: &Arc<CryptoProvider>,
) -> Result<Option<Arc<WebPkiServerVerifier>>, VerifierBuilderError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(listed.map(|it| it.der.clone()));
    if roots.is_empty() {
        return Ok(None);
    }
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider)).build().map(Some)
}

fn validity(certificate: &Certificate) -> (UnixTime, UnixTime) {
    let validity = certificate.tbs_certificate().validity();
    let time = |it: Time| UnixTime::since_unix_epoch(it.to_unix_duration());
    (time(validity.not_before), time(validity.not_after))
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
    let (not_before, not_after) = validity(&parsed);
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

/// Nothing of the list vouches for others, and the server shows a certificate that is not in it.
#[derive(Debug)]
pub(super) struct NoAuthority {
    origin: String,
    /// Whether there were authorities once.
    expired: bool,
}

impl fmt::Display for NoAuthority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self.expired {
            true => "holds only authorities that have expired or are not valid yet",
            false => "holds only certificates that may not sign others (CA:FALSE), and not the server's own",
        };
        write!(f, "{} {why}", self.origin)
    }
}

impl StdError for NoAuthority {}

#[cfg(test)]
mod tests;
