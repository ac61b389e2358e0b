//! Creating, replacing and patching.

use std::marker::PhantomData;

use http::Method;

use super::call::{Call, verb};
use super::delete::ObjectOrStatus;
use crate::verbs::PatchBody;
use crate::{BoxFuture, Client, Error, Object, json};

const JSON: &str = "application/json";

macro_rules! writing_verb {
    ($(#[$doc:meta])* $verb:ident, $method:ident) => {
        $(#[$doc])*
        pub struct $verb<T> {
            call: Call,
            answer: PhantomData<fn() -> T>,
        }

        impl<T> $verb<T> {
            /// Sends `body` to the path that `parts` make.
            pub fn new(client: &Client, parts: &[&str], body: &dyn Object) -> Self {
                let mut call = Call::new(client, Method::$method, parts);
                call.change(|request| request.body(JSON, json::to_vec(body)));
                $verb { call, answer: PhantomData }
            }
        }

        verb! {
            $verb<T>;
            /// Checks everything and stores nothing.
            dry_run["All"] => "dryRun";
            /// Who owns the fields that are set; the first part of the User-Agent by default.
            field_manager(impl std::fmt::Display) => "fieldManager";
            /// `Ignore`, `Warn` or `Strict` about unknown and duplicate fields; the server's default is `Warn`.
            field_validation(impl std::fmt::Display) => "fieldValidation";
            /// Asks for indented JSON, for people who look at the wire. Off by default.
            pretty(bool) => "pretty";
        }
    };
}

writing_verb! {
    /// Creates an object.
    Create, POST
}
writing_verb! {
    /// Creates something that the server may answer with a `Status`: evictions and bindings.
    CreateOrStatus, POST
}
writing_verb! {
    /// Replaces an object; its `metadata.resourceVersion` guards against lost updates.
    Replace, PUT
}

/// Changes part of an object.
pub struct Patch<T> {
    call: Call,
    answer: PhantomData<fn() -> T>,
}

impl<T> Patch<T> {
    /// Sends `patch` to the path that `parts` make.
    pub fn new(client: &Client, parts: &[&str], patch: PatchBody) -> Self {
        let mut call = Call::new(client, Method::PATCH, parts);
        call.change(|request| request.body(patch.media_type(), patch.text().to_owned()));
        Patch { call, answer: PhantomData }
    }
}

verb! {
    Patch<T>;
    /// Checks everything and stores nothing.
    dry_run["All"] => "dryRun";
    /// Who owns the fields that are set; apply requires it.
    field_manager(impl std::fmt::Display) => "fieldManager";
    /// `Ignore`, `Warn` or `Strict` about unknown and duplicate fields; the server's default is `Warn`.
    field_validation(impl std::fmt::Display) => "fieldValidation";
    /// Takes fields over from other managers; for apply alone.
    force["true"] => "force";
    /// Asks for indented JSON, for people who look at the wire. Off by default.
    pretty(bool) => "pretty";
}

macro_rules! awaits_object {
    ($($verb:ident)*) => {$(
        impl<T: Object + Default + Send + 'static> IntoFuture for $verb<T> {
            type Output = Result<T, Error>;
            type IntoFuture = BoxFuture<'static, Self::Output>;
            fn into_future(self) -> Self::IntoFuture {
                let answer = self.call.bytes();
                Box::pin(async move { Ok(json::from_slice(&answer.await?)?) })
            }
        }
    )*};
}
awaits_object! { Create Replace Patch }

impl<T: Object + Default + Send + 'static> IntoFuture for CreateOrStatus<T> {
    type Output = Result<ObjectOrStatus<T>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;
    fn into_future(self) -> Self::IntoFuture {
        let answer = self.call.bytes();
        Box::pin(async move { ObjectOrStatus::decode(&answer.await?) })
    }
}
