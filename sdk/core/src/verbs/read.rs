//! Reading one object, logs, and what has no kind.

use std::marker::PhantomData;

use http::{HeaderValue, Method};

use super::call::{Call, verb};
use super::watch::Watch;
use crate::{BodyStream, BoxFuture, Client, Error, ErrorKind, Object, Request, cbor};

/// Reads one object.
pub struct Get<T> {
    call: Call,
    answer: PhantomData<fn() -> T>,
}

impl<T> Get<T> {
    /// Reads what is at the path that `parts` make.
    pub fn new(client: &Client, parts: &[&str]) -> Self {
        Get { call: Call::new(client, Method::GET, parts), answer: PhantomData }
    }

    /// Asks for CBOR, two thirds of the bytes of JSON. Servers speak it behind a gate (`CBORServingAndStorage`, off by
    /// default); one that does not answers with JSON, and either is decoded.
    #[must_use]
    pub fn cbor(mut self) -> Self {
        self.call.accept_cbor();
        self
    }

    /// Watches this object: the collection that it is in, with a field selector for its name. What was set here stays
    /// set. Objects that have subresources' paths (`get_status`, `get_scale`) cannot be watched.
    pub fn watch(&self) -> Watch<T> {
        let mut call = self.call.clone();
        call.change(Request::in_collection);
        Watch::of(call)
    }

    /// The client that would send it.
    pub fn client(&self) -> &Client {
        &self.call.client
    }
}

impl<T> Clone for Get<T> {
    fn clone(&self) -> Self {
        Get { call: self.call.clone(), answer: PhantomData }
    }
}

verb! {
    Get<T>;
    /// Asks for indented JSON, for people who look at the wire. Off by default.
    pretty(bool) => "pretty";
}

/// Reads something that takes no parameters: versions, groups, lists of resources.
pub struct Fetch<T> {
    call: Call,
    answer: PhantomData<fn() -> T>,
}

impl<T> Fetch<T> {
    /// Reads what is at the path that `parts` make.
    pub fn new(client: &Client, parts: &[&str]) -> Self {
        Fetch { call: Call::new(client, Method::GET, parts), answer: PhantomData }
    }
}

verb! { Fetch<T>; }

macro_rules! awaits_object {
    ($($verb:ident)*) => {$(
        impl<T: Object + Default + Send + 'static> IntoFuture for $verb<T> {
            type Output = Result<T, Error>;
            type IntoFuture = BoxFuture<'static, Self::Output>;
            fn into_future(self) -> Self::IntoFuture {
                let answer = self.call.bytes();
                Box::pin(async move {
                    let mut object = T::default();
                    cbor::decode_answer(&answer.await?, &mut object)?;
                    Ok(object)
                })
            }
        }
    )*};
}
awaits_object! { Get Fetch }

/// Reads text that is no JSON.
pub struct FetchText {
    call: Call,
}

impl FetchText {
    /// Reads what is at the path that `parts` make.
    pub fn new(client: &Client, parts: &[&str]) -> Self {
        FetchText { call: any_media(Call::new(client, Method::GET, parts)) }
    }
}

verb! { FetchText; }

/// Reads what a container wrote.
pub struct Logs {
    call: Call,
}

impl Logs {
    /// The logs at the path that `parts` make.
    pub fn new(client: &Client, parts: &[&str]) -> Self {
        Logs { call: any_media(Call::new(client, Method::GET, parts)) }
    }

    /// Sends the request and gives the bytes as they arrive; with `follow` until the container ends.
    pub fn stream(self) -> BoxFuture<'static, Result<BodyStream, Error>> {
        let client = self.call.client.clone();
        Box::pin(async move { Ok(client.send(self.call.into_request()?).await?.into_body()) })
    }
}

verb! {
    Logs;
    /// Which container, where a pod has more than one.
    container(impl std::fmt::Display) => "container";
    /// Goes on as more is written. Off by default.
    follow["true"] => "follow";
    /// Does not verify the kubelet's certificate.
    insecure_skip_tls_verify_backend["true"] => "insecureSkipTLSVerifyBackend";
    /// Ends after so many bytes.
    limit_bytes(i64) => "limitBytes";
    /// Asks for indented output where there is any.
    pretty(bool) => "pretty";
    /// Of the container before this one, after a restart.
    previous["true"] => "previous";
    /// Only what was written in the last so many seconds.
    since_seconds(i64) => "sinceSeconds";
    /// `All`, `Stdout` or `Stderr`; the server's default is `All`.
    stream_name(impl std::fmt::Display) => "stream";
    /// Only the last so many lines.
    tail_lines(i64) => "tailLines";
    /// Begins each line with its time.
    timestamps["true"] => "timestamps";
}

impl IntoFuture for FetchText {
    type Output = Result<String, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;
    fn into_future(self) -> Self::IntoFuture {
        let answer = self.call.bytes();
        Box::pin(async move {
            String::from_utf8(answer.await?.into()).map_err(|error| {
                Error::new(ErrorKind::Decode, "the answer is not UTF-8 text").with_source(error.utf8_error())
            })
        })
    }
}

/// The whole text. Containers write what they like: bytes that are not UTF-8 become U+FFFD; [`Logs::stream`] gives
/// them as they are.
impl IntoFuture for Logs {
    type Output = Result<String, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;
    fn into_future(self) -> Self::IntoFuture {
        let answer = self.call.bytes();
        Box::pin(async move {
            let text = String::from_utf8(answer.await?.into());
            Ok(text.unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
        })
    }
}

fn any_media(mut call: Call) -> Call {
    call.change(|request| request.header(http::header::ACCEPT, HeaderValue::from_static("*/*")));
    call
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::tests::{run, script_of_bytes};

    #[test]
    fn logs_are_whatever_the_container_wrote() {
        let (client, _) = script_of_bytes(&[(200, &[b"a\xff\xc3", b"\xa9\n"]), (200, &[b"\xff"])]);
        assert_eq!(run(Logs::new(&client, &["/x"])).unwrap(), "a\u{fffd}é\n");
        assert_eq!(run(FetchText::new(&client, &["/x"])).unwrap_err().kind(), ErrorKind::Decode);
    }
}
