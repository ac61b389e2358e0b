//! The events of a watch, decoded as their frames arrive.

mod frame;
mod frames;

use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use frames::Frames;

use crate::list::metadata_text;
use crate::string::Interner;
use crate::{BodyStream, Error, Object, Projection};

/// Something that happened to an object.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum WatchEvent<T> {
    /// It was made, or it was there when the watch began.
    Added(T),
    /// It was changed.
    Modified(T),
    /// It was deleted; this is its last state.
    Deleted(T),
    /// Nothing happened up to the resource version of this object, which holds nothing else.
    Bookmark(T),
    /// As [`Bookmark`](Self::Bookmark), and every object that was there when the watch began has come: what the server
    /// sends once to a watch that asked for them ([`initial_events`](crate::verbs::Watch::initial_events)).
    InitialEventsEnd(T),
}

impl<T> WatchEvent<T> {
    /// The object, whatever happened to it.
    pub fn object(&self) -> &T {
        match self {
            WatchEvent::Added(it)
            | WatchEvent::Modified(it)
            | WatchEvent::Deleted(it)
            | WatchEvent::Bookmark(it)
            | WatchEvent::InitialEventsEnd(it) => it,
        }
    }
}

impl<T: Object> WatchEvent<T> {
    /// The version from which another watch goes on after this event; nothing when the object does not say it.
    pub fn resource_version(&self) -> Option<&str> {
        metadata_text(self.object(), "resourceVersion")
    }
}

/// The events of a watch: a [`Stream`], or [`next`](Self::next) by hand.
///
/// - An event of type `ERROR`, or a bare `Status`, is that `Status` as an error: [`Error::is_expired`] says that the
///   resource version is too old, whichever way the server said it.
/// - An object that does not fit its type is an error with [`Error::raw_item`], the object as it came, and
///   [`Error::raw_item_name`]; a line that is no event is one with [`Error::body`], its first 4 KiB. The stream goes on
///   after either.
/// - After what the transport says it ends, after bytes that are no CBOR, and after a frame of more than 64 MiB, which
///   no server sends: one stores objects of 1.5 MiB, or what its etcd was told.
/// - A connection on which nothing comes is an error of the kind [`Timeout`](crate::ErrorKind::Timeout): see
///   [`Watch::idle_timeout`](crate::verbs::Watch::idle_timeout).
///
/// An end without an error is the server's: it ends every watch after a time. [`WatchEvent::resource_version`] of the
/// last event is where another one goes on.
pub struct WatchStream<T> {
    frames: Frames,
    /// One object after another is of one kind: what the last ones looked like helps to read the next.
    interner: Interner,
    projection: Projection,
    item: PhantomData<fn() -> T>,
}

impl<T: Object + Default> WatchStream<T> {
    pub(crate) fn new(body: BodyStream, projection: Projection) -> Self {
        // Little is kept for each watch, because a program may have many.
        let interner = Interner::for_input(256 << 10);
        WatchStream {
            frames: Frames::new(body),
            interner,
            projection: projection.for_watch(),
            item: PhantomData,
        }
    }

    /// The next event; nothing when the server ended the watch.
    pub async fn next(&mut self) -> Option<Result<WatchEvent<T>, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<T: Object + Default> Stream for WatchStream<T> {
    type Item = Result<WatchEvent<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let frame = ready!(this.frames.poll_frame(context));
        Poll::Ready(frame.map(|frame| frame::event(&frame?, &this.projection, &mut this.interner)))
    }
}

impl<T> fmt::Debug for WatchStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WatchStream").field("ended", &self.frames.ended).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
