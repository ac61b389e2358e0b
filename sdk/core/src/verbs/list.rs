//! Listing and watching.

use std::collections::VecDeque;
use std::marker::PhantomData;

use http::Method;

use super::call::{Call, verb};
use crate::list::metadata_text;
use crate::{BoxFuture, Client, Error, ListObject, Object, WatchStream, json};

/// Lists objects. Awaited it gives one answer of the server, [`List::all`] follows the pages, [`List::items`] gives
/// the items of all pages one by one.
pub struct List<L> {
    call: Call,
    answer: PhantomData<fn() -> L>,
}

impl<L> List<L> {
    /// Lists what is at the path that `parts` make.
    pub fn new(client: &Client, parts: &[&str]) -> Self {
        List { call: Call::new(client, Method::GET, parts), answer: PhantomData }
    }
}

/// Watches objects.
pub struct Watch<T> {
    call: Call,
    answer: PhantomData<fn() -> T>,
}

impl<T> Watch<T> {
    /// Watches what is at the path that `parts` make, with bookmarks.
    pub fn new(client: &Client, parts: &[&str]) -> Self {
        let mut call = Call::new(client, Method::GET, parts);
        call.set("watch", true);
        call.set("allowWatchBookmarks", true);
        Watch { call, answer: PhantomData }
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
list_parameters! { List<L> }
list_parameters! { Watch<T> }

impl<L: ListObject> IntoFuture for List<L> {
    type Output = Result<L, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;
    fn into_future(self) -> Self::IntoFuture {
        let answer = self.call.bytes();
        Box::pin(async move { Ok(json::from_slice(&answer.await?)?) })
    }
}

impl<L: ListObject> List<L> {
    /// All pages as one list, with the metadata of the last. When the server forgets the pages half-way
    /// (`Expired`), everything is listed again at once, as client-go's pager does.
    pub fn all(self) -> BoxFuture<'static, Result<L, Error>> {
        Box::pin(async move {
            let client = self.call.client.clone();
            let first = self.call.into_request()?;
            let mut list: L = json::from_slice(&client.bytes(first.clone()).await?)?;
            while let Some(token) = metadata_text(&list, "continue").map(str::to_owned) {
                // The token stands for the version too; the server refuses both.
                let page = first.clone().query("continue", token).query("resourceVersion", "");
                let page = match client.bytes(page).await {
                    Err(error) if error.is_expired() => {
                        let whole = first.query("limit", "0").query("continue", "");
                        return Ok(json::from_slice(&client.bytes(whole).await?)?);
                    }
                    answer => answer?,
                };
                let mut page: L = json::from_slice(&page)?;
                let mut items = std::mem::take(list.items_mut());
                items.append(page.items_mut());
                *page.items_mut() = items;
                list = page;
            }
            Ok(list)
        })
    }

    /// The items one by one, page after page; one page is held at a time.
    pub fn items(self) -> Items<L> {
        let client = self.call.client.clone();
        let next = Some(self.call.into_request());
        Items { client, first: None, next, page: VecDeque::new() }
    }
}

/// The items of a list, page after page.
pub struct Items<L: ListObject> {
    client: Client,
    first: Option<crate::Request>,
    next: Option<Result<crate::Request, Error>>,
    page: VecDeque<L::Item>,
}

impl<L: ListObject> Items<L> {
    /// The next item; nothing after the last.
    ///
    /// # Errors
    ///
    /// What the call for the next page says; `Expired` when the server has forgotten the rest. Nothing follows an
    /// error.
    pub async fn next(&mut self) -> Option<Result<L::Item, Error>> {
        loop {
            if let Some(item) = self.page.pop_front() {
                return Some(Ok(item));
            }
            let request = match self.next.take()? {
                Ok(request) => request,
                Err(error) => return Some(Err(error)),
            };
            let first = self.first.get_or_insert_with(|| request.clone()).clone();
            match self.client.bytes(request).await.and_then(|body| Ok(json::from_slice::<L>(&body)?)) {
                Ok(mut list) => {
                    let token = metadata_text(&list, "continue").map(str::to_owned);
                    self.next = token.map(|it| Ok(first.query("continue", it).query("resourceVersion", "")));
                    self.page = std::mem::take(list.items_mut()).into();
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl<T: Object + Default + Send + 'static> IntoFuture for Watch<T> {
    type Output = Result<WatchStream<T>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;
    fn into_future(self) -> Self::IntoFuture {
        let client = self.call.client.clone();
        Box::pin(
            async move { Ok(WatchStream::new(client.send(self.call.into_request()?).await?.into_body())) },
        )
    }
}
