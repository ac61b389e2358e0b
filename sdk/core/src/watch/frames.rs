//! The frames of a watch's body as its bytes arrive: lines of JSON, or CBOR items one after the other
//! (`application/cbor-seq`, RFC 8742). The first byte tells which.

use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};

use std::io::BufRead;

use crate::json::{DecodeError, LONGEST_ITEM};
use crate::{BodyStream, Error, ErrorKind, cbor};

/// The longest frame; tests need not wait for one of many megabytes.
pub(super) const LONGEST: usize = if cfg!(test) { 4 << 20 } else { LONGEST_ITEM };

/// A body of which some bytes have come.
pub(super) struct Frames {
    body: BodyStream,
    buffer: BytesMut,
    /// Up to here the buffer holds no end of a frame.
    searched: usize,
    format: Format,
    pub(super) ended: bool,
    /// How many bytes were looked at for an end: the law is that each is once.
    #[cfg(test)]
    pub(super) scanned: usize,
}

/// What tells where a frame ends.
enum Format {
    Unknown,
    Lines,
    Items(cbor::Frame),
}

impl Frames {
    pub(super) fn new(body: BodyStream) -> Self {
        Frames {
            body,
            buffer: BytesMut::new(),
            searched: 0,
            format: Format::Unknown,
            ended: false,
            #[cfg(test)]
            scanned: 0,
        }
    }

    /// The next frame.
    pub(super) fn poll_frame(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<BytesMut, Error>>> {
        loop {
            match self.frame() {
                // A frame that came at once is no more allowed than one that came in pieces.
                Ok(Some(frame)) if frame.len() > LONGEST => return self.end(too_long()),
                Ok(Some(frame)) => return Poll::Ready(Some(Ok(frame))),
                Ok(None) if self.ended => return Poll::Ready(None),
                Ok(None) => {}
                // Where the next one would begin is not known then.
                Err(error) => return self.end(error.into()),
            }
            if self.buffer.len() > LONGEST {
                return self.end(too_long());
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
        self.format = Format::Unknown;
        Poll::Ready(Some(Err(error)))
    }

    /// The next frame, if all of it is here.
    fn frame(&mut self) -> Result<Option<BytesMut>, DecodeError> {
        if let (Format::Unknown, Some(first)) = (&self.format, self.buffer.first()) {
            self.format = match cbor::begins_with(*first) {
                true => Format::Items(cbor::Frame::default()),
                false => Format::Lines,
            };
        }
        match &mut self.format {
            Format::Unknown => Ok(None),
            Format::Lines => Ok(self.line()),
            Format::Items(frame) => {
                let rest = self.buffer.get(self.searched..).unwrap_or_default();
                let end = frame.end(rest).map_err(|error| error.moved(self.searched))?;
                #[cfg(test)]
                (self.scanned += end.unwrap_or(rest.len()));
                match end {
                    Some(len) => {
                        *frame = cbor::Frame::default();
                        let item = self.buffer.split_to(self.searched + len);
                        self.searched = 0;
                        Ok(Some(item))
                    }
                    None => {
                        self.searched = self.buffer.len();
                        Ok(None)
                    }
                }
            }
        }
    }

    /// The next whole line that is not blank.
    fn line(&mut self) -> Option<BytesMut> {
        loop {
            let mut rest = self.buffer.get(self.searched..).unwrap_or_default();
            // The one search of the standard library for a byte that takes many at a time; in memory it does not fail.
            let passed = rest.skip_until(b'\n').unwrap_or_default();
            #[cfg(test)]
            (self.scanned += passed);
            let end = (self.searched + passed).checked_sub(1);
            let Some(end) = end.filter(|end| passed > 0 && self.buffer.get(*end) == Some(&b'\n')) else {
                self.searched = self.buffer.len();
                return None;
            };
            let line = self.buffer.split_to(end);
            self.buffer.advance(1);
            self.searched = 0;
            if !line.iter().all(u8::is_ascii_whitespace) {
                return Some(line);
            }
        }
    }
}

fn too_long() -> Error {
    Error::new(ErrorKind::Body, format!("a watch frame is longer than {LONGEST} bytes"))
}
