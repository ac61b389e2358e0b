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
}

/// The events of a watch: a [`Stream`], or [`next`](Self::next) by hand.
///
/// An event of type `ERROR` is its `Status` as an error ([`Error::is_expired`] says that the resource version is too
/// old). After a frame that does not decode the stream goes on; after what the transport says it ends, and after bytes
/// that are no CBOR.
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
mod tests {
    use super::*;
    use crate::client::tests::{run, script_of_bytes};
    use crate::verbs::Watch;
    use crate::{Status, cbor};

    const FRAMES: &str = concat!(
        r#"{"type":"ADDED","object":{"kind":"Status","apiVersion":"v1","message":"a"}}"#,
        "\n",
        r#"{"type":"MODIFIED","object":{"message":1}}"#,
        "\n\n",
        r#"{"type":"BOOKMARK","object":{"message":"b"}}"#,
        "\n",
        r#"{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","reason":"Expired","code":410,"message":"old"}}"#,
        "\n"
    );

    fn seen(chunks: &[&[u8]]) -> Vec<String> {
        let (client, _) = script_of_bytes(&[(200, chunks)]);
        let mut stream = run(Watch::<Status>::new(&client, &["/x"])).unwrap();
        let mut seen = Vec::new();
        while let Some(event) = run(stream.next()) {
            seen.push(match event {
                Ok(WatchEvent::Added(it)) => format!("added {}", it.message.unwrap()),
                Ok(WatchEvent::Bookmark(it)) => format!("bookmark {}", it.message.unwrap()),
                Ok(other) => format!("{other:?}"),
                Err(error) => format!("{:?} expired={}", error.kind(), error.is_expired()),
            });
        }
        seen
    }

    /// The same as a sequence of CBOR items, each with the tag that says so, as the server writes them.
    fn as_cbor() -> Vec<u8> {
        let frames = FRAMES.lines().filter(|line| !line.is_empty());
        frames.flat_map(|line| cbor::to_vec(&frame::Parts::of(line))).collect()
    }

    #[test]
    fn frames_cut_anywhere_are_the_same_events() {
        let expected = ["added a", "Decode expired=false", "bookmark b", "Api expired=true"];
        for body in [FRAMES.as_bytes(), &as_cbor()] {
            for cut in 0..=body.len() {
                let (head, tail) = body.split_at(cut);
                assert_eq!(seen(&[head, tail]), expected, "cut at {cut}");
            }
            let bytes: Vec<&[u8]> = body.chunks(1).collect();
            assert_eq!(seen(&bytes), expected, "byte by byte");
        }
    }

    #[test]
    fn a_watch_that_breaks_off_says_so() {
        assert_eq!(seen(&[br#"{"type":"ADD"#]), ["Body expired=false"]);
        assert_eq!(seen(&[b"\n"]), [] as [&str; 0]);
        let whole = as_cbor();
        let events = seen(&[&whole]);
        for len in 1..whole.len() {
            // Every event before the cut, and that it broke off, unless it is between two of them.
            let seen = seen(&[&whole[..len]]);
            let (last, before) = seen.split_last().unwrap();
            assert_eq!(before, &events[..before.len()], "{len}");
            assert!(last == "Body expired=false" || *last == events[before.len()], "{len}: {last}");
        }
        let first = cbor::to_vec(&frame::Parts::of(FRAMES.lines().next().unwrap()));
        let broken = [&first[..], &[0xa1, 0xff], &first].concat();
        assert_eq!(seen(&[&broken]), ["added a", "Decode expired=false"], "nothing follows what is no CBOR");
    }
}
