//! Requests to identity providers, for credentials.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{Method, Request, Response};
use kubesdk_core::{BoxFuture, Error, ErrorKind};
use reqwest::redirect::Policy;

use super::failure::no_answer;
use super::proxy::{self, at};
use crate::auth::Fetch;
use crate::tls::TlsSetup;

/// A client for each request: they are few, and far between.
#[derive(Debug)]
pub(super) struct Fetcher;

/// How long a provider may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The most of an answer that is read: tokens and metadata are some kilobytes.
const BODY: usize = 1 << 20;

impl Fetch for Fetcher {
    fn fetch(
        &self,
        tls: &TlsSetup,
        request: Request<Bytes>,
    ) -> BoxFuture<'static, Result<Response<Bytes>, Error>> {
        let config = tls.config.clone();
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let url = head.uri.to_string();
            let redirects = if head.method == Method::GET { Policy::limited(10) } else { Policy::none() };
            let proxy = proxy::of(&url, None)?;
            let at = at(&url, proxy.as_ref());
            let builder = match proxy {
                Some(proxy) => reqwest::Client::builder().proxy(proxy.proxy),
                None => reqwest::Client::builder().no_proxy(),
            };
            let client = builder
                .tls_backend_preconfigured(config)
                .connect_timeout(TIMEOUT)
                .timeout(TIMEOUT)
                .redirect(redirects)
                .referer(false)
                .build()
                .map_err(|cause| {
                    let message = "the HTTP client cannot be set up";
                    Error::new(ErrorKind::Config, message).with_source(cause.without_url())
                })?;
            let call = client.request(head.method, &url).headers(head.headers).body(body);
            let mut response = call.send().await.map_err(|cause| no_answer(cause, &at))?;
            let mut answer = Response::new(());
            *answer.status_mut() = response.status();
            *answer.headers_mut() = response.headers().clone();
            let mut body = BytesMut::new();
            while let Some(chunk) = response.chunk().await.map_err(|cause| no_answer(cause, &at))? {
                body.extend_from_slice(&chunk);
                if body.len() > BODY {
                    let message = format!("{at} answered with more than {BODY} bytes");
                    return Err(Error::new(ErrorKind::Body, message));
                }
            }
            Ok(answer.map(|()| body.freeze()))
        })
    }
}
