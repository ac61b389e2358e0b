//! Certificates of servers, good, bad and odd: we believe those that kubectl believes, and the others no more than it.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use kubesdk::core::http::Method;
use kubesdk::{Client, Error, Request};
use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, KeyUsagePurpose, SanType};
use rustls::{ServerConnection, StreamOwned};
use serde_json::json;

use super::issuer::{answer, read, server_config};
use super::pki::{Authority, Pair};
use super::world::{World, base64};

/// Starts a server that shows a certificate and answers everything alike.
fn serve(pair: &Pair) -> String {
    let config = server_config(pair);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("https://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let config = config.clone();
            thread::spawn(move || {
                let connection = ServerConnection::new(config).map_err(std::io::Error::other)?;
                let mut stream = StreamOwned::new(connection, stream);
                read(&mut stream)?;
                answer(&mut stream, "200 OK", &json!({"major": "1"}))
            });
        }
    });
    url
}

async fn ask(client: &Client) -> Result<(), Error> {
    client.bytes(Request::new(Method::GET, &["/version"])?).await.map(drop)
}

/// `openssl s_server` with a certificate of a kind that rustls cannot make; it ends with the value.
struct OpenSsl {
    process: Child,
    url: String,
}

impl OpenSsl {
    /// A server in the folder, whose `server.crt` and `server.key` it has.
    fn serve(folder: &Path) -> OpenSsl {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port").port();
        let mut command = Command::new("openssl");
        command.args(["s_server", "-quiet", "-www", "-cert", "server.crt", "-key", "server.key"]);
        // A key of 1024 bits needs a level below the default.
        command.args(["-cipher", "DEFAULT@SECLEVEL=0", "-accept", &port.to_string()]).current_dir(folder);
        let process = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let server =
            OpenSsl { process: process.expect("openssl runs"), url: format!("https://127.0.0.1:{port}") };
        let listens = |_: &i32| {
            thread::sleep(Duration::from_millis(20));
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        };
        (0..250).find(listens).expect("openssl listens within seconds");
        server
    }
}

impl Drop for OpenSsl {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Makes a certificate with its key.
fn openssl(folder: &Path, name: &str, arguments: &[&str]) {
    let mut command = Command::new("openssl");
    let subject = format!("/CN={name}");
    command.args(["req", "-x509", "-nodes", "-subj", &subject, "-keyout", &format!("{name}.key")]);
    command.args(["-out", &format!("{name}.crt")]).args(arguments).current_dir(folder);
    let output = command.output().expect("openssl runs: the package openssl is needed for this test");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// What openssl is told of a key.
type Key = &'static [&'static str];

/// Keys that Go takes and ring does not: the error says what to change.
pub async fn keys_of_other_kinds_are_named(world: &World) {
    const P521: Key = &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521"];
    const P256: Key = &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
    let kind = "of a kind that is not supported";
    // The authority's key, if there is one, the server's, and words of the error.
    let cases: [(Option<Key>, Key, Option<&str>); 7] = [
        (None, &["-newkey", "rsa:2048"], None),
        (None, P256, None),
        (None, P521, Some("give it a certificate of a kind that is supported")),
        (None, &["-newkey", "rsa:1024"], Some(kind)),
        (Some(&["-newkey", "rsa:2048"]), P256, None),
        (Some(&["-newkey", "rsa:1024"]), P256, Some(kind)),
        (Some(P521), P256, Some(kind)),
    ];
    for (authority, server, words) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        let name =
            ["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"];
        let signer: &[&str] = match authority {
            None => &[],
            Some(key) => {
                openssl(folder.path(), "ca", key);
                &["-CA", "ca.crt", "-CAkey", "ca.key"]
            }
        };
        openssl(folder.path(), "server", &[server, &name[..], signer].concat());
        let roots = folder.path().join(if authority.is_some() { "ca.crt" } else { "server.crt" });
        let running = OpenSsl::serve(folder.path());
        let trust = json!({"certificate-authority": roots, "server": running.url});
        let kubeconfig = world.kubeconfig_with("keys", &json!({"token": "t"}), trust);
        let kubectl =
            world.cluster.kubectl_as(&kubeconfig, &["get", "--raw", "/version"]).expect("kubectl runs");
        assert!(kubectl.status.success(), "{authority:?} {server:?}: kubectl: {}", kubectl.stderr);
        let client = Client::from_kubeconfig(&kubeconfig).await.expect("a client");
        match (ask(&client).await, words) {
            (Ok(()), None) => {}
            (Err(error), Some(words)) => {
                let shown = error.to_string();
                assert!(
                    shown.contains(words) && shown.contains("2048 bits"),
                    "{authority:?} {server:?}: {shown}"
                );
            }
            (found, _) => panic!("{authority:?} {server:?}: {found:?}"),
        }
    }
}

