//! Authorities, servers and clients, made anew for each run.

use std::path::Path;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};

/// A certificate with its key, as PEM.
pub(crate) struct Pair {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

/// Everything that cases name.
pub(crate) struct Certificates {
    pub(crate) ca: Pair,
    /// An authority that signed nothing here.
    pub(crate) other_ca: Pair,
    /// The server's, for 127.0.0.1, ::1, localhost and api.test.
    pub(crate) server: Pair,
    /// A server's own, signed by itself, that may sign nothing (`CA:FALSE`).
    pub(crate) leaf: Pair,
    pub(crate) clients: Vec<(&'static str, Pair)>,
}

const NAMES: [&str; 4] = ["127.0.0.1", "::1", "localhost", "api.test"];

impl Certificates {
    pub(crate) fn new() -> Self {
        let (ca, issuer) = authority("kubesdk test authority");
        let (other_ca, _) = authority("somebody else");
        let server = signed(&issuer, "server", &NAMES, ExtendedKeyUsagePurpose::ServerAuth);
        let client = |name| (name, signed(&issuer, name, &[], ExtendedKeyUsagePurpose::ClientAuth));
        let clients = vec![client("jane"), client("joe")];
        Certificates { ca, other_ca, server, leaf: leaf(), clients }
    }

    /// Writes what cases name into a folder.
    pub(crate) fn write(&self, folder: &Path) {
        let put = |name: String, text: &str| {
            std::fs::write(folder.join(name), text).expect("a certificate is written")
        };
        put("ca.crt".to_owned(), &self.ca.certificate);
        put("other-ca.crt".to_owned(), &self.other_ca.certificate);
        put("leaf.crt".to_owned(), &self.leaf.certificate);
        put("server.crt".to_owned(), &self.server.certificate);
        put("server.key".to_owned(), &self.server.key);
        for (name, pair) in &self.clients {
            put(format!("{name}.crt"), &pair.certificate);
            put(format!("{name}.key"), &pair.key);
        }
    }

    /// A server that asks for a client certificate and does without.
    pub(crate) fn server_config(&self, pair: &Pair) -> ServerConfig {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(der(&self.ca)).expect("the authority is one");
        let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
        let clients = clients.allow_unauthenticated().build().expect("a verifier");
        let key = PrivateKeyDer::from_pem_slice(pair.key.as_bytes()).expect("a key");
        let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let builder = builder.expect("versions").with_client_cert_verifier(clients);
        builder.with_single_cert(vec![der(pair)], key).expect("a certificate with its key")
    }

    /// Whose certificate this is.
    pub(crate) fn client_of(&self, certificate: &CertificateDer<'_>) -> &'static str {
        let found = self.clients.iter().find(|it| der(&it.1).as_ref() == certificate.as_ref());
        found.map_or("somebody", |it| it.0)
    }
}

fn der(pair: &Pair) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(pair.certificate.as_bytes()).expect("a certificate")
}

fn params(name: &str, names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|it| (*it).to_owned()).collect();
    let mut params = CertificateParams::new(names).expect("names");
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

fn authority(name: &str) -> (Pair, Issuer<'static, KeyPair>) {
    let mut params = params(name, &[]);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    let certificate = params.self_signed(&key).expect("a certificate").pem();
    (Pair { certificate, key: key.serialize_pem() }, Issuer::new(params, key))
}

fn signed(issuer: &Issuer<'_, KeyPair>, name: &str, names: &[&str], usage: ExtendedKeyUsagePurpose) -> Pair {
    let mut params = params(name, names);
    params.extended_key_usages = vec![usage];
    let key = KeyPair::generate().expect("a key");
    let certificate = params.signed_by(&key, issuer).expect("a certificate").pem();
    Pair { certificate, key: key.serialize_pem() }
}

fn leaf() -> Pair {
    let mut params = params("leaf", &NAMES);
    params.is_ca = IsCa::ExplicitNoCa;
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate().expect("a key");
    let certificate = params.self_signed(&key).expect("a certificate").pem();
    Pair { certificate, key: key.serialize_pem() }
}
