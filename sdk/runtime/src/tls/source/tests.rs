//! Files that change under a source, and what is wrong with certificates and keys.

use std::path::Path;
use std::time::Duration;

use super::super::Material;
use super::*;

fn pem(text: &str) -> Material {
    Material::Inline(Pem { text: text.as_bytes().to_vec(), origin: "ca.crt".to_owned() })
}

fn file(path: &Path) -> Material {
    Material::File { path: path.to_owned(), what: format!("the {}", path.display()) }
}

fn self_signed() -> (String, String) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    (made.cert.pem(), made.signing_key.serialize_pem())
}

#[test]
fn broken_material_is_named() {
    let check = |trust: Trust, identity: Option<Identity>, expected: &str| {
        let error = Source::open(trust, None, identity).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    };
    let broken = "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n";
    let nonsense = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    check(Trust::Roots(pem("")), None, "ca.crt holds no certificate");
    check(Trust::Roots(pem(broken)), None, "the certificate in ca.crt is not valid PEM");
    check(Trust::Roots(pem(nonsense)), None, "the CA certificate in ca.crt cannot be used");
    check(Trust::Roots(file(Path::new("nowhere"))), None, "cannot read the nowhere, the file nowhere");
    let with = |certificate: &str, key: &str| {
        let key = Pem { text: key.as_bytes().to_vec(), origin: "client.key".to_owned() };
        assert!(!format!("{key:?}").contains("104"), "{key:?}");
        Some(Identity { certificate: pem(certificate), key: Material::Inline(key) })
    };
    let (certificate, key) = self_signed();
    check(Trust::Anybody, with("", &key), "ca.crt holds no certificate");
    check(Trust::Anybody, with(&certificate, "hunter2"), "the private key in client.key cannot be read");
    check(
        Trust::Anybody,
        with(&certificate, &self_signed().1),
        "give the key that the certificate was made for",
    );
    check(Trust::Anybody, with(nonsense, &key), "the client certificate in ca.crt cannot be used");
    assert!(Source::open(Trust::Anybody, None, with(&certificate, &key)).is_ok());
}

#[test]
fn a_server_name_must_be_one() {
    let error = Source::open(Trust::Anybody, Some("a b"), None).unwrap_err();
    assert!(error.to_string().contains("tls-server-name \"a b\""), "{error}");
    assert!(Source::open(Trust::Anybody, Some("10.0.0.1"), None).is_ok());
}

#[test]
fn http2_is_offered_first() {
    let source = Source::open(Trust::Anybody, None, None).unwrap();
    assert_eq!(source.now().config.alpn_protocols, [b"h2".to_vec(), b"http/1.1".to_vec()]);
}

#[tokio::test(start_paused = true)]
async fn files_are_looked_at_every_ten_seconds_and_the_last_good_ones_stay() {
    let folder = tempfile::tempdir().unwrap();
    let [ca, certificate, key] = ["ca.crt", "client.crt", "client.key"].map(|it| folder.path().join(it));
    let (first, second) = (self_signed(), self_signed());
    std::fs::write(&ca, &first.0).unwrap();
    std::fs::write(&certificate, &first.0).unwrap();
    std::fs::write(&key, &first.1).unwrap();
    let identity = Identity { certificate: file(&certificate), key: file(&key) };
    let source = Arc::new(Source::open(Trust::Roots(file(&ca)), None, Some(identity)).unwrap());
    let check = async |seconds: u64, generation: u64| {
        tokio::time::advance(Duration::from_secs(seconds)).await;
        assert_eq!(source.current().await.generation, generation);
    };
    check(60, 0).await;
    // Another CA, at the next look and not before.
    std::fs::write(&ca, &second.0).unwrap();
    check(9, 0).await;
    check(1, 1).await;
    // The certificate is there before its key.
    std::fs::write(&certificate, &second.0).unwrap();
    check(10, 1).await;
    std::fs::write(&key, &second.1).unwrap();
    check(10, 2).await;
    // The same again is no change, and neither is a file that is away or broken.
    std::fs::write(&key, &second.1).unwrap();
    check(10, 2).await;
    std::fs::remove_file(&ca).unwrap();
    check(10, 2).await;
    std::fs::write(&ca, "nonsense").unwrap();
    check(10, 2).await;
    std::fs::write(&ca, &first.0).unwrap();
    assert!(source.look_again(2).await, "after a refusal there is no waiting");
    check(0, 3).await;
}

#[tokio::test]
async fn the_newest_answer_of_a_plugin_wins() {
    let source = Source::open(Trust::Anybody, None, None).unwrap();
    let pair = || {
        let (certificate, key) = self_signed();
        let pem = |text: String| Pem { text: text.into_bytes(), origin: "the plugin".to_owned() };
        key_pair(&pem(certificate), &pem(key)).unwrap()
    };
    let (one, two) = (pair(), pair());
    let check = |answer: u64, pair: Option<&KeyPair>, generation: u64| {
        source.adopt(answer, pair).unwrap();
        assert_eq!(source.now().generation, generation);
    };
    check(1, None, 0);
    check(2, Some(&one), 1);
    check(2, Some(&one), 1);
    check(4, Some(&two), 2);
    check(3, Some(&one), 2);
    check(5, Some(&two), 2);
    check(6, None, 3);
}
