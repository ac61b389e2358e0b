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
                let page = following_page(first.clone(), token);
                let page = match client.bytes(page).await {
                    Err(error) if error.is_expired() => {
                        let whole = first.without_query("limit").without_query("continue");
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

/// The request for the page after a token. The token stands for the version too: the server refuses both together.
fn following_page(first: crate::Request, token: String) -> crate::Request {
    first.without_query("resourceVersion").without_query("resourceVersionMatch").query("continue", token)
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
                    self.next = token.map(|it| Ok(following_page(first, it)));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::tests::{run, script};
    use crate::object::{Fields, Mut, Ref, Value};
    use crate::{Status, Str};

    macro_rules! page_type {
        ($type:ident, $names:expr, [$($number:literal $field:ident),*]) => {
            impl Object for $type {
                fn fields(&self) -> &'static Fields {
                    static FIELDS: Fields = Fields { type_name: stringify!($type), names: $names, ..Fields::NONE };
                    &FIELDS
                }
                fn get(&self, field: usize) -> Ref<'_> {
                    match field {
                        $($number => self.$field.view(),)*
                        _ => Ref::None,
                    }
                }
                fn get_mut(&mut self, field: usize) -> Mut<'_> {
                    match field {
                        $($number => self.$field.slot(),)*
                        _ => Mut::Skip,
                    }
                }
            }
            crate::objects! { $type }
        };
    }

    #[derive(Clone, Default)]
    struct Metadata {
        token: Option<Str>,
    }
    page_type! { Metadata, &["continue"], [0 token] }

    #[derive(Clone, Default)]
    struct Page {
        items: Vec<Status>,
        metadata: Metadata,
    }
    page_type! { Page, &["items", "metadata"], [0 items, 1 metadata] }

    impl ListObject for Page {
        type Item = Status;
        fn items(&self) -> &[Status] {
            &self.items
        }
        fn items_mut(&mut self) -> &mut Vec<Status> {
            &mut self.items
        }
    }

    const FIRST: &str = r#"{"metadata":{"continue":"t1"},"items":[{"message":"a"},{"message":"b"}]}"#;
    const LAST: &str = r#"{"metadata":{},"items":[{"message":"c"}]}"#;
    const EXPIRED: &str =
        r#"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Expired","code":410}"#;

    fn list(answers: &[(u16, &[&str])]) -> (Result<usize, Error>, Vec<String>) {
        let (client, asked) = script(answers);
        let list = List::<Page>::new(&client, &["/x"]).limit(2);
        let list = list.resource_version("5").resource_version_match("Exact");
        let count = run(list.all()).map(|list| list.items().len());
        let asked = asked.lock().unwrap().clone();
        (count, asked)
    }

    #[test]
    fn pages_follow_without_the_version_that_the_token_stands_for() {
        let (count, asked) = list(&[(200, &[FIRST]), (200, &[LAST])]);
        assert_eq!(count.unwrap(), 3);
        assert_eq!(
            asked,
            ["GET /x?limit=2&resourceVersion=5&resourceVersionMatch=Exact", "GET /x?limit=2&continue=t1"]
        );
    }

    #[test]
    fn pages_that_expire_are_listed_again_at_once() {
        let (count, asked) = list(&[(200, &[FIRST]), (410, &[EXPIRED]), (200, &[LAST])]);
        assert_eq!(count.unwrap(), 1);
        assert_eq!(asked.last().unwrap(), "GET /x?resourceVersion=5&resourceVersionMatch=Exact");
    }

    #[test]
    fn another_error_half_way_is_the_error() {
        let (count, _) = list(&[(200, &[FIRST]), (500, &["oops"])]);
        assert_eq!(count.unwrap_err().code(), Some(500));
    }

    #[test]
    fn items_come_one_by_one_over_all_pages() {
        let (client, _) = script(&[(200, &[FIRST]), (200, &[LAST])]);
        let mut items = List::<Page>::new(&client, &["/x"]).items();
        let mut count = 0;
        while let Some(item) = run(items.next()) {
            item.unwrap();
            count += 1;
        }
        assert_eq!(count, 3);
    }
}
