//! Words for what goes wrong in a handshake, with the remedy.

/// What went wrong with the server at `at` (host and port), and what to do.
pub(crate) fn explain(cause: &rustls::Error, at: &str) -> String {
    use rustls::CertificateError::{
        Expired, ExpiredContext, NotValidForName, NotValidForNameContext, Other, UnknownIssuer,
    };
    match cause {
        rustls::Error::InvalidCertificate(UnknownIssuer) => format!(
            "the certificate of the server {at} is signed by an unknown authority; give the CA that signed it \
             (`certificate-authority` of the cluster in the kubeconfig)"
        ),
        rustls::Error::InvalidCertificate(NotValidForName | NotValidForNameContext { .. }) => format!(
            "the certificate of the server {at} is for another name: {cause}; use one of its names, or set \
             `tls-server-name` of the cluster in the kubeconfig"
        ),
        rustls::Error::InvalidCertificate(Expired | ExpiredContext { .. }) => {
            format!(
                "the certificate of the server {at} has expired: {cause}; renew it, or mend this machine's clock"
            )
        }
        // Mostly a self-signed certificate that is an authority and a server at once, which Go believes.
        rustls::Error::InvalidCertificate(Other(_)) => format!(
            "the certificate of the server {at} is not acceptable: {cause}; give the server a certificate that is no \
             authority itself (CA:FALSE) and that an authority signed"
        ),
        rustls::Error::AlertReceived(_) => format!(
            "the server {at} ended the TLS handshake: {cause}; check the client certificate and its key"
        ),
        rustls::Error::InvalidMessage(_) => {
            format!("the server {at} does not speak TLS: {cause}; check the port, or use http://")
        }
        _ => format!("TLS with the server {at} failed: {cause}"),
    }
}
