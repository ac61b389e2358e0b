//! Reading one object, and what has no kind.

use std::marker::PhantomData;

use http::{HeaderValue, Method};

use super::call::{Call, verb};
use super::watch::Watch;
use crate::{BoxFuture, Client, Error, ErrorKind, Object, Request, cbor};

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

pub(super) fn any_media(mut call: Call) -> Call {
    call.change(|request| request.header(http::header::ACCEPT, HeaderValue::from_static("*/*")));
    call
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::tests::{run, script_of_bytes};

    #[test]
    fn text_is_text() {
        let (client, _) = script_of_bytes(&[(200, &[b"a"]), (200, &[b"\xff"])]);
        assert_eq!(run(FetchText::new(&client, &["/x"])).unwrap(), "a");
        assert_eq!(run(FetchText::new(&client, &["/x"])).unwrap_err().kind(), ErrorKind::Decode);
    }
}
