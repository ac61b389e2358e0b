//! Keys of certificates that Go takes and ring does not, named: what cannot be checked is to ring a bad signature.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::{CertificateError, Error, OtherError};
use x509_cert::Certificate;
use x509_cert::der::Decode;
use x509_cert::der::oid::db::rfc5912::RSA_ENCRYPTION;

/// An RSA key of less than 2048 bits.
#[derive(Debug)]
pub(super) struct ShortKey;

impl fmt::Display for ShortKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it has an RSA key of less than 2048 bits")
    }
}

impl StdError for ShortKey {}

/// A bad signature as what it is: of a key of these certificates that is too short to be checked.
pub(super) fn named<'a>(
    error: Error,
    certificates: impl IntoIterator<Item = &'a CertificateDer<'a>>,
) -> Error {
    let bad = matches!(error, Error::InvalidCertificate(CertificateError::BadSignature));
    match bad && certificates.into_iter().any(is_short) {
        true => CertificateError::Other(OtherError(Arc::new(ShortKey))).into(),
        false => error,
    }
}

fn is_short(certificate: &CertificateDer<'_>) -> bool {
    let Ok(certificate) = Certificate::from_der(certificate) else { return false };
    let key = certificate.tbs_certificate().subject_public_key_info();
    // The modulus is all of it but some bytes.
    key.algorithm.oid == RSA_ENCRYPTION && key.subject_public_key.raw_bytes().len() < 2048 / 8
}
