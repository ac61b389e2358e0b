//! Servers with certificates of every kind, each with what Go makes of it, in handshakes in memory.

use rcgen::{
    BasicConstraints as Constraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair,
};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ClientConnection, ServerConfig, ServerConnection};

use super::super::{Material, Source, Trust, explain};
use super::*;

/// A certificate with its key.
struct Made {
    params: CertificateParams,
    key: KeyPair,
    certificate: rcgen::Certificate,
}

impl Made {
    fn signed_by(issuer: Option<&Made>, change: impl FnOnce(&mut CertificateParams)) -> Made {
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.is_ca = IsCa::ExplicitNoCa;
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = match issuer {
            None => params.self_signed(&key),
            Some(made) => params.signed_by(&key, &Issuer::from_params(&made.params, &made.key)),
        };
        Made { certificate: certificate.unwrap(), params, key }
    }

    fn authority() -> Made {
        Made::signed_by(None, |it| {
            it.is_ca = IsCa::Ca(Constraints::Unconstrained);
            it.distinguished_name.push(DnType::CommonName, "authority");
        })
    }

    fn pem(&self) -> String {
        self.certificate.pem()
    }
}

/// What a client that trusts `roots` says to a server with this certificate.
fn handshake(roots: &str, server: &Made) -> Result<(), rustls::Error> {
    let pem = Pem { text: roots.as_bytes().to_vec(), origin: "ca.crt".to_owned() };
    let source = Source::open(Trust::Roots(Material::Inline(pem)), None, None).expect("roots");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::try_from(server.key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![server.certificate.der().clone()], key)
        .unwrap();
    let mut server = ServerConnection::new(Arc::new(config)).unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let mut client = ClientConnection::new(Arc::new(source.now().config.clone()), name).unwrap();
    while client.is_handshaking() {
        let mut bytes = Vec::new();
        while client.wants_write() {
            client.write_tls(&mut bytes).unwrap();
        }
        server.read_tls(&mut bytes.as_slice()).unwrap();
        server.process_new_packets()?;
        let mut bytes = Vec::new();
        while server.wants_write() {
            server.write_tls(&mut bytes).unwrap();
        }
        let mut bytes = bytes.as_slice();
        while !bytes.is_empty() {
            client.read_tls(&mut bytes).unwrap();
            client.process_new_packets()?;
        }
    }
    Ok(())
}

fn check(roots: &str, server: &Made, expected: Result<(), &str>) {
    match (handshake(roots, server), expected) {
        (Ok(()), Ok(())) => {}
        (Err(error), Err(part)) => {
            let shown = explain(&error, "localhost:6443");
            assert!(shown.contains(part), "{shown}\nlacks {part}");
        }
        (found, expected) => panic!("{found:?} instead of {expected:?}"),
    }
}

#[test]
fn an_authority_vouches_for_what_it_signed() {
    let (authority, other) = (Made::authority(), Made::authority());
    let server = Made::signed_by(Some(&authority), |_| {});
    check(&authority.pem(), &server, Ok(()));
    check(&format!("{}{}", other.pem(), authority.pem()), &server, Ok(()));
    let broken = "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n";
    check(&format!("{broken}{}", authority.pem()), &server, Ok(()));
    check(&other.pem(), &server, Err("signed by an unknown authority; give the CA"));
    let nameless = Made::signed_by(Some(&authority), |it| it.subject_alt_names.clear());
    check(&authority.pem(), &nameless, Err("give the server a certificate with `subjectAltName`"));
}

#[test]
fn a_listed_certificate_is_believed_when_the_server_shows_it() {
    let authority = Made::authority();
    let alone = |change: fn(&mut CertificateParams), expected: Result<(), &str>| {
        for issuer in [None, Some(&authority)] {
            let server = Made::signed_by(issuer, change);
            check(&server.pem(), &server, expected);
            check(&format!("{}{}", Made::authority().pem(), server.pem()), &server, expected);
        }
    };
    alone(|_| {}, Ok(()));
    alone(|it| it.is_ca = IsCa::NoCa, Ok(()));
    alone(|it| it.is_ca = IsCa::Ca(Constraints::Unconstrained), Ok(()));
    alone(|it| it.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth], Ok(()));
    alone(|it| it.extended_key_usages = vec![ExtendedKeyUsagePurpose::Any], Ok(()));
    let clients =
        |it: &mut CertificateParams| it.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    alone(clients, Err("is not for servers"));
    alone(|it| it.not_after = rcgen::date_time_ymd(2001, 1, 1), Err("has expired"));
    alone(|it| it.not_before = rcgen::date_time_ymd(2999, 1, 1), Err("is not valid yet"));
    alone(|it| it.subject_alt_names.clear(), Err("give the server a certificate with `subjectAltName`"));
    let elsewhere = |it: &mut CertificateParams| {
        *it = CertificateParams::new(vec!["elsewhere".to_owned()]).unwrap();
    };
    alone(elsewhere, Err("set `tls-server-name`"));
}

#[test]
fn who_may_not_sign_vouches_for_nobody_else() {
    let leaf = Made::signed_by(None, |_| {});
    let server = Made::signed_by(Some(&leaf), |_| {});
    check(&leaf.pem(), &server, Err("ca.crt holds only certificates that may not sign others"));
    let authority = Made::authority();
    check(&format!("{}{}", leaf.pem(), authority.pem()), &server, Err("unknown authority"));
}

#[test]
fn an_authority_that_has_expired_vouches_for_nobody() {
    let expired = Made::signed_by(None, |it| {
        it.is_ca = IsCa::Ca(Constraints::Unconstrained);
        it.not_after = rcgen::date_time_ymd(2001, 1, 1);
    });
    let server = Made::signed_by(Some(&expired), |_| {});
    check(&expired.pem(), &server, Err("ca.crt holds only authorities that have expired"));
    let valid = Made::authority();
    check(&format!("{}{}", expired.pem(), valid.pem()), &server, Err("unknown authority"));
    check(&format!("{}{}", expired.pem(), valid.pem()), &Made::signed_by(Some(&valid), |_| {}), Ok(()));
}

/// Go believes it; the remedy is in the message.
#[test]
fn an_authority_as_a_server_is_refused_with_a_remedy() {
    let authority = Made::authority();
    let server = Made::signed_by(Some(&authority), |it| it.is_ca = IsCa::Ca(Constraints::Unconstrained));
    check(&authority.pem(), &server, Err("name that certificate itself as `certificate-authority`"));
}
