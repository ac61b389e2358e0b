//! The lines of a body as its bytes arrive.

use std::fmt;
use std::future::poll_fn;
use std::io::BufRead;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use futures_core::Stream;

use crate::{BodyStream, Error};

/// What is kept of a line before it is handed out in pieces: a program may write gigabytes without a newline.
const LONGEST: usize = 1 << 20;

/// The lines that a container wrote, as bytes without the newline: a [`Stream`], or [`next`](Self::next) by hand. After an error it
/// ends.
pub struct LogLines {
    /// Nothing after its end.
    body: Option<BodyStream>,
    /// What has come and is not handed out, and up to where it holds no newline.
    buffer: BytesMut,
    searched: usize,
}

impl LogLines {
    pub(super) fn new(body: BodyStream) -> Self {
        LogLines { body: Some(body), buffer: BytesMut::new(), searched: 0 }
    }

    /// The next line; nothing at the end.
    pub async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// The next line, if all of it is here, or as much of it as is kept.
    fn line(&mut self) -> Option<Bytes> {
        let mut rest = self.buffer.get(self.searched..)?;
        // In memory this does not fail; it looks at many bytes at a time.
        let passed = rest.skip_until(b'\n').unwrap_or_default();
        self.searched += passed;
        let has_newline = passed > 0 && self.buffer.get(self.searched - 1) == Some(&b'\n');
        if !has_newline && self.searched <= LONGEST {
            return None;
        }
        let len = self.searched - usize::from(has_newline);
        let line = self.buffer.split_to(len.min(LONGEST));
        self.searched = 0;
        if has_newline && len <= LONGEST {
            self.buffer.advance(1);
        }
        Some(line.freeze())
    }
}

impl Stream for LogLines {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(line) = this.line() {
                return Poll::Ready(Some(Ok(line)));
            }
            let Some(body) = &mut this.body else {
                let last = this.buffer.split();
                this.searched = 0;
                return Poll::Ready((!last.is_empty()).then(|| Ok(last.freeze())));
            };
            match ready!(body.as_mut().poll_next(context)) {
                Some(Ok(chunk)) => this.buffer.extend_from_slice(&chunk),
                Some(Err(error)) => {
                    // What came before it of a line is no line.
                    this.buffer.clear();
                    (this.body, this.searched) = (None, 0);
                    return Poll::Ready(Some(Err(error)));
                }
                None => this.body = None,
            }
        }
    }
}

impl fmt::Debug for LogLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogLines").field("ended", &self.body.is_none()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::tests::{Scripted, response, run, script_of_bytes, scripted};
    use crate::verbs::Logs;
    use crate::{Client, ErrorKind};

    fn lines(client: &Client) -> Vec<Result<Bytes, ErrorKind>> {
        let mut lines = run(Logs::new(client, &["/x"]).lines()).unwrap();
        let all = std::iter::from_fn(|| run(lines.next())).map(|it| it.map_err(|it| it.kind())).collect();
        assert!(run(lines.next()).is_none());
        all
    }

    #[test]
    fn lines_cut_anywhere() {
        let check = |text: &[u8], expected: &[&[u8]]| {
            let expected: Vec<_> = expected.iter().map(|it| Ok(Bytes::copy_from_slice(it))).collect();
            for cut in 0..=text.len() {
                let (head, tail) = text.split_at(cut);
                assert_eq!(
                    lines(&script_of_bytes(&[(200, &[head, b"", tail])]).0),
                    expected,
                    "{text:?} at {cut}"
                );
            }
            let pieces: Vec<&[u8]> = text.chunks(1).collect();
            assert_eq!(lines(&script_of_bytes(&[(200, &pieces)]).0), expected, "{text:?} byte by byte");
        };
        check(b"", &[]);
        check(b"a\nbc\n", &[b"a", b"bc"]);
        check(b"a\n\n\nlast", &[b"a", b"", b"", b"last"]);
        check(b"\xff\xfe\r\n\xc3\xa9\n", &[b"\xff\xfe\r", "é".as_bytes()]);
    }

    #[test]
    fn a_line_without_end_comes_in_pieces() {
        for (len, more, expected) in [
            (LONGEST, "\n", &[LONGEST][..]),
            (LONGEST + 1, "\n", &[LONGEST, 1]),
            (2 * LONGEST + 7, "\nx", &[LONGEST, LONGEST, 7, 1]),
            (LONGEST, "", &[LONGEST]),
        ] {
            let text = "x".repeat(len) + more;
            for size in [1000, LONGEST, text.len()] {
                let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
                let found = lines(&script_of_bytes(&[(200, &pieces)]).0);
                let found: Vec<_> = found.into_iter().map(|it| it.unwrap().len()).collect();
                assert_eq!(found, expected, "{len} in pieces of {size}");
            }
        }
    }

    #[test]
    fn what_breaks_off_is_an_error() {
        let mut answer = response(200, &[], &[b"a\nb"]);
        answer.body_mut().push(Err(crate::Error::new(ErrorKind::Lost, "reset")));
        let found = lines(&scripted([Scripted::Answer(answer)]).0);
        assert_eq!(found, [Ok(Bytes::from_static(b"a")), Err(ErrorKind::Lost)]);
    }
}
