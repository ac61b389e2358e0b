//! Watching.

use std::marker::PhantomData;
use std::time::Duration;

use http::Method;

use super::call::{Call, verb};
use super::list::list_parameters;
use crate::client::random;
use crate::{BoxFuture, Client, Error, Object, Projection, Request, WatchStream};

/// How long a watch lasts of which nobody says it, at least; it is at most twice as long, at random, so that watches
/// that began together do not end together. As client-go does (`tools/cache/reflector.go`, `minWatchTimeout`).
const SHORTEST: u32 = 300;
/// How much longer than the watch itself may nothing come: the server ends it on its own clock.
const GRACE: Duration = Duration::from_secs(30);

/// Watches objects; awaited it is a [`WatchStream`].
///
/// By default it asks for bookmarks, and for an end after five to ten minutes (`timeoutSeconds`, chosen when it is
/// sent), so that a connection that has died without a word is noticed even where no bookmarks come.
///
/// Without a resource version it begins with the objects that exist, in any order. Where they end only newer servers say
/// then; [`initial_events`](Self::initial_events) asks for it. To miss nothing after a list, give it that list's resource
/// version.
///
/// # Example
///
/// ```no_run
/// # use kubesdk_core::{Error, Object, WatchEvent, verbs::Watch};
/// # async fn print<Pod: Object + Default + Send + 'static + std::fmt::Debug>(pods: Watch<Pod>) -> Result<(), Error> {
/// let mut events = pods.initial_events().await?; // `pods` is `Pod::in_namespace(&client, "default").watch()`
/// while let Some(event) = events.next().await {
///     match event {
///         Ok(WatchEvent::Added(pod)) => println!("there is {pod:?}"),
///         Ok(WatchEvent::InitialEventsEnd(_)) => println!("that is all that there was"),
///         Ok(_) => {}
///         Err(error) if error.raw_item().is_some() => println!("{:?}: {error}", error.raw_item_name()),
///         Err(error) => return Err(error), // `is_expired`: list again
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub struct Watch<T> {
    call: Call,
    projection: Projection,
    answer: PhantomData<fn() -> T>,
}

impl<T> Watch<T> {
    /// Watches what is at the path that `parts` make, with bookmarks.
    pub fn new(client: &Client, parts: &[&str]) -> Self {
        Watch::of(Call::new(client, Method::GET, parts))
    }

    /// Watches what a call reads.
    pub(super) fn of(mut call: Call) -> Self {
        call.set("watch", true);
        call.set("allowWatchBookmarks", true);
        Watch { call, projection: Projection::everything(), answer: PhantomData }
    }

    /// Begins with the objects that exist as of now, or of `resource_version` at least, and says where they end: with
    /// [`WatchEvent::InitialEventsEnd`](crate::WatchEvent::InitialEventsEnd). What client-go calls a streaming list
    /// (`sendInitialEvents` with `resourceVersionMatch=NotOlderThan` and bookmarks).
    ///
    /// A server that cannot do that refuses it with an error that [`is_invalid`](Error::is_invalid): it is older than
    /// 1.32, or an aggregated one, or does not cache the resource.
    #[must_use]
    pub fn initial_events(mut self) -> Self {
        self.call.set("sendInitialEvents", true);
        self.call.set("resourceVersionMatch", "NotOlderThan");
        self.call.set("allowWatchBookmarks", true);
        self
    }

    /// How long nothing may come before the stream ends with an error of the kind
    /// [`Timeout`](crate::ErrorKind::Timeout). By default what [`Client::with_idle_timeout`] says, or thirty seconds
    /// more than the watch lasts. Where bookmarks come, about every minute, two minutes notice more.
    #[must_use]
    pub fn idle_timeout(mut self, longest: Duration) -> Self {
        self.call.change(|request| request.idle_timeout(longest));
        self
    }

    /// Asks for CBOR, two thirds of the bytes of JSON. Servers speak it behind a gate (`CBORServingAndStorage`, off by
    /// default); one that does not answers with JSON, and either is decoded.
    #[must_use]
    pub fn cbor(mut self) -> Self {
        self.call.accept_cbor();
        self
    }

    /// Decodes only what the projection asks for, and `metadata.resourceVersion` with the mark of the bookmark that
    /// ends the initial events, from which a watch goes on; everything by default. The server sends all of it still.
    #[must_use]
    pub fn projection(mut self, projection: Projection) -> Self {
        self.projection = projection;
        self
    }
}

list_parameters! { Watch<T> }

impl<T: Object + Default + Send + 'static> IntoFuture for Watch<T> {
    type Output = Result<WatchStream<T>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;
    fn into_future(self) -> Self::IntoFuture {
        let client = self.call.client.clone();
        Box::pin(async move {
            let request = limited(self.call.into_request()?, client.idle_timeout(), random());
            Ok(WatchStream::new(client.send(request).await?.into_body(), self.projection))
        })
    }
}

/// The request with an end, and with a limit for silence, where it has none; `random` is from 0 to 1.
fn limited(mut request: Request, idle: Option<Duration>, random: f64) -> Request {
    let given = request.query_pairs().find(|(name, _)| *name == "timeoutSeconds").map(|(_, value)| value);
    let seconds = match given.map(str::parse::<u32>) {
        None => {
            let seconds = f64::from(SHORTEST) * (1.0 + random);
            let seconds = Duration::from_secs_f64(seconds.max(0.0)).as_secs();
            request = request.query("timeoutSeconds", seconds.to_string());
            Some(seconds)
        }
        // The server takes 0 for its own default, half an hour to an hour.
        Some(Ok(0) | Err(_)) => None,
        Some(Ok(seconds)) => Some(u64::from(seconds)),
    };
    match (idle.or(request.idle()), seconds) {
        (None, Some(seconds)) => request.idle_timeout(Duration::from_secs(seconds) + GRACE),
        _ => request,
    }
}
