//! An OpenID Connect provider of the test's own, over TLS on loopback: metadata, keys and the token endpoint.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::KeyPair;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

use super::pki::{Authority, Pair};

/// What clients of the provider are called, and their secret.
pub const CLIENT: (&str, &str) = ("kubesdk test", "s/t");

pub struct Provider {
    pub url: String,
    /// The authority of its certificate, in PEM.
    pub authority: String,
    key: KeyPair,
    /// What the token endpoint was asked.
    pub asked: Mutex<Vec<String>>,
}

impl Provider {
    pub fn start() -> Arc<Provider> {
        let authority = Authority::new("provider");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("https://{}/realm", listener.local_addr().expect("an address"));
        let provider = Arc::new(Provider {
            url,
            authority: authority.certificate.clone(),
            key: KeyPair::generate().expect("a key"),
            asked: Mutex::default(),
        });
        let config = server_config(&authority.server());
        let served = Arc::clone(&provider);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (config, provider) = (Arc::clone(&config), Arc::clone(&served));
                // Whoever breaks off is no concern of others.
                std::thread::spawn(move || provider.serve(stream, config));
            }
        });
        provider
    }

    /// An ID token of a subject that is good for so many seconds.
    pub fn token(&self, subject: &str, seconds: u64) -> String {
        let expires = UNIX_EPOCH.elapsed().expect("a clock").as_secs() + seconds;
        // Two tokens of one second differ.
        let id = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_nanos().to_string();
        let claims = json!({"iss": self.url, "aud": CLIENT.0, "sub": subject, "exp": expires, "jti": id});
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&json!({"alg": "ES256", "kid": "1"})), part(&claims));
        let random = SystemRandom::new();
        let key =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, self.key.serialized_der(), &random);
        let signature = key.expect("a key").sign(&random, signed.as_bytes()).expect("a signature");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }

    fn serve(&self, stream: TcpStream, config: Arc<ServerConfig>) -> std::io::Result<()> {
        let connection = ServerConnection::new(config).map_err(std::io::Error::other)?;
        let mut stream = StreamOwned::new(connection, stream);
        let request = read(&mut stream)?;
        let path = request.split(' ').nth(1).unwrap_or_default();
        let (status, body) = match path.strip_prefix("/realm").unwrap_or_default() {
            "/.well-known/openid-configuration" => ("200 OK", self.metadata()),
            "/keys" => ("200 OK", self.keys()),
            "/token" => self.refresh(&request),
            _ => ("404 Not Found", json!({})),
        };
        answer(&mut stream, status, &body)
    }

    fn metadata(&self) -> Value {
        let url = &self.url;
        json!({
            "issuer": url,
            "jwks_uri": format!("{url}/keys"),
            "token_endpoint": format!("{url}/token"),
            "authorization_endpoint": format!("{url}/login"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
        })
    }

    fn keys(&self) -> Value {
        // An uncompressed point: 4, x, y.
        let (x, y) = self.key.public_key_raw()[1..].split_at(32);
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({"keys": [{"kty": "EC", "crv": "P-256", "kid": "1", "use": "sig", "alg": "ES256", "x": part(x), "y": part(y)}]})
    }

    /// A refresh token is good once: the next one comes with the answer.
    fn refresh(&self, request: &str) -> (&'static str, Value) {
        let body = request.split_once("\r\n\r\n").map_or("", |it| it.1);
        let mut asked = self.asked.lock().expect("no panic");
        let expected = format!("grant_type=refresh_token&refresh_token=r{}", asked.len());
        asked.push(body.to_owned());
        match body == expected {
            true => {
                let next = format!("r{}", asked.len());
                let token = self.token("oidc-user", 3600);
                (
                    "200 OK",
                    json!({"access_token": "a", "token_type": "bearer", "id_token": token, "refresh_token": next}),
                )
            }
            false => ("400 Bad Request", json!({"error": "invalid_grant"})),
        }
    }
}

pub type Stream = StreamOwned<ServerConnection, TcpStream>;

/// A server that shows a certificate.
pub fn server_config(pair: &Pair) -> Arc<ServerConfig> {
    let chain =
        CertificateDer::pem_slice_iter(pair.certificate.as_bytes()).map(|it| it.expect("a certificate"));
    let key = PrivateKeyDer::from_pem_slice(pair.key.as_bytes()).expect("a key");
    let crypto = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(crypto)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(chain.collect(), key);
    Arc::new(config.expect("a configuration"))
}

/// Answers with JSON and closes the connection.
pub fn answer(stream: &mut Stream, status: &str, body: &Value) -> std::io::Result<()> {
    let body = body.to_string();
    let head = format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\n");
    write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len())?;
    stream.conn.send_close_notify();
    stream.flush()
}

/// A request, head and body.
pub fn read(stream: &mut impl Read) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    loop {
        let mut some = [0; 4096];
        let count = stream.read(&mut some)?;
        bytes.extend_from_slice(&some[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|it| it.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return Ok(text);
            }
        }
        if count == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
}