/// Who believes a server.
#[derive(Clone, Copy, PartialEq)]
enum Believed {
    Yes,
    No,
    /// By kubectl alone; the error has the remedy.
    ByKubectl,
}

pub async fn are_believed_as_kubectl_believes_them(world: &World) {
    use Believed::{ByKubectl, No, Yes};
    let is_ca = |it: &mut CertificateParams| it.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let for_clients =
        |it: &mut CertificateParams| it.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let expired = |it: &mut CertificateParams| it.not_after = rcgen::date_time_ymd(2001, 1, 1);
    let future = |it: &mut CertificateParams| it.not_before = rcgen::date_time_ymd(2999, 1, 1);
    let nameless = |it: &mut CertificateParams| it.subject_alt_names.clear();
    let elsewhere = |it: &mut CertificateParams| {
        it.subject_alt_names = vec![SanType::DnsName("elsewhere".try_into().expect("a name"))];
    };
    let any = |it: &mut CertificateParams| it.extended_key_usages = vec![ExtendedKeyUsagePurpose::Any];
    let [authority, other] = ["one", "other"].map(Authority::new);
    let lapsed = Authority::changed("lapsed", expired);
    let no_signer = Authority::changed("leaf", |it| it.is_ca = IsCa::ExplicitNoCa);
    let other_usage =
        Authority::changed("usage", |it| it.key_usages = vec![KeyUsagePurpose::DigitalSignature]);
    let by = |authority: &Authority, pair: Pair, believed| (authority.certificate.clone(), pair, believed);
    let own = |pair: Pair, believed| (pair.certificate.clone(), pair, believed);
    let signed = |change: fn(&mut CertificateParams)| authority.changed_server(change);
    let broken = "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n";
    let cases = [
        ("signed", by(&authority, authority.server(), Yes)),
        ("by another", by(&other, authority.server(), No)),
        ("by another of that name", by(&Authority::new("one"), authority.server(), No)),
        (
            "two authorities",
            (format!("{}{}", other.certificate, authority.certificate), authority.server(), Yes),
        ),
        ("broken block", (format!("{broken}{}", authority.certificate), authority.server(), Yes)),
        ("signed, no usage", by(&authority, signed(|_| {}), Yes)),
        ("signed, for clients", by(&authority, authority.changed_server(for_clients), No)),
        ("signed, nameless", by(&authority, authority.changed_server(nameless), No)),
        ("signed, elsewhere", by(&authority, authority.changed_server(elsewhere), No)),
        ("signed, expired", by(&authority, authority.changed_server(expired), No)),
        ("signed, not yet", by(&authority, authority.changed_server(future), No)),
        ("signed, an authority itself", by(&authority, authority.changed_server(is_ca), ByKubectl)),
        ("signed, for anything", by(&authority, authority.changed_server(any), ByKubectl)),
        ("own, a leaf", own(authority.server(), Yes)),
        ("own, self-signed", own(Pair::alone(|_| {}), Yes)),
        ("own, no constraints", own(Pair::alone(|it| it.is_ca = IsCa::NoCa), Yes)),
        ("own, an authority", own(Pair::alone(is_ca), Yes)),
        ("own, for anything", own(Pair::alone(any), Yes)),
        ("own, for clients", own(Pair::alone(for_clients), No)),
        ("own, nameless", own(Pair::alone(nameless), No)),
        ("own, elsewhere", own(Pair::alone(elsewhere), No)),
        ("own, expired", own(Pair::alone(expired), No)),
        ("own, not yet", own(Pair::alone(future), No)),
        ("another's", (Pair::alone(|_| {}).certificate, Pair::alone(|_| {}), No)),
        ("by an authority that has expired", by(&lapsed, lapsed.server(), No)),
        ("by a leaf", by(&no_signer, no_signer.server(), No)),
        ("by an authority for other things", by(&other_usage, other_usage.server(), No)),
    ];
    for (kind, (roots, pair, believed)) in cases {
        let trust = json!({"certificate-authority-data": base64(roots.as_bytes()), "server": serve(&pair)});
        let kubeconfig = world.kubeconfig_with("certificates", &json!({"token": "t"}), trust);
        let arguments = ["get", "--raw", "/version"];
        let kubectl = world.cluster.kubectl_as(&kubeconfig, &arguments).expect("kubectl runs");
        assert_eq!(kubectl.status.success(), believed != No, "{kind}: kubectl: {}", kubectl.stderr);
        let client = Client::from_kubeconfig(&kubeconfig).await.unwrap_or_else(|it| panic!("{kind}: {it}"));
        match ask(&client).await {
            Ok(()) => assert!(believed == Yes, "{kind}: we believe it"),
            Err(error) => {
                assert!(believed != Yes, "{kind}: {error}");
                let shown = error.to_string();
                assert!(shown.contains("certificate") && shown.contains("; "), "{kind}: no remedy: {shown}");
            }
        }
    }
}
