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
    let Plugin { user, command, api_version, .. } = plugin;
    let wrong = |what: &str, remedy: &str| {
        let message = format!("getting credentials of {user}: exec plugin {command} {what}; {remedy}");
        Error::new(ErrorKind::Credentials, message)
    };
    let mend = "run it by hand, look at what it prints, and update it";
    let document = parse(output)
        .map_err(|place| wrong(&format!("printed no ExecCredential (decoding stdout: {place})"), mend))?;
    // Names are shown when they look like some: what stands there instead may be secret.
    let shown = |it: &Option<String>| match it.as_deref() {
        None | Some("") => "none".to_owned(),
        Some(it)
            if it.len() <= 64 && it.bytes().all(|it| it.is_ascii_alphanumeric() || b"./-".contains(&it)) =>
        {
            format!("\"{it}\"")
        }
        Some(_) => "one that is no name".to_owned(),
    };
    if document.api_version.as_ref() != Some(api_version) {
        let what = format!(
            "is configured to use API version {api_version}, plugin returned version {}",
            shown(&document.api_version)
        );
        return Err(wrong(
            &what,
            "set the apiVersion of the `exec` block to what the plugin speaks, or update it",
        ));
    }
    if document.kind.as_deref() != Some("ExecCredential") {
        return Err(wrong(&format!("returned the kind {}, not ExecCredential", shown(&document.kind)), mend));
    }
    let Some(status) = document.status else { return Err(wrong("didn't return a status field", mend)) };
    let some = |it: Option<Secret>| it.filter(|it| !it.is_empty());
    let token = some(status.token);
    let pair = match (some(status.client_certificate_data), some(status.client_key_data)) {
        (None, None) if token.is_none() => {
            return Err(wrong("didn't return a token or cert/key pair", mend));
        }
        (None, None) => None,
        (Some(certificate), Some(key)) => {
            let pem = |name: &str, it: &Secret| Pem {
                text: it.expose().as_bytes().to_vec(),
                origin: format!("{name} of the exec plugin {command} of {user}"),
            };
            Some(key_pair(&pem("clientCertificateData", &certificate), &pem("clientKeyData", &key))?)
        }
        _ => return Err(wrong("returned only certificate or key, not both", mend)),
    };
    let expires = match status.expiration_timestamp {
        None => None,
        Some(text) => match text.parse::<Time>() {
            Ok(time) => Some(SystemTime::from(time)),
            Err(_) => return Err(wrong("returned an expirationTimestamp that is not RFC 3339", mend)),
        },
    };
    let what = format!("the token of the exec plugin {command} of {user}");
    let authorization = token.map(|it| bearer(&it, &what)).transpose()?;
    Ok(Answer { number, authorization, pair, expires })
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
    let plugin = Plugin { user: "user \"u\"".to_owned(), command: "plug".to_owned(), ..Plugin::default() };
    for api_version in super::VERSIONS {
        let api_version = api_version.to_owned();
        let plugin = Plugin { api_version: api_version.clone(), ..plugin.clone() };
        let shown = match read(output, &plugin, 1) {
            Ok(answer) => format!("{answer:?}"),
            Err(error) => {
                assert!(error.to_string().contains("plug"), "an error without a place: {error}");
                format!("{error} {error:?}")
            }
        };
        let Ok(document) = parse(output) else { continue };
        // Names are shown: one that stands where a secret should is none.
        let names = [document.api_version, document.kind, Some(api_version)].into_iter().flatten();
        let names: Vec<String> = names.collect();
        let status = document.status.unwrap_or_default();
        for secret in [status.token, status.client_key_data].into_iter().flatten() {
            let secret = secret.expose();
            // Shorter ones are found in any text.
            let is_secret = secret.len() > 12 && !names.iter().any(|it| it.contains(secret));
            assert!(!is_secret || !shown.contains(secret), "a secret is shown");
        }
    }
}
