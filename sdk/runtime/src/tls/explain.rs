//! Words for what goes wrong in a handshake, with the remedy.

use rustls::{AlertDescription, CertificateError, Error};

use super::anchors::NoAuthority;
use super::keys::ShortKey;

/// What keys and signatures of certificates may be.
const KINDS: &str =
    "RSA keys of 2048 bits or more, ECDSA P-256 or P-384, or Ed25519, signed with SHA-256 or better";

/// What went wrong with the server at `at` (host and port), and what to do.
pub(crate) fn explain(cause: &Error, at: &str) -> String {
    match cause {
        Error::InvalidCertificate(why) => certificate(why, cause, at),
        // What a server says that has no certificate of a kind that was offered, among others.
        Error::AlertReceived(AlertDescription::HandshakeFailure) => format!(
            "the server {at} ended the TLS handshake: {cause}; give it a certificate of a kind that is \
             supported ({KINDS}), or check the client certificate and its key"
        ),
        Error::AlertReceived(_) => format!(
            "the server {at} ended the TLS handshake: {cause}; check the client certificate and its key"
        ),
        Error::InvalidMessage(_) => {
            format!("the server {at} does not speak TLS: {cause}; check the port, or use http://")
        }
        _ => format!("TLS with the server {at} failed: {cause}"),
    }
}

fn certificate(why: &CertificateError, cause: &Error, at: &str) -> String {
    use CertificateError::{
        BadSignature, Expired, ExpiredContext, InvalidPurpose, InvalidPurposeContext, NotValidForName,
        NotValidForNameContext, NotValidYet, NotValidYetContext, Other, UnknownIssuer,
        UnsupportedSignatureAlgorithmContext, UnsupportedSignatureAlgorithmForPublicKeyContext,
    };
    match why {
        // A bad signature: the CA has the name of the one that signed and is another, as after a rotation.
        UnknownIssuer | BadSignature => format!(
            "the certificate of the server {at} is signed by an unknown authority; give the CA that signed it \
             (`certificate-authority` of the cluster in the kubeconfig)"
        ),
        NotValidForNameContext { presented, .. } if presented.is_empty() => format!(
            "the certificate of the server {at} names no host as a subject alternative name, and a common name is not \
             looked at; give the server a certificate with `subjectAltName`"
        ),
        NotValidForName | NotValidForNameContext { .. } => format!(
            "the certificate of the server {at} is for another name: {cause}; use one of its names, or set \
             `tls-server-name` of the cluster in the kubeconfig"
        ),
        Expired | ExpiredContext { .. } => format!(
            "the certificate of the server {at} has expired: {cause}; renew it, or mend this machine's clock"
        ),
        NotValidYet | NotValidYetContext { .. } => {
            format!("the certificate of the server {at} is not valid yet: {cause}; mend this machine's clock")
        }
        InvalidPurpose | InvalidPurposeContext { .. } => format!(
            "the certificate of the server {at} is not for servers: {cause}; give the server a certificate whose \
             extended key usage, if it has one, lists serverAuth"
        ),
        UnsupportedSignatureAlgorithmContext { .. }
        | UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            format!(
                "the certificate of the server {at} or of its authority is of a kind that is not supported: \
                 {cause}; use {KINDS}"
            )
        }
        Other(inner) if inner.0.is::<ShortKey>() => format!(
            "the certificate of the server {at} or of its authority is of a kind that is not supported: {}; \
             use {KINDS}",
            inner.0
        ),
        Other(inner) if inner.0.is::<NoAuthority>() => format!(
            "the certificate of the server {at} is signed by an unknown authority: {}; give the CA that signed it, or \
             that certificate itself (`certificate-authority` of the cluster in the kubeconfig)",
            inner.0
        ),
        // Mostly a certificate that is an authority and a server at once, which Go believes if another signed it.
        Other(_) => format!(
            "the certificate of the server {at} is not acceptable: {cause}; give the server a certificate that is no \
             authority itself (CA:FALSE), or name that certificate itself as `certificate-authority` of the cluster \
             in the kubeconfig"
        ),
        _ => format!("TLS with the server {at} failed: {cause}"),
    }
}
