//! Which certificates of a server are believed: what Go believes, as far as rustls can check it.

use std::sync::Arc;

use kubesdk_core::{Error, ErrorKind};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, SignatureScheme};
use rustls_platform_verifier::Verifier as PlatformVerifier;

use super::anchors::Anchored;
use super::{Pem, Trust, keys};

/// The verifier of a trust; `authority` is what [`Trust::Roots`] leads to.
pub(super) fn verifier(
    trust: &Trust,
    authority: Option<&Pem>,
    server_name: Option<&ServerName<'static>>,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, Error> {
    let believed = match (trust, authority) {
        (Trust::Anybody, _) => Believed::Anybody,
        (Trust::Roots(_), Some(pem)) => Believed::Listed(Anchored::new(pem, provider)?),
        (Trust::Roots(_) | Trust::Platform, _) => Believed::Platform(platform(provider)?),
    };
    let algorithms = provider.signature_verification_algorithms;
    Ok(Arc::new(Verifier { believed, name: server_name.cloned(), algorithms }))
}

fn platform(provider: &Arc<CryptoProvider>) -> Result<PlatformVerifier, Error> {
    PlatformVerifier::new(Arc::clone(provider)).map_err(|cause| {
        let message = format!(
            "the platform's root certificates cannot be used: {cause}; name the cluster's CA \
             (`certificate-authority` in the kubeconfig)"
        );
        Error::new(ErrorKind::Config, message).with_source(cause)
    })
}

pub(super) fn parse_server_name(name: &str) -> Result<ServerName<'static>, Error> {
    ServerName::try_from(name.to_owned()).map_err(|cause| {
        let message =
            format!("tls-server-name \"{name}\" is neither a host name nor an IP address; correct it");
        Error::new(ErrorKind::Config, message).with_source(cause)
    })
}

/// Checks what a server shows. Whoever is believed must hold the key of the certificate.
#[derive(Debug)]
struct Verifier {
    believed: Believed,
    /// What certificates are for if not for the URL's host: `tls-server-name`.
    name: Option<ServerName<'static>>,
    algorithms: WebPkiSupportedAlgorithms,
}

#[derive(Debug)]
enum Believed {
    /// `insecure-skip-tls-verify`
    Anybody,
    /// `certificate-authority`
    Listed(Anchored),
    Platform(PlatformVerifier),
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let name = self.name.as_ref().unwrap_or(server_name);
        match &self.believed {
            Believed::Anybody => Ok(ServerCertVerified::assertion()),
            Believed::Listed(anchored) => {
                anchored.verify(end_entity, intermediates, name, ocsp_response, now)
            }
            Believed::Platform(verifier) => {
                verifier.verify_server_cert(end_entity, intermediates, name, ocsp_response, now)
            }
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, certificate, signature, &self.algorithms)
            .map_err(|error| keys::named(error, [certificate]))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, certificate, signature, &self.algorithms)
            .map_err(|error| keys::named(error, [certificate]))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
