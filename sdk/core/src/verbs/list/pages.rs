//! The pages of a list: asked for one after the other, decoded while they arrive, for lists of any type.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use futures_core::Stream;

use crate::client::next_chunk;
use crate::list::{ItemDecoder, metadata_text};
use crate::{BodyStream, BoxFuture, Client, Error, ListObject, Object, Projection, Request};

/// The items of a list, page after page, as their bytes arrive: a [`Stream`], or [`next`](Self::next) by hand.
///
/// An item that merely does not fit its type is an error with [`Error::raw_item`], and the next call goes on after
/// it. Any other error is the end; `Expired` when the server has forgotten the pages that are left. Only an end
/// without an error says that all items were seen.
pub struct Items<L> {
    pages: Pages,
    list: L,
}

impl<L: ListObject> Items<L> {
    pub(super) fn new(pages: Pages) -> Self {
        Items { pages, list: L::default() }
    }

    /// The next item; nothing after the last or after an error that ends the stream.
    pub async fn next(&mut self) -> Option<Result<L::Item, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// The list of the page that is arriving, without items: what came before them (its resource version, as a rule)
    /// is here with the first item, everything at the end.
    pub fn list(&self) -> &L {
        &self.list
    }
}

// Nothing is pinned in place: the future and the body have their own boxes.
impl<L> Unpin for Items<L> {}

impl<L: ListObject> Stream for Items<L> {
    type Item = Result<L::Item, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let mut item = L::Item::default();
        loop {
            return match ready!(this.pages.poll_item(context, &mut this.list, &mut item)) {
                None => Poll::Ready(None),
                Some(Ok(Step::Item)) => Poll::Ready(Some(Ok(item))),
                Some(Ok(Step::Page)) => {
                    this.list = L::default();
                    continue;
                }
                Some(Err(error)) => Poll::Ready(Some(Err(error))),
            };
        }
    }
}

impl<L> fmt::Debug for Items<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("first", &self.pages.first).finish_non_exhaustive()
    }
}

/// What [`Pages`] found.
pub(super) enum Step {
    /// An item, in its place.
    Item,
    /// Another page begins: its list wants an empty place.
    Page,
}

/// The pages behind [`Items`], for lists of any type.
pub(super) struct Pages {
    client: Client,
    first: Option<Request>,
    projection: Projection,
    state: State,
}

enum State {
    /// A page to ask for, or why there is none.
    Next(Result<Request, Error>),
    Sent(BoxFuture<'static, Result<http::Response<BodyStream>, Error>>),
    Arriving(Box<Page>),
    Ended,
}

struct Page {
    body: BodyStream,
    /// What has come and is not decoded.
    chunk: Bytes,
    items: ItemDecoder,
}

impl Pages {
    pub(super) fn new(client: Client, request: Result<Request, Error>, projection: Projection) -> Self {
        let first = request.as_ref().ok().cloned();
        Pages { client, first, projection, state: State::Next(request) }
    }

    /// Decodes the next item into its place.
    fn poll_item(
        &mut self,
        context: &mut Context<'_>,
        list: &mut dyn Object,
        item: &mut dyn Object,
    ) -> Poll<Option<Result<Step, Error>>> {
        let step = ready!(self.poll_step(context, list, item)).transpose();
        if let Some(Err(error)) = &step
            && error.raw_item().is_none()
        {
            self.state = State::Ended;
        }
        Poll::Ready(step)
    }

    fn poll_step(
        &mut self,
        context: &mut Context<'_>,
        list: &mut dyn Object,
        item: &mut dyn Object,
    ) -> Poll<Result<Option<Step>, Error>> {
        loop {
            match &mut self.state {
                State::Next(_) => {
                    let State::Next(request) = std::mem::replace(&mut self.state, State::Ended) else {
                        continue;
                    };
                    self.state = State::Sent(self.client.send(request?));
                    return Poll::Ready(Ok(Some(Step::Page)));
                }
                State::Sent(answer) => {
                    let body = ready!(answer.as_mut().poll(context))?.into_body();
                    let page = Page {
                        body,
                        chunk: Bytes::new(),
                        items: ItemDecoder::projected(self.projection.clone()),
                    };
                    self.state = State::Arriving(Box::new(page));
                }
                State::Arriving(page) => match ready!(page.poll_item(context, list, item))? {
                    true => return Poll::Ready(Ok(Some(Step::Item))),
                    false => {
                        let request = self.first.as_ref().zip(metadata_text(list, "continue"));
                        self.state = match request {
                            Some((first, token)) => State::Next(Ok(following_page(first, token.to_owned()))),
                            None => State::Ended,
                        };
                    }
                },
                State::Ended => return Poll::Ready(Ok(None)),
            }
        }
    }
}

impl Page {
    /// Decodes the next item of this page; false when it has no more and was whole.
    fn poll_item(
        &mut self,
        context: &mut Context<'_>,
        list: &mut dyn Object,
        item: &mut dyn Object,
    ) -> Poll<Result<bool, Error>> {
        loop {
            let mut input = &*self.chunk;
            let found = self.items.next(&mut input, list, item);
            let left = input.len();
            self.chunk.advance(self.chunk.len() - left);
            if let Some(found) = found {
                found?;
                return Poll::Ready(Ok(true));
            }
            match ready!(self.body.as_mut().poll_next(context)) {
                Some(chunk) => self.chunk = chunk?,
                None => {
                    self.items.finish(list)?;
                    return Poll::Ready(Ok(false));
                }
            }
        }
    }
}

/// Sends the request and decodes its answer into a list while it arrives.
pub(super) fn collect_page<'a>(
    client: &Client,
    request: Request,
    projection: Projection,
    list: &'a mut dyn Object,
) -> BoxFuture<'a, Result<(), Error>> {
    let answer = client.send(request);
    Box::pin(async move {
        let mut body = answer.await?.into_body();
        let mut items = ItemDecoder::projected(projection);
        while let Some(chunk) = next_chunk(&mut body).await {
            items.collect(&chunk?, list)?;
        }
        Ok(items.finish(list)?)
    })
}

/// The request for the page after a token. The token stands for the version too: the server refuses both together.
pub(super) fn following_page(first: &Request, token: String) -> Request {
    let first = first.clone().without_query("resourceVersion").without_query("resourceVersionMatch");
    first.query("continue", token)
}

/// The request for everything at once.
pub(super) fn whole_list(first: Request) -> Request {
    first.without_query("limit").without_query("continue")
}
