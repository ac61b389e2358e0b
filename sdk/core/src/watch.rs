//! Watch frames: one JSON object a line, decoded as the lines arrive.

mod frame;

use std::fmt;
use std::future::poll_fn;
use std::io::BufRead;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use futures_core::Stream;

use crate::json::LONGEST_ITEM;
use crate::string::Interner;
use crate::{BodyStream, Error, ErrorKind, Object};

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
/// old). After a frame that does not decode the stream goes on; after what the transport says it ends.
pub struct WatchStream<T> {
    lines: Lines,
    /// One object after another is of one kind: what the last ones looked like helps to read the next.
    interner: Interner,
    item: PhantomData<fn() -> T>,
}

/// The lines of a body, as they arrive.
struct Lines {
    body: BodyStream,
    buffer: BytesMut,
    /// Up to here the buffer holds no line end.
    searched: usize,
    ended: bool,
}

impl<T: Object + Default> WatchStream<T> {
    pub(crate) fn new(body: BodyStream) -> Self {
        let lines = Lines { body, buffer: BytesMut::new(), searched: 0, ended: false };
        // Little is kept for each watch, because a program may have many.
        WatchStream { lines, interner: Interner::for_input(256 << 10), item: PhantomData }
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
        let line = ready!(this.lines.poll_line(context));
        Poll::Ready(line.map(|line| frame::event(&line?, &mut this.interner)))
    }
}

impl<T> fmt::Debug for WatchStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WatchStream").field("ended", &self.lines.ended).finish_non_exhaustive()
    }
}

impl Lines {
    /// The next line that is not blank.
    fn poll_line(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<BytesMut, Error>>> {
        loop {
            if let Some(line) = self.line() {
                if line.iter().all(u8::is_ascii_whitespace) {
                    continue;
                }
                return Poll::Ready(Some(Ok(line)));
            }
            if self.ended {
                return Poll::Ready(None);
            }
            if self.buffer.len() > LONGEST_ITEM {
                let message = format!("a watch frame is longer than {LONGEST_ITEM} bytes");
                return self.end(Error::new(ErrorKind::Body, message));
            }
            match ready!(self.body.as_mut().poll_next(context)) {
                Some(Ok(chunk)) => self.buffer.extend_from_slice(&chunk),
                Some(Err(error)) => return self.end(error),
                None if self.buffer.is_empty() => self.ended = true,
                None => return self.end(Error::new(ErrorKind::Body, "the watch broke off within an event")),
            }
        }
    }

    /// The last that is said.
    fn end<T>(&mut self, error: Error) -> Poll<Option<Result<T, Error>>> {
        self.ended = true;
        self.buffer.clear();
        self.searched = 0;
        Poll::Ready(Some(Err(error)))
    }

    /// The next whole line, if it is here.
    fn line(&mut self) -> Option<BytesMut> {
        let mut rest = self.buffer.get(self.searched..).unwrap_or_default();
        // The one search of the standard library for a byte that takes many at a time; in memory it does not fail.
        let passed = rest.skip_until(b'\n').unwrap_or_default();
        let end = (self.searched + passed).checked_sub(1);
        match end.filter(|end| passed > 0 && self.buffer.get(*end) == Some(&b'\n')) {
            Some(end) => {
                let line = self.buffer.split_to(end);
                self.buffer.advance(1);
                self.searched = 0;
                Some(line)
            }
            None => {
                self.searched = self.buffer.len();
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Status;
    use crate::client::tests::{run, script};
    use crate::verbs::Watch;

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

    fn seen(chunks: &[&str]) -> Vec<String> {
        let (client, _) = script(&[(200, chunks)]);
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

    #[test]
    fn frames_cut_anywhere_are_the_same_events() {
        let expected = ["added a", "Decode expired=false", "bookmark b", "Api expired=true"];
        for cut in 0..=FRAMES.len() {
            let (head, tail) = FRAMES.split_at(cut);
            assert_eq!(seen(&[head, tail]), expected, "cut at {cut}");
        }
    }

    #[test]
    fn a_watch_that_breaks_off_says_so() {
        assert_eq!(seen(&[r#"{"type":"ADD"#]), ["Body expired=false"]);
        assert_eq!(seen(&["\n"]), [] as [&str; 0]);
    }
}
