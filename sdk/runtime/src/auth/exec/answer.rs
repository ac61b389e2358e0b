//! What a plugin says: an `ExecCredential` with a status.

use std::time::SystemTime;

use http::HeaderValue;
use kubesdk_core::{Error, ErrorKind, Time};
use serde::Deserialize;

use super::Plugin;
use crate::Secret;
use crate::auth::header::bearer;
use crate::tls::{KeyPair, Pem, key_pair};

/// Credentials that a plugin gave.
#[derive(Debug)]
pub(in crate::auth) struct Answer {
    /// Which of its answers it is, from 1 on.
    pub(in crate::auth) number: u64,
    pub(in crate::auth) authorization: Option<HeaderValue>,
    pub(in crate::auth) pair: Option<KeyPair>,
    expires: Option<SystemTime>,
}

impl Answer {
    /// Whether it has not expired.
    pub(super) fn is_fresh(&self, now: SystemTime) -> bool {
        self.expires.is_none_or(|it| now <= it)
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ExecCredential {
    api_version: Option<String>,
    kind: Option<String>,
    status: Option<Status>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Status {
    expiration_timestamp: Option<String>,
    token: Option<Secret>,
    client_certificate_data: Option<Secret>,
    client_key_data: Option<Secret>,
}

/// Reads what a plugin wrote to standard output, JSON or YAML as client-go takes both. No error shows any of it.
pub(super) fn read(output: &[u8], plugin: &Plugin, number: u64) -> Result<Answer, Error> {
    let document = parse(output).map_err(|place| {
        wrong(plugin, &format!("printed no ExecCredential (decoding stdout: {place})"), UPDATE)
    })?;
    judge(document, plugin, number)
}

/// What to do with a plugin that speaks no sense.
const UPDATE: &str = "run it by hand, look at what it prints, and update it";

fn wrong(plugin: &Plugin, what: &str, remedy: &str) -> Error {
    let Plugin { user, command, .. } = plugin;
    let message = format!("getting credentials of {user}: exec plugin {command} {what}; {remedy}");
    Error::new(ErrorKind::Credentials, message)
}

/// What a document says, if it is of the version and kind that were agreed on.
fn judge(document: ExecCredential, plugin: &Plugin, number: u64) -> Result<Answer, Error> {
    let Plugin { user, command, api_version, .. } = plugin;
    let wrong = |what: &str| wrong(plugin, what, UPDATE);
    if document.api_version.as_ref() != Some(api_version) {
        let what = format!(
            "is configured to use API version {api_version}, plugin returned version {}",
            shown(document.api_version.as_deref(), is_version)
        );
        let remedy = "set the apiVersion of the `exec` block to what the plugin speaks, or update it";
        return Err(self::wrong(plugin, &what, remedy));
    }
    if document.kind.as_deref() != Some("ExecCredential") {
        let kind = shown(document.kind.as_deref(), is_kind);
        return Err(wrong(&format!("returned the kind {kind}, not ExecCredential")));
    }
    let Some(status) = document.status else { return Err(wrong("didn't return a status field")) };
    let some = |it: Option<Secret>| it.filter(|it| !it.is_empty());
    let token = some(status.token);
    let pair = match (some(status.client_certificate_data), some(status.client_key_data)) {
        (None, None) if token.is_none() => return Err(wrong("didn't return a token or cert/key pair")),
        (None, None) => None,
        (Some(certificate), Some(key)) => {
            let pem = |name: &str, it: &Secret| Pem {
                text: it.expose().as_bytes().to_vec(),
                origin: format!("{name} of the exec plugin {command} of {user}"),
            };
            Some(key_pair(&pem("clientCertificateData", &certificate), &pem("clientKeyData", &key))?)
        }
        _ => return Err(wrong("returned only certificate or key, not both")),
    };
    let expires = match status.expiration_timestamp.map(|text| text.parse::<Time>()) {
        None => None,
        Some(Ok(time)) => Some(SystemTime::from(time)),
        Some(Err(_)) => return Err(wrong("returned an expirationTimestamp that is not RFC 3339")),
    };
    let what = format!("the token of the exec plugin {command} of {user}");
    let authorization = token.map(|it| bearer(&it, &what)).transpose()?;
    Ok(Answer { number, authorization, pair, expires })
}

/// A name for an error, when it is one: what stands there instead may be secret.
fn shown(name: Option<&str>, is_name: fn(&str) -> bool) -> String {
    match name {
        None | Some("") => "none".to_owned(),
        Some(name) if name.len() <= 64 && is_name(name) => format!("\"{name}\""),
        Some(_) => "one that is no name".to_owned(),
    }
}

/// Whether it is a version, or one of Kubernetes' own groups with it: `client.authentication.k8s.io/v1alpha1`.
fn is_version(name: &str) -> bool {
    let (group, version) = name.split_once('/').unwrap_or(("k8s.io", name));
    let is_lower = |it: char| it.is_ascii_lowercase();
    group.strip_suffix("k8s.io").is_some_and(|it| it.chars().all(|it| is_lower(it) || it == '.'))
        && version.starts_with('v')
        && version.len() <= "v1alpha1".len()
        && version.chars().all(|it| is_lower(it) || it.is_ascii_digit())
}

/// Whether it is written as kinds are: `Status`, `TokenReview`.
fn is_kind(name: &str) -> bool {
    name.starts_with(|it: char| it.is_ascii_uppercase()) && name.bytes().all(|it| it.is_ascii_alphabetic())
}

/// The document, or where it is broken. What stands there is not said.
fn parse(output: &[u8]) -> Result<ExecCredential, String> {
    let text =
        std::str::from_utf8(output).map_err(|cause| format!("byte {} is not UTF-8", cause.valid_up_to()))?;
    if text.trim().is_empty() {
        return Err("there is nothing".to_owned());
    }
    let json = match serde_json::from_str::<Option<ExecCredential>>(text) {
        Ok(document) => return Ok(document.unwrap_or_default()),
        Err(cause) => cause,
    };
    match serde_saphyr::from_str::<Option<ExecCredential>>(text) {
        Ok(document) => Ok(document.unwrap_or_default()),
        Err(_) if text.trim_start().starts_with('{') => {
            Err(format!("line {} column {}", json.line(), json.column()))
        }
        Err(yaml) => Err(match yaml.location() {
            Some(it) => format!("line {} column {}", it.line(), it.column()),
            None => "it is neither JSON nor YAML".to_owned(),
        }),
    }
}

/// What the fuzzer `exec` checks: whatever a plugin prints is credentials or an error, and shows no secret.
#[doc(hidden)]
pub fn check(output: &[u8]) {
    const SECRET: &str = "hunter2-hunter2";
    for api_version in super::VERSIONS {
        let (user, command, api_version) =
            ("user \"u\"".to_owned(), "plug".to_owned(), api_version.to_owned());
        let plugin = Plugin { user, command, api_version, ..Plugin::default() };
        let shown = |answer: Result<Answer, Error>| match answer {
            Ok(answer) => format!("{answer:?}"),
            Err(error) => {
                assert!(error.to_string().contains("plug"), "an error without a place: {error}");
                format!("{error} {error:?}")
            }
        };
        let _ = shown(read(output, &plugin, 1));
        let Ok(mut document) = parse(output) else { continue };
        // A text of the fuzzer's own may stand in any message. This one stands in none.
        let mut status = document.status.take().unwrap_or_default();
        let pairs = [&mut status.token, &mut status.client_key_data, &mut status.client_certificate_data];
        for (place, separator) in pairs.into_iter().zip(["", "\n", "\n"]) {
            let text = place.take().map(|it| it.expose().to_owned()).unwrap_or_default();
            *place = Some(Secret::from(format!("{text}{separator}{SECRET}")));
        }
        document.status = Some(status);
        let shown = shown(judge(document, &plugin, 1));
        assert!(!shown.contains(SECRET), "a secret is shown: {shown}");
    }
}
