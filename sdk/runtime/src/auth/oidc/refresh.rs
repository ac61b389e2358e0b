//! The two requests of a refresh: the discovery document, and the token endpoint that it names.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use kubesdk_core::{Error, ErrorKind};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::Provider;
use crate::Secret;
use crate::auth::fetch::Fetch;
use crate::tls::TlsSetup;

/// What the token endpoint gave.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) id_token: Secret,
    pub(super) refresh_token: Option<Secret>,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    token_endpoint: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Tokens {
    id_token: Option<Secret>,
    refresh_token: Option<Secret>,
    error: Option<String>,
}

/// Asks for another ID token.
pub(super) async fn refresh(
    provider: &Provider,
    refresh_token: &Secret,
    tls: &TlsSetup,
    fetch: &dyn Fetch,
) -> Result<Given, Error> {
    let endpoint = endpoint(provider, tls, fetch).await?;
    // As golang.org/x/oauth2 does: who the client is goes into the head and, if that is refused, into the body.
    let mut answer = fetch.fetch(tls, request(provider, refresh_token, &endpoint, true)?).await?;
    if !answer.status().is_success() {
        answer = fetch.fetch(tls, request(provider, refresh_token, &endpoint, false)?).await?;
    }
    tokens(provider, &answer)
}

async fn endpoint(provider: &Provider, tls: &TlsSetup, fetch: &dyn Fetch) -> Result<String, Error> {
    let url = format!("{}/.well-known/openid-configuration", provider.issuer.trim_end_matches('/'));
    let wrong = |why: &str| {
        let message =
            format!("{}: the OpenID Connect provider at {url} {why}; check idp-issuer-url", provider.user);
        Error::new(ErrorKind::Credentials, message)
    };
    let request = Request::get(&url).header(ACCEPT, "application/json").body(Bytes::new());
    let request = request.map_err(|_| wrong("has an address that is no URL"))?;
    let answer = fetch.fetch(tls, request).await?;
    if answer.status() != StatusCode::OK {
        return Err(wrong(&format!("answered {} when asked for its metadata", answer.status())));
    }
    let metadata: Metadata =
        serde_json::from_slice(answer.body()).map_err(|_| wrong("gave metadata that is not JSON"))?;
    match metadata.token_endpoint.is_empty() {
        true => Err(wrong("gave metadata without a token_endpoint")),
        false => Ok(metadata.token_endpoint),
    }
}

fn request(
    provider: &Provider,
    refresh_token: &Secret,
    endpoint: &str,
    in_head: bool,
) -> Result<Request<Bytes>, Error> {
    let id = form(&provider.client_id);
    let secret = provider.client_secret.as_ref().map(|it| form(it.expose())).unwrap_or_default();
    let mut body = format!("grant_type=refresh_token&refresh_token={}", form(refresh_token.expose()));
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(endpoint)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(ACCEPT, "application/json");
    let wrong = || {
        let message = format!(
            "{}: the OpenID Connect provider names a token_endpoint that is no URL; check idp-issuer-url",
            provider.user
        );
        Error::new(ErrorKind::Credentials, message)
    };
    if in_head {
        let value = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
        let mut value = HeaderValue::try_from(value).map_err(|_| wrong())?;
        value.set_sensitive(true);
        request = request.header(AUTHORIZATION, value);
    } else {
        body.push_str(&format!("&client_id={id}"));
        if !secret.is_empty() {
            body.push_str(&format!("&client_secret={secret}"));
        }
    }
    request.body(body.into()).map_err(|_| wrong())
}

fn tokens(provider: &Provider, answer: &Response<Bytes>) -> Result<Given, Error> {
    let wrong = |why: &str| {
        Error::new(ErrorKind::Credentials, format!("{}: failed to refresh token: {why}", provider.user))
    };
    let tokens = serde_json::from_slice::<Tokens>(answer.body());
    if !answer.status().is_success() {
        // The code of RFC 6749 section 5.2; whatever else stands there may be secret.
        let is_code =
            |it: &String| it.bytes().all(|it| it.is_ascii_lowercase() || it == b'_') && it.len() <= 40;
        let code = tokens.ok().and_then(|it| it.error).filter(is_code).unwrap_or_default();
        let status = answer.status();
        return Err(wrong(&format!("the provider answered {status} {code}; log in again")));
    }
    let tokens = tokens.map_err(|_| wrong("the provider's answer is not JSON; check idp-issuer-url"))?;
    let some = |it: Option<Secret>| it.filter(|it| !it.is_empty());
    let id_token = some(tokens.id_token).ok_or_else(|| {
        wrong(
            "token response did not contain an id_token, either the scope \"openid\" wasn't requested upon login, or \
             the provider doesn't support id_tokens as part of the refresh response",
        )
    })?;
    Ok(Given { id_token, refresh_token: some(tokens.refresh_token) })
}

/// What stands unescaped in a form.
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

fn form(text: &str) -> String {
    utf8_percent_encode(text, FORM).to_string()
}
