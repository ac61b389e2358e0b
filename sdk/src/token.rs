//! Tokens of service accounts, as `kubectl create token` asks for them.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use kubesdk::{Client, Error, token};
//!
//! async fn example(client: &Client) -> Result<(), Error> {
//!     let made = token::of(client, "default", "builder").audience("vault").duration(Duration::from_secs(3600)).await?;
//!     println!("it is good until {}", made.expiration_timestamp.unwrap_or_default());
//!     Ok(())
//! }
//! ```

use std::future::IntoFuture;
use std::time::Duration;

use kubesdk_api::authentication::v1::{BoundObjectReference, TokenRequest, TokenRequestStatus};
use kubesdk_api::core::v1::ServiceAccount;
use kubesdk_core::{BoxFuture, Client};

use crate::{Error, Str, some};

/// Asks for a token of a service account; sent when awaited. The token stands in the answer's `token`, which `Debug`
/// does not show.
pub fn of(client: &Client, namespace: impl Into<Str>, name: impl Into<Str>) -> CreateToken {
    let request = TokenRequest::default();
    CreateToken { client: client.clone(), namespace: namespace.into(), name: name.into(), request }
}

/// What [`of`] will ask for.
#[must_use = "nothing is asked for before it is awaited"]
pub struct CreateToken {
    client: Client,
    namespace: Str,
    name: Str,
    request: TokenRequest,
}

impl CreateToken {
    /// Who shall accept it, one more with each call; the API server itself by default.
    pub fn audience(mut self, audience: impl Into<Str>) -> Self {
        self.request.spec.audiences.push(audience.into());
        self
    }

    /// How long it is good, ten minutes at least; an hour by default. The server may give another time.
    pub fn duration(mut self, duration: Duration) -> Self {
        self.request.spec.expiration_seconds = Some(i64::try_from(duration.as_secs()).unwrap_or(i64::MAX));
        self
    }

    /// Good only as long as this object exists: a `Pod`, `Secret` or `Node`, by its name and, if it is known, its UID.
    pub fn bound_to(mut self, kind: impl Into<Str>, name: impl Into<Str>, uid: Option<Str>) -> Self {
        let bound = BoundObjectReference { api_version: some("v1"), kind: some(kind), name: some(name), uid };
        self.request.spec.bound_object_ref = some(bound);
        self
    }
}

impl IntoFuture for CreateToken {
    type Output = Result<TokenRequestStatus, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let accounts = ServiceAccount::in_namespace(&self.client, self.namespace);
        let made = accounts.create_token(&self.name, &self.request);
        Box::pin(async move { Ok(made.await?.status) })
    }
}
