//! Scaling through the `scale` subresource, as `kubectl scale` does.
//!
//! ```no_run
//! # #[cfg(feature = "apps-v1")] mod example {
//! use kubesdk::api::apps::v1::Deployment;
//! use kubesdk::{Client, Error, scale};
//!
//! async fn example(client: &Client) -> Result<(), Error> {
//!     let web = Deployment::in_namespace(client, "default").get_scale("web");
//!     scale::to(web.clone(), 3).await?;
//!     scale::to(web, 5).from(3).await?; // only if it is three now
//!     Ok(())
//! }
//! # }
//! ```

use std::future::IntoFuture;

use kubesdk_api::autoscaling::v1::Scale;
use kubesdk_core::BoxFuture;
use kubesdk_core::verbs::{Get, Patch, PatchBody, Replace};

use crate::{Error, ErrorKind, RawJson};

/// Changes how many replicas are wanted of what a `get_scale` reads; sent when awaited, gives the scale as it is then.
pub fn to(scale: Get<Scale>, replicas: u32) -> ScaleTo {
    ScaleTo { scale, replicas, from: None }
}

/// What [`to`] will do.
#[must_use = "nothing is sent before it is awaited"]
pub struct ScaleTo {
    scale: Get<Scale>,
    replicas: u32,
    from: Option<u32>,
}

impl ScaleTo {
    /// Only if so many are wanted now; otherwise an error of the kind [`ErrorKind::Request`]. Without it nothing is read
    /// before.
    pub fn from(mut self, replicas: u32) -> Self {
        self.from = Some(replicas);
        self
    }
}

impl IntoFuture for ScaleTo {
    type Output = Result<Scale, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let ScaleTo { scale, replicas, from } = self;
            let path = scale.clone().request()?.path().to_owned();
            let client = scale.client().clone();
            let Some(from) = from else {
                let patch = RawJson::from_text(&format!(r#"{{"spec":{{"replicas":{replicas}}}}}"#))?;
                return Patch::new(&client, &[path.as_str()], PatchBody::Merge(patch)).await;
            };
            loop {
                let mut found = scale.clone().await?;
                let now = found.spec.replicas.unwrap_or(0);
                if i64::from(now) != i64::from(from) {
                    let message = format!("expected {from} replicas, found {now}: nothing was changed");
                    return Err(Error::new(ErrorKind::Request, message));
                }
                found.spec.replicas = Some(i32::try_from(replicas).unwrap_or(i32::MAX));
                match Replace::new(&client, &[path.as_str()], &found).await {
                    // Somebody changed it meanwhile: perhaps something else of it.
                    Err(error) if error.is_conflict() => {}
                    answer => return answer,
                }
            }
        })
    }
}
