//! Listing.

mod pages;
#[cfg(test)]
mod tests;

use std::marker::PhantomData;

use http::Method;

pub use self::pages::Items;

use self::pages::{Pages, collect_page, following_page, whole_list};
use super::call::{Call, verb};
use crate::list::metadata_text;
use crate::{BoxFuture, Client, Error, ListObject, Projection};

/// Lists objects. Awaited it gives one answer of the server, [`List::all`] follows the pages, [`List::stream`] hands
/// out the items of all pages one by one. All of them decode while the answer arrives and hold none of its text.
pub struct List<L> {
    call: Call,
    projection: Projection,
    answer: PhantomData<fn() -> L>,
}

impl<L> List<L> {
    /// Lists what is at the path that `parts` make.
    pub fn new(client: &Client, parts: &[&str]) -> Self {
        let call = Call::new(client, Method::GET, parts);
        List { call, projection: Projection::everything(), answer: PhantomData }
    }

    /// Decodes only what the projection asks for; everything by default. The server sends all of it still.
    #[must_use]
    pub fn projection(mut self, projection: Projection) -> Self {
        self.projection = projection;
        self
    }

    /// Asks for CBOR, two thirds of the bytes of JSON. Servers speak it behind a gate (`CBORServingAndStorage`, off by
    /// default); one that does not answers with JSON, and either is decoded.
    #[must_use]
    pub fn cbor(mut self) -> Self {
        self.call.accept_cbor();
        self
    }
}

macro_rules! list_parameters {
    ($verb:ident<$answer:ident>) => {
        verb! {
            $verb<$answer>;
            /// Asks for bookmark events; only a watch has them, and a watch asks for them by default.
            allow_watch_bookmarks(bool) => "allowWatchBookmarks";
            /// Goes on where an earlier page ended (`metadata.continue`).
            continue_token(impl std::fmt::Display) => "continue";
            /// Only objects whose fields match: `status.phase=Running`.
            fields(impl std::fmt::Display) => "fieldSelector";
            /// Only objects whose labels match: `app=web,tier!=cache`.
            labels(impl std::fmt::Display) => "labelSelector";
            /// At most so many objects in one answer; no limit by default.
            limit(u32) => "limit";
            /// Asks for indented JSON, for people who look at the wire. Off by default.
            pretty(bool) => "pretty";
            /// Which state of the objects; see `resource_version_match`. The newest by default.
            resource_version(impl std::fmt::Display) => "resourceVersion";
            /// `Exact` or `NotOlderThan`.
            resource_version_match(impl std::fmt::Display) => "resourceVersionMatch";
            /// Begins a watch with the objects that exist.
            send_initial_events(bool) => "sendInitialEvents";
            /// Only objects of one shard (alpha).
            shard_selector(impl std::fmt::Display) => "shardSelector";
            /// How long the call may take at the server, for a watch how long it lasts.
            timeout_seconds(u32) => "timeoutSeconds";
        }
    };
}
pub(super) use list_parameters;

list_parameters! { List<L> }

impl<L: ListObject> IntoFuture for List<L> {
    type Output = Result<L, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let mut list = L::default();
            let client = self.call.client.clone();
            collect_page(&client, self.call.into_request()?, self.projection, &mut list).await?;
            Ok(list)
        })
    }
}

impl<L: ListObject> List<L> {
    /// All pages as one list, with the metadata of the last. When the server forgets the pages half-way
    /// (`Expired`), everything is listed again at once, as client-go's pager does.
    pub fn all(self) -> BoxFuture<'static, Result<L, Error>> {
        Box::pin(async move {
            let client = self.call.client.clone();
            let first = self.call.into_request()?;
            let mut list = L::default();
            collect_page(&client, first.clone(), self.projection.clone(), &mut list).await?;
            while let Some(token) = metadata_text(&list, "continue").map(str::to_owned) {
                let mut page = L::default();
                let projection = self.projection.clone();
                match collect_page(&client, following_page(&first, token), projection, &mut page).await {
                    Err(error) if error.is_expired() => {
                        let mut list = L::default();
                        collect_page(&client, whole_list(first), self.projection, &mut list).await?;
                        return Ok(list);
                    }
                    answer => answer?,
                }
                let mut items = std::mem::take(list.items_mut());
                items.append(page.items_mut());
                *page.items_mut() = items;
                list = page;
            }
            Ok(list)
        })
    }

    /// The items of all pages one by one as their bytes arrive, in constant memory. The request is sent when the
    /// first item is asked for.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # use kubesdk_core::{Error, ListObject, verbs::List};
    /// # async fn print<PodList: ListObject>(pods: List<PodList>) -> Result<(), Error> {
    /// let mut pods = pods.limit(500).stream();
    /// while let Some(pod) = pods.next().await {
    ///     let pod = match pod {
    ///         Err(error) if error.raw_item().is_some() => continue, // this one did not decode, the others will
    ///         pod => pod?,
    ///     };
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream(self) -> Items<L> {
        let client = self.call.client.clone();
        Items::new(Pages::new(client, self.call.into_request(), self.projection))
    }
}
