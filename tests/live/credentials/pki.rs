//! An authority of the test's own, and what it signs.

use std::net::{IpAddr, Ipv4Addr};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, SanType,
};

/// A certificate with its key, in PEM.
pub struct Pair {
    pub certificate: String,
    pub key: String,
}

impl Pair {
    /// A certificate for a server on loopback but for what is changed, signed by itself.
    pub fn alone(change: impl FnOnce(&mut CertificateParams)) -> Pair {
        let mut params = on_loopback();
        change(&mut params);
        let key = KeyPair::generate().expect("a key");
        Pair { certificate: params.self_signed(&key).expect("a certificate").pem(), key: key.serialize_pem() }
    }
}

fn on_loopback() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.subject_alt_names = vec![SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST))];
    params.is_ca = IsCa::ExplicitNoCa;
    params
}

pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub certificate: String,
}

impl Authority {
    pub fn new(name: &str) -> Authority {
        Authority::changed(name, |_| {})
    }

    /// An authority that differs in something.
    pub fn changed(name: &str, change: impl FnOnce(&mut CertificateParams)) -> Authority {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        change(&mut params);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate").pem();
        Authority { issuer: Issuer::new(params, key), certificate }
    }

    /// The certificate of a user of a group.
    pub fn client(&self, user: &str, group: &str) -> Pair {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, user);
        params.distinguished_name.push(DnType::OrganizationName, group);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.sign(params)
    }

    /// The certificate of a server on loopback.
    pub fn server(&self) -> Pair {
        self.changed_server(|it| it.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth])
    }

    /// The certificate of a server on loopback but for what is changed.
    pub fn changed_server(&self, change: impl FnOnce(&mut CertificateParams)) -> Pair {
        let mut params = on_loopback();
        change(&mut params);
        self.sign(params)
    }

    fn sign(&self, params: CertificateParams) -> Pair {
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate").pem();
        Pair { certificate, key: key.serialize_pem() }
    }
}
